"""One lithium-ion cell: the surface-level equivalent circuit, fitted to an electrochemical model.

The open-circuit voltage is read at the *surface* level, the level less a diffusion state, so the knee near empty comes
for free. Data, units and the truth it was fitted to: ``assets/cells/README.md``; equations: docs/physics.md, "Battery".
"""

from __future__ import annotations

import csv
import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise

from emulator.core.assets import asset

CHARGE_AH = 0.21631686  # 4.2 V to 3.0 V at C/200 and 25 C: the capacity basis of the data
KNOTS = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)
LOWEST, GRID = -0.02, 2_049  # the table's first level and its number of rows, up to level 1
ROWS_PER_LEVEL = (GRID - 1) / (1.0 - LOWEST)
KELVIN = 273.15
CUTOFF_V = 3.0  # the data end there
LONGEST_S, LARGEST_LEVEL, NEAR_EMPTY = 120.0, 0.002, 0.08  # step rule of the fit
PASSES = 8  # of Newton's iteration for the current at a voltage
TEMP_STEP_C = 0.5  # tables are kept per half degree: below 1 mV


@dataclass(frozen=True, slots=True)
class Parameters:
    """One row of the fit: time constants, surface depletion, kinetics, resistances at the ``KNOTS``."""

    tau_s: float
    k_per_a: float
    eta_v: float
    i0_a: float
    tau_e_s: float
    r_e_ohm: float
    r0_ohm: tuple[float, ...]
    i0_factor: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CellModel:
    """The cell at one temperature, tabulated on the grid of levels.

    Attributes:
        parameters: What the tables were made of.
        ocv_v: Open-circuit voltage, shape (2049,).
        ocv_sum_v: Its integral over level from the first row, shape (2049,).
        r0_ohm: Ohmic resistance, shape (2049,).
        twice_i0_a: Twice the exchange current, shape (2049,).
    """

    parameters: Parameters
    ocv_v: tuple[float, ...]
    ocv_sum_v: tuple[float, ...]
    r0_ohm: tuple[float, ...]
    twice_i0_a: tuple[float, ...]

    def open_v(self, level: float) -> float:
        """Return the open-circuit voltage at a surface ``level``, interpolated; clamped to the table's ends."""
        place = (level - LOWEST) * ROWS_PER_LEVEL
        row = min(max(int(place), 0), GRID - 2)
        share = min(max(place - row, 0.0), 1.0)
        low = self.ocv_v[row]
        return low + share * (self.ocv_v[row + 1] - low)

    def slope_v(self, level: float) -> float:
        """Return dU/dlevel at a surface ``level``, in volts."""
        row = min(max(int((level - LOWEST) * ROWS_PER_LEVEL), 0), GRID - 2)
        return (self.ocv_v[row + 1] - self.ocv_v[row]) * ROWS_PER_LEVEL


