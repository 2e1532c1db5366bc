"""Writes a log as a Perfetto trace, record by record: memory does not grow with the length of the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from emulator.core.errors import LogError, ProfileError, UsageError
from emulator.core.events import (
    ApClocked,
    BatterySampled,
    BrightnessChanged,
    Event,
    HeatSampled,
    HudMeasured,
    PowerSampled,
    SessionStarted,
    SlicesRan,
)
from emulator.core.log import Record, stream_log
from emulator.core.profile import Profile, load_profile
from emulator.core.whole_file import whole_file
from emulator.devices.trace.cores import Cores
from emulator.devices.trace.energy import Energy
from emulator.devices.trace.packets import Packets
from emulator.devices.trace.protobuf import integer, message, text
from emulator.devices.trace.samples import Samples
from emulator.devices.trace.spans import Spans
from emulator.devices.trace.system import DualSystem
from emulator.devices.trace.tracks import Tracks
from emulator.devices.trace.wearer import Wearer

SUFFIX = ".pftrace"
SAMPLES = (ApClocked, BatterySampled, BrightnessChanged, HeatSampled, HudMeasured)
REALTIME, MONOTONIC, BOOTTIME = 1, 3, 6  # BuiltinClock


@dataclass(frozen=True, slots=True)
class Written:
    """What a trace holds: records of the log, slices of how many cores, its end in virtual time, its size."""

    records: int
    slices: int
    cpus: int
    end_ns: int
    size_bytes: int


def export_trace(log: Path, out: Path) -> Written:
    """Write the log at ``log`` as the trace ``out``; an older file is replaced only when the new one is whole.

    Raises:
        LogError: If ``log`` cannot be read or is not a log.
        FileError: If ``out`` cannot be written.
        UsageError: If both are the same file.
    """
    if out.exists() and log.exists() and out.samefile(log):
        raise UsageError(f"{out}: the trace would replace its own log; give it another name with -o")
    return save_trace(stream_log(log), out, str(log))


def save_trace(records: Iterable[Record], out: Path, name: str = "the log") -> Written:
    """Write ``records`` as the trace ``out``; ``name`` is what messages call them.

    Raises:
        LogError: If there are no records, or what they hold is damaged.
        FileError: If ``out`` cannot be written.
    """
    with whole_file(out, "the trace") as file:
        return write_trace(records, file, name)


def write_trace(records: Iterable[Record], file: BinaryIO, name: str = "the log") -> Written:
    """Write ``records`` to ``file`` as they come.

    Raises:
        LogError: If there are no records, or what they hold is damaged.
    """
    trace: Trace | None = None
    for record in records:
        try:
            if trace is None:
                trace = Trace(file, record.event)
            trace.read(record)
        except ValueError as error:
            raise LogError(f"{name}: record {record.seq}: {error}") from error
    if trace is None:
        raise LogError(f"{name}: empty, so there is nothing to trace")
    return trace.finish()


class Trace:
    """A trace that is being written: hand it each record in order, then ``finish``."""

    def __init__(self, file: BinaryIO, first: Event) -> None:
        """Begin a trace whose log begins with ``first``, which says when and on what device."""
        start = first if isinstance(first, SessionStarted) else None
        profile = _profile(start)
        self._packets = Packets(file)
        tracks = Tracks(self._packets, profile)
        self._spans = Spans(self._packets, tracks)
        self._cores = Cores(self._packets, tracks, profile)
        self._energy = Energy(self._packets, tracks)
        self._samples = Samples(self._packets, tracks, profile)
        self._system = DualSystem(self._packets, tracks, self._spans)
        self._wearer = Wearer(self._packets, tracks, self._spans)
        self._records, self._end_ns = 0, 0
        if start is not None:
            _set_clock(self._packets, datetime.fromisoformat(start.start_time))

    def read(self, record: Record) -> None:
        """Write one record.

        Raises:
            ValueError: If what it holds is damaged.
        """
        t_ns, event = record.t_ns, record.event
        self._records += 1
        self._end_ns = max(self._end_ns, t_ns)
        if isinstance(event, SlicesRan):
            self._cores.read(event)
        elif isinstance(event, PowerSampled):
            self._energy.read(t_ns, event)
        else:
            self._samples.read(t_ns, event)
            known = isinstance(event, SAMPLES) or self._system.read(t_ns, event) or self._wearer.read(t_ns, event)
            if not known:
                self._wearer.mark(t_ns, record.source, event)

    def finish(self) -> Written:
        """Close what is open and return what was written."""
        self._cores.finish()
        self._energy.finish()
        self._wearer.finish(self._end_ns)
        self._spans.close_all(self._end_ns)
        return Written(self._records, self._cores.slices, self._cores.cpus, self._end_ns, self._packets.size_bytes)


def _profile(start: SessionStarted | None) -> Profile | None:
    """Return the device of the log if it is known here; without it names of chips and packs are missing."""
    try:
        return load_profile(start.profile) if start else None
    except ProfileError:
        return None


def _set_clock(packets: Packets, start: datetime) -> None:
    """Say what civil time it is at power-on, and in which time zone."""
    offset = start.utcoffset() or timedelta()
    since_1970 = start.replace(tzinfo=UTC) - offset - datetime(1970, 1, 1, tzinfo=UTC)
    clocks = ((BOOTTIME, 0), (MONOTONIC, 0), (REALTIME, since_1970 // timedelta(microseconds=1) * 1_000))
    packets.write(0, message(6, *(message(1, integer(1, clock), integer(2, t_ns)) for clock, t_ns in clocks)))
    packets.write(0, message(45, integer(7, offset // timedelta(minutes=1)), text(17, "EMULATED")))
