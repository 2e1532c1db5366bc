"""How long the packs last: energy left over the mean power of the last minutes, with a band."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from emulator.devices.battery.model import CellModel

WINDOW_S = 300.0
BLOCK_S = 30.0
LONGEST_MIN = 30.0 * 24.0 * 60.0  # what is told when next to nothing is drawn


class Forecast:
    """Mean power over a sliding window of five minutes, kept as blocks of half a minute.

    The band comes from the power's own variation: the time left if it goes on as in the block at the ninetieth and
    at the tenth percentile of the window. It says nothing about the assumptions behind the profile's numbers.
    """

    def __init__(self) -> None:
        self._blocks: deque[tuple[float, float]] = deque(maxlen=round(WINDOW_S / BLOCK_S))
        self._span_s = self._energy_mwh = 0.0

    def add(self, span_s: float, energy_mwh: float) -> None:
        """Take in what was drawn lately."""
        self._span_s += span_s
        self._energy_mwh += energy_mwh
        if self._span_s >= BLOCK_S:
            self._blocks.append((self._span_s, self._energy_mwh))
            self._span_s = self._energy_mwh = 0.0

    def left_min(self, energy_mwh: float) -> tuple[float, float, float]:
        """Return the minutes that ``energy_mwh`` lasts: expected, low and high."""
        blocks = [*self._blocks, (self._span_s, self._energy_mwh)] if self._span_s else list(self._blocks)
        span_s = sum(span for span, _ in blocks)
        if span_s <= 0.0:
            return 0.0, 0.0, 0.0
        mean_mw = sum(energy for _, energy in blocks) * 3600.0 / span_s
        powers_mw = sorted(energy * 3600.0 / span for span, energy in blocks if span >= BLOCK_S / 2.0) or [mean_mw]
        high_mw = max(mean_mw, powers_mw[round(0.9 * (len(powers_mw) - 1))])
        low_mw = min(mean_mw, powers_mw[round(0.1 * (len(powers_mw) - 1))])
        return _minutes(energy_mwh, mean_mw), _minutes(energy_mwh, high_mw), _minutes(energy_mwh, low_mw)


def energy_left_mwh(model: CellModel, levels: Iterable[float], capacity_mah: float, least_v: float) -> float:
    """Return the energy of packs at ``levels`` above the level where the open cell shows ``least_v``.

    Losses are left out: at the mean power of glasses they are about one percent.
    """
    empty_v = model.sum_v(model.level_of(least_v))
    return sum(max(0.0, model.sum_v(level) - empty_v) for level in levels) * capacity_mah


def _minutes(energy_mwh: float, power_mw: float) -> float:
    return min(LONGEST_MIN, 60.0 * energy_mwh / power_mw) if power_mw > 0.0 else LONGEST_MIN
