"""The offline half: answers from the store on the glasses and their phone; nothing leaves them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

from emulator.core.errors import FileError
from emulator.live.errors import NotFoundError, RejectedError
from emulator.services.service import Here
from emulator.services.travel.agenda import Moment, Way, moments
from emulator.services.travel.reading import trips_in_code
from emulator.services.travel.refused import RefusedError
from emulator.services.travel.requests import (
    Agenda,
    ChangeTrip,
    ListNotes,
    ListTrips,
    NextTrip,
    Refresh,
    SaveNote,
    SeePass,
    Tell,
    TellNote,
)
from emulator.services.travel.store import Store
from emulator.services.travel.told import moment_told, trip_told
from emulator.services.travel.trip import Trip, local
from emulator.services.travel.way import way_to

WAY_AHEAD = timedelta(days=2)  # who leaves later will start from elsewhere
MOST_TOLD = 40  # moments and trips in a reply: it goes into the log
ON_THE_WAY = ("check-in", "leave", "be-there", "boarding")  # each makes those before it stale
GONE = timedelta(minutes=30)  # a trip is over so long after its departure
Request = Agenda | NextTrip | ListTrips | Tell | ChangeTrip | SeePass | SaveNote | ListNotes | TellNote | Refresh


def offline(request: Request, here: Here) -> dict[str, Any]:
    """Answer one request.

    Raises:
        NotFoundError: If there is no such trip.
        RejectedError: If the store cannot be used, or a code is no boarding pass.
    """
    try:
        store = here.opened("trips", lambda: Store(here.data))
        return _ANSWERS[type(request)](request, here, store)
    except FileError as error:
        raise RejectedError(str(error), "store") from None


def home_zone(now: datetime) -> str:
    """Return the zone of times that name none: the glasses' own where it has a name, else by its offset.

    >>> home_zone(datetime.fromisoformat("2026-11-28T09:00+08:00"))
    'Asia/Shanghai'
    """
    key = getattr(now.tzinfo, "key", "")
    if key:
        return str(key)
    hours = round((now.utcoffset() or timedelta()).total_seconds() / 3600)
    return "Asia/Shanghai" if hours == 8 else f"Etc/GMT{-hours:+d}" if hours else "UTC"


def due_at(store: Store, here: Here) -> tuple[list[Moment], dict[int, Trip]]:
    """Return the moments still of use and all trips."""
    trips, now = store.trips(), here.now.astimezone(UTC)

    def way(trip: Trip) -> Way | None:
        return way_to(trip, here) if trip.departs and trip.departs < now + WAY_AHEAD else None

    return moments(trips, store.news(), way, now), trips


def latest(due: list[Moment]) -> list[tuple[Moment, list[str]]]:
    """Return one moment for each thing there is to say of a trip, the latest, with the names of all it stands for.

    After a jump of the clock over check-in and leaving, only boarding is of use.
    """
    found: dict[tuple[int, str], tuple[Moment, list[str]]] = {}
    for moment in due:
        key = (moment.trip, "way" if moment.kind in ON_THE_WAY else moment.kind)
        _, events = found.pop(key, (moment, []))
        found[key] = (moment, [*events, moment.event])
    return list(found.values())


def _agenda(request: Agenda, here: Here, store: Store) -> dict[str, Any]:
    if request.set_back:
        store.wind_back(here.now)
    found, trips = due_at(store, here)
    told = store.told()
    new = [moment for moment in found if moment.event not in told]
    due = [moment for moment in new if moment.at <= here.now]
    later = [moment for moment in new if moment.at > here.now]
    live = store.live()
    return {
        "due": [
            {
                **moment_told(moment, trips[moment.trip], here.language, live=moment.trip in live),
                "events": events,
            }
            for moment, events in latest(due)[:MOST_TOLD]
        ],
        "next_at": later[0].at.isoformat() if later else "",
        "trips": sum(_ahead(trip, here.now) for trip in trips.values()),
    }


def _next(request: NextTrip, here: Here, store: Store) -> dict[str, Any]:
    for number, trip in store.trips().items():
        if request.kind in ("", trip.kind) and trip.kind != "event" and not trip.cancelled and _ahead(trip, here.now):
            return trip_told(number, trip, here.language, way_to(trip, here), live=number in store.live())
    raise NotFoundError({"zh": "没有行程", "en": "No trip ahead"}[here.language], "no-trip")


def _list(_: ListTrips, here: Here, store: Store) -> dict[str, Any]:
    ahead = [(number, trip) for number, trip in store.trips().items() if _ahead(trip, here.now)]
    live = store.live()
    return {"trips": [trip_told(n, trip, here.language, live=n in live) for n, trip in ahead[:MOST_TOLD]]}


def _tell(request: Tell, here: Here, store: Store) -> dict[str, Any]:
    store.tell(request.events, here.now)
    return {}


def _change(request: ChangeTrip, here: Here, store: Store) -> dict[str, Any]:
    number = request.trip or _wanted(request, here, store)
    fields: dict[str, Any] = {"gate": request.gate} if request.gate else {}
    if request.delay_min is not None:
        fields["delay_min"] = max(0, min(request.delay_min, 2_880))
    if request.cancelled is not None:
        fields["cancelled"] = request.cancelled
    changed = store.change(number, here.now, **fields)
    if changed is None:
        raise NotFoundError({"zh": "没有这个行程", "en": "There is no such trip"}[here.language], "no-trip")
    return trip_told(number, changed, here.language, way_to(changed, here))


def _wanted(request: ChangeTrip, here: Here, store: Store) -> int:
    number = "".join(request.number.split()).upper()
    for found, trip in store.trips().items():
        named = not number or "".join(trip.number.split()).upper() == number
        if named and trip.kind in ((request.kind,) if request.kind else ("flight", "train")) and _ahead(trip, here.now):
            return found
    return 0


def _see(request: SeePass, here: Here, store: Store) -> dict[str, Any]:
    """Search one frame; the pass's text stays here, so neither log nor reply has the name in it."""
    from emulator.vision.passes import BOARDING_PASS  # here: the command line does not wait for OpenCV
    from emulator.vision.scanner import Scanner

    scanner = here.opened("travel-scanner", lambda: nullcontext(Scanner(BOARDING_PASS)))
    if request.again:
        scanner.forget()
    frame = here.frame()
    if frame is None:
        return {"state": "dark"}
    seen = scanner.look(frame, here.t_ns)
    if seen.state != "read" or seen.code is None:
        return {"state": seen.state}
    try:
        trips = trips_in_code(seen.code.text, here.now)
    except RefusedError as error:
        return {"state": "other", "reason": str(error)}
    outcome = store.put(trips, here.now)
    numbers = outcome.added + outcome.updated + outcome.unchanged + outcome.cancelled
    first = numbers[0]
    return {
        "state": "read",
        "new": bool(outcome.added),
        "legs": len(trips),
        **trip_told(first, store.trips()[first], here.language),
    }


