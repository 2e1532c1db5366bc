"""Time of day for signatures and daily sums: handed in by who starts the wallet, counted in China's time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

Clock = Callable[[], datetime]  # an aware time of day

CHINA = timezone(timedelta(hours=8))
FORMAT = "%Y-%m-%d %H:%M:%S"


def stamp(when: datetime) -> str:
    """Return a time as the protocol writes it, in GMT+8.

    >>> from datetime import UTC
    >>> stamp(datetime(2026, 1, 1, 20, tzinfo=UTC))
    '2026-01-02 04:00:00'
    """
    return when.astimezone(CHINA).strftime(FORMAT)


def parse_stamp(text: str) -> datetime:
    """Return the time that ``stamp`` wrote.

    Raises:
        ValueError: If it is written otherwise.
    """
    return datetime.strptime(text, FORMAT).replace(tzinfo=CHINA)
