"""Some days of one case, as arrays: what every place computes, whatever the place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from emulator.core.units import S
from emulator.devices.fluid.day import simulate_day
from emulator.devices.fluid.device import Conditions
from emulator.fleet.draw import Requests, draw
from emulator.fleet.packs import carried
from emulator.fleet.power import BIN_S, powered
from emulator.fleet.sweep import Case
from emulator.fleet.template import Templates

HOUR_S = 3_600.0
DIGITS = 9  # significant ones that are kept, so that no place differs in the last bit
LEAST_MS, PER_DECADE, DECADES = 0.1, 230, 7  # classes of answer times: 1 % wide, 0.1 ms to 1,000 s

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Days:
    """What some days came to, one element a day; all figures but those of the packs are for the whole day.

    Attributes:
        mean_mw: Mean power.
        packs: Full packs that the day takes.
        wakes: How often the ap resumed.
        requests, late: Requests, and how many had their first answer past its deadline.
        lasted_h: When the packs could not give any more; NaN if they lasted.
        level: Charge left in the packs, in [0, 1].
        hottest_c: Highest temperature of the skin.
        limits: How many skin limits were reached.
        answers: Answer times of all requests of all these days, by class.
        android: The same of requests that the ap alone can serve.
    """

    mean_mw: Floats
    packs: Floats
    wakes: Floats
    requests: Floats
    late: Floats
    lasted_h: Floats
    level: Floats
    hottest_c: Floats
    limits: Floats
    answers: Counts
    android: Counts


COLUMNS = tuple(field.name for field in fields(Days) if field.name not in ("answers", "android"))


def run_days(case: Case, seed: int, days: range, templates: Templates | None) -> Days:
    """Run ``days`` of a case.

    Args:
        case: Device, usage and policy.
        seed: Of the whole fleet.
        days: Which days of it.
        templates: Of the case; without them the days are played one by one on the fluid.
    """
    requests = draw(case.usage, case.profile, seed, days, case.rate)
    return _on_the_fluid(case, requests) if templates is None else _as_arrays(case, requests, templates)


def join(parts: list[Days]) -> Days:
    """Return the days of ``parts`` one after the other."""
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in COLUMNS}
    return Days(
        **columns,
        answers=np.sum([p.answers for p in parts], axis=0),
        android=np.sum([p.android for p in parts], axis=0),
    )


def classes(answer_ms: Floats) -> Counts:
    """Count answer times by class."""
    place = np.floor(np.log10(np.maximum(answer_ms, LEAST_MS) / LEAST_MS) * PER_DECADE).astype(np.intp)
    return np.bincount(np.minimum(place, PER_DECADE * DECADES - 1), minlength=PER_DECADE * DECADES).astype(np.int64)


def quantile_ms(counts: Counts, share: float) -> float:
    """Return the answer time that ``share`` of the counted ones do not exceed, to 1 %; 0 if there are none."""
    total = int(counts.sum())
    if not total:
        return 0.0
    place = int(np.searchsorted(np.cumsum(counts), share * total, side="left"))
    return float(LEAST_MS * 10.0 ** ((place + 0.5) / PER_DECADE))


def _as_arrays(case: Case, requests: Requests, templates: Templates) -> Days:
    """Compute all days at once; those on which heat caps something are then played one by one."""
    profile, count = case.profile, requests.days
    drawn = powered(requests, templates, profile.processors.get("ap"), case.usage.hours * HOUR_S)
    energy_mwh = drawn.power_mw.sum(axis=1) * BIN_S / HOUR_S
    packs = carried(drawn.power_mw, drawn.peak_mw, profile, case.ambient_c, case.pack_level)
    columns = {
        "mean_mw": energy_mwh / case.usage.hours,
        "packs": energy_mwh / (profile.battery.capacity_mah * profile.battery.nominal_v),
        "wakes": drawn.wakes.astype(np.float64),
        "requests": np.bincount(requests.day, minlength=count).astype(np.float64),
        "late": np.bincount(requests.day, drawn.late, minlength=count),
        "lasted_h": packs.lasted_s / HOUR_S,
        "level": packs.level,
        "hottest_c": packs.hottest_c,
        "limits": packs.limits.astype(np.float64),
    }
    hot = np.flatnonzero(packs.limits)
    cool = ~np.isin(requests.day, hot)
    only = np.array([feature.android_only for feature in templates.features], np.bool_)[requests.feature]
    answer_ms = drawn.answer_s * 1_000.0
    answers, android = classes(answer_ms[cool]), classes(answer_ms[cool & only])
    if hot.size:
        played = _on_the_fluid(case, requests, hot.tolist())
        for name, column in columns.items():
            column[hot] = getattr(played, name)
        answers, android = answers + played.answers, android + played.android
    return Days(**{name: _rounded(column) for name, column in columns.items()}, answers=answers, android=android)


def _on_the_fluid(case: Case, requests: Requests, days: Iterable[int] | None = None) -> Days:
    """Play ``days``, or all of them, one by one."""
    conditions = Conditions(case.pack_level, case.ambient_c)
    rows: list[tuple[float, ...]] = []
    answers_ms: list[float] = []
    android_ms: list[float] = []
    for number in range(requests.days) if days is None else days:
        hints_ns = requests.false_hints_ns(number)
        day = simulate_day(case.profile, case.policy, case.usage, requests.arrivals(number), conditions, hints_ns)
        lasted_h = float("nan") if day.dead_ns < 0 else day.dead_ns / S / HOUR_S
        late = sum(not one.in_time for one in day.served)
        level = sum(day.pack_levels) / len(day.pack_levels)
        asked = float(np.count_nonzero(requests.day == number))
        rows.append((day.mean_mw, day.packs, day.wakes, asked, late, lasted_h, level, day.hottest_c, len(day.limits)))
        for one in day.served:
            answers_ms.append(one.answer_ms)
            if case.usage.features[one.feature].placement == "android-only":
                android_ms.append(one.answer_ms)
    columns = zip(*rows, strict=True)
    found = {name: _rounded(np.array(column)) for name, column in zip(COLUMNS, columns, strict=True)}
    return Days(**found, answers=classes(np.array(answers_ms)), android=classes(np.array(android_ms)))


def _rounded(column: Floats) -> Floats:
    """Return ``column`` with ``DIGITS`` significant digits."""
    values = column.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = 10.0 ** (DIGITS - 1 - np.floor(np.log10(np.abs(values))))
        return np.where((values == 0.0) | ~np.isfinite(values), values, np.rint(values * scale) / scale)
