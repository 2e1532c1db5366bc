"""What a fuel gauge knows of the cell: an equivalent circuit with one surface level, fitted at three temperatures.

The open-circuit voltage is read at the *surface* level, the level less a diffusion state. It is simpler than the cell
itself (``cell``), as the gauge of a product is. Data, units and fit: ``assets/cells/README.md``; docs/battery.md.
"""

from __future__ import annotations

import csv
import math
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache

from emulator.core.assets import asset
from emulator.devices.battery.model import GRID, KELVIN, LOWEST, ROWS_PER_LEVEL, TEMP_STEP_C

KNOTS = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)


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
class SurfaceModel:
    """The circuit at one temperature, tabulated over level: open-circuit voltage, ohms, twice the exchange current."""

    parameters: Parameters
    ocv_v: tuple[float, ...]
    r0_ohm: tuple[float, ...]
    twice_i0_a: tuple[float, ...]

    def open_v(self, level: float) -> float:
        """Return the open-circuit voltage at a surface ``level``, interpolated; clamped to the table's ends."""
        place = (level - LOWEST) * ROWS_PER_LEVEL
        row = min(max(int(place), 0), GRID - 2)
        share = min(max(place - row, 0.0), 1.0)
        return self.ocv_v[row] + share * (self.ocv_v[row + 1] - self.ocv_v[row])

    def slope_v(self, level: float) -> float:
        """Return dU/dlevel at a surface ``level``, in volts."""
        row = min(max(int((level - LOWEST) * ROWS_PER_LEVEL), 0), GRID - 2)
        return (self.ocv_v[row + 1] - self.ocv_v[row]) * ROWS_PER_LEVEL

    def drop_v(self, level: float, current_a: float, resistance: float = 1.0) -> float:
        """Return what ohms and reactions take at ``level`` and ``current_a``; ``resistance`` multiplies the ohms."""
        row = min(max(round((level - LOWEST) * ROWS_PER_LEVEL), 0), GRID - 1)
        eta_v = self.parameters.eta_v
        return resistance * self.r0_ohm[row] * current_a + eta_v * math.asinh(current_a / self.twice_i0_a[row])

    def level_of(self, open_v: float) -> float:
        """Return the level in [0, 1] whose open-circuit voltage is ``open_v``; the table rises with level."""
        low, high = 0.0, 1.0
        for _ in range(40):
            middle = (low + high) / 2.0
            low, high = (middle, high) if self.open_v(middle) < open_v else (low, middle)
        return (low + high) / 2.0


def surface_at(temp_c: float, ocv_shift_v: float = 0.0) -> SurfaceModel:
    """Return the circuit at ``temp_c``, rounded to half a degree and clamped to the fit's 10 to 40 C.

    Args:
        temp_c: Cell temperature.
        ocv_shift_v: Added to the open-circuit voltage, for another chemistry.

    Raises:
        FileError: If the data of the cell are missing.
    """
    low_c, high_c = min(fitted()), max(fitted())
    return _kept(round(min(max(temp_c, low_c), high_c) / TEMP_STEP_C), ocv_shift_v)


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
def _kept(half_degrees: int, ocv_shift_v: float) -> SurfaceModel:
    fit = parameters_at(half_degrees * TEMP_STEP_C)
    levels = [LOWEST + row / ROWS_PER_LEVEL for row in range(GRID)]
    logs = tuple(math.log(factor) for factor in fit.i0_factor)
    return SurfaceModel(
        fit,
        tuple(volts + ocv_shift_v for volts in ocv_table()),
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
