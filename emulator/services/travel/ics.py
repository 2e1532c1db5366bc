"""Reads calendars (RFC 5545) within limits: no bomb takes a second, nothing in them is fetched.

The lines are counted and the components matched before ``icalendar`` sees the file, so a refusal names a line.
"""

from __future__ import annotations

import contextlib
import json
import re
import warnings
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from emulator.services.travel.events import Clock, Event, trips_of
from emulator.services.travel.json_ld import trips_in
from emulator.services.travel.recurrence import Recurrence, as_wall, starts_of
from emulator.services.travel.refused import RefusedError, check_size, decode
from emulator.services.travel.trip import Trip

MOST_BYTES, MOST_LINES, LONGEST_LINE = 2_000_000, 40_000, 100_000
MOST_EVENTS, MOST_RULES, MOST_TRIPS, DEEPEST = 1_000, 50, 1_500, 4
WORLD = frozenset({"UTC", "Etc/UTC", "GMT", "Etc/GMT", "Zulu", "Etc/Zulu", "Etc/UCT", "UCT"})  # the clock of no place
_NAME = re.compile(r"[A-Za-z0-9-]+[;:]")
_OFFSET = re.compile(r"(?:UTC|GMT)([+-])(\d{1,2}):?(\d{2})?")


@dataclass(slots=True)
class _Found:
    """Lines of one VEVENT: where it begins, where its properties stand."""

    line: int
    places: dict[str, int] = field(default_factory=dict)


def read_ics(data: bytes, now: datetime, home: str) -> list[Trip]:
    """Return the trips of a calendar.

    Args:
        data: The file.
        now: Recurring events are expanded around it.
        home: Zone of floating times whose place is unknown.

    Raises:
        RefusedError: If it is no calendar, damaged, or above a limit.
    """
    from icalendar import Calendar  # here: a start of the emulator does not wait for it

    check_size(data, MOST_BYTES, "a calendar")
    lines = _unfold(decode(data, "latin-1"))
    text, places = _checked(lines)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it says what it guesses about zones
            calendar = Calendar.from_ical(text)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise RefusedError(f"damaged calendar: {str(error)[:120]}") from None
    calls_off = str(calendar.get("METHOD", "")).upper() == "CANCEL"
    found: list[Trip] = []
    rules = 0
    events = list(calendar.walk("VEVENT"))
    moved = {(_uid(e), _moment(when)) for e in events if (when := _day(e, "RECURRENCE-ID"))}
    for raw, place in zip(events, places, strict=False):
        rules += "RRULE" in raw
        if rules > MOST_RULES:
            raise RefusedError(f"more than {MOST_RULES} recurring events", place.line)
        found += _trips(raw, place, now, home, moved, calls_off=calls_off)
        if len(found) > MOST_TRIPS:
            raise RefusedError(f"more than {MOST_TRIPS:,} events with their recurrences", place.line)
    return found


def _trips(
    raw: Any, place: _Found, now: datetime, home: str, moved: set[tuple[str, str]], *, calls_off: bool
) -> list[Trip]:
    event = _event(raw, place, calls_off=calls_off)
    if event is None:
        return [Trip("event", "ics", uid=_uid(raw), sequence=_sequence(raw), cancelled=True)]
    marked = str(raw.get("X-KDE-KITINERARY-RESERVATION", ""))
    if marked and (told := _marked(marked, event)):
        return told
    trips = trips_of(event, home)
    rule, first = raw.get("RRULE"), _day(raw, "DTSTART")
    if rule is None or isinstance(rule, list) or first is None:
        return trips
    line = place.places.get("RRULE", place.line)
    recurrence = Recurrence(rule.to_ical().decode(), first, _excluded(raw), line)
    skipped = {when for uid, when in moved if uid == event.uid}
    return [
        replace(_shifted(trip, start - as_wall(first)), uid=f"{trip.uid}@{_moment(start)}")
        for start in starts_of(recurrence, now)
        if _moment(start) not in skipped
        for trip in trips
    ]


