"""Traces are what Perfetto's own protocol buffers read, and hold what the log says. SQL: conformance/test_trace_perfetto.py."""

import io
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator import Glasses
from emulator.core.actions import Say
from emulator.core.errors import FileError, LogError, UsageError
from emulator.core.events import (
    MessageLost,
    MessageReceived,
    MessageSent,
    ProcessorChanged,
    SlicesRan,
    SpeechCut,
    SpeechSpoken,
    WorkPlaced,
)
from emulator.core.log import Record
from emulator.core.units import MS
from emulator.devices.processors.slices import pack
from emulator.devices.trace.protobuf import double, fixed64, integer, packed, text
from emulator.devices.trace.write import export_trace, write_trace

proto = pytest.importorskip("perfetto.protos.perfetto.trace.perfetto_trace_pb2", reason="needs `perfetto` from PyPI")
unknown = pytest.importorskip("google.protobuf.unknown_fields", reason="needs protobuf")

BEGIN, END = 1, 2


@pytest.fixture(scope="module")
def records():
    with Glasses("quark_s1") as worn:
        worn.run_for(seconds=1)
        worn.do(Say("三千六百除以十五等于多少"))
        worn.run_for(seconds=9)
        worn.gesture("camera-key", "short")
        worn.run_for(seconds=3)
    return worn.log.records


def parse(records):
    """Return the packets of the trace of ``records``, read by Perfetto's protocol buffers."""
    file = io.BytesIO()
    written = write_trace(records, file)
    assert written.size_bytes == len(file.getvalue())
    trace = proto.Trace()
    trace.ParseFromString(file.getvalue())
    return trace.packet


def tell(*events):
    """Return a log of (ms, event) pairs."""
    return [Record(seq, round(t_ms * MS), "test", event) for seq, (t_ms, event) in enumerate(events)]


def switches(packets, cpu=0):
    """Return (t_ns, task) of each switch of a CPU."""
    found = []
    for packet in packets:
        if packet.HasField("ftrace_events") and packet.ftrace_events.cpu == cpu:
            compact, t_ns = packet.ftrace_events.compact_sched, 0
            for delta_ns, name in zip(compact.switch_timestamp, compact.switch_next_comm_index, strict=True):
                t_ns += delta_ns
                found.append((t_ns, compact.intern_table[name]))
    return found


def slices(packets):
    """Return [name, track name, start ns, end ns, arguments] of each slice, in order of their start."""
    tracks: dict[int, str] = {}
    names: dict[int, str] = {}
    keys: dict[int, str] = {}
    found: list[list[Any]] = []
    open_on: dict[int, list[list[Any]]] = {}
    for packet in packets:
        tracks[packet.track_descriptor.uuid] = packet.track_descriptor.name
        names |= {entry.iid: entry.name for entry in packet.interned_data.event_names}
        keys |= {entry.iid: entry.name for entry in packet.interned_data.debug_annotation_names}
        event = packet.track_event
        args = {keys[a.name_iid]: getattr(a, a.WhichOneof("value")) for a in event.debug_annotations}
        if event.type == BEGIN:
            found.append([names[event.name_iid], tracks[event.track_uuid], packet.timestamp, None, args])
            open_on.setdefault(event.track_uuid, []).append(found[-1])
        elif event.type == END:
            closed = open_on[event.track_uuid].pop()
            closed[3] = packet.timestamp
            closed[4] |= args
    return found


def slice_event(*pieces, processor="mcu", core=0):
    tasks, data = pack(pieces)
    return SlicesRan(processor, core, pieces[0][0], len(pieces), tasks, data)


# --- the wire ----------------------------------------------------------------------------------------------------


@given(st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.text(), st.integers(0, 2**64 - 1))
def test_fields_are_read_back_by_protobuf(number, real, words, flow):
    event = proto.TrackEvent()
    words = words.encode("utf-8", "replace").decode()
    event.ParseFromString(integer(30, number) + double(44, real) + text(23, words) + fixed64(47, flow))
    assert event.double_counter_value == real  # the later of a choice wins
    assert (event.name, list(event.flow_ids)) == (words, [flow])
    event.ParseFromString(integer(30, number))
    assert event.counter_value == number


@given(st.lists(st.integers(0, 2**64 - 1)))
def test_packed_numbers_are_read_back_by_protobuf(numbers):
    compact = proto.FtraceEventBundle.CompactSched()
    compact.ParseFromString(packed(1, numbers))
    assert list(compact.switch_timestamp) == numbers


def test_every_field_is_one_that_perfetto_knows(records):
    def check(message):
        assert len(unknown.UnknownFieldSet(message)) == 0, message
        for field, value in message.ListFields():
            if field.message_type is not None:
                for inner in value if field.is_repeated else [value]:
                    check(inner)

    for packet in parse(records):
        check(packet)


