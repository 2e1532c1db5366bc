"""The power of many days on a grid of a minute: templates laid over the idle device, and what they share taken off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emulator.core.profile import Processor
from emulator.core.units import S
from emulator.fleet.draw import DAY_BITS, Ints, Requests, in_order
from emulator.fleet.look import NOBODY, look
from emulator.fleet.merge import Awake, Needs, merge
from emulator.fleet.template import Template, Templates

BIN_S = 60.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Powered:
    """What some days drew.

    Attributes:
        power_mw: Mean power in each minute, shape (days, minutes).
        peak_mw: Highest power in each minute, shape (days, minutes), near enough: the highest of one request over the
            mean of all others.
        wakes: How often the ap resumed, shape (days,).
        answer_s: When each request had its first answer, shape (requests,).
        late: Whether that was past its deadline, shape (requests,).
    """

    power_mw: Floats
    peak_mw: Floats
    wakes: Ints
    answer_s: Floats
    late: NDArray[np.bool_]


def powered(requests: Requests, templates: Templates, ap: Processor | None, day_s: float) -> Powered:
    """Return the power of the days of ``requests``, each ``day_s`` long, a whole number of minutes."""
    late_s, awake = _wait(requests, templates, ap)
    t_s = requests.t_s + late_s
    grid = _Grid(requests.days, round(day_s / BIN_S))
    for number, template in enumerate(templates.features):
        rows = np.flatnonzero(requests.feature == number)
        grid.lay(template, requests.day[rows], t_s[rows])
    wakes = np.zeros(requests.days, np.intp)
    if awake is not None and ap is not None:
        grid.stay_awake(awake, ap)
        wakes = np.bincount(awake.day[awake.resumed_s < day_s], minlength=requests.days)
    for mw, day, since_s, until_s in _overlaps(requests, templates, t_s):
        grid.add(day, since_s, until_s, -mw)
    more_mw = grid.mean_mw()
    answer_s = np.array([f.answer_s for f in templates.features])[requests.feature] + late_s
    deadline_s = np.array([f.deadline_s for f in templates.features])[requests.feature]
    return Powered(
        more_mw + templates.idle_mw,
        np.maximum(0.0, grid.burst_mw) + more_mw + templates.idle_mw,
        wakes,
        answer_s,
        answer_s > deadline_s,
    )


def _wait(requests: Requests, templates: Templates, ap: Processor | None) -> tuple[Floats, Awake | None]:
    """Return how long each request waits for the ap, and when that is awake; ``None`` if it always is or is not there."""
    late_s = np.zeros(requests.day.size)
    if ap is None or not np.isfinite(templates.timeout_s) or not templates.features:
        return late_s, None
    on_ap = np.array([f.on_ap for f in templates.features])[requests.feature]
    need_s = np.array([f.need_s for f in templates.features])[requests.feature]
    span_s = np.array([f.end_s - f.need_s for f in templates.features])[requests.feature]
    signs = np.array([f.hint in templates.signs for f in templates.features])[requests.feature]
    early_s = np.array([f.hint_s for f in templates.features])[requests.feature]
    rows = np.flatnonzero(on_ap)
    day, t_s, span = [requests.day[rows]], [(requests.t_s + need_s)[rows]], [span_s[rows]]
    day += [requests.day[signs]]
    t_s += [np.maximum(0.0, (requests.t_s - early_s)[signs])]
    if "touch-down" in templates.signs:
        day += [requests.false_day]
        t_s += [requests.false_s]
    if templates.looking is not None and templates.looking.foresees:
        day += [day[0]]
        t_s += [np.maximum(0.0, t_s[0] - ap.resume_ms / 1_000.0)]
    span += [np.full(sum(part.size for part in day) - rows.size, np.nan)]
    days, times, spans = np.concatenate(day), np.concatenate(t_s), np.concatenate(span)
    order = in_order(days, times)
    needs = Needs(days[order], times[order], spans[order])
    if templates.looking is None:
        awake = merge(needs, requests.days, ap, templates)
    else:
        owner = np.full(order.size, NOBODY)
        owner[: rows.size] = requests.feature[rows]
        awake = look(needs, owner[order], requests.names, requests.days, templates.looking, templates.line_s)
    waited = np.empty(order.size)
    waited[order] = awake.late_s
    late_s[rows] = waited[: rows.size]
    return late_s, awake


class _Grid:
    """Energy of each minute of each day, gathered piece by piece.

    Attributes:
        burst_mw: By how much the highest power of a request exceeds its own mean in that minute, at most.
    """

    def __init__(self, days: int, minutes: int) -> None:
        self._days, self._minutes = days, minutes
        self._places: list[Ints] = []
        self._energies_mj: list[Floats] = []
        self._changes: list[tuple[Ints, Floats, Floats]] = []
        self.burst_mw = np.zeros((days, minutes))

    def lay(self, template: Template, day: Ints, t_s: Floats) -> None:
        """Add the energy of ``template`` for requests that begin at ``t_s``."""
        if not t_s.size:
            return
        first = np.floor(t_s / BIN_S).astype(np.intp)
        columns = np.arange(int(template.edges_s[-1] // BIN_S) + 3)
        edges_s = (first[:, None] + columns) * BIN_S - t_s[:, None]
        energy_mj = np.diff(np.interp(edges_s, template.edges_s, template.energy_mj), axis=1)
        minute = first[:, None] + columns[:-1]
        there = (minute < self._minutes) & (energy_mj != 0.0)
        place = (day[:, None] * self._minutes + minute)[there]
        self._places.append(place)
        self._energies_mj.append(energy_mj[there])
        awake_s = np.diff(np.clip(edges_s, template.need_s, template.end_s), axis=1)[there]
        own_mj = energy_mj[there] + awake_s * template.awake_mw
        burst_mw = max(template.peak_mw + template.awake_mw, template.resume_mw) - own_mj / BIN_S
        np.maximum.at(self.burst_mw.reshape(-1), place, burst_mw)

    def stay_awake(self, awake: Awake, ap: Processor) -> None:
        """Add what the ap draws beyond being suspended: resuming, awake, suspending."""
        suspended_s = awake.tired_s + ap.suspend_ms / 1_000.0
        self.add(awake.day, awake.resumed_s, awake.awake_s, ap.resume_mw - ap.suspended_mw)
        self.add(awake.day, awake.awake_s, awake.tired_s, ap.idle_mw - ap.suspended_mw)
        self.add(awake.day, awake.tired_s, suspended_s, ap.suspend_mw - ap.suspended_mw)

    def add(self, day: Ints, since_s: Floats, until_s: Floats, mw: float) -> None:
        """Draw ``mw`` more from ``since_s`` to ``until_s``."""
        for t_s, change_mw in ((since_s, mw), (until_s, -mw)):
            self._changes.append((day, t_s, np.full(day.size, change_mw)))

    def mean_mw(self) -> Floats:
        """Return the mean power of each minute, shape (days, minutes)."""
        size = self._days * self._minutes
        places = np.concatenate([np.zeros(0, np.intp), *self._places])
        energies_mj = np.concatenate([np.zeros(0), *self._energies_mj])
        found = np.bincount(places, energies_mj, minlength=size).reshape(self._days, self._minutes)
        return (found + self._ramps_mj()) / BIN_S

    def _ramps_mj(self) -> Floats:
        """Return the energy of all changes of power: what has begun runs on until the end of the day."""
        if not self._changes:
            return np.zeros((self._days, self._minutes))
        day, t_s, mw = (np.concatenate(parts) for parts in zip(*self._changes, strict=True))
        minute = np.floor(t_s / BIN_S).astype(np.intp)
        there = minute < self._minutes
        place, inside_s, mw = (day * self._minutes + minute)[there], (t_s - minute * BIN_S)[there], mw[there]
        size = self._days * self._minutes
        begun_mw = np.bincount(place, mw, minlength=size).reshape(self._days, self._minutes)
        missed_mj = np.bincount(place, mw * inside_s, minlength=size).reshape(self._days, self._minutes)
        return np.asarray(np.cumsum(begun_mw, axis=1) * BIN_S - missed_mj, np.float64)


def _overlaps(requests: Requests, templates: Templates, t_s: Floats) -> Sequence[tuple[float, Ints, Floats, Floats]]:
    """Return when a part is held once more than it has to be: (mW, day, since, until) for each part."""
    parts: dict[str, tuple[float, list[tuple[Ints, Floats, Floats]]]] = {}
    for number, template in enumerate(templates.features):
        rows = np.flatnonzero(requests.feature == number)
        for name, (mw, spans_s) in template.shared.items():
            since_s = (t_s[rows, None] + spans_s[:, 0]).reshape(-1)
            until_s = (t_s[rows, None] + spans_s[:, 1]).reshape(-1)
            held = (np.repeat(requests.day[rows], len(spans_s)), since_s, until_s)
            parts.setdefault(name, (mw, []))[1].append(held)
    found = []
    for mw, holds in parts.values():
        day, since_s, until_s = (np.concatenate(columns) for columns in zip(*holds, strict=True))
        order = in_order(day, since_s)
        day, since_s, until_s = day[order], since_s[order], until_s[order]
        apart_ns = day.astype(np.int64) << DAY_BITS
        reached_ns = np.maximum.accumulate(np.rint(until_s * S).astype(np.int64) + apart_ns)
        reached_s = np.concatenate([[-1.0], (reached_ns[:-1] - apart_ns[1:]) / S])[: day.size]
        twice = reached_s > since_s
        found.append((mw, day[twice], since_s[twice], np.minimum(until_s, reached_s)[twice]))
    return found
