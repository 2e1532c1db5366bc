"""The fuel gauge against the Doyle-Fuller-Newman truth, with the sensor errors of simulation.md, section 8.

There an EKF had 0.79 % rms and 1.5 % at most. The signs of its biases are not told; here both signs are held.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emulator.devices.battery.gauge import Gauge, GaugeErrors
from emulator.devices.battery.model import CHARGE_AH
from emulator.devices.battery.surface import surface_at

DATA = Path(__file__).parents[1] / "data" / "battery"
TRACES = ["day13_25c", "heavy11_25c", "heavy12_25c", "heavy5_25c", "c02_25c", "c1_25c", "pulses41_20c"]
WARM = ["day13_40c", "heavy11_40c", "heavy12_40c", "heavy5_40c", "c1_40c", "day31_35c", "bursts21_35c"]
COLD = ["day13_10c", "heavy11_10c", "heavy12_10c", "day31_10c", "c02_10c", "c05_15c"]
BALANCED = GaugeErrors(1.01, 0.0003, 0.003, -0.008, 0.97, 1.2)  # the voltages' errors raise, capacity and gain lower it
ONE_WAY = GaugeErrors(1.01, 0.0003, -0.003, 0.008, 0.97, 1.2)  # all lower it
NOISE_A, NOISE_V, SAMPLE_S = 0.0005, 0.001, 5.0


def follow(name: str, errors: GaugeErrors, start_v: float = 4.2) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return true, estimated and reported level over a trace, seen by sensors with ``errors`` and noise."""
    trace, random = np.load(DATA / f"{name}.npz"), np.random.default_rng(8)
    end_s = trace["t_s"][-1]
    times_s = np.union1d(trace["t_s"], np.arange(0.0, end_s, SAMPLE_S))
    volts, amperes, charge_ah = (
        np.interp(times_s, trace["t_s"], trace[key]) for key in ("voltage_v", "current_a", "discharged_ah")
    )
    model = surface_at(float(name[-3:-1]))
    gauge = Gauge(model, start_v, errors)
    found = []
    for k in range(1, len(times_s)):
        seen_a, seen_v = amperes[k] + random.normal(0.0, NOISE_A), volts[k] + random.normal(0.0, NOISE_V)
        gauge.sample(model, seen_a, seen_v, times_s[k] - times_s[k - 1])
        found.append((gauge.level, gauge.reported))
    levels = np.array(found)
    return 1.0 - charge_ah[1:] / CHARGE_AH, levels[:, 0], levels[:, 1]


def errors_of(true: np.ndarray, told: np.ndarray) -> tuple[float, float]:
    """Return root mean square and greatest error, in percent; samples are about evenly spaced in time."""
    wrong = 100.0 * (told - true)
    return float(np.sqrt(np.mean(wrong**2))), float(np.max(np.abs(wrong)))


@pytest.mark.parametrize("name", TRACES)
def test_the_estimate_is_as_good_as_the_reference(name):
    true, estimated, _ = follow(name, BALANCED)
    rms, most = errors_of(true, estimated)
    assert rms <= 0.79
    assert most <= 1.5


@pytest.mark.parametrize("name", WARM + COLD)
def test_the_estimate_in_warmth_and_cold(name):
    true, estimated, _ = follow(name, BALANCED)
    rms, most = errors_of(true, estimated)
    assert rms <= 1.0
    assert most <= 2.0


@pytest.mark.parametrize("name", TRACES + WARM + COLD)
def test_errors_that_all_lower_it_are_bounded(name):
    true, estimated, _ = follow(name, ONE_WAY)
    rms, most = errors_of(true, estimated)
    assert rms <= 2.7
    assert most <= 4.5


@pytest.mark.parametrize("name", TRACES)
def test_a_gauge_without_errors_knows_the_level(name):
    """What is left is the simpler cell that it believes in."""
    true, estimated, _ = follow(name, GaugeErrors())
    assert errors_of(true, estimated)[0] <= 0.35


@pytest.mark.parametrize("name", ["day13_25c", "heavy11_10c", "c1_40c"])
def test_what_is_reported_falls_by_single_percents(name):
    true, _, reported = follow(name, BALANCED)
    steps = np.round(100.0 * np.diff(reported))
    assert set(steps.tolist()) <= {0.0, -1.0}
    assert errors_of(true, reported)[1] <= 3.0


def test_a_start_that_is_15_percent_wrong_is_found_within_a_minute():
    """The pack showed a voltage under load when it was identified."""
    true, estimated, _ = follow("day13_25c", GaugeErrors(), start_v=4.06)
    assert abs(estimated[0] - true[0]) > 0.12
    sampled = np.flatnonzero(np.abs(estimated - true) < 0.02)
    assert sampled[0] < np.searchsorted(1.0 - true, 0.01)
