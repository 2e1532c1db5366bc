"""A recorded session under another policy."""

from __future__ import annotations

import pytest

from emulator import Glasses, Notify, Say, SwitchPolicy
from emulator.core.actions import Reply
from emulator.core.errors import LogError, UsageError
from emulator.core.events import AnswerGiven, PolicyChanged, WorkFinished
from emulator.devices.controls import gesture_actions
from emulator.devices.system import policy_ids
from emulator.session.what_if import compare, what_if


@pytest.fixture(scope="module")
def recorded():
    """Five minutes with questions, photos and notifications under rtos_first."""
    with Glasses("quark_s1", policy="rtos_first") as worn:
        for minute in range(5):
            worn.run_for(seconds=20)
            worn.do(Say("一百二十加八十等于多少"))
            worn.run_for(seconds=20)
            worn.play(gesture_actions("camera-key", "short"))
            worn.run_for(seconds=20)
            if minute % 2:
                worn.do(Notify("钉钉", "桃桃", "三点开会"))
    return worn


def test_under_its_own_policy_a_session_comes_out_the_same(recorded):
    again = what_if(recorded.log.records, "rtos_first")
    assert again.log.to_jsonl() == recorded.log.to_jsonl()
    assert again.closed
    difference = compare(recorded.log.records, "rtos_first")
    assert difference.energy_mwh == pytest.approx(0.0, abs=1e-6)
    assert difference.life_min == pytest.approx(0.0, abs=1e-3)
    assert difference.latency_ms == 0.0


def test_a_phone_that_never_sleeps_costs_battery_and_saves_waiting(recorded):
    difference = compare(recorded.log.records, "always_android")
    assert difference.energy_mwh > 3.0
    assert difference.life_min < -60.0
    assert difference.latency_ms < -20.0
    assert difference.other.wake_ms == 0.0
    assert difference.recorded.wake_ms > 50.0


def test_half_of_the_works_wait_no_longer_than_the_median_tells(recorded):
    told = compare(recorded.log.records, "always_android")
    waits_ms = sorted(work.latency_ms for work in recorded.events(WorkFinished))
    assert told.recorded.latency_p50_ms == waits_ms[(len(waits_ms) - 1) // 2]
    assert told.recorded.latency_p50_ms < told.recorded.latency_p95_ms
    assert told.other.latency_p50_ms < told.recorded.latency_p50_ms


def test_waking_at_the_first_sign_saves_waiting_after_a_touch(recorded):
    difference = compare(recorded.log.records, "prewake")
    assert difference.other.wake_ms < difference.recorded.wake_ms


def test_no_policy_takes_less_than_the_oracle_by_more_than_its_waiting_is_worth(recorded):
    found = {policy: compare(recorded.log.records, policy) for policy in policy_ids()}
    bound = found["oracle"].other
    for difference in found.values():
        waited_mj = 0.35 * (difference.other.latency_ms - bound.latency_ms) * 25
        assert (difference.other.energy_mwh - bound.energy_mwh) * 3_600 + waited_mj > -100.0


def test_an_answer_comes_as_long_after_the_new_request_as_it_took(recorded):
    """Under a policy that is awake the question is asked sooner, so its answer comes sooner too."""
    again = what_if(recorded.log.records, "always_android")

    def answers_ns(glasses):
        return [r.t_ns for r in glasses.log.records if isinstance(r.event, AnswerGiven)]

    assert len(answers_ns(again)) == len(answers_ns(recorded))
    assert all(new < old for new, old in zip(answers_ns(again), answers_ns(recorded), strict=True))
    assert [e.reply for e in again.events(Reply)] == [e.reply for e in recorded.events(Reply)]


def test_changes_of_the_policy_are_left_out():
    with Glasses("quark_s1") as worn:
        worn.run_for(seconds=5)
        worn.do(SwitchPolicy("always_android"))
        worn.do(Say("拍照"))
        worn.run_for(seconds=5)
    again = what_if(worn.log.records, "rtos_first")
    assert again.events(PolicyChanged) == []
    assert len(again.events(WorkFinished)) == len(worn.events(WorkFinished))


def test_a_session_that_goes_on_can_be_asked_about():
    worn = Glasses("quark_s1")
    worn.do(Say("拍照"))
    worn.run_for(seconds=30)
    records = list(worn.log.records)
    again = what_if(records, "prewake")
    assert not again.closed
    assert again.now_ns == records[-1].t_ns
    worn.run_for(seconds=1)


def test_an_unknown_policy_or_a_part_of_a_log_is_refused(recorded):
    with pytest.raises(UsageError, match="did you mean 'prewake'"):
        what_if(recorded.log.records, "prewak")
    with pytest.raises(LogError, match=r"begins with session\.started"):
        what_if(recorded.log.records[1:], "prewake")
