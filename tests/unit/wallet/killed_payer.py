"""Pays in children that are killed at a given database call: ``killed_payer.py FILE TIMES payments|attempts``.

Each child is a process of its own and dies of SIGKILL before or after its n-th ``execute``, so the deaths walk over
every point from before the intent to after the commit of the debit. Writes how many children died of it.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from emulator.wallet.attempts import Attempt
from emulator.wallet.cashier import Cashier, static_code
from emulator.wallet.client import MerchantClient
from emulator.wallet.clock import Clock
from emulator.wallet.desk import Desk
from emulator.wallet.errors import NetworkError
from emulator.wallet.ledger import Ledger, Payment
from emulator.wallet.store import Store
from emulator.wallet.trades import App
from emulator.wallet.wallet import Wallet

POINTS = {"payments": 60, "attempts": 100}  # more than the calls of one payment, so that some children live
NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)
SHOP = App("app", "seller", "shop", b"")


def ledger(path: str) -> Ledger:
    return Ledger(Store(Path(path)), lambda: NOON)


def payment(number: int) -> Payment:
    return Payment(f"key{number}", f"order{number}", "shop", 100, "A")


def wallet(path: str, now: Clock) -> Wallet:
    """The wearer's wallet without a gateway: whom it would ask is not there."""
    store = Store(Path(path))
    desk = Desk(store, Ledger(store, now), now)
    return Wallet(desk, Cashier(desk, {SHOP.app_id: SHOP}, lambda: None), _nobody)


def held(purse: Wallet) -> Attempt:
    """An attempt that the wearer has confirmed."""
    seen = purse.scan().id
    purse.classify(seen, "alipay-static", static_code(SHOP))
    purse.resolve(seen, 100)
    asked = purse.challenge(seen)
    return purse.confirm(seen, asked.nonce)


def main() -> None:
    path, times, way = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    ledger(path).grant("start", 1_000_000)
    first = wallet(path, lambda: NOON)
    begun = [held(first) for _ in range(times if way == "attempts" else 0)]
    dead = 0
    for number in range(times):
        child = os.fork()
        if child == 0:
            if way == "attempts":
                one, purse = begun[number], wallet(path, lambda: NOON + timedelta(seconds=7))
                _die_at(number % POINTS[way])
                purse.pay(one.id, one.nonce)
            else:
                book = ledger(path)
                _die_at(number % POINTS[way])
                book.pay(payment(number))
            os._exit(0)
        status = os.waitpid(child, 0)[1]
        dead += os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    sys.stdout.write(f"{dead}\n")


def _die_at(left: int) -> None:
    def count(_frame: object, event: str, called: object) -> None:
        nonlocal left
        if event in {"c_call", "c_return"} and getattr(called, "__name__", "") in {"execute", "executemany"}:
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1

    sys.setprofile(count)


def _nobody() -> MerchantClient:
    raise NetworkError("there is no gateway here")


if __name__ == "__main__":
    main()
