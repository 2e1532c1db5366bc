"""The audit log: who changed what and when, written with the change itself and never changed again.

It holds states, reasons and names; no PIN, no key, and no code of anybody's wallet.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log; ``at`` is a stamp in GMT+8."""

    at: str
    subject: str
    change: str


def write(db: sqlite3.Connection, at: str, subject: str, change: str) -> None:
    """Add a line in the caller's transaction."""
    db.execute("INSERT INTO audit (at, subject, change) VALUES (?, ?, ?)", (at, subject, change))


def read(db: sqlite3.Connection, subject: str = "") -> list[Entry]:
    """Return the lines in order, of one subject if one is named."""
    query = "SELECT at, subject, change FROM audit WHERE ? IN ('', subject) ORDER BY id"
    return [Entry(*row) for row in db.execute(query, (subject,))]
