"""Heat and packs of many days: the skin minute by minute, the packs in steps of five, or of one where it matters.

Within a step the power is its mean, so what a burst loses in the cells beyond that is left out: 0.1 % of the charge on
the S1's reference day, 1 % on one on which a single pack films for half an hour.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emulator.core.profile import Profile
from emulator.devices.battery.many_packs import ManyPacks
from emulator.devices.thermal import nodes_of
from emulator.fleet.draw import Ints
from emulator.fleet.power import BIN_S

COARSE = 5  # minutes of a step
LARGEST = 0.015  # share of the charge that such a step may take
LOW_LEVEL = 0.2  # below it every minute counts
STURDY_LEVEL = 0.4  # above it no power of glasses breaks the bus down
WARM_EVERY = 3  # steps between two looks at the temperature of the cells
PEAK_PASSES = 4  # from those of the mean
PASSES = 2  # of the currents, from those of the step before

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Carried:
    """How the packs fared.

    Attributes:
        lasted_s: When they could not give any more, to the minute; NaN if they lasted; shape (days,).
        level: Charge left in them, in [0, 1], shape (days,).
        hottest_c: Highest temperature of the skin, shape (days,).
        limits: How many skin limits that reaches, shape (days,).
    """

    lasted_s: Floats
    level: Floats
    hottest_c: Floats
    limits: NDArray[np.intp]


def carried(power_mw: Floats, peak_mw: Floats, profile: Profile, ambient_c: float, pack_level: float) -> Carried:
    """Let the packs of ``profile`` give ``power_mw``, shape (days, minutes), with peaks of ``peak_mw``."""
    power_w = power_mw / 1_000.0
    skin_c = warmed(np.ascontiguousarray(power_w.T), profile, ambient_c)
    hottest_c = skin_c.max(axis=0)
    limits = np.searchsorted(np.array(profile.thermal.limit_c), hottest_c, side="right")
    lasted_s, level = _drained(power_w, peak_mw / 1_000.0, skin_c, profile, pack_level)
    return Carried(lasted_s, level, hottest_c, limits)


def warmed(power_w: Floats, profile: Profile, ambient_c: float) -> Floats:
    """Return the temperature of the skin at the end of each minute, shape (minutes, days) as ``power_w``."""
    nodes = nodes_of(profile.thermal)
    (die_die, skin_die), (die_skin, skin_skin) = nodes.step(1.0, 0.0, 0.0, BIN_S), nodes.step(0.0, 1.0, 0.0, BIN_S)
    die_watt, skin_watt = nodes.step(0.0, 0.0, 1.0, BIN_S)
    die_k, skin_k = np.zeros(power_w.shape[1]), np.zeros(power_w.shape[1])
    found = np.empty_like(power_w)
    for minute, watts in enumerate(power_w):
        die_k, skin_k = (
            die_die * die_k + die_skin * skin_k + die_watt * watts,
            skin_die * die_k + skin_skin * skin_k + skin_watt * watts,
        )
        found[minute] = skin_k
    return found + ambient_c


def _drained(
    power_w: Floats, peak_w: Floats, skin_c: Floats, profile: Profile, pack_level: float
) -> tuple[Floats, Floats]:
    """Return when the packs of each day could not give any more, and the charge left in them.

    In every turn each day takes its own next step, so one that needs short steps does not hold up the others.
    """
    days, minutes = power_w.shape
    battery = profile.battery
    load = _Load(power_w, peak_w, LARGEST * battery.capacity_mah * len(battery.slots) * battery.nominal_v * 3.6)
    lasted_s, left = np.full(days, np.nan), np.zeros(days)
    day, minute, turn = np.arange(days), np.zeros(days, np.intp), 0  # the days of ``packs``, how far each of them is
    packs = ManyPacks(battery, np.full((days, len(battery.slots)), pack_level), skin_c[0])
    while day.size:
        lives = (minute < minutes) & np.isnan(lasted_s[day])
        if turn % WARM_EVERY == 0 and turn:
            left[day] = packs.level
            kept = np.flatnonzero(lives)
            day, minute, lives = day[kept], minute[kept], lives[kept]
            packs = packs.pick(kept, skin_c[minute - 1, day])
        span, mean_w, highest_w = load.next(day, minute, packs.level)
        point = packs.step(np.where(lives, mean_w, 0.0), span * BIN_S, PASSES)
        fails = ~point.holds | ~packs.live.any(axis=-1)
        weak = lives & (packs.level < STURDY_LEVEL)
        if weak.any():
            fails |= ~packs.hold(np.where(weak, highest_w, 0.0), battery.uvlo_v, PEAK_PASSES)
        ended = lives & fails
        lasted_s[day[ended]] = (minute + span / 2.0)[ended] * BIN_S
        minute, turn = minute + span, turn + 1
    return lasted_s, left


class _Load:
    """What each day asks of its packs: the next step of each, as long as its charge and its power allow."""

    def __init__(self, power_w: Floats, peak_w: Floats, largest_ws: float) -> None:
        """Take mean and highest power by minute, shape (days, minutes); a coarse step takes ``largest_ws`` at most."""
        (days, self._minutes), self._largest_ws = power_w.shape, largest_ws
        self._power_w, self._peak_w, self._coarse_w = power_w, peak_w, peak_w.copy()
        self._given_w = np.zeros((days, self._minutes + 1))
        np.cumsum(power_w, axis=1, out=self._given_w[:, 1:])
        for ahead in range(1, COARSE):
            np.maximum(self._coarse_w[:, :-ahead], peak_w[:, ahead:], out=self._coarse_w[:, :-ahead])

    def next(self, day: Ints, minute: Ints, level: Floats) -> tuple[Ints, Floats, Floats]:
        """Return the minutes of the step of each ``day`` that is at ``minute``, its mean and its highest power."""
        at = np.minimum(minute, self._minutes - 1)
        span = np.minimum(COARSE, self._minutes - at)
        mean_w = (self._given_w[day, at + span] - self._given_w[day, at]) / span
        short = (level < LOW_LEVEL) | (mean_w * span * BIN_S > self._largest_ws)
        highest_w = np.where(short, self._peak_w[day, at], self._coarse_w[day, at])
        return np.where(short, 1, span), np.where(short, self._power_w[day, at], mean_w), highest_w
