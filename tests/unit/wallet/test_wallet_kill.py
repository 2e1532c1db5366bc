"""kill -9 at every point of a payment: the ledger stays balanced and nothing is paid twice."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from emulator.wallet.errors import RejectedError
from emulator.wallet.ledger import WALLET, merchant
from tests.unit.wallet.killed_payer import ledger, payment

TIMES = 120
ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")


@pytest.fixture(scope="module")
def survived(tmp_path_factory):
    """The file after all deaths, and how many there were."""
    path = tmp_path_factory.mktemp("killed") / "wallet.db"
    script = Path(__file__).with_name("killed_payer.py")
    command = [sys.executable, str(script), str(path), str(TIMES)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120, env=environment)
    return path, int(done.stdout)


def states(path):
    with closing(sqlite3.connect(path)) as db:
        return dict(db.execute("SELECT key, state FROM intent"))


def test_a_hundred_kills_leave_a_balanced_ledger_and_nothing_is_paid_twice(survived):
    path, dead = survived
    assert dead >= 80
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