class Cell:
    """State of one cell of ``CHARGE_AH``; currents are the cell's own, positive on discharge.

    Attributes:
        model: Tables at the present temperature.
        level: Charge left over ``CHARGE_AH``, in [0, 1].
        depletion: How far the electrode's surface lies below ``level``.
        electrolyte_v: Voltage lost in the electrolyte.
    """

    __slots__ = ("depletion", "electrolyte_v", "level", "model")

    def __init__(self, model: CellModel, level: float = 1.0) -> None:
        self.model, self.level = model, level
        self.depletion = self.electrolyte_v = 0.0

    def source(self, current_a: float) -> tuple[float, float]:
        """Return voltage and resistance of the source that the cell is around ``current_a`` (linearised there)."""
        model, eta = self.model, self.model.parameters.eta_v
        row = grid_row(self.level)
        twice_i0 = model.twice_i0_a[row]
        gain = eta / math.hypot(current_a, twice_i0)
        inner_v = model.open_v(self.level - self.depletion) - self.electrolyte_v
        return inner_v - eta * math.asinh(current_a / twice_i0) + gain * current_a, model.r0_ohm[row] + gain

    def voltage_v(self, current_a: float) -> float:
        """Return the terminal voltage at ``current_a``."""
        source_v, ohm = self.source(current_a)
        return source_v - ohm * current_a

    def at_power(self, power_w: float) -> tuple[float, float] | None:
        """Return current and voltage at a constant ``power_w``, or None if the cell cannot give it.

        Two passes of the fit's own iteration (simulation.md, 6.2).
        """
        model, eta = self.model, self.model.parameters.eta_v
        row = grid_row(self.level)
        inner_v = model.open_v(self.level - self.depletion) - self.electrolyte_v
        ohm, twice_i0 = model.r0_ohm[row], model.twice_i0_a[row]
        current_a, source_v = power_w / 3.7, inner_v
        for _ in range(2):
            source_v = inner_v - eta * math.asinh(current_a / twice_i0)
            room = source_v * source_v - 4.0 * power_w * ohm
            if room < 0.0:
                return None
            current_a = 2.0 * power_w / (source_v + math.sqrt(room))
        return current_a, source_v - current_a * ohm

    def at_voltage(self, voltage_v: float) -> float:
        """Return the current that takes the terminals to ``voltage_v``; negative if that charges the cell."""
        current_a = 0.0
        for _ in range(PASSES):
            source_v, ohm = self.source(current_a)
            current_a = (source_v - voltage_v) / ohm
        return current_a

    def copy(self) -> Cell:
        """Return another cell in the same state."""
        other = Cell(self.model, self.level)
        other.take(self)
        return other

    def take(self, other: Cell) -> None:
        """Be in the state of ``other``."""
        self.model, self.level = other.model, other.level
        self.depletion, self.electrolyte_v = other.depletion, other.electrolyte_v

    def advance(self, current_a: float, span_s: float) -> None:
        """Discharge with a constant ``current_a`` for ``span_s``; exact."""
        fit = self.model.parameters
        fade, fade_e = math.exp(-span_s / fit.tau_s), math.exp(-span_s / fit.tau_e_s)
        self.depletion = self.depletion * fade + fit.k_per_a * current_a * (1.0 - fade)
        self.electrolyte_v = self.electrolyte_v * fade_e + fit.r_e_ohm * current_a * (1.0 - fade_e)
        self.level -= current_a * span_s / (3600.0 * CHARGE_AH)

    def longest_step_s(self, current_a: float) -> float:
        """Return how long a step may take at constant power: 0.02 % from converged."""
        largest = LARGEST_LEVEL * (0.2 if self.level - self.depletion < NEAR_EMPTY else 1.0)
        return min(LONGEST_S, largest * 3600.0 * CHARGE_AH / current_a) if current_a > 0.0 else LONGEST_S


@dataclass(frozen=True, slots=True)
class Discharge:
    """A whole discharge: samples at the start of each step, and where it ended."""

    t_s: list[float]
    voltage_v: list[float]
    level: list[float]
    end_s: float
    discharged_ah: float


def discharge(cell: Cell, load: Iterable[tuple[float, float]], cutoff_v: float = 3.0) -> Discharge:
    """Run ``load``, segments of (duration_s, power_w), until the cell is empty or the load ends."""
    t_s, times, volts, levels, begin = 0.0, list[float](), list[float](), list[float](), cell.level
    for duration_s, power_w in load:
        left_s = duration_s
        while left_s > 1e-9:
            point = cell.at_power(power_w)
            if point is None or point[1] < cutoff_v:
                return Discharge(times, volts, levels, t_s, (begin - cell.level) * CHARGE_AH)
            times.append(t_s)
            volts.append(point[1])
            levels.append(cell.level)
            step_s = min(left_s, cell.longest_step_s(point[0]))
            cell.advance(point[0], step_s)
            t_s, left_s = t_s + step_s, left_s - step_s
    return Discharge(times, volts, levels, t_s, (begin - cell.level) * CHARGE_AH)


def grid_row(level: float) -> int:
    """Return the row of the tables nearest to ``level``."""
    return min(max(round((level - LOWEST) * ROWS_PER_LEVEL), 0), GRID - 1)


