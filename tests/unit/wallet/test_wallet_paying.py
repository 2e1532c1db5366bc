"""Paying and undoing: 沙箱 money moves once, by scanned codes and by the payer's own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from emulator.wallet.errors import NotFoundError, RejectedError, WalletError
from emulator.wallet.ledger import merchant
from emulator.wallet.sandbox import APP_ID, START_FEN
from tests.unit.wallet.orders import bought


def test_an_order_is_precreated_scanned_paid_and_queried(box, client):
    code = client.precreate("o1", 1_200, "咖啡")
    assert code.startswith("https://qr.alipay.com/bax")
    with pytest.raises(NotFoundError, match="TRADE_NOT_EXIST"):  # as with Alipay, until a wallet has scanned it
        client.query("o1")
    offer = box.cashier.resolve(code.upper())
    assert (offer.title, offer.subject, offer.amount_fen, offer.label) == ("沙箱小店", "咖啡", 1_200, "沙箱")
    assert offer.outlook.first_time
    assert client.query("o1").status == "WAIT_BUYER_PAY"
    receipt = box.cashier.pay(offer, "k1")
    assert (receipt.amount_fen, receipt.again, receipt.label) == (1_200, False, "沙箱")
    state = client.query("o1")
    assert (state.status, state.total_fen) == ("TRADE_SUCCESS", 1_200)
    assert box.ledger.balance_fen() == START_FEN - 1_200
    assert box.cashier.pay(offer, "k1").again
    assert not box.cashier.resolve(client.precreate("o2", 1, "x")).outlook.first_time


@pytest.mark.parametrize("keys_used", [1, 100])
def test_a_hundred_concurrent_pays_of_an_order_make_one_debit(box, client, keys_used):
    offer = box.cashier.resolve(client.precreate("o1", 1_200, "x"))

    def pay(number):
        try:
            return box.cashier.pay(offer, f"k{number % keys_used}").again
        except RejectedError as error:
            return error.code

    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(pay, range(100)))
    assert answers.count(False) == 1
    assert set(answers) - {False} == {True if keys_used == 1 else "ACQ.TRADE_HAS_SUCCESS"}
    assert box.ledger.balance_fen(merchant(APP_ID)) == 1_200
    assert box.ledger.unbalanced() == []


def test_a_hundred_concurrent_calls_of_trade_pay_make_one_debit(box, client):
    code = box.cashier.pay_code()

    def pay(_):
        try:
            return client.pay("o1", 1_200, "x", code).status
        except RejectedError as error:
            return error.code

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(pay, range(100)))
    assert set(answers) <= {"TRADE_SUCCESS", "ACQ.TRADE_HAS_SUCCESS"}
    assert "TRADE_SUCCESS" in answers
    assert box.ledger.balance_fen(merchant(APP_ID)) == 1_200


def test_a_pay_code_is_good_once_and_for_a_minute(box, client, clock):
    code = box.cashier.pay_code()
    assert client.pay("o1", 100, "x", code).status == "TRADE_SUCCESS"
    with pytest.raises(RejectedError, match="AUTH_CODE_INVALID"):
        client.pay("o2", 100, "x", code)
    late = box.cashier.pay_code()
    clock.at += timedelta(seconds=61)
    with pytest.raises(RejectedError, match="AUTH_CODE_INVALID"):
        client.pay("o3", 100, "x", late)
    with pytest.raises(RejectedError, match="AUTH_CODE_INVALID"):
        client.pay("o4", 100, "x", "280000000000000000")
    assert box.ledger.balance_fen() == START_FEN - 100


def test_the_day_s_limit_is_the_gateway_s_too(box, client):
    with pytest.raises(RejectedError, match="DAY_LIMIT"):
        client.pay("o1", 100_001, "x", box.cashier.pay_code())
    with pytest.raises(RejectedError, match="limit of class C"):
        bought(box, client, "o2", 100_001)
    assert box.ledger.balance_fen() == START_FEN


def test_a_shop_s_static_code_takes_the_payer_s_amount_up_to_its_own_limit(box):
    offer = box.cashier.resolve(box.shop_code + "?t=1")
    assert (offer.amount_fen, offer.risk) == (None, "D")
    assert box.cashier.pay(offer, "k1", 50_000).amount_fen == 50_000
    assert box.cashier.pay(offer, "k1", 50_000).again
    with pytest.raises(RejectedError, match="limit of class D"):
        box.cashier.pay(offer, "k2", 1)
    for wrong in (None, 0, -5):
        with pytest.raises(WalletError):
            box.cashier.pay(offer, "k3", wrong)


def test_an_offer_is_good_for_a_minute_and_as_it_was_shown(box, client, clock):
    offer = box.cashier.resolve(client.precreate("o1", 1_200, "x"))
    with pytest.raises(RejectedError, match="not what was shown"):
        box.cashier.pay(replace(offer, amount_fen=1), "k1")
    clock.at += timedelta(seconds=61)
    with pytest.raises(RejectedError, match="scan again"):
        box.cashier.pay(offer, "k1")
    assert box.ledger.balance_fen() == START_FEN


def test_a_code_of_nobody_is_not_found(box):
    with pytest.raises(NotFoundError, match="沙箱"):
        box.cashier.resolve("https://qr.alipay.com/bax0000")


# What the merchant may undo


def test_cancel_closes_refunds_or_finds_nothing(box, client):
    assert client.cancel("never made") == ""
    unseen = client.precreate("o1", 100, "x")
    assert client.cancel("o1") == ""
    with pytest.raises(RejectedError, match="closed"):
        box.cashier.resolve(unseen)
    offer = box.cashier.resolve(client.precreate("o2", 100, "x"))
    assert [client.cancel("o2"), client.cancel("o2")] == ["close", "close"]
    with pytest.raises(RejectedError, match="closed"):
        box.cashier.pay(offer, "k2")
    bought(box, client, "o3")
    assert [client.cancel("o3"), client.cancel("o3")] == ["refund", "refund"]
    assert client.query("o3").status == "TRADE_CLOSED"
    assert box.ledger.balance_fen() == START_FEN


def test_cancel_is_for_a_day_and_not_after_a_refund(box, client, clock):
    bought(box, client, "o1")
    client.refund("o1", "r1", 1)
    with pytest.raises(RejectedError, match="REFUND_FEE_ERR"):
        client.cancel("o1")
    bought(box, client, "o2")
    clock.at += timedelta(hours=24, seconds=1)
    with pytest.raises(RejectedError, match="CANCEL_TIME_OUT"):
        client.cancel("o2")


def test_refunds_count_once_a_request_and_close_the_trade_at_the_end(box, client):
    bought(box, client)
    assert [client.refund("o1", "r1", 700), client.refund("o1", "r1", 700)] == [700, 700]
    with pytest.raises(RejectedError, match="DISCORDANT_REPEAT_REQUEST"):
        client.refund("o1", "r1", 1)
    with pytest.raises(RejectedError, match="REFUND_AMT_NOT_EQUAL_TOTAL"):
        client.refund("o1", "r2", 501)
    assert client.query("o1").status == "TRADE_SUCCESS"
    assert client.refund("o1", "r2", 500) == 1_200
    assert client.query("o1").status == "TRADE_CLOSED"
    assert client.refund("o1", "r2", 500) == 1_200
    assert box.ledger.balance_fen() == START_FEN
    assert box.ledger.unbalanced() == []


def test_close_is_for_scanned_and_unpaid_orders(box, client):
    code = client.precreate("o1", 100, "x")
    with pytest.raises(NotFoundError):
        client.close("o1")
    box.cashier.resolve(code)
    client.close("o1")
    assert client.query("o1").status == "TRADE_CLOSED"
    bought(box, client, "o2")
    for order in ("o1", "o2"):
        with pytest.raises(RejectedError, match="TRADE_STATUS_ERROR"):
            client.close(order)


def test_an_order_s_number_stands_for_one_order(box, client):
    code = client.precreate("o1", 100, "x")
    assert client.precreate("o1", 100, "x") == code
    with pytest.raises(RejectedError, match="CONTEXT_INCONSISTENT"):
        client.precreate("o1", 101, "x")
    box.cashier.pay(box.cashier.resolve(code), "k")
    with pytest.raises(RejectedError, match="TRADE_HAS_SUCCESS"):
        client.precreate("o1", 100, "x")


@pytest.mark.parametrize(("good_for", "seconds"), [("", 7_200), ("1m", 60), ("3d", 259_200), ("1c", 43_200)])
def test_an_order_closes_when_its_time_is_over(box, client, clock, good_for, seconds):
    code = client.precreate("o1", 100, "x", good_for=good_for)
    clock.at += timedelta(seconds=seconds - 1)
    offer = box.cashier.resolve(code)
    clock.at += timedelta(seconds=1)
    with pytest.raises(RejectedError, match="closed"):
        box.cashier.pay(offer, "k1")
    with pytest.raises(RejectedError, match="closed"):
        box.cashier.resolve(code)
    assert client.query("o1").status == "TRADE_CLOSED"
    assert box.ledger.balance_fen() == START_FEN


@pytest.mark.parametrize("good_for", ["0m", "5", "1.5h", "16d", "forever", "1w"])
def test_a_time_that_is_none_is_refused(client, good_for):
    with pytest.raises(RejectedError, match="INVALID_PARAMETER"):
        client.precreate("o1", 100, "x", good_for=good_for)
