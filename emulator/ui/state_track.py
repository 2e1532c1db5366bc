"""When a processor was in which state: what a pixel of its lane shows, and what lies under the cursor."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

KEEP = 100_000
# of several states in one pixel the later one here shows
ORDER = ("", "off", "suspended", "sleep", "idle", "suspending", "active", "resuming", "booting", "hung", "crashed")
NOTABLE = frozenset({"resuming", "booting", "hung", "crashed"})  # told in words
CODES = {name: code for code, name in enumerate(ORDER)}

Codes = npt.NDArray[np.uint8]


class State(NamedTuple):
    """A processor is in ``state`` from ``t_ns``."""

    t_ns: int
    state: str
    cause: str
    owner: str


class StateTrack:
    """States of one processor, oldest first."""

    def __init__(self) -> None:
        self._states: list[State] = []
        self._since = array("q")
        self._codes = array("B")

    def __iter__(self) -> Iterator[State]:
        return iter(self._states)

    def __len__(self) -> int:
        return len(self._states)

    def add(self, state: State) -> None:
        """Append a state; it does not begin before the last one."""
        self._states.append(state)
        self._since.append(state.t_ns)
        self._codes.append(CODES.get(state.state, CODES["idle"]))
        if len(self._states) > 2 * KEEP:
            del self._states[:KEEP], self._since[:KEEP], self._codes[:KEEP]

    def at(self, t_ns: int) -> State | None:
        """Return the state at ``t_ns``, as far as it is known."""
        i = bisect_right(self._since, t_ns) - 1
        return self._states[i] if i >= 0 else None

    def codes(self, edges_ns: npt.NDArray[np.int64]) -> Codes:
        """Return for each pixel between two edges the index in ``ORDER`` of what it shows; 0: not known."""
        if not self._states:
            return np.zeros(len(edges_ns) - 1, np.uint8)
        since = np.frombuffer(self._since, np.int64)
        codes = np.append(np.frombuffer(self._codes, np.uint8), 0)
        first = np.searchsorted(since, edges_ns[:-1], "right") - 1
        end = np.maximum(np.searchsorted(since, edges_ns[1:], "left"), first + 1)
        pairs = np.stack([np.maximum(first, 0), np.maximum(end, 1)], axis=1).ravel()
        shown = np.maximum.reduceat(codes, pairs)[::2]
        return np.where((first < 0) & (end <= 0), 0, shown).astype(np.uint8)

    def spans(self, since_ns: int, until_ns: int, least_ns: int) -> list[tuple[State, int]]:
        """Return the states in sight that last at least ``least_ns``, each with its end."""
        a = max(0, bisect_right(self._since, since_ns) - 1)
        b = bisect_left(self._since, until_ns)
        if a >= b:
            return []
        ends = np.append(np.frombuffer(self._since, np.int64)[a + 1 : b], until_ns)
        starts = np.frombuffer(self._since, np.int64)[a:b]
        shown_ns = np.minimum(ends, until_ns) - np.maximum(starts, since_ns)
        return [(self._states[a + i], int(ends[i])) for i in np.flatnonzero(shown_ns >= least_ns).tolist()]

    def next_notable(self, t_ns: int, until_ns: int) -> State | None:
        """Return the first state from ``t_ns`` on, before ``until_ns``, that is told in words."""
        for i in range(bisect_left(self._since, t_ns), bisect_left(self._since, until_ns)):
            if self._states[i].state in NOTABLE:
                return self._states[i]
        return None
