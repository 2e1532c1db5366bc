"""Reads any file that holds trips: calendar, pass, mail, page, picture of a boarding pass, or text; told by its content."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from emulator.core.errors import FileError
from emulator.core.why import why
from emulator.services.travel.bcbp import BcbpError, parse_bcbp
from emulator.services.travel.from_code import trips_of
from emulator.services.travel.ics import read_ics
from emulator.services.travel.mail import read_mail, trips_in_html
from emulator.services.travel.pasted import read_pasted
from emulator.services.travel.pkpass import read_passes
from emulator.services.travel.refused import RefusedError, check_size, decode
from emulator.services.travel.trip import Stop, Trip

MOST_BYTES = 64 << 20  # of a picture; the other parsers have limits of their own
MOST_TEXT_BYTES = 8_000_000
MOST_FILES, MOST_TRIPS = 2_000, 100  # trips of one mail, page or text; a calendar has a limit of its own
FIRST_YEAR, LAST_YEAR = 1950, 2150  # of a trip; sums of times and zones stay within datetime's
D = TypeVar("D", Trip, Stop)
SUFFIXES = frozenset({".ics", ".ical", ".ifb", ".pkpass", ".pkpasses", ".eml", ".html", ".htm", ".json", ".txt", ".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif"})  # fmt: skip
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif"})


def read_file(path: Path, now: datetime, home: str) -> list[Trip]:
    """Return the trips of one file; never none.

    Args:
        path: Of the file.
        now: For days without a year.
        home: IANA zone of times whose place is unknown.

    Raises:
        FileError: If it cannot be read or holds no trip; the message is ``path:line: reason``.
    """
    try:
        if not path.is_file():
            what = "a folder" if path.is_dir() else "not a file" if path.exists() else "no such file"
            raise FileError(f"{path}: {what}")
        if path.stat().st_size > MOST_BYTES:
            raise FileError(f"{path}:1: {path.stat().st_size / 1e6:.0f} MB; {MOST_BYTES >> 20} MB are the most")
        data = path.read_bytes()
    except OSError as error:
        raise FileError(f"{path}: {why(error)}") from None
    try:
        suffix = path.suffix.lower()
        trips = _sound(lambda: _pictured(path, now) if suffix in PICTURES else _named(suffix, data, now, home))
        if not trips:
            raise RefusedError("no trip in it")
    except RefusedError as error:
        raise FileError(f"{path}:{error.line}: {error}") from None
    return trips


def read_bytes(data: bytes, now: datetime, home: str) -> list[Trip]:
    """Return the trips in the content of a file, whatever it is called.

    Raises:
        RefusedError: If it holds none or is above a limit.
    """
    return _sound(lambda: _by_content(data, now, home))


def _by_content(data: bytes, now: datetime, home: str) -> list[Trip]:
    head = data[:2_000].lstrip(b"\xef\xbb\xbf \r\n\t")
    plain = head.replace(b"\0", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    if data[:4] == b"PK\x03\x04":
        return read_passes(data, now)
    if plain[:15].upper() == b"BEGIN:VCALENDAR":
        return read_ics(data, now, home)
    if head[:1] in (b"{", b"["):
        return _pages(f'<script type="application/ld+json">{_text(data)}</script>', now)
    if head[:1] == b"<":
        return _pages(_text(data), now)
    if _is_mail(head):
        return _mailed(data, now, home)
    return _told(_text(data), now, home)


def files_in(folder: Path) -> Iterator[Path]:
    """Return the files of a folder and its folders that may hold trips, in order; links are not followed.

    Raises:
        FileError: If there are more than ``MOST_FILES``.
    """
    count = 0
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in SUFFIXES or path.is_symlink() or not path.is_file():
            continue
        count += 1
        if count > MOST_FILES:
            raise FileError(f"{folder}: more than {MOST_FILES:,} files that may hold trips")
        yield path


def trips_in_code(text: str, now: datetime) -> list[Trip]:
    """Return the flights of a boarding pass's code.

    Raises:
        RefusedError: If it is no boarding pass.
    """
    try:
        return trips_of(parse_bcbp(text, now.date()))
    except BcbpError as error:
        raise RefusedError(str(error)) from None


def _named(suffix: str, data: bytes, now: datetime, home: str) -> list[Trip]:
    """Read what a file is called, so that a refusal speaks of that; any other by its content."""
    if suffix in (".ics", ".ical"):
        return read_ics(data, now, home)
    return read_passes(data, now) if suffix in (".pkpass", ".pkpasses") else _by_content(data, now, home)


def _sound(read: Callable[[], list[Trip]]) -> list[Trip]:
    """Return the trips that are read, if all happen in a time that can be reckoned with, of characters that are some."""
    try:
        trips = read()
    except OverflowError:
        raise RefusedError(f"a trip out of time; one from {FIRST_YEAR} to {LAST_YEAR} is taken") from None
    for trip in trips:
        for when in (trip.day, trip.starts, trip.ends, trip.boards):
            if when is not None and not FIRST_YEAR <= when.year <= LAST_YEAR:
                raise RefusedError(f"a trip in the year {when.year}; {FIRST_YEAR} to {LAST_YEAR} are taken")
    return [replace(_whole(trip), origin=_whole(trip.origin), target=_whole(trip.target)) for trip in trips]


def _whole(one: D) -> D:
    """Return a trip or a stop with the halves of characters, which no file can keep, as question marks."""
    texts = {f.name: text for f in fields(one) if isinstance(text := getattr(one, f.name), str)}
    whole: dict[str, Any] = {name: text.encode("utf-8", "replace").decode() for name, text in texts.items()}
    return replace(one, **whole)


def _pictured(path: Path, now: datetime) -> list[Trip]:
    from emulator.vision.passes import BOARDING_PASS
    from emulator.vision.picture import read_grey
    from emulator.vision.still_search import search_still

    codes, _ = search_still(read_grey(path).grey, BOARDING_PASS)
    if not codes:
        raise RefusedError("no code is read in the picture")
    return [trip for code in codes for trip in trips_in_code(code.text, now)]


def _mailed(data: bytes, now: datetime, home: str) -> list[Trip]:
    trips, attached, plain = read_mail(data, now.date())
    for body in attached:  # never a mail in a mail in a mail
        trips += read_passes(body, now) if body[:4] == b"PK\x03\x04" else read_ics(body, now, home)
    _few(trips)
    return trips or _told(plain, now, home)


def _pages(text: str, now: datetime) -> list[Trip]:
    return _few(trips_in_html(text, now.date()))


def _few(trips: list[Trip]) -> list[Trip]:
    if len(trips) > MOST_TRIPS:
        raise RefusedError(f"{len(trips):,} trips in it; {MOST_TRIPS} are the most")
    return trips


def _told(text: str, now: datetime, home: str) -> list[Trip]:
    """Return what boarding-pass codes, one a line, or messages tell."""
    lines = [line for line in text.splitlines() if line.strip()]
    if lines and all(line[:1] == "M" and line[1:2].isdigit() for line in lines[:50]):
        trips = []
        for number, line in enumerate(lines[:200], 1):
            try:
                trips += trips_in_code(line, now)
            except RefusedError as error:
                raise RefusedError(str(error), number) from None
        return trips
    return _few(read_pasted(text, now, home))


def _is_mail(head: bytes) -> bool:
    first = head.split(b"\n", 1)[0]
    name, colon, _ = first.partition(b":")
    return bool(colon) and name.replace(b"-", b"").isalpha() and b"\n" in head and name[:1].isupper()


def _text(data: bytes) -> str:
    check_size(data, MOST_TEXT_BYTES, "a text")
    return decode(data, "gb18030")
