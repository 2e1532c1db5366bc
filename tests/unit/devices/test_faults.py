"""Faults: what breaks, who stands in, when it is back, and that a replay breaks the same."""

from __future__ import annotations

from random import Random

import pytest

from emulator import Glasses, Say, replay
from emulator.core.actions import InjectFault, InsertPack, Notify, RemovePack, SwitchPolicy
from emulator.core.errors import UsageError
from emulator.core.events import (
    ApHung,
    AppCrashed,
    ApRecovered,
    BrownedOut,
    GaugeShifted,
    HoldChanged,
    LinkLost,
    LinkRestored,
    McuCrashed,
    McuRecovered,
    MessageLost,
    ProcessorChanged,
    SlicesRan,
    WakeSourcesMoved,
    WorkFinished,
    WorkPlaced,
)
from emulator.core.units import MS, S
from emulator.devices.controls import gesture_actions
from emulator.devices.processors.slices import unpack
from emulator.devices.work import Work


@pytest.fixture
def worn():
    with Glasses("quark_s1") as glasses:
        glasses.run_for(seconds=1)
        yield glasses


def times(glasses, kind):
    return [record.t_ns / S for record in glasses.log.records if isinstance(record.event, kind)]


def states(glasses, processor):
    return [e.state for e in glasses.events(ProcessorChanged) if e.processor == processor]


def test_a_crashed_mcu_is_restarted_by_its_watchdog_and_the_link_comes_back_later(worn):
    worn.do(InjectFault("mcu-crash"))
    worn.run_for(seconds=20)
    profile = worn.profile
    mcu = profile.processors["mcu"]
    assert times(worn, McuCrashed) == [1.0]
    assert times(worn, McuRecovered) == [pytest.approx(1.0 + mcu.watchdog_s + mcu.boot_s)]
    assert times(worn, LinkLost) == [1.0]
    assert times(worn, LinkRestored) == [pytest.approx(1.0 + mcu.watchdog_s + mcu.boot_s + profile.radio.reconnect_s)]
    assert states(worn, "mcu") == ["idle", "crashed", "booting", "idle"]


def test_android_takes_the_wake_sources_over_and_gives_them_back(worn):
    worn.do(InjectFault("mcu-crash"))
    worn.run_for(seconds=20)
    assert [e.processor for e in worn.events(WakeSourcesMoved)] == ["ap", "mcu"]
    assert states(worn, "ap") == ["suspended", "resuming", "idle", "suspending", "suspended"]


def test_while_the_mcu_is_down_nothing_runs_on_it(worn):
    worn.do(InjectFault("mcu-crash"))
    worn.run_for(seconds=5)
    pieces = [p for e in worn.events(SlicesRan) if e.processor == "mcu" for p in unpack(e)]
    assert not [p for p in pieces if p.end_ns > 1.0 * S and p.start_ns < 2.4 * S]
    assert [p for p in pieces if p.start_ns >= 2.4 * S]


def test_holds_of_what_hangs_on_the_mcu_are_gone_and_their_release_does_no_harm(worn):
    mics, camera = worn.device.parts.hold("mics", "notes"), worn.device.parts.hold("camera", "notes")
    worn.do(InjectFault("mcu-crash"))
    assert worn.device.parts.held("mics") == {}
    assert worn.device.parts.held("camera") == {"notes": 1}
    assert HoldChanged("mics", "notes", 0) in worn.events(HoldChanged)
    assert "mics" not in worn.device.ledger.power_mw()
    mics.release()
    again = worn.device.parts.hold("mics", "notes")
    assert worn.device.parts.held("mics") == {"notes": 1}
    again.release()
    camera.release()
    assert worn.device.parts.held("mics") == worn.device.parts.held("camera") == {}


def test_work_that_either_can_do_goes_to_android_and_what_only_the_mcu_can_waits(worn):
    system = worn.device.system
    either = system.run(Work("pill", "notes", mcu_ms=18, ap_ms=45))
    worn.do(InjectFault("mcu-crash"))
    rtos = system.run(Work("touch", "controls", mcu_ms=2))
    late = system.run(Work("glance", "clock", mcu_ms=12, ap_ms=30))
    worn.run_for(ms=700 + 350 + 120)
    assert (either.done, late.done, rtos.done) == (True, True, False)
    worn.run_for(seconds=1)
    assert rtos.done
    done = {e.work: e for e in worn.events(WorkFinished)}
    assert (done["pill"].processor, done["glance"].processor, done["touch"].processor) == ("ap", "ap", "mcu")
    assert done["pill"].latency_ms > 1_050
    reasons = {e.work: e.reason for e in worn.events(WorkPlaced)}
    assert reasons["pill"] == reasons["glance"] == reasons["touch"] == "mcu crashed"


