"""The ledger: one debit an order, balanced after every commit, limits by class and day."""

from __future__ import annotations

import sqlite3
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.wallet.errors import RejectedError, ServiceError, WalletError
from emulator.wallet.ledger import ISSUE, WALLET, Ledger, Payment, merchant
from emulator.wallet.limits import Limits
from emulator.wallet.money import parse_fen
from emulator.wallet.store import Store

NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)
COFFEE = Payment("k1", "o1", "shop", 1_200, "C")


@pytest.fixture
def book(tmp_path):
    made = Ledger(Store(tmp_path / "wallet.db"), lambda: NOON)
    made.grant("start", 1_000_000)
    return made


def test_a_payment_moves_money_once(book):
    assert [book.pay(COFFEE), book.pay(COFFEE)] == [True, False]
    assert book.balance_fen(merchant("shop")) == 1_200
    assert book.balance_fen() == 998_800
    assert book.balance_fen(ISSUE) == -1_000_000


@pytest.mark.parametrize("keys", ["one key", "a key each"])
def test_a_hundred_concurrent_pays_of_an_order_make_one_debit(book, keys):
    def pay(number):
        try:
            return book.pay(replace(COFFEE, key="k" if keys == "one key" else f"k{number}"))
        except RejectedError as error:
            return error.code

    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(pay, range(100)))
    assert answers.count(True) == 1
    assert set(answers) - {True} == {False if keys == "one key" else "ACQ.TRADE_HAS_SUCCESS"}
    assert book.balance_fen(merchant("shop")) == 1_200
    assert book.unbalanced() == []


def test_of_two_intents_of_an_order_the_first_to_settle_is_the_only_one(book):
    book.intend(COFFEE)
    book.intend(replace(COFFEE, key="k2"))
    assert book.settle("k2")
    with pytest.raises(RejectedError) as refused:
        book.settle("k1")
    assert refused.value.code == "ACQ.TRADE_HAS_SUCCESS"
    assert book.balance_fen(merchant("shop")) == 1_200
    assert book.unbalanced() == []


def test_a_key_never_stands_for_two_payments(book):
    book.pay(COFFEE)
    with pytest.raises(WalletError, match="another payment"):
        book.pay(replace(COFFEE, amount_fen=1))


def test_a_voided_intent_is_not_settled_and_may_be_paid_anew(book):
    book.intend(COFFEE)
    assert book.recover() == 1
    with pytest.raises(WalletError, match="no intent"):
        book.settle("k1")
    assert book.pay(COFFEE)


def test_a_paid_intent_is_not_voided(book):
    book.pay(COFFEE)
    book.void("k1")
    assert book.recover() == 0
    assert book.pay(COFFEE) is False


def test_what_happens_with_the_debit_fails_with_it(book):
    def fail(_):
        raise RejectedError("no")

    with pytest.raises(RejectedError):
        book.pay(COFFEE, fail)
    assert book.balance_fen() == 1_000_000
    assert book.pay(COFFEE)


@pytest.mark.parametrize(("risk", "most"), [("D", 50_000), ("C", 100_000), ("B", 500_000)])
def test_a_class_has_a_limit_a_day(book, risk, most):
    book.pay(Payment("a", "a", "shop", most - 1, risk))
    with pytest.raises(RejectedError, match=r"0\.01 left"):
        book.pay(Payment("b", "b", "shop", 2, risk))
    assert book.pay(Payment("c", "c", "shop", 1, risk))
    assert book.outlook("shop", risk).left_fen == 0


def test_classes_have_their_limits_apart(book):
    book.pay(Payment("a", "a", "shop", 50_000, "D"))
    assert book.pay(Payment("b", "b", "shop", 100_000, "C"))
    assert book.pay(Payment("c", "c", "shop", 600_000, "A"))


def test_concurrent_pays_stay_within_the_limit(book):
    def pay(number):
        try:
            return book.pay(Payment(f"k{number}", f"o{number}", "shop", 10_000, "D"))
        except RejectedError:
            return False

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(pay, range(20))) == 5


def test_a_refund_gives_no_limit_back(book):
    book.pay(Payment("a", "a", "shop", 50_000, "D"))
    book.refund("a", "r", 50_000)
    assert book.outlook("shop", "D").left_fen == 0


