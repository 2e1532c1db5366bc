"""Trace packets: what every packet of ours has in common, and track events with their interned names.

Field numbers are those of ``protos/perfetto/trace/perfetto_trace.proto``; names that return in every packet are
written once and then referred to by number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO

import msgspec

from emulator.devices.trace.protobuf import double, fixed64, integer, message, text

BEGIN, END, INSTANT, COUNTER = 1, 2, 3, 4  # TrackEvent.Type
Args = Mapping[str, Any]

_SEQUENCE = integer(10, 1)  # trusted_packet_sequence_id: all track events are one sequence
_CLEARED = integer(13, 1)  # sequence_flags: interned names start here
_NEEDED = integer(13, 2)  # sequence_flags: names were interned before


class Packets:
    """Writes packets to ``file`` as they come.

    Attributes:
        size_bytes: How much it has written.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._names: dict[str, int] = {}
        self._keys: dict[str, int] = {}
        self._flags = _CLEARED
        self.size_bytes = 0

    def write(self, t_ns: int, *fields: bytes) -> None:
        """Write one packet with ``fields`` of TracePacket, at ``t_ns``."""
        self._put(integer(8, t_ns), *fields)

    def describe(self, *fields: bytes) -> None:
        """Write one TrackDescriptor with ``fields``."""
        self._put(message(60, *fields))

    def begin(self, track: int, t_ns: int, name: str, args: Args | None = None, *, flow: int = 0) -> None:
        """Open a slice on ``track``, inside those that are open there; an arrow starts at it if ``flow`` is given."""
        self._event(track, t_ns, BEGIN, name, args, fixed64(47, flow) if flow else b"")

    def arrive(self, track: int, t_ns: int, name: str, args: Args | None, flow: int) -> None:
        """Open a slice at which the arrow ``flow`` ends."""
        self._event(track, t_ns, BEGIN, name, args, fixed64(48, flow))

    def end(self, track: int, t_ns: int, args: Args | None = None) -> None:
        """Close the innermost open slice of ``track``."""
        self._event(track, t_ns, END, "", args)

    def instant(self, track: int, t_ns: int, name: str, args: Args | None = None) -> None:
        """Mark one instant on ``track``."""
        self._event(track, t_ns, INSTANT, name, args)

    def count(self, track: int, t_ns: int, value: float) -> None:
        """Let the counter ``track`` have ``value`` from ``t_ns`` on."""
        self._event(track, t_ns, COUNTER, "", None, double(44, value))

    def _event(self, track: int, t_ns: int, kind: int, name: str, args: Args | None, more: bytes = b"") -> None:
        interned: list[bytes] = []
        fields = [integer(9, kind), integer(11, track), more]
        if name:
            fields.append(integer(10, _number(name, self._names, 2, interned)))
        for key, value in (args or {}).items():
            fields.append(message(4, integer(1, _number(key, self._keys, 3, interned)), _value(value)))
        new = message(12, *interned) if interned else b""
        self._put(integer(8, t_ns), _SEQUENCE, self._flags, new, message(11, *fields))
        self._flags = _NEEDED

    def _put(self, *fields: bytes) -> None:
        packet = message(1, *fields)
        self._file.write(packet)
        self.size_bytes += len(packet)


def _number(name: str, known: dict[str, int], field: int, interned: list[bytes]) -> int:
    """Return the number of ``name`` among ``known``; a new one is added to ``interned`` as ``field``."""
    number = known.get(name)
    if number is None:
        number = known[name] = len(known) + 1
        interned.append(message(field, integer(1, number), text(2, name)))
    return number


def _value(value: Any) -> bytes:
    """Return the value fields of a DebugAnnotation; what is no plain value goes in as JSON text."""
    match value:
        case bool():
            return integer(2, value)
        case int():
            return integer(4, value)
        case float():
            return double(5, value)
        case str():
            return text(6, value)
    return text(6, msgspec.json.encode(value).decode())
