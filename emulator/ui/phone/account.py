"""The wallet as the phone sees it: its store is read and changed beside the session, in a thread, never in the log."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from emulator.live.errors import ServiceError
from emulator.wallet import audit
from emulator.wallet.attempts import Attempt, in_state
from emulator.wallet.ledger import Ledger
from emulator.wallet.limits import RISKS, Limits, Risk
from emulator.wallet.owner import Owner, own_limits
from emulator.wallet.pins import Pins, PinState
from emulator.wallet.sandbox import START_FEN
from emulator.wallet.store import Store

FILE = "wallet.db"
MOST_RECEIPTS = 12


@dataclass(frozen=True, slots=True)
class DayLimit:
    """What codes of one class may still take today, in fen; None for no limit. ``own`` is the owner's, if any."""

    risk: Risk
    most_fen: int | None
    left_fen: int | None
    own: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """A payment that was made; ``at`` is a stamp in GMT+8."""

    number: int
    at: str
    payee: str
    subject: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Payee:
    """Somebody who was paid before."""

    name: str
    times: int
    sum_fen: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A payment that waits for the PIN."""

    attempt: int
    payee: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Account:
    """Everything the page shows, as of one moment."""

    bound: bool
    balance_fen: int
    pin: PinState
    pin_above_fen: int
    limits: tuple[DayLimit, ...]
    receipts: tuple[Receipt, ...]
    payees: tuple[Payee, ...]
    waiting: Waiting | None


class AccountDesk(QObject):
    """Reads and changes one wallet, one thing after the other.

    Signals:
        read: An ``Account``, or None where there is no wallet yet.
        failed: Why the wallet cannot be used.
        answered: What was wished, and "" or the code of what stood against it.
    """

    read = Signal(object)
    failed = Signal(str)
    answered = Signal(str, str)

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        """Take the folder of the wallet, which need not exist, and the time on the glasses."""
        super().__init__()
        self._folder, self._now = folder, now
        self._worker = ThreadPoolExecutor(1, "phone-wallet")
        self._waits = False
        self._kept: Store | None = None

    def look(self) -> None:
        """Read the wallet; ``read`` or ``failed`` tells."""
        if not self._waits:
            self._waits = True
            self._worker.submit(self._look)

    def open(self) -> None:
        """Open an account with sandbox money; where there is one it stays."""
        self._wish("open", lambda: self._ledger().grant("start", START_FEN))

    def bind(self, bound: bool) -> None:
        """Let the glasses pay, or no longer."""
        self._wish("bind", lambda: Owner(self._store(), self._now).bind(bound))

    def want_pin_above(self, amount_fen: int) -> None:
        """Want the PIN above an amount."""
        self._wish("pin-above", lambda: Owner(self._store(), self._now).want_pin_above(amount_fen))

    def limit(self, risk: Risk, amount_fen: int | None) -> None:
        """Set an own limit, or take it away."""
        self._wish("limit", lambda: Owner(self._store(), self._now).limit(risk, amount_fen))

    def set_pin(self, pin: str, old: str) -> None:
        """Set or change the PIN."""
        self._wish("pin-set", lambda: Pins(self._store(), self._now).set(pin, old))

    def give_pin(self, pin: str, attempt: int) -> None:
        """Let a payment go on."""
        self._wish("pin-given", lambda: Pins(self._store(), self._now).check(pin, attempt))

    def stop(self) -> None:
        """End the thread once what it does is done."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    # --- in the thread ---

    def _look(self) -> None:
        self._waits = False
        try:
            if not (self._folder / FILE).exists():
                self._kept = None
            self.read.emit(self._account() if (self._folder / FILE).exists() else None)
        except (ServiceError, sqlite3.Error, OSError) as error:
            self.failed.emit(str(error))

    def _wish(self, what: str, act: Callable[[], None]) -> None:
        self._worker.submit(self._do, what, act)

    def _do(self, what: str, act: Callable[[], None]) -> None:
        try:
            act()
            self.answered.emit(what, "")
        except ServiceError as error:
            self.answered.emit(what, error.code or str(error))
        except (sqlite3.Error, OSError) as error:
            self.failed.emit(str(error))
            return
        self._look()

    def _store(self) -> Store:
        if self._kept is None:
            self._kept = Store(self._folder / FILE)
        return self._kept

    def _ledger(self) -> Ledger:
        return Ledger(self._store(), self._now)

    def _account(self) -> Account:
        store = self._store()
        ledger, now = Ledger(store, self._now), self._now()
        wishes = Owner(store, self._now).wishes()
        with store.look() as db:
            paid = in_state(db, "paid", "receipt")
            receipts = [_receipt(db, attempt) for attempt in reversed(paid[-MOST_RECEIPTS:])]
            challenged, own = in_state(db, "challenged"), own_limits(db)
        limits = Limits().lowered(own).daily_fen
        return Account(
            bound=wishes.bound,
            balance_fen=ledger.balance_fen(),
            pin=Pins(store, self._now).state(),
            pin_above_fen=wishes.pin_above_fen,
            limits=tuple(
                DayLimit(risk, limits[risk], ledger.outlook("", risk).left_fen, risk in own) for risk in reversed(RISKS)
            ),
            receipts=tuple(receipts),
            payees=_payees(paid),
            waiting=_waiting(challenged, now),
        )


def _receipt(db: sqlite3.Connection, attempt: Attempt) -> Receipt:
    changes = [entry for entry in audit.read(db, f"attempt {attempt.id}") if entry.change.endswith("-> paid")]
    at = changes[-1].at if changes else ""
    return Receipt(attempt.id, at, attempt.title, attempt.subject, attempt.amount_fen or 0)


def _payees(paid: list[Attempt]) -> tuple[Payee, ...]:
    """Return who was paid, who was paid last first."""
    found: dict[str, Payee] = {}
    for attempt in paid:
        before = found.pop(attempt.payee, Payee(attempt.title, 0, 0))
        found[attempt.payee] = Payee(attempt.title, before.times + 1, before.sum_fen + (attempt.amount_fen or 0))
    return tuple(reversed(found.values()))


def _waiting(challenged: list[Attempt], now: datetime) -> Waiting | None:
    now_ms = round(now.timestamp() * 1000)
    due = [one for one in challenged if one.pin == "wanted" and one.due_ms >= now_ms]
    return Waiting(due[-1].id, due[-1].title, due[-1].amount_fen or 0) if due else None
