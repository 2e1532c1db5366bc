"""How fast days run under the policies, and the ranking of the policy study.

A 16 h day on the schedulers, with the periodic load of the mcu folded, is to take under 0.5 s of CPU. Measured when
written: 0.1 s. Run: pytest -s tests/bench/bench_policies.py
"""

from __future__ import annotations

import time

from emulator.core.profile import load_profile
from emulator.devices.policy_day import compare, run_day
from emulator.devices.system import policy_ids
from emulator.devices.usage import load_usage

MOST_S = 0.5
S1, REFERENCE = load_profile("quark_s1"), load_usage("reference")


def test_a_day_takes_a_fraction_of_a_second():
    best_s = 1e9
    for seed in range(5):
        started = time.process_time()
        run_day(S1, "rtos_first", REFERENCE, seed, rate=1.5)
        best_s = min(best_s, time.process_time() - started)
    print(f"\n  {best_s * 1e3:.0f} ms a day")
    assert best_s < MOST_S


def test_the_ranking_of_the_study_comes_out():
    """Ten days at 1.5 times the reference: the study had 175, 80.6, 64.6, 63.5, 63.4 mW."""
    rows = {row.policy: row for row in compare(S1, policy_ids(), REFERENCE, range(10), rate=1.5)}
    print()
    for name, row in rows.items():
        print(f"  {name:16} {row.mean_mw:6.1f} mW  {row.wakes:5.0f} wakes  regret {row.regret_mw:.2f} mW")
    study_mw = {"always_android": 175, "android_suspend": 80.6, "rtos_first": 64.6, "predictive": 63.5, "oracle": 63.4}
    for name, mw in study_mw.items():
        assert abs(rows[name].mean_mw / mw - 1) < 0.1, name
    order = sorted(study_mw, key=lambda name: rows[name].mean_mw, reverse=True)
    assert order == list(study_mw)
