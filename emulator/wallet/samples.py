"""Orders that wait in a new sandbox shop (沙箱), so that there is something to pay; a flow can name their codes."""

from __future__ import annotations

from datetime import datetime

from emulator.wallet.clock import stamp
from emulator.wallet.sandbox import APP_ID, Sandbox
from emulator.wallet.trades import Order, add_trade, expiry, order_code

SAMPLES = {  # number: amount in fen, what for, how long it is good
    "sample-1": (3_200, "拿铁 · Latte", "15d"),
    "sample-2": (1_250, "面包 · Bread", "15d"),
    "sample-3": (30_000, "书包 · Backpack", "15d"),  # above the limit for the PIN
    "sample-4": (128_000, "耳机 · Headphones", "15d"),  # above the day's limit of an order code
    "sample-5": (900, "茶 · Tea", "1m"),
}


def stock(box: Sandbox, now: datetime) -> None:
    """Put the samples into a shop that never had an order, as if it had precreated them ``now``."""
    with box.store.change() as db:
        if db.execute("SELECT 1 FROM trade LIMIT 1").fetchone():
            return
        for number, (fen, subject, good_for) in SAMPLES.items():
            order = Order(number, subject, fen, "", stamp(expiry(good_for, now)))
            add_trade(db, APP_ID, order, stamp(now), scanned=False)


def sample_code(number: str) -> str:
    """Return the text of a sample's code.

    >>> sample_code("sample-1")
    'https://qr.alipay.com/bax34a93027251c13168bec'
    """
    return order_code(APP_ID, number)
