"""Makes trips of what a calendar event says: its words, its times, its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from emulator.services.travel.places import at_point, find_airport, find_town
from emulator.services.travel.trip import Stop, Trip, instant, local, scrub
from emulator.services.travel.wording import LONGEST_TITLE, Ride, Said, understand

_TIME = r"[^\d\n]{0,30}(\d{1,2}):(\d{2})\s*([AaPp][Mm])?"
_IN = re.compile(r"(?:check-?in|anreise|arrival|入住)" + _TIME, re.IGNORECASE)
_OUT = re.compile(r"(?:check-?out|abreise|departure|退房|离店)" + _TIME, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of an event: an instant with its zone, a floating time of day, or a day.

    Attributes:
        when: In UTC; None if it floats or is a day.
        wall: Of a floating time; None otherwise.
        day: The local day.
        zone: IANA zone id that the event names, or "".
    """

    when: datetime | None
    wall: datetime | None
    day: date
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A calendar event: what of it matters here."""

    uid: str
    sequence: int
    cancelled: bool
    title: str
    text: str
    place: str
    starts: Clock
    ends: Clock | None
    point: tuple[float, float] | None = None


def trips_of(event: Event, home: str) -> list[Trip]:
    """Return the trips in an event; one that is no travel is an ``event``.

    Args:
        event: From a calendar.
        home: Zone of floating times whose place is unknown.
    """
    said = understand(event.title, event.text)
    if said.rides:
        return _rides(event, said, home)
    origin, target = _stops(event, said)
    home = origin.zone or event.starts.zone or home
    starts = _instant(event.starts, home)
    ends = _instant(event.ends, target.zone or home) if event.ends else None
    if said.kind == "hotel" and starts is None:
        starts, ends = _stay(event, origin.zone or home)
    number = said.number or (event.title if said.kind in ("hotel", "event") else "")
    if said.kind == "hotel" and not said.number:
        number = _hotel_name(event.title)
    trip = Trip(
        said.kind if said.kind != "event" else "event",  # type: ignore[arg-type]  # one of Kind by understand
        "ics",
        number=number,
        day=local(starts, home).date() if starts else event.starts.day,
        starts=starts,
        ends=ends,
        origin=replace(origin, zone=origin.zone or event.starts.zone or (home if starts else "")),
        target=replace(target, zone=target.zone or (event.ends.zone if event.ends else "") or home),
        gate=said.gate,
        seat=said.seat,
        coach=said.coach,
        booking=said.booking,
        uid=event.uid,
        sequence=event.sequence,
        cancelled=event.cancelled,
    )
    return [replace(trip, number=scrub(trip.number, trip))]


def _stay(event: Event, zone: str) -> tuple[datetime | None, datetime | None]:
    """Return when a stay of whole days begins and ends: as its words say. The day of DTEND is the one after the last."""
    first, last = _IN.search(event.text), _OUT.search(event.text)
    day = event.ends.day - timedelta(days=1) if event.ends and event.ends.day > event.starts.day else event.starts.day
    return (
        instant(_at(event.starts.day, _hours(first)), zone) if first else None,
        instant(_at(day, _hours(last)), zone) if last else None,
    )


def _hours(found: re.Match[str]) -> str:
    """Return ``15:00`` of ``3:00 PM``."""
    hour, half = int(found[1]), (found[3] or "").upper()
    return f"{hour % 12 + 12 * (half == 'PM') if half else hour}:{found[2]}"


def _stops(event: Event, said: Said) -> tuple[Stop, Stop]:
    if said.kind == "flight":
        target = find_airport(said.target)
        origin = find_airport(said.origin or event.place)
        if not origin.code and event.place:
            origin = find_airport(event.place).over(origin) if find_airport(event.place).code else origin
        return origin, target
    here = _here(event)
    if said.kind in ("hotel", "event"):
        return here, here
    origin = find_town(said.origin or event.place)
    if event.point and not origin.lat_deg:
        origin = replace(at_point(*event.point, name=origin.name), name=origin.name)
    return origin, find_town(said.target)


def _here(event: Event) -> Stop:
    """Return the place of an event that stays where it is."""
    named = find_town((event.place or event.title)[:LONGEST_TITLE])
    if not event.place:
        named = replace(named, name="")
    if event.point:
        at = at_point(*event.point, name=named.name)
        return replace(at, zone=at.zone or named.zone)
    return named


def _rides(event: Event, said: Said, home: str) -> list[Trip]:
    """Return one trip a leg; clock times go on past midnight."""
    trips: list[Trip] = []
    day, last = event.starts.day, ""
    for number, ride in enumerate(said.rides, 1):
        origin, target = find_town(ride.origin), find_town(ride.target)
        if number == 1:
            origin = _with_point(origin, event)
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        zones = (
            _plausible(origin.zone, event.starts.zone, noon) or home,
            _plausible(target.zone, event.ends.zone if event.ends else "", noon) or home,
        )
        day += timedelta(days=bool(last and ride.departs < last))
        starts = instant(_at(day, ride.departs), zones[0])
        day += timedelta(days=ride.arrives < ride.departs)
        ends = instant(_at(day, ride.arrives), zones[1])
        last = ride.arrives
        trips.append(
            Trip(
                "train",
                "ics",
                number=ride.number or (said.number if len(said.rides) == 1 else "") or _mode(event.text, ride),
                day=local(starts, zones[0]).date(),
                starts=starts,
                ends=ends,
                origin=replace(origin, zone=zones[0]),
                target=replace(target, zone=zones[1]),
                seat=said.seat,
                coach=said.coach,
                booking=said.booking,
                uid=event.uid if number == 1 else f"{event.uid}#{number}",
                sequence=event.sequence,
                cancelled=event.cancelled,
            )
        )
    return trips


def _plausible(zone: str, named: str, when: datetime) -> str:
    """Return the zone of a town, unless the zone that the event names is hours away: then the town is another one."""
    if not zone or not named:
        return zone or named
    apart = abs(local(when, zone).utcoffset() - local(when, named).utcoffset())  # type: ignore[operator]  # both are aware
    return zone if apart <= timedelta(hours=3) else named


def _with_point(origin: Stop, event: Event) -> Stop:
    if event.point is None:
        return origin
    at = at_point(*event.point, name=origin.name)
    return replace(at, zone=origin.zone or at.zone)


def _mode(text: str, ride: Ride) -> str:
    """Return ``Train`` or ``Underground`` where the railway tells no number."""
    after = text[text.find(ride.target) :].partition("Mode of Transport:")[2].split("\n")[0].strip()
    return after or "Train"


def _instant(clock: Clock, zone: str) -> datetime | None:
    if clock.when is not None:
        return clock.when.astimezone(UTC)
    return instant(clock.wall, zone) if clock.wall else None


def _at(day: date, clock: str) -> datetime:
    hour, minute = clock.split(":")
    return datetime(day.year, day.month, day.day, int(hour) % 24, int(minute) % 60)  # noqa: DTZ001  # a wall clock's


def _hotel_name(title: str) -> str:
    head, colon, tail = title.partition(":")
    return tail.strip() if colon and "hotel" in head.casefold() and tail.strip() else title
