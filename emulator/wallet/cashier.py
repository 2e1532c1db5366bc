"""The wearer's side of the sandbox wallet (沙箱): what a code asks for, and paying it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from emulator.wallet.clock import stamp
from emulator.wallet.desk import DYNAMIC, Desk, pay_trade
from emulator.wallet.errors import NotFoundError, RejectedError, WalletError
from emulator.wallet.ledger import Outlook, Payment
from emulator.wallet.limits import Risk
from emulator.wallet.trades import App, set_status, trade_of_code

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
        if self._desk.now() - offer.at > OFFER_LIFE:
            raise RejectedError("the offer is over a minute old: scan again", "offer-expired")
        if (offer.amount_fen is None) == (amount_fen is None):
            raise WalletError("the amount comes from the order or from the payer, from one of them", "amount")
        moved = self._pay_order(offer, key) if amount_fen is None else self._pay_static(offer, key, amount_fen)
        self._changed()
        return Receipt(key, offer.payee, offer.title, amount_fen or offer.amount_fen or 0, not moved)

    def pay_code(self) -> str:
        """Return a code for a merchant to scan: good once, for a minute."""
        code = "28" + f"{secrets.randbelow(10**16):016d}"
        with self._desk.store.change() as db:
            db.execute("INSERT INTO pay_code VALUES (?, ?, NULL)", (code, stamp(self._desk.now())))
        return code

    def _offer(self, code: str, app: App, subject: str, amount_fen: int | None, risk: Risk) -> Offer:
        outlook = self._desk.ledger.outlook(app.app_id, risk)
        return Offer(code, app.app_id, app.title, subject, amount_fen, risk, outlook, self._desk.now())

    def _pay_order(self, offer: Offer, key: str) -> bool:
        with self._desk.store.look() as db:
            trade = trade_of_code(db, offer.code)
        if trade is None or (trade.app_id, trade.total_fen) != (offer.payee, offer.amount_fen):
            raise RejectedError("the order is not what was shown", "offer-changed")
        return pay_trade(self._desk, self._apps[trade.app_id], trade, key)

    def _pay_static(self, offer: Offer, key: str, amount_fen: int) -> bool:
        app = self._static.get(offer.code)
        if app is None or app.app_id != offer.payee:
            raise RejectedError("the payee is not who was shown", "offer-changed")
        if amount_fen < 1:
            raise WalletError("an amount is at least 1 fen", "amount")
        return self._desk.ledger.pay(Payment(key, f"static:{key}", app.app_id, amount_fen, STATIC))


def static_code(app: App) -> str:
    """Return the code that hangs in a merchant's shop, the same every day."""
    return STATIC_START + hashlib.sha256(app.app_id.encode()).hexdigest()[:20]


def _plain(text: str) -> str:
    return text.strip().lower().partition("?")[0].rstrip("/")