def _excluded(raw: Any) -> set[str]:
    listed = raw.get("EXDATE", [])
    found = set()
    for one in listed if isinstance(listed, list) else [listed]:
        with contextlib.suppress(ValueError, AttributeError):  # a broken one excludes nothing
            found |= {_moment(day.dt) for day in one.dts if isinstance(day.dt, date)}
    return found


def _event(raw: Any, place: _Found, *, calls_off: bool) -> Event | None:
    """Return an event; None for a bare cancellation, which names none but its UID."""
    cancelled = calls_off or str(raw.get("STATUS", "")).upper() == "CANCELLED"
    if _day(raw, "DTSTART") is None:
        if cancelled and _uid(raw) and "DTSTART" not in place.places:
            return None
        line = place.places.get("DTSTART", place.line)
        raise RefusedError("this DTSTART is no date" if "DTSTART" in place.places else "an event without DTSTART", line)
    starts, ends = _clock(raw["DTSTART"]), None
    if _day(raw, "DTEND") is not None:
        ends = _clock(raw["DTEND"])
    elif "DTEND" in place.places:
        raise RefusedError("this DTEND is no date", place.places["DTEND"])
    elif isinstance(span := _value(raw, "DURATION"), timedelta):
        ends = _later(starts, span, place)
    elif "DURATION" in place.places:
        raise RefusedError("this DURATION is none", place.places["DURATION"])
    point = _geo(raw)
    uid = _uid(raw)
    if instance := _day(raw, "RECURRENCE-ID"):
        uid = f"{uid}@{_moment(instance)}"
    title, text, where = (_text(raw, name) for name in ("SUMMARY", "DESCRIPTION", "LOCATION"))
    if point is None and (at := re.fullmatch(r"\s*(-?\d{1,2}\.\d+)\s*[,;]\s*(-?\d{1,3}\.\d+)\s*", where)):
        point, where = (float(at[1]), float(at[2])), ""
    return Event(uid, _sequence(raw), cancelled, title, text, where, starts, ends, point)


def _marked(text: str, event: Event) -> list[Trip]:
    """Return the trips of the schema.org reservation that KDE's calendar puts into an event."""
    try:
        told = trips_in(json.loads(text))
    except (ValueError, RecursionError):
        return []
    return [
        replace(trip, source="ics", uid=event.uid if not n else f"{event.uid}#{n + 1}", sequence=event.sequence,
                cancelled=trip.cancelled or event.cancelled)
        for n, trip in enumerate(told)
    ]  # fmt: skip


def _clock(value: Any) -> Clock:
    """Return a DTSTART or DTEND; a ``TZID`` without ``VTIMEZONE`` is looked up by its name."""
    when, named = value.dt, str(value.params.get("TZID", ""))
    if not isinstance(when, datetime):
        return Clock(None, None, when)
    zone = _zone_id(getattr(when.tzinfo, "key", "") or named)
    if when.tzinfo is None and zone:
        when = when.replace(tzinfo=ZoneInfo(zone))
    if when.tzinfo is None and (offset := _OFFSET.fullmatch(named)):
        sign = -1 if offset[1] == "-" else 1
        ahead = sign * timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        when = (when - ahead).replace(tzinfo=UTC)
    if when.tzinfo is None:
        return Clock(None, when, when.date())
    return Clock(when.astimezone(UTC), None, when.date(), "" if zone in WORLD else zone)


