"""The requests of many days as arrays: the same law as ``usage.arrivals``, drawn block by block.

A block of days has a generator of its own, spawned from the seed by its number. What a day asks for so depends on the
seed and its place alone, whatever the chunks, workers and machines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emulator.core.profile import Profile
from emulator.core.units import S
from emulator.devices.usage import Arrival, Feature, Usage

BLOCK = 500  # days that share a generator and are computed together
LONGEST_CHAIN = 40  # repeats of repeats; a share of 0.45 gets there once in 10^14
HOUR_S = 3_600.0
DAY_BITS = 48  # a day and what reaches beyond its end are less than 2^48 ns, 78 h

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Requests:
    """The requests of some days, sorted by day and time.

    Attributes:
        names: Features by number.
        days: Number of days.
        day, feature: Day and feature of each request, shape (n,).
        t_s: Its time in seconds, shape (n,).
        false_day, false_s: First signs that nothing follows.
    """

    names: tuple[str, ...]
    days: int
    day: Ints
    feature: Ints
    t_s: Floats
    false_day: Ints
    false_s: Floats

    def arrivals(self, day: int) -> tuple[Arrival, ...]:
        """Return the requests of one day as the fluid takes them."""
        chosen = slice(*np.searchsorted(self.day, (day, day + 1)))
        times, features = self.t_s[chosen].tolist(), self.feature[chosen].tolist()
        return tuple(Arrival(round(t_s * S), self.names[f]) for t_s, f in zip(times, features, strict=True))

    def false_hints_ns(self, day: int) -> tuple[int, ...]:
        """Return the false first signs of one day."""
        return tuple(round(t_s * S) for t_s in self.false_s[self.false_day == day].tolist())


def draw(usage: Usage, profile: Profile, seed: int, days: range, rate: float = 1.0) -> Requests:
    """Draw what ``days`` ask for.

    Args:
        usage: What is wanted.
        profile: Features that this device has not got are left out.
        seed: Of the whole fleet.
        days: Which days of the fleet, in steps of 1.
        rate: Multiplies how often everything is wanted.
    """
    blocks = range(days.start // BLOCK, -(-days.stop // BLOCK))
    drawn = [_draw_block(usage, profile, seed, block, rate) for block in blocks]
    return _join(drawn, blocks.start * BLOCK, days)


def in_order(day: Ints, t_s: Floats) -> Ints:
    """Return the order by day and then by time, which is compared in whole ns, so that one sort does it.

    What is sorted is a few sorted runs one after the other, which the stable sort merges several times faster.
    """
    return np.argsort((day.astype(np.int64) << DAY_BITS) + np.rint(t_s * S).astype(np.int64), kind="stable")


def _draw_block(usage: Usage, profile: Profile, seed: int, block: int, rate: float) -> Requests:
    """Draw a whole block; each feature has a stream of its own, so another device has the same days."""
    there = usage.fitting(profile)
    names = tuple(there)
    number = {name: index for index, name in enumerate(names)}
    found: list[tuple[Ints, Ints, Floats]] = []
    for index, (name, feature) in enumerate(usage.features.items()):
        if name in there:
            rng = _generator(seed, block, index)
            day, t_s = _poisson(feature, usage.hours, rate, rng)
            found += _chains(usage, number, number[name], day, t_s, rng)
    day, which, t_s = (np.concatenate(parts) for parts in zip(*found, strict=True)) if found else _nothing()
    kept = t_s < usage.hours * HOUR_S
    day, which, t_s = day[kept], which[kept], t_s[kept]
    order = in_order(day, t_s)
    false = Feature(per_day=usage.false_hints_per_day, mcu=())
    false_day, false_s = _poisson(false, usage.hours, 1.0, _generator(seed, block, len(usage.features)))
    order_false = in_order(false_day, false_s)
    return Requests(names, BLOCK, day[order], which[order], t_s[order], false_day[order_false], false_s[order_false])


def _generator(seed: int, block: int, stream: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(block, stream))))


def _nothing() -> tuple[Ints, Ints, Floats]:
    return np.zeros(0, np.intp), np.zeros(0, np.intp), np.zeros(0)


def _poisson(feature: Feature, hours: float, rate: float, rng: np.random.Generator) -> tuple[Ints, Floats]:
    """Return day and time of Poisson arrivals, evenly over the feature's windows."""
    windows_h = feature.windows_h or ((0.0, hours),)
    starts = np.array([start for start, _ in windows_h])
    lengths = np.array([end - start for start, end in windows_h])
    counts = rng.poisson(feature.per_day * rate, BLOCK)
    day = np.repeat(np.arange(BLOCK), counts)
    at_h = rng.random(day.size) * lengths.sum()
    ends = np.cumsum(lengths)
    window = np.minimum(np.searchsorted(ends, at_h, side="right"), len(windows_h) - 1)
    return day, (at_h - (ends - lengths)[window] + starts[window]) * HOUR_S


def _chains(
    usage: Usage, number: dict[str, int], first: int, day: Ints, t_s: Floats, rng: np.random.Generator
) -> list[tuple[Ints, Ints, Floats]]:
    """Return the requests and what follows from them, generation by generation."""
    which = np.full(day.size, first, np.intp)
    found = [(day, which, t_s)]
    for _ in range(LONGEST_CHAIN):
        born: list[tuple[Ints, Ints, Floats]] = []
        for repeat in usage.repeats:
            if repeat.after not in number:
                continue
            parents = np.flatnonzero(which == number[repeat.after])
            parents = parents[rng.random(parents.size) < repeat.share]
            later_s = rng.uniform(repeat.low_s, repeat.high_s, parents.size)
            if repeat.then in number:
                then = np.full(parents.size, number[repeat.then], np.intp)
                born.append((day[parents], then, t_s[parents] + later_s))
        if not sum(days.size for days, _, _ in born):
            break
        day, which, t_s = (np.concatenate(parts) for parts in zip(*born, strict=True))
        found.append((day, which, t_s))
    return found


def _join(drawn: Sequence[Requests], first: int, days: range) -> Requests:
    """Return the blocks one after the other, cut to ``days``, which are counted from 0 then."""
    parts: list[list[NDArray[np.generic]]] = [[], [], [], [], []]
    for index, block in enumerate(drawn):
        shift = first + index * BLOCK - days.start
        kept = (block.day + shift >= 0) & (block.day + shift < len(days))
        false = (block.false_day + shift >= 0) & (block.false_day + shift < len(days))
        arrays = (block.day[kept] + shift, block.feature[kept], block.t_s[kept])
        for part, array in zip(parts, (*arrays, block.false_day[false] + shift, block.false_s[false]), strict=True):
            part.append(array)
    day, feature, t_s, false_day, false_s = (np.concatenate(part) for part in parts)
    return Requests(drawn[0].names, len(days), day, feature, t_s, false_day, false_s)
