"""The offline half: each request one step of the sandbox wallet (沙箱), or one call of its shop through the OpenAPI."""

from __future__ import annotations

from typing import Any

from emulator.services.pay.requests import (
    Account,
    Cancel,
    Challenge,
    Confirm,
    Pay,
    Query,
    Refuse,
    ResolveCode,
    ShopOrder,
    ShopQuery,
    ShopRefund,
)
from emulator.services.pay.till import Till, till, typed
from emulator.services.service import Here
from emulator.vision.kinds import Classified, classify
from emulator.wallet.attempts import Attempt
from emulator.wallet.errors import WalletError
from emulator.wallet.money import show_yuan

REFUSALS = ("two-codes", "own-pay-code", "cancelled", "time-out", "not-worn", "network")  # of a scan without a code
_BROKEN = {"aggregate": "aggregate", "bad-crc": "bad-crc", "no-crc": "bad-crc", "disguised": "disguised"}
_OTHERS = {"wechat": "wechat", "unionpay": "unionpay"}


def offline(request: Any, here: Here) -> dict[str, Any]:
    """Take one step.

    Raises:
        ServiceError: If the store fails, or the step is not the next one.
    """
    with typed():
        return _answer(request, till(here))


def refusal_of(told: Classified) -> str:
    """Return why a code is not Alipay's to pay, or "".

    >>> refusal_of(classify("weixin://wxpay/bizpayurl?pr=1")), refusal_of(classify("hello"))
    ('wechat', 'unknown-code')
    >>> refusal_of(classify("https://qr.alipay.com/fkx1"))
    ''
    """
    if told.problem:
        return _BROKEN.get(told.problem, "broken-code")
    if told.kind.use == "secret":
        return "own-pay-code"
    if told.kind.use == "payee":
        return ""
    return _OTHERS.get(told.kind.id, "other-wallet" if told.kind.use == "other payee" else "unknown-code")


def _answer(request: Any, at: Till) -> dict[str, Any]:
    wallet = at.box.wallet
    match request:
        case Account(bind):
            return _account(at, bind)
        case Refuse(kind, reason):
            if reason not in REFUSALS:
                raise WalletError(f"{reason!r} is no reason to refuse a scan", "reason")
            return _told(wallet.classify(wallet.scan().id, kind, "", reason), at)
        case ResolveCode(text, amount_fen):
            return _told(_resolve(at, text, amount_fen), at)
        case Challenge(number):
            asked = wallet.challenge(number)
            at.nonces[number] = asked.nonce
            return _told(asked, at)
        case Confirm(number):
            return _told(wallet.confirm(number, at.nonces.get(number, "")), at)
        case Pay(number):
            paid = wallet.pay(number, at.nonces.get(number, ""))
            return _told(wallet.receipt(number) if paid.state == "paid" else paid, at)
        case Cancel(number, reason):
            return _told(wallet.cancel(number, reason), at)
        case Query(number):
            return _told(wallet.query(number), at)
        case ShopOrder() | ShopQuery() | ShopRefund():
            return _shop(request, at)
    raise AssertionError(request)


def _resolve(at: Till, text: str, amount_fen: int | None) -> Attempt:
    told = classify(text)
    attempt = at.box.wallet.scan()
    attempt = at.box.wallet.classify(attempt.id, told.kind.id, text, refusal_of(told))
    return attempt if attempt.state == "refused" else at.box.wallet.resolve(attempt.id, amount_fen)


def _account(at: Till, bind: bool | None) -> dict[str, Any]:
    if bind is not None:
        at.box.owner.bind(bind)
    wishes = at.box.owner.wishes()
    return {"bound": wishes.bound, "balance": show_yuan(at.box.ledger.balance_fen()), "pin": at.box.pins.state()}


def _shop(request: ShopOrder | ShopQuery | ShopRefund, at: Till) -> dict[str, Any]:
    client = at.box.client()
    match request:
        case ShopOrder(number, amount_fen, subject):
            return {"number": number, "code": client.precreate(number, amount_fen, subject)}
        case ShopQuery(number):
            return {"number": number, "status": client.query(number).status}
        case ShopRefund(number, amount_fen):
            return {"number": number, "refunded": show_yuan(client.refund(number, "shop", amount_fen))}


def _told(attempt: Attempt, at: Till) -> dict[str, Any]:
    """Return what a screen may say of an attempt: neither its nonce nor what a code said."""
    return {
        "attempt": attempt.id,
        "state": attempt.state,
        "reason": attempt.reason,
        "kind": attempt.kind,
        "payee": attempt.title,
        "subject": attempt.subject,
        "amount": "" if attempt.amount_fen is None else show_yuan(attempt.amount_fen),
        "fixed": attempt.fixed,
        "first_time": attempt.first_time,
        "pin": attempt.pin,
        "left_ms": max(0, attempt.due_ms - round(at.watch.at.timestamp() * 1000)),
    }
