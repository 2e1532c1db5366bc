"""What a traveller has to hear of and when: the key moments of the trips in the store (services.md, 4.3).

A pure function of trips, news and the way there. Instants are in UTC, so no change of clocks moves a moment; each keeps
the zone of its place for the clock on the card.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple

from emulator.services.travel.store import News
from emulator.services.travel.trip import Trip, instant

# services.md, 4.3: counters of domestic flights close 45 minutes before departure, of international ones 60
CUT_OFF_MIN = {"domestic": 45, "international": 60, "train": 5}  # 12306 stops checking tickets up to 5 minutes before
SECURITY_MIN = {"domestic": 20, "international": 40, "train": 10}  # with the way through the building; assumed
BOARDING_MIN = {"domestic": 30, "international": 40, "train": 15}  # before departure where no source says it; assumed
BUFFER_MIN = 15  # assumed
CHECK_IN_H = 24  # of most airlines; assumed
CONNECTION_MIN = {"domestic": 60, "international": 90, "train": 10}  # minimum connecting times are 45 to 120; assumed
LONGEST_CONNECTION = timedelta(hours=12)
HOTEL_OUT_MIN, EVENT_MIN = 60, 30  # before leaving a hotel, before an event; assumed
ORDER = ("cancelled", "restored", "moved", "delay", "gate", "connection", "leave", "be-there", "check-in", "boarding")


class Way(NamedTuple):
    """How long it takes to get to a trip's start: minutes, and whether a route or only the distance says so."""

    minutes: int
    by: str  # "route" or "distance"


@dataclass(frozen=True, slots=True)
class Moment:
    """One key moment.

    Attributes:
        event: Names it: the same moment has the same name however often it is computed.
        kind: ``check-in``, ``leave``, ``be-there`` (the way there is unknown), ``boarding``, ``gate``, ``delay``,
            ``moved``, ``cancelled``, ``restored``, ``connection``, ``hotel``, ``hotel-out`` or ``event``.
        trip: Number in the store.
        at: When it is due, UTC.
        until: After that it is of no use; UTC.
        zone: IANA id of the place whose clock counts.
        value: The gate, the minutes of delay, the minutes between two trips.
        way: To the start, for ``leave``.
    """

    event: str
    kind: str
    trip: int
    at: datetime
    until: datetime
    zone: str
    value: str = ""
    way: Way | None = None


def moments(
    trips: Mapping[int, Trip], news: Iterable[News], way: Callable[[Trip], Way | None], now: datetime
) -> list[Moment]:
    """Return the key moments of all trips that are still of use at ``now``, in order."""
    found: list[Moment] = []
    for number, trip in trips.items():
        if not trip.cancelled:
            found += _of_trip(number, trip, way)
    found += _connections(trips)
    found += [moment for one in news for moment in _of_news(one, trips)]
    useful = [moment for moment in found if moment.until > now]
    return sorted(useful, key=lambda m: (m.at, ORDER.index(m.kind) if m.kind in ORDER else len(ORDER), m.event))


def reach(trip: Trip) -> str:
    """Return ``train``, ``domestic`` or ``international``; a flight with an unknown end is international."""
    if trip.kind == "train":
        return "train"
    known = trip.origin.country and trip.target.country
    return "domestic" if known and trip.origin.country == trip.target.country else "international"


def leave_by(trip: Trip, way: Way | None) -> datetime | None:
    """Return departure less cut-off, security, buffer and the way there; UTC."""
    departs = trip.departs
    if departs is None:
        return None
    kind = reach(trip)
    minutes = CUT_OFF_MIN[kind] + SECURITY_MIN[kind] + BUFFER_MIN + (way.minutes if way else 0)
    return departs - timedelta(minutes=minutes)


def boards_at(trip: Trip) -> datetime | None:
    """Return when boarding starts: as the pass says, later by the delay; else so long before departure."""
    if trip.boards:
        return trip.boards + timedelta(minutes=trip.delay_min)
    return trip.departs - timedelta(minutes=BOARDING_MIN[reach(trip)]) if trip.departs else None


