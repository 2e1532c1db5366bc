"""``glasses trips``: import itineraries, list and remove trips, and what a traveller has to hear of when."""

from __future__ import annotations

import json
import re
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from emulator.cli.command import Command

if TYPE_CHECKING:
    from emulator.services.travel.store import Store
    from emulator.services.travel.trip import Trip

NOTHING, UNREADABLE = 1, 2
MOST_NUMBER = 1 << 63  # of SQLite


def add_arguments(parser: ArgumentParser) -> None:
    """Add ``import``, ``agenda``, ``list`` and ``remove``."""
    words = parser.add_subparsers(required=True, metavar="import|agenda|list|remove")
    taken = words.add_parser("import", help="keep the trips in files, folders, or a calendar by its https address")
    taken.add_argument(
        "files", nargs="+", metavar="FILE", help="calendar, pass, mail, page, picture, text; - for pasted"
    )
    taken.set_defaults(trips_word=import_files)
    agenda = words.add_parser(
        "agenda", help="the key moments: check-in, leaving, boarding, changes, connections, hotel"
    )
    agenda.add_argument("--from", dest="since", metavar="DATE", help="from this day on; today if left out")
    agenda.add_argument("--to", dest="until", metavar="DATE", help="to the end of this day")
    agenda.add_argument("--at", dest="place", metavar="LAT,LON", help="where you are, for the way to the departure")
    agenda.set_defaults(trips_word=print_agenda)
    listed = words.add_parser("list", help="all trips that are kept")
    listed.set_defaults(trips_word=list_trips)
    removed = words.add_parser("remove", help="forget trips by the numbers that list prints")
    removed.add_argument("trips", nargs="+", type=int, metavar="TRIP")
    removed.set_defaults(trips_word=remove)
    for one in (taken, agenda, listed, removed):
        one.add_argument("--json", action="store_true", help="as JSON; names, bookings and tickets stay masked")
        one.add_argument("--data", type=Path, metavar="DIR", help="folder of the store instead of your own")
        one.add_argument("--zone", metavar="ZONE", help="IANA zone of times that name none; this machine's if left out")
    for one in (agenda, listed):
        one.add_argument("--language", choices=("zh", "en"), default="en", help="of names")


def run(arguments: Namespace) -> int:
    """Do ``glasses trips import|agenda|list|remove``."""
    _now(arguments)  # a zone that is none is told by each of them
    return int(arguments.trips_word(arguments))


def import_files(arguments: Namespace) -> int:
    """Keep what each file holds, each in one go; 2 if one is refused, and nothing of that one is kept."""
    from emulator.core.errors import EmulatorError
    from emulator.services.travel.told import trip_kept

    now, home = _now(arguments)
    rows: list[dict[str, Any]] = []
    refused = 0
    progress = _Progress()
    names = list(_named(arguments.files))  # before anything is kept: one folder may hold too many
    with _store(arguments) as store:
        for name in names:
            progress(name)
            try:
                trips = _read(name, now, home)
            except EmulatorError as error:
                refused += 1
                progress.end()
                print(f"glasses: {error}", file=sys.stderr)
                rows.append({"file": name, "error": str(error)})
                continue
            outcome = store.put(trips, now)
            kept = store.trips()
            numbers = {*outcome.added, *outcome.updated, *outcome.unchanged, *outcome.cancelled}
            rows.append({
                "file": name,
                "added": list(outcome.added),
                "updated": list(outcome.updated),
                "unchanged": list(outcome.unchanged),
                "cancelled": list(outcome.cancelled),
                "trips": [trip_kept(number, kept[number]) for number in sorted(numbers)],
            })  # fmt: skip
            if not arguments.json:
                progress.end()
                for number in sorted(numbers):
                    print(_line(number, kept[number], "en"))
    progress.end()
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    return UNREADABLE if refused else 0


