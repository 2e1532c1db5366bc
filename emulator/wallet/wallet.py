"""The wearer's wallet (沙箱): from a scanned code to a receipt, one state after the other (``attempts.py``).

A refusal is a state with a reason, not an exception: the screen that tells it is part of the product.
"""

from __future__ import annotations

import hmac
import secrets
import sqlite3
from collections.abc import Callable
from datetime import datetime

from emulator.wallet.attempts import UNDECIDED, Attempt, State, begin, get, in_state, move
from emulator.wallet.cashier import OFFER_LIFE, Cashier, Offer
from emulator.wallet.client import MerchantClient
from emulator.wallet.clock import stamp
from emulator.wallet.desk import Desk
from emulator.wallet.errors import NetworkError, NotFoundError, RejectedError, WalletError
from emulator.wallet.ledger import WALLET, Outlook
from emulator.wallet.money import MOST_FEN
from emulator.wallet.owner import wishes_in
from emulator.wallet.pins import pin_state

CONFIRM_MS = round(OFFER_LIFE.total_seconds() * 1000)  # a challenge lives a minute
HOLD_MS = 3_000  # to cancel after the confirmation
FIRST_HOLD_MS = 6_000  # the same where the payee is new; assumed
_REASONS = {  # of the ledger and the gateway: of the screen
    "ACQ.TRADE_HAS_SUCCESS": "order-paid",
    "ACQ.TRADE_HAS_CLOSE": "order-closed",
    "ACQ.BUYER_BALANCE_NOT_ENOUGH": "balance",
    "offer-expired": "time-out",
}


