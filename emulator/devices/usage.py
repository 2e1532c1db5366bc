"""What a day with the glasses asks of them, as data: features with their costs, how often and when they are wanted.

One TOML file a usage in ``assets/usage``. A feature is a list of stages for each processor that can serve it; a
request passes through the stages of the one the policy chose. Fluid, vectorised and event-by-event models read the
same files.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any, Literal, NamedTuple

import msgspec

from emulator.core.assets import asset
from emulator.core.errors import FileError, nearest
from emulator.core.profile import Confidence, Profile
from emulator.core.toml import place_of
from emulator.core.units import S
from emulator.devices.parts import part_powers_mw
from emulator.devices.work import Work

HOUR_NS = 3_600 * S
PARTS = ("bt", "stream", "camera", "video", "mics", "speaker", "wifi")
Placement = Literal["rtos-only", "either", "android-only"]


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a request: work on the mcu, work on the ap, or a time for which parts are on.

    Attributes:
        mcu_ms: Running time on the mcu.
        ap_ms: Running time of each of ``threads`` threads on the ap at top speed.
        threads: Number of threads on the ap.
        hold_s: How long the parts are on. On the ap's list Android stays awake meanwhile.
        parts: Names of what is on (``devices/parts.py``); what a device has not got draws nothing, but for Wi-Fi,
            which the audio stream to the phone stands in for.
        display: Picture level in [0, 1] that the display shows; ``None`` leaves it dark.
        extra_mw: Power of what no profile lists, by component.
    """

    mcu_ms: float = 0.0
    ap_ms: float = 0.0
    threads: int = 1
    hold_s: float = 0.0
    parts: tuple[str, ...] = ()
    display: float | None = None
    extra_mw: dict[str, float] = field(default_factory=dict)

    def hold_mw(self, profile: Profile, brightness: float) -> dict[str, float]:
        """Return what is drawn during the hold by component, at ``brightness`` in [0, 1] of the display."""
        powers_mw = part_powers_mw(profile)
        found = dict(self.extra_mw)
        for part in self.parts:
            name = "stream" if part == "wifi" and part not in powers_mw else part
            if name in powers_mw:
                found[name] = found.get(name, 0.0) + powers_mw[name]
        if self.display is not None and profile.display is not None:
            found["display"] = profile.display.static_mw + profile.display.full_mw * self.display * brightness
        return found


@dataclass(frozen=True)
class Feature:
    """Something the wearer asks for.

    Attributes:
        per_day: Mean number of times a day, not counting repeats.
        mcu: Stages when the mcu serves it; ``None`` if it cannot.
        ap: Stages when the ap does; ``None`` if it cannot.
        deadline_ms: The first answer is due after so many ms.
        needs: Capabilities without which the device has not got it.
        hint: First sign of it: ``touch-down``, ``wake-word`` or "" for none.
        hint_ms: How long before the request that sign comes.
        windows_h: Hours of the day in which it is wanted; empty for all day.
    """

    per_day: float = 0.0
    mcu: tuple[Stage, ...] | None = None
    ap: tuple[Stage, ...] | None = None
    deadline_ms: float = 0.0
    needs: frozenset[str] = frozenset()
    hint: str = ""
    hint_ms: float = 0.0
    windows_h: tuple[tuple[float, float], ...] = ()

    @property
    def placement(self) -> Placement:
        """Say which processors can serve it."""
        if self.mcu is not None and self.ap is not None:
            return "either"
        return "android-only" if self.mcu is None else "rtos-only"

    def stages(self, processor: str) -> tuple[Stage, ...]:
        """Return the stages on ``processor``; a device with one processor serves all on it."""
        first, other = (self.mcu, self.ap) if processor == "mcu" else (self.ap, self.mcu)
        return first if first is not None else other or ()

    def work(self, owner: str) -> Work:
        """Return the request as one piece of work: what a policy places."""
        mcu_ms = None if self.mcu is None else sum(stage.mcu_ms for stage in self.mcu)
        ap_ms = None if self.ap is None else sum(stage.ap_ms for stage in self.ap)
        threads = max((stage.threads for stage in self.ap or ()), default=1)
        awake_ms = 1_000.0 * sum(stage.hold_s for stage in self.ap or ())
        return Work(owner, owner, mcu_ms, ap_ms, threads, self.deadline_ms, awake_ms=awake_ms)