def print_agenda(arguments: Namespace) -> int:
    """Print the moments from a day on; 1 if there is none."""
    from emulator.services.travel.agenda import moments
    from emulator.services.travel.told import moment_told

    now, home = _now(arguments)
    since = _day(arguments.since, home) if arguments.since else now
    until = _day(arguments.until, home, after=1) if arguments.until else None
    with _store(arguments) as store:
        trips, news, live = store.trips(), store.news(), store.live()
        found = moments(trips, news, _way(arguments, since), since)
    found = [one for one in found if one.at >= since and (until is None or one.at < until)]
    rows = [moment_told(one, trips[one.trip], arguments.language, live=one.trip in live) for one in found]
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    for row in [] if arguments.json else rows:
        print(_told(row))
    if not rows and not arguments.json:
        print(f"glasses: nothing from {since:%Y-%m-%d} on", file=sys.stderr)
    return 0 if rows else NOTHING


def list_trips(arguments: Namespace) -> int:
    """Print all trips; 1 if there is none."""
    from emulator.services.travel.told import trip_kept

    with _store(arguments) as store:
        trips = store.trips()
    if arguments.json:
        print(json.dumps([trip_kept(n, trip) for n, trip in trips.items()], ensure_ascii=False, indent=2))
    for number, trip in {} if arguments.json else trips.items():
        print(_line(number, trip, arguments.language))
    if not trips:
        print("glasses: no trips; glasses trips import FILE keeps some", file=sys.stderr)
    return 0 if trips else NOTHING


def remove(arguments: Namespace) -> int:
    """Forget trips; 2 if one is not there."""
    gone: list[int] = []
    missing: list[int] = []
    with _store(arguments) as store:
        for number in arguments.trips:
            (gone if abs(number) < MOST_NUMBER and store.remove(number) else missing).append(number)
    if arguments.json:
        print(json.dumps({"removed": gone, "missing": missing}))
    else:
        for number in gone:
            print(f"removed {number}")
    for number in missing:
        print(f"glasses: there is no trip {number}", file=sys.stderr)
    return UNREADABLE if missing else 0


def _read(name: str, now: datetime, home: str) -> list[Trip]:
    from emulator.core.errors import FileError
    from emulator.services.travel.reading import read_bytes, read_file
    from emulator.services.travel.refused import RefusedError

    if name != "-" and not name.startswith(("https://", "http://")):
        return read_file(Path(name), now, home)
    shown = "<pasted>" if name == "-" else name.split("?")[0]  # what follows may be a key
    try:
        pasted = sys.stdin.buffer.read(8_000_001) if name == "-" and sys.stdin else b""
        data = pasted if name == "-" else _fetched(name)
        trips = read_bytes(data, now, home)
        if not trips:
            raise RefusedError("no trip in it")
    except RefusedError as error:
        raise FileError(f"{shown}:{error.line}: {error}") from None
    return trips


def _fetched(url: str) -> bytes:
    """Return what is at a calendar's address: because the user typed it, never because a file names it."""
    import asyncio

    from emulator.live.http import Http

    async def ask() -> bytes:
        async with Http() as http:
            return await http.get_bytes(url)

    return asyncio.run(ask())


def _named(names: list[str]) -> Iterator[str]:
    """Return the files, those in folders included."""
    from emulator.services.travel.reading import files_in

    for name in names:
        if name != "-" and not name.startswith(("https://", "http://")) and Path(name).is_dir():
            yield from map(str, files_in(Path(name)))
        else:
            yield name


def _way(arguments: Namespace, now: datetime) -> Any:
    """Return how the way to a departure is found: from the place that was given, or not at all."""
    if not arguments.place:
        return lambda _: None
    from contextlib import ExitStack

    from emulator.maps.fix import Fix
    from emulator.maps.points import parse_point
    from emulator.services.service import Here
    from emulator.services.travel.way import way_to

    open_ones: dict[str, Any] = {}

    def opened(name: str, make: Any) -> Any:
        if name not in open_ones:
            open_ones[name] = ExitStack().enter_context(make())
        return open_ones[name]

    fix = Fix(0, parse_point(arguments.place), 5.0)
    here = Here(now, arguments.language, Path(), fix, 0, lambda: None, opened)
    return lambda trip: way_to(trip, here)


