"""Keeps trips, what is new of them, what the wearer was told, and notes: one SQLite file, one transaction an import."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from emulator.core.errors import FileError
from emulator.core.why import why
from emulator.services.travel.sealed import Seal
from emulator.services.travel.trip import SECRETS, Trip, from_json, same_person, to_json

FILE = "trips.db"
WAIT_S = 5.0  # for another program that writes
_VERSION = 1
_TABLES = """
create table if not exists trips (
  id integer primary key, identity text not null, kind text not null,
  starts_utc text, start_zone text not null, ends_utc text, end_zone text not null,
  body text not null, sealed blob not null);
create index if not exists trips_by_identity on trips (identity);
create table if not exists uids (uid text primary key, trip integer not null, sequence integer not null);
create table if not exists news (
  id integer primary key, trip integer not null, kind text not null, value text not null, at_utc text not null);
create table if not exists told (event text primary key, at_utc text not null);
create table if not exists feeds (feed text primary key, tag text not null);
create table if not exists live (trip integer primary key);
create table if not exists notes (id integer primary key, due text not null, told integer not null, sealed blob not null);
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did: the trips by their number in the store."""

    added: tuple[int, ...] = ()
    updated: tuple[int, ...] = ()
    unchanged: tuple[int, ...] = ()
    cancelled: tuple[int, ...] = ()


class News(NamedTuple):
    """Something new of a trip: ``gate``, ``delay``, ``cancelled`` or ``moved``, its value, and when it came."""

    number: int
    trip: int
    kind: str
    value: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """A memo, or a reminder with its local time; ``told`` once it was shown."""

    number: int
    text: str
    due: str
    told: bool


class Store:
    """The stores in one folder; a context.

    Raises:
        FileError: If the file is no store, of a newer version, or cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._seal = Seal(folder)
            self._base = sqlite3.connect(self.path, timeout=WAIT_S, isolation_level=None)
            self.path.chmod(0o600)
        except OSError as error:
            raise FileError(f"{self.path}: {why(error)}") from None
        except sqlite3.Error as error:
            raise FileError(f"{self.path}: {error}") from None
        try:
            with self._writing():
                version = int(self._base.execute("pragma user_version").fetchone()[0])
                if version > _VERSION:
                    raise FileError(f"{self.path}: written by a newer version of the emulator")
                for statement in _TABLES.split(";"):
                    self._base.execute(statement)
                self._base.execute(f"pragma user_version = {_VERSION}")
        except FileError:
            self._base.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._base.close()

    # --- trips ---

    def put(self, trips: Iterable[Trip], now: datetime, *, live: bool = False) -> Outcome:
        """Keep trips: all of them or, if something fails, none. The same trips again change nothing.

        Args:
            trips: As a source tells of them.
            now: When it does.
            live: Whether the source is subscribed.
        """
        found: dict[str, list[int]] = {"added": [], "updated": [], "unchanged": [], "cancelled": []}
        with self._writing():
            for trip in trips:
                for what, number in self._put(trip, now):
                    found[what].append(number)
                    if live or what != "unchanged":
                        self._mark(number, live=live)
        return Outcome(**{what: tuple(dict.fromkeys(numbers)) for what, numbers in found.items()})

    def trips(self) -> dict[int, Trip]:
        """Return all trips by their number, those without a time by their day, in order."""
        rows = self._ask("select id, body, sealed from trips")
        found = {int(number): self._open(body, sealed) for number, body, sealed in rows}
        return dict(sorted(found.items(), key=lambda item: (_when(item[1]), item[0])))

    def live(self) -> set[int]:
        """Return the numbers of the trips that are as what is subscribed told last."""
        return {int(number) for (number,) in self._ask("select trip from live")}

    def change(self, number: int, now: datetime, *, live: bool = False, **fields: Any) -> Trip | None:
        """Change fields of one trip as its operator does: a delay, a gate, a cancellation are news. None if there is none."""
        with self._writing():
            older = self._get(number)
            if older is None:
                return None
            newer = replace(older, **fields)
            self._write(number, newer)
            self._mark(number, live=live)
            self._compare(number, older, newer, now)
            return newer

    def remove(self, number: int) -> bool:
        """Forget a trip and all about it; say whether there was one."""
        with self._writing():
            gone = self._base.execute("delete from trips where id = ?", (number,)).rowcount > 0
            for table in ("uids", "news", "live"):
                self._base.execute(f"delete from {table} where trip = ?", (number,))
            self._base.execute("delete from told where event like ?", (f"{number}/%",))
        return gone

    # --- what is new, what was told ---

    def news(self) -> list[News]:
        """Return what is new of trips, oldest first."""
        rows = self._ask("select id, trip, kind, value, at_utc from news order by id")
        return [News(number, trip, kind, value, datetime.fromisoformat(at)) for number, trip, kind, value, at in rows]

    def tell(self, events: Iterable[str], now: datetime) -> None:
        """Note that the wearer was told ``events``."""
        with self._writing():
            self._base.executemany(
                "insert or replace into told values (?, ?)", [(event, _utc(now)) for event in events]
            )

    def told(self) -> set[str]:
        """Return the events the wearer was told."""
        return {event for (event,) in self._ask("select event from told")}

    def wind_back(self, now: datetime) -> None:
        """Forget what was told after ``now``: the clock was set back, and it is due again."""
        with self._writing():
            self._base.execute("delete from told where at_utc > ?", (_utc(now),))

    # --- subscriptions ---

    def tag(self, feed: str) -> str:
        """Return what named the state of a subscribed calendar when it was last read; "" before."""
        rows = self._ask("select tag from feeds where feed = ?", (feed,))
        return str(rows[0][0]) if rows else ""

    def keep_tag(self, feed: str, tag: str) -> None:
        """Remember what names the state of a subscribed calendar."""
        with self._writing():
            self._base.execute("insert or replace into feeds values (?, ?)", (feed, tag))

    # --- notes ---

    def add_note(self, text: str, due: str) -> int:
        """Keep a note and return its number."""
        with self._writing():
            row = self._base.execute(
                "insert into notes (due, told, sealed) values (?, 0, ?)", (due, self._seal.close({"text": text}))
            )
            return int(row.lastrowid or 0)

    def notes(self) -> list[Note]:
        """Return all notes, oldest first."""
        rows = self._ask("select id, due, told, sealed from notes order by id")
        return [Note(n, str(self._seal.open(sealed).get("text", "")), due, bool(told)) for n, due, told, sealed in rows]

    def tell_note(self, number: int) -> None:
        """Note that a reminder was shown."""
        with self._writing():
            self._base.execute("update notes set told = 1 where id = ?", (number,))

    # --- inside ---

    def _put(self, trip: Trip, now: datetime) -> list[tuple[str, int]]:
        number, sequence = self._by_uid(trip.uid)
        if number and trip.sequence < sequence:
            return [("unchanged", number)]  # an older revision came late
        if not trip.day and not trip.starts:
            return self._call_off(trip, now)
        by_uid = number is not None
        number = number or self._same(trip)
        if number is None:
            number = self._insert(trip)
            self._know(trip, number)
            return [("cancelled" if trip.cancelled else "added", number)]
        older = self._get(number)
        assert older is not None  # its number was just found
        newer = _merged(trip, older, revised=by_uid and trip.sequence >= sequence)
        self._know(trip, number)
        if newer == older:
            return [("unchanged", number)]
        self._write(number, newer)
        self._compare(number, older, newer, now)
        return [("cancelled" if newer.cancelled and not older.cancelled else "updated", number)]

    def _call_off(self, trip: Trip, now: datetime) -> list[tuple[str, int]]:
        """Cancel the trips of an event that is named by its UID alone, its legs and instances with it."""
        rows = self._ask(
            "select distinct trip from uids where uid = ? or uid like ? or uid like ?",
            (trip.uid, f"{trip.uid}#%", f"{trip.uid}@%"),
        )
        found = []
        for (number,) in rows:
            older = self._get(number)
            if older is not None and not older.cancelled:
                newer = replace(older, cancelled=True)
                self._write(number, newer)
                self._compare(number, older, newer, now)
                found.append(("cancelled", int(number)))
        return found

    def _by_uid(self, uid: str) -> tuple[int | None, int]:
        rows = self._ask("select trip, sequence from uids where uid = ?", (uid,)) if uid else []
        return (int(rows[0][0]), int(rows[0][1])) if rows else (None, 0)

    def _same(self, trip: Trip) -> int | None:
        """Return the number of a trip that another source told of, unless it is of another traveller."""
        if not trip.identity:
            return self._like(trip)
        for number, body, sealed in self._ask(
            "select id, body, sealed from trips where identity = ?", (trip.identity,)
        ):
            other = self._open(body, sealed)
            if not (trip.traveller and other.traveller) or same_person(trip.traveller, other.traveller):
                return int(number)
        return None

    def _like(self, trip: Trip) -> int | None:
        """Return the number of an event without a UID or number that is the same in all it says."""
        if trip.uid:
            return None
        rows = self._ask(
            "select id, body, sealed from trips where kind = ? and identity = '' and body = ?",
            (trip.kind, _body(trip)[0]),  # so that few are unsealed
        )
        return next((int(number) for number, body, sealed in rows if self._open(body, sealed) == trip), None)

    def _know(self, trip: Trip, number: int) -> None:
        if trip.uid:
            self._base.execute("insert or replace into uids values (?, ?, ?)", (trip.uid, number, trip.sequence))

    def _mark(self, number: int, *, live: bool) -> None:
        statement = "insert or ignore into live values (?)" if live else "delete from live where trip = ?"
        self._base.execute(statement, (number,))

    def _compare(self, number: int, older: Trip, newer: Trip, now: datetime) -> None:
        """Note what a traveller has to hear of: a cancellation, or another gate, time or delay."""
        changes = []
        if newer.cancelled != older.cancelled:
            changes.append(("cancelled" if newer.cancelled else "restored", ""))
        if newer.gate and newer.gate != older.gate and older.gate:
            changes.append(("gate", newer.gate))
        if newer.starts and older.starts and newer.starts != older.starts:
            changes.append(("moved", _utc(newer.starts)))
        if newer.delay_min != older.delay_min:
            changes.append(("delay", str(newer.delay_min)))
        self._base.executemany(
            "insert into news (trip, kind, value, at_utc) values (?, ?, ?, ?)",
            [(number, kind, value, _utc(now)) for kind, value in changes],
        )

    def _get(self, number: int) -> Trip | None:
        rows = self._ask("select body, sealed from trips where id = ?", (number,))
        return self._open(*rows[0]) if rows else None

    def _open(self, body: str, sealed: bytes) -> Trip:
        return from_json(json.loads(body) | self._seal.open(sealed))

    def _insert(self, trip: Trip) -> int:
        row = self._base.execute(
            "insert into trips (identity, kind, start_zone, end_zone, body, sealed) values ('', '', '', '', '', '')"
        )
        number = int(row.lastrowid or 0)
        self._write(number, trip)
        return number

    def _write(self, number: int, trip: Trip) -> None:
        body, secrets = _body(trip)
        self._base.execute(
            "update trips set identity = ?, kind = ?, starts_utc = ?, start_zone = ?, ends_utc = ?, end_zone = ?,"
            " body = ?, sealed = ? where id = ?",
            (
                trip.identity,
                trip.kind,
                trip.starts and trip.starts.isoformat(),
                trip.origin.zone,
                trip.ends and trip.ends.isoformat(),
                trip.target.zone,
                body,
                self._seal.close(secrets),
                number,
            ),
        )

    def _ask(self, statement: str, values: tuple[Any, ...] = ()) -> list[Any]:
        try:
            return self._base.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise FileError(f"{self.path}: {error}") from None

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction: all of it is kept, or nothing."""
        try:
            self._base.execute("begin immediate")
            try:
                yield
            except BaseException:
                with suppress(sqlite3.Error):  # a full disk has ended the transaction already
                    self._base.execute("rollback")
                raise
            self._base.execute("commit")
        except sqlite3.Error as error:
            raise FileError(f"{self.path}: {error}") from None


def _body(trip: Trip) -> tuple[str, dict[str, Any]]:
    """Return what lies open of a trip, and what is sealed."""
    values = to_json(trip, masked=False)
    secrets = {name: values.pop(name) for name in SECRETS}
    return json.dumps(values, ensure_ascii=False), secrets


def _merged(newer: Trip, older: Trip, *, revised: bool) -> Trip:
    """Return what two tellings of a trip say together; a revision of the same event says whether it is cancelled."""
    merged = newer.over(older)
    moved = bool(newer.starts and older.starts and newer.starts != older.starts)
    delay = newer.delay_min or (0 if moved else older.delay_min)
    cancelled = newer.cancelled if revised else newer.cancelled or older.cancelled
    return replace(merged, delay_min=delay, cancelled=cancelled, source=older.source if not revised else newer.source)


def _when(trip: Trip) -> str:
    return _utc(trip.starts) if trip.starts else f"{trip.day or '9999-12-31'}T00:00:00+00:00"


def _utc(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="seconds")
