"""Packs in parallel behind ideal diodes, solved in closed form (docs/physics.md, "Battery")."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

PASSES = 4  # Newton passes over the linearised sources; three already agree to a microvolt


@dataclass(frozen=True, slots=True)
class BusPoint:
    """Voltage of the bus and current of each source, in the order given."""

    bus_v: float
    currents_a: tuple[float, ...]


def share(sources: Sequence[tuple[float, float]], power_w: float) -> BusPoint | None:
    """Return how ``sources``, pairs of (volts, ohms), share ``power_w`` through ideal diodes.

    A source whose voltage is below the bus carries nothing. The product of bus voltage and total current is
    ``power_w`` exactly.

    Returns:
        The point, or None if there are no sources or they cannot give the power.
    """
    if not sources:
        return None
    if power_w <= 0.0:
        return BusPoint(max(volts for volts, _ in sources), (0.0,) * len(sources))
    active = list(range(len(sources)))
    while True:
        conductance = sum(1.0 / sources[k][1] for k in active)
        short_a = sum(sources[k][0] / sources[k][1] for k in active)
        room = short_a * short_a - 4.0 * conductance * power_w
        if room < 0.0:
            return None
        bus_v = (short_a + math.sqrt(room)) / (2.0 * conductance)
        left = [k for k in active if sources[k][0] > bus_v]
        if len(left) == len(active) or not left:
            break
        active = left
    carrying = frozenset(active)
    return BusPoint(
        bus_v,
        tuple((volts - bus_v) / ohm if k in carrying else 0.0 for k, (volts, ohm) in enumerate(sources)),
    )


def limit_w(sources: Sequence[tuple[float, float]], least_v: float) -> float:
    """Return the power that pulls the bus down to ``least_v``."""
    return least_v * sum(max(0.0, (volts - least_v) / ohm) for volts, ohm in sources)
