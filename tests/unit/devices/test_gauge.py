"""The gauge's manners: single percents, one direction, a new start with a new pack."""

from __future__ import annotations

from itertools import pairwise

import pytest

from emulator.devices.battery.cell import Cell
from emulator.devices.battery.gauge import TYPICAL, Gauge, GaugeErrors
from emulator.devices.battery.model import model_at
from emulator.devices.battery.surface import parameters_at, surface_at


def carry(cell, gauge, current_a, seconds, step_s=5.0):
    """Let ``cell`` carry ``current_a`` before the eyes of ``gauge``; return what it reported after each step."""
    told = []
    for _ in range(round(seconds / step_s)):
        cell.advance(current_a, step_s)
        gauge.sample(surface_at(25.0), current_a, cell.voltage_v(current_a), step_s)
        told.append(gauge.reported)
    return told


@pytest.fixture
def cell():
    return Cell(model_at(25.0), 0.62)


@pytest.fixture
def gauge(cell):
    return Gauge(surface_at(25.0), cell.model.open_v(0.62))


def test_it_starts_at_the_level_of_the_resting_voltage(gauge):
    assert gauge.reported == pytest.approx(0.62, abs=0.01)


def test_it_falls_by_single_percents_while_discharged(cell, gauge):
    told = carry(cell, gauge, 0.1, 1_800)
    falls = [round(100.0 * (b - a)) for a, b in pairwise(told)]
    assert set(falls) == {0, -1}
    assert told[-1] == pytest.approx(cell.level, abs=0.03)


def test_it_rises_by_single_percents_while_charged(cell, gauge):
    told = carry(cell, gauge, -0.1, 1_800)
    rises = [round(100.0 * (b - a)) for a, b in pairwise(told)]
    assert set(rises) == {0, 1}
    assert told[-1] == pytest.approx(cell.level, abs=0.03)


def test_it_does_not_move_at_rest(cell, gauge):
    carry(cell, gauge, 0.2, 600)
    told = carry(cell, gauge, 0.0, 3_600)
    assert told == sorted(told, reverse=True)


def test_another_pack_is_identified_at_once(cell, gauge):
    carry(cell, gauge, 0.2, 600)
    other = Cell(model_at(25.0), 0.95)
    gauge.identify(surface_at(25.0), other.voltage_v(0.0))
    assert gauge.reported == pytest.approx(0.95, abs=0.01)
    told = carry(other, gauge, 0.1, 600)
    assert told[-1] == pytest.approx(other.level, abs=0.03)


def test_a_wrong_voltage_at_the_swap_is_corrected_by_the_first_samples(cell):
    """Identified under a load that took 60 mV, so some 10 % low: the filter is unsure and believes its sensors."""
    gauge = Gauge(surface_at(25.0), cell.model.open_v(0.62) - 0.06, GaugeErrors())
    assert gauge.level < 0.55
    carry(cell, gauge, 0.05, 30)
    assert gauge.level == pytest.approx(cell.level, abs=0.02)


def test_typical_errors_are_those_of_the_reference():
    assert (TYPICAL.current_gain, TYPICAL.capacity, TYPICAL.resistance) == (1.01, 0.97, 1.2)


def test_what_it_believes_goes_between_the_fitted_temperatures():
    """Logarithms linear in 1/T: every value lies between its neighbours."""
    cold, middle, warm = (parameters_at(temp_c) for temp_c in (25.0, 32.0, 40.0))
    for name in ("tau_s", "k_per_a", "eta_v", "i0_a", "tau_e_s", "r_e_ohm"):
        values = [getattr(fit, name) for fit in (cold, middle, warm)]
        assert values == sorted(values) or values == sorted(values, reverse=True)
    assert parameters_at(60.0) == parameters_at(40.0)
    assert parameters_at(-5.0) == parameters_at(10.0)
