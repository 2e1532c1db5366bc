"""What each policy decides, asked with views made of plain numbers, and on the system."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emulator.core.events import ProcessorChanged, WorkFinished
from emulator.core.profile import load_profile
from emulator.core.units import MS, S
from emulator.devices.gaps import REMEMBERED, Gaps
from emulator.devices.policy import Hint, View
from emulator.devices.system import System, find_policy
from emulator.devices.work import NEVER_NS, Work

S1 = load_profile("quark_s1")
VIEW = View(S1, {"mcu": "idle", "ap": "idle"}, {"mcu": 0, "ap": 0}, 0.15, lambda: 5_000)
PILL = Work("pill", "notifications", mcu_ms=18, ap_ms=45, deadline_ms=100)
SNAP = Work("snap", "camera", ap_ms=220, ap_threads=3)


def ap_states(log):
    found = [r for r in log.records if isinstance(r.event, ProcessorChanged) and r.event.processor == "ap"]
    return [(r.t_ns / MS, r.event.state) for r in found]


def test_the_break_even_time_is_where_a_round_trip_pays():
    spec = S1.processors["ap"]
    stay_mj = spec.idle_mw * VIEW.break_even_ms / 1_000
    suspended_ms = VIEW.break_even_ms - spec.suspend_ms - spec.resume_ms
    go_mj = (
        spec.suspend_mw * spec.suspend_ms + spec.resume_mw * spec.resume_ms + spec.suspended_mw * suspended_ms
    ) / 1_000
    assert go_mj == pytest.approx(stay_mj)
    assert VIEW.break_even_ms == pytest.approx(2_269, abs=1)


def test_where_suspending_saves_nothing_it_never_pays():
    spec = replace(S1.processors["ap"], idle_mw=20.0)
    view = replace(VIEW, profile=replace(S1, processors={**S1.processors, "ap": spec}))
    assert view.break_even_ms >= NEVER_NS


def test_staying_awake_for_what_follows_counts_against_android():
    music = Work("music", "music", mcu_ms=40, ap_ms=1, awake_ms=420_000)
    assert VIEW.energy_mwh(music, "ap") > 10 * VIEW.energy_mwh(music, "mcu")
    assert find_policy("rtos_first").place(music, VIEW) == "mcu"


def test_android_suspend_is_a_phone_that_sleeps():
    policy = find_policy("android_suspend")
    assert policy.place(PILL, VIEW) == "ap"
    assert policy.timeout(VIEW) == 5_000
    assert not policy.hint(Hint("touch-down"), VIEW)


@pytest.mark.parametrize(("hint", "wakes"), [("touch-down", True), ("wake-word", True), ("foreseen", False)])
def test_prewake_wakes_at_a_first_sign(hint, wakes):
    assert find_policy("prewake").hint(Hint(hint), VIEW) is wakes


def test_prewake_hides_the_resume_and_a_false_sign_costs_a_short_tail(kernel, log, ledger):
    system = System(kernel, log, ledger, S1, "prewake")
    system.hint("touch-down")
    kernel.run_until(500 * MS)
    system.run(SNAP)
    kernel.run_until(20 * S)
    [finished] = [r.event for r in log.records if isinstance(r.event, WorkFinished)]
    assert finished.wake_ms == 0.0
    seen = len(ap_states(log))
    system.hint("wake-word")
    kernel.run_until(40 * S)
    assert [(at - 20_000, state) for at, state in ap_states(log)[seen:]] == [
        (0, "resuming"), (350, "idle"), (1_350, "suspending"), (1_550, "suspended"),
    ]  # fmt: skip


def test_predictive_takes_the_break_even_time_until_it_has_seen_enough():
    policy = find_policy("predictive")
    assert policy.timeout(replace(VIEW, gaps_ms=(500.0,) * 4)) == round(VIEW.break_even_ms)
    assert policy.timeout(replace(VIEW, gaps_ms=(500.0,) * 5)) == 501


def test_predictive_suspends_at_once_after_a_feature_that_nothing_follows():
    assert find_policy("predictive").timeout(replace(VIEW, gaps_ms=(600_000.0,) * 10)) == 0


def test_predictive_waits_for_what_usually_comes_soon_although_it_sometimes_does_not():
    gaps_ms = (900.0,) * 9 + (500_000.0,)
    assert find_policy("predictive").timeout(replace(VIEW, gaps_ms=gaps_ms)) == 901


def test_no_other_timeout_would_have_cost_predictive_less():
    policy, spec = find_policy("predictive"), S1.processors["ap"]
    gaps_ms = (300.0, 1_200.0, 1_300.0, 2_500.0, 9_000.0, 70_000.0, 200_000.0)
    chosen = policy.timeout(replace(VIEW, gaps_ms=gaps_ms))

    def cost_mj(timeout_ms):
        again_mj = VIEW.round_trip_mj() + 0.35 * spec.resume_ms
        saved_mw = spec.idle_mw - spec.suspended_mw
        return sum(g * saved_mw / 1e3 if g <= timeout_ms else timeout_ms * saved_mw / 1e3 + again_mj for g in gaps_ms)

    assert all(cost_mj(chosen) <= cost_mj(timeout_ms) + 1.0 for timeout_ms in range(0, 40_000, 50))


def test_predictive_learns_on_the_system(kernel, log, ledger):
    """Photos in pairs a second apart, a minute between pairs: it learns to wait for the second one."""
    system = System(kernel, log, ledger, S1, "predictive")
    for pair in range(12):
        for photo in range(2):
            kernel.run_until(pair * 60 * S + photo * 1_500 * MS)
            system.run(Work("snap", "first" if photo == 0 else "second", ap_ms=100))
    kernel.run_until(720 * S)
    assert system.ap is not None
    assert len(system.ap.needs.gaps.after("first")) == 12
    last = [state for at, state in ap_states(log) if at >= 660_000]
    assert last.count("resuming") == 1
    tail = [at for at, state in ap_states(log) if at >= 660_000 and state == "suspending"]
    finished = [r.t_ns / MS for r in log.records if isinstance(r.event, WorkFinished)][-1]
    assert tail[-1] - finished < 50  # after the second one nothing follows: at once


def test_the_oracle_suspends_if_the_next_need_is_far_and_stays_if_it_is_near():
    policy = find_policy("oracle")
    near, far = round(VIEW.break_even_ms) - 1, round(VIEW.break_even_ms) + 2
    stays_ms = policy.timeout(replace(VIEW, next_ap_ns=near * MS))
    assert stays_ms is not None
    assert stays_ms > near
    assert policy.timeout(replace(VIEW, next_ap_ns=far * MS)) == 0
    assert policy.timeout(replace(VIEW, next_ap_ns=NEVER_NS)) == 0
    assert policy.timeout(VIEW) == round(VIEW.break_even_ms)


def test_the_oracle_is_awake_at_the_very_moment(kernel, log, ledger):
    system = System(kernel, log, ledger, S1, "oracle")
    system.foresee([10 * S, 11 * S, 60 * S])
    for at_s in (10, 11, 60):
        kernel.run_until(at_s * S)
        system.run(Work("snap", "camera", ap_ms=100))
    kernel.run_until(90 * S)
    assert [r.event.wake_ms for r in log.records if isinstance(r.event, WorkFinished)] == [0.0, 0.0, 0.0]
    assert [at for at, state in ap_states(log) if state == "resuming"] == [10_000 - 350, 60_000 - 350]


def test_gaps_are_kept_by_owner_and_the_oldest_are_forgotten():
    gaps = Gaps()
    gaps.end(5 * S)
    assert gaps.after("") == ()
    for number in range(REMEMBERED + 5):
        gaps.begin("photo", number * S)
        gaps.end(number * S + number * MS)
    gaps.begin("voice", 0)
    gaps.forget()
    gaps.end(9 * S)
    assert gaps.after("photo") == tuple(float(n) for n in range(5, REMEMBERED + 5))
    assert gaps.after("voice") == ()
    assert gaps.owner == "voice"


def test_a_policy_sees_charge_and_heat(kernel, log, ledger):
    system = System(kernel, log, ledger, S1, "rtos_first")
    system.level, system.heat = (lambda: 0.2), (lambda: 2)
    assert (system.view().level, system.view().heat) == (0.2, 2)
