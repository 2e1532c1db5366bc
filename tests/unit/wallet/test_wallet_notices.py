"""Notifications: signed, sent until answered, and to this machine only."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from emulator.wallet.client import MerchantClient
from emulator.wallet.clock import stamp
from emulator.wallet.errors import AuthError, RejectedError, WalletError
from emulator.wallet.rsa2 import notice_text, public_of, request_text, signer, verifier
from emulator.wallet.sandbox import APP_ID, Sandbox
from tests.unit.wallet.loopback_page import serving
from tests.unit.wallet.orders import bought


def test_a_notification_comes_again_until_success_is_answered(box, client):
    with serving([(500, {}, b"success"), (200, {}, b"fail"), (200, {}, b"success")]) as (url, wait):
        bought(box, client, notify_url=url)
        first, _, last = wait(3)[:3]
    assert first["notify_id"] == last["notify_id"]
    state = client.read_notice(last, 1_200)
    assert (state.out_trade_no, state.status) == ("o1", "TRADE_SUCCESS")


def test_a_notification_that_was_changed_or_is_for_another_is_refused(box, client, clock):
    with serving([(200, {}, b"success")]) as (url, wait):
        bought(box, client, notify_url=url)
        notice = dict(wait(1)[0])
    with pytest.raises(AuthError, match="not signed"):
        client.read_notice(notice | {"total_amount": "0.01"}, 1)
    with pytest.raises(AuthError, match="not signed"):
        client.read_notice({name: value for name, value in notice.items() if name != "sign"}, 1_200)
    with pytest.raises(RejectedError, match="amount"):
        client.read_notice(notice, 1_201)
    other = MerchantClient(replace(box.account, seller_id="2088000000000009"), clock)
    with pytest.raises(AuthError, match="someone else"):
        other.read_notice(notice, 1_200)
    own = verifier(public_of(box.account.app_pem))
    assert not own(notice_text(notice), notice["sign"])  # it is the platform's key that signs, not the app's


def test_a_refund_is_told_too(box, client):
    with serving([(200, {}, b"success")]) as (url, wait):
        bought(box, client, notify_url=url)
        wait(1)
        client.refund("o1", "r1", 200)
        told = wait(2)[1]
    assert (told["refund_fee"], told["out_biz_no"], told["trade_status"]) == ("2.00", "r1", "TRADE_SUCCESS")
    client.read_notice(told, 1_200)


def test_a_notification_survives_the_end_of_the_program(folder, clock):
    with serving([(200, {}, b"success")]) as (url, wait):
        box = Sandbox(folder, clock)
        try:
            code = box.gateway.answer(dict(_precreate(box, clock, url)))
            offer = box.cashier.resolve(json.loads(code)["alipay_trade_precreate_response"]["qr_code"])
            box.cashier.pay(offer, "k")  # and nothing is posted: it was never started
        finally:
            box.__exit__(None, None, None)
        with Sandbox(folder, clock) as again:
            again.client().read_notice(wait(1)[0], 100)


def _precreate(box, clock, url):
    params = {
        "app_id": APP_ID,
        "method": "alipay.trade.precreate",
        "sign_type": "RSA2",
        "timestamp": stamp(clock()),
        "version": "1.0",
        "notify_url": url,
        "biz_content": '{"out_trade_no":"o1","subject":"x","total_amount":1.00}',
    }
    return params | {"sign": signer(box.account.app_pem)(request_text(params))}


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1:8000/",
        "http://example.com:80/",
        "http://127.0.0.1:80@example.com/",
        "http://localhost:8000/",
        "http://127.0.0.1.example.com:80/",
        "http://127.0.0.1/",
        "http://127.0.0.1:99999/",
        "file:///etc/passwd",
    ],
)
def test_nothing_leaves_the_machine(box, client, clock, url):
    with pytest.raises(RejectedError, match="invalid-parameter"):
        client.precreate("o1", 100, "x", url)
    with pytest.raises(WalletError, match="沙箱"):
        MerchantClient(replace(box.account, url=url), clock)


def test_a_redirect_is_not_followed(box, client):
    with serving([(200, {}, b"success")]) as (target, wait):
        with serving([(307, {"Location": target}, b"")]) as (url, wait_first):
            bought(box, client, notify_url=url)
            wait_first(3)  # sent again, to where it was sent first
        bought(box, client, "o2", notify_url=target)
        assert [notice["out_trade_no"] for notice in wait(1)] == ["o2"]
