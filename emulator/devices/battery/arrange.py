"""How live packs share a load: in parallel behind ideal diodes, one after the other, or in balance.

* ``parallel`` (default): each carries what its voltage lets it; a fuller pack goes first until the voltages meet.
* ``sequential``: the first pack that holds the bus carries all; the diodes back it up when none does alone.
* ``balanced``: each carries its share of the charge left, so that all end together; the balancer drops what a pack has
  over the weakest one, and that is lost (SC7613-like, device.md 1.2).

Equations: docs/battery.md, "Two packs".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from emulator.devices.battery.bus import PASSES, share
from emulator.devices.battery.pack import Pack

PackMode = Literal["parallel", "sequential", "balanced"]
LEAST_SHARE = 1e-3  # of an almost empty pack in balance
CLOSE_A = 1e-7  # between two passes

Sources = Sequence[tuple[float, float]]
Sharing = Callable[[Sources], tuple[float, tuple[float, ...]] | None]


@dataclass(frozen=True, slots=True)
class Shared:
    """Volts behind the diodes, amperes of each pack, watts that a balancer burns."""

    bus_v: float
    currents_a: tuple[float, ...]
    lost_w: float = 0.0


def arrange(mode: PackMode, packs: Sequence[Pack], power_w: float, least_v: float) -> Shared | None:
    """Return how ``packs`` give ``power_w`` (>= 0); they stay as they are.

    Args:
        mode: What the power path is set to.
        packs: Live packs, in the order of their slots.
        power_w: Drawn behind the diodes.
        least_v: Bus voltage that a pack alone must hold in ``sequential``.

    Returns:
        The point, or None if they cannot give it.
    """
    if mode == "sequential":
        for number in range(len(packs)):
            alone = _settle(packs[number : number + 1], lambda sources: _diodes(sources, power_w))
            if alone is not None and alone.bus_v >= least_v:
                rest = (0.0,) * len(packs)
                return Shared(alone.bus_v, (*rest[:number], *alone.currents_a, *rest[number + 1 :]))
    if mode == "balanced" and len(packs) > 1:
        charges = [max(LEAST_SHARE, pack.cell.level) * pack.capacity_mah for pack in packs]
        weights = [charge / sum(charges) for charge in charges]
        found = _settle(packs, lambda sources: _balance(sources, weights, power_w))
        if found is not None and found.bus_v >= least_v:
            return found
    return _settle(packs, lambda sources: _diodes(sources, power_w))


def _settle(packs: Sequence[Pack], sharing: Sharing) -> Shared | None:
    """Linearise ``packs`` anew until their currents stay."""
    currents_a = tuple(max(0.0, pack.current_a) for pack in packs)
    sources: list[tuple[float, float]] = []
    bus_v = 0.0
    for _ in range(2 * PASSES):
        sources = [pack.source(current_a) for pack, current_a in zip(packs, currents_a, strict=True)]
        found = sharing(sources)
        if found is None:
            return None
        before_a, (bus_v, currents_a) = currents_a, found
        if all(abs(new - old) < CLOSE_A for new, old in zip(currents_a, before_a, strict=True)):
            break
    lost_w = sum(
        max(0.0, volts - ohm * current_a - bus_v) * current_a
        for (volts, ohm), current_a in zip(sources, currents_a, strict=True)
    )
    return Shared(bus_v, currents_a, lost_w if lost_w > 1e-9 else 0.0)


def _diodes(sources: Sources, power_w: float) -> tuple[float, tuple[float, ...]] | None:
    point = share(sources, power_w)
    return None if point is None else (point.bus_v, point.currents_a)


def _balance(sources: Sources, weights: Sequence[float], power_w: float) -> tuple[float, tuple[float, ...]] | None:
    """Share by ``weights``; the pack that is weakest at its share sets the bus."""
    if power_w <= 0.0:
        return max(volts for volts, _ in sources), (0.0,) * len(sources)
    total_a = 0.0
    for (volts, ohm), weight in zip(sources, weights, strict=True):
        room = volts * volts - 4.0 * ohm * weight * power_w
        if room < 0.0 or volts <= 0.0:
            return None
        total_a = max(total_a, 2.0 * power_w / (volts + math.sqrt(room)))
    return power_w / total_a, tuple(weight * total_a for weight in weights)
