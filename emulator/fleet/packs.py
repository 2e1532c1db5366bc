"""Heat and packs of many days: the skin minute by minute, the packs in steps of five, or of one where it matters.

Within a step the power is its mean, so what a burst loses in the cells beyond that is left out: 0.1 % of the charge on
the S1's reference day, 1 % on one on which a single pack films for half an hour.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emulator.core.profile import Profile
from emulator.devices.battery.many import ManyPacks
from emulator.devices.thermal import nodes_of
from emulator.fleet.power import BIN_S

COARSE = 5  # minutes of a step
LARGEST = 0.02  # share of the charge that such a step may take
LOW_LEVEL = 0.2  # below it every minute counts
STURDY_LEVEL = 0.4  # above it no power of glasses breaks the bus down
WARM_EVERY = 15  # minutes between two looks at the temperature of the cells
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
    power_w = np.ascontiguousarray(power_mw.T) / 1_000.0
    skin_c = warmed(power_w, profile, ambient_c)
    hottest_c = skin_c.max(axis=0)
    limits = np.searchsorted(np.array(profile.thermal.limit_c), hottest_c, side="right")
    lasted_s, level = _drained(power_w, peak_mw.T / 1_000.0, skin_c, profile, pack_level)
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
    minutes, days = power_w.shape
    battery = profile.battery
    packs = ManyPacks(battery, np.full((days, len(battery.slots)), pack_level), skin_c[0])
    full_ws = battery.capacity_mah * len(battery.slots) * battery.nominal_v * 3.6
    lasted_s, lives, left = np.full(days, np.nan), np.ones(days, np.bool_), np.zeros(days)
    minute, warm_at = 0, WARM_EVERY
    while minute < minutes and lives.any():
        if minute >= warm_at:
            packs.warm(skin_c[minute - 1])
            warm_at = minute + WARM_EVERY
        span = min(COARSE, minutes - minute)
        mean_w = power_w[minute : minute + span].mean(axis=0)
        lowest = packs.level[lives].min()
        if lowest < LOW_LEVEL or mean_w[lives].max() * span * BIN_S > LARGEST * full_ws:
            span, mean_w = 1, power_w[minute]
        point = packs.step(np.where(lives, mean_w, 0.0), span * BIN_S, PASSES)
        fails = ~point.holds | ~packs.live.any(axis=-1)
        if lowest < STURDY_LEVEL:
            highest = packs.solve(np.where(lives, peak_w[minute : minute + span].max(axis=0), 0.0), PEAK_PASSES)
            fails |= ~highest.holds | (highest.bus_v < battery.uvlo_v)
        ended = lives & fails
        lasted_s[ended], left[ended] = (minute + span / 2.0) * BIN_S, packs.level[ended]
        lives &= ~ended
        minute += span
    return lasted_s, np.where(lives, packs.level, left)
