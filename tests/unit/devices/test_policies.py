"""Policies: where work runs, when Android sleeps, and what that costs."""

import pytest

from emulator.core.errors import UsageError
from emulator.core.events import PolicyChanged, ProcessorChanged, WorkFinished, WorkPlaced
from emulator.core.kernel import Kernel
from emulator.core.log import EventLog
from emulator.core.units import S
from emulator.devices import policies
from emulator.devices.ledger import Ledger
from emulator.devices.system import System, policy_ids
from emulator.devices.work import Work

PILL = Work("pill", "notifications", mcu_ms=18, ap_ms=45, deadline_ms=100)
SNAP = Work("snap", "camera", ap_ms=220, ap_threads=3)


def placed(log):
    found = [record.event for record in log.records if isinstance(record.event, WorkPlaced)]
    return [(event.work, event.processor, event.reason) for event in found]


def test_both_policies_are_found():
    assert {"rtos_first", "always_android"} <= set(policy_ids())


def test_rtos_first_keeps_small_work_on_the_mcu_and_wakes_android_when_it_must(kernel, log, ledger, profile):
    system = System(kernel, log, ledger, profile, "rtos_first")
    system.run(PILL)
    system.run(SNAP)
    system.run(Work("glance", "clock", mcu_ms=12, ap_ms=30))
    assert placed(log) == [
        ("pill", "mcu", "android would be late"),
        ("snap", "ap", "only android"),
        ("glance", "mcu", "cheapest in time"),
    ]


def test_rtos_first_goes_to_android_when_the_mcu_would_be_late(kernel, log, ledger, profile):
    system = System(kernel, log, ledger, profile, "rtos_first")
    system.run(Work("layout", "navigation", mcu_ms=900, ap_ms=60, deadline_ms=600))
    system.run(Work("big", "memo", mcu_ms=900))
    system.run(Work("soon", "memo", mcu_ms=90, ap_ms=20, deadline_ms=600))
    system.run(Work("hopeless", "memo", mcu_ms=90, ap_ms=20, deadline_ms=1))
    assert placed(log) == [
        ("layout", "ap", "mcu too slow"),
        ("big", "mcu", "only rtos"),
        ("soon", "ap", "mcu busy"),
        ("hopeless", "ap", "late anywhere, soonest here"),
    ]


def test_always_android_runs_all_it_can_there_and_never_sleeps(kernel, log, ledger, profile):
    system = System(kernel, log, ledger, profile, "always_android")
    system.run(PILL)
    system.run(Work("touch", "controls", mcu_ms=2))
    kernel.run_until(60 * S)
    assert placed(log) == [("pill", "ap", "always android"), ("touch", "mcu", "only rtos")]
    states = [r.event.state for r in log.records if isinstance(r.event, ProcessorChanged) and r.event.processor == "ap"]
    assert set(states) == {"idle", "active"}
    assert set(ledger.energy_mwh()["ap"]) == {"system", "notifications"}
    assert ledger.energy_mwh()["ap"]["notifications"] == pytest.approx((170 + 137) * 0.045 / 3_600, rel=0.05)


def test_rtos_first_saves_most_of_the_energy_of_a_quiet_hour(profile):
    mwh = {}
    for policy in ("rtos_first", "always_android"):
        kernel = Kernel()
        ledger = Ledger(kernel)
        system = System(kernel, EventLog(kernel), ledger, profile, policy)
        for minute in range(10):
            kernel.run_until(minute * 60 * S)
            system.run(PILL if minute % 5 else SNAP)
        kernel.run_until(600 * S)
        mwh[policy] = ledger.total_mwh()
    assert 2.5 < mwh["always_android"] / mwh["rtos_first"] < 5.0


def test_what_android_does_costs_wake_latency_under_rtos_first_alone(profile):
    wake_ms = {}
    for policy in ("rtos_first", "always_android"):
        kernel = Kernel()
        log = EventLog(kernel)
        System(kernel, log, Ledger(kernel), profile, policy).run(SNAP)
        kernel.run_until(2 * S)
        [wake_ms[policy]] = [r.event.wake_ms for r in log.records if isinstance(r.event, WorkFinished)]
    assert wake_ms == {"rtos_first": 350.0, "always_android": 0.0}


def test_switching_the_policy_wakes_or_rests_android(kernel, log, ledger, profile):
    system = System(kernel, log, ledger, profile, "rtos_first")
    system.switch_policy("always_android")
    kernel.run_until(60 * S)
    assert system.states()["ap"] == "idle"
    system.switch_policy("rtos_first")
    kernel.run_until(66 * S)
    assert system.states()["ap"] == "suspended"
    assert [r.event.policy for r in log.records if isinstance(r.event, PolicyChanged)] == [
        "always_android",
        "rtos_first",
    ]


EAGER = """
class Eager:
    def place(self, work, view):
        return view.able(work)[0]

    def timeout(self, view):
        return 1_000

    def hint(self, hint, view):
        return hint.what == "wake-word" and view.states["ap"] == "suspended"


POLICY = Eager()
"""


def test_another_policy_is_one_file_and_may_wake_android_on_a_hint(kernel, log, ledger, profile, tmp_path, monkeypatch):
    (tmp_path / "eager.py").write_text(EAGER)
    monkeypatch.setattr(policies, "__path__", [*policies.__path__, str(tmp_path)])
    system = System(kernel, log, ledger, profile, "eager")
    system.hint("touch-down")
    assert system.states()["ap"] == "suspended"
    system.hint("wake-word", "assistant")
    assert system.states()["ap"] == "resuming"
    kernel.run_until(300_000_000)
    system.run(SNAP)
    kernel.run_until(S)
    [finished] = [r.event for r in log.records if isinstance(r.event, WorkFinished)]
    assert finished.wake_ms == pytest.approx(50 - 64 * 10 / 460.8, abs=2)
    assert ledger.energy_mwh()["ap"]["assistant"] == pytest.approx(550 * 0.35 / 3_600, rel=0.01)


def test_what_a_policy_foresees_of_idle_processors_comes_true(profile):
    for work, processor in ((SNAP, "ap"), (PILL, "mcu")):
        kernel = Kernel()
        log = EventLog(kernel)
        system = System(kernel, log, Ledger(kernel), profile, "rtos_first")
        foreseen_ms = system.view().duration_ns(work, processor) / 1e6
        system.run(work)
        kernel.run_until(2 * S)
        [finished] = [r.event for r in log.records if isinstance(r.event, WorkFinished)]
        assert finished.latency_ms == pytest.approx(foreseen_ms, rel=0.25)


def test_an_unknown_policy_names_the_nearest(kernel, log, ledger, profile):
    with pytest.raises(UsageError, match="did you mean 'rtos_first'"):
        System(kernel, log, ledger, profile, "rtos_frist")
