"""The cell at one temperature, as tables: electrode potentials, reaction rates, paths through the electrolyte.

Constants and their sources: ``assets/cells/cell.toml``; equations: docs/battery.md.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emulator.core.assets import asset

Array = NDArray[np.float64]

CHARGE_AH = 0.21631686  # 4.2 V to 3.0 V at C/200 and 25 C: the capacity basis
CUTOFF_V = 3.0  # the data end there
LOWEST, GRID = -0.02, 2_049  # the tables' first level and their number of rows, up to level 1
ROWS_PER_LEVEL = (GRID - 1) / (1.0 - LOWEST)
SALT_STEP, SALT_ROWS = 2.0, 3_001  # tables over the electrolyte's concentration, mol/m3 from 0
KNOWN_C = (10.0, 40.0)  # where the cell was compared with the DFN; outside, the nearer end is used
TEMP_STEP_C = 0.5  # ``model_at`` keeps one model per half degree: below 1 mV
KELVIN, GAS_J_PER_MOL_K, FARADAY = 273.15, 8.314462618, 96485.33212
FLATTEST = 1e-6  # a stoichiometry's distance from 0 and 1, so that no reaction stops
STRAIGHT_BELOW = -0.004  # graphite below this level: a straight extension, the published polynomial explodes there


@dataclass(frozen=True, slots=True)
class CellModel:
    """The cell at one temperature. Tables over level have 2,049 rows, those over salt 3,001.

    Attributes:
        positive: The LCO over its surface level: potential against lithium (V) at the row, its rise to the next row,
            twice the exchange current (A) at rest salt.
        negative: The same of all graphite over a node's surface level.
        ocv_v: The difference of both potentials: the open-circuit voltage of the rested cell.
        ocv_sum_v: Its integral over level from the first row.
        series_ohm: Electrolyte and contacts between front node and LCO, over the mean salt of both.
        back: Electrolyte between front and back node, over the mean salt of both: ohms, and diffusive conductance (m/s).
        positive_s_m: Diffusive resistance (s/m) from the front node into the LCO, over the salt there.
        thermal_v: 2 R T / F.
        salt_v: ``thermal_v`` times 1 - transference number.
        negative_s: Time constant of diffusion in the graphite particles; ``positive_s`` in the LCO.
        negative_per_a: Surface depletion in level per ampere, all graphite; ``positive_per_a`` of the LCO.
        front_share: Share of the graphite in the front node.
        salt_per_a: Salt set free per ampere, (mol/m3)(m/s).
        rooms_m: Pore volume over area of back node, front node, and LCO with its half of the separator.
    """

    positive: tuple[tuple[float, float, float], ...]
    negative: tuple[tuple[float, float, float], ...]
    ocv_v: tuple[float, ...]
    ocv_sum_v: tuple[float, ...]
    series_ohm: tuple[float, ...]
    back: tuple[tuple[float, float], ...]
    positive_s_m: tuple[float, ...]
    thermal_v: float
    salt_v: float
    negative_s: float
    positive_s: float
    negative_per_a: float
    positive_per_a: float
    front_share: float
    salt_per_a: float
    rooms_m: tuple[float, float, float]

    def open_v(self, level: float) -> float:
        """Return the open-circuit voltage of the rested cell at ``level``, interpolated; clamped to the table's ends."""
        place = (level - LOWEST) * ROWS_PER_LEVEL
        row = min(max(int(place), 0), GRID - 2)
        share = min(max(place - row, 0.0), 1.0)
        return self.ocv_v[row] + share * (self.ocv_v[row + 1] - self.ocv_v[row])

    def sum_v(self, level: float) -> float:
        """Return the integral of the open-circuit voltage from the lowest level up to ``level``."""
        place = (level - LOWEST) * ROWS_PER_LEVEL
        row = min(max(int(place), 0), GRID - 2)
        low, rise = self.ocv_v[row], self.ocv_v[row + 1] - self.ocv_v[row]
        share = place - row
        return self.ocv_sum_v[row] + share * (low + share * rise / 2.0) / ROWS_PER_LEVEL

    def level_of(self, open_v: float) -> float:
        """Return the level in [0, 1] whose open-circuit voltage is ``open_v``; the table rises with level."""
        low, high = 0.0, 1.0
        for _ in range(40):
            middle = (low + high) / 2.0
            low, high = (middle, high) if self.open_v(middle) < open_v else (low, middle)
        return (low + high) / 2.0


def model_at(temp_c: float, ocv_shift_v: float = 0.0, resistance: float = 1.0) -> CellModel:
    """Return the cell at ``temp_c``, rounded to half a degree and clamped to ``KNOWN_C``; kept, so cheap.

    Args:
        temp_c: Cell temperature.
        ocv_shift_v: Added to the open-circuit voltage, for another chemistry.
        resistance: Factor on ohmic and reaction resistance: ageing.

    Raises:
        FileError: If the data of the cell are missing.
    """
    return _kept(round(_clamped(temp_c) / TEMP_STEP_C), ocv_shift_v, resistance)


