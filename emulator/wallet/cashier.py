"""The wearer's side of the sandbox wallet (沙箱): what a code asks for, and paying it."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from emulator.wallet.clock import stamp
from emulator.wallet.desk import DYNAMIC, Desk, mark_paid
from emulator.wallet.errors import NotFoundError, RejectedError, WalletError
from emulator.wallet.ledger import Also, Outlook, Payment
from emulator.wallet.limits import Risk
from emulator.wallet.trades import (
    USUAL_TIME,
    App,
    Order,
    Trade,
    add_trade,
    close_expired,
    expiry,
    find_trade,
    set_status,
    trade_of_code,
)

LABEL = "沙箱"
STATIC_START = "https://qr.alipay.com/fkx"
STATIC: Risk = "D"
OFFER_LIFE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a code asks for.

    Attributes:
        code: Its text.
        payee: Id of who gets it.
        title: The payee's name.
        subject: What for, or "".
        amount_fen: None where the payer says the amount.
        risk: Class of the code.
        outlook: What is left of today's limit, and whether the payee is new.
        at: When it was asked for; it is good for ``OFFER_LIFE``.
        label: That this is sandbox money.
    """

    code: str
    payee: str
    title: str
    subject: str
    amount_fen: int | None
    risk: Risk
    outlook: Outlook
    at: datetime
    label: str = LABEL


@dataclass(frozen=True, slots=True)
class Receipt:
    """A payment that stands in the ledger; ``again`` says that it stood there before this call."""

    key: str
    payee: str
    title: str
    amount_fen: int
    again: bool
    label: str = LABEL


class Cashier:
    """Resolves codes and pays them out of the sandbox wallet."""

    def __init__(self, desk: Desk, apps: Mapping[str, App], changed: Callable[[], None]) -> None:
        """Take the ``apps`` by their id; ``changed`` is called when something may be due to be told."""
        self._desk = desk
        self._apps = apps
        self._changed = changed
        self._static = {static_code(app): app for app in apps.values()}

    def resolve(self, text: str) -> Offer:
        """Return what a scanned code asks for; a merchant's order is seen by its merchant from now on.

        Raises:
            NotFoundError: If the code is none of the sandbox's.
            RejectedError: If its order is paid or closed.
        """
        code = _plain(text)
        close_expired(self._desk.store, self._desk.now())
        if code in self._static:
            return self._offer(code, self._static[code], "", None, STATIC)
        with self._desk.store.change() as db:
            trade = trade_of_code(db, code)
            if trade is None:
                raise NotFoundError("the sandbox (沙箱) knows no such code", "unknown-code")
            if trade.status == "UNSCANNED":
                set_status(db, trade.trade_no, "WAIT_BUYER_PAY")
        if trade.status == "TRADE_SUCCESS":
            raise RejectedError("the order is paid already", "ACQ.TRADE_HAS_SUCCESS")
        if trade.status == "TRADE_CLOSED":
            raise RejectedError("the order is closed", "ACQ.TRADE_HAS_CLOSE")
        return self._offer(code, self._apps[trade.app_id], trade.subject, trade.total_fen, DYNAMIC)

    def pay(self, offer: Offer, key: str, amount_fen: int | None = None) -> Receipt:
        """Pay an offer once a ``key``; sent again after a crash or a time-out it moves nothing twice.

        Args:
            offer: As resolved.
            key: Names this confirmation.
            amount_fen: What the payer said, where the offer leaves it open.

        Raises:
            RejectedError: If the offer is too old or has changed, or the ledger refuses.
            WalletError: If the amount is missing or the key stands for another payment.
        """
        with self._desk.store.change() as db:
            trade = self.intend_in(db, offer, key, amount_fen)
        try:
            moved = self.settle(key, trade.app_id)
        except RejectedError:
            self._desk.ledger.void(key)
            raise
        return Receipt(key, offer.payee, offer.title, trade.total_fen, not moved)

    def intend_in(self, db: sqlite3.Connection, offer: Offer, key: str, amount_fen: int | None = None) -> Trade:
        """Write, in the caller's transaction, that an offer will be paid; return the trade that stands for it.

        Raises as ``pay``.
        """
        if self._desk.now() - offer.at > OFFER_LIFE:
            raise RejectedError("the offer is over a minute old: scan again", "offer-expired")
        if (offer.amount_fen is None) == (amount_fen is None):
            raise WalletError("the amount comes from the order or from the payer, from one of them", "amount")
        if amount_fen is None:
            trade = _as_shown(trade_of_code(db, offer.code), offer)
        else:
            trade = self._static_trade(db, offer, key, amount_fen)
        payment = Payment(key, trade.trade_no, trade.app_id, trade.total_fen, offer.risk)
        self._desk.ledger.intend_in(db, payment)
        return trade

    def settle(self, key: str, payee: str, also: Also | None = None) -> bool:
        """Debit what was intended and let its trade be paid; return whether this call did. Raises as ``Ledger.settle``."""

        def mark(db: sqlite3.Connection) -> None:
            order_id = db.execute("SELECT order_id FROM intent WHERE key = ?", (key,)).fetchone()[0]
            mark_paid(db, self._apps[payee], order_id, self._desk.now())
            if also:
                also(db)

        moved = self._desk.ledger.settle(key, mark)
        self._changed()
        return moved

    def pay_code(self) -> str:
        """Return a code for a merchant to scan: good once, for a minute."""
        code = "28" + f"{secrets.randbelow(10**16):016d}"
        with self._desk.store.change() as db:
            db.execute("INSERT INTO pay_code VALUES (?, ?, NULL)", (code, stamp(self._desk.now())))
        return code

    def _offer(self, code: str, app: App, subject: str, amount_fen: int | None, risk: Risk) -> Offer:
        outlook = self._desk.ledger.outlook(app.app_id, risk)
        return Offer(code, app.app_id, app.title, subject, amount_fen, risk, outlook, self._desk.now())

    def _static_trade(self, db: sqlite3.Connection, offer: Offer, key: str, amount_fen: int) -> Trade:
        app = self._static.get(offer.code)
        if app is None or app.app_id != offer.payee:
            raise RejectedError("the payee is not who was shown", "offer-changed")
        if amount_fen < 1:
            raise WalletError("an amount is at least 1 fen", "amount")
        number, now = static_number(key), self._desk.now()
        order = Order(number, app.title, amount_fen, "", stamp(expiry(USUAL_TIME, now)))
        return find_trade(db, app.app_id, number) or add_trade(db, app.app_id, order, stamp(now), scanned=True)


def static_number(key: str) -> str:
    """Return the merchant's number of an order that a static code makes."""
    return f"static {key}"


def static_code(app: App) -> str:
    """Return the code that hangs in a merchant's shop, the same every day."""
    return STATIC_START + hashlib.sha256(app.app_id.encode()).hexdigest()[:20]


def _as_shown(trade: Trade | None, offer: Offer) -> Trade:
    if trade is None or (trade.app_id, trade.total_fen) != (offer.payee, offer.amount_fen):
        raise RejectedError("the order is not what was shown", "offer-changed")
    return trade


def _plain(text: str) -> str:
    return text.strip().lower().partition("?")[0].rstrip("/")
