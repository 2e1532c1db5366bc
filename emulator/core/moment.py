"""Moments of wall time as users write them: ISO 8601 with its offset."""

from __future__ import annotations

from datetime import datetime

from emulator.core.errors import UsageError

EXAMPLE = "2026-11-24T09:41:00+08:00"
FIRST_YEAR, LAST_YEAR = 1970, 2150  # zones and years of simulated time can be added, and a calendar has them


def parse_moment(text: str, what: str) -> datetime:
    """Return the moment that ``text`` names; ``what`` is its name in messages.

    Raises:
        UsageError: If it is no ISO 8601, has no offset to UTC, or lies outside ``FIRST_YEAR`` to ``LAST_YEAR``.

    >>> parse_moment("2026-11-24T09:41:00+08:00", "time").hour
    9
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{what}: expected ISO 8601 such as {EXAMPLE}, got {text!r}") from None
    if moment.tzinfo is None:
        raise UsageError(f"{what}: add the offset to UTC, as in {text}+08:00")
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise UsageError(f"{what}: expected a year from {FIRST_YEAR} to {LAST_YEAR}, got {text!r}")
    return moment
