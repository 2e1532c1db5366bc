"""Swim-lanes as numbers: the slices of each core by task, what covers a pixel, and what lies under the cursor.

A pixel takes the colours of the tasks that ran in it, each by its share of the pixel's time, so that a lane zoomed out
to minutes still shows how busy it was. The share comes from running sums, so the cost is that of the pixels.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

KEEP_NS = 24 * 3_600 * 1_000_000_000
LEAST_SHARE = 0.3  # a slice shorter than a pixel still shows

Times = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float64]


class Span(NamedTuple):
    """``task`` ran from ``start_ns`` to ``end_ns``."""

    start_ns: int
    end_ns: int
    task: str


class Track:
    """Spans of one task on one core, in order; arrays that grow by doubling."""

    def __init__(self) -> None:
        self._rows: Times = np.zeros((3, 256), np.int64)  # start, end, time covered before
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, start_ns: int, end_ns: int) -> None:
        """Append a span; it does not start before the end of the last one."""
        if self._count == self._rows.shape[1]:
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)], axis=1)
        n = self._count
        before = self._rows[2, n - 1] + self._rows[1, n - 1] - self._rows[0, n - 1] if n else 0
        self._rows[:, n] = (start_ns, end_ns, before)
        self._count = n + 1

    def forget(self, before_ns: int) -> None:
        """Drop spans that ended before ``before_ns``, when they are the larger part."""
        gone = int(np.searchsorted(self._rows[1, : self._count], before_ns))
        if gone > self._count // 2:
            kept = self._rows[:, gone : self._count].copy()
            self._rows, self._count = np.concatenate([kept, np.zeros((3, 256), np.int64)], axis=1), kept.shape[1]

    def covered(self, edges_ns: Times) -> Times:
        """Return the time covered before each of ``edges_ns``."""
        start, end, before = self._rows[:, : self._count]
        at = np.searchsorted(start, edges_ns, "right") - 1
        inside = np.maximum(at, 0)
        partial = np.minimum(edges_ns, end[inside]) - start[inside]
        return np.where(at < 0, 0, before[inside] + partial) if self._count else np.zeros_like(edges_ns)

    def spans(self, since_ns: int, until_ns: int) -> list[tuple[int, int]]:
        """Return the spans that begin in this time."""
        start, end, _ = self._rows[:, : self._count]
        a, b = np.searchsorted(start, [since_ns, until_ns]).tolist()
        return list(zip(start[a:b].tolist(), end[a:b].tolist(), strict=True))

    def near(self, t_ns: int, slack_ns: int) -> tuple[int, int] | None:
        """Return the span at ``t_ns``, or one at most ``slack_ns`` away."""
        start, end, _ = self._rows[:, : self._count]
        best: tuple[int, tuple[int, int]] | None = None
        at = int(np.searchsorted(start, t_ns, "right")) - 1
        for i in (at, at + 1):
            if 0 <= i < self._count:
                away = max(0, int(start[i]) - t_ns, t_ns - int(end[i]))
                if away <= slack_ns and (best is None or away < best[0]):
                    best = (away, (int(start[i]), int(end[i])))
        return best[1] if best else None


class Lane:
    """One core: its tasks, each with its spans."""

    def __init__(self) -> None:
        self.tracks: dict[str, Track] = {}
        self._added = 0

    def add(self, spans: Iterable[tuple[int, int, str]]) -> None:
        """Append spans in order."""
        last_ns = 0
        for start_ns, end_ns, task in spans:
            track = self.tracks.get(task)
            if track is None:
                track = self.tracks[task] = Track()
            track.add(start_ns, end_ns)
            last_ns = end_ns
            self._added += 1
        if self._added > 200_000:
            self._added = 0
            for track in self.tracks.values():
                track.forget(last_ns - KEEP_NS)

    def shares(self, edges_ns: Times) -> dict[str, Shares]:
        """Return for each task that ran the share of each pixel's time it took, in [0, 1]; pixels lie between edges."""
        width_ns = np.maximum(np.diff(edges_ns), 1)
        found: dict[str, Shares] = {}
        for task, track in self.tracks.items():
            spent = np.diff(track.covered(edges_ns))
            if spent.any():
                found[task] = spent / width_ns
        return found

    def near(self, t_ns: int, slack_ns: int) -> Span | None:
        """Return the span at ``t_ns``, or the nearest one at most ``slack_ns`` away."""
        found = [(track.near(t_ns, slack_ns), task) for task, track in self.tracks.items()]
        spans = [Span(*span, task) for span, task in found if span]
        return min(spans, key=lambda s: max(0, s.start_ns - t_ns, t_ns - s.end_ns), default=None)


def mix(shares: dict[str, Shares], colours: dict[str, tuple[int, int, int]], width: int) -> npt.NDArray[np.uint8]:
    """Return one row of premultiplied BGRA pixels, shape (width, 4): tasks mixed by share, opacity by how busy it was."""
    total = np.zeros(width)
    light = np.zeros((width, 3))
    for task, share in shares.items():
        total += share
        light += share[:, None] * np.array(colours[task], np.float64)
    busy = total > 0
    alpha = np.where(busy, np.clip(LEAST_SHARE + (1 - LEAST_SHARE) * total, 0, 1), 0)
    light = np.divide(light, total[:, None], out=np.zeros_like(light), where=busy[:, None])
    row = np.empty((width, 4), np.uint8)
    row[:, :3] = np.rint(light[:, ::-1] * alpha[:, None])
    row[:, 3] = np.rint(255 * alpha)
    return row
