"""The gateway's trades: UNSCANNED, WAIT_BUYER_PAY, then TRADE_SUCCESS, and TRADE_CLOSED.

A trade is looked up and changed inside one transaction with the ledger. As with Alipay, a precreated trade is there
for the merchant only once a wallet has scanned its code, and one that nobody paid in its time is closed.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from emulator.wallet.clock import CHINA, stamp
from emulator.wallet.ledger import refunded_fen
from emulator.wallet.protocol import RefusalError
from emulator.wallet.store import Store

Status = Literal["UNSCANNED", "WAIT_BUYER_PAY", "TRADE_SUCCESS", "TRADE_CLOSED"]
CODE_START = "https://qr.alipay.com/bax"
BUYER_ID = "2088000000000001"
BUYER_LOGON = "sha***@sandbox.com"
USUAL_TIME = "2h"  # how long a precreated code is good, unless the merchant says otherwise [Alipay's documents]
_TIME = re.compile(r"([1-9][0-9]{0,4})([mhd])|1c", re.ASCII)
_UNIT = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_LONGEST = timedelta(days=15)


@dataclass(frozen=True, slots=True)
class App:
    """A merchant's app as the platform knows it."""

    app_id: str
    seller_id: str
    title: str
    public_pem: bytes


@dataclass(frozen=True, slots=True)
class Order:
    """What a merchant asks for; ``notify_url`` may be empty, ``expires`` is a stamp."""

    out_trade_no: str
    subject: str
    total_fen: int
    notify_url: str
    expires: str


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
    expires: str


def add_trade(db: sqlite3.Connection, app_id: str, order: Order, at: str, *, scanned: bool) -> Trade:
    """Return the trade of an order, made where there is none; ``scanned`` ones have no code.

    Raises:
        RefusalError: If it is paid or closed, or its number stands for another order.
    """
    old = find_trade(db, app_id, order.out_trade_no)
    if old is None:
        trade_no = at[:10].replace("-", "") + "22" + f"{secrets.randbelow(10**18):018d}"
        code = None if scanned else order_code(app_id, order.out_trade_no)
        status = "WAIT_BUYER_PAY" if scanned else "UNSCANNED"
        row = (app_id, order.out_trade_no, trade_no, order.subject, order.total_fen, code, status, order.notify_url, at)
        db.execute("INSERT INTO trade VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)", (*row, order.expires))
        return require_trade(db, app_id, order.out_trade_no, "")
    if old.status == "TRADE_SUCCESS":
        raise RefusalError("40004", "ACQ.TRADE_HAS_SUCCESS", "交易已被支付")
    if old.status == "TRADE_CLOSED":
        raise RefusalError("40004", "ACQ.TRADE_HAS_CLOSE", "交易已经关闭")
    if (old.subject, old.total_fen, old.code is None) != (order.subject, order.total_fen, scanned):
        raise RefusalError("40004", "ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改")
    return old


def order_code(app_id: str, out_trade_no: str) -> str:
    """Return the code of an order: the same in every sandbox, so that a flow can name it."""
    return CODE_START + hashlib.sha256(f"{app_id}\0{out_trade_no}".encode()).hexdigest()[:20]


def expiry(text: str, at: datetime) -> datetime:
    """Return when an order made ``at`` closes: ``90m``, ``2h``, ``3d``, or ``1c`` for the end of the day in China.

    Raises:
        ValueError: If it is written otherwise, or over 15 days.

    >>> from datetime import UTC
    >>> expiry("1c", datetime(2026, 1, 1, 20, tzinfo=UTC)).isoformat()
    '2026-01-03T00:00:00+08:00'
    """
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no time such as 90m, 2h, 3d or 1c")
    if text == "1c":
        return (at.astimezone(CHINA) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    length = int(found[1]) * _UNIT[found[2]]
    if length > _LONGEST:
        raise ValueError(f"{text!r} is over 15 days")
    return at + length


def close_expired(store: Store, now: datetime) -> None:
    """Close the trades that nobody paid in time; it writes only where there are such."""
    which = "status IN ('UNSCANNED', 'WAIT_BUYER_PAY') AND expires <= ?"
    at = stamp(now)
    with store.look() as db:
        if not db.execute(f"SELECT 1 FROM trade WHERE {which} LIMIT 1", (at,)).fetchone():
            return
    with store.change() as db:
        db.execute(f"UPDATE trade SET status = 'TRADE_CLOSED' WHERE {which}", (at,))


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
