"""The bare cell under a load: isothermal, no pack around it, from full to its cut-off (``glasses battery``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from emulator.devices.battery.cell import Cell
from emulator.devices.battery.load import Segment
from emulator.devices.battery.model import CHARGE_AH, CUTOFF_V, CellModel

LONGEST_ROW_S = 5.0
FIRST_ROW_S, GROWTH = 0.25, 2.0  # steps after a change of power, so that rows follow the transient
BEFORE_S = 1e-6  # a row this long before each change, so that rows may be joined by straight lines
HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Row:
    """The cell at ``t_s``; volts and amperes (positive on discharge) at its terminals, ``level`` in [0, 1]."""

    t_s: float
    voltage_v: float
    current_a: float
    level: float


@dataclass(frozen=True, slots=True)
class BareRun:
    """A whole run.

    Attributes:
        rows: One at the start of each step, one just before each change of power, one at the end.
        end_s: When it ended.
        empty_in: The segment whose power took the cell to its cut-off, or None if the load ended first.
        at_change: Whether the step to that power did it, not the discharge at it.
        charge_ah: Charge taken out.
        energy_wh: Energy taken out at the terminals.
    """

    rows: list[Row]
    end_s: float
    empty_in: Segment | None
    at_change: bool
    charge_ah: float
    energy_wh: float


class BareCell:
    """One cell of ``capacity_ah``, full and rested, at the temperature of ``model``."""

    def __init__(self, model: CellModel, capacity_ah: float) -> None:
        self._cell, self._scale = Cell(model), capacity_ah / CHARGE_AH
        self._rows: list[Row] = []
        self._energy_ws = 0.0

    def peak_w(self) -> float:
        """Return the power that pulls the terminals down to the cut-off as the cell is now."""
        return self._cell.at_voltage(CUTOFF_V) * CUTOFF_V * self._scale

    def run(self, load: Sequence[Segment]) -> BareRun:
        """Discharge until the terminals are at the cut-off or ``load`` ends."""
        for segment in load:
            end = self._segment(segment)
            if end is not None:
                return end
        self._rows.append(self._row(load[-1].end_s, load[-1].power_w))
        return self._ended(load[-1].end_s, None, at_change=False)

    def _segment(self, segment: Segment) -> BareRun | None:
        """Run one segment; return the end if the cell is empty."""
        cell, power_w, t_s = self._cell, segment.power_w / self._scale, segment.start_s
        if not _holds(cell, power_w):
            self._cut(t_s)
            return self._ended(t_s, segment, at_change=True)
        longest_s = FIRST_ROW_S
        while (left_s := segment.end_s - t_s) > 0.0:
            current_a, voltage_v = cell.at_power(power_w) or (0.0, CUTOFF_V)
            self._rows.append(Row(t_s, voltage_v, current_a * self._scale, cell.level))
            step_s = min(left_s, longest_s, cell.longest_step_s(current_a))
            empty_s = _advance(cell, power_w, step_s)
            self._energy_ws += segment.power_w * (step_s if empty_s is None else empty_s)
            if empty_s is not None:
                self._cut(t_s + empty_s)
                return self._ended(t_s + empty_s, segment, at_change=False)
            t_s = segment.end_s if step_s == left_s else t_s + step_s
            longest_s = min(longest_s * GROWTH, LONGEST_ROW_S)
        if segment.end_s - segment.start_s > 2.0 * BEFORE_S:
            self._rows.append(self._row(t_s - BEFORE_S, segment.power_w))
        return None

    def _row(self, t_s: float, power_w: float) -> Row:
        current_a, voltage_v = self._cell.at_power(power_w / self._scale) or (0.0, CUTOFF_V)
        return Row(t_s, voltage_v, current_a * self._scale, self._cell.level)

    def _cut(self, t_s: float) -> None:
        current_a = self._cell.at_voltage(CUTOFF_V) * self._scale
        self._rows.append(Row(t_s, CUTOFF_V, max(0.0, current_a), self._cell.level))

    def _ended(self, t_s: float, segment: Segment | None, *, at_change: bool) -> BareRun:
        charge_ah = (1.0 - self._cell.level) * CHARGE_AH * self._scale
        return BareRun(self._rows, t_s, segment, at_change, charge_ah, self._energy_ws / 3600.0)


@dataclass(frozen=True, slots=True)
class Discharge:
    """Where a discharge ended: when, how much charge the cell of ``CHARGE_AH`` gave, in how many steps."""

    end_s: float
    charge_ah: float
    steps: int


def discharge(cell: Cell, load: Iterable[tuple[float, float]], cutoff_v: float = CUTOFF_V) -> Discharge:
    """Run ``load``, segments of (duration_s, power_w), in the longest steps until the cell is empty or the load ends.

    A cut-off is looked for in the middle of each step, so the end is known to half a step of the same segment.
    """
    t_s, begin, steps = 0.0, cell.level, 0
    for duration_s, power_w in load:
        left_s, current_a = duration_s, power_w / 3.7
        while left_s > BEFORE_S:
            step_s = min(left_s, cell.longest_step_s(current_a))
            before = cell.level
            found_a = cell.advance_power(power_w, step_s)
            if found_a is None or power_w < cutoff_v * found_a:
                return Discharge(t_s, (begin - before) * CHARGE_AH, steps)
            t_s, left_s, current_a, steps = t_s + step_s, left_s - step_s, found_a, steps + 1
    return Discharge(t_s, (begin - cell.level) * CHARGE_AH, steps)


def _holds(cell: Cell, power_w: float) -> bool:
    point = cell.at_power(power_w)
    return point is not None and point[1] >= CUTOFF_V


def _advance(cell: Cell, power_w: float, span_s: float) -> float | None:
    """Discharge for ``span_s``, or until the cut-off: then return after how long that was."""
    trial = cell.copy()
    if trial.advance_power(power_w, span_s) is not None and _holds(trial, power_w):
        cell.take(trial)
        return None
    low_s, high_s = 0.0, span_s
    for _ in range(HALVINGS):
        middle_s = (low_s + high_s) / 2.0
        trial = cell.copy()
        holds = trial.advance_power(power_w, middle_s) is not None and _holds(trial, power_w)
        low_s, high_s = (middle_s, high_s) if holds else (low_s, middle_s)
    cell.advance_power(power_w, low_s)
    return low_s