def _zone_id(named: str) -> str:
    """Return the IANA id in a TZID such as ``/mozilla.org/20050126_1/Europe/Berlin``; "" if there is none."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    named = WINDOWS_TO_OLSON.get(named, named)
    parts = named.strip("/").split("/")
    for start in range(len(parts)):
        try:
            return ZoneInfo("/".join(parts[start:])).key
        except (KeyError, ValueError, OSError):  # no such zone, no name for a file, a folder
            continue
    return ""


def _later(starts: Clock, span: timedelta, place: _Found) -> Clock:
    try:
        return Clock(
            starts.when + span if starts.when else None,
            starts.wall + span if starts.wall else None,
            starts.day + span,
            starts.zone,
        )
    except OverflowError:
        raise RefusedError("this DURATION leads out of time", place.places.get("DURATION", place.line)) from None


def _shifted(trip: Trip, by: timedelta) -> Trip:
    """Return an instance of a recurring trip: as many days later, at the same time of the clock."""
    from emulator.services.travel.trip import instant, local

    def moved(when: datetime | None, zone: str) -> datetime | None:
        return instant(local(when, zone).replace(tzinfo=None) + by, zone) if when else None

    return replace(
        trip,
        day=trip.day + by if trip.day else None,
        starts=moved(trip.starts, trip.origin.zone),
        ends=moved(trip.ends, trip.target.zone),
    )


def _unfold(text: str) -> list[tuple[int, str]]:
    """Return numbered lines, each with its continuations; blank ones left out."""
    lines: list[tuple[int, list[str]]] = []
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if number > MOST_LINES:
            raise RefusedError(f"more than {MOST_LINES:,} lines", number)
        if line[:1] in (" ", "\t") and lines:
            lines[-1][1].append(line[1:])
        elif line.strip():
            lines.append((number, [line]))
    whole = [(number, "".join(parts)) for number, parts in lines]
    for number, line in whole:
        if len(line) > LONGEST_LINE:
            raise RefusedError(f"a line of {len(line):,} characters; {LONGEST_LINE:,} are the most", number)
    return whole


def _checked(lines: list[tuple[int, str]]) -> tuple[str, list[_Found]]:
    """Match BEGIN and END and note where events stand; lines that are no properties are left out."""
    if not lines or lines[0][1].strip().upper() != "BEGIN:VCALENDAR":
        raise RefusedError("not a calendar: BEGIN:VCALENDAR is missing", lines[0][0] if lines else 1)
    stack: list[tuple[str, int]] = []
    kept: list[str] = []
    events: list[_Found] = []
    for number, line in lines:
        key, _, value = line.partition(":")
        key, value = key.strip().upper(), value.strip().upper()
        if key == "BEGIN":
            stack.append((value, number))
            if len(stack) > DEEPEST:
                raise RefusedError(f"components are nested {len(stack)} deep", number)
            if value == "VEVENT":
                events.append(_Found(number))
        elif key == "END":
            if not stack or stack[-1][0] != value:
                raise RefusedError(f"END:{value[:20]} without its BEGIN", number)
            stack.pop()
        elif not _NAME.match(line) or not stack:
            continue
        elif stack[-1][0] == "VEVENT":
            events[-1].places.setdefault(key.split(";")[0], number)
        kept.append(line)
        if len(events) > MOST_EVENTS:
            raise RefusedError(f"more than {MOST_EVENTS:,} events", number)
        if not stack:
            break  # a second calendar in the file
    if stack:
        raise RefusedError(f"cut off: BEGIN:{stack[-1][0]} has no END", stack[-1][1])
    return "\r\n".join(kept) + "\r\n", events


def _value(raw: Any, name: str) -> Any:
    """Return the decoded value of a property; None if it is missing or broken."""
    try:
        return raw[name].dt
    except (KeyError, ValueError, AttributeError):
        return None


def _geo(raw: Any) -> tuple[float, float] | None:
    try:
        return float(raw["GEO"].latitude), float(raw["GEO"].longitude)
    except (KeyError, ValueError, AttributeError):
        return None


def _day(raw: Any, name: str) -> date | None:
    value = _value(raw, name)
    return value if isinstance(value, date) else None


def _uid(raw: Any) -> str:
    return str(raw.get("UID", "")).strip()[:300]


def _sequence(raw: Any) -> int:
    text = str(raw.get("SEQUENCE", "0")).strip()
    return int(text) if re.fullmatch(r"\d{1,9}", text) else 0


def _text(raw: Any, name: str) -> str:
    value = raw.get(name, "")
    return str(value[0] if isinstance(value, list) else value).strip()


def _moment(when: date) -> str:
    return as_wall(when).isoformat()
