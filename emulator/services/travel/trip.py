"""What an import holds: one trip, in UTC with the zones of its ends; and what must not be shown of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

Kind = Literal["flight", "train", "hotel", "event"]
D = TypeVar("D", "Stop", "Trip")
SECRETS = ("traveller", "booking", "ticket")
_TITLES = frozenset({"MR", "MRS", "MS", "MISS", "DR", "MSTR", "CHD", "INF"})


@dataclass(frozen=True, slots=True)
class Stop:
    """One end of a trip.

    Attributes:
        name: As the source calls it.
        code: IATA code of an airport, or "".
        zone: IANA zone id, or "" where nothing tells it.
        lat_deg: Latitude, WGS-84, or None.
        lon_deg: Longitude, WGS-84, or None.
        country: ISO 3166 code, or "".
        terminal: ``T3``, ``2``, or "".
    """

    name: str = ""
    code: str = ""
    zone: str = ""
    lat_deg: float | None = None
    lon_deg: float | None = None
    country: str = ""
    terminal: str = ""

    def over(self, other: Stop) -> Stop:
        """Return this stop with what it does not know taken from ``other``, if both can be the same place."""
        if self.code and other.code and self.code != other.code:
            return self
        return _filled(self, other)


@dataclass(frozen=True, slots=True)
class Trip:
    """One flight, ride on a train, stay or event.

    Attributes:
        kind: ``flight``, ``train``, ``hotel`` or ``event``.
        source: ``ics``, ``pass``, ``code``, ``mail`` or ``text``.
        number: ``LH489``, ``D3211``; a hotel's name; an event's title.
        day: Local day of departure or arrival; known even where the time is not.
        starts: Departure, or first time of arrival at a hotel; UTC; None where the source does not say.
        ends: Arrival, or last time of departure from a hotel; UTC.
        boards: Start of boarding; UTC.
        origin: Where it starts; a hotel is both ends.
        target: Where it ends.
        gate: Gate of a flight, check-in gates of a train.
        seat: ``1A``, ``06F``.
        coach: ``07``.
        cabin: Class of travel.
        carrier: Name of the company.
        delay_min: What the departure is late.
        cancelled: Whether it does not take place.
        uid: Of the calendar event or pass, or "".
        sequence: Of its revision.
        traveller: Name; never shown.
        booking: Booking reference; never shown.
        ticket: Ticket number; never shown.
    """

    kind: Kind
    source: str
    number: str = ""
    day: date | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    boards: datetime | None = None
    origin: Stop = field(default_factory=Stop)
    target: Stop = field(default_factory=Stop)
    gate: str = ""
    seat: str = ""
    coach: str = ""
    cabin: str = ""
    carrier: str = ""
    delay_min: int = 0
    cancelled: bool = False
    uid: str = ""
    sequence: int = 0
    traveller: str = ""
    booking: str = ""
    ticket: str = ""

    @property
    def departs(self) -> datetime | None:
        """When it really starts: the timetable and the delay."""
        return self.starts + timedelta(minutes=self.delay_min) if self.starts else None

    @property
    def arrives(self) -> datetime | None:
        """When it really ends, if it makes nothing of its delay good."""
        late = timedelta(minutes=self.delay_min if self.kind in ("flight", "train") else 0)
        return self.ends + late if self.ends else None

    @property
    def identity(self) -> str:
        """What two sources of the same trip agree in: ``flight LH489 2019-05-21``; "" where too little is known."""
        name = re.sub(r"\W", "", self.number).upper()
        telling = bool(re.search(r"\d", name)) or self.kind == "hotel"  # "Underground" is no number
        return f"{self.kind} {name} {self.day}" if telling and self.day else ""

    def over(self, older: Trip) -> Trip:
        """Return this trip with what it does not know taken from ``older``."""
        origin, target = self.origin.over(older.origin), self.target.over(older.target)
        return _filled(replace(self, origin=origin, target=target), older)


def _filled(one: D, other: D) -> D:
    """Return dataclass ``one`` with its empty fields from ``other``; a number or a flag stays."""
    gaps = {f.name for f in fields(one) if getattr(one, f.name) in ("", None)}
    return replace(one, **{name: getattr(other, name) for name in gaps})


def local(when: datetime, zone: str) -> datetime:
    """Return an instant on the clock of ``zone``; in UTC where the zone is unknown."""
    return when.astimezone(ZoneInfo(zone) if zone else UTC)


def instant(wall: datetime, zone: str) -> datetime:
    """Return the instant when the clock of ``zone`` shows ``wall``; a time that the clock skips counts from before.

    >>> str(instant(datetime(2026, 3, 29, 2, 30), "Europe/Berlin"))  # the gap: 01:30 UTC is 03:30 there
    '2026-03-29 01:30:00+00:00'
    """
    return wall.replace(tzinfo=ZoneInfo(zone) if zone else UTC).astimezone(UTC)


def same_person(one: str, other: str) -> bool:
    """Say whether two spellings may name one traveller.

    >>> same_person("MUENDLER/NIELSMR", "Niels Muendler"), same_person("DOE/JOHN", "Doe, Jane")
    (True, False)
    """
    first, second = _names(one), _names(other)
    shorter, longer = sorted((first, second), key=len)
    return all(any(a.startswith(b) or b.startswith(a) for b in longer) for a in shorter)


def _names(text: str) -> set[str]:
    words = {word for word in re.split(r"[^\w]+", text.upper()) if word}
    return words - _TITLES


def mask(text: str, shown: int = 2) -> str:
    """Return a name or a number with only its first letters left.

    >>> mask("XYZ123"), mask("X"), mask("")
    ('XY•••', '•••', '')
    """
    if not text:
        return ""
    return f"{text[:shown]}•••" if len(text) > 2 * shown else "•••"


def scrub(text: str, trip: Trip) -> str:
    """Return text from a source without the traveller, booking and ticket that stand in it."""
    for secret in (trip.traveller, trip.booking, trip.ticket):
        if len(secret) > 2:
            text = re.sub(re.escape(secret), mask(secret), text, flags=re.IGNORECASE)
    return text


def to_json(trip: Trip, *, masked: bool = True) -> dict[str, Any]:
    """Return a trip as JSON: instants in the local time of their ends, secrets masked unless it is for the store."""
    values: dict[str, Any] = asdict(trip)
    for name, stop in (("starts", trip.origin), ("ends", trip.target), ("boards", trip.origin)):
        when = getattr(trip, name)
        values[name] = when and (local(when, stop.zone) if masked else when).isoformat()
    values["day"] = trip.day.isoformat() if trip.day else None
    if masked:
        values |= {name: mask(values[name]) for name in SECRETS}
    return values


def from_json(values: Mapping[str, Any]) -> Trip:
    """Return the trip that ``to_json(trip, masked=False)`` gave."""
    known = {f.name for f in fields(Trip)}
    values = {name: value for name, value in values.items() if name in known}
    for name in ("starts", "ends", "boards"):
        values[name] = datetime.fromisoformat(values[name]) if values.get(name) else None
    day = values.get("day")
    ends = {name: Stop(**values[name]) for name in ("origin", "target")}
    return Trip(**{**values, **ends, "day": date.fromisoformat(day) if day else None})