def _of_trip(number: int, trip: Trip, way: Callable[[Trip], Way | None]) -> list[Moment]:
    if trip.kind in ("flight", "train"):
        return _of_ride(number, trip, way)
    zone = trip.origin.zone
    if trip.starts is None:
        return []
    if trip.kind == "event":
        at = trip.starts - timedelta(minutes=EVENT_MIN)
        return [Moment(f"{number}/event/{_stamp(trip.starts)}", "event", number, at, trip.starts, zone)]
    until = trip.starts + timedelta(hours=9)
    found = [Moment(f"{number}/hotel/{_stamp(trip.starts)}", "hotel", number, trip.starts, until, zone)]
    if trip.ends:
        at = trip.ends - timedelta(minutes=HOTEL_OUT_MIN)
        found.append(Moment(f"{number}/hotel-out/{_stamp(trip.ends)}", "hotel-out", number, at, trip.ends, zone))
    return found


def _of_ride(number: int, trip: Trip, way: Callable[[Trip], Way | None]) -> list[Moment]:
    departs, boards, zone = trip.departs, boards_at(trip), trip.origin.zone
    if departs is None or trip.starts is None:
        end = instant(datetime.combine(trip.day, time(23, 59)), zone) if trip.day else None
        until = boards + timedelta(hours=1) if boards else end
        if boards is None or until is None:
            return []  # a day alone has no instant
        return [Moment(f"{number}/boarding/{_stamp(boards)}", "boarding", number, boards, until, zone)]
    found = []
    if trip.kind == "flight":
        opens = trip.starts - timedelta(hours=CHECK_IN_H)
        closes = departs - timedelta(minutes=CUT_OFF_MIN[reach(trip)])
        found.append(Moment(f"{number}/check-in/{_stamp(trip.starts)}", "check-in", number, opens, closes, zone))
    known = way(trip)
    leave = leave_by(trip, known)
    assert leave is not None  # it departs
    kind = "leave" if known else "be-there"
    found.append(Moment(f"{number}/leave/{_stamp(departs)}", kind, number, leave, departs, zone, way=known))
    if boards is not None:
        found.append(Moment(f"{number}/boarding/{_stamp(departs)}", "boarding", number, boards, departs, zone))
    return found


def _connections(trips: Mapping[int, Trip]) -> list[Moment]:
    """Return the changes that have become too short, due at once and until the second trip leaves."""
    rides = [
        (number, trip)
        for number, trip in trips.items()
        if trip.kind in ("flight", "train") and not trip.cancelled and trip.starts and trip.ends
    ]
    rides.sort(key=lambda ride: ride[1].starts or datetime.max.replace(tzinfo=UTC))
    found = []
    for (_, first), (number, second) in pairwise(rides):
        arrives, departs = first.arrives, second.departs
        if arrives is None or departs is None or first.starts is None or not _change(first, second):
            continue
        planned = (second.starts or departs) - (first.ends or arrives)
        if not timedelta(0) <= planned <= LONGEST_CONNECTION:
            continue
        kind = "train" if "train" in (first.kind, second.kind) else max(reach(first), reach(second), key=len)
        left = round((departs - arrives).total_seconds() / 60)
        if left < CONNECTION_MIN[kind]:
            event = f"{number}/connection/{_stamp(arrives)}/{_stamp(departs)}"
            at = first.starts - timedelta(hours=CHECK_IN_H)
            found.append(Moment(event, "connection", number, at, departs, second.origin.zone, str(left)))
    return found


def _change(first: Trip, second: Trip) -> bool:
    """Say whether the second trip starts where the first one ends."""
    a, b = first.target, second.origin
    if a.code and b.code:
        return a.code == b.code
    return bool(a.name and a.name == b.name) or bool(a.zone and a.zone == b.zone and a.country == b.country)


def _of_news(one: News, trips: Mapping[int, Trip]) -> list[Moment]:
    """Return what is new, unless something newer of the same trip took its place."""
    trip = trips.get(one.trip)
    if trip is None:
        return []
    now = {"gate": trip.gate, "delay": str(trip.delay_min), "moved": _utc(trip.starts)}
    stands = {"cancelled": trip.cancelled, "restored": not trip.cancelled}
    if not stands.get(one.kind, now.get(one.kind) == one.value) or (trip.cancelled and one.kind != "cancelled"):
        return []
    departs = trip.departs or (
        instant(datetime.combine(trip.day, time(23, 59)), trip.origin.zone) if trip.day else one.at
    )
    event = f"{one.trip}/{one.kind}/{one.number}"
    return [Moment(event, one.kind, one.trip, one.at, departs, trip.origin.zone, one.value)]


def _stamp(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y%m%dT%H%M")


def _utc(when: datetime | None) -> str:
    return when.astimezone(UTC).isoformat(timespec="seconds") if when else ""
