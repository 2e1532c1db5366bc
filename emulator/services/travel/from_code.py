"""Makes trips of a boarding pass's code."""

from __future__ import annotations

from emulator.services.travel.bcbp import BoardingPass
from emulator.services.travel.places import airport
from emulator.services.travel.trip import Stop, Trip


def trips_of(boarding_pass: BoardingPass) -> list[Trip]:
    """Return one flight a leg; the code has no times, so each is known by its day alone."""
    return [
        Trip(
            "flight",
            "code",
            f"{leg.carrier}{leg.flight}" if leg.flight else "",
            day=leg.day,
            origin=airport(leg.origin) or Stop(leg.origin, leg.origin),
            target=airport(leg.target) or Stop(leg.target, leg.target),
            seat=leg.seat,
            cabin=leg.cabin,
            carrier=leg.carrier,
            traveller=boarding_pass.traveller,
            booking=leg.booking,
            ticket=leg.ticket,
        )
        for leg in boarding_pass.legs
    ]