def build_model(temp_c: float, ocv_shift_v: float = 0.0, resistance: float = 1.0) -> CellModel:
    """Return the cell at exactly ``temp_c`` (clamped to ``KNOWN_C``); takes some milliseconds."""
    tables, scalars = build_tables(temp_c, ocv_shift_v, resistance)
    rows = {name: table.tolist() for name, table in tables.items()}
    plain: dict[str, Any] = {name: tuple(rows[name]) for name in ("ocv_v", "ocv_sum_v", "series_ohm", "positive_s_m")}
    plain |= scalars
    return CellModel(
        positive=_electrode(rows["positive_v"], rows["positive_a"]),
        negative=_electrode(rows["negative_v"], rows["negative_a"]),
        back=tuple(zip(rows["back_ohm"], rows["back_m_s"], strict=True)),
        rooms_m=_rooms_m(),
        **plain,
    )


def build_tables(temp_c: float, ocv_shift_v: float, resistance: float) -> tuple[dict[str, Array], dict[str, float]]:
    """Return what a ``CellModel`` is made of, by name: columns as arrays, and single numbers."""
    kelvin = _clamped(temp_c) + KELVIN
    constants, electrodes = _constants(), _electrodes()
    published = constants["published"]
    negative, positive = published["negative"], published["positive"]
    warm_k = kelvin - published["reference_c"] - KELVIN
    positive_v = electrodes[1] + electrodes[3] * warm_k + ocv_shift_v
    negative_v = electrodes[2] + electrodes[4] * warm_k
    ocv_v = positive_v - negative_v
    halves = (ocv_v[1:] + ocv_v[:-1]) / 2.0 / ROWS_PER_LEVEL
    thermal_v = 2.0 * GAS_J_PER_MOL_K * kelvin / FARADAY
    solid = _faster(kelvin, published["solid_j_per_mol"])
    series, back, conductance, into = _paths(kelvin)
    area_m2 = _area_m2(constants)
    tables = {
        "positive_v": positive_v,
        "negative_v": negative_v,
        "positive_a": _exchange_a(positive, electrodes[0], -1.0, solid) / resistance,
        "negative_a": _exchange_a(negative, electrodes[0], 1.0, solid) / resistance,
        "ocv_v": ocv_v,
        "ocv_sum_v": np.concatenate([[0.0], np.cumsum(halves)]),
        "series_ohm": series * resistance,
        "back_ohm": back * resistance,
        "back_m_s": conductance,
        "positive_s_m": into,
    }
    scalars = {
        "thermal_v": thermal_v,
        "salt_v": thermal_v * (1.0 - published["transference"]),
        "negative_s": _relaxation_s(negative, solid),
        "positive_s": _relaxation_s(positive, solid),
        "negative_per_a": _depletion_per_a(negative, area_m2, solid),
        "positive_per_a": _depletion_per_a(positive, area_m2, solid),
        "front_share": float(constants["effective"]["front_share"]),
        "salt_per_a": (1.0 - published["transference"]) / (FARADAY * area_m2),
    }
    return tables, scalars


def _electrode(volts: list[float], amps: list[float]) -> tuple[tuple[float, float, float], ...]:
    rises = [high - low for low, high in pairwise(volts)]
    return tuple(zip(volts, [*rises, rises[-1]], amps, strict=True))


def _clamped(temp_c: float) -> float:
    return min(max(temp_c, KNOWN_C[0]), KNOWN_C[1])


@cache
def _kept(half_degrees: int, ocv_shift_v: float, resistance: float) -> CellModel:
    return build_model(half_degrees * TEMP_STEP_C, ocv_shift_v, resistance)


