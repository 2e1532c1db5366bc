"""The event log: one append-only history behind panels, traces, replay, reports and tests."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from emulator.core.errors import LogError, nearest
from emulator.core.events import Action, Event
from emulator.core.kernel import Kernel
from emulator.core.topics import event_types
from emulator.core.why import why

Reader = Callable[["Record"], None]


@dataclass(frozen=True, slots=True)
class Record:
    """One line of history: ``event`` happened at ``t_ns``, told by ``source``."""

    seq: int
    t_ns: int
    source: str
    event: Event

    def to_json(self) -> str:
        """Return the record as one line of JSON, keys in a fixed order."""
        line = {"seq": self.seq, "t_ns": self.t_ns, "source": self.source, "topic": self.event.topic}
        line |= msgspec.to_builtins(self.event)
        return msgspec.json.encode(line).decode()


class EventLog:
    """Appends events in order and tells each reader about each record exactly once.

    Dispatch is breadth-first: an event emitted by a reader is delivered after the current record has reached
    every reader, so all readers see the same order. A reader that raises cannot wedge the log: the others are
    told first, then the exception leaves ``emit``.
    """

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self.records: list[Record] = []
        self._readers: dict[int, tuple[Reader, type[Event] | None]] = {}
        self._next_reader = 0
        self._pending: deque[Record] = deque()
        self._dispatching = False

    def emit(self, event: Event, source: str) -> Record:
        """Append ``event`` at the current virtual time and dispatch it; floats are quantised first."""
        record = Record(len(self.records), self._kernel.now_ns, source, event.quantised())
        self.records.append(record)
        self._pending.append(record)
        if not self._dispatching:
            self._dispatch()
        return record

    def subscribe(self, reader: Reader, kind: type[Event] | None = None) -> Callable[[], None]:
        """Call ``reader`` for each new record (of events of ``kind``); return the function that stops it."""
        number, self._next_reader = self._next_reader, self._next_reader + 1
        self._readers[number] = (reader, kind)
        return lambda: self._readers.pop(number, None) and None

    def actions(self) -> Iterator[Record]:
        """Iterate over what came from outside: the whole input of a replay."""
        return (record for record in self.records if isinstance(record.event, Action))

    def to_jsonl(self) -> str:
        """Return the whole log as JSON lines."""
        return "".join(record.to_json() + "\n" for record in self.records)

    def _dispatch(self) -> None:
        self._dispatching = True
        try:
            while self._pending:
                _tell(iter(tuple(self._readers.values())), self._pending.popleft())
        finally:
            self._dispatching = False


def _tell(readers: Iterator[tuple[Reader, type[Event] | None]], record: Record) -> None:
    """Hand ``record`` to every reader; one that raises does not keep it from those after it."""
    for reader, kind in readers:
        if kind is None or isinstance(record.event, kind):
            try:
                reader(record)
            except BaseException:
                _tell(readers, record)
                raise


def read_log(path: Path) -> list[Record]:
    """Read a log that was written as JSON lines.

    Raises:
        LogError: If the file cannot be read or a line is not a record, as ``path:line:column: what``.
    """
    return list(stream_log(path))


def stream_log(path: Path) -> Iterator[Record]:
    """Read a log as ``read_log`` does, one record at a time: memory does not grow with its length."""
    try:
        with path.open(encoding="utf-8", newline="\n") as lines:
            yield from _parse(lines, path)
    except (OSError, UnicodeDecodeError) as error:
        raise LogError(f"{path}: cannot read the log: {why(error)}") from error


def _parse(lines: Iterable[str], path: Path) -> Iterator[Record]:
    types, before_ns = event_types(), 0
    for number, line in enumerate(lines, 1):
        try:
            fields: dict[str, Any] = msgspec.json.decode(line, type=dict)
            head = msgspec.convert({key: fields.pop(key) for key in _Head.__struct_fields__}, _Head)
        except (msgspec.MsgspecError, KeyError) as error:
            raise LogError(f"{path}:{number}:1: not a log record ({error}); is the file complete?") from error
        if head.t_ns < before_ns:
            raise LogError(f"{path}:{number}:1: time runs backwards, from {before_ns} to {head.t_ns} ns")
        if head.topic not in types:
            raise LogError(f"{path}:{number}:1: unknown topic {head.topic!r}{nearest(head.topic, types)}")
        try:
            event = msgspec.convert(fields, types[head.topic])
        except msgspec.ValidationError as error:
            raise LogError(f"{path}:{number}:1: {head.topic}: {error}") from error
        before_ns = head.t_ns
        yield Record(head.seq, head.t_ns, head.source, event)


class _Head(msgspec.Struct):
    """What every line has, in front of the fields of its event."""

    seq: int
    t_ns: int
    source: str
    topic: str
