"""What a fleet comes to: means over days with confidence intervals, and policies compared on the same days."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emulator.fleet.days import Days, quantile_ms
from emulator.fleet.sweep import Case, Label

Z95 = 1.959963984540054  # of the normal distribution: 95 % lie within


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and the ends of its 95 % confidence interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Row:
    """One case.

    Attributes:
        labels: What the sweep varies, and the policy.
        days: Number of days.
        mean_mw, packs, wakes, late: A day.
        answer_p50_ms, answer_p95_ms: Of all requests, to 1 %.
        android_p50_ms, android_p95_ms: Of those that the ap alone can serve.
        empty: Share of days on which the packs did not last.
        lasted_h: When they were at their end, on these days; ``None`` if there is none.
        hot: Share of days on which the skin reached a limit.
        less_mw: How much less power it takes than the first policy on the same days; ``None`` for that one itself.
    """

    labels: dict[str, Label]
    days: int
    mean_mw: Interval
    packs: Interval
    wakes: Interval
    late: Interval
    answer_p50_ms: float
    answer_p95_ms: float
    android_p50_ms: float
    android_p95_ms: float
    empty: Interval
    lasted_h: Interval | None
    hot: Interval
    less_mw: Interval | None


def rows_of(cases: Sequence[Case], found: Sequence[Days]) -> list[Row]:
    """Return one row a case; the first policy of each device and usage is what the others are compared with."""
    first: dict[tuple[tuple[str, Label], ...], Days] = {}
    rows = []
    for case, days in zip(cases, found, strict=True):
        point = tuple((key, label) for key, label in case.labels.items() if not key.startswith("policy"))
        base = first.setdefault(point, days)
        rows.append(_row(case, days, base))
    return rows


def interval(values: NDArray[np.float64]) -> Interval:
    """Return the mean of independent values with its interval; one value has no width to tell."""
    mean = float(values.mean())
    half = Z95 * float(values.std(ddof=1)) / math.sqrt(values.size) if values.size > 1 else math.inf
    return Interval(mean, mean - half, mean + half)


def share(count: int, total: int) -> Interval:
    """Return a share with Wilson's interval, which stays within [0, 1]."""
    p, z = count / total, Z95
    middle = (p + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total))
    return Interval(p, max(0.0, min(p, middle - half)), min(1.0, max(p, middle + half)))


def _row(case: Case, days: Days, base: Days) -> Row:
    total = days.mean_mw.size
    ended = days.lasted_h[~np.isnan(days.lasted_h)]
    return Row(
        labels=case.labels,
        days=total,
        mean_mw=interval(days.mean_mw),
        packs=interval(days.packs),
        wakes=interval(days.wakes),
        late=interval(days.late),
        answer_p50_ms=quantile_ms(days.answers, 0.5),
        answer_p95_ms=quantile_ms(days.answers, 0.95),
        android_p50_ms=quantile_ms(days.android, 0.5),
        android_p95_ms=quantile_ms(days.android, 0.95),
        empty=share(ended.size, total),
        lasted_h=interval(ended) if ended.size else None,
        hot=share(int(np.count_nonzero(days.limits)), total),
        less_mw=None if base is days else interval(base.mean_mw - days.mean_mw),
    )