def test_work_on_android_whose_messages_were_under_way_is_not_lost(worn):
    system = worn.device.system
    started = {ms: system.run(Work(f"snap{ms}", "camera", ap_ms=100)) for ms in (0,)}
    worn.run_for(ms=0.5)  # the message is on the line
    worn.do(InjectFault("mcu-crash"))
    worn.run_for(seconds=4)
    assert started[0].done
    assert [e.work for e in worn.events(WorkFinished)].count("snap0") == 1


@pytest.mark.parametrize("after_ms", [0.2, 1, 100, 351, 352, 400, 473, 474, 600])
def test_wherever_a_work_is_when_the_mcu_crashes_it_ends_once_and_android_sleeps_again(worn, after_ms):
    future = worn.device.system.run(Work("snap", "camera", ap_ms=100))
    worn.run_for(ms=after_ms)
    worn.do(InjectFault("mcu-crash"))
    worn.run_for(seconds=30)
    assert future.done
    assert len([e for e in worn.events(WorkFinished) if e.work == "snap"]) == 1
    assert (worn.device.system.mcu.state, worn.device.system.ap.state) == ("idle", "suspended")


def test_a_device_without_android_waits_for_its_mcu():
    with Glasses("even_g2") as worn:
        worn.run_for(seconds=1)
        worn.do(InjectFault("mcu-crash"))
        worn.run_for(seconds=10)
        assert worn.events(WakeSourcesMoved) == []
        assert len(worn.events(McuRecovered)) == len(worn.events(LinkRestored)) == 1


def test_a_hung_android_spins_until_its_watchdog_reboots_it_and_what_was_asked_is_done(worn):
    worn.do(SwitchPolicy("always_android"))
    worn.run_for(seconds=2)
    worn.do(InjectFault("ap-hang"))
    hung_at = times(worn, ApHung)[0]
    future = worn.device.system.run(Work("snap", "camera", ap_ms=100))
    worn.run_for(seconds=11)
    assert not future.done
    assert worn.device.ledger.power_mw()["ap"]["system"] > worn.profile.processors["ap"].idle_mw
    worn.run_for(seconds=40)
    ap = worn.profile.processors["ap"]
    assert future.done
    assert times(worn, ApRecovered) == [pytest.approx(hung_at + ap.watchdog_s + ap.boot_s, abs=0.01)]
    assert states(worn, "ap")[-6:-2] == ["active", "off", "booting", "idle"]


def test_a_sleeping_android_hangs_when_it_wakes(worn):
    worn.do(InjectFault("ap-hang"))
    worn.run_for(seconds=60)
    assert states(worn, "ap") == ["suspended"]
    worn.device.system.run(Work("snap", "camera", ap_ms=100))
    worn.run_for(seconds=60)
    assert "booting" in states(worn, "ap")
    assert [e.work for e in worn.events(WorkFinished)] == ["snap"]


def test_lost_messages_are_sent_again_with_their_number(worn):
    worn.do(InjectFault("message-loss", count=2))
    future = worn.device.system.run(Work("snap", "camera", ap_ms=100))
    worn.run_for(seconds=2)
    lost = worn.events(MessageLost)
    assert [(e.attempt, e.gave_up) for e in lost] == [(1, False), (2, False)]
    assert len({e.number for e in lost}) == 1
    assert future.done


def test_a_message_that_never_gets_through_loses_its_work_and_android_sleeps_again(worn):
    worn.do(InjectFault("message-loss", amount=1.0, for_ms=3_000))
    lost = worn.device.system.run(Work("snap", "camera", ap_ms=100))
    results = []

    async def ask():
        results.append(await lost)

    worn.kernel.spawn(ask(), "ask")
    worn.run_for(seconds=1)
    assert [e.gave_up for e in worn.events(MessageLost)] == [False, False, False, True]
    assert (results[0].finished, results[0].in_time) == (False, False)
    worn.run_for(seconds=10)
    assert worn.device.system.states()["ap"] == "suspended"
    assert worn.device.system.run(Work("again", "camera", ap_ms=100)) is not None
    worn.run_for(seconds=2)
    assert worn.events(WorkFinished)[-1].work == "again"


def test_the_phone_out_of_reach_has_to_connect_again(worn):
    worn.do(InjectFault("link-loss", for_ms=10_000))
    assert not worn.device.faults.linked
    worn.run_for(seconds=30)
    assert times(worn, LinkRestored) == [pytest.approx(1.0 + 10.0 + worn.profile.radio.reconnect_s)]
    assert worn.device.faults.linked


def test_a_brown_out_reboots_android_alone(worn):
    worn.do(InjectFault("brown-out"))
    worn.run_for(seconds=40)
    assert [e.consequence for e in worn.events(BrownedOut)] == ["ap-reboot"]
    assert states(worn, "ap")[1:4] == ["off", "booting", "idle"]
    assert states(worn, "mcu") == ["idle"]


