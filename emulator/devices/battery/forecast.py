"""How long the packs last: energy left over the mean power of the last minutes, with a band.

The band has two causes. What the wearer does varies: the time left if it goes on as in the busiest or the quietest
tenth of the last minutes. And the profile's powers are not known exactly: each component's energy is taken at both ends of
the profile's bands. In the first minutes only the second one is there, so the band is never a point where the profile
has bands.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from emulator.core.profile import Profile
from emulator.devices.battery.model import CellModel

WINDOW_S = 300.0
BLOCK_S = 30.0
LONGEST_MIN = 30.0 * 24.0 * 60.0  # what is told when next to nothing is drawn
# Which numbers of the profile a component of the ledger draws by; the mean of their bands is its band
NUMBERS = {
    "mcu": ("processors.mcu.idle_mw", "processors.mcu.core_mw"),
    "ap": ("processors.ap.suspended_mw", "processors.ap.idle_mw", "processors.ap.core_mw"),
    "display": ("display.static_mw", "display.full_mw"),
    "camera": ("camera.active_mw",),
    "video": ("camera.video_mw",),
    "mics": ("audio.mics_mw",),
    "speaker": ("audio.speaker_mw",),
    "stream": ("audio.stream_mw",),
    "bt": ("radio.bt_mw",),
    "bt-idle": ("radio.bt_idle_mw",),
    "listening": ("audio.listening_mw",),
    "wifi": ("radio.wifi_mw",),
}


@dataclass(frozen=True, slots=True)
class Left:
    """Minutes left: expected, low and high; ``basis_s`` seconds of use that this stands on, 0 before the first."""

    minutes: float
    low_min: float
    high_min: float
    basis_s: float


@dataclass(slots=True)
class _Block:
    """Energy of a stretch of time: as computed, and with every number at its low and at its high end."""

    span_s: float = 0.0
    energy_mwh: float = 0.0
    low_mwh: float = 0.0
    high_mwh: float = 0.0

    def add(self, span_s: float, energy_mwh: float, low_mwh: float, high_mwh: float) -> None:
        """Take in a stretch that follows."""
        self.span_s += span_s
        self.energy_mwh += energy_mwh
        self.low_mwh += low_mwh
        self.high_mwh += high_mwh


class Forecast:
    """Energy over a sliding window of five minutes, kept as blocks of half a minute."""

    def __init__(self, profile: Profile) -> None:
        """Know the bands of ``profile``."""
        self._ends = {component: _ends(profile, keys) for component, keys in NUMBERS.items()}
        self._capacity = _ends(profile, ("battery.capacity_mah",))
        self._blocks: deque[_Block] = deque(maxlen=round(WINDOW_S / BLOCK_S))
        self._block = _Block()

    def add(self, span_s: float, energy_mwh: Mapping[str, float]) -> None:
        """Take in what each component drew lately."""
        ends = [(mwh, *self._ends.get(component, (1.0, 1.0))) for component, mwh in energy_mwh.items()]
        low_mwh, high_mwh = sum(mwh * low for mwh, low, _ in ends), sum(mwh * high for mwh, _, high in ends)
        self._block.add(span_s, sum(energy_mwh.values()), low_mwh, high_mwh)
        if self._block.span_s >= BLOCK_S:
            self._blocks.append(self._block)
            self._block = _Block()

    def left(self, energy_mwh: float) -> Left:
        """Return how long ``energy_mwh`` lasts."""
        blocks = [*self._blocks, self._block] if self._block.span_s else list(self._blocks)
        whole = _Block()
        for block in blocks:
            whole.add(block.span_s, block.energy_mwh, block.low_mwh, block.high_mwh)
        if whole.span_s <= 0.0:
            return Left(0.0, 0.0, 0.0, 0.0)
        mean_mw = whole.energy_mwh * 3600.0 / whole.span_s
        powers_mw = sorted(b.energy_mwh * 3600.0 / b.span_s for b in blocks if b.span_s >= BLOCK_S / 2.0) or [mean_mw]
        busy_mw = max(mean_mw, powers_mw[round(0.9 * (len(powers_mw) - 1))])
        quiet_mw = min(mean_mw, powers_mw[round(0.1 * (len(powers_mw) - 1))])
        least, most = (whole.low_mwh, whole.high_mwh) if whole.energy_mwh > 0.0 else (1.0, 1.0)
        scale = whole.energy_mwh or 1.0
        return Left(
            _minutes(energy_mwh, mean_mw),
            _minutes(energy_mwh * min(self._capacity), busy_mw * most / scale),
            _minutes(energy_mwh * max(self._capacity), quiet_mw * least / scale),
            whole.span_s,
        )


def energy_left_mwh(model: CellModel, packs: Iterable[tuple[float, float]], least_v: float) -> float:
    """Return the energy of ``packs``, (level, capacity in mAh), above the level where the open cell shows ``least_v``.

    Losses are left out: at the mean power of glasses they are about one percent.
    """
    empty_v = model.sum_v(model.level_of(least_v))
    return sum(max(0.0, model.sum_v(level) - empty_v) * capacity_mah for level, capacity_mah in packs)


def _ends(profile: Profile, keys: Iterable[str]) -> tuple[float, float]:
    """Return the low and the high end of ``keys`` over their values, the mean of all that have a band; 1 without any."""
    found = []
    for key in keys:
        band = profile.bands.get(key)
        if band is not None:
            value: object = profile
            for name in key.split("."):
                value = value[name] if isinstance(value, dict) else getattr(value, name)
            if isinstance(value, float) and value > 0.0:
                found.append((band.low / value, band.high / value))
    if not found:
        return 1.0, 1.0
    return sum(low for low, _ in found) / len(found), sum(high for _, high in found) / len(found)


def _minutes(energy_mwh: float, power_mw: float) -> float:
    return min(LONGEST_MIN, 60.0 * energy_mwh / power_mw) if power_mw > 0.0 else LONGEST_MIN
