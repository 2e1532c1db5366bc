"""What the owner set on the laptop: whether an account is bound, own limits, and above what a PIN is wanted."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from emulator.wallet import audit
from emulator.wallet.clock import Clock, stamp
from emulator.wallet.errors import WalletError
from emulator.wallet.limits import RISKS, Risk
from emulator.wallet.store import Store

PIN_ABOVE_FEN = 20_000  # what Alipay lets pass without a password by default, 200 yuan [U]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is set.

    Attributes:
        bound: Whether the glasses may use the wallet at all.
        pin_above_fen: A larger amount wants the PIN.
        limits_fen: Own limits a day by class of code; they only lower the regulator's.
    """

    bound: bool
    pin_above_fen: int
    limits_fen: Mapping[Risk, int]


class Owner:
    """Reads and changes the settings of one wallet; every change is in the audit log."""

    def __init__(self, store: Store, now: Clock) -> None:
        self._store = store
        self._now = now

    def wishes(self) -> Wishes:
        """Return what is set now."""
        with self._store.look() as db:
            return wishes_in(db)

    def bind(self, bound: bool) -> None:
        """Let the glasses pay out of this wallet, or no longer."""
        self._set("bound", "1" if bound else "0")

    def want_pin_above(self, amount_fen: int) -> None:
        """Want the PIN for amounts above; 0 for all of them.

        Raises:
            WalletError: If it is negative.
        """
        self._set("pin-above", str(_amount(amount_fen)))

    def limit(self, risk: Risk, amount_fen: int | None) -> None:
        """Set an own limit a day for a class of codes; None takes it away.

        Raises:
            WalletError: If it is negative.
        """
        self._set(f"limit-{risk}", "" if amount_fen is None else str(_amount(amount_fen)))

    def _set(self, name: str, value: str) -> None:
        with self._store.change() as db:
            db.execute(
                "INSERT INTO owner VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value)
            )
            audit.write(db, stamp(self._now()), "owner", f"{name}: {value or 'none'}")


def wishes_in(db: sqlite3.Connection) -> Wishes:
    """Return what is set, as the caller's transaction sees it."""
    told = dict(db.execute("SELECT name, value FROM owner").fetchall())
    return Wishes(told.get("bound", "1") == "1", int(told.get("pin-above", PIN_ABOVE_FEN)), own_limits(db))


def own_limits(db: sqlite3.Connection) -> dict[Risk, int]:
    """Return the owner's limits a day by class."""
    told = dict(db.execute("SELECT name, value FROM owner WHERE name LIKE 'limit-%' AND value <> ''").fetchall())
    return {risk: int(told[f"limit-{risk}"]) for risk in RISKS if f"limit-{risk}" in told}


def _amount(fen: int) -> int:
    if fen < 0:
        raise WalletError("a limit is at least 0", "amount")
    return fen
