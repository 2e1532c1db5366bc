"""What the companion phone tells of rides and trips."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

FAR_M = 1_000_000.0
LATE_MIN = 10_000.0


class RideTold(TypedDict, total=False):
    """A car that somebody ordered: its plate and colour, how far it is and was, and how long it takes."""

    plate: str
    colour: str
    distance_m: Annotated[float, (0.0, FAR_M)]
    from_m: Annotated[float, (0.0, FAR_M)]
    minutes: Annotated[float, (0.0, LATE_MIN)]
    state: Literal["coming", "arrived"]


class TripTold(TypedDict, total=False):
    """What changed of a trip, by its number in the store or that of the flight or train; nothing: look at the store."""

    trip: int
    number: str
    delay_min: Annotated[float, (0.0, LATE_MIN)]
    gate: str
    cancelled: bool
