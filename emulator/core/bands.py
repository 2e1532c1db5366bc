"""A profile with its uncertain numbers at one end of their bands: what is not known, as a second and a third device.

All numbers are moved together, so the two ends are wider than the spread of the whole device would be.
"""

from __future__ import annotations

from functools import reduce
from typing import Any, Literal

import msgspec

from emulator.core.errors import UsageError, nearest
from emulator.core.profile import Profile

Level = Literal["low", "calibrated", "high"]
LEVELS: tuple[Level, ...] = ("low", "calibrated", "high")


def with_band(profile: Profile, level: str) -> Profile:
    """Return ``profile`` with every number that has a band at its ``low`` or ``high`` end.

    ``low`` is the set that draws least, ``calibrated`` the profile as it is. Operating points keep their share of
    ``core_mw``.

    >>> from emulator.core.profile import load_profile
    >>> s1 = load_profile("quark_s1")
    >>> [with_band(s1, level).processors["ap"].idle_mw for level in ("low", "calibrated", "high")]
    [73.0, 137.0, 195.0]

    Raises:
        UsageError: If ``level`` is none of the three.
    """
    if level not in LEVELS:
        raise UsageError(f"no band {level!r}{nearest(level, LEVELS)}")
    if level == "calibrated":
        return profile
    data: dict[str, Any] = msgspec.to_builtins(profile)
    for key, band in profile.bands.items():
        *path, name = key.split(".")
        part: dict[str, Any] = reduce(lambda inside, step: inside[step], path, data)
        value = band.low if level == "low" else band.high
        if name == "core_mw":
            for opp in part["opps"]:
                opp["core_mw"] *= value / part[name]
        part[name] = value
    return msgspec.convert(data, Profile, strict=True)
