"""Expands recurring events (RFC 5545, 3.3.10) around now, period by period, so that no rule takes long.

``dateutil`` knows every rule too, and follows one that never holds to the year 9999: 0.2 s and more for each. It is the
second opinion in the tests.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from emulator.services.travel.refused import RefusedError

BEFORE, AHEAD = timedelta(days=1), timedelta(days=400)  # of now
MOST_INSTANCES, MOST_COUNT = 60, 1_000
OLDEST_YEAR, OLDEST_COUNTED = 1900, timedelta(days=1_100)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_KNOWN = frozenset(
    (
        "FREQ",
        "INTERVAL",
        "COUNT",
        "UNTIL",
        "WKST",
        "BYMONTH",
        "BYMONTHDAY",
        "BYDAY",
        "BYYEARDAY",
        "BYSETPOS",
        "BYHOUR",
        "BYMINUTE",
        "BYSECOND",
    )
)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule as RFC 5545 writes it, its first start, the starts it leaves out, and its line in the file."""

    rule: str
    first: date
    excluded: set[str]
    line: int


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule, parsed; weekdays have an ordinal, 0 for all."""

    frequency: str
    interval: int
    count: int | None
    until: datetime | None
    week_start: int
    months: tuple[int, ...]
    month_days: tuple[int, ...]
    weekdays: tuple[tuple[int, int], ...]
    year_days: tuple[int, ...]
    positions: tuple[int, ...]


def starts_of(recurrence: Recurrence, now: datetime) -> list[datetime]:
    """Return the next starts on the wall clock, at most ``MOST_INSTANCES`` from yesterday to 400 days on.

    Raises:
        RefusedError: If the rule repeats within a day, counts too far or makes no sense.
    """
    first = as_wall(recurrence.first)
    wall = now.replace(tzinfo=None)
    since, until = wall - BEFORE, wall + AHEAD
    try:
        rule = _parse(recurrence.rule, first)
        if first.year < OLDEST_YEAR or (
            rule.count and rule.frequency in ("DAILY", "WEEKLY") and first < since - OLDEST_COUNTED
        ):
            if rule.count and not rule.months and first + timedelta(days=7 * (rule.count + 1) * rule.interval) < since:
                return []  # over: it holds at least once in seven steps
            raise RefusedError("a rule that starts too long ago", recurrence.line)
        limit = min(until, rule.until) if rule.until else until
        found: list[datetime] = []
        for number, start in enumerate(_starts(rule, first, since, limit)):
            if rule.count is not None and number >= rule.count:
                break
            if start >= since and start.isoformat() not in recurrence.excluded:
                found.append(start)
            if len(found) >= MOST_INSTANCES:
                break
    except (ValueError, OverflowError) as error:
        if isinstance(error, RefusedError):
            raise
        reason = "it goes beyond the year 9999" if isinstance(error, OverflowError) else str(error)[:80]
        raise RefusedError(f"a rule that makes no sense: {reason}", recurrence.line) from None
    return found


def as_wall(when: date) -> datetime:
    """Return a day or a time as a wall clock shows it."""
    if isinstance(when, datetime):
        return when.replace(tzinfo=None)
    return datetime(when.year, when.month, when.day)  # noqa: DTZ001  # a day on a wall clock


def _parse(text: str, first: datetime) -> _Rule:
    text = re.sub(r"[\\\s]", "", text).upper()  # some write "\;" and ", "
    parts = dict(part.split("=", 1) for part in text.split(";") if "=" in part)
    unknown = sorted(set(parts) - _KNOWN)
    if unknown:
        raise ValueError(f"{unknown[0][:20]!r} is not understood")
    frequency = parts.get("FREQ", "")
    if frequency not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
        raise ValueError(f"it repeats {frequency.lower()[:20] or 'without FREQ'}")
    clock = (("BYHOUR", first.hour), ("BYMINUTE", first.minute), ("BYSECOND", first.second))
    if any(parts.get(name, str(at)).lstrip("0") not in (str(at), str(at).lstrip("0")) for name, at in clock):
        raise ValueError("several times a day")
    count = _numbers(parts.get("COUNT", ""), 1, MOST_COUNT)
    return _Rule(
        frequency,
        (_numbers(parts.get("INTERVAL", "1"), 1, 10_000) or (1,))[0],
        count[0] if count else None,
        _until(parts["UNTIL"]) if "UNTIL" in parts else None,
        _weekday(parts.get("WKST", "MO"))[1],
        _numbers(parts.get("BYMONTH", ""), 1, 12),
        _numbers(parts.get("BYMONTHDAY", ""), -31, 31),
        tuple(_weekday(word) for word in parts.get("BYDAY", "").split(",") if word),
        _numbers(parts.get("BYYEARDAY", ""), -366, 366),
        _numbers(parts.get("BYSETPOS", ""), -366, 366),
    )


def _until(text: str) -> datetime:
    found = re.fullmatch(r"(\d{8})(T\d{6})?Z?", text, re.ASCII)
    try:
        if found:
            return datetime.strptime(found[1] + (found[2] or "T235959"), "%Y%m%dT%H%M%S")  # noqa: DTZ007
    except ValueError:
        pass
    raise ValueError(f"UNTIL={text[:20]!r} is no date")


def _numbers(text: str, least: int, most: int) -> tuple[int, ...]:
    words = [word for word in text.split(",") if word]
    if not all(re.fullmatch(r"[+-]?\d{1,9}", word, re.ASCII) for word in words):
        raise ValueError(f"{text[:20]!r} is no number")
    found = tuple(int(word) for word in words)
    if any(not least <= number <= most for number in found) or len(found) > 400:
        raise ValueError(f"{text[:20]} is not from {least} to {most}")
    return found


def _weekday(word: str) -> tuple[int, int]:
    found = re.fullmatch(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", word)
    if not found:
        raise ValueError(f"{word[:10]!r} is no weekday")
    return int(found[1] or 0), _DAYS.index(found[2])


def _starts(rule: _Rule, first: datetime, since: datetime, until: datetime) -> Iterator[datetime]:
    """Return the starts up to ``until``, in order; a rule that does not count begins shortly before ``since``."""
    skipped = 0 if rule.count is not None else max(0, _periods_between(rule, first, since) - 1)
    for number in range(skipped, _periods_between(rule, first, until) + 2):
        try:
            days = sorted(_days_of(rule, first.date(), number * rule.interval))
        except (ValueError, OverflowError):  # beyond the year 9999
            return
        if rule.positions:
            days = sorted(
                {days[at - (at > 0)] for at in rule.positions if at and -len(days) <= at - (at > 0) < len(days)}
            )
        for day in days:
            start = datetime.combine(day, first.time())
            if start > until:
                return
            if start >= first:
                yield start


def _periods_between(rule: _Rule, first: datetime, to: datetime) -> int:
    if to < first:
        return 0
    whole = {
        "DAILY": (to - first).days,
        "WEEKLY": (to - first).days // 7,
        "MONTHLY": (to.year - first.year) * 12 + to.month - first.month,
        "YEARLY": to.year - first.year,
    }[rule.frequency]
    return whole // rule.interval


def _days_of(rule: _Rule, first: date, step: int) -> set[date]:
    """Return the days of the period ``step`` days, weeks, months or years after the first one's."""
    if rule.frequency == "DAILY":
        return _only(rule, {first + timedelta(days=step)}, by_weekday=True)
    if rule.frequency == "WEEKLY":
        begin = first - timedelta(days=(first.weekday() - rule.week_start) % 7) + timedelta(weeks=step)
        wanted = {day for _, day in rule.weekdays} or {first.weekday()}
        return _only(
            rule, {begin + timedelta(days=n) for n in range(7) if (begin + timedelta(days=n)).weekday() in wanted}
        )
    if rule.frequency == "MONTHLY":
        months = first.month - 1 + step
        year, month = first.year + months // 12, months % 12 + 1
        if rule.months and month not in rule.months:
            return set()
        return _in_month(rule, first, year, month)
    return _in_year(rule, first, first.year + step)


