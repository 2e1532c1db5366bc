"""Slices that are open in the trace, by a key of whoever opened them."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from emulator.devices.trace.packets import Args, Packets
from emulator.devices.trace.tracks import Tracks


class Place(NamedTuple):
    """Where a slice goes: track ``name`` of ``parent``."""

    parent: str
    name: str


class _Open(NamedTuple):
    place: Place
    lane: int
    track: int


class Spans:
    """Opens slices, each on a lane of its own, and closes them; what is open at the end is closed there."""

    def __init__(self, packets: Packets, tracks: Tracks) -> None:
        self._packets, self._tracks = packets, tracks
        self._open: dict[Hashable, _Open] = {}

    def open(self, key: Hashable, t_ns: int, place: Place, name: str, args: Args | None = None) -> None:
        """Open a slice called ``name``; one that is still open under ``key`` ends here."""
        self.close(key, t_ns)
        self._packets.begin(self._take(key, place), t_ns, name, args)

    def arrive(self, key: Hashable, t_ns: int, place: Place, name: str, args: Args, flow: int) -> None:
        """Open a slice at which the arrow ``flow`` ends; one that is still open under ``key`` ends here."""
        self.close(key, t_ns)
        self._packets.arrive(self._take(key, place), t_ns, name, args, flow)

    def close(self, key: Hashable, t_ns: int, args: Args | None = None) -> None:
        """Close the slice of ``key``, if there is one; ``args`` are added to it."""
        found = self._open.pop(key, None)
        if found is not None:
            self._packets.end(found.track, t_ns, args)
            self._tracks.leave_lane(*found.place, found.lane)

    def close_all(self, t_ns: int, first: str = "") -> None:
        """Close the slices whose key starts with the word ``first``, or all of them."""
        for key in [k for k in self._open if not first or (isinstance(k, tuple) and k[0] == first)]:
            self.close(key, t_ns)

    def track(self, key: Hashable) -> int | None:
        """Return the track on which the slice of ``key`` is open."""
        found = self._open.get(key)
        return None if found is None else found.track

    def _take(self, key: Hashable, place: Place) -> int:
        lane = self._tracks.take_lane(*place)
        track = self._tracks.slices(*place, lane)
        self._open[key] = _Open(place, lane, track)
        return track