# --- cores -------------------------------------------------------------------------------------------------------


def test_what_ran_becomes_switches_with_idle_between():
    event = slice_event((10, 15, "system/imu"), (15, 20, "photo/snap"), (30, 40, "system/imu"))
    assert switches(parse(tell((1, event)))) == [
        (0, "swapper"), (10, "system/imu"), (15, "photo/snap"), (20, "swapper"), (30, "system/imu"), (40, "swapper"),
    ]  # fmt: skip


def test_a_job_that_was_cut_at_a_window_is_not_switched():
    packets = parse(tell((1, slice_event((0, 250, "a/b"))), (2, slice_event((250, 300, "a/b"), (300, 310, "c/d")))))
    assert switches(packets) == [(0, "swapper"), (0, "a/b"), (300, "c/d"), (310, "swapper")]


def test_switches_of_a_core_are_in_order(records):
    for cpu in range(5):
        times = [t_ns for t_ns, _ in switches(parse(records), cpu)]
        assert times
        assert all(a <= b for a, b in pairwise(times))


def test_one_task_on_two_cores_is_two_threads():
    packets = parse(tell(*((1, slice_event((0, 9, "a/b"), processor="ap", core=core)) for core in (0, 1))))
    threads = [thread for packet in packets for thread in packet.process_tree.threads]
    assert [thread.name for thread in threads] == ["a/b", "a/b"]
    assert len({thread.tid for thread in threads}) == 2


@pytest.mark.parametrize(
    ("event", "message"),
    [
        (slice_event((0, 9, "a/b"), processor="npu"), "record 1: unknown processor 'npu'"),
        (SlicesRan("mcu", 0, 0, 7, ("a/b",), "AwAFAAUFAQAFAQ=="), "record 1: .*slices"),
        (slice_event((3, 9, "a/b")), "record 1: slices of mcu core 0 overlap at 3 ns"),
    ],
    ids=["processor", "text", "overlap"],
)
def test_damaged_slices_name_the_record(event, message):
    with pytest.raises(LogError, match=message):
        parse(tell((1, slice_event((0, 5, "a/b"))), (2, event)))


# --- slices ------------------------------------------------------------------------------------------------------


def test_every_slice_ends_by_the_end_of_the_log(records):
    end_ns = records[-1].t_ns
    found = slices(parse(records))
    assert len(found) > 30
    assert all(start_ns <= until_ns <= end_ns for _, _, start_ns, until_ns, _ in found)


def test_slices_of_a_track_do_not_overlap_by_halves(records):
    """Works, screens and holds may: each that is open has a row of its own."""
    open_on: dict[int, list[int]] = {}
    last_ns: dict[int, int] = {}
    for packet in parse(records):
        event = packet.track_event
        if event.type in (BEGIN, END):
            assert packet.timestamp >= last_ns.get(event.track_uuid, 0)
            last_ns[event.track_uuid] = packet.timestamp
            rows = open_on.setdefault(event.track_uuid, [])
            rows.append(packet.timestamp) if event.type == BEGIN else rows.pop()
    assert not any(open_on.values())


def test_a_work_that_is_not_finished_ends_with_the_log():
    packets = parse(tell((1, WorkPlaced(1, "snap", "camera", "ap", "only android", 0.0)), (5, SpeechCut("gesture"))))
    assert slices(packets) == [
        ["camera/snap", "work on ap", MS, 5 * MS, {"number": 1, "reason": "only android", "deadline_ms": 0.0}]
    ]


def test_speech_ends_when_it_was_cut():
    packets = parse(
        tell((1, SpeechSpoken("等于", "zh", 100)), (41, SpeechCut("barge-in")), (500, SpeechCut("gesture")))
    )
    [[_, _, start_ns, end_ns, args]] = slices(packets)
    assert (start_ns, end_ns, args["cut"]) == (MS, 41 * MS, "barge-in")


def test_speech_that_was_not_cut_ends_by_itself():
    packets = parse(tell((1, SpeechSpoken("等于", "zh", 100)), (500, SpeechCut("gesture"))))
    [[_, _, _, end_ns, args]] = slices(packets)
    assert (end_ns, "cut" in args) == (101 * MS, False)


