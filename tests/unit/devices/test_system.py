"""Work from request to end over both processors; power cuts; one-processor devices."""

import pytest

from emulator.core.actions import SwitchPolicy
from emulator.core.events import (
    CapabilityMissing,
    MessageReceived,
    MessageSent,
    ProcessorChanged,
    SlicesRan,
    WearChanged,
    WorkFinished,
    WorkPlaced,
)
from emulator.core.kernel import Kernel
from emulator.core.log import EventLog
from emulator.core.units import MS, S
from emulator.devices.ledger import Ledger
from emulator.devices.processors.slices import unpack
from emulator.devices.system import System
from emulator.devices.work import Work

PILL = Work("pill", "notifications", mcu_ms=18, ap_ms=45, deadline_ms=100)
SNAP = Work("snap", "camera", ap_ms=220, ap_threads=3, deadline_ms=1_000)


@pytest.fixture
def system(kernel, log, ledger, profile):
    return System(kernel, log, ledger, profile, "rtos_first")


def of(log, kind):
    return [record.event for record in log.records if isinstance(record.event, kind)]


def states(log, processor="ap"):
    return [event.state for event in of(log, ProcessorChanged) if event.processor == processor]


def test_android_sleeps_and_the_rtos_works_when_the_session_starts(system, log):
    assert system.states() == {"mcu": "idle", "ap": "suspended"}
    assert (states(log, "mcu"), states(log, "ap")) == (["idle"], ["suspended"])


def test_work_for_android_is_handed_over_wakes_it_and_comes_back(system, kernel, log):
    future = system.run(SNAP)
    kernel.run_until(2 * S)
    assert future.done
    assert [(e.sender, e.receiver, e.what, e.owner) for e in of(log, MessageSent)] == [
        ("mcu", "ap", "snap", "camera"),
        ("ap", "mcu", "snap done", "camera"),
    ]
    assert of(log, MessageReceived)[0].latency_us == pytest.approx(351_413.889)
    [finished] = of(log, WorkFinished)
    line_ms = (64 + 32) * 10 / 460.8 + 2 * 0.025
    assert finished.latency_ms == pytest.approx(350 + 220 + line_ms, abs=0.001)
    assert (finished.wake_ms, finished.in_time) == (350.0, True)
    assert finished.energy_mwh == pytest.approx((550 * 0.35 + 3 * 170 * 0.22) / 3_600, rel=1e-8)


def test_a_second_work_does_not_pay_for_the_wake_again(system, kernel, log):
    for _ in range(2):
        system.run(SNAP)
    kernel.run_until(3 * S)
    energies = sorted(event.energy_mwh for event in of(log, WorkFinished))
    assert energies[0] == pytest.approx(3 * 170 * 0.22 / 3_600, rel=1e-8)
    assert energies[1] - energies[0] == pytest.approx(550 * 0.35 / 3_600, rel=1e-6)


def test_a_task_awaits_its_work(system, kernel):
    seen = []

    async def app():
        done = await system.run(PILL)
        seen.append((done.processor, done.in_time, kernel.now_ns / MS == done.latency_ms))

    kernel.spawn(app(), "app")
    kernel.run_until(S)
    assert seen == [("mcu", True, True)]


def test_work_on_the_mcu_yields_to_what_samples_and_listens(system, kernel, log):
    system.run(Work("long", "memo", mcu_ms=100))
    kernel.run_until(S)
    [finished] = of(log, WorkFinished)
    assert pytest.approx(finished.latency_ms, rel=0.3) == 100 / (1 - 0.15)
    assert finished.latency_ms > 110
    pieces = [p for e in of(log, SlicesRan) if e.processor == "mcu" for p in unpack(e) if p.task == "memo/long"]
    assert sum(p.end_ns - p.start_ns for p in pieces) == 100 * MS
    assert len(pieces) > 10


def test_power_off_loses_work_and_stops_everything(system, kernel, log, ledger):
    pending = system.run(SNAP)
    hold = system.stay_awake("captions")
    kernel.run_until(500 * MS)
    system.power_off()
    hold.release()
    assert pending.done
    assert ledger.total_mw == 0.0
    seen = len(log.records)
    kernel.run_until(600 * S)
    assert len(log.records) == seen
    assert kernel.next_due_ns() is None
    late = system.run(PILL)
    assert late.done
    assert len(of(log, WorkPlaced)) == 1


