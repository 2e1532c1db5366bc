"""Many cells at once: the equations of ``cell`` over numpy arrays, for fleets; ``many_packs`` puts them into devices.

Every step does for each element what the scalar one does for one cell (tested to 1e-9).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from emulator.devices.battery.cell import CLOSE_A, LEAST_SALT, LEVEL_PER_AS, PASSES, REST_SALT
from emulator.devices.battery.model import (
    GRID,
    KNOWN_C,
    LOWEST,
    ROWS_PER_LEVEL,
    SALT_ROWS,
    SALT_STEP,
    TEMP_STEP_C,
    build_tables,
    model_at,
)

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Rows = NDArray[np.intp]
LEVEL_TABLES = ("positive_v", "negative_v", "positive_a", "negative_a")
SALT_TABLES = ("series_ohm", "back_ohm", "back_m_s", "positive_s_m")
SCALARS = ("thermal_v", "salt_v", "negative_s", "positive_s", "negative_per_a", "positive_per_a")


@dataclass(slots=True)
class ManyCells:
    """State of many cells of ``CHARGE_AH``: what ``Cell`` has, as arrays of one shape. Steps replace its arrays."""

    level: Array
    front: Array
    front_short: Array
    back_short: Array
    positive_short: Array
    front_salt: Array
    back_salt: Array
    back_a: Array

    @staticmethod
    def rested(level: ArrayLike) -> ManyCells:
        """Return rested cells at ``level`` in [0, 1]."""
        levels = np.array(level, dtype=np.float64)
        zeros = np.zeros_like(levels)
        return ManyCells(levels, levels, zeros, zeros, zeros, zeros + REST_SALT, zeros + REST_SALT, zeros)

    def pick(self, which: Rows | Flags) -> ManyCells:
        """Return the state of some of them."""
        return ManyCells(*(getattr(self, field.name)[which] for field in fields(self)))


@dataclass(frozen=True, slots=True)
class ManyModels:
    """The cell at the temperature of each element: tables by name, where its rows begin, and its single numbers."""

    tables: dict[str, Array]
    level_row: Rows
    salt_row: Rows
    thermal_v: Array
    salt_v: Array
    negative_s: Array
    positive_s: Array
    negative_per_a: Array
    positive_per_a: Array
    front_share: float
    salt_per_a: float
    rooms_m: tuple[float, float, float]


def models_at(temp_c: ArrayLike, ocv_shift_v: float = 0.0, resistance: float = 1.0) -> ManyModels:
    """Return the cells at ``temp_c``, of any shape, rounded and clamped as ``model_at`` does. Cheap after the first."""
    tables, scalars = _stacked(ocv_shift_v, resistance)
    halves = np.rint(np.clip(np.asarray(temp_c, dtype=np.float64), *KNOWN_C) / TEMP_STEP_C)
    row = halves.astype(np.intp) - round(KNOWN_C[0] / TEMP_STEP_C)
    one = model_at(KNOWN_C[0], ocv_shift_v, resistance)
    picked = {name: scalars[name][row] for name in SCALARS}
    return ManyModels(
        tables=tables,
        level_row=row * GRID,
        salt_row=row * SALT_ROWS,
        front_share=one.front_share,
        salt_per_a=one.salt_per_a,
        rooms_m=one.rooms_m,
        **picked,
    )


@dataclass(frozen=True, slots=True)
class Offers:
    """What the cells offer in their state, whatever the current (``Cell._look``), and the slopes of their volts."""

    front_v: Array
    back_v: Array
    positive_v: Array
    front_i0: Array
    back_i0: Array
    positive_i0: Array
    back_ohm: Array
    series_ohm: Array
    slopes: tuple[Array, Array, Array]


@dataclass(frozen=True, slots=True)
class Lines:
    """The cells as sources, linearised: volts and ohms; the same of both nodes; volts and siemens of the back one."""

    volts: Array
    ohm: Array
    nodes_v: Array
    nodes_ohm: Array
    back_v: Array
    back_siemens: Array

    def back_a(self, current_a: Array) -> Array:
        """Return what the back nodes carry of ``current_a``."""
        return (self.back_v - self.nodes_v + self.nodes_ohm * current_a) * self.back_siemens


def look_many(models: ManyModels, cells: ManyCells) -> Offers:
    """Return what ``cells`` offer now."""
    share, back = models.front_share, _back(models, cells)
    front_salt, back_salt = cells.front_salt, cells.back_salt
    positive_salt = _positive_salt(models, cells)
    front_v, front_a, front_slope = _at(models, "negative", cells.front - cells.front_short)
    back_v, back_a, back_slope = _at(models, "negative", back - cells.back_short)
    positive_v, positive_a, positive_slope = _at(models, "positive", cells.level - cells.positive_short)
    log_salt = np.log(positive_salt)
    return Offers(
        models.salt_v * (log_salt - np.log(front_salt)) - front_v,
        models.salt_v * (log_salt - np.log(back_salt)) - back_v,
        positive_v,
        front_a * (share * np.sqrt(front_salt / REST_SALT)),
        back_a * ((1.0 - share) * np.sqrt(back_salt / REST_SALT)),
        positive_a * np.sqrt(positive_salt / REST_SALT),
        _over_salt(models, "back_ohm", (front_salt + back_salt) / 2.0),
        _over_salt(models, "series_ohm", (front_salt + positive_salt) / 2.0),
        (front_slope, back_slope, positive_slope),
    )


def line_many(models: ManyModels, offers: Offers, current_a: Array, back_a: Array) -> Lines:
    """Return the cells linearised at ``current_a``, of which the back nodes carry ``back_a``: ``Cell._line``."""
    thermal_v, front_a = models.thermal_v, current_a - back_a
    gain = thermal_v / np.sqrt(front_a * front_a + offers.front_i0**2)
    front_v = offers.front_v + gain * front_a - thermal_v * np.arcsinh(front_a / offers.front_i0)
    front_siemens = 1.0 / gain
    gain = thermal_v / np.sqrt(back_a * back_a + offers.back_i0**2)
    back_v = offers.back_v + gain * back_a - thermal_v * np.arcsinh(back_a / offers.back_i0)
    back_siemens = 1.0 / (gain + offers.back_ohm)
    nodes_ohm = 1.0 / (front_siemens + back_siemens)
    nodes_v = (front_v * front_siemens + back_v * back_siemens) * nodes_ohm
    gain = thermal_v / np.sqrt(current_a * current_a + offers.positive_i0**2)
    volts = offers.positive_v + gain * current_a - thermal_v * np.arcsinh(current_a / offers.positive_i0) + nodes_v
    return Lines(volts, nodes_ohm + gain + offers.series_ohm, nodes_v, nodes_ohm, back_v, back_siemens)


def at_power_many(models: ManyModels, cells: ManyCells, offers: Offers, power_w: Array) -> tuple[Array, Array, Flags]:
    """Return current, voltage and whether each cell can give ``power_w``: ``Cell.at_power``; where not, zeros."""
    current_a, holds = power_w / 3.7, np.ones(power_w.shape, dtype=np.bool_)
    voltage_v = current_a
    for _ in range(PASSES):
        line = line_many(models, offers, current_a, cells.back_a)
        room = line.volts**2 - 4.0 * power_w * line.ohm
        holds = holds & (room >= 0.0) & (line.volts > 0.0)
        found_a = np.where(holds, 2.0 * power_w / (line.volts + np.sqrt(np.maximum(room, 0.0))), 0.0)
        back_a = line.back_a(found_a)
        moved_a = np.abs(found_a - current_a) + np.abs(back_a - cells.back_a)
        voltage_v = np.where(holds, line.volts - line.ohm * found_a, 0.0)
        current_a, cells.back_a = found_a, back_a
        if np.max(moved_a, initial=0.0) < CLOSE_A:
            break
    return current_a, voltage_v, holds


def step_many(models: ManyModels, cells: ManyCells, power_w: Array, span_s: ArrayLike) -> tuple[Array, Array, Flags]:
    """Discharge each cell with ``power_w`` for ``span_s`` (one number or each its own), at the current at its start.

    Returns:
        Current, voltage and whether the cell can give the power, all at the start of the step; a cell that cannot
        carries nothing.
    """
    offers = look_many(models, cells)
    found = at_power_many(models, cells, offers, power_w)
    advance_many(models, cells, offers, found[0], span_s)
    return found


def advance_many(models: ManyModels, cells: ManyCells, offers: Offers, current_a: Array, span_s: ArrayLike) -> None:
    """Discharge each cell with a constant ``current_a`` for ``span_s``: ``Cell.advance``. ``offers`` are of now."""
    span_s = np.asarray(span_s, dtype=np.float64)
    share, drawn = models.front_share, span_s * LEVEL_PER_AS
    negative, positive = np.exp(-span_s / models.negative_s), np.exp(-span_s / models.positive_s)
    per_a = models.negative_per_a * (1.0 - negative)
    half = (drawn + per_a) / 2.0
    ahead_front = np.maximum(0.0, -offers.slopes[0]) * half / share
    ahead_back = np.maximum(0.0, -offers.slopes[1]) * half / (1.0 - share)
    back_a = _share(models, cells, offers, current_a, ahead_front, ahead_back)
    front_a = current_a - back_a
    cells.back_salt, cells.front_salt = _mixed(models, cells, front_a, back_a, span_s)
    cells.front_short = cells.front_short * negative + per_a * front_a / share
    cells.back_short = cells.back_short * negative + per_a * back_a / (1.0 - share)
    cells.positive_short = cells.positive_short * positive + models.positive_per_a * (1.0 - positive) * current_a
    cells.level = cells.level - current_a * drawn
    cells.front = cells.front - front_a * drawn / share
    cells.back_a = back_a


def _back(models: ManyModels, cells: ManyCells) -> Array:
    return (cells.level - models.front_share * cells.front) / (1.0 - models.front_share)


def _positive_salt(models: ManyModels, cells: ManyCells) -> Array:
    back_m, front_m, positive_m = models.rooms_m
    gained = back_m * (cells.back_salt - REST_SALT) + front_m * (cells.front_salt - REST_SALT)
    return np.maximum(LEAST_SALT, REST_SALT - gained / positive_m)


def _at(models: ManyModels, electrode: str, level: Array) -> tuple[Array, Array, Array]:
    """Return volts between rows, twice the exchange current at the row, and the slope of the volts."""
    place = (level - LOWEST) * ROWS_PER_LEVEL
    row = np.minimum(np.maximum(place.astype(np.intp), 0), GRID - 2)  # faster than np.clip
    at = models.level_row + row
    volts = models.tables[f"{electrode}_v"]
    low = volts[at]
    rise = volts[at + 1] - low
    return low + (place - row) * rise, models.tables[f"{electrode}_a"][at], rise * ROWS_PER_LEVEL


def _over_salt(models: ManyModels, name: str, salt: Array) -> Array:
    row = np.minimum((salt / SALT_STEP + 0.5).astype(np.intp), SALT_ROWS - 1)
    return models.tables[name][models.salt_row + row]


def _share(
    models: ManyModels, cells: ManyCells, offers: Offers, current_a: Array, ahead_front: Array, ahead_back: Array
) -> Array:
    """Return what the back nodes carry of ``current_a`` over a step: ``Cell._share``."""
    thermal_v, back_a, back_ohm = models.thermal_v, cells.back_a, offers.back_ohm + ahead_back
    open_v = offers.front_v - offers.back_v
    for _ in range(PASSES):
        front_a = current_a - back_a
        gap_v = open_v - ahead_front * front_a + back_ohm * back_a
        gap_v = gap_v - thermal_v * (np.arcsinh(front_a / offers.front_i0) - np.arcsinh(back_a / offers.back_i0))
        slope = 1.0 / np.sqrt(front_a * front_a + offers.front_i0**2)
        slope = thermal_v * (slope + 1.0 / np.sqrt(back_a * back_a + offers.back_i0**2))
        change_a = gap_v / (slope + back_ohm + ahead_front)
        back_a = back_a - change_a
        if np.max(np.abs(change_a), initial=0.0) < CLOSE_A:
            break
    return back_a


def _mixed(models: ManyModels, cells: ManyCells, front_a: Array, back_a: Array, span_s: Array) -> tuple[Array, Array]:
    """Return the salt of back and front after ``span_s``: ``Cell._mixed``."""
    back_m, front_m, positive_m = models.rooms_m
    back, front = cells.back_salt - REST_SALT, cells.front_salt - REST_SALT
    to_back = _over_salt(models, "back_m_s", REST_SALT + (back + front) / 2.0)
    to_positive = 1.0 / _over_salt(models, "positive_s_m", _positive_salt(models, cells))
    a, b = -to_back / back_m, to_back / back_m
    c = (to_back - to_positive * (back_m / positive_m)) / front_m
    d = -(to_back + to_positive * (1.0 + front_m / positive_m)) / front_m
    back_in, front_in = models.salt_per_a / back_m * back_a, models.salt_per_a / front_m * front_a
    area = a * d - b * c
    back_end, front_end = (b * front_in - d * back_in) / area, (c * back_in - a * front_in) / area
    mean = (a + d) / 2.0
    spread = np.sqrt(np.maximum(mean * mean - area, 1e-30))
    slow, quick = np.exp((mean + spread) * span_s), np.exp((mean - spread) * span_s)
    even, odd = (slow + quick) / 2.0, (slow - quick) / (2.0 * spread)
    back, front = back - back_end, front - front_end
    return (
        np.maximum(LEAST_SALT, REST_SALT + back_end + even * back + odd * ((a - mean) * back + b * front)),
        np.maximum(LEAST_SALT, REST_SALT + front_end + even * front + odd * (c * back + (d - mean) * front)),
    )


@cache
def _stacked(ocv_shift_v: float, resistance: float) -> tuple[dict[str, Array], dict[str, Array]]:
    """Return the tables of all half degrees one after another, and the single numbers by half degree."""
    halves = range(round(KNOWN_C[0] / TEMP_STEP_C), round(KNOWN_C[1] / TEMP_STEP_C) + 1)
    built = [build_tables(half * TEMP_STEP_C, ocv_shift_v, resistance) for half in halves]
    tables = {name: np.concatenate([found[name] for found, _ in built]) for name in LEVEL_TABLES + SALT_TABLES}
    return tables, {name: np.array([found[name] for _, found in built]) for name in SCALARS}