@dataclass(frozen=True, slots=True)
class Repeat:
    """A request for ``after`` is followed by one for ``then`` with probability ``share``, ``low_s`` to ``high_s`` later."""

    after: str
    then: str
    share: float
    low_s: float = 6.0
    high_s: float = 40.0


class Arrival(NamedTuple):
    """A request for ``feature`` at ``t_ns``."""

    t_ns: int
    feature: str


@dataclass(frozen=True)
class Usage:
    """How somebody uses the glasses on one day.

    Attributes:
        id: Stem of its file.
        name: In words.
        hours: Length of the day.
        brightness: Of the display, in [0, 1].
        worn: Whether the glasses are worn all day.
        features: By id.
        repeats: Requests that follow others.
        false_hints_per_day: First signs of work that nothing follows.
        source, confidence: Where the numbers come from.
    """

    id: str
    name: str
    hours: float
    brightness: float
    features: dict[str, Feature]
    source: str
    confidence: Confidence
    repeats: tuple[Repeat, ...] = ()
    false_hints_per_day: float = 0.0
    worn: bool = True

    @cached_property
    def day_ns(self) -> int:
        """Length of the day."""
        return round(self.hours * HOUR_NS)

    def fitting(self, profile: Profile) -> dict[str, Feature]:
        """Return the features that the device can have."""
        there = profile.capabilities
        return {name: feature for name, feature in self.features.items() if feature.needs <= there}


def usage_ids() -> list[str]:
    """Return the ids of the usages that ship."""
    return sorted(path.stem for path in asset("usage").glob("*.toml"))


