"""When the ap is awake: needs of many days merged with the suspend timeout, exactly, request by request.

All days take a step at once: the first need of each, then the second, and so on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emulator.core.profile import Processor
from emulator.fleet.draw import Ints
from emulator.fleet.template import Templates

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Needs:
    """What wakes the ap, sorted by day and time.

    Attributes:
        day, t_s: When, shape (n,).
        span_s: For how long it is needed once it is awake, shape (n,); NaN for a first sign, which nobody needs yet.
    """

    day: Ints
    t_s: Floats
    span_s: Floats


@dataclass(frozen=True, slots=True)
class Awake:
    """What comes of it.

    Attributes:
        late_s: How much later each need is served than on an ap that is awake, shape (n,).
        day: Day of each time that the ap was awake, shape (m,).
        resumed_s, awake_s, tired_s: When it began to resume, was awake, and began to suspend, shape (m,).
    """

    late_s: Floats
    day: Ints
    resumed_s: Floats
    awake_s: Floats
    tired_s: Floats


def merge(needs: Needs, days: int, spec: Processor, templates: Templates) -> Awake:
    """Merge ``needs`` with the tails of the ap; it is suspended at first."""
    resume_s, suspend_s = spec.resume_ms / 1_000.0, spec.suspend_ms / 1_000.0
    late_s = np.zeros(needs.day.size)
    resumed_s, awake_s = np.full(days, -np.inf), np.full(days, -np.inf)
    until_s, tail_s = np.full(days, -np.inf), np.zeros(days)
    over: list[tuple[Ints, Floats, Floats, Floats]] = []
    for rows in _in_turn(needs.day, days):
        day, t_s, span_s = needs.day[rows], needs.t_s[rows], needs.span_s[rows]
        sign = np.isnan(span_s)
        tired_s = until_s[day] + tail_s[day]
        asleep = t_s > tired_s
        ended = asleep & np.isfinite(tired_s)
        over.append((day[ended], resumed_s[day[ended]], awake_s[day[ended]], tired_s[ended]))
        woken = day[asleep]
        resumed_s[woken] = np.maximum(t_s, tired_s + suspend_s)[asleep]
        awake_s[woken] = resumed_s[woken] + resume_s
        until_s[woken] = awake_s[woken]
        late = np.where(sign, 0.0, np.maximum(0.0, awake_s[day] - t_s - templates.line_s))
        late_s[rows] = late
        until_s[day] = np.maximum(until_s[day], np.where(sign, t_s, t_s + late + span_s))
        tail_s[day] = np.where(~sign, templates.timeout_s, np.where(asleep, templates.hinted_s, tail_s[day]))
    left = np.flatnonzero(np.isfinite(until_s))
    over.append((left, resumed_s[left], awake_s[left], (until_s + tail_s)[left]))
    return Awake(late_s, *(np.concatenate(parts) for parts in zip(*over, strict=True)))


def _in_turn(day: Ints, days: int) -> Iterator[Ints]:
    """Yield the rows of the first need of each day, then of the second, ..."""
    counts = np.bincount(day, minlength=days)
    firsts = np.cumsum(counts) - counts
    order = np.argsort(-counts, kind="stable")  # the fullest days first, so that each turn is a slice
    sorted_counts = -counts[order]
    for turn in range(int(counts.max(initial=0))):
        busy = order[: int(np.searchsorted(sorted_counts, -turn, side="left"))]
        yield firsts[busy] + turn
