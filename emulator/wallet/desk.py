"""The gateway's methods: what a merchant's signed call does to trades and ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import Connection
from urllib.parse import urlsplit

from emulator.wallet.clock import Clock, parse_stamp, stamp
from emulator.wallet.errors import RejectedError
from emulator.wallet.ledger import Ledger, Payment, refund_in, refunded_fen
from emulator.wallet.limits import Risk
from emulator.wallet.loopback import is_loopback
from emulator.wallet.money import parse_fen, show_yuan
from emulator.wallet.notices import add_notice
from emulator.wallet.protocol import RefusalError
from emulator.wallet.store import Store
from emulator.wallet.trades import (
    BUYER_ID,
    BUYER_LOGON,
    USUAL_TIME,
    App,
    Order,
    Trade,
    add_trade,
    expiry,
    find_trade,
    left_fen,
    require_trade,
    set_status,
)

DYNAMIC: Risk = "C"  # of codes that live for one order; how well the payer was verified is not known here
PAY_CODE_S = 60
_CANCEL_WITHIN = timedelta(hours=24)
Reply = dict[str, object]


@dataclass(frozen=True, slots=True)
class Desk:
    """What the methods work on."""

    store: Store
    ledger: Ledger
    now: Clock


@dataclass(frozen=True, slots=True)
class Call:
    """A call whose signature is right: by whom, and its business fields as text."""

    app: App
    fields: Mapping[str, str]
    notify_url: str

    def need(self, name: str) -> str:
        """Return a field of at most 256 characters.

        Raises:
            RefusalError: If it is missing or longer.
        """
        value = self.fields.get(name, "")
        if not 0 < len(value) <= 256:
            raise RefusalError("40004", "ACQ.INVALID_PARAMETER", f"参数无效: {name}")
        return value

    def fen(self, name: str) -> int:
        """Return an amount.

        Raises:
            RefusalError: If it is missing or none.
        """
        try:
            return parse_fen(self.need(name))
        except ValueError as error:
            raise RefusalError("40004", "ACQ.INVALID_PARAMETER", f"参数无效: {name}") from error

    def numbers(self) -> tuple[str, str]:
        """Return the merchant's and the platform's number of a trade, of which one may be empty.

        Raises:
            RefusalError: If both are.
        """
        if not self.fields.get("trade_no"):
            self.need("out_trade_no")
        return self.fields.get("out_trade_no", ""), self.fields.get("trade_no", "")

    def order(self, now: datetime) -> Order:
        """Return what is to be paid.

        Raises:
            RefusalError: If a field is missing or wrong, or notifications would leave this machine.
        """
        if self.notify_url and not is_loopback(urlsplit(self.notify_url)):
            raise RefusalError("40002", "isv.invalid-parameter", "沙箱只通知 http://127.0.0.1:PORT")
        try:
            expires = stamp(expiry(self.fields.get("timeout_express") or USUAL_TIME, now))
        except ValueError as error:
            raise RefusalError("40004", "ACQ.INVALID_PARAMETER", "参数无效: timeout_express") from error
        what = (self.need("out_trade_no"), self.need("subject"), self.fen("total_amount"))
        return Order(*what, self.notify_url, expires)


def pay_trade(desk: Desk, app: App, trade: Trade, key: str, risk: Risk = DYNAMIC) -> bool:
    """Debit the wallet for a trade; return whether this call did, and not an earlier one of this key.

    Raises:
        RejectedError: If it is closed or paid by another key, or the ledger refuses.
    """
    payment = Payment(key, trade.trade_no, app.app_id, trade.total_fen, risk)
    return desk.ledger.pay(payment, lambda db: mark_paid(db, app, trade.trade_no, desk.now()))


def mark_paid(db: Connection, app: App, trade_no: str, now: datetime) -> None:
    """Let a trade be paid, in the transaction of its debit, and have the merchant told.

    Raises:
        RejectedError: If it is closed or over its time.
    """
    found = require_trade(db, app.app_id, "", trade_no)
    if found.status != "WAIT_BUYER_PAY" or found.expires <= stamp(now):
        raise RejectedError("the trade is closed", "ACQ.TRADE_HAS_CLOSE")
    set_status(db, trade_no, "TRADE_SUCCESS", stamp(now))
    add_notice(db, app, require_trade(db, app.app_id, "", trade_no), now)


def _precreate(desk: Desk, call: Call) -> Reply:
    order = call.order(desk.now())
    with desk.store.change() as db:
        trade = add_trade(db, call.app.app_id, order, stamp(desk.now()), scanned=False)
    return {"out_trade_no": trade.out_trade_no, "qr_code": trade.code}


def _pay(desk: Desk, call: Call) -> Reply:
    if call.need("scene") != "bar_code":
        raise RefusalError("40004", "ACQ.INVALID_PARAMETER", "参数无效: scene")
    code, order = call.need("auth_code"), call.order(desk.now())
    with desk.store.change() as db:
        trade = add_trade(db, call.app.app_id, order, stamp(desk.now()), scanned=True)
        _take_pay_code(db, code, trade.trade_no, desk.now())
    try:
        pay_trade(desk, call.app, trade, f"code:{code}")
    except RejectedError as error:
        raise _refusal(error) from error
    with desk.store.look() as db:
        trade = require_trade(db, call.app.app_id, order.out_trade_no, "")
        return _head(trade) | _paid_fields(trade) | {"gmt_payment": trade.paid}


def _query(desk: Desk, call: Call) -> Reply:
    with desk.store.look() as db:
        trade = _visible(db, call)
    paid = _paid_fields(trade) | {"send_pay_date": trade.paid} if trade.paid else {}
    return _head(trade) | {"trade_status": trade.status, "total_amount": show_yuan(trade.total_fen)} | paid


def _cancel(desk: Desk, call: Call) -> Reply:
    with desk.store.change() as db:
        trade = find_trade(db, call.app.app_id, *call.numbers())
        if trade is None:  # a success as well, without trade_no and action
            return {"out_trade_no": call.fields.get("out_trade_no", ""), "retry_flag": "N"}
        unseen = trade.status == "UNSCANNED"
        if trade.status == "TRADE_SUCCESS":
            _take_back(db, call, trade, desk.now())
        elif trade.status != "TRADE_CLOSED":
            set_status(db, trade.trade_no, "TRADE_CLOSED")
    if unseen:
        return {"out_trade_no": trade.out_trade_no, "retry_flag": "N"}
    head: Reply = {"trade_no": trade.trade_no, "out_trade_no": trade.out_trade_no}
    return head | {"retry_flag": "N", "action": "refund" if trade.paid else "close"}


def _refund(desk: Desk, call: Call) -> Reply:
    amount, at = call.fen("refund_amount"), stamp(desk.now())
    with desk.store.change() as db:
        trade = _visible(db, call)
        request = call.fields.get("out_request_no") or trade.out_trade_no
        try:
            moved = refund_in(db, trade.trade_no, request, amount, at)
        except RejectedError as error:
            raise _refusal(error) from error
        back = refunded_fen(db, trade.trade_no)
        if moved:
            _tell_refund(db, call, trade, request, desk.now())
    change = {"fund_change": "Y" if moved else "N", "refund_fee": show_yuan(back)}
    return _head(trade) | change | ({"gmt_refund_pay": at} if moved else {})


def _close(desk: Desk, call: Call) -> Reply:
    with desk.store.change() as db:
        trade = _visible(db, call)
        if trade.status != "WAIT_BUYER_PAY":
            raise RefusalError("40004", "ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
        set_status(db, trade.trade_no, "TRADE_CLOSED")
    return {"trade_no": trade.trade_no, "out_trade_no": trade.out_trade_no}


METHODS: Mapping[str, Callable[[Desk, Call], Reply]] = {
    "alipay.trade.precreate": _precreate,
    "alipay.trade.pay": _pay,
    "alipay.trade.query": _query,
    "alipay.trade.cancel": _cancel,
    "alipay.trade.refund": _refund,
    "alipay.trade.close": _close,
}


def _visible(db: Connection, call: Call) -> Trade:
    trade = require_trade(db, call.app.app_id, *call.numbers())
    if trade.status == "UNSCANNED":
        raise RefusalError("40004", "ACQ.TRADE_NOT_EXIST", "交易不存在")
    return trade


def _take_pay_code(db: Connection, code: str, trade_no: str, now: datetime) -> None:
    row = db.execute("SELECT * FROM pay_code WHERE code = ?", (code,)).fetchone()
    fresh = row and now - parse_stamp(row["made"]) <= timedelta(seconds=PAY_CODE_S)
    if not fresh or row["trade_no"] not in (None, trade_no):
        raise RefusalError("40004", "ACQ.PAYMENT_AUTH_CODE_INVALID", "支付授权码无效")
    db.execute("UPDATE pay_code SET trade_no = ? WHERE code = ?", (trade_no, code))


def _take_back(db: Connection, call: Call, trade: Trade, now: datetime) -> None:
    if refunded_fen(db, trade.trade_no):
        raise RefusalError("40004", "ACQ.REASON_TRADE_REFUND_FEE_ERR", "退款金额无效")
    if trade.paid and now - parse_stamp(trade.paid) > _CANCEL_WITHIN:
        raise RefusalError("40004", "ACQ.TRADE_CANCEL_TIME_OUT", "超过撤销时间范围")
    refund_in(db, trade.trade_no, "cancel", trade.total_fen, stamp(now))
    _tell_refund(db, call, trade, "cancel", now)


def _tell_refund(db: Connection, call: Call, trade: Trade, request: str, now: datetime) -> None:
    if left_fen(db, trade) == 0:
        set_status(db, trade.trade_no, "TRADE_CLOSED")
    back = show_yuan(refunded_fen(db, trade.trade_no))
    more = {"refund_fee": back, "out_biz_no": request, "gmt_refund": stamp(now)}
    add_notice(db, call.app, require_trade(db, call.app.app_id, trade.out_trade_no, ""), now, more)


def _refusal(error: RejectedError) -> RefusalError:
    code = "ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR" if error.code == "over-limit" else error.code
    return RefusalError("40004", code, str(error))


def _head(trade: Trade) -> Reply:
    seen = {"buyer_user_id": BUYER_ID, "buyer_logon_id": BUYER_LOGON}
    return {"trade_no": trade.trade_no, "out_trade_no": trade.out_trade_no, **seen}


def _paid_fields(trade: Trade) -> Reply:
    total = show_yuan(trade.total_fen)
    amounts = ("total_amount", "receipt_amount", "buyer_pay_amount", "invoice_amount")
    bill = [{"amount": total, "fund_channel": "ALIPAYACCOUNT"}]
    return dict.fromkeys(amounts, total) | {"point_amount": "0.00", "fund_bill_list": bill}