def _in_month(rule: _Rule, first: date, year: int, month: int) -> set[date]:
    length = monthrange(year, month)[1]
    if rule.month_days:
        numbers = {n if n > 0 else length + 1 + n for n in rule.month_days}
        days = {date(year, month, n) for n in numbers if 1 <= n <= length}
        return {day for day in days if not rule.weekdays or day.weekday() in {d for _, d in rule.weekdays}}
    if rule.weekdays:
        return _weekdays_in(rule, date(year, month, 1), length)
    return {date(year, month, first.day)} if first.day <= length else set()


def _in_year(rule: _Rule, first: date, year: int) -> set[date]:
    begin, length = date(year, 1, 1), (date(year + 1, 1, 1) - date(year, 1, 1)).days
    if rule.year_days:
        numbers = {n if n > 0 else length + 1 + n for n in rule.year_days}
        return _only(rule, {begin + timedelta(days=n - 1) for n in numbers if 1 <= n <= length}, by_weekday=True)
    if rule.months or rule.month_days:
        months = rule.months or range(1, 13)
        return {day for month in months for day in _in_month(rule, first, year, month)}
    if rule.weekdays:
        return _weekdays_in(rule, begin, length)
    return _in_month(rule, first, year, first.month)


def _weekdays_in(rule: _Rule, begin: date, length: int) -> set[date]:
    """Return all, or the n-th, of the weekdays among ``length`` days."""
    found: set[date] = set()
    for ordinal, weekday in rule.weekdays:
        days = [begin + timedelta(days=n) for n in range((weekday - begin.weekday()) % 7, length, 7)]
        at = ordinal - (ordinal > 0)
        if not ordinal:
            found |= set(days)
        elif -len(days) <= at < len(days):
            found.add(days[at])
    return found


def _only(rule: _Rule, days: set[date], *, by_weekday: bool = False) -> set[date]:
    """Return the days that the rule's months, days of the month and weekdays let through."""
    wanted = {day for _, day in rule.weekdays} if by_weekday else set()
    return {
        day
        for day in days
        if (not rule.months or day.month in rule.months)
        and (not wanted or day.weekday() in wanted)
        and (not rule.month_days or _numbered(day) & set(rule.month_days))
    }


def _numbered(day: date) -> set[int]:
    return {day.day, day.day - monthrange(day.year, day.month)[1] - 1}
