"""What a shop's wall of orders shows: each order with its state, told by the ledger and not by any screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from emulator.wallet.clock import stamp
from emulator.wallet.store import Store

OrderState = Literal["new", "waiting", "paid", "refunded", "closed"]
_QUERY = """
SELECT out_trade_no, subject, total_fen, code, status, expires,
  (SELECT amount_fen FROM transfer WHERE kind = 'pay' AND ref = trade_no) AS paid_fen,
  (SELECT COALESCE(SUM(amount_fen), 0) FROM transfer WHERE kind = 'refund' AND order_id = trade_no) AS back_fen
FROM trade ORDER BY created DESC, rowid DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class ShopOrder:
    """One order.

    Attributes:
        number: The merchant's.
        subject: What for.
        amount_fen: How much.
        code: Text of its code; "" where a static code made it.
        state: ``new`` (nobody scanned it), ``waiting`` for the payer, ``paid``, ``refunded`` in full, ``closed``.
    """

    number: str
    subject: str
    amount_fen: int
    code: str
    state: OrderState


def newest_orders(store: Store, now: datetime, most: int = 30) -> list[ShopOrder]:
    """Return at most so many orders, the newest first."""
    with store.look() as db:
        rows = db.execute(_QUERY, (most,)).fetchall()
    at = stamp(now)
    return [
        ShopOrder(row["out_trade_no"], row["subject"], row["total_fen"], row["code"] or "", _state(dict(row), at))
        for row in rows
    ]


def _state(row: dict[str, str | int | None], at: str) -> OrderState:
    if row["paid_fen"] is not None:
        return "refunded" if row["back_fen"] == row["paid_fen"] else "paid"
    if row["status"] == "TRADE_CLOSED" or str(row["expires"]) <= at:
        return "closed"
    return "new" if row["status"] == "UNSCANNED" else "waiting"
