"""Packs as a fluid: stepped at the mean power of half a minute or more, looked at when the drawn power jumps.

Packs that start alike stay alike, so they are computed once.
"""

from __future__ import annotations

from collections.abc import Sequence

from emulator.core.profile import Profile
from emulator.devices.battery.bus import PASSES, limit_w, share
from emulator.devices.battery.cell import Cell
from emulator.devices.battery.model import CHARGE_AH, model_at

LEAST_MW = 50.0  # a jump of the drawn power that is looked at
CLOSE_A = 1e-5  # of a current between two passes; what it still changes is far below a microvolt


class Supply:
    """The packs of a device behind their diodes.

    Attributes:
        lasts: Whether they still give what is asked for.
        end: Why they do not: ``cut-off`` or ``brown-out``; "" while they do.
        given_mwh: Energy taken out of them at the bus.
    """

    def __init__(self, profile: Profile, levels: Sequence[float], temp_c: float) -> None:
        """Put a rested pack at each of ``levels`` into the slots."""
        self._battery = profile.battery
        self._scale = profile.battery.capacity_mah / 1000.0 / CHARGE_AH
        model = model_at(temp_c, profile.battery.ocv_shift_v)
        self._of_slot = [sorted(set(levels)).index(level) for level in levels]
        self._cells = [Cell(model, level) for level in sorted(set(levels))]
        self._counts = [self._of_slot.count(number) for number in range(len(self._cells))]
        self._currents_a = [0.0] * len(self._cells)
        self._live = [True] * len(self._cells)
        self.lasts, self.end, self.given_mwh = True, "", 0.0
        self.limit_w = limit_w(self._sources(self._currents_a), self._battery.uvlo_v)

    @property
    def levels(self) -> list[float]:
        """The level of each pack, in the order of the slots, in [0, 1]."""
        return [max(0.0, self._cells[number].level) for number in self._of_slot]

    def step(self, power_w: float, span_s: float, temp_c: float) -> float:
        """Give ``power_w`` for ``span_s``, in short steps where the cells need them; return how long it lasted."""
        model = model_at(temp_c, self._battery.ocv_shift_v)
        for cell in self._cells:
            cell.warm(model)
        left_s = span_s
        while left_s > 1e-9 and self.lasts:
            point = self._solve(power_w)
            if point is None:
                self.stop("brown-out")
                break
            self._currents_a = point
            step_s = min(left_s, *(c.longest_step_s(i / self._scale) for c, i in self._carrying()))
            self._carry(step_s)
            self.given_mwh += power_w * step_s / 3.6
            left_s -= step_s
        self.limit_w = limit_w(self._sources(self._currents_a), self._battery.uvlo_v)
        return span_s - left_s

    def holds(self, power_w: float) -> bool:
        """Say whether the bus stays above the brown-out voltage at ``power_w``."""
        if power_w <= self.limit_w:  # linearised at a smaller current, where the cells resist more
            return True
        currents_a = self._solve(power_w)
        return currents_a is not None and limit_w(self._sources(currents_a), self._battery.uvlo_v) >= power_w

    def stop(self, end: str) -> None:
        """Give nothing any more, because of ``end``."""
        self.lasts, self.end = False, end

    def _carrying(self) -> list[tuple[Cell, float]]:
        return [(c, i) for c, i, live in zip(self._cells, self._currents_a, self._live, strict=True) if live]

    def _carry(self, span_s: float) -> None:
        for number, cell in enumerate(self._cells):
            cell_a = self._currents_a[number] / self._scale
            cell.advance(cell_a, span_s)
            if self._live[number] and (cell.voltage_v(cell_a) < self._battery.cutoff_v or cell.level <= 0.0):
                self._live[number], self._currents_a[number] = False, 0.0
        if not any(self._live):
            self.stop("cut-off")

    def _solve(self, power_w: float) -> list[float] | None:
        """Return the current of one pack of each group at ``power_w``; ``None`` if they cannot give it."""
        currents_a = self._currents_a
        for _ in range(PASSES):
            point = share(self._sources(currents_a), power_w)
            if point is None:
                return None
            before, given = currents_a, iter(point.currents_a)
            currents_a = [
                next(given) / count if live else 0.0 for live, count in zip(self._live, self._counts, strict=True)
            ]
            if all(abs(new - old) <= CLOSE_A for new, old in zip(currents_a, before, strict=True)):
                break
        return currents_a

    def _sources(self, currents_a: Sequence[float]) -> list[tuple[float, float]]:
        """Return volts and ohms of each group of packs that are alike."""
        found = []
        for cell, count, current_a, live in zip(self._cells, self._counts, currents_a, self._live, strict=True):
            if live:
                volts, ohm = cell.source(current_a / self._scale)
                found.append((volts, (ohm / self._scale + self._battery.series_ohm) / count))
        return found
