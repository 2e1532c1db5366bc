"""What replies, HUD and command line show of a trip: local times, names of places, secrets masked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from emulator.services.travel.agenda import Moment, Way, boards_at, leave_by
from emulator.services.travel.places import title
from emulator.services.travel.trip import Trip, local, mask, to_json


def trip_told(number: int, trip: Trip, language: str, way: Way | None = None, *, live: bool = False) -> dict[str, Any]:
    """Return a trip for a card: ``departs``, ``boards``, ``leave`` and the rest, in words and in ISO 8601.

    Args:
        number: In the store.
        trip: What is known of it.
        language: ``zh`` or ``en``.
        way: To where it begins, if that is known.
        live: Whether what is subscribed told of it last.
    """
    departs, arrives, boards = trip.departs, trip.arrives, boards_at(trip)
    leave = leave_by(trip, way)
    zone, end_zone = trip.origin.zone, trip.target.zone
    return {
        "trip": number,
        "half": "live" if live else "offline",
        "kind": trip.kind,
        "number": trip.number,
        "origin": title(trip.origin, language),
        "target": title(trip.target, language),
        "day": trip.day.isoformat() if trip.day else "",
        "departs": _clock(departs, zone),
        "arrives": _clock(arrives, end_zone),
        "planned": _clock(trip.starts, zone) if trip.delay_min else "",
        "boards": _clock(boards, zone),
        "leave": _clock(leave, zone),
        "starts_at": _iso(departs, zone),
        "leave_at": _iso(leave, zone),
        "way_min": way.minutes if way else None,
        "way_by": way.by if way else "",
        "gate": trip.gate,
        "seat": trip.seat,
        "coach": trip.coach,
        "delay_min": trip.delay_min,
        "cancelled": trip.cancelled,
        "traveller": mask(trip.traveller, 1),
        "booking": mask(trip.booking),
    }


def moment_told(moment: Moment, trip: Trip, language: str, *, live: bool = False) -> dict[str, Any]:
    """Return a moment and its trip for a card."""
    return {
        "event": moment.event,
        "what": moment.kind,
        "at": local(moment.at, moment.zone).isoformat(timespec="seconds"),
        "until": local(moment.until, moment.zone).isoformat(timespec="seconds"),
        "value": moment.value,
        **trip_told(moment.trip, trip, language, moment.way, live=live),
    }


def trip_kept(number: int, trip: Trip) -> dict[str, Any]:
    """Return a trip as ``--json`` prints it: all that is kept, secrets masked."""
    return {"trip": number, **to_json(trip), "departs": _iso(trip.departs, trip.origin.zone)}


def _clock(when: datetime | None, zone: str) -> str:
    return local(when, zone).strftime("%H:%M") if when else ""


def _iso(when: datetime | None, zone: str) -> str:
    return local(when, zone).isoformat(timespec="minutes") if when else ""
