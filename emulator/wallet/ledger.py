"""The double-entry ledger of sandbox money (沙箱): what was paid is what stands here.

A payment is two transactions. The first writes an intent, the second moves the money and closes the intent. A crash
between them leaves an open intent, which the next start voids; a crash inside one leaves nothing of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from emulator.wallet.clock import Clock, stamp
from emulator.wallet.errors import RejectedError, WalletError
from emulator.wallet.limits import Limits, Risk
from emulator.wallet.money import show_yuan
from emulator.wallet.owner import own_limits
from emulator.wallet.store import Store

ISSUE = "issue"  # where sandbox money comes from; its balance is the negative of all there is
WALLET = "wallet"  # the wearer's
Also = Callable[[sqlite3.Connection], None]  # what happens in the same transaction, or not at all


@dataclass(frozen=True, slots=True)
class Payment:
    """What is to be paid.

    Attributes:
        key: Names this attempt; the same key again is the same payment, never a second one.
        order_id: What is paid; an order is paid once, by whatever key.
        payee: Id of who gets it.
        amount_fen: > 0.
        risk: Class of the code it was read from.
    """

    key: str
    order_id: str
    payee: str
    amount_fen: int
    risk: Risk


@dataclass(frozen=True, slots=True)
class Outlook:
    """What stands before a payment: ``left_fen`` of today's limit (None: no limit), and whether the payee is new."""

    left_fen: int | None
    first_time: bool


def merchant(payee: str) -> str:
    """Return the account of a payee."""
    return f"merchant:{payee}"


class Ledger:
    """Accounts, intents and transfers of one store."""

    def __init__(self, store: Store, now: Clock, limits: Limits | None = None) -> None:
        self._store = store
        self._now = now
        self._limits = limits or Limits()

    def recover(self) -> int:
        """Void the intents that a crash left open and return how many; call it at start-up.

        Nothing was debited for an open intent: the debit closes it in one transaction.
        """
        with self._store.change() as db:
            return db.execute("UPDATE intent SET state = 'void' WHERE state = 'open'").rowcount

    def grant(self, key: str, amount_fen: int) -> None:
        """Give the wallet sandbox money, once a key."""
        with self._store.change() as db:
            if not _transfer(db, "grant", key):
                self._post(db, "grant", key, Payment(key, "", WALLET, amount_fen, "A"), ISSUE, WALLET)

    def balance_fen(self, account: str = WALLET) -> int:
        """Return what an account holds."""
        with self._store.look() as db:
            return _balance(db, account)

    def outlook(self, payee: str, risk: Risk) -> Outlook:
        """Return what the screen before a payment must say."""
        with self._store.look() as db:
            known = db.execute("SELECT 1 FROM transfer WHERE kind = 'pay' AND payee = ?", (payee,)).fetchone()
            return Outlook(self._left(db, risk), known is None)

    def intend(self, payment: Payment) -> None:
        """Write down that this will be paid; again with the same key it changes nothing. Raises as ``intend_in``."""
        with self._store.change() as db:
            self.intend_in(db, payment)

    def intend_in(self, db: sqlite3.Connection, payment: Payment) -> None:
        """Intend inside a transaction of the caller's.

        Raises:
            WalletError: If the key stands for another payment.
            RejectedError: If the order is paid by another key, the limit or the balance does not suffice.
        """
        row = (payment.key, payment.order_id, payment.payee, payment.amount_fen, payment.risk)
        old = _intent(db, payment.key)
        if old and tuple(old)[:5] != row:
            raise WalletError(f"the key {payment.key!r} stands for another payment", "key-reused")
        if old and old["state"] == "paid":
            return
        self.check_in(db, payment)
        at = stamp(self._now())
        db.execute(
            "INSERT INTO intent VALUES (?, ?, ?, ?, ?, 'open', ?)"
            " ON CONFLICT (key) DO UPDATE SET state = 'open', at = excluded.at",
            (*row, at),
        )

    def check_in(self, db: sqlite3.Connection, payment: Payment) -> None:
        """Refuse what may not be paid as things stand in the caller's transaction.

        Raises:
            RejectedError: If the order is paid, or the limit or the balance does not suffice.
        """
        if _transfer(db, "pay", payment.order_id):
            raise RejectedError("the order is paid already", "ACQ.TRADE_HAS_SUCCESS")
        left = self._left(db, payment.risk)
        if left is not None and payment.amount_fen > left:
            raise RejectedError(f"over the day's limit of class {payment.risk}: {show_yuan(left)} left", "over-limit")
        if payment.amount_fen > _balance(db, WALLET):
            raise RejectedError("the balance does not suffice", "ACQ.BUYER_BALANCE_NOT_ENOUGH")

    def settle(self, key: str, also: Also | None = None) -> bool:
        """Move the money of an intent; return whether this call did, and not an earlier one.

        Args:
            key: Of an intent.
            also: Done in the same transaction, only where the money moves.

        Raises:
            WalletError: If there is no such intent, or it was voided.
            RejectedError: As ``intend``; another payment may have come between.
        """
        with self._store.change() as db:
            intent = _intent(db, key)
            if intent is None or intent["state"] == "void":
                raise WalletError(f"no intent of key {key!r} is open", "not-open")
            if intent["state"] == "paid":
                return False
            payment = Payment(key, intent["order_id"], intent["payee"], intent["amount_fen"], intent["risk"])
            self.check_in(db, payment)
            self._post(db, "pay", payment.order_id, payment, WALLET, merchant(payment.payee))
            db.execute("UPDATE intent SET state = 'paid' WHERE key = ?", (key,))
            if also:
                also(db)
            return True

    def pay(self, payment: Payment, also: Also | None = None) -> bool:
        """Intend and settle; on a refusal in between the intent is voided. Returns and raises as they do."""
        self.intend(payment)
        try:
            return self.settle(payment.key, also)
        except RejectedError:
            self.void(payment.key)
            raise

    def void(self, key: str) -> None:
        """Close an open intent without paying; a paid one stays paid."""
        with self._store.change() as db:
            db.execute("UPDATE intent SET state = 'void' WHERE key = ? AND state = 'open'", (key,))

    def refund(self, order_id: str, request: str, amount_fen: int, also: Also | None = None) -> bool:
        """Give back a part of an order, once a ``request``; return whether this call moved money.

        Raises:
            RejectedError: If the order is not paid, less is left of it, or the request was for another amount.
        """
        with self._store.change() as db:
            return refund_in(db, order_id, request, amount_fen, stamp(self._now()), also)

    def unbalanced(self) -> list[int]:
        """Return the transfers whose entries do not sum to 0, of which there must be none."""
        query = (
            "SELECT t.id FROM transfer t LEFT JOIN entry e ON e.transfer = t.id"
            " GROUP BY t.id HAVING COALESCE(SUM(e.delta_fen), 1) <> 0 OR COUNT(*) < 2"
        )
        with self._store.look() as db:
            return [row[0] for row in db.execute(query)]

    def _left(self, db: sqlite3.Connection, risk: Risk) -> int | None:
        limits = self._limits.lowered(own_limits(db))
        return limits.left_fen(risk, self._paid_today(db, risk))

    def _paid_today(self, db: sqlite3.Connection, risk: Risk) -> int:
        # Refunds give no limit back: what counts is what was risked.
        day = stamp(self._now())[:10]
        query = "SELECT COALESCE(SUM(amount_fen), 0) FROM transfer WHERE kind = 'pay' AND risk = ? AND substr(at, 1, 10) = ?"
        return int(db.execute(query, (risk, day)).fetchone()[0])

    def _post(self, db: sqlite3.Connection, kind: str, ref: str, payment: Payment, source: str, target: str) -> None:
        _move(
            db,
            (kind, ref, payment.order_id, payment.payee, payment.amount_fen, payment.risk),
            stamp(self._now()),
            source,
            target,
        )


