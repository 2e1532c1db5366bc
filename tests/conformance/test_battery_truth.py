"""The cell against the Doyle-Fuller-Newman truth (tests/data/battery/README.md): run time, charge, voltage."""

from pathlib import Path

import numpy as np
import pytest

from emulator.devices.battery.cell import CHARGE_AH, Cell, discharge, model_at

DATA = Path(__file__).parents[1] / "data" / "battery"
TRACES = ["day13_25c", "heavy12_25c", "heavy5_25c", "c02_25c", "c1_40c"]


def voltages_at(run, load, temp_c):
    """Step the cell exactly at the trace's own times; return the voltage there, nan once empty."""
    edges = np.concatenate([[0.0], np.cumsum(load[:, 0])])
    cell, found, t_s = Cell(model_at(temp_c)), np.full(len(run["t_s"]), np.nan), 0.0
    for index, at_s in enumerate(run["t_s"]):
        while t_s < at_s - 1e-9:
            segment = int(np.searchsorted(edges, t_s + 1e-9, "right")) - 1
            power = float(load[segment, 1])
            point = cell.at_power(power)
            if point is None:
                return found
            step = min(at_s - t_s, edges[segment + 1] - t_s, cell.longest_step_s(point[0]))
            cell.advance(point[0], step)
            t_s += step
        segment = min(int(np.searchsorted(edges, at_s + 1e-9, "right")) - 1, len(load) - 1)
        point = cell.at_power(float(load[segment, 1]))
        if point is None:
            return found
        found[index] = point[1]
    return found


@pytest.mark.parametrize("name", TRACES)
def test_run_time_and_charge_are_within_one_percent(name):
    """From full to the 3.0 V cut-off."""
    run = np.load(DATA / f"{name}.npz")
    found = discharge(Cell(model_at(float(name[-3:-1]))), run["load"].tolist())
    assert found.end_s == pytest.approx(float(run["t_s"][-1]), rel=0.01)
    assert found.discharged_ah == pytest.approx(float(run["discharged_ah"][-1]), rel=0.01)


@pytest.mark.parametrize("name", TRACES)
def test_voltage_is_within_ten_millivolts_rms(name):
    """Weighted by sample interval (at most 5 s), above 5 %, more than 2 ms after a change of power."""
    run = np.load(DATA / f"{name}.npz")
    load, t_s = run["load"], run["t_s"]
    error_v = voltages_at(run, load, float(name[-3:-1])) - run["voltage_v"]
    edges = np.concatenate([[0.0], np.cumsum(load[:, 0])])
    since_s = t_s - edges[np.searchsorted(edges, t_s, "right") - 1]
    used = (1.0 - run["discharged_ah"] / CHARGE_AH > 0.05) & (since_s > 0.002) & np.isfinite(error_v)
    weight = np.minimum(np.diff(t_s, prepend=0.0), 5.0)[used]
    rms_v = float(np.sqrt(np.sum(weight * error_v[used] ** 2) / np.sum(weight)))
    assert np.count_nonzero(used) > 500
    assert rms_v <= 0.010