def _store(arguments: Namespace) -> Store:
    from emulator.core.user_data import user_data
    from emulator.services.travel.store import Store

    return Store(arguments.data or user_data())


def _now(arguments: Namespace) -> tuple[datetime, str]:
    """Return now, and the zone of times that name none."""
    from emulator.core.errors import UsageError, quoted
    from emulator.services.travel.offline import home_zone

    name = arguments.zone or _machine_zone()
    try:
        now = datetime.now(ZoneInfo(name)) if name else datetime.now().astimezone()
    except (KeyError, ValueError, OSError):
        from emulator.cli._zones import near_zone

        raise UsageError(f"{quoted(name)} is no time zone{near_zone(name)}") from None
    return now, home_zone(now)


def _machine_zone() -> str:
    """Return the IANA id of this machine's zone, or "" where it does not tell."""
    import os

    named = os.environ.get("TZ", "")
    if named:
        return named.lstrip(":") if "/" in named else ""
    place = os.path.realpath("/etc/localtime")
    return place.partition("/zoneinfo/")[2] if re.search(r"/zoneinfo/[A-Z]\w+/", place) else ""


def _day(text: str, zone: str, after: int = 0) -> datetime:
    """Return the beginning of a day, or of one so many days after it."""
    from emulator.core.errors import UsageError, quoted

    try:
        day = date.fromisoformat(text) + timedelta(days=after)
        return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"{quoted(text)} is no day; give one such as 2026-11-28") from None


def _line(number: int, trip: Trip, language: str) -> str:
    from emulator.services.travel.told import trip_told

    row = trip_told(number, trip, language)
    times = (
        "-".join(part for part in (row["departs"], row["arrives"]) if part) if trip.kind != "hotel" else row["departs"]
    )
    ends = " to ".join(part for part in dict.fromkeys((row["origin"], row["target"])) if part and part != row["number"])
    more = [f"gate {row['gate']}" if row["gate"] else "", f"coach {row['coach']}" if row["coach"] else ""]
    more += [f"seat {row['seat']}" if row["seat"] else "", f"{trip.delay_min} min late" if trip.delay_min else ""]
    more += ["cancelled" if trip.cancelled else ""]
    return _plain(
        f"{number:4}  {row['day']} {times:11}  {trip.kind:6} {row['number']}  {ends}  {', '.join(filter(None, more))}"
    )


def _told(row: dict[str, Any]) -> str:
    when = datetime.fromisoformat(row["at"])
    extra = (
        f" ({row['way_min']} min by {row['way_by']})" if row["way_min"] is not None and row["what"] == "leave" else ""
    )
    value = f" {row['value']}" if row["value"] and row["what"] != "moved" else ""
    ends = " to ".join(part for part in dict.fromkeys((row["origin"], row["target"])) if part != row["number"])
    return _plain(f"{when:%Y-%m-%d %H:%M}  {row['what']:10}{value} {row['number']}  {ends}{extra}")


def _plain(text: str) -> str:
    """Return a line with whatever would move a terminal's cursor spelled out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text).rstrip()


class _Progress:
    """The file that is read, on one line of a terminal; nothing elsewhere."""

    def __init__(self) -> None:
        self._live, self._count, self._open = sys.stderr.isatty(), 0, False

    def __call__(self, name: str) -> None:
        self._count += 1
        if self._live:
            print(f"\r\x1b[K{self._count}: {_plain(name)[-70:]}", end="", file=sys.stderr, flush=True)
            self._open = True

    def end(self) -> None:
        """Clear the line."""
        if self._open:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self._open = False


COMMAND = Command("trips", "import itineraries; what a traveller has to hear of when", add_arguments, run)
