"""The merchant's client: every answer is a result or an error of a kind."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from emulator.wallet.client import VENDOR_SANDBOX, MerchantClient
from emulator.wallet.clock import stamp
from emulator.wallet.errors import AuthError, NetworkError, NotFoundError, QuotaError, RejectedError, WalletError
from emulator.wallet.keys import load_keys
from emulator.wallet.rsa2 import request_text, signer
from emulator.wallet.sandbox import APP_ID, START_FEN
from tests.unit.wallet.loopback_page import serving
from tests.unit.wallet.orders import bought


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((401, {}, b""), AuthError),
        ((404, {}, b""), NotFoundError),
        ((429, {}, b""), QuotaError),
        ((502, {}, b""), NetworkError),
        ((302, {"Location": "http://127.0.0.1:9/"}, b""), NetworkError),
        ((200, {}, b"<html>Sign in to the hotel</html>"), NetworkError),
        ((200, {}, b'{"error_response":{"code":"10000","refund_fee":"1.00"}}'), AuthError),
        ((200, {}, b'{"error_response":{"code":"40004"},"sign":"AAAA"}'), AuthError),
        ((200, {}, b'{"error_response":{"code":"20000"}}'), NetworkError),
        ((200, {}, b'{"error_response":{"code":"40002","sub_code":"isv.invalid-app-id"}}'), AuthError),
        ((200, {}, b"[]"), NetworkError),
        ((200, {}, b"{}"), NetworkError),
        ((200, {}, b"x" * 1_000_001), NetworkError),
        ((200, {"Content-Length": "9"}, b"{"), NetworkError),
    ],
)
def test_an_answer_is_an_error_of_a_kind_and_only_a_query_is_sent_again(box, clock, answer, error):
    with serving([answer]) as (url, wait):
        client = MerchantClient(replace(box.account, url=url), clock)
        with pytest.raises(error):
            client.refund("o1", "r1", 100)
        assert len(wait(1)) == 1
        with pytest.raises(error):
            client.query("o1")
        wait(4 if error is NetworkError else 2)


@pytest.mark.parametrize(
    ("code", "sub_code", "error"),
    [
        ("40006", "isv.insufficient-isv-permissions", AuthError),
        ("40005", "isv.app-call-limited", QuotaError),
        ("40004", "ACQ.SYSTEM_ERROR", NetworkError),
        ("40004", "ACQ.TRADE_NOT_EXIST", NotFoundError),
        ("40004", "ACQ.TRADE_HAS_FINISHED", RejectedError),
    ],
)
def test_a_signed_refusal_is_an_error_of_a_kind(box, folder, clock, code, sub_code, error):
    node = json.dumps({"code": code, "sub_code": sub_code})
    sign = signer(load_keys(folder).platform)(node)
    body = f'{{"alipay_trade_refund_response": {node}, "sign": "{sign}"}}'.encode()
    with serving([(200, {}, body)]) as (url, _), pytest.raises(error) as raised:
        MerchantClient(replace(box.account, url=url), clock).refund("o1", "r1", 100)
    assert raised.value.code == sub_code


def test_who_refuses_the_connection_has_done_nothing(box, clock):
    with serving([(200, {}, b"")]) as (url, _):
        pass
    with pytest.raises(NetworkError) as raised:
        MerchantClient(replace(box.account, url=url), clock).refund("o1", "r1", 100)
    assert not raised.value.unknown


def test_a_call_sent_again_word_for_word_changes_nothing_twice(box, client, clock):
    bought(box, client)
    params = {
        "app_id": APP_ID,
        "method": "alipay.trade.refund",
        "sign_type": "RSA2",
        "timestamp": stamp(clock()),
        "version": "1.0",
        "biz_content": '{"out_trade_no":"o1","refund_amount":"1.00"}',
    }
    params["sign"] = signer(box.account.app_pem)(request_text(params))
    changes = [json.loads(box.gateway.answer(params))["alipay_trade_refund_response"]["fund_change"] for _ in range(3)]
    assert changes == ["Y", "N", "N"]
    assert box.ledger.balance_fen() == START_FEN - 1_200 + 100


def test_the_vendor_s_sandbox_is_known_and_only_written_to_by_the_live_half(box, clock):
    client = MerchantClient(replace(box.account, url=VENDOR_SANDBOX), clock)
    assert client.form("alipay.trade.query", {"out_trade_no": "o1"})["sign"]
    with pytest.raises(WalletError, match=r"127\.0\.0\.1"):
        client.query("o1")
    for other in (
        VENDOR_SANDBOX + "/",
        VENDOR_SANDBOX.replace("https", "http"),
        VENDOR_SANDBOX.replace("-sandbox", ""),
    ):
        with pytest.raises(WalletError, match="nothing else"):
            MerchantClient(replace(box.account, url=other), clock)
