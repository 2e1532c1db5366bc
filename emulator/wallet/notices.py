"""Notifications to the merchant: written with the change they tell of, posted until they are answered ``success``.

Only addresses on 127.0.0.1 are posted to; redirects are not followed and no proxy is asked.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Mapping
from datetime import datetime
from http.client import HTTPException
from urllib.parse import urlencode, urlsplit
from urllib.request import Request

from emulator.wallet.clock import Clock, stamp
from emulator.wallet.loopback import ask_loopback, is_loopback
from emulator.wallet.money import show_yuan
from emulator.wallet.rsa2 import Sign, notice_text
from emulator.wallet.store import Store
from emulator.wallet.trades import BUYER_ID, BUYER_LOGON, App, Trade

DELAYS_S = (240, 600, 600, 3_600, 7_200, 21_600, 54_000)  # after each failure, as Alipay's documents say
_TIMEOUT_S = 5.0
_IDLE_S = 5.0


def add_notice(
    db: sqlite3.Connection, app: App, trade: Trade, now: datetime, more: Mapping[str, str] | None = None
) -> None:
    """Write, in the caller's transaction, that the merchant is to be told of a trade's status."""
    if not trade.notify_url:
        return
    total, notice_id = show_yuan(trade.total_fen), secrets.token_hex(16)
    fields = {
        "notify_type": "trade_status_sync",
        "notify_id": notice_id,
        "app_id": app.app_id,
        "auth_app_id": app.app_id,
        "charset": "utf-8",
        "version": "1.0",
        "sign_type": "RSA2",
        "trade_no": trade.trade_no,
        "out_trade_no": trade.out_trade_no,
        "trade_status": trade.status,
        "subject": trade.subject,
        "total_amount": total,
        "buyer_id": BUYER_ID,
        "buyer_logon_id": BUYER_LOGON,
        "seller_id": app.seller_id,
        "gmt_create": trade.created,
        **({"gmt_payment": trade.paid, "receipt_amount": total, "buyer_pay_amount": total} if trade.paid else {}),
        **(more or {}),
    }
    row = (notice_id, trade.notify_url, json.dumps(fields, ensure_ascii=False), _ms(now))
    db.execute("INSERT INTO notice VALUES (?, ?, ?, 0, ?, 'due')", row)


class Notifier:
    """Posts what is due; ``start`` does so in a thread until ``close``."""

    def __init__(self, store: Store, sign: Sign, now: Clock, delays_s: tuple[float, ...] = DELAYS_S) -> None:
        self._store = store
        self._sign = sign
        self._now = now
        self._delays_s = delays_s
        self._wake = threading.Event()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="wallet notices", daemon=True)

    def start(self) -> None:
        """Begin to post."""
        self._thread.start()

    def wake(self) -> None:
        """Look for what is due now."""
        self._wake.set()

    def close(self) -> None:
        """Stop; what was not answered stays due for the next start."""
        self._closed = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def post_due(self) -> int:
        """Post once all that is due and return how many were answered ``success``."""
        with self._store.look() as db:
            query = "SELECT * FROM notice WHERE state = 'due' AND due_ms <= ? ORDER BY due_ms"
            due = db.execute(query, (_ms(self._now()),)).fetchall()
        return sum(self._post(row) for row in due)

    def _post(self, row: sqlite3.Row) -> bool:
        fields = json.loads(row["fields"]) | {"notify_time": stamp(self._now())}
        fields["sign"] = self._sign(notice_text(fields))
        done = _answered(row["url"], urlencode(fields).encode())
        with self._store.change() as db:
            if done:
                db.execute("UPDATE notice SET state = 'done', tries = tries + 1 WHERE id = ?", (row["id"],))
            elif row["tries"] < len(self._delays_s):
                due_ms = _ms(self._now()) + round(self._delays_s[row["tries"]] * 1000)
                db.execute("UPDATE notice SET tries = tries + 1, due_ms = ? WHERE id = ?", (due_ms, row["id"]))
            else:
                db.execute("UPDATE notice SET state = 'gone', tries = tries + 1 WHERE id = ?", (row["id"],))
        return done

    def _run(self) -> None:
        while not self._closed:
            self._wake.clear()
            self.post_due()
            if not self._closed:
                self._wake.wait(self._pause_s())

    def _pause_s(self) -> float:
        with self._store.look() as db:
            first = db.execute("SELECT MIN(due_ms) FROM notice WHERE state = 'due'").fetchone()[0]
        return _IDLE_S if first is None else min(_IDLE_S, max(0.0, (first - _ms(self._now())) / 1000))


def _answered(url: str, body: bytes) -> bool:
    if not is_loopback(urlsplit(url)):
        return False
    kind = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    try:
        answer = ask_loopback(Request(url, body, kind), _TIMEOUT_S, 64)
    except (OSError, HTTPException):
        return False
    return answer.status == 200 and answer.body.strip() == b"success"


def _ms(when: datetime) -> int:
    return round(when.timestamp() * 1000)