def refund_in(
    db: sqlite3.Connection, order_id: str, request: str, amount_fen: int, at: str, also: Also | None = None
) -> bool:
    """Refund inside a transaction of the caller's; see ``Ledger.refund``."""
    ref = f"{order_id}/{request}"
    old, paid = _transfer(db, "refund", ref), _transfer(db, "pay", order_id)
    if old:
        if old["amount_fen"] != amount_fen:
            raise RejectedError("the request was for another amount", "ACQ.DISCORDANT_REPEAT_REQUEST")
        return False
    if paid is None:
        raise RejectedError("the order is not paid", "ACQ.TRADE_NOT_ALLOW_REFUND")
    if not 0 < amount_fen <= paid["amount_fen"] - refunded_fen(db, order_id):
        raise RejectedError("more than is left of the order", "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL")
    _move(db, ("refund", ref, order_id, paid["payee"], amount_fen, paid["risk"]), at, merchant(paid["payee"]), WALLET)
    if also:
        also(db)
    return True


def refunded_fen(db: sqlite3.Connection, order_id: str) -> int:
    """Return how much of an order was given back."""
    query = "SELECT COALESCE(SUM(amount_fen), 0) FROM transfer WHERE kind = 'refund' AND order_id = ?"
    return int(db.execute(query, (order_id,)).fetchone()[0])


def _move(db: sqlite3.Connection, head: tuple[str, str, str, str, int, str], at: str, source: str, target: str) -> None:
    query = "INSERT INTO transfer (kind, ref, order_id, payee, amount_fen, risk, at) VALUES (?, ?, ?, ?, ?, ?, ?)"
    row = db.execute(query, (*head, at)).lastrowid
    db.executemany("INSERT INTO entry VALUES (?, ?, ?)", [(row, source, -head[4]), (row, target, head[4])])


def _transfer(db: sqlite3.Connection, kind: str, ref: str) -> sqlite3.Row | None:
    found: sqlite3.Row | None = db.execute("SELECT * FROM transfer WHERE kind = ? AND ref = ?", (kind, ref)).fetchone()
    return found


def _intent(db: sqlite3.Connection, key: str) -> sqlite3.Row | None:
    found: sqlite3.Row | None = db.execute("SELECT * FROM intent WHERE key = ?", (key,)).fetchone()
    return found


def _balance(db: sqlite3.Connection, account: str) -> int:
    query = "SELECT COALESCE(SUM(delta_fen), 0) FROM entry WHERE account = ?"
    return int(db.execute(query, (account,)).fetchone()[0])