def load_usage(id_or_path: str) -> Usage:
    """Read a shipped usage by id, or any ``*.toml`` by path.

    Raises:
        FileError: If there is no such usage, or the file is not one; starts with the file and names the key.
    """
    path = Path(id_or_path) if id_or_path.endswith(".toml") else asset("usage", f"{id_or_path}.toml")
    try:
        return _usage(path, tomllib.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        raise FileError(f"no usage {id_or_path!r}{nearest(id_or_path, usage_ids())}") from None
    except OSError as error:
        raise FileError(f"{path}: cannot read the usage: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise FileError(f"{place_of(path, error)}: {error}") from error
    except ValueError as error:
        raise FileError(f"{path}: {error}") from error


def arrivals(
    usage: Usage, profile: Profile, seed: int, *, rate: float = 1.0, until_ns: int | None = None
) -> tuple[Arrival, ...]:
    """Return the requests of one day in order: Poisson in each feature's windows, and the repeats they cause.

    Args:
        usage: What is wanted.
        profile: Features that this device has not got are left out.
        seed: Same seed, same day; each feature has a stream of its own.
        rate: Multiplies how often everything is wanted.
        until_ns: End of the day; ``None`` for the usage's hours.
    """
    end_ns = usage.day_ns if until_ns is None else min(until_ns, usage.day_ns)
    features = usage.fitting(profile)
    found: list[Arrival] = []
    for name, feature in features.items():
        random = Random(f"{seed}/{usage.id}/{name}")
        for t_ns in _poisson_ns(feature.windows_h or ((0.0, usage.hours),), feature.per_day * rate, random):
            found += _chain(Arrival(t_ns, name), usage.repeats, features, random)
    return tuple(sorted(arrival for arrival in found if arrival.t_ns < end_ns))


def false_hints_ns(usage: Usage, seed: int) -> tuple[int, ...]:
    """Return when first signs come that nothing follows, in order."""
    random = Random(f"{seed}/{usage.id}/false-hints")
    return tuple(_poisson_ns(((0.0, usage.hours),), usage.false_hints_per_day, random))


def _poisson_ns(windows_h: tuple[tuple[float, float], ...], mean: float, random: Random) -> Iterator[int]:
    """Yield instants of a Poisson process with ``mean`` instants over all windows together."""
    total_h = sum(end - start for start, end in windows_h)
    if mean <= 0.0 or total_h <= 0.0:
        return
    at_h = random.expovariate(mean / total_h)
    for start, end in windows_h:
        while at_h < end - start:
            yield round((start + at_h) * HOUR_NS)
            at_h += random.expovariate(mean / total_h)
        at_h -= end - start


def _chain(
    first: Arrival, repeats: tuple[Repeat, ...], features: Mapping[str, Feature], random: Random
) -> Iterator[Arrival]:
    """Yield ``first`` and what follows from it."""
    waiting = [first]
    while waiting:
        arrival = waiting.pop()
        yield arrival
        for repeat in repeats:
            if repeat.after == arrival.feature and random.random() < repeat.share and repeat.then in features:
                t_ns = arrival.t_ns + round(random.uniform(repeat.low_s, repeat.high_s) * S)
                waiting.append(Arrival(t_ns, repeat.then))


def _usage(path: Path, data: dict[str, Any]) -> Usage:
    """Return the usage in ``data``; ``ValueError`` names the key."""
    base = data.pop("features_of", None)
    rates, windows_h = data.pop("rates", {}), data.pop("windows_h", {})
    features = {name: _feature(item) for name, item in data.get("features", {}).items()}
    if base is not None:
        inherited = msgspec.to_builtins(load_usage(base))
        features = {name: item | {"per_day": 0.0} for name, item in inherited["features"].items()} | features
        data.setdefault("repeats", inherited["repeats"])
    for key, changes in (("per_day", rates), ("windows_h", windows_h)):
        for name, value in changes.items():
            if name not in features:
                raise ValueError(f"no feature {name!r}{nearest(name, features)}")
            features[name] = features[name] | {key: value}
    _refuse_unknown(data, Usage, "features_of", "rates", "windows_h")
    usage = msgspec.convert({**data, "features": features, "id": path.stem}, Usage, strict=True)
    _check(usage)
    return usage


def _feature(data: dict[str, Any]) -> dict[str, Any]:
    _refuse_unknown(data, Feature)
    return data | {name: list(_flat(data[name])) for name in ("mcu", "ap") if data.get(name) is not None}


def _flat(stages: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the stages, groups ``{times = 3, stages = [...]}`` written out."""
    for stage in stages:
        if "times" in stage:
            for _ in range(stage["times"]):
                yield from _flat(stage["stages"])
        else:
            _refuse_unknown(stage, Stage)
            yield stage


def _refuse_unknown(data: dict[str, Any], kind: type[Any], *others: str) -> None:
    known = {*(f.name for f in fields(kind)), *others}
    for key in data:
        if key not in known:
            raise ValueError(f"unknown key `{key}`{nearest(key, known)}")


def _check(usage: Usage) -> None:
    for name, feature in usage.features.items():
        if feature.mcu is None and feature.ap is None:
            raise ValueError(f"features.{name}: neither `mcu` nor `ap` has stages")
        for stage in (*(feature.mcu or ()), *(feature.ap or ())):
            for part in stage.parts:
                if part not in PARTS:
                    raise ValueError(f"features.{name}: no part {part!r}{nearest(part, PARTS)}")
            if sum(value > 0 for value in (stage.mcu_ms, stage.ap_ms, stage.hold_s)) != 1:
                raise ValueError(f"features.{name}: a stage is one of mcu_ms, ap_ms and hold_s")
    for repeat in usage.repeats:
        for name in (repeat.after, repeat.then):
            if name not in usage.features:
                raise ValueError(f"repeats: no feature {name!r}{nearest(name, usage.features)}")