def test_power_on_boots_both_and_android_goes_to_sleep_after_its_tail(system, kernel, log):
    system.power_off()
    kernel.run_until(10 * S)
    system.power_on()
    system.run(PILL)
    kernel.run_until(60 * S)
    assert states(log, "mcu") == ["idle", "off", "booting", "idle"]
    assert states(log, "ap") == ["suspended", "off", "booting", "idle", "suspending", "suspended"]
    [finished] = of(log, WorkFinished)
    assert finished.latency_ms > 1_000  # it waited for the RTOS to boot


def test_power_off_during_boot_leaves_nothing_behind(system, kernel, ledger):
    system.power_off()
    system.power_on()
    kernel.run_until(500 * MS)
    system.power_off()
    kernel.run_until(100 * S)
    assert (system.states(), ledger.total_mw) == ({"mcu": "off", "ap": "off"}, 0.0)


def test_a_brown_out_reboots_android_and_the_rtos_asks_again(system, kernel, log):
    system.run(SNAP)
    hold = system.stay_awake("captions")
    kernel.run_until(450 * MS)
    system.brown_out()
    kernel.run_until(60 * S)
    assert states(log, "mcu") == ["idle"]
    assert states(log)[:7] == ["suspended", "resuming", "idle", "active", "off", "booting", "idle"]
    [finished] = of(log, WorkFinished)
    assert finished.latency_ms == pytest.approx(450 + 30_000 + 220, abs=5)
    assert not finished.in_time
    assert system.states()["ap"] == "idle"
    hold.release()
    kernel.run_until(70 * S)
    assert system.states()["ap"] == "suspended"


def test_standby_skips_the_tail(system, kernel):
    system.run(SNAP)
    kernel.run_until(S)
    system.standby()
    kernel.run_until(1_300 * MS)
    assert system.states()["ap"] == "suspended"


def test_wearing_starts_the_listening_tasks(kernel, log, ledger, profile):
    system = System(kernel, log, ledger, profile, "rtos_first", worn=False)
    assert system.mcu is not None
    assert "vad" not in system.mcu.tasks
    log.emit(WearChanged(True), "sensors")
    assert "vad" in system.mcu.tasks


def test_an_action_switches_the_policy(system, log):
    log.emit(SwitchPolicy("always_android"), "user")
    assert system.policy_id == "always_android"


def test_a_device_with_android_alone_needs_no_mailbox(kernel, log, ledger, profile, profile_with):
    single = profile_with(processors={"ap": profile.processors["ap"]}, mailbox=None)
    system = System(kernel, log, ledger, single, "rtos_first")
    system.run(PILL)
    kernel.run_until(S)
    assert [(e.processor, e.reason) for e in of(log, WorkPlaced)] == [("ap", "only processor")]
    assert of(log, WorkFinished)[0].latency_ms == 395.0
    assert of(log, MessageSent) == []


def test_a_device_with_the_rtos_alone_runs_there_what_another_runs_on_android(
    kernel, log, ledger, profile, profile_with
):
    single = profile_with(processors={"mcu": profile.processors["mcu"]}, mailbox=None)
    system = System(kernel, log, ledger, single, "always_android")
    system.run(PILL)
    system.run(SNAP)
    system.stay_awake("camera").release()
    kernel.run_until(S)
    assert {(e.work, e.processor) for e in of(log, WorkFinished)} == {("pill", "mcu"), (SNAP.name, "mcu")}
    assert of(log, CapabilityMissing) == []


def test_the_same_requests_give_the_same_log_byte_for_byte(profile):
    def session():
        kernel = Kernel()
        log = EventLog(kernel)
        system = System(kernel, log, Ledger(kernel), profile, "rtos_first")
        for number in range(60):
            kernel.run_until(number * 777 * MS)
            system.run(
                Work(f"w{number}", "abc"[number % 3], mcu_ms=number, ap_ms=7.3 * number, ap_threads=1 + number % 5)
            )
            if number % 20 == 19:
                system.brown_out()
        kernel.run_until(120 * S)
        return log.to_jsonl()

    assert session() == session()


def test_owners_account_for_every_milliwatt_hour(system, kernel, ledger):
    integral, last = 0, (0, ledger.total_nw)

    def integrate():
        nonlocal integral, last
        integral += last[1] * (kernel.now_ns - last[0])
        last = (kernel.now_ns, ledger.total_nw)

    ledger.watch(integrate)
    for number in range(30):
        kernel.run_until(number * 1_234_567_891)
        system.run(SNAP if number % 4 == 0 else PILL)
    kernel.run_until(60 * S)
    integrate()
    owners = sum(mwh for parts in ledger.energy_mwh().values() for mwh in parts.values())
    assert owners == pytest.approx(integral / 3.6e18, rel=1e-12)
