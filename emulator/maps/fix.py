"""One measured position, whatever measured it."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.maps.points import Wgs84Point


@dataclass(frozen=True, slots=True)
class Fix:
    """A position at a time.

    Attributes:
        t_ns: Nanoseconds since the first fix of its source, or of the session once it is in the log.
        point: Where.
        accuracy_m: One standard deviation of a coordinate.
        speed_mps: Over the ground, or None if the source does not say.
        heading_deg: Course over the ground, clockwise from north, or None.
    """

    t_ns: int
    point: Wgs84Point
    accuracy_m: float
    speed_mps: float | None = None
    heading_deg: float | None = None
