"""Activities: one thing done from full to empty, as data; what is not known about it has a band.

One TOML file an activity in ``assets/activities``. The numbers of the device come from its profile, those of a request
from the reference day; an activity says what is on all the time and what is asked for.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from emulator.core.assets import asset
from emulator.core.errors import FileError, nearest
from emulator.core.profile import Confidence, Profile
from emulator.core.toml import place_of
from emulator.core.why import why
from emulator.devices.usage import load_usage

REFERENCE = "reference"  # the usage whose features an activity may ask for


@dataclass(frozen=True, slots=True)
class Spread:
    """A number with its band: ``low`` draws least, ``high`` most."""

    low: float
    calibrated: float
    high: float
    source: str
    confidence: Confidence = "assumed"

    def at(self, level: str) -> float:
        """Return the value at ``low``, ``calibrated`` or ``high``."""
        return {"low": self.low, "calibrated": self.calibrated, "high": self.high}[level]


NONE = Spread(0.0, 0.0, 0.0, "not asked for", "derived")
HALF = Spread(0.5, 0.5, 0.5, "as on the reference day")
ONCE = Spread(1.0, 1.0, 1.0, "as often as the usage says", "derived")


@dataclass(frozen=True)
class Activity:
    """What the wearer does until the packs are empty.

    Attributes:
        id: Stem of its file.
        name: In words.
        source, confidence: Where the description comes from.
        needs: Capabilities without which the device cannot do it.
        mix: Usage whose requests come all the time at its rates; "" for none.
        rate: Multiplies the rates of the mix.
        loop: Feature of the reference day that is repeated back to back; "" for none.
        hourly: Features of the reference day and how often an hour they are asked for.
        parts: Names of what is on all the time.
        display: Picture level that is shown all the time, in [0, 1]; ``None`` for a dark display.
        brightness: Of the display, in [0, 1].
        awake: Share of the time for which Android is awake, on a device with an mcu.
        awake_without_mcu: The same on a device without one; ``None`` for the same value.
        app_mw: What an app in front adds on the mean, on a device with Android.
        extra_mw: Power of what no profile lists, by component.
    """

    id: str
    name: str
    source: str
    confidence: Confidence
    needs: frozenset[str] = frozenset()
    mix: str = ""
    rate: Spread = ONCE
    loop: str = ""
    hourly: dict[str, float] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    display: Spread | None = None
    brightness: Spread = HALF
    awake: Spread = NONE
    awake_without_mcu: Spread | None = None
    app_mw: Spread = NONE
    extra_mw: dict[str, Spread] = field(default_factory=dict)

    def missing(self, profile: Profile) -> list[str]:
        """Return what the device has not got and this needs."""
        return sorted(self.needs - profile.capabilities)

    def awake_share(self, profile: Profile, level: str) -> float:
        """Return the share of the time for which Android is awake on ``profile``."""
        if "ap" not in profile.processors:
            return 0.0
        without = self.awake_without_mcu if "mcu" not in profile.processors else None
        return (without or self.awake).at(level)


def activity_ids() -> list[str]:
    """Return the ids of the activities that ship."""
    return sorted(path.stem for path in asset("activities").glob("*.toml"))


def load_activity(id_or_path: str) -> Activity:
    """Read a shipped activity by id, or any ``*.toml`` by path.

    Raises:
        FileError: If there is no such activity, or the file is not one; starts with the file and names the key.
    """
    path = Path(id_or_path) if id_or_path.endswith(".toml") else asset("activities", f"{id_or_path}.toml")
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        for key in data:
            if key not in Activity.__dataclass_fields__:
                raise ValueError(f"unknown key `{key}`{nearest(key, Activity.__dataclass_fields__)}")
        activity = msgspec.convert({**data, "id": path.stem}, Activity, strict=False)
        _check(activity)
        return activity
    except FileNotFoundError:
        raise FileError(f"no activity {id_or_path!r}{nearest(id_or_path, activity_ids())}") from None
    except OSError as error:
        raise FileError(f"{path}: cannot read the activity: {why(error)}") from error
    except tomllib.TOMLDecodeError as error:
        raise FileError(f"{place_of(path, error)}: {error}") from error
    except ValueError as error:
        raise FileError(f"{path}: {error}") from error


def _check(activity: Activity) -> None:
    """Refuse what fits the types and makes no sense; ``ValueError`` names the key."""
    known = load_usage(REFERENCE).features
    for key, name in [("loop", activity.loop), *(("hourly", name) for name in activity.hourly)]:
        if name and name not in known:
            raise ValueError(f"{key}: no feature {name!r}{nearest(name, known)}")
    shares = {"brightness": activity.brightness, "awake": activity.awake}
    shares |= {"display": activity.display} if activity.display else {}
    shares |= {"awake_without_mcu": activity.awake_without_mcu} if activity.awake_without_mcu else {}
    for key, spread in shares.items():
        if not 0.0 <= spread.low <= spread.calibrated <= spread.high <= 1.0:
            raise ValueError(f"{key}: expected 0 <= low <= calibrated <= high <= 1")
    powers = {"rate": activity.rate, "app_mw": activity.app_mw}
    powers |= {f"extra_mw.{name}": spread for name, spread in activity.extra_mw.items()}
    for key, spread in powers.items():
        if not 0.0 <= spread.low <= spread.calibrated <= spread.high:
            raise ValueError(f"{key}: expected 0 <= low <= calibrated <= high")