def test_a_message_that_is_lost_with_the_power_says_so():
    packets = parse(
        tell(
            (1, MessageSent(1, "mcu", "ap", 64, "snap", "camera")),
            (2, ProcessorChanged("ap", "resuming", "message snap", "camera")),
            (3, ProcessorChanged("ap", "off", "power-off", "system")),
            (9, MessageSent(2, "mcu", "ap", 64, "snap", "camera")),
            (10, MessageReceived(2, "ap", 1_000.0)),
        )
    )
    found = [
        (name, start_ns // MS, end_ns // MS, args.get("lost")) for name, _, start_ns, end_ns, args in slices(packets)
    ]
    assert found == [
        ("snap", 1, 3, True),
        ("resuming", 2, 3, None),
        ("wakes android", 2, 3, None),
        ("off", 3, 10, None),
        ("snap", 9, 10, None),
    ]


def test_a_message_that_is_lost_and_sent_again_is_two_slices():
    packets = parse(
        tell(
            (1, MessageSent(1, "mcu", "ap", 64, "snap", "camera")),
            (3, MessageLost(1, "mcu", "ap", "snap", "camera", 1, False)),
            (3, MessageSent(1, "mcu", "ap", 64, "snap", "camera")),
            (4, MessageReceived(1, "ap", 3_000.0)),
        )
    )
    found = [(start_ns // MS, end_ns // MS, args.get("attempt")) for _, _, start_ns, end_ns, args in slices(packets)]
    assert found == [(1, 3, 1), (3, 4, None)]


def test_a_wake_without_a_message_has_its_arrow_too():
    packets = parse(
        tell(
            (1, ProcessorChanged("ap", "resuming", "hint touch-down", "system")),
            (351, ProcessorChanged("ap", "idle", "hint touch-down", "system")),
        )
    )
    starts = [
        (packet.timestamp, list(packet.track_event.flow_ids)) for packet in packets if packet.track_event.flow_ids
    ]
    ends = [
        (p.timestamp, list(p.track_event.terminating_flow_ids)) for p in packets if p.track_event.terminating_flow_ids
    ]
    assert (starts, ends) == ([(MS, [1])], [(351 * MS, [1])])


def test_what_has_no_track_of_its_own_is_an_instant(records):
    """Nothing of the log is left out."""
    names: dict[int, str] = {}
    instants = set()
    for packet in parse(records):
        names |= {entry.iid: entry.name for entry in packet.interned_data.event_names}
        if packet.track_event.type == 3:
            instants.add(names[packet.track_event.name_iid])
    assert {
        "session.started",
        "text.said",
        "control.pressed",
        "photo.taken",
        "led.changed",
        "session.ended",
    } <= instants


# --- files -------------------------------------------------------------------------------------------------------


@pytest.fixture
def log(records, tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text("".join(record.to_json() + "\n" for record in records), "utf-8")
    return path


def test_a_log_file_and_its_records_give_the_same_trace(records, log, tmp_path):
    file = io.BytesIO()
    written = write_trace(records, file)
    assert export_trace(log, tmp_path / "a.pftrace") == written
    assert (tmp_path / "a.pftrace").read_bytes() == file.getvalue()


def test_a_log_without_its_beginning_is_still_a_trace(records):
    """The device is not known then: chips and packs have no names, cpu 0 is the mcu's one core."""
    packets = parse([record for record in records if record.event.topic != "session.started"])
    assert switches(packets, 4)
    assert {packet.battery.name for packet in packets if packet.HasField("battery")} == {"", "0", "1"}


def test_an_unknown_device_is_still_a_trace(log, tmp_path):
    log.write_text(log.read_text("utf-8").replace('"quark_s1"', '"nobody_s_glasses"'), "utf-8")
    assert export_trace(log, tmp_path / "a.pftrace").cpus == 5


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"hello\n", r":1:1: not a log record"),
        (b'{"seq":0,"t_ns":0,"source":"x","topic":"no.such"}\n', ":1:1: unknown topic 'no.such'"),
        (b"\xff\xfe", "cannot read the log"),
    ],
    ids=["empty", "text", "topic", "bytes"],
)
def test_what_is_not_a_log_is_an_error_and_leaves_nothing(tmp_path, content, message):
    (tmp_path / "x.jsonl").write_bytes(content)
    with pytest.raises(LogError, match=message):
        export_trace(tmp_path / "x.jsonl", tmp_path / "x.pftrace")
    assert [path.name for path in tmp_path.iterdir()] == ["x.jsonl"]


def test_a_log_that_breaks_off_leaves_the_older_trace(log, tmp_path):
    trace = tmp_path / "a.pftrace"
    trace.write_bytes(b"older")
    log.write_bytes(log.read_bytes()[:-20])
    with pytest.raises(LogError, match="is the file complete"):
        export_trace(log, trace)
    assert trace.read_bytes() == b"older"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "a.pftrace"]


def test_the_trace_does_not_replace_its_own_log(log):
    before = log.read_bytes()
    with pytest.raises(UsageError, match="replace its own log"):
        export_trace(log, log)
    assert log.read_bytes() == before


def test_a_place_that_cannot_be_written_is_an_error(log):
    with pytest.raises(FileError, match="cannot write the trace"):
        export_trace(log, log / "a.pftrace")
