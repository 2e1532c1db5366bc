"""The log: order of dispatch, readers, JSON lines and their errors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from emulator.core.actions import Move, MoveHead, Press, RemovePack, Say
from emulator.core.errors import LogError
from emulator.core.events import HeadMoved, WearChanged
from emulator.core.kernel import Kernel
from emulator.core.log import EventLog, Record, read_log


@pytest.fixture
def log():
    return EventLog(Kernel())


def test_dispatch_is_breadth_first(log):
    """What a reader emits reaches all readers after what they are being told now."""
    seen: list[tuple[str, str]] = []

    def first(record: Record) -> None:
        seen.append(("first", record.event.topic))
        if record.event == Press("temple"):
            log.emit(HeadMoved("up"), "first")

    log.subscribe(first)
    log.subscribe(lambda record: seen.append(("second", record.event.topic)))
    log.emit(Press("temple"), "user")
    assert seen == [
        ("first", "control.pressed"),
        ("second", "control.pressed"),
        ("first", "head.moved"),
        ("second", "head.moved"),
    ]


def test_a_reader_that_raises_keeps_nobody_from_hearing(log):
    seen: list[str] = []

    def broken(record: Record) -> None:
        if isinstance(record.event, Press):
            log.emit(HeadMoved("up"), "broken")
            raise LookupError("broken reader")

    log.subscribe(broken)
    log.subscribe(lambda record: seen.append(record.event.topic))
    with pytest.raises(LookupError, match="broken reader"):
        log.emit(Press("temple"), "user")
    log.emit(HeadMoved("down"), "user")
    assert seen == ["control.pressed", "head.moved", "head.moved"]


def test_a_reader_hears_its_kind_until_it_stops(log):
    seen: list[str] = []
    stop = log.subscribe(lambda record: seen.append(record.event.motion), HeadMoved)
    log.emit(HeadMoved("up"), "test")
    log.emit(WearChanged(True), "test")
    stop()
    stop()
    log.emit(HeadMoved("down"), "test")
    assert seen == ["up"]


def test_records_are_numbered_timed_and_quantised():
    kernel = Kernel()
    log = EventLog(kernel)
    log.emit(Move("temple", 1 / 3), "user")
    kernel.run_until(70)
    log.emit(Move("temple", 2.0), "user")
    assert [(r.seq, r.t_ns, r.event) for r in log.records] == [
        (0, 0, Move("temple", 0.333333333)),
        (1, 70, Move("temple", 2.0)),
    ]


def test_actions_are_what_came_from_outside(log):
    log.emit(MoveHead("up"), "user")
    log.emit(HeadMoved("up"), "device")
    assert [r.event for r in log.actions()] == [MoveHead("up")]


def test_a_written_log_is_read_back_whole(log, tmp_path):
    log.emit(Press("camera-key", "light", 1), "user")
    log.emit(RemovePack("left"), "user")
    log.emit(WearChanged(worn=False), "device")
    path = tmp_path / "log.jsonl"
    path.write_text(log.to_jsonl(), "utf-8")
    assert read_log(path) == log.records


def test_a_text_with_line_separators_is_one_line_of_the_log(log, tmp_path):
    """JSON leaves U+2028 and U+0085 as they are; only a line feed ends a record."""
    log.emit(Say("a\u2028b\u0085c\nd\r\ne"), "user")
    (tmp_path / "log.jsonl").write_text(log.to_jsonl(), "utf-8")
    assert read_log(tmp_path / "log.jsonl") == log.records


def test_a_line_of_json_has_its_keys_in_order(log):
    record = log.emit(Press("temple"), "夸克")
    assert record.to_json() == (
        '{"seq":0,"t_ns":0,"source":"夸克","topic":"control.pressed","control":"temple","force":"full","fingers":1}'
    )


GOOD = '{"seq":0,"t_ns":0,"source":"s","topic":"wear.changed","worn":true}\n'


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (GOOD + GOOD[:30], r"log\.jsonl:2:1: not a log record .* is the file complete\?"),
        (GOOD + '{"seq":1}\n', r"log\.jsonl:2:1: not a log record .*t_ns"),
        (
            GOOD.replace("wear.changed", "wear.chanced"),
            r":1:1: unknown topic 'wear.chanced'; did you mean 'wear.changed'\?",
        ),
        (GOOD.replace("true", '"yes"'), r":1:1: wear.changed: .*bool"),
        (GOOD.replace('"worn":true', '"other":1'), r":1:1: wear.changed: .*worn"),
        (GOOD.replace('"t_ns":0', '"t_ns":"soon"'), r":1:1: not a log record \(Expected `int`, got `str`"),
        (GOOD.replace('"wear.changed"', '["wear"]'), r":1:1: not a log record \(Expected `str`, got `array`"),
        (GOOD.replace('"t_ns":0', '"t_ns":7') + GOOD, r":2:1: time runs backwards, from 7 to 0 ns"),
        ("[1]\n", r"log\.jsonl:1:1: not a log record"),
    ],
)
def test_a_broken_line_is_named(tmp_path, lines, message):
    path = tmp_path / "log.jsonl"
    path.write_text(lines, "utf-8")
    with pytest.raises(LogError, match=message):
        read_log(path)


def test_a_process_that_knows_nothing_else_reads_every_topic(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_text('{"seq":0,"t_ns":0,"source":"outside","topic":"text.said","text":"你好"}\n', "utf-8")
    program = f"from pathlib import Path; from emulator.core.log import read_log; print(read_log(Path({str(path)!r})))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "Say(text='你好')" in done.stdout, done.stderr


def test_a_log_that_is_not_there_or_not_text_is_one_line(tmp_path):
    with pytest.raises(LogError, match=r"absent\.jsonl: cannot read the log"):
        read_log(Path(tmp_path / "absent.jsonl"))
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(LogError, match=r"picture\.png: cannot read the log"):
        read_log(tmp_path / "picture.png")
