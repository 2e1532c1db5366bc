"""The wearer's steps: each a state, each refusal with its reason, and nothing paid but through all of them."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from itertools import pairwise

import pytest

from emulator.wallet import audit
from emulator.wallet.attempts import NEXT, begin, get, move
from emulator.wallet.errors import RejectedError, WalletError
from emulator.wallet.ledger import merchant
from emulator.wallet.sandbox import APP_ID, START_FEN, Sandbox

PIN = "270146"


def resolved(box, code, said_fen=None):
    seen = box.wallet.scan()
    box.wallet.classify(seen.id, "alipay", code)
    return box.wallet.resolve(seen.id, said_fen)


def challenged(box, code, said_fen=None):
    return box.wallet.challenge(resolved(box, code, said_fen).id)


def held(box, clock, code, said_fen=None):
    asked = challenged(box, code, said_fen)
    found = box.wallet.confirm(asked.id, asked.nonce)
    clock.at += timedelta(seconds=7)
    return found


def changes(box, number):
    with box.store.look() as db:
        return [line.change for line in audit.read(db, f"attempt {number}")]


def test_an_order_goes_through_every_state_and_each_is_in_the_audit_log(box, client, clock):
    asked = challenged(box, client.precreate("o1", 1_200, "咖啡"))
    assert (asked.title, asked.amount_fen, asked.fixed, asked.first_time) == ("沙箱小店", 1_200, True, True)
    box.wallet.confirm(asked.id, asked.nonce)
    clock.at += timedelta(seconds=7)
    assert box.wallet.pay(asked.id, asked.nonce).state == "paid"
    assert box.wallet.receipt(asked.id).state == "receipt"
    names = ["scanned", "classified", "resolved", "challenged", "held", "intent", "paid", "receipt"]
    assert changes(box, asked.id) == names[:1] + [f"{a} -> {b}" for a, b in pairwise(names)]
    assert box.ledger.balance_fen(merchant(APP_ID)) == 1_200


@pytest.mark.parametrize("state", sorted(NEXT))
def test_no_state_is_reached_but_along_its_arrows(box, state):
    with box.store.change() as db:
        attempt = begin(db, "now")
        db.execute("UPDATE attempt SET state = ? WHERE id = ?", (state, attempt.id))
        for other in sorted(set(NEXT) - NEXT[state]):
            with pytest.raises(WalletError, match="cannot become"):
                move(db, "now", attempt, other)


def test_a_static_code_is_an_order_of_the_shop_too_and_can_be_queried_and_refunded(box, client, clock):
    found = held(box, clock, box.shop_code, 2_000)
    paid = box.wallet.pay(found.id, found.nonce)
    assert client.query(paid.order_no).status == "TRADE_SUCCESS"
    assert client.refund(paid.order_no, "r1", 500) == 500
    assert box.ledger.balance_fen() == START_FEN - 1_500


@pytest.mark.parametrize(
    ("order_fen", "said_fen", "reason"),
    [
        (1_200, 1_300, "amount-differs"),
        (100_001, None, "over-limit"),
        (None, 50_001, "over-limit"),
        (None, None, "amount-missing"),
        (None, 0, "amount-missing"),
    ],
)
def test_what_cannot_be_paid_is_refused_before_anybody_is_asked(box, client, order_fen, said_fen, reason):
    code = client.precreate("o1", order_fen, "x") if order_fen else box.shop_code
    found = resolved(box, code, said_fen)
    assert (found.state, found.reason) == ("refused", reason)


def test_unknown_paid_and_closed_orders_are_refused_by_name(box, client, clock):
    assert resolved(box, "https://qr.alipay.com/bax0").reason == "payee-not-resolved"
    code = client.precreate("o1", 1_200, "x")
    found = held(box, clock, code)
    box.wallet.pay(found.id, found.nonce)
    assert resolved(box, code).reason == "order-paid"
    code = client.precreate("o2", 1_200, "x", good_for="1m")
    clock.at += timedelta(minutes=1)
    assert resolved(box, code).reason == "order-closed"


def test_nothing_is_paid_from_an_empty_wallet_or_by_an_unbound_one(box):
    box.owner.bind(False)
    assert resolved(box, box.shop_code, 100).reason == "unbound"
    box.owner.bind(True)
    with box.store.change() as db:
        db.execute(
            "INSERT INTO transfer VALUES (NULL, 'pay', 'x', 'x', 'x', ?, 'A', '2026-01-01 00:00:00')", (START_FEN,)
        )
        row = db.execute("SELECT MAX(id) FROM transfer").fetchone()[0]
        db.executemany(
            "INSERT INTO entry VALUES (?, ?, ?)", [(row, "wallet", -START_FEN), (row, "merchant:x", START_FEN)]
        )
    assert resolved(box, box.shop_code, 100).reason == "balance"


def test_an_own_limit_lowers_the_regulator_s_and_never_raises_it(box):
    box.owner.limit("D", 1_000)
    assert resolved(box, box.shop_code, 1_001).reason == "over-limit"
    box.owner.limit("D", 9_000_000)
    assert resolved(box, box.shop_code, 50_001).reason == "over-limit"
    assert resolved(box, box.shop_code, 20_000).state == "resolved"


def test_a_confirmation_needs_the_nonce_of_its_challenge_within_a_minute(box, clock):
    asked = challenged(box, box.shop_code, 100)
    for nonce in ("", "0" * 32, challenged(box, box.shop_code, 100).nonce):
        with pytest.raises(WalletError, match="not of this challenge"):
            box.wallet.confirm(asked.id, nonce)
    clock.at += timedelta(seconds=61)
    assert box.wallet.confirm(asked.id, asked.nonce).reason == "time-out"
    assert box.wallet.pay(asked.id, asked.nonce).state == "refused"


def test_nothing_is_paid_before_the_time_to_cancel_is_over(box, clock):
    asked = challenged(box, box.shop_code, 100)
    assert box.wallet.pay(asked.id, asked.nonce).state == "challenged"
    box.wallet.confirm(asked.id, asked.nonce)
    clock.at += timedelta(seconds=5.9)  # the payee is new: six seconds
    assert box.wallet.pay(asked.id, asked.nonce).state == "held"
    assert box.wallet.cancel(asked.id).reason == "cancelled"
    clock.at += timedelta(seconds=1)
    assert box.wallet.pay(asked.id, asked.nonce).state == "refused"
    assert box.ledger.balance_fen() == START_FEN


def test_a_known_payee_is_held_for_three_seconds(box, clock):
    first = held(box, clock, box.shop_code, 100)
    box.wallet.pay(first.id, first.nonce)
    asked = challenged(box, box.shop_code, 100)
    assert not asked.first_time
    box.wallet.confirm(asked.id, asked.nonce)
    clock.at += timedelta(seconds=3)
    assert box.wallet.pay(asked.id, asked.nonce).state == "paid"


def test_what_is_paid_cannot_be_cancelled_any_more(box, clock):
    found = held(box, clock, box.shop_code, 100)
    box.wallet.pay(found.id, found.nonce)
    assert box.wallet.cancel(found.id).state == "paid"


def test_a_hundred_concurrent_pays_of_one_attempt_make_one_debit(box, client, clock):
    found = held(box, clock, client.precreate("o1", 1_200, "x"))
    with ThreadPoolExecutor(100) as pool:
        states = {one.state for one in pool.map(lambda _: box.wallet.pay(found.id, found.nonce), range(100))}
    assert states == {"paid"}
    assert box.ledger.balance_fen(merchant(APP_ID)) == 1_200
    assert box.ledger.unbalanced() == []


def test_an_order_that_is_closed_between_confirmation_and_debit_is_not_paid(box, client, clock):
    found = held(box, clock, client.precreate("o1", 1_200, "x"))
    client.close("o1")
    assert box.wallet.pay(found.id, found.nonce).state == "closed"
    assert changes(box, found.id)[-2:] == ["intent -> unknown: order-closed", "unknown -> closed: order-closed"]
    assert box.ledger.balance_fen() == START_FEN


def test_two_attempts_at_one_order_pay_it_once(box, client, clock):
    code = client.precreate("o1", 1_200, "x")
    one, two = held(box, clock, code), held(box, clock, code)
    assert [box.wallet.pay(one.id, one.nonce).state, box.wallet.pay(two.id, two.nonce).reason] == ["paid", "order-paid"]
    assert box.ledger.balance_fen() == START_FEN - 1_200


# The PIN


def test_a_large_amount_wants_the_pin_and_is_not_held_without_it(box, clock):
    assert challenged(box, box.shop_code, 20_001).reason == "pin-unset"
    box.pins.set(PIN)
    asked = challenged(box, box.shop_code, 20_001)
    assert (asked.state, asked.pin) == ("challenged", "wanted")
    assert box.wallet.confirm(asked.id, asked.nonce).state == "challenged"
    with pytest.raises(RejectedError, match="wrong"):
        box.pins.check("270147", asked.id)
    assert box.wallet.confirm(asked.id, asked.nonce).state == "challenged"
    box.pins.check(PIN, asked.id)
    with box.store.look() as db:
        assert get(db, asked.id).pin == "given"
    assert box.wallet.confirm(asked.id, asked.nonce).state == "held"
    clock.at += timedelta(seconds=7)
    assert box.wallet.pay(asked.id, asked.nonce).state == "paid"


def test_a_pin_that_is_wanted_since_the_yes_is_wanted_of_the_payment(box, clock):
    box.pins.set(PIN)
    asked = held(box, clock, box.shop_code, 5_000)
    box.owner.want_pin_above(1_000)
    refused = box.wallet.pay(asked.id, asked.nonce)
    assert (refused.state, refused.reason) == ("refused", "pin-wanted")
    assert box.ledger.balance_fen() == START_FEN


def test_three_misses_lock_the_pin_for_a_quarter_of_an_hour(box, clock):
    box.pins.set(PIN)
    for _ in range(3):
        with pytest.raises(RejectedError, match="wrong"):
            box.pins.check("270147")
    with pytest.raises(RejectedError, match="locked"):
        box.pins.check(PIN)
    assert challenged(box, box.shop_code, 20_001).reason == "pin-locked"
    with pytest.raises(RejectedError, match="locked"):
        box.pins.set("270148", PIN)
    clock.at += timedelta(minutes=15, seconds=1)
    with pytest.raises(RejectedError, match="wrong"):
        box.pins.check("270147")
    assert box.pins.state() == "locked"  # one miss more is one too many
    clock.at += timedelta(minutes=15, seconds=1)
    box.pins.check(PIN)
    assert box.pins.state() == "ready"


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "27014x", "١٢٣٤٥٦", "111111", "123456", "654321", "890123"])
def test_what_is_no_good_pin_is_refused_without_repeating_it(box, pin):
    with pytest.raises(WalletError) as refused:
        box.pins.set(pin)
    assert not pin or pin not in str(refused.value)


def test_the_pin_is_changed_by_who_knows_it_and_stands_nowhere(box, folder):
    box.pins.set(PIN)
    with pytest.raises(RejectedError, match="wrong"):
        box.pins.set("951753", "000000")
    box.pins.set("951753", PIN)
    box.pins.check("951753")
    with box.store.look() as db:
        assert [line.change for line in audit.read(db, "pin")] == ["set", "missed", "right", "set", "right"]
    for path in folder.iterdir():
        assert PIN.encode() not in path.read_bytes()


def test_the_audit_log_is_only_added_to(box, folder):
    box.owner.bind(True)
    with closing(sqlite3.connect(folder / "wallet.db")) as db:
        for statement in ("UPDATE audit SET change = ''", "DELETE FROM audit"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                db.execute(statement)


# After a crash


def test_a_start_refuses_what_was_undecided_and_asks_for_what_is_unknown(folder, clock):
    with Sandbox(folder, clock) as box:
        asked = challenged(box, box.shop_code, 100)
        lost = held(box, clock, box.shop_code, 200)
        with box.store.change() as db:  # as far as an intent, and no further
            box.wallet._intend(db, lost, f"attempt {lost.id}")
    with Sandbox(folder, clock) as again:
        assert again.wallet.cancel(asked.id).reason == "interrupted"
        found = again.wallet.query(lost.id)
        assert (found.state, found.reason) == ("closed", "interrupted")
        assert again.ledger.balance_fen() == START_FEN
        with pytest.raises(WalletError, match="no intent"):
            again.cashier.settle(f"attempt {lost.id}", APP_ID)


def test_a_wallet_of_the_first_version_gets_what_is_new_and_keeps_its_money(folder, clock):
    with Sandbox(folder, clock) as box:
        found = held(box, clock, box.shop_code, 100)
        box.wallet.pay(found.id, found.nonce)
    with closing(sqlite3.connect(folder / "wallet.db")) as db, db:
        for table in ("attempt", "audit", "owner", "pin"):
            db.execute(f"DROP TABLE {table}")
        db.execute("ALTER TABLE trade DROP COLUMN expires")
        db.execute("PRAGMA user_version = 1")
    with Sandbox(folder, clock) as again:
        assert again.ledger.balance_fen() == START_FEN - 100
        assert resolved(again, again.shop_code, 100).state == "resolved"
