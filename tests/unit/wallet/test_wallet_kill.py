"""kill -9 at every point of a payment: the ledger stays balanced and nothing is paid twice."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from emulator.wallet.errors import RejectedError
from emulator.wallet.ledger import WALLET, merchant
from tests.unit.wallet.killed_payer import NOON, SHOP, ledger, payment, wallet

TIMES = 120
ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")


def killed(path, way, times):
    """Return how many children died of it."""
    command = [sys.executable, str(Path(__file__).with_name("killed_payer.py")), str(path), str(times), way]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return int(subprocess.run(command, capture_output=True, text=True, check=True, timeout=120, env=environment).stdout)


def states(path):
    with closing(sqlite3.connect(path)) as db:
        return dict(db.execute("SELECT key, state FROM intent"))


def test_a_hundred_kills_leave_a_balanced_ledger_and_nothing_is_paid_twice(tmp_path):
    path = tmp_path / "wallet.db"
    assert killed(path, "payments", TIMES) >= 80
    book = ledger(str(path))
    before = states(path)
    assert {"open", "paid"} <= set(before.values())  # some died between intent and debit, some after it
    assert len(before) < TIMES  # and some before the intent
    assert book.unbalanced() == []
    paid = sum(state == "paid" for state in before.values())
    assert book.balance_fen(merchant("shop")) == 100 * paid

    assert book.recover() == sum(state == "open" for state in before.values())
    assert book.balance_fen(merchant("shop")) == 100 * paid

    moved = [book.pay(payment(number)) for number in range(TIMES)]  # each is sent again with its key
    assert moved == [before.get(f"key{number}") != "paid" for number in range(TIMES)]
    for number in range(TIMES):
        with pytest.raises(RejectedError, match="paid already"):
            book.pay(payment(number).__class__(f"other{number}", f"order{number}", "shop", 100, "A"))
    assert book.unbalanced() == []
    assert book.balance_fen(merchant("shop")) == 100 * TIMES
    assert book.balance_fen(WALLET) == 1_000_000 - 100 * TIMES


def test_a_hundred_kills_of_the_wearer_s_payment_leave_each_attempt_decided_and_paid_at_most_once(tmp_path):
    path = tmp_path / "wallet.db"
    assert killed(path, "attempts", 115) >= 100
    with closing(sqlite3.connect(path)) as db:
        before = Counter(row[0] for row in db.execute("SELECT state FROM attempt"))
    assert min(before["held"], before["intent"], before["paid"]) > 0  # they died on both sides of both commits
    book, purse = ledger(str(path)), wallet(str(path), lambda: NOON + timedelta(seconds=8))
    assert book.recover() == before["intent"]
    purse.recover()
    with closing(sqlite3.connect(path)) as db:
        after = Counter(row[0] for row in db.execute("SELECT state FROM attempt"))
        known = db.execute("SELECT id, nonce FROM attempt").fetchall()
    assert after == {"refused": before["held"], "unknown": before["intent"], "paid": before["paid"]}
    assert Counter(purse.pay(number, nonce).state for number, nonce in known) == after  # and again: nothing moves
    assert book.unbalanced() == []
    assert book.balance_fen(merchant(SHOP.app_id)) == 100 * before["paid"]
    assert book.balance_fen(WALLET) == 1_000_000 - 100 * before["paid"]
