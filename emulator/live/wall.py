"""The time of day outside, for protocols that sign it: the glasses' own may be any day of any year."""

from __future__ import annotations

from datetime import UTC, datetime


def wall_now() -> datetime:
    """Return the time of day of this computer, aware."""
    return datetime.now(UTC)
