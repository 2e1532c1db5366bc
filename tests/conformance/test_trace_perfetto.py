"""Perfetto's own trace processor reads our traces: no errors, and its SQL finds what the log and the ledger hold."""

import math
import re
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from emulator import Glasses
from emulator.core.actions import InjectFault, InsertPack, Notify, RemovePack, Ring, Say
from emulator.core.events import (
    ApClocked,
    BatterySampled,
    HudShown,
    MessageReceived,
    MessageSent,
    PowerSampled,
    ProcessorChanged,
    SlicesRan,
    WorkFinished,
)
from emulator.core.profile import profile_ids
from emulator.core.units import S
from emulator.devices.processors.slices import unpack
from emulator.devices.trace.write import export_trace, save_trace

trace_processor = pytest.importorskip("trace_processor", reason="needs `perfetto` from PyPI")
pytestmark = pytest.mark.skipif(bool(trace_processor.missing()), reason=trace_processor.missing())

PAGE = Path(__file__).parents[2] / "docs" / "trace.md"
QUERIES = re.findall(r"^```sql\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
NO_ERRORS = "select name, value from stats where severity = 'error' and value > 0"
END_S = 40


@pytest.fixture(scope="module")
def worn():
    """Half a minute with all that a trace shows; it ends on a whole second, with a sample of the ledger."""
    glasses = Glasses("quark_s1")
    glasses.run_for(seconds=1.2)
    glasses.do(Notify("钉钉", "桃桃", "十点的会"))
    glasses.run_for(seconds=2)
    glasses.do(Say("三千六百除以十五等于多少"))
    glasses.run_for(seconds=12)
    glasses.gesture("camera-key", "short")
    glasses.run_for(seconds=3.3)
    glasses.do(RemovePack("left"))
    glasses.run_for(seconds=1.1)
    glasses.do(InsertPack("left", 0.5))
    glasses.run_for(seconds=9)
    glasses.do(Ring("妈妈"))
    glasses.run_until(END_S * S)
    return glasses


@pytest.fixture(scope="module")
def log(worn, tmp_path_factory):
    path = tmp_path_factory.mktemp("log") / "worn.jsonl"
    worn.save_log(path)
    return path


@pytest.fixture(scope="module")
def trace(log):
    path = log.with_suffix(".pftrace")
    export_trace(log, path)
    with trace_processor.TraceProcessor(path) as processor:
        yield processor


def energy_mwh(trace, track):
    """Return the integral of a power counter over time."""
    [(energy,)] = trace.query(
        f"""with power as (
          select value, lead(ts) over (order by ts) - ts as dur
          from counter join track on counter.track_id = track.id where track.name = '{track}')
        select sum(value * dur) / 1e9 / 3600 from power where dur is not null"""
    )
    return energy


def busy_of(trace):
    """Return the busy time of each CPU by SQL, in ns."""
    return dict(trace.query("select cpu, sum(dur) from sched_slice join thread using (utid) where tid != 0 group by 1"))


def busy_in(worn):
    """Return the same from the slices of the log; cpu 0 is the mcu."""
    busy: dict[Any, int] = defaultdict(int)
    for _, event in of(worn, SlicesRan):
        cpu = event.core + (1 if event.processor == "ap" else 0)
        busy[cpu] += sum(piece.end_ns - piece.start_ns for piece in unpack(event))
    return dict(busy)


def of(worn, kind):
    return [(record.t_ns, record.event) for record in worn.log.records if isinstance(record.event, kind)]


# --- what the whole of it is held to -----------------------------------------------------------------------------


def test_a_trace_is_read_without_errors(trace):
    assert trace.query(NO_ERRORS) == []


def test_busy_time_per_cpu_is_the_log_s(worn, trace):
    assert busy_of(trace) == busy_in(worn)
    assert set(busy_in(worn)) == {0, 1, 2, 3, 4}


def test_busy_time_per_task_is_the_log_s(worn, trace):
    busy: dict[Any, int] = defaultdict(int)
    for _, event in of(worn, SlicesRan):
        for piece in unpack(event):
            busy[piece.task] += piece.end_ns - piece.start_ns
    found = trace.query(
        "select thread.name, sum(dur) from sched_slice join thread using (utid) where tid != 0 group by 1"
    )
    assert dict(found) == dict(busy)


def test_power_integrates_to_the_samples_of_the_ledger(worn, trace):
    logged = math.fsum(e for _, s in of(worn, PowerSampled) for o in s.energy_mwh.values() for e in o.values())
    assert energy_mwh(trace, "power.total") == pytest.approx(logged, rel=1e-12)


def test_power_integrates_to_the_ledger_of_the_device(worn, trace):
    """The log keeps nine digits of each sample, so it is off by up to 5e-9."""
    assert worn.now_ns == END_S * S
    assert energy_mwh(trace, "power.total") == pytest.approx(worn.device.ledger.total_mwh(), rel=5e-9)


def test_power_by_component_and_by_owner_integrates_to_the_ledger(worn, trace):
    ledger = worn.energy_mwh()
    owners: dict[str, float] = defaultdict(float)
    for used in ledger.values():
        for owner, used_mwh in used.items():
            owners[owner] += used_mwh
    wanted = {f"power.{component}": sum(used.values()) for component, used in ledger.items()}
    wanted |= {f"power.owner.{owner}": used_mwh for owner, used_mwh in owners.items()}
    assert {name: energy_mwh(trace, name) for name in wanted} == pytest.approx(wanted, rel=1e-8)


def test_an_arrow_takes_as_long_as_android_needs_to_resume(worn, trace):
    """Every wake in the log is one arrow, and it is the profile's resume time long."""
    wakes = [event for _, event in of(worn, ProcessorChanged) if event.state == "resuming"]
    found = trace.query(
        "select b.ts - a.ts from flow f join slice a on f.slice_out = a.id join slice b on f.slice_in = b.id"
    )
    resume_ns = round(worn.profile.processors["ap"].resume_ms * 1e6)
    assert found == [(resume_ns,)] * len(wakes)
    assert wakes


def test_an_arrow_starts_at_the_message_that_woke(worn, trace):
    [(number, cause)] = trace.query(
        """select extract_arg(message.arg_set_id, 'debug.number'), extract_arg(wake.arg_set_id, 'debug.cause')
        from flow join slice wake on flow.slice_out = wake.id join slice message on wake.parent_id = message.id
        order by wake.ts limit 1"""
    )
    first = next(event for _, event in of(worn, ProcessorChanged) if event.state == "resuming")
    sent = next(event for _, event in of(worn, MessageSent) if f"message {event.what}" == first.cause)
    assert (number, cause) == (sent.number, first.cause)


# --- each kind of track ------------------------------------------------------------------------------------------


def test_residency_of_android_is_the_log_s(worn, trace):
    changes = [(t_ns, event.state) for t_ns, event in of(worn, ProcessorChanged) if event.processor == "ap"]
    seconds: dict[str, int] = defaultdict(int)
    for (t_ns, state), (until_ns, _) in zip(changes, [*changes[1:], (worn.now_ns, "")], strict=True):
        seconds[state] += until_ns - t_ns
    found = trace.query(
        """select slice.name, sum(dur) from slice join track on slice.track_id = track.id
        where track.name = 'android.power_state' group by 1"""
    )
    assert dict(found) == dict(seconds)


def test_works_last_as_long_as_they_took(worn, trace):
    found = trace.query(
        """select extract_arg(arg_set_id, 'debug.number'), slice.name, dur, extract_arg(arg_set_id, 'debug.in_time')
        from slice join track on slice.track_id = track.id where track.name glob 'work on *' order by 1"""
    )
    done = {event.number: event for _, event in of(worn, WorkFinished)}
    assert len(done) > 5
    for number, name, dur_ns, in_time in found:
        event = done[number]
        assert (name, bool(in_time)) == (f"{event.owner}/{event.work}", event.in_time)
        assert dur_ns == pytest.approx(event.latency_ms * 1e6, abs=1)


def test_messages_last_until_they_are_taken(worn, trace):
    found = trace.query(
        """select extract_arg(arg_set_id, 'debug.number'), dur from slice join track on slice.track_id = track.id
        where track.name glob 'mailbox to *' and slice.name != 'wakes android'"""
    )
    sent = {event.number: t_ns for t_ns, event in of(worn, MessageSent)}
    taken = {event.number: t_ns - sent[event.number] for t_ns, event in of(worn, MessageReceived)}
    assert dict(found) == taken


def test_screens_are_those_that_were_shown(worn, trace):
    found = trace.query(
        """select slice.ts, slice.name, track.name, extract_arg(arg_set_id, 'debug.app')
        from slice join track on slice.track_id = track.id where track.name glob 'hud.*' order by slice.id"""
    )
    shown = [(t_ns, e.screen or e.app, f"hud.{e.layer}", e.app) for t_ns, e in of(worn, HudShown)]
    assert sorted(found) == sorted(shown)


def test_rails_count_up_to_the_ledger(worn, trace):
    found = trace.query(
        """include perfetto module android.power_rails;
        select power_rail_name, max(value) from android_power_rails_counters group by 1"""
    )
    wanted = {f"power.{component}_uws": sum(used.values()) * 3.6e6 for component, used in worn.energy_mwh().items()}
    assert dict(found) == pytest.approx(wanted, abs=0.6)  # rails count whole µWs


def test_packs_are_counters_of_the_trace_and_of_android(worn, trace):
    t_ns, sample = of(worn, BatterySampled)[-1]
    for slot, pack in zip(worn.profile.battery.slots, sample.packs, strict=True):
        values = dict(
            trace.query(
                f"""select track.name, value from counter join track on counter.track_id = track.id
                where ts = {t_ns} and (track.name glob 'battery.{slot}.*' or track.name glob 'batt.{slot}.*')"""
            )
        )
        assert values[f"battery.{slot}.level"] == pack.level
        assert values[f"battery.{slot}.gauge"] == pack.gauge
        assert values[f"battery.{slot}.voltage"] == pack.voltage_v
        assert values[f"batt.{slot}.voltage_uv"] == round(pack.voltage_v * 1e6)
        assert values[f"batt.{slot}.current_ua"] == -round(pack.current_a * 1e6)
        assert values[f"batt.{slot}.charge_uah"] == round(pack.level * worn.profile.battery.capacity_mah * 1e3)


def test_the_clock_of_android_is_a_counter(worn, trace):
    """In percent of its top, at which it begins; each change is where the log has it."""
    told = [(0, 100.0)] + [(t_ns, 100.0 * event.speed) for t_ns, event in of(worn, ApClocked)]
    query = """select ts, value from counter join track on counter.track_id = track.id
        where track.name = 'ap.clock' order by ts"""
    assert [tuple(row) for row in trace.query(query)] == told
    assert len({percent for _, percent in told}) > 2


def test_virtual_time_is_boot_time_and_has_a_civil_time(worn, trace):
    clocks = dict(trace.query("select clock_name, clock_value from clock_snapshot where ts = 0"))
    assert clocks["BOOTTIME"] == 0
    assert clocks["REALTIME"] == datetime.fromisoformat(worn.start.start_time).timestamp() * S
    assert trace.query("select start_ts, end_ts from trace_bounds") == [(0, worn.now_ns)]


def test_the_trace_says_that_it_is_emulated(trace):
    names = [name for (name,) in trace.query("select name from process where pid != 0 order by pid")]
    assert names == ["rtos-EMULATED", "android-EMULATED"]


# --- other logs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", profile_ids())
def test_every_device_s_trace_is_read_without_errors(profile, tmp_path):
    with Glasses(profile) as worn:
        worn.run_for(seconds=1)
        worn.do(Say("三千六百除以十五等于多少"))
        worn.run_for(seconds=4)
    path = tmp_path / "x.pftrace"
    save_trace(worn.log.records, path)
    with trace_processor.TraceProcessor(path) as trace:
        assert trace.query(NO_ERRORS) == []
        assert busy_of(trace) == busy_in(worn)


def test_a_session_with_power_off_and_brown_out_is_read_without_errors(tmp_path):
    """Works and messages under way are lost, wakes do not come to their end."""
    with Glasses("quark_s1", pack_levels=(0.03, 0.03)) as worn:
        worn.do(Say("三千六百除以十五等于多少"))
        worn.run_for(ms=100)
        worn.gesture("power-key", "long")
        worn.run_for(seconds=8)
        worn.gesture("power-key", "long")
        worn.run_for(seconds=40)
        worn.gesture("camera-key", "long")
        worn.run_for(seconds=20)
    path = tmp_path / "x.pftrace"
    save_trace(worn.log.records, path)
    with trace_processor.TraceProcessor(path) as trace:
        assert trace.query(NO_ERRORS) == []
        assert trace.query("select count(*) from slice where dur < 0") == [(0,)]


@pytest.mark.parametrize("kind", ["mcu-crash", "ap-hang", "message-loss", "link-loss", "brown-out"])
def test_a_session_with_a_fault_is_read_without_errors(kind, tmp_path):
    with Glasses("quark_s1") as worn:
        worn.do(InjectFault(kind, count=2, for_ms=2_000) if kind == "message-loss" else InjectFault(kind))
        worn.do(Say("三千六百除以十五等于多少"))
        worn.run_for(seconds=45)
    path = tmp_path / "x.pftrace"
    save_trace(worn.log.records, path)
    with trace_processor.TraceProcessor(path) as trace:
        assert trace.query(NO_ERRORS) == []
        assert trace.query("select count(*) from slice where dur < 0") == [(0,)]
        assert busy_of(trace) == busy_in(worn)


# --- the page ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sql", QUERIES, ids=lambda sql: " ".join(sql.split())[:40])
def test_a_query_of_the_page_answers(sql, trace):
    rows = trace.query(sql)
    assert (rows == []) == ("from stats" in sql)
    assert all(value is not None for row in rows for value in row)
