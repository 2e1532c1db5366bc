"""Days under each policy: regret, ranking, waiting, and that folding the mcu's load changes nothing that counts."""

from __future__ import annotations

from functools import partial

import pytest

from emulator.core.bands import with_band
from emulator.core.profile import load_profile
from emulator.core.units import S
from emulator.devices.fluid.requests import Served, play, scripts_of
from emulator.devices.policy_day import Scheduled, compare, percentile, run_day
from emulator.devices.system import policy_ids
from emulator.devices.usage import arrivals, load_usage, usage_ids

S1 = load_profile("quark_s1")
REFERENCE = load_usage("reference")


@pytest.fixture(scope="module")
def rows():
    return {row.policy: row for row in compare(S1, policy_ids(), REFERENCE, range(3))}


def test_the_six_policies_are_there(rows):
    assert set(rows) >= {"always_android", "android_suspend", "rtos_first", "prewake", "predictive", "oracle"}


@pytest.mark.parametrize("usage_id", usage_ids())
def test_no_policy_beats_the_oracle_on_any_day(usage_id):
    for row in compare(S1, policy_ids(), load_usage(usage_id), range(2)):
        assert row.least_regret_mw >= 0.0, row


@pytest.mark.parametrize("level", ["low", "high"])
def test_no_policy_beats_the_oracle_at_either_end_of_the_bands(level):
    for row in compare(with_band(S1, level), policy_ids(), REFERENCE, [4], rate=1.5):
        assert row.least_regret_mw >= 0.0, row


def test_a_phone_that_never_sleeps_costs_a_multiple_and_one_that_sleeps_somewhat_more(rows):
    assert 2.5 < rows["always_android"].mean_mw / rows["rtos_first"].mean_mw < 4.0
    assert 1.1 < rows["android_suspend"].mean_mw / rows["rtos_first"].mean_mw < 1.5


def test_waking_at_the_first_sign_hides_the_resume_for_hardly_any_energy(rows):
    assert rows["prewake"].android_p50_ms < rows["rtos_first"].android_p50_ms - 300
    assert rows["prewake"].android_p50_ms == pytest.approx(rows["always_android"].android_p50_ms, rel=0.1)
    assert rows["prewake"].mean_mw < 1.03 * rows["rtos_first"].mean_mw


def test_the_oracle_waits_for_nothing_that_android_awake_would_not(rows):
    assert rows["oracle"].android_p95_ms == pytest.approx(rows["always_android"].android_p95_ms, rel=0.02)
    assert rows["oracle"].missed == 0


def test_predicting_costs_no_more_than_a_fixed_timeout(rows):
    assert rows["oracle"].mean_mw <= rows["predictive"].mean_mw <= rows["rtos_first"].mean_mw


def test_every_request_is_served_and_counted_once():
    day = run_day(S1, "rtos_first", REFERENCE, 1)
    asked = arrivals(REFERENCE, S1, 1)
    assert sorted((r.t_ns, r.feature) for r in day.served) == [(a.t_ns, a.feature) for a in asked]
    assert all(request.finished for request in day.served)


def test_the_same_day_comes_out_the_same():
    assert run_day(S1, "prewake", REFERENCE, 2) == run_day(S1, "prewake", REFERENCE, 2)


def test_packs_are_the_power_over_the_day_by_the_rated_energy(rows):
    row = rows["rtos_first"]
    assert row.packs_per_day == pytest.approx(row.mean_mw * 16 / (280 * 3.85))


def window(folded):
    """Play six dense minutes and return the energy, and the latencies on either processor."""
    machine = Scheduled(S1, "rtos_first", worn=True, folded=folded)
    scripts = scripts_of(REFERENCE, S1)
    served: list[Served] = []

    def begin(feature):
        machine.kernel.spawn(play(scripts[feature], machine, served), feature)

    for arrival in arrivals(REFERENCE, S1, 11, rate=40.0, until_ns=360 * S):
        machine.kernel.post(arrival.t_ns, partial(begin, arrival.feature))
    machine.kernel.run_until(420 * S)
    by_place = {p: [r.answer_ms for r in served if r.processor == p] for p in ("mcu", "ap")}
    return machine.ledger.total_mwh(), {p: sum(found) / len(found) for p, found in by_place.items()}


def test_folding_the_periodic_load_changes_energy_and_latency_little():
    (scheduled_mwh, scheduled_ms), (folded_mwh, folded_ms) = window(folded=False), window(folded=True)
    assert folded_mwh == pytest.approx(scheduled_mwh, rel=1e-3)
    assert folded_ms["ap"] == pytest.approx(scheduled_ms["ap"], rel=0.02)
    assert folded_ms["mcu"] == pytest.approx(scheduled_ms["mcu"], rel=0.05)


def test_percentiles_are_values_that_occurred():
    assert percentile([3.0, 1.0, 2.0], 0.95) == 3.0
    assert percentile([], 0.5) == 0.0
    assert percentile(list(map(float, range(1, 101))), 0.95) == 95.0
