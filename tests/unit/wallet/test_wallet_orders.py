"""The shop's list of orders: what it says of each is what the ledger says."""

from __future__ import annotations

from datetime import timedelta

from emulator.wallet.orders import newest_orders
from emulator.wallet.samples import SAMPLES, sample_code, stock
from tests.unit.wallet.orders import bought


def states(box, clock):
    return {order.number: order.state for order in newest_orders(box.store, clock())}


def test_an_order_is_new_waiting_paid_and_refunded_as_the_ledger_has_it(box, client, clock):
    code = client.precreate("o1", 1_200, "咖啡")
    assert states(box, clock) == {"o1": "new"}
    offer = box.cashier.resolve(code)
    assert states(box, clock) == {"o1": "waiting"}
    box.cashier.pay(offer, "k1")
    client.refund("o1", "r1", 200)
    assert states(box, clock) == {"o1": "paid"}
    client.refund("o1", "r2", 1_000)
    assert states(box, clock) == {"o1": "refunded"}


def test_an_order_over_its_time_is_closed_before_anybody_asks_for_it(box, client, clock):
    client.precreate("o1", 1_200, "x", good_for="1m")
    clock.at += timedelta(seconds=61)
    assert states(box, clock) == {"o1": "closed"}


def test_the_newest_stand_first_and_so_many_at_most(box, client, clock):
    for number in range(4):
        bought(box, client, f"o{number}")
        clock.at += timedelta(seconds=1)
    assert [order.number for order in newest_orders(box.store, clock(), most=3)] == ["o3", "o2", "o1"]


def test_a_shop_is_stocked_once_with_codes_that_a_flow_can_name(box, clock):
    stock(box, clock())
    stock(box, clock())
    orders = {order.number: order for order in newest_orders(box.store, clock())}
    assert orders.keys() == SAMPLES.keys()
    assert {number: order.code for number, order in orders.items()} == {
        number: sample_code(number) for number in SAMPLES
    }