def model_at(temp_c: float, ocv_shift_v: float = 0.0) -> CellModel:
    """Return the cell at ``temp_c``, rounded to half a degree and clamped to the fit's 10 to 40 C.

    Args:
        temp_c: Cell temperature.
        ocv_shift_v: Added to the open-circuit voltage, for another chemistry.

    Raises:
        FileError: If the data of the cell are missing.
    """
    low_c, high_c = known_temps_c()
    return _model(round(min(max(temp_c, low_c), high_c) / TEMP_STEP_C), ocv_shift_v)


def parameters_at(temp_c: float) -> Parameters:
    """Return the fit at ``temp_c``: logarithms linear in 1/T between its temperatures, clamped outside."""
    rows = fitted()
    temps = sorted(rows)
    temp_c = min(max(temp_c, temps[0]), temps[-1])
    if temp_c in rows:
        return _parameters(rows[temp_c])
    high = bisect_right(temps, temp_c)
    cold, warm = temps[high - 1], temps[high]
    x, x0, x1 = (1.0 / (t + KELVIN) for t in (temp_c, cold, warm))
    share = (x - x0) / (x1 - x0)
    return _parameters({name: rows[cold][name] ** (1.0 - share) * rows[warm][name] ** share for name in rows[cold]})


def known_temps_c() -> tuple[float, float]:
    """Return the coldest and the hottest temperature of the fit; outside, its ends are used."""
    return min(fitted()), max(fitted())


@cache
def fitted() -> dict[float, dict[str, float]]:
    """Return the rows of ``assets/cells/parameters.csv`` by temperature in C."""
    with asset("cells", "parameters.csv").open(encoding="utf-8", newline="") as file:
        rows = [{name: float(text) for name, text in row.items()} for row in csv.DictReader(file)]
    return {row.pop("temp_c"): row for row in rows}


@cache
def ocv_table() -> tuple[float, ...]:
    """Return the open-circuit voltages of ``assets/cells/ocv.csv``, shape (2049,)."""
    with asset("cells", "ocv.csv").open(encoding="utf-8", newline="") as file:
        return tuple(float(row["ocv_v"]) for row in csv.DictReader(file))


@cache
def _model(half_degrees: int, ocv_shift_v: float) -> CellModel:
    return build_model(half_degrees * TEMP_STEP_C, ocv_shift_v)


def build_model(temp_c: float, ocv_shift_v: float = 0.0) -> CellModel:
    """Return the cell at exactly ``temp_c``, clamped to 10 to 40 C; takes some milliseconds (``model_at`` keeps it)."""
    fit = parameters_at(temp_c)
    levels = [LOWEST + row / ROWS_PER_LEVEL for row in range(GRID)]
    logs = tuple(math.log(factor) for factor in fit.i0_factor)
    ocv_v = tuple(volts + ocv_shift_v for volts in ocv_table())
    halves = ((low + high) / 2.0 / ROWS_PER_LEVEL for low, high in pairwise(ocv_v))
    return CellModel(
        fit,
        ocv_v,
        tuple(accumulate(halves, initial=0.0)),
        tuple(_between_knots(fit.r0_ohm, level) for level in levels),
        tuple(2.0 * fit.i0_a * math.exp(_between_knots(logs, level)) for level in levels),
    )


def _parameters(row: dict[str, float]) -> Parameters:
    places = [f"{round(100 * knot):03d}" for knot in KNOTS]
    return Parameters(
        tau_s=row["tau_s"],
        k_per_a=row["k_per_a"],
        eta_v=row["eta_v"],
        i0_a=row["i0_a"],
        tau_e_s=row["tau_e_s"],
        r_e_ohm=row["r_e_ohm"],
        r0_ohm=tuple(row[f"r0_{place}_ohm"] for place in places),
        i0_factor=tuple(row[f"i0_factor_{place}"] for place in places),
    )


def _between_knots(values: tuple[float, ...], level: float) -> float:
    level = min(max(level, 0.0), 1.0)
    high = min(bisect_right(KNOTS, level), len(KNOTS) - 1)
    low = high - 1
    share = (level - KNOTS[low]) / (KNOTS[high] - KNOTS[low])
    return values[low] + share * (values[high] - values[low])
