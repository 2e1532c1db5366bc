"""The cell: what it conserves, its limits, and that its steps are good."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from emulator.devices.battery.cell import LEVEL_PER_AS, REST_SALT, Cell
from emulator.devices.battery.model import CHARGE_AH, CUTOFF_V, KNOWN_C, build_model, model_at


@pytest.fixture(scope="module")
def model():
    return build_model(25.0)


def wander(cell, seed=1, steps=300):
    """Discharge, rest and charge ``cell`` at random; yield each current and span after its step."""
    random = np.random.default_rng(seed)
    for _ in range(steps):
        current_a, span_s = float(random.uniform(-0.1, 0.25)), float(random.uniform(0.1, 30.0))
        cell.advance(current_a, span_s)
        yield current_a, span_s


def test_charge_is_conserved_whichever_node_carries_it(model):
    cell, charge_as = Cell(model, 0.9), 0.0
    share = model.front_share
    for current_a, span_s in wander(cell):
        charge_as += current_a * span_s
        assert cell.level == pytest.approx(0.9 - charge_as * LEVEL_PER_AS, abs=1e-12)
        back = (cell.level - share * cell.front) / (1.0 - share)
        assert share * cell.front + (1.0 - share) * back == pytest.approx(cell.level, abs=1e-12)


def test_at_rest_nodes_and_salt_even_out(model):
    cell = Cell(model, 0.6)
    for _ in range(20):
        cell.advance(0.2, 60.0)
    assert abs(cell.front - cell.level) > 1e-3
    assert cell.back_salt > cell.front_salt > REST_SALT
    for _ in range(2_000):
        cell.advance(0.0, 60.0)
    assert cell.front == pytest.approx(cell.level, abs=1e-5)
    assert (cell.back_salt, cell.front_salt) == pytest.approx((REST_SALT, REST_SALT), abs=1e-3)
    assert cell.voltage_v(0.0) == pytest.approx(model.open_v(cell.level), abs=1e-5)


@pytest.mark.parametrize("temp_c", KNOWN_C)
def test_no_step_makes_energy(temp_c):
    """What leaves the electrodes, each at its own level, is at least what the terminals give."""
    model = build_model(temp_c)
    cell, share = Cell(model, 0.8), model.front_share

    def stored_j():
        back = (cell.level - share * cell.front) / (1.0 - share)
        graphite = share * negative(cell.front) + (1.0 - share) * negative(back)
        return 3600.0 * CHARGE_AH * (positive(cell.level) - graphite)

    positive, negative = (integral(table) for table in (model.positive, model.negative))
    random = np.random.default_rng(2)
    for _ in range(200):
        before_j, span_s = stored_j(), float(random.uniform(1.0, 5.0))
        current_a = float(random.uniform(-0.1, 0.3))
        first_v = cell.voltage_v(current_a)
        cell.advance(current_a, span_s)
        given_j = current_a * span_s * (first_v + cell.voltage_v(current_a)) / 2.0
        assert before_j - stored_j() >= given_j - 0.02 * abs(given_j) - 1e-3


def integral(table):
    """Return the integral of the volts of ``table`` from level 0, by level."""
    volts = np.array([row[0] for row in table])
    levels = np.linspace(-0.02, 1.0, len(volts))
    sums = np.concatenate([[0.0], np.cumsum((volts[1:] + volts[:-1]) / 2.0 * np.diff(levels))])
    return lambda level: float(np.interp(level, levels, sums))


def test_the_energy_of_the_open_cell_is_the_integral_of_its_voltage(model):
    levels = np.linspace(0.1, 0.9, 400_001)
    volts = np.array([model.open_v(float(level)) for level in levels])
    expected = float(np.sum((volts[1:] + volts[:-1]) / 2.0 * np.diff(levels)))
    assert model.sum_v(0.9) - model.sum_v(0.1) == pytest.approx(expected, rel=1e-9)


def test_power_is_current_times_voltage(model):
    cell = Cell(model, 0.7)
    for power_w in (0.0, 0.05, 1.7, 0.4, -0.2):
        point = cell.at_power(power_w)
        assert point is not None
        current_a, voltage_v = point
        assert current_a * voltage_v == pytest.approx(power_w, rel=1e-7, abs=1e-9)
        cell.advance_power(power_w, 20.0)


def test_a_source_is_the_cell_where_it_is_linearised(model):
    cell = Cell(model, 0.5)
    volts, ohm = cell.source(0.2)
    step_a = 1e-4
    assert volts - 0.2 * ohm == pytest.approx(cell.voltage_v(0.2), abs=1e-12)
    slope = (cell.voltage_v(0.2 + step_a) - cell.voltage_v(0.2 - step_a)) / (2.0 * step_a)
    assert -slope == pytest.approx(ohm, rel=0.02)


def test_a_voltage_has_its_current(model):
    cell = Cell(model, 0.5)
    for voltage_v in (3.2, 3.7, 4.1):
        assert cell.voltage_v(cell.at_voltage(voltage_v)) == pytest.approx(voltage_v, abs=1e-6)
    assert cell.at_voltage(4.1) < 0.0 < cell.at_voltage(3.2)


def test_too_much_power_is_none_and_changes_nothing(model):
    cell = Cell(model, 0.5)
    cell.advance(0.1, 60.0)
    before = cell.copy()
    assert cell.at_power(500.0) is None
    assert cell.advance_power(500.0, 1.0) is None
    state = ("level", "front", "front_short", "back_short", "positive_short", "front_salt", "back_salt")
    assert [getattr(cell, name) for name in state] == [getattr(before, name) for name in state]


def test_half_steps_come_to_the_same(model):
    """Steps of 20 s and of 1 s at up to 1.6C: a fiftieth of a percent of charge, a millivolt."""
    long, short = Cell(model), Cell(model)
    for number in range(150):
        power_w = 0.2 + 0.5 * (number % 3)
        long.advance_power(power_w, 20.0)
        for _ in range(20):
            short.advance_power(power_w, 1.0)
    assert long.level == pytest.approx(short.level, abs=2e-4)
    assert long.voltage_v(0.1) == pytest.approx(short.voltage_v(0.1), abs=1e-3)


@pytest.mark.parametrize("level", [0.03, 0.3, 0.9])
def test_long_rests_do_not_oscillate(model, level):
    """Two minutes at a time, from a state far from rest."""
    cell = Cell(model, level + 0.02)
    cell.advance(0.3, 50.0)
    gaps = []
    for _ in range(60):
        cell.advance(0.0, 120.0)
        gaps.append(cell.front - cell.level)
    assert all(math.isfinite(gap) for gap in gaps)
    assert abs(gaps[-1]) < abs(gaps[0])
    assert max(abs(gap) for gap in gaps[10:]) <= max(abs(gap) for gap in gaps[:10])


def test_it_is_weaker_in_the_cold_and_with_age():
    new, cold, aged = Cell(model_at(25.0), 0.5), Cell(model_at(10.0), 0.5), Cell(model_at(25.0, 0.0, 1.5), 0.5)
    assert cold.voltage_v(0.2) < new.voltage_v(0.2)
    assert aged.voltage_v(0.2) < new.voltage_v(0.2)
    assert aged.voltage_v(0.0) == new.voltage_v(0.0)


def test_temperature_goes_over_without_a_step():
    """A tenth of a degree changes the voltage by less than a millivolt, anywhere between 10 and 40 C."""
    volts = [Cell(build_model(temp_c), 0.4).voltage_v(0.2) for temp_c in np.arange(10.0, 40.01, 0.1)]
    assert max(abs(b - a) for a, b in pairwise(volts)) < 1e-3
    assert volts == sorted(volts)


def test_outside_the_known_temperatures_the_nearest_is_used():
    assert model_at(-20.0) is model_at(10.0)
    assert model_at(55.0) is model_at(40.0)


def test_the_table_begins_at_its_charge_and_ends_at_the_cut_off(model):
    assert model.open_v(1.0) == pytest.approx(4.2, abs=1e-3)
    assert model.open_v(0.0) == pytest.approx(CUTOFF_V, abs=0.02)
    assert model.open_v(model.level_of(3.8)) == pytest.approx(3.8, abs=1e-6)
