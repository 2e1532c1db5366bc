"""The forecast: its middle, the two causes of its band, and what it stands on."""

from __future__ import annotations

import pytest

from emulator.core.profile import load_profile
from emulator.devices.battery.forecast import LONGEST_MIN, WINDOW_S, Forecast, energy_left_mwh
from emulator.devices.battery.model import model_at


@pytest.fixture(scope="module")
def s1():
    return load_profile("quark_s1")


def drawn(forecast, component, mw, seconds):
    for _ in range(seconds):
        forecast.add(1.0, {component: mw / 3_600.0})


def test_a_steady_power_lasts_energy_over_power(s1):
    forecast = Forecast(s1)
    drawn(forecast, "mcu", 100.0, 120)
    assert forecast.left(1_000.0).minutes == pytest.approx(600.0)


def test_before_anything_was_drawn_it_knows_nothing(s1):
    assert Forecast(s1).left(1_000.0).basis_s == 0.0


def test_the_first_second_has_the_band_of_the_profile(s1):
    """The mcu's idle and core power lie between 7.5/11 and 14.5/11 of what is assumed, the capacity at 272 or 280 mAh."""
    forecast = Forecast(s1)
    drawn(forecast, "mcu", 100.0, 1)
    left, band = forecast.left(1_000.0), [s1.bands[f"processors.mcu.{name}_mw"] for name in ("idle", "core")]
    values = s1.processors["mcu"].idle_mw, s1.processors["mcu"].core_mw
    high = sum(b.high / v for b, v in zip(band, values, strict=True)) / 2.0
    low = sum(b.low / v for b, v in zip(band, values, strict=True)) / 2.0
    assert left.low_min == pytest.approx(600.0 * (272.0 / 280.0) / high)
    assert left.high_min == pytest.approx(600.0 / low)
    assert left.basis_s == 1.0


def test_a_component_without_a_band_has_none(s1):
    forecast = Forecast(s1)
    drawn(forecast, "lamp", 100.0, 10)
    left = forecast.left(1_000.0)
    assert left.high_min == pytest.approx(left.minutes)
    assert left.low_min == pytest.approx(left.minutes * 272.0 / 280.0)


def test_busy_minutes_widen_the_low_end_and_quiet_ones_the_high_end(s1):
    forecast = Forecast(s1)
    drawn(forecast, "lamp", 50.0, 150)
    drawn(forecast, "lamp", 500.0, 150)
    left = forecast.left(1_000.0)
    assert left.low_min < 130.0
    assert left.high_min == pytest.approx(1_200.0)
    assert left.low_min < left.minutes < left.high_min


def test_it_forgets_after_five_minutes(s1):
    forecast = Forecast(s1)
    drawn(forecast, "lamp", 5_000.0, 300)
    drawn(forecast, "lamp", 50.0, 300)
    left = forecast.left(1_000.0)
    assert left.minutes == pytest.approx(1_200.0)
    assert left.basis_s == WINDOW_S


def test_nothing_drawn_lasts_a_month_at_most(s1):
    forecast = Forecast(s1)
    drawn(forecast, "mcu", 0.0, 60)
    left = forecast.left(1_000.0)
    assert left.low_min == left.minutes == left.high_min == LONGEST_MIN


def test_energy_left_counts_each_pack_with_its_capacity():
    model = model_at(25.0)
    one = energy_left_mwh(model, [(1.0, 280.0)], 3.4)
    assert one == pytest.approx(280.0 * 3.85, rel=0.05)  # the last percents are below 3.4 V
    assert energy_left_mwh(model, [(1.0, 280.0), (1.0, 140.0)], 3.4) == pytest.approx(1.5 * one)
    assert energy_left_mwh(model, [(0.001, 280.0)], 3.4) == 0.0
