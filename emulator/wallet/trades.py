"""The gateway's trades: UNSCANNED, WAIT_BUYER_PAY, then TRADE_SUCCESS, and TRADE_CLOSED.

A trade is looked up and changed inside one transaction with the ledger. As with Alipay, a precreated trade is there
for the merchant only once a wallet has scanned its code.
"""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import dataclass
from typing import Literal

from emulator.wallet.ledger import refunded_fen
from emulator.wallet.protocol import RefusalError

Status = Literal["UNSCANNED", "WAIT_BUYER_PAY", "TRADE_SUCCESS", "TRADE_CLOSED"]
CODE_START = "https://qr.alipay.com/bax"
BUYER_ID = "2088000000000001"
BUYER_LOGON = "sha***@sandbox.com"


@dataclass(frozen=True, slots=True)
class App:
    """A merchant's app as the platform knows it."""

    app_id: str
    seller_id: str
    title: str
    public_pem: bytes


@dataclass(frozen=True, slots=True)
class Order:
    """What a merchant asks for; ``notify_url`` may be empty."""

    out_trade_no: str
    subject: str
    total_fen: int
    notify_url: str


@dataclass(frozen=True, slots=True)
class Trade:
    """One row of the table of trades; times as the protocol writes them."""

    app_id: str
    out_trade_no: str
    trade_no: str
    subject: str
    total_fen: int
    code: str | None
    status: Status
    notify_url: str
    created: str
    paid: str | None


def add_trade(db: sqlite3.Connection, app_id: str, order: Order, at: str, *, scanned: bool) -> Trade:
    """Return the trade of an order, made where there is none; ``scanned`` ones have no code.

    Raises:
        RefusalError: If it is paid or closed, or its number stands for another order.
    """
    old = find_trade(db, app_id, order.out_trade_no)
    if old is None:
        trade_no = at[:10].replace("-", "") + "22" + f"{secrets.randbelow(10**18):018d}"
        code = None if scanned else CODE_START + secrets.token_hex(10)
        status = "WAIT_BUYER_PAY" if scanned else "UNSCANNED"
        row = (app_id, order.out_trade_no, trade_no, order.subject, order.total_fen, code, status, order.notify_url, at)
        db.execute("INSERT INTO trade VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)", row)
        return require_trade(db, app_id, order.out_trade_no, "")
    if old.status == "TRADE_SUCCESS":
        raise RefusalError("40004", "ACQ.TRADE_HAS_SUCCESS", "交易已被支付")
    if old.status == "TRADE_CLOSED":
        raise RefusalError("40004", "ACQ.TRADE_HAS_CLOSE", "交易已经关闭")
    if (old.subject, old.total_fen, old.code is None) != (order.subject, order.total_fen, scanned):
        raise RefusalError("40004", "ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改")
    return old


def find_trade(db: sqlite3.Connection, app_id: str, out_trade_no: str = "", trade_no: str = "") -> Trade | None:
    """Return an app's trade by the platform's number, or else by the merchant's."""
    column, number = ("trade_no", trade_no) if trade_no else ("out_trade_no", out_trade_no)
    row = db.execute(f"SELECT * FROM trade WHERE app_id = ? AND {column} = ?", (app_id, number)).fetchone()
    return Trade(*row) if row else None


def require_trade(db: sqlite3.Connection, app_id: str, out_trade_no: str, trade_no: str) -> Trade:
    """Return an app's trade.

    Raises:
        RefusalError: If there is none.
    """
    found = find_trade(db, app_id, out_trade_no, trade_no)
    if found is None:
        raise RefusalError("40004", "ACQ.TRADE_NOT_EXIST", "交易不存在")
    return found


def trade_of_code(db: sqlite3.Connection, code: str) -> Trade | None:
    """Return the trade a code was made for; the code in any letter case."""
    row = db.execute("SELECT * FROM trade WHERE code = ?", (code.lower(),)).fetchone()
    return Trade(*row) if row else None


def set_status(db: sqlite3.Connection, trade_no: str, status: Status, paid: str | None = None) -> None:
    """Change a trade's status; ``paid`` is when, where it is paid by this."""
    query = "UPDATE trade SET status = ?, paid = COALESCE(?, paid) WHERE trade_no = ?"
    db.execute(query, (status, paid, trade_no))


def left_fen(db: sqlite3.Connection, trade: Trade) -> int:
    """Return what of a paid trade was not refunded."""
    return trade.total_fen - refunded_fen(db, trade.trade_no)