@cache
def _constants() -> dict[str, Any]:
    with asset("cells", "cell.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def _electrodes() -> tuple[Array, ...]:
    """Return the columns of ``electrodes.csv``: level, potentials (V), their change with temperature (V/K)."""
    with asset("cells", "electrodes.csv").open(encoding="utf-8", newline="") as file:
        rows = [[float(text) for text in row] for row in list(csv.reader(file))[1:]]
    return tuple(np.array(rows).T)


def _faster(kelvin: float, j_per_mol: float) -> float:
    """Return the Arrhenius factor against the published reference temperature."""
    reference_k = float(_constants()["published"]["reference_c"]) + KELVIN
    return float(np.exp(j_per_mol / GAS_J_PER_MOL_K * (1.0 / reference_k - 1.0 / kelvin)))


def _area_m2(constants: dict[str, Any]) -> float:
    published = constants["published"]
    return float(published["area_m2"] * constants["nominal_ah"] / published["published_ah"])


def _surface_m2(electrode: dict[str, float], area_m2: float) -> float:
    """Return the surface of all particles of an electrode."""
    return area_m2 * electrode["thickness_m"] * 3.0 * electrode["active_share"] / electrode["particle_m"]


def _exchange_a(electrode: dict[str, float], level: Array, sign: float, solid: float) -> Array:
    """Return twice the exchange current over the surface level, at rest salt: 2 S F k sqrt(c_e c (c_max - c))."""
    constants = _constants()
    published = constants["published"]
    change = (level - 1.0) * CHARGE_AH / electrode["charge_ah"]
    filled = np.clip(electrode["stoichiometry_full"] + sign * change, FLATTEST, 1.0 - FLATTEST)
    rate = FARADAY * published["reaction_m_per_s"] * solid * electrode["most_mol_m3"] * published["salt_mol_m3"] ** 0.5
    found: Array = 2.0 * _surface_m2(electrode, _area_m2(constants)) * rate * np.sqrt(filled * (1.0 - filled))
    return found


def _relaxation_s(electrode: dict[str, float], solid: float) -> float:
    """Return the time constant of one mode with the first moment of all modes of a sphere: R^2 / 35 D."""
    return float(electrode["particle_m"] ** 2 / (35.0 * electrode["diffusion_m2_s"] * solid))


def _depletion_per_a(electrode: dict[str, float], area_m2: float, solid: float) -> float:
    """Return how far a sphere's surface falls behind its mean at a steady ampere, R j / 5 D F, in level."""
    per_a = electrode["particle_m"] / (5.0 * electrode["diffusion_m2_s"] * solid * electrode["most_mol_m3"])
    per_a /= FARADAY * _surface_m2(electrode, area_m2)
    return float(per_a * electrode["charge_ah"] / CHARGE_AH)


def _open(part: dict[str, float]) -> float:
    """Return what share of a layer's cross-section conducts, tortuosity included: porosity^b."""
    return float(part["porosity"] ** part["bruggeman"])


def _rooms_m() -> tuple[float, float, float]:
    published, effective = _constants()["published"], _constants()["effective"]
    negative, positive, separator = (published[name] for name in ("negative", "positive", "separator"))
    graphite_m = negative["porosity"] * negative["thickness_m"] * effective["negative_room"]
    half_m = separator["porosity"] * separator["thickness_m"] / 2.0
    lco_m = positive["porosity"] * positive["thickness_m"]
    front = effective["front_share"]
    return graphite_m * (1.0 - front), graphite_m * front + half_m, (lco_m + half_m) * effective["positive_room"]


def _paths(kelvin: float) -> list[Array]:
    """Return, over salt: series ohms, back ohms, back conductance (m/s), diffusive resistance into the LCO (s/m)."""
    constants = _constants()
    published, effective, area_m2 = constants["published"], constants["effective"], _area_m2(constants)
    salt = np.maximum(np.arange(SALT_ROWS) * SALT_STEP, SALT_STEP / 2.0)
    negative, positive, separator = (published[name] for name in ("negative", "positive", "separator"))
    siemens_m, diffusion = conductivity_s_m(salt, kelvin), diffusion_m2_s(salt, kelvin)
    cold = 1.0 / _faster(kelvin, effective["series_j_per_mol"])
    series_m = effective["series_lengths"] * cold * separator["thickness_m"] / _open(separator)
    half_m = negative["thickness_m"] / 2.0 / _open(negative)
    into_m = effective["positive_lengths"] * positive["thickness_m"] / _open(positive)
    return [
        series_m / (siemens_m * area_m2) + effective["series_ohm"],
        effective["back_lengths"] * half_m / (siemens_m * area_m2),
        effective["back_conductances"] * diffusion / half_m,
        into_m / diffusion,
    ]


def conductivity_s_m(salt: Array, kelvin: float) -> Array:
    """Return the conductivity of the electrolyte in S/m at ``salt`` in mol/m3.

    Source:
        Ai 2020, as in PyBaMM's ``electrolyte_conductivity_Ai2020``.
    """
    found: Array = (
        (-10.5 + 0.668e-3 * salt + 0.494e-6 * salt**2)
        + (0.074 - 1.78e-5 * salt - 8.86e-10 * salt**2) * kelvin
        + (-6.96e-5 + 2.8e-8 * salt) * kelvin**2
    )
    return 1e-4 * salt * found**2


def diffusion_m2_s(salt: Array, kelvin: float) -> Array:
    """Return the diffusivity of the salt in m2/s at ``salt`` in mol/m3.

    Source:
        Valoen and Reimers 2005, as in PyBaMM's ``electrolyte_diffusivity_Ai2020``.
    """
    found: Array = 10.0 ** (-8.43 - 54.0 / (kelvin - 229.0 - 5e-3 * salt) - 0.22e-3 * salt)
    return found
