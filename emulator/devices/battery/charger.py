"""Charging: constant current, then constant voltage with a falling current, from the case or by the clip.

What the source gives goes to the device first; the packs get the rest (docs/battery.md, "Charging").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emulator.core import profile as profiles
from emulator.devices.battery.pack import Pack

FULL_V = 4.2  # of the bundled cell; a profile's chemistry shifts it
FULL_C = 0.05  # charging ends when the current has fallen to this share of the capacity in an hour
AGAIN_LEVEL = 0.98  # and begins again below
EFFICIENCY = 0.9  # of the step from the source to the packs
CLOSE_A = 1e-7


@dataclass(frozen=True, slots=True)
class Supply:
    """What a source gives: watts at most, and amperes into a pack, as a share of its capacity in an hour."""

    power_w: float
    rate_c: float


# Assumed: 5 V at 0.5 A over the contacts of the case, half an ampere less two thirds over the clip on the right hinge; nobody
# published either. 0.5C is a usual limit of small pouch cells
SUPPLIES = {"case": Supply(2.5, 0.5), "clip": Supply(1.0, 0.25), "none": Supply(0.0, 0.0)}


@dataclass(frozen=True, slots=True)
class Charging:
    """Amperes into each pack (>= 0, in the order given), watts into them, watts taken from the source, the phase."""

    currents_a: tuple[float, ...]
    into_w: float
    power_w: float
    phase: str


class Charger:
    """Charges packs from ``source``: ``case``, ``clip`` or ``none``.

    Attributes:
        source: What the glasses are connected to.
        full_v: Voltage at the contacts that charging holds at the end.
    """

    def __init__(self, battery: profiles.Battery) -> None:
        self.full_v = FULL_V + battery.ocv_shift_v
        self._done: set[str] = set()
        self.source = "none"

    def connect(self, source: str) -> None:
        """Begin anew with ``source``."""
        self.source = source
        self._done.clear()

    def relieves_w(self, power_w: float) -> float:
        """Return how much of ``power_w``, drawn by the device, the source gives."""
        return min(power_w, SUPPLIES[self.source].power_w)

    def charge(self, packs: Sequence[Pack], power_w: float) -> Charging:
        """Return what goes into ``packs`` (present ones) while the device draws ``power_w``; they stay as they are.

        The phase is ``none``, ``constant-current``, ``constant-voltage`` (one pack at least tapers) or ``full``.
        """
        supply = SUPPLIES[self.source]
        left_w = (supply.power_w - power_w) * EFFICIENCY
        if left_w <= 0.0 or not packs:
            return Charging((0.0,) * len(packs), 0.0, 0.0, "none")
        limits_a = [self._limit_a(pack) for pack in packs]
        rates_a = [pack.capacity_mah / 1000.0 * supply.rate_c for pack in packs]
        tapers = any(0.0 < limit < rate for limit, rate in zip(limits_a, rates_a, strict=True))
        currents_a = [min(limit, rate) for limit, rate in zip(limits_a, rates_a, strict=True)]
        into_w = sum(
            current_a * _terminal_v(pack, current_a) for pack, current_a in zip(packs, currents_a, strict=True)
        )
        if into_w > left_w:
            currents_a = [current_a * left_w / into_w for current_a in currents_a]
            into_w = sum(i * _terminal_v(pack, i) for pack, i in zip(packs, currents_a, strict=True))
            tapers = False
        if into_w <= 0.0:
            return Charging(tuple(currents_a), 0.0, 0.0, "full")
        return Charging(
            tuple(currents_a), into_w, into_w / EFFICIENCY, "constant-voltage" if tapers else "constant-current"
        )

    def _limit_a(self, pack: Pack) -> float:
        """Return the current that takes the terminals of ``pack`` to its full voltage; 0 once it is full."""
        if pack.name in self._done:
            if pack.cell.level >= AGAIN_LEVEL:
                return 0.0
            self._done.discard(pack.name)
        limit_a = max(0.0, -pack.at_voltage(self.full_v))
        if limit_a < FULL_C * pack.capacity_mah / 1000.0:
            self._done.add(pack.name)
            return 0.0
        return limit_a


def _terminal_v(pack: Pack, current_a: float) -> float:
    """Return the voltage at the contacts of ``pack`` while ``current_a`` goes in."""
    volts, ohm = pack.source(-current_a)
    return volts + ohm * current_a
