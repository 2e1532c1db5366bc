"""The tracks of a trace, each written down when it is first used: processes, groups, slices, counters."""

from __future__ import annotations

from emulator.core.profile import Profile
from emulator.devices.trace.packets import Packets
from emulator.devices.trace.protobuf import integer, message, text

PIDS = {"mcu": 1_000, "ap": 2_000}
SYSTEMS = {"mcu": "rtos", "ap": "android"}


class Tracks:
    """Numbers of tracks by name.

    A track is a row of the trace. Slices of one row must lie inside each other; where they may overlap, ``lane``
    gives rows of one name, which the viewer draws as one.
    """

    def __init__(self, packets: Packets, profile: Profile | None) -> None:
        self._packets, self._profile = packets, profile
        self._uuids: dict[tuple[str, str, int], int] = {}
        self._free: dict[tuple[str, str], list[int]] = {}
        self._lanes: dict[tuple[str, str], int] = {}

    def process(self, processor: str) -> int:
        """Return the track of ``processor``'s process: its operating system, run by its chip."""
        key = ("", processor, 0)
        if key not in self._uuids:
            pid, name = PIDS[processor], f"{SYSTEMS[processor]}-EMULATED"
            command = text(3, name) + text(3, self._chip(processor))
            self._packets.write(0, message(2, message(1, integer(1, pid), command)))
            self._describe(key, message(3, integer(1, pid), text(6, name)))
        return self._uuids[key]

    def group(self, name: str) -> int:
        """Return a track that only holds others."""
        key = ("", name, 0)
        if key not in self._uuids:
            self._describe(key, text(2, name))
        return self._uuids[key]

    def slices(self, parent: str, name: str, lane: int = 0) -> int:
        """Return the track ``name`` of ``parent``, a processor or a group; each ``lane`` is one of its own."""
        key = (parent, name, lane)
        if key not in self._uuids:
            self._describe(key, text(2, name), integer(5, self._parent(parent)))
        return self._uuids[key]

    def counter(self, parent: str, name: str, unit: str) -> int:
        """Return the counter track ``name`` of ``parent`` in ``unit``."""
        key = (parent, name, 0)
        if key not in self._uuids:
            counter = message(8, text(6, unit)) if unit else message(8)
            self._describe(key, text(2, name), integer(5, self._parent(parent)), counter)
        return self._uuids[key]

    def take_lane(self, parent: str, name: str) -> int:
        """Return the number of a lane of track ``name`` on which nothing is open."""
        free = self._free.setdefault((parent, name), [])
        if free:
            free.sort()
            return free.pop(0)
        lane = self._lanes.get((parent, name), 0)
        self._lanes[parent, name] = lane + 1
        return lane

    def leave_lane(self, parent: str, name: str, lane: int) -> None:
        """Let others use the lane again."""
        self._free[parent, name].append(lane)

    def _parent(self, parent: str) -> int:
        return self.process(parent) if parent in PIDS else self.group(parent)

    def _chip(self, processor: str) -> str:
        spec = self._profile.processors.get(processor) if self._profile else None
        return spec.chip if spec and spec.chip else processor

    def _describe(self, key: tuple[str, str, int], *fields: bytes) -> None:
        uuid = self._uuids[key] = len(self._uuids) + 1
        self._packets.describe(integer(1, uuid), *fields)