def _save(request: SaveNote, _: Here, store: Store) -> dict[str, Any]:
    return {"note": store.add_note(request.text, request.due)}


def _notes(_: ListNotes, __: Here, store: Store) -> dict[str, Any]:
    return {"notes": [[note.number, note.text, note.due, note.told] for note in store.notes()]}


def _tell_note(request: TellNote, _: Here, store: Store) -> dict[str, Any]:
    store.tell_note(request.number)
    return {}


def _refresh(_: Refresh, here: Here, store: Store) -> dict[str, Any]:
    return {"added": 0, "updated": 0, "trips": sum(_ahead(trip, here.now) for trip in store.trips().values())}


def _ahead(trip: Trip, now: datetime) -> bool:
    """Say whether a trip is not over: by its times, or by its day where it has none."""
    if trip.kind == "hotel" and trip.ends:
        return trip.ends > now
    if trip.departs:
        return trip.departs + GONE > now
    return trip.day is not None and trip.day >= local(now, trip.origin.zone or home_zone(now)).date()


_ANSWERS: dict[type[Any], Callable[[Any, Here, Store], dict[str, Any]]] = {
    Agenda: _agenda,
    NextTrip: _next,
    ListTrips: _list,
    Tell: _tell,
    ChangeTrip: _change,
    SeePass: _see,
    SaveNote: _save,
    ListNotes: _notes,
    TellNote: _tell_note,
    Refresh: _refresh,
}