def test_the_day_ends_at_midnight_in_china(tmp_path):
    times = [datetime(2026, 3, 1, 15, 59, tzinfo=UTC)]
    book = Ledger(Store(tmp_path / "wallet.db"), lambda: times[-1])
    book.grant("start", 1_000_000)
    book.pay(Payment("a", "a", "shop", 50_000, "D"))
    assert book.outlook("shop", "D").left_fen == 0
    times.append(times[0] + timedelta(minutes=1))
    assert book.outlook("shop", "D").left_fen == 50_000


def test_a_payee_is_new_once(book):
    assert book.outlook("shop", "C").first_time
    book.intend(COFFEE)
    assert book.outlook("shop", "C").first_time
    book.settle("k1")
    assert not book.outlook("shop", "C").first_time


def test_nothing_is_paid_that_is_not_there(tmp_path):
    book = Ledger(Store(tmp_path / "wallet.db"), lambda: NOON)
    with pytest.raises(RejectedError, match="balance"):
        book.pay(COFFEE)


def test_a_refund_happens_once_a_request_and_never_above_the_order(book):
    book.pay(COFFEE)
    assert [book.refund("o1", "r1", 700), book.refund("o1", "r1", 700)] == [True, False]
    with pytest.raises(RejectedError, match="another amount"):
        book.refund("o1", "r1", 1)
    with pytest.raises(RejectedError, match="more than is left"):
        book.refund("o1", "r2", 501)
    assert book.refund("o1", "r2", 500)
    assert book.balance_fen() == 1_000_000


@pytest.mark.usefixtures("book")
def test_entries_are_never_changed(tmp_path):
    with closing(sqlite3.connect(tmp_path / "wallet.db")) as db:
        for statement in ("UPDATE entry SET delta_fen = 1", "DELETE FROM entry", "DELETE FROM transfer"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                db.execute(statement)


def test_a_transfer_that_does_not_balance_is_found(book, tmp_path):
    with closing(sqlite3.connect(tmp_path / "wallet.db")) as db, db:
        db.execute("INSERT INTO entry VALUES (1, 'thief', 5)")
    assert book.unbalanced() == [1]


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
@pytest.mark.usefixtures("book")
def test_only_the_owner_reads_the_file(tmp_path):
    assert stat.S_IMODE((tmp_path / "wallet.db").stat().st_mode) == 0o600


def test_a_file_of_something_else_is_refused(tmp_path):
    (tmp_path / "wallet.db").write_text("not a database, but long enough to be taken for a damaged one" * 20)
    with pytest.raises(WalletError, match="cannot be used"):
        Store(tmp_path / "wallet.db")


@pytest.mark.parametrize("text", ["", "0", "0.00", "-1", "1.234", "1e3", "١", " 1", "1.", "100000000.01", "NaN"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueError, match="no amount"):
        parse_fen(text)


steps = st.lists(
    st.tuples(
        st.sampled_from(["pay", "refund", "recover", "intend", "settle"]),
        st.integers(0, 3),
        st.integers(1, 400),
        st.sampled_from("ABCD"),
    ),
    max_size=20,
)


@given(steps=steps)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_tried_the_ledger_balances(tmp_path_factory, steps):
    limits = Limits({"A": None, "B": 500, "C": 300, "D": 200})
    book = Ledger(Store(tmp_path_factory.mktemp("any") / "wallet.db"), lambda: NOON, limits)
    book.grant("start", 1_000)
    for step, number, amount, risk in steps:
        payment = Payment(f"k{number}", f"o{number % 2}", "shop", amount, risk)
        try:
            match step:
                case "pay":
                    book.pay(payment)
                case "refund":
                    book.refund(payment.order_id, payment.key, amount)
                case "recover":
                    book.recover()
                case "intend":
                    book.intend(payment)
                case "settle":
                    book.settle(payment.key)
        except ServiceError:
            pass
        assert book.unbalanced() == []
        assert book.balance_fen(WALLET) >= 0
        assert book.balance_fen(merchant("shop")) >= 0
        assert sum(map(book.balance_fen, (WALLET, ISSUE, merchant("shop")))) == 0
