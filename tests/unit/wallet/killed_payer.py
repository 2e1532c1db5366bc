"""Pays in children that are killed at a given database call, for ``test_wallet_kill``: ``killed_payer.py FILE TIMES``.

Each child is a process of its own and dies of SIGKILL before or after its n-th ``execute``, so the deaths walk over
every point from before the intent to after the commit of the debit. Writes how many children died of it.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from emulator.wallet.ledger import Ledger, Payment
from emulator.wallet.store import Store

POINTS = 60  # more than the calls of one payment, so that some children live


def ledger(path: str) -> Ledger:
    return Ledger(Store(Path(path)), lambda: datetime(2026, 3, 1, 4, tzinfo=UTC))


def payment(number: int) -> Payment:
    return Payment(f"key{number}", f"order{number}", "shop", 100, "A")


def main() -> None:
    path, times = sys.argv[1], int(sys.argv[2])
    ledger(path).grant("start", 1_000_000)
    dead = 0
    for number in range(times):
        child = os.fork()
        if child == 0:
            book = ledger(path)
            left = number % POINTS

            def count(_frame: object, event: str, called: object) -> None:
                nonlocal left
                if event in {"c_call", "c_return"} and getattr(called, "__name__", "") in {"execute", "executemany"}:
                    if left == 0:
                        os.kill(os.getpid(), signal.SIGKILL)
                    left -= 1

            sys.setprofile(count)
            book.pay(payment(number))
            os._exit(0)
        status = os.waitpid(child, 0)[1]
        dead += os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    sys.stdout.write(f"{dead}\n")


if __name__ == "__main__":
    main()