def test_a_gauge_that_is_off_reports_so_while_the_true_level_stays(worn):
    level = worn.device.packs.level
    worn.do(InjectFault("gauge-offset", amount=-0.25))
    assert worn.device.packs.level == level
    assert worn.device.packs.gauge == pytest.approx(0.75, abs=0.02)
    assert [e.pack for e in worn.events(GaugeShifted)] == ["left", "right"]


def test_power_off_ends_every_recovery(worn):
    worn.do(InjectFault("mcu-crash"))
    worn.do(InjectFault("ap-hang"))
    worn.run_for(ms=100)
    worn.device.set_power("off", "test")
    seen = len(worn.events(ProcessorChanged))
    worn.run_for(seconds=60)
    assert len(worn.events(ProcessorChanged)) == seen
    worn.device.set_power("on", "test")
    worn.run_for(seconds=60)
    assert (worn.device.system.mcu.state, worn.device.system.ap.state) == ("idle", "suspended")
    assert worn.device.faults.linked


@pytest.mark.parametrize(
    ("profile", "fault", "message"),
    [
        ("quark_s1", InjectFault("mcu-crush"), "no fault 'mcu-crush'; did you mean 'mcu-crash'"),
        ("even_g2", InjectFault("ap-hang"), "ap-hang: .* has no ap"),
        ("meta_ray_ban_display", InjectFault("mcu-crash"), "mcu-crash: .* has no mcu"),
        ("meta_ray_ban_display", InjectFault("message-loss", count=1), "has no mailbox, its ap is alone"),
        ("quark_s1", InjectFault("message-loss"), "expected a count, or an amount and for_ms"),
        ("quark_s1", InjectFault("message-loss", amount=1.5, for_ms=9), "amount: expected 0 to 1, got 1.5"),
        ("quark_s1", InjectFault("gauge-offset", amount=2.0), "amount: expected -1 to 1, got 2"),
        ("quark_s1", InjectFault("seeded", amount=5.0), "expected an amount .* and for_ms"),
        ("quark_s1", InjectFault("link-loss", for_ms=-1), "must not be negative"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_before_it_is_logged(profile, fault, message):
    with Glasses(profile) as worn:
        seen = len(worn.log.records)
        with pytest.raises(UsageError, match=message):
            worn.do(fault)
        assert len(worn.log.records) == seen


def seeded(seed):
    with Glasses("quark_s1", seed=seed) as worn:
        worn.do(InjectFault("seeded", amount=120.0, for_ms=600_000))
        for _ in range(10):
            worn.run_for(seconds=60)
            worn.do(Say("一百二十加八十等于多少"))
        worn.run_for(seconds=120)
        return worn


def test_seeded_faults_are_those_of_the_seed_and_the_device_recovers_from_all_of_them():
    first = seeded(5)
    assert first.log.to_jsonl() == seeded(5).log.to_jsonl()
    assert times(first, LinkLost) != times(seeded(6), LinkLost)
    assert len(first.events(McuCrashed)) + len(first.events(ApHung)) >= 3
    assert first.device.faults.linked
    assert first.events(AppCrashed) == []


@pytest.mark.parametrize("seed", range(6))
def test_a_session_full_of_faults_replays_byte_for_byte(seed):
    random = Random(seed)
    actions = [
        InjectFault("mcu-crash"), InjectFault("ap-hang"), InjectFault("message-loss", count=3),
        InjectFault("message-loss", amount=0.5, for_ms=4_000), InjectFault("link-loss", for_ms=2_000),
        InjectFault("brown-out"), InjectFault("gauge-offset", amount=0.1),
        InjectFault("seeded", amount=600.0, for_ms=20_000), Say("拍照"), Say("现在几点"),
        Notify("钉钉", "桃桃", "三点开会"), RemovePack("left"), InsertPack("left", 0.6),
    ]  # fmt: skip
    with Glasses("quark_s1", seed=seed) as worn:
        for _ in range(25):
            if random.random() < 0.3:
                worn.play(gesture_actions("power-key", random.choice(["short", "long"])))
            else:
                worn.do(random.choice(actions))
            worn.run_until(worn.now_ns + random.choice([0, 1, 700, 701, 350, 1_400, 12_000, 31_000]) * MS)
    assert replay(worn.log.records).log.to_jsonl() == worn.log.to_jsonl()
    assert worn.events(AppCrashed) == []
    spent = sum(mwh for owners in worn.energy_mwh().values() for mwh in owners.values())
    assert spent == pytest.approx(worn.device.ledger.total_mwh(), rel=1e-12)
