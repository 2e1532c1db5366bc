"""The cell's cost: against the DFN on a day's load, and many devices at once; CPU time, best of several.

Target (issue 3): a day's discharge in a thousandth of the DFN's CPU time. PyBaMM is no dependency, so its side is the
recorded time of the trace (``dfn_cpu_s`` in tests/data/battery/index.csv): 11.2 s for ``day13_25c`` on the machine that
made it, where the whole day of simulation.md 6.5 took 24.1 s; 7.1 s for ``day31_35c`` on one like CI's, where
``scripts/regenerate-battery check`` took 5.6 s for ``day13_25c``. Measured when written, on the latter: 5.2 ms and 6.6 ms,
2,100 times (1,080 on one machine) and 1,080 times. Run: pytest -s tests/bench/bench_battery.py
"""

import csv
import time
from pathlib import Path

import numpy as np
import pytest

from emulator.core.profile import load_profile
from emulator.devices.battery.bare import discharge
from emulator.devices.battery.cell import Cell
from emulator.devices.battery.many_packs import ManyPacks
from emulator.devices.battery.model import build_model

DATA = Path(__file__).parents[1] / "data" / "battery"
ROUNDS = 7
TARGET = 1_000.0
DEVICES, STEPS, STEP_S = 2_000, 48, 60.0
MOST_NS = 2_000.0  # of a device's step; 500 when written


@pytest.mark.parametrize(("trace", "target"), [("day13_25c", TARGET), ("day31_35c", TARGET / 3.0)])
def test_a_day_costs_a_thousandth_of_the_dfn(trace, target):
    """The second one is a figure of this kind of machine, with a margin of three."""
    with (DATA / "index.csv").open(encoding="utf-8", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["trace"] == trace)
    model, load = build_model(float(row["temp_c"])), np.load(DATA / f"{trace}.npz")["load"].tolist()
    best = 1e9
    for _ in range(ROUNDS):
        started = time.process_time()
        found = discharge(Cell(model), load)
        best = min(best, time.process_time() - started)
    ratio = float(row["dfn_cpu_s"]) / best
    print(f"  {trace}: {best * 1e3:.1f} ms, {found.steps} steps, {ratio:,.0f} x the DFN")
    assert found.end_s == pytest.approx(float(row["end_s"]), rel=0.003)
    assert ratio >= target


def test_many_devices_cost_half_a_microsecond_a_step():
    packs = ManyPacks(load_profile("quark_s1").battery, np.full((DEVICES, 2), 0.9), 28.0)
    powers_w = np.random.default_rng(0).uniform(0.03, 0.3, (STEPS, DEVICES))
    packs.step(powers_w[0], STEP_S)
    started = time.process_time()
    for power_w in powers_w:
        packs.step(power_w, STEP_S, passes=2)
    step_ns = (time.process_time() - started) / STEPS / DEVICES * 1e9
    print(f"  {step_ns:.0f} ns a device and step, {1e9 / step_ns / 960:,.0f} days of 960 steps a CPU second")
    assert step_ns <= MOST_NS