class Wallet:
    """Takes the wearer's steps; each of them is one transaction."""

    def __init__(self, desk: Desk, cashier: Cashier, merchant: Callable[[], MerchantClient]) -> None:
        """Take whom to ask for an order through the OpenAPI, where its outcome is not known."""
        self._desk = desk
        self._cashier = cashier
        self._merchant = merchant

    def recover(self) -> None:
        """Close what a crash left open, after the ledger has voided its intents; call it at start-up."""
        with self._desk.store.change() as db:
            for attempt in in_state(db, *UNDECIDED):
                self._refuse(db, attempt, "interrupted")
            for attempt in in_state(db, "intent"):
                self._move(db, attempt, "unknown", "interrupted")

    def ask_unknown(self) -> list[Attempt]:
        """Ask the gateway for every payment whose outcome is not known; return them as they are then."""
        with self._desk.store.look() as db:
            unknown = in_state(db, "unknown")
        return [self.query(attempt.id) for attempt in unknown]

    def scan(self) -> Attempt:
        """Begin: a code was read."""
        with self._desk.store.change() as db:
            return begin(db, self._at())

    def classify(self, number: int, kind: str, code: str, refusal: str = "") -> Attempt:
        """Write down what kind of code it is; with a ``refusal`` nothing more is done with it."""
        with self._desk.store.change() as db:
            attempt = get(db, number)
            if refusal:
                return self._refuse(db, attempt, refusal, kind=kind)
            return self._move(db, attempt, "classified", kind=kind, code=code)

    def resolve(self, number: int, said_fen: int | None) -> Attempt:
        """Find who gets it and how much; an order's amount is the order's, and what was said must be the same."""
        with self._desk.store.look() as db:
            attempt, bound = get(db, number), wishes_in(db).bound
        offer, refusal = self._offer(attempt.code) if bound else (None, "unbound")
        with self._desk.store.change() as db:
            if offer is None:
                return self._refuse(db, attempt, refusal)
            known: dict[str, str | int] = {"payee": offer.payee, "title": offer.title, "subject": offer.subject}
            known["risk"] = offer.risk
            amount_fen, refusal = _amount(offer, said_fen)
            if refusal:
                return self._refuse(db, attempt, refusal, amount_fen=offer.amount_fen or said_fen, **known)
            known |= {"fixed": int(offer.amount_fen is not None), "first_time": int(offer.outlook.first_time)}
            refusal = self._hindrance(offer.outlook, amount_fen)
            if refusal:
                return self._refuse(db, attempt, refusal, amount_fen=amount_fen, **known)
            return self._move(db, attempt, "resolved", "", amount_fen=amount_fen, **known)

    def challenge(self, number: int) -> Attempt:
        """Ask the wearer to confirm payee and amount; its ``nonce`` is for the one that asks."""
        with self._desk.store.change() as db:
            attempt = get(db, number)
            wanted = (attempt.amount_fen or 0) > wishes_in(db).pin_above_fen
            state = pin_state(db, self._desk.now())
            if wanted and state != "ready":
                return self._refuse(db, attempt, f"pin-{state}")
            nonce, due_ms = secrets.token_hex(16), self._now_ms() + CONFIRM_MS
            return self._move(db, attempt, "challenged", nonce=nonce, due_ms=due_ms, pin="wanted" if wanted else "none")

    def confirm(self, number: int, nonce: str) -> Attempt:
        """Take the wearer's yes: held for some seconds, in which it can be taken back. Without a wanted PIN nothing moves."""
        with self._desk.store.change() as db:
            attempt = self._named(db, number, nonce)
            if attempt.state != "challenged" or attempt.pin == "wanted":
                return self._late(db, attempt)
            if self._now_ms() > attempt.due_ms:
                return self._refuse(db, attempt, "time-out")
            hold_ms = FIRST_HOLD_MS if attempt.first_time else HOLD_MS
            return self._move(db, attempt, "held", due_ms=self._now_ms() + hold_ms)

    def pay(self, number: int, nonce: str) -> Attempt:
        """Pay what was held long enough; again, and by however many at once, it is paid once."""
        key = f"attempt {number}"
        with self._desk.store.change() as db:
            attempt = self._named(db, number, nonce)
            if attempt.state == "held":
                attempt = self._intend(db, attempt, key)
        if attempt.state != "intent":
            return attempt
        try:
            self._cashier.settle(key, attempt.payee, lambda db: self._paid(db, number))
        except (RejectedError, WalletError) as error:
            self._desk.ledger.void(key)
            self._lost(number, _REASONS.get(error.code, error.code))
            return self.query(number)
        return self._get(number)

    def cancel(self, number: int, reason: str = "cancelled") -> Attempt:
        """Refuse what is not on its way yet; anything else stays as it is."""
        with self._desk.store.change() as db:
            attempt = get(db, number)
            return self._refuse(db, attempt, reason) if attempt.state in UNDECIDED else attempt

    def query(self, number: int) -> Attempt:
        """Ask the gateway, through the OpenAPI, for a payment whose outcome is not known; what is not paid is cancelled."""
        attempt = self._get(number)
        if attempt.state != "unknown":
            return attempt
        try:
            paid = self._merchant().query(attempt.order_no).status in ("TRADE_SUCCESS", "TRADE_FINISHED")
            if not paid:
                self._merchant().cancel(attempt.order_no)
        except NotFoundError:
            paid = False
        except NetworkError:
            return attempt  # as unknown as before; asked again at the next start
        with self._desk.store.change() as db:
            attempt = get(db, number)
            if attempt.state != "unknown":
                return attempt
            return self._move(db, attempt, "paid" if paid else "closed", "" if paid else attempt.reason)

    def receipt(self, number: int) -> Attempt:
        """Let a payment have its receipt once the gateway's signed answer says the same as the ledger."""
        attempt = self._get(number)
        if attempt.state != "paid":
            return attempt
        try:
            trade = self._merchant().query(attempt.order_no)
        except NetworkError:
            return attempt
        if (trade.status, trade.total_fen) != ("TRADE_SUCCESS", attempt.amount_fen):
            return attempt
        with self._desk.store.change() as db:
            attempt = get(db, number)
            return self._move(db, attempt, "receipt") if attempt.state == "paid" else attempt

    def _offer(self, code: str) -> tuple[Offer | None, str]:
        try:
            return self._cashier.resolve(code), ""
        except NotFoundError:
            return None, "payee-not-resolved"
        except RejectedError as error:
            return None, _REASONS.get(error.code, error.code)

    def _hindrance(self, outlook: Outlook, amount_fen: int) -> str:
        if outlook.left_fen is not None and amount_fen > outlook.left_fen:
            return "over-limit"
        return "balance" if amount_fen > self._desk.ledger.balance_fen(WALLET) else ""

    def _intend(self, db: sqlite3.Connection, attempt: Attempt, key: str) -> Attempt:
        if self._now_ms() < attempt.due_ms:
            return attempt  # may still be taken back
        if self._now_ms() > attempt.due_ms + CONFIRM_MS:
            return self._refuse(db, attempt, "time-out")
        wishes = wishes_in(db)  # may be others meanwhile: they are set on the laptop
        if not wishes.bound:
            return self._refuse(db, attempt, "unbound")
        if attempt.pin == "none" and (attempt.amount_fen or 0) > wishes.pin_above_fen:
            return self._refuse(db, attempt, "pin-wanted")
        order_fen, said_fen = (attempt.amount_fen, None) if attempt.fixed else (None, attempt.amount_fen)
        outlook = Outlook(None, attempt.first_time)
        who = (attempt.code, attempt.payee, attempt.title, attempt.subject)
        offer = Offer(*who, order_fen, attempt.risk, outlook, self._desk.now())
        db.execute("SAVEPOINT intent")
        try:
            trade = self._cashier.intend_in(db, offer, key, said_fen)
        except RejectedError as error:
            db.execute("ROLLBACK TO intent")
            return self._refuse(db, attempt, _REASONS.get(error.code, error.code))
        return self._move(db, attempt, "intent", order_no=trade.out_trade_no)

    def _paid(self, db: sqlite3.Connection, number: int) -> None:
        self._move(db, get(db, number), "paid")

    def _lost(self, number: int, reason: str) -> None:
        with self._desk.store.change() as db:
            attempt = get(db, number)
            if attempt.state == "intent":
                self._move(db, attempt, "unknown", reason)

    def _late(self, db: sqlite3.Connection, attempt: Attempt) -> Attempt:
        over = attempt.state == "challenged" and self._now_ms() > attempt.due_ms
        return self._refuse(db, attempt, "time-out") if over else attempt

    def _named(self, db: sqlite3.Connection, number: int, nonce: str) -> Attempt:
        attempt = get(db, number)
        if not attempt.nonce or not hmac.compare_digest(attempt.nonce.encode(), nonce.encode()):
            raise WalletError("the confirmation is not of this challenge", "bad-nonce")
        return attempt

    def _get(self, number: int) -> Attempt:
        with self._desk.store.look() as db:
            return get(db, number)

    def _move(
        self, db: sqlite3.Connection, attempt: Attempt, state: State, reason: str = "", **fields: str | int | None
    ) -> Attempt:
        return move(db, self._at(), attempt, state, reason, **fields)

    def _refuse(self, db: sqlite3.Connection, attempt: Attempt, reason: str, **fields: str | int | None) -> Attempt:
        return move(db, self._at(), attempt, "refused", reason, **fields)

    def _at(self) -> str:
        return stamp(self._desk.now())

    def _now_ms(self) -> int:
        return _ms(self._desk.now())


def _amount(offer: Offer, said_fen: int | None) -> tuple[int, str]:
    if offer.amount_fen is None:
        if said_fen is None:
            return 0, "amount-missing"
        return said_fen, "" if 0 < said_fen <= MOST_FEN else "amount-missing"
    other = said_fen is not None and said_fen != offer.amount_fen
    return offer.amount_fen, "amount-differs" if other else ""


def _ms(when: datetime) -> int:
    return round(when.timestamp() * 1000)
