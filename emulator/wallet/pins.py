"""The PIN of the wallet: the second factor above a limit, typed on the laptop and nowhere else.

Kept as scrypt with a salt; N = 2**14, r = 8, p = 5 is one of OWASP's settings of equal strength (Password Storage Cheat
Sheet). It never reaches the glasses, the log or the audit log. Three misses lock it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
from datetime import datetime
from itertools import pairwise
from typing import Literal

from emulator.wallet import audit
from emulator.wallet.clock import Clock, stamp
from emulator.wallet.errors import RejectedError, WalletError
from emulator.wallet.store import Store

MISSES = 3
LOCK_MS = 15 * 60_000  # after the third miss, and after each one from then on; assumed
PinState = Literal["unset", "ready", "locked"]
_COST = {"n": 2**14, "r": 8, "p": 5, "maxmem": 64 * 2**20}


class Pins:
    """The PIN of one wallet."""

    def __init__(self, store: Store, now: Clock) -> None:
        self._store = store
        self._now = now

    def state(self) -> PinState:
        """Say whether there is a PIN, and whether it is locked now."""
        with self._store.look() as db:
            return pin_state(db, self._now())

    def set(self, pin: str, old: str = "") -> None:
        """Let ``pin`` be the PIN; who has one must know it.

        Raises:
            WalletError: If it is not six digits, or too easy to guess.
            RejectedError: If the old one is wrong or locked.
        """
        check_form(pin)
        if self.state() != "unset":
            self.check(old)
        salt = secrets.token_bytes(16)
        hashed = _hash(pin, salt)
        with self._store.change() as db:
            db.execute("INSERT OR REPLACE INTO pin VALUES (1, ?, ?, 0, 0)", (salt, hashed))
            audit.write(db, stamp(self._now()), "pin", "set")

    def check(self, pin: str, attempt: int | None = None) -> None:
        """Compare a PIN; with ``attempt`` the payment that waits for it may go on.

        Raises:
            RejectedError: If it is wrong, locked or not set, or the payment waits for none.
        """
        with self._store.look() as db:
            row, state = _row(db), pin_state(db, self._now())
        right = row is not None and state == "ready" and hmac.compare_digest(_hash(pin, row["salt"]), row["hash"])
        with self._store.change() as db:
            state = pin_state(db, self._now())  # another one may have missed meanwhile
            if state != "ready":
                raise RejectedError(f"the PIN is {state}", f"pin-{state}")
            self._count(db, right)
            if right and attempt is not None:
                self._release(db, attempt)
        if not right:
            raise RejectedError("the PIN is wrong", "pin-wrong")

    def _count(self, db: sqlite3.Connection, right: bool) -> None:
        misses = 0 if right else _misses(db) + 1
        until_ms = _ms(self._now()) + LOCK_MS if misses >= MISSES else 0
        db.execute("UPDATE pin SET misses = ?, locked_ms = ?", (misses, until_ms))
        audit.write(db, stamp(self._now()), "pin", "right" if right else "locked" if until_ms else "missed")

    def _release(self, db: sqlite3.Connection, attempt: int) -> None:
        query = "UPDATE attempt SET pin = 'given' WHERE id = ? AND pin = 'wanted' AND state = 'challenged'"
        if not db.execute(query, (attempt,)).rowcount:
            raise RejectedError("no payment waits for the PIN", "no-challenge")
        audit.write(db, stamp(self._now()), f"attempt {attempt}", "pin given")


def pin_state(db: sqlite3.Connection, now: datetime) -> PinState:
    """Say how the PIN stands, as the caller's transaction sees it."""
    row = _row(db)
    if row is None:
        return "unset"
    return "locked" if row["locked_ms"] > _ms(now) else "ready"


def check_form(pin: str) -> None:
    """Refuse what is no PIN.

    Raises:
        WalletError: If it is not six digits, all are the same, or they count up or down.
    """
    if not (len(pin) == 6 and pin.isascii() and pin.isdigit()):
        raise WalletError("a PIN is six digits", "pin-form")
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    if len(steps) == 1 and steps <= {0, 1, 9}:
        raise WalletError("this PIN is too easy to guess", "pin-form")


def _hash(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, **_COST)


def _row(db: sqlite3.Connection) -> sqlite3.Row | None:
    found: sqlite3.Row | None = db.execute("SELECT * FROM pin").fetchone()
    return found


def _misses(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT misses FROM pin").fetchone()[0])


def _ms(when: datetime) -> int:
    return round(when.timestamp() * 1000)
