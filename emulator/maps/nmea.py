"""NMEA 0183 sentences to fixes, from files and streams, with whatever noise is between them.

Sentences read: GGA, RMC, GLL for the position; VTG for speed and course; GSA and GST for the accuracy; of any talker.
A sentence counts only with its checksum right; positions that the receiver itself calls invalid never do.
Source: gpsd.gitlab.io/gpsd/NMEA.html (the standard itself is not public).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from operator import xor
from pathlib import Path
from typing import NamedTuple

from emulator.core.errors import FileError
from emulator.core.units import S
from emulator.maps.fix import Fix
from emulator.maps.points import Wgs84Point

LONGEST = 400  # bytes of a sentence: the standard allows 82, receivers write more
HDOP_M, USUAL_ACCURACY_M = 4.0, 5.0  # metres for each unit of dilution; assumed
KNOT_MPS = 1852.0 / 3600.0
DAY_NS, LATE_NS = 86_400 * S, 60 * S
_SENTENCE = re.compile(rb"[$!]([A-Z]{2}[A-Z0-9]{3},[^$!*\r\n]{0,390})\*([0-9A-Fa-f]{2})")
_INVALID_MODES = frozenset("N")


class Position(NamedTuple):
    """What one sentence says: nanoseconds of the day, and where."""

    day_ns: int
    point: Wgs84Point


@dataclass(frozen=True, slots=True)
class Receiver:
    """What is known of a receiver so far; ``hear`` gives the next state.

    Attributes:
        accuracy_m: From the last GST, GSA or GGA.
        speed_mps: From the last RMC or VTG.
        heading_deg: Likewise.
        day_ns: Time of day of the last fix, None before the first.
        t_ns: Time of the last fix since the first.
    """

    accuracy_m: float = USUAL_ACCURACY_M
    speed_mps: float | None = None
    heading_deg: float | None = None
    day_ns: int | None = None
    t_ns: int = 0

    def hear(self, body: str) -> tuple[Receiver, Fix | None]:
        """Take one sentence without ``$`` and checksum; the first position of each instant makes a fix."""
        fields = body.split(",")
        kind, rest = fields[0][2:], [*fields[1:], *[""] * 18]
        heard = self._measure(kind, rest)
        position = _position(kind, rest)
        if position is None or position.day_ns == self.day_ns:
            return heard, None
        gone = 0 if self.day_ns is None else (position.day_ns - self.day_ns) % DAY_NS
        if gone > DAY_NS - LATE_NS:  # a sentence that came late, not one of the next day
            return heard, None
        after = replace(heard, day_ns=position.day_ns, t_ns=self.t_ns + gone)
        return after, Fix(after.t_ns, position.point, after.accuracy_m, after.speed_mps, after.heading_deg)

    def _measure(self, kind: str, rest: list[str]) -> Receiver:
        if kind == "RMC" and rest[1] == "A":
            knots, course = _number(rest[6]), _number(rest[7])
            return replace(self, speed_mps=knots * KNOT_MPS if knots is not None else None, heading_deg=course)
        if kind == "VTG" and rest[8] not in _INVALID_MODES:
            knots = _number(rest[4])
            if knots is not None:
                return replace(self, speed_mps=knots * KNOT_MPS, heading_deg=_number(rest[0]))
        if kind == "GST" and (lat := _number(rest[5])) is not None and (lon := _number(rest[6])) is not None:
            return replace(self, accuracy_m=max(0.5, math.hypot(lat, lon) / math.sqrt(2)))
        dilution = {"GGA": rest[7], "GSA": rest[15]}.get(kind, "")
        if (hdop := _number(dilution)) and hdop < 90:
            return replace(self, accuracy_m=HDOP_M * hdop)
        return self


class Sentences:
    """Cut a stream of bytes into sentences whose checksum is right; what else is between them is passed over."""

    def __init__(self) -> None:
        self._rest = b""
        self.refused = 0  # sentences whose checksum was wrong

    def feed(self, data: bytes) -> list[str]:
        """Return the bodies of the sentences that are complete now."""
        data = self._rest + data
        bodies = []
        end = 0
        for found in _SENTENCE.finditer(data):
            end = found.end()
            if reduce(xor, found[1]) == int(found[2], 16):
                bodies.append(found[1].decode("ascii", "replace"))
            else:
                self.refused += 1
        start = data.rfind(b"$", end)
        self._rest = data[start:][-LONGEST:] if start >= 0 and b"\n" not in data[start:] else b""
        return bodies


def fixes(chunks: Iterable[bytes]) -> Iterator[Fix]:
    """Yield the fixes of a stream."""
    sentences, receiver = Sentences(), Receiver()
    for chunk in chunks:
        for body in sentences.feed(chunk):
            receiver, fix = receiver.hear(body)
            if fix is not None:
                yield fix


def read_nmea(path: Path) -> list[Fix]:
    """Return the fixes of a receiver's log.

    Raises:
        FileError: If the file cannot be read, or holds no valid position.
    """
    try:
        with path.open("rb") as file:
            found = list(fixes(iter(lambda: file.read(65_536), b"")))
    except OSError as error:
        raise FileError(f"{path}: cannot read the log ({error.strerror})") from None
    if not found:
        raise FileError(f"{path}: no valid position in it; GGA, RMC or GLL sentences with a checksum are needed")
    return found


def with_checksum(body: str) -> str:
    """Return a whole sentence.

    >>> with_checksum("GPGLL,4916.45,N,12311.12,W,225444,A")
    '$GPGLL,4916.45,N,12311.12,W,225444,A*31'
    """
    return f"${body}*{reduce(xor, body.encode('ascii')):02X}"


def _position(kind: str, rest: list[str]) -> Position | None:
    """Return the position of a sentence, None if it has none that is valid."""
    if kind == "GGA" and rest[5] not in ("", "0"):
        time, place = rest[0], rest[1:5]
    elif kind == "RMC" and rest[1] == "A" and rest[11] not in _INVALID_MODES:
        time, place = rest[0], rest[2:6]
    elif kind == "GLL" and rest[5] == "A" and rest[6] not in _INVALID_MODES:
        time, place = rest[4], rest[0:4]
    else:
        return None
    day_ns, lat, lon = _day_ns(time), _degrees(place[0], place[1], "NS", 90), _degrees(place[2], place[3], "EW", 180)
    if day_ns is None or lat is None or lon is None:
        return None
    return Position(day_ns, Wgs84Point(lat, lon))


def _day_ns(text: str) -> int | None:
    if not re.fullmatch(r"\d{6}(\.\d*)?", text, re.ASCII):
        return None
    hours, minutes, seconds = int(text[:2]), int(text[2:4]), float(text[4:])
    if hours > 23 or minutes > 59 or seconds >= 61:
        return None
    return (hours * 3600 + minutes * 60) * S + round(seconds * 1000) * (S // 1000)


def _degrees(text: str, side: str, sides: str, most: int) -> float | None:
    """Return the degrees of ``ddmm.mmmm``; None if it is none."""
    found = re.fullmatch(r"(\d{1,3})(\d{2}(?:\.\d*)?)", text, re.ASCII)
    if not found or side not in tuple(sides):
        return None
    minutes = float(found[2])
    degrees = int(found[1]) + minutes / 60
    if minutes >= 60 or degrees > most:
        return None
    return -degrees if side == sides[1] else degrees


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
