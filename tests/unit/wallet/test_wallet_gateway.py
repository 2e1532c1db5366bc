"""The gateway's rules: signatures, parameters, and who gets in."""

from __future__ import annotations

import http.client
import json
import os
import stat
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from emulator.wallet.client import MerchantClient
from emulator.wallet.errors import AuthError, RejectedError, WalletError
from emulator.wallet.keys import load_keys
from emulator.wallet.rsa2 import make_key, public_of, signer
from tests.unit.wallet.orders import raw_call, sub_code


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"app_id": "1"}, "isv.invalid-app-id"),
        ({"sign_type": "RSA"}, "isv.invalid-signature-type"),
        ({"method": "alipay.trade.none"}, "isv.invalid-method"),
        ({"timestamp": "2026-03-01 12:10:01"}, "isv.invalid-timestamp"),
        ({"timestamp": "2026-03-01 11:49:59"}, "isv.invalid-timestamp"),
        ({"timestamp": "yesterday"}, "isv.invalid-timestamp"),
        ({"timestamp": "2026-03-01 12:09:59"}, "ACQ.TRADE_NOT_EXIST"),
        ({"charset": "gbk"}, "isv.invalid-charset"),
        ({"format": "XML"}, "isv.invalid-format"),
        ({"version": "2.0"}, "isv.invalid-parameter"),
        ({"biz_content": "{"}, "isv.invalid-parameter"),
        ({"biz_content": "[" * 5_000}, "isv.invalid-parameter"),
        ({"biz_content": "[]"}, "isv.invalid-parameter"),
        ({"biz_content": "{}"}, "ACQ.INVALID_PARAMETER"),
        ({"biz_content": '{"out_trade_no":{"$ne":""}}'}, "ACQ.INVALID_PARAMETER"),
    ],
)
def test_a_wrong_parameter_is_named_as_the_vendor_names_it(box, clock, changes, expected):
    assert sub_code(raw_call(box, clock, changes)) == expected


@pytest.mark.parametrize("name", ["method", "app_id", "sign", "timestamp", "version"])
def test_a_missing_parameter_is_named(box, clock, name):
    text = raw_call(box, clock, drop=[name])
    assert next(iter(json.loads(text).values()))["code"] == "40001"
    assert sub_code(text).startswith("isv.missing-")


def test_a_wrong_signature_is_refused_before_the_business_is_read(box, clock):
    assert sub_code(raw_call(box, clock, {"biz_content": "{"}, sign="AAAA")) == "isv.invalid-signature"
    wrong = signer(make_key())("x")
    assert sub_code(raw_call(box, clock, sign=wrong)) == "isv.invalid-signature"
    assert sub_code(raw_call(box, clock, sign="not base64 ¤")) == "isv.invalid-signature"


@pytest.mark.parametrize("amount", ["0", "-1", "1.234", "1e2", "100000000.01", "¥1"])
def test_an_amount_is_yuan_with_two_decimals(client, amount):
    with pytest.raises(RejectedError, match="INVALID_PARAMETER"):
        client.call("alipay.trade.precreate", {"out_trade_no": "o", "subject": "x", "total_amount": amount})


def test_a_client_with_another_platform_key_trusts_nothing(box, clock):
    other = MerchantClient(replace(box.account, platform_public_pem=public_of(make_key())), clock)
    with pytest.raises(AuthError, match="not signed by the platform"):
        other.precreate("o1", 100, "x")


def test_a_client_with_another_app_key_is_not_let_in(box, clock):
    with pytest.raises(AuthError, match="invalid-signature"):
        MerchantClient(replace(box.account, app_pem=make_key()), clock).precreate("o1", 100, "x")


# The socket


def request(box, method="POST", path=None, headers=(), body=b""):
    address = urlsplit(box.account.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=5)
    try:
        connection.putrequest(method, path or address.path, skip_host=True)
        for name, value in {"Host": address.netloc, "Content-Length": str(len(body)), **dict(headers)}.items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders(body)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 200),
        ({"path": "/gateway.do"}, 404),
        ({"path": "/"}, 404),
        ({"headers": {"Host": "evil.example:80"}}, 403),
        ({"headers": {"Host": None}}, 403),
        ({"headers": {"Origin": "null"}}, 403),
        ({"headers": {"Origin": "http://evil.example"}}, 403),
        ({"headers": {"Content-Length": "65537"}}, 413),
        ({"headers": {"Content-Length": "-1"}}, 411),
        ({"headers": {"Content-Length": None}}, 411),
        ({"body": b"app_id=1&app_id=2"}, 400),
        ({"body": b"&".join(b"a%d=1" % number for number in range(100))}, 400),
        ({"method": "PUT"}, 501),
    ],
)
def test_only_who_was_told_gets_in(box, changes, status):
    assert request(box, **changes) == status


def test_it_listens_on_this_machine_only(box):
    assert urlsplit(box.account.url).hostname == "127.0.0.1"
    assert len(urlsplit(box.account.url).path) > 40


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_keys_are_made_once_for_their_owner_only(tmp_path):
    made = load_keys(tmp_path / "new")
    assert load_keys(tmp_path / "new") == made
    for path in (tmp_path / "new").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (tmp_path / "new" / "app.pem").chmod(0o644)
    with pytest.raises(WalletError, match="open to others"):
        load_keys(tmp_path / "new")
