"""Reads the text of a boarding pass's code: IATA Resolution 792, bar coded boarding pass (BCBP), versions 1 to 8.

Layout and widths: services.md, 4.1, from the examples of the resolution. What airlines really print differs in ways that
this reads all the same: messages cut short after the day, a missing e-ticket flag, sizes that lie. A blank field stays
unknown, and the day has no year: the one nearest to the day of issue, else to now, is taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

SHORTEST, LEG, HEAD = 47, 37, 23  # characters: up to the day of year; one leg's fixed part; before the first leg
_NAME = re.compile(r"[A-Z][A-Z '\-./]*")
_FIXED = re.compile(
    r".{7}(?:[A-Z]{3}| {3}){2}[A-Z0-9]{2}[A-Z ](?: {5}|[ \d]{3}\d[A-Z ]|\d{3}  )(?:\d{3}|\d\d |\d  | \d\d|  \d|   )"
)


class BcbpError(ValueError):
    """The text is no boarding pass, or not all of one; says what is wrong."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One flight; what is blank on the pass is "" or None.

    Attributes:
        booking: Reference at the operating carrier.
        origin: IATA code.
        target: IATA code.
        carrier: Operating carrier's IATA code.
        flight: Number without zeros in front.
        day_of_year: 1 to 366.
        day: The same with its year.
        cabin: Letter of the compartment.
        seat: ``1A``.
        sequence: Check-in number.
        ticket: Document number, 13 digits where the airline's number is known.
    """

    booking: str
    origin: str
    target: str
    carrier: str
    flight: str
    day_of_year: int | None
    day: date | None
    cabin: str
    seat: str
    sequence: str
    ticket: str


@dataclass(frozen=True, slots=True)
class BoardingPass:
    """A boarding pass."""

    traveller: str
    legs: tuple[Leg, ...]
    issued: date | None


def parse_bcbp(text: str, now: date) -> BoardingPass:
    """Return what a boarding pass's code says.

    Args:
        text: Of the code, as it was read.
        now: Today; days are looked for around it where the pass does not say when it was issued.

    Raises:
        BcbpError: If the text is too short, prose, or lacks a leg that it announces.
    """
    head = re.match(r"M([1-9])", text)
    if not head:
        raise BcbpError("not a boarding pass: does not start with M and the number of flights")
    text = text.rstrip("\r\n")
    if len(text) < SHORTEST:
        raise BcbpError(f"too short for a boarding pass: {len(text)} characters, {SHORTEST} at least")
    text = text.ljust(HEAD + LEG)
    name, at = text[2:22], HEAD
    if not _fits(text, at) and _fits(text, at - 1):
        at -= 1  # the flag of the electronic ticket is missing
    _check(name, text, at)
    count, found, issued, first = int(head[1]), [], None, True
    for number in range(1, count + 1):
        fixed = text[at : at + LEG]
        if number > 1 and len(fixed.rstrip()) < LEG - 5:
            raise BcbpError(f"cut off: {count} flights are announced, flight {number} is missing or incomplete")
        if number > 1 and not _fits(text, at):
            raise BcbpError(f"flight {number} of {count} cannot be read at character {at + 1}")
        more = _more(text, at + LEG, fixed[35:37])
        if first:
            more, issued = _once(more, now)
            first = False
        found.append(_leg(fixed.ljust(LEG), more, issued, now))
        at += LEG + _size(fixed[35:37])
    return BoardingPass(re.sub(r"\s+", " ", name).strip(), tuple(found), issued)


def nearest_day(day_of_year: int, to: date) -> date | None:
    """Return the day with this number that is nearest to ``to``; None if no year around has it.

    >>> str(nearest_day(2, date(2026, 12, 20))), str(nearest_day(364, date(2026, 1, 3)))
    ('2027-01-02', '2025-12-30')
    """
    days = [date(year, 1, 1) + timedelta(days=day_of_year - 1) for year in range(to.year - 1, to.year + 2)]
    fitting = [day for day, year in zip(days, range(to.year - 1, to.year + 2), strict=True) if day.year == year]
    return min(fitting, key=lambda day: abs(day - to)) if day_of_year and fitting else None


def _fits(text: str, at: int) -> bool:
    """Say whether a leg's fixed part can stand at ``at``."""
    return bool(_FIXED.match(text, at))


def _check(name: str, text: str, at: int) -> None:
    if not _NAME.fullmatch(name.rstrip()):
        raise BcbpError("not a boarding pass: characters 3 to 22 are no name in capitals")
    if not _fits(text, at):
        raise BcbpError("not a boarding pass: airports, carrier, flight or day cannot be read")


def _size(digits: str) -> int:
    return int(digits, 16) if re.fullmatch(r"[0-9A-F]{2}", digits) else 0


def _more(text: str, at: int, size: str) -> str:
    """Return what follows a leg's fixed part; a size that reaches too far ends where the security data begin."""
    rest = text[at : at + _size(size)]
    security = rest.find("^")
    return rest if security < 0 else rest[:security]


def _once(more: str, now: date) -> tuple[str, date | None]:
    """Take the part that stands once: return the rest, which is the first leg's own, and the day of issue."""
    if not more.startswith(">"):
        return more, None
    size = _size(more[2:4])
    once = more[4 : 4 + size]
    return more[4 + size :], _issued(once[3:7], now)


def _issued(digits: str, now: date) -> date | None:
    """Return the day of issue from the last digit of its year and its number, not after the coming weeks."""
    if not re.fullmatch(r"\d{4}", digits):
        return None
    year = now.year - (now.year - int(digits[0])) % 10
    if int(digits[0]) == (now.year + 1) % 10 and now.month == 12 and int(digits[1:]) < 32:
        year = now.year + 1
    day = date(year, 1, 1) + timedelta(days=int(digits[1:]) - 1)
    return day if int(digits[1:]) and day.year == year else None


def _leg(fixed: str, more: str, issued: date | None, now: date) -> Leg:
    number = int(fixed[21:24]) if fixed[21:24].strip() else None
    own = more[2 : 2 + _size(more[:2])]
    ticket = own[:13].replace(" ", "")
    return Leg(
        booking=fixed[:7].strip(),
        origin=fixed[7:10].strip(),
        target=fixed[10:13].strip(),
        carrier=fixed[13:16].strip(),
        flight=fixed[16:21].strip().lstrip("0"),
        day_of_year=number,
        day=nearest_day(number, issued or now) if number else None,
        cabin=fixed[24].strip(),
        seat=fixed[25:29].strip().lstrip("0"),
        sequence=fixed[29:34].strip().lstrip("0"),
        ticket=ticket if re.fullmatch(r"\d{10,13}", ticket) and int(ticket) else "",
    )
