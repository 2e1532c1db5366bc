"""Trips in schema.org reservations, as mails and some calendars carry them (https://schema.org/Reservation)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from emulator.services.travel.bcbp import BcbpError, parse_bcbp
from emulator.services.travel.places import airport, at_point, find_airport, find_town
from emulator.services.travel.trip import Kind, Stop, Trip, instant, local

MOST_NODES = 20_000
_KINDS: dict[str, Kind] = {
    "FlightReservation": "flight",
    "TrainReservation": "train",
    "BusReservation": "train",
    "LodgingReservation": "hotel",
    "EventReservation": "event",
}


def trips_in(value: Any, now: date | None = None) -> list[Trip]:
    """Return the trips in a decoded JSON-LD document, or in microdata of the same shape.

    Args:
        value: The document.
        now: Some mails write times that are not ISO 8601; then the boarding pass in them tells the day, nearest to now.
    """
    found: list[Trip] = []
    for node in _nodes(value):
        kind = _KINDS.get(_type(node))
        if kind is None:
            continue
        for item in _many(node.get("reservationFor")) or [{}]:
            item = item if isinstance(item, dict) else {}
            trip = _trip(kind, node, item)
            if kind == "flight" and trip.day is None and now is not None:
                trip = _with_pass(trip, node, item, now)
            if trip.day or trip.number:
                found.append(trip)
    return found


def _trip(kind: Kind, node: dict[str, Any], item: dict[str, Any]) -> Trip:
    if kind == "hotel":
        trip = _stay(node, item)
    elif kind == "event":
        here = _place(item.get("location"))
        trip = Trip("event", "mail", _text(item.get("name")), origin=here, target=here)
        trip = _timed(trip, item.get("startDate"), item.get("endDate"))
    else:
        trip = _ride(kind, item)
    ticket = node.get("reservedTicket")
    ticket = ticket if isinstance(ticket, dict) else {}
    seat = ticket.get("ticketedSeat")
    seat = seat if isinstance(seat, dict) else {}
    person = node.get("underName")
    status = _text(node.get("reservationStatus"))
    return replace(
        trip,
        gate=_text(item.get("departureGate")),
        seat=_text(node.get("airplaneSeat")) or _text(seat.get("seatNumber")),
        coach=_text(seat.get("seatSection")),
        booking=_text(node.get("reservationNumber")) or _text(node.get("reservationId")),
        ticket=_text(ticket.get("ticketNumber")),
        traveller=_text(person.get("name") if isinstance(person, dict) else person),
        cancelled="Cancelled" in status,
    )


def _with_pass(trip: Trip, node: dict[str, Any], item: dict[str, Any], now: date) -> Trip:
    """Return a flight with the day that the code of its boarding pass tells, at the times of the mail."""
    ticket = node.get("reservedTicket")
    token = _text(node.get("ticketToken")) or _text(ticket.get("ticketToken") if isinstance(ticket, dict) else None)
    try:
        day = parse_bcbp(token.partition(":")[2], now).legs[0].day
    except BcbpError:
        return trip
    starts, ends = (_at(day, _text(item.get(name)), stop.zone) for name, stop in
                    (("departureTime", trip.origin), ("arrivalTime", trip.target)))  # fmt: skip
    return replace(trip, day=day, starts=starts, ends=ends + timedelta(days=ends < starts) if starts and ends else ends)


def _at(day: date | None, text: str, zone: str) -> datetime | None:
    found = re.search(r"\b([01]?\d|2[0-3]):([0-5]\d)\b", text)
    if day is None or not found:
        return None
    return instant(datetime(day.year, day.month, day.day, int(found[1]), int(found[2])), zone)  # noqa: DTZ001  # a wall clock's


def _ride(kind: Kind, item: dict[str, Any]) -> Trip:
    ends = ("departureAirport", "arrivalAirport") if kind == "flight" else ("departureStation", "arrivalStation")
    if not item.get(ends[0]) and kind == "train":
        ends = ("departureBusStop", "arrivalBusStop")
    origin, target = (_place(item.get(end), flight=kind == "flight") for end in ends)
    company = item.get("airline") or item.get("provider") or {}
    company = company if isinstance(company, dict) else {}
    number = _text(item.get("flightNumber") or item.get("trainNumber") or item.get("busNumber"))
    if kind == "flight":
        number = re.sub(r"[\s-]", "", number).upper()
        code = _text(company.get("iataCode"))
        number = number if re.match(r"[A-Z]|\d[A-Z]", number) else f"{code}{number.lstrip('0')}"
        origin = replace(origin, terminal=_text(item.get("departureTerminal")) or origin.terminal)
        target = replace(target, terminal=_text(item.get("arrivalTerminal")) or target.terminal)
    elif (name := _text(item.get("trainName"))) and name not in number:
        number = f"{name} {number}".strip()
    trip = Trip(kind, "mail", number, origin=origin, target=target, carrier=_text(company.get("name")))
    trip = _timed(trip, item.get("departureTime") or item.get("departureDay"), item.get("arrivalTime"))
    boards, _ = _when(item.get("boardingTime"), origin.zone)
    return replace(trip, boards=boards)


def _stay(node: dict[str, Any], item: dict[str, Any]) -> Trip:
    here = _place(item)
    first = node.get("checkinTime") or node.get("checkinDate")
    last = node.get("checkoutTime") or node.get("checkoutDate")
    return _timed(Trip("hotel", "mail", _text(item.get("name")), origin=here, target=here), first, last)


def _timed(trip: Trip, first: Any, last: Any) -> Trip:
    starts, zone = _when(first, trip.origin.zone)
    ends, end_zone = _when(last, trip.target.zone)
    origin = replace(trip.origin, zone=trip.origin.zone or zone)
    day = local(starts, origin.zone).date() if starts else _day(first)
    return replace(
        trip,
        origin=origin,
        target=replace(trip.target, zone=trip.target.zone or end_zone),
        day=day,
        starts=starts,
        ends=ends,
    )


def _place(value: Any, *, flight: bool = False) -> Stop:
    """Return a Place, Airport, TrainStation or LodgingBusiness."""
    if isinstance(value, str):
        return find_airport(value) if flight else find_town(value)
    if not isinstance(value, dict):
        return Stop()
    name, code = _text(value.get("name")), _text(value.get("iataCode"))
    if code and (found := airport(code)):
        return found
    if flight:
        return find_airport(name)
    address = value.get("address")
    address = address if isinstance(address, dict) else {"streetAddress": _text(address)}
    country = _text(address.get("addressCountry"))[:2] if len(_text(address.get("addressCountry"))) == 2 else ""
    words = [_text(address.get(part)) for part in ("addressLocality", "addressRegion", "addressCountry")]
    where = find_town(", ".join(word for word in words if word) or name, country)
    if not where.zone and name:
        where = find_town(name, country)
    geo = value.get("geo")
    if isinstance(geo, dict) and (point := _point(geo)):
        at = at_point(*point, name=name)
        return replace(at, zone=where.zone or at.zone, country=where.country or at.country)
    return replace(where, name=name)


def _point(geo: dict[str, Any]) -> tuple[float, float] | None:
    try:
        return float(geo["latitude"]), float(geo["longitude"])
    except (KeyError, TypeError, ValueError):
        return None


def _when(value: Any, zone: str) -> tuple[datetime | None, str]:
    """Return the instant of an ISO 8601 time, floating ones on the clock of ``zone``, and the zone that it names."""
    named = ""
    if isinstance(value, dict):
        named, value = _zone(_text(value.get("timezone"))), value.get("@value")
    text = _text(value)
    if not re.match(r"\d{4}-\d{2}-\d{2}[T ]\d", text):
        return None, ""
    try:
        when = datetime.fromisoformat(text)
        return (instant(when, zone or named) if when.tzinfo is None else when.astimezone(UTC)), named
    except (ValueError, OverflowError, OSError):
        return None, ""


def _zone(named: str) -> str:
    """Return an IANA id, or "" if there is no such zone here."""
    try:
        return ZoneInfo(named).key if named else ""
    except (KeyError, ValueError, OSError):  # no such zone, no name for a file, a folder
        return ""


def _day(value: Any) -> date | None:
    text = _text(value.get("@value") if isinstance(value, dict) else value)
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Walk a document without recursion, in order, at most ``MOST_NODES`` nodes of it."""
    waiting, seen = [value], 0
    while waiting and seen < MOST_NODES:
        node = waiting.pop()
        seen += 1
        if isinstance(node, dict):
            yield node
            waiting += [
                part
                for name, part in reversed(node.items())
                if isinstance(part, dict | list) and name != "reservationFor"
            ]
        elif isinstance(node, list):
            waiting += reversed(node)


def _type(node: dict[str, Any]) -> str:
    kind = node.get("@type", "")
    return str(kind[0] if isinstance(kind, list) and kind else kind).rpartition("/")[2]


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any) -> str:
    return str(value).strip()[:300] if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
