"""The sandbox gateway (沙箱) answers Alipay's own client, ``alipay-sdk-python``, as that one expects.

The client is 440 MB, so it is nobody's dependency: make an environment of its own and name its python.

    python -m venv /tmp/sdk && /tmp/sdk/bin/pip install alipay-sdk-python==3.7.1411
    GLASSES_ALIPAY_SDK_PYTHON=/tmp/sdk/bin/python pytest tests/conformance/test_official_sdk.py

It cannot speak to an address with a port (it adds a number to a text), so its connection is made anew there.
"""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import serialization

from emulator.wallet.rsa2 import public_of
from emulator.wallet.sandbox import APP_ID, START_FEN, Sandbox

PYTHON = os.environ.get("GLASSES_ALIPAY_SDK_PYTHON", "")
pytestmark = pytest.mark.skipif(
    not PYTHON, reason="GLASSES_ALIPAY_SDK_PYTHON names no python that has the official SDK"
)

SCRIPT = """
import http.client, json, sys
from importlib import import_module
from urllib.parse import urlsplit
import alipay.aop.api.util.WebUtils as web
from alipay.aop.api.AlipayClientConfig import AlipayClientConfig
from alipay.aop.api.DefaultAlipayClient import DefaultAlipayClient
def connection(url, query, timeout):
    parts = urlsplit(url)
    return f"{parts.path}?{query}", http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
web.get_http_connection = connection
told = json.load(sys.stdin)
def bare(pem):
    return "".join(line for line in pem.splitlines() if "-" not in line)
def client(platform):
    config = AlipayClientConfig()
    config.server_url, config.app_id = told["url"], told["app_id"]
    config.app_private_key, config.alipay_public_key = bare(told["app"]), bare(platform)
    return DefaultAlipayClient(config)
def call(method, platform=None, **fields):
    name = "AlipayTrade" + method
    model = getattr(import_module(f"alipay.aop.api.domain.{name}Model"), name + "Model")()
    for key, value in fields.items():
        setattr(model, key, value)
    request = getattr(import_module(f"alipay.aop.api.request.{name}Request"), name + "Request")(biz_model=model)
    response = getattr(import_module(f"alipay.aop.api.response.{name}Response"), name + "Response")()
    try:
        response.parse_response_content(client(platform or told["platform"]).execute(request))
    except Exception as error:
        return {"raised": type(error).__name__, "why": str(error)}
    names = "code sub_code qr_code trade_status total_amount fund_change refund_fee action out_trade_no trade_no".split()
    return {name: getattr(response, name, None) for name in names} | {"good": response.is_success()}
seen = {}
order = {"total_amount": "12.50", "subject": "sdk \\u5496\\u5561 & \\u8336"}
seen["precreate"] = call("Precreate", out_trade_no="s1", timeout_express="90m", **order)
seen["unseen"] = call("Query", out_trade_no="s1")
pay = {"scene": "bar_code", "total_amount": "3.00", "subject": "x"}
seen["pay"] = call("Pay", out_trade_no="s2", auth_code=told["pay_code"], **pay)
seen["used code"] = call("Pay", out_trade_no="s3", auth_code=told["pay_code"], **pay)
seen["paid again"] = call("Pay", out_trade_no="s2", auth_code=told["pay_code"], **pay)
seen["query"] = call("Query", out_trade_no="s2")
seen["refund"] = call("Refund", out_trade_no="s2", refund_amount="1.00", out_request_no="r1")
seen["refund again"] = call("Refund", out_trade_no="s2", refund_amount="1.00", out_request_no="r1")
seen["other amount"] = call("Refund", out_trade_no="s2", refund_amount="1.01", out_request_no="r1")
seen["too much"] = call("Refund", out_trade_no="s2", refund_amount="2.01", out_request_no="r2")
seen["cancel"] = call("Cancel", out_trade_no="s1")
seen["cancel nothing"] = call("Cancel", out_trade_no="none")
seen["cancel refunded"] = call("Cancel", out_trade_no="s2")
seen["close paid"] = call("Close", out_trade_no="s2")
seen["no time"] = call("Precreate", out_trade_no="s4", timeout_express="16d", **order)
seen["no amount"] = call("Precreate", out_trade_no="s4", total_amount="0", subject="x")
seen["other key"] = call("Query", platform=told["app_public"], out_trade_no="s2")
print(json.dumps(seen))
"""


def as_pkcs1(pem):
    """The client reads no other form of a private key."""
    key = serialization.load_pem_private_key(pem, None)
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain).decode()


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """What the official client made of each answer, and the balance at the end."""
    with Sandbox(tmp_path_factory.mktemp("official"), lambda: datetime.now(UTC)) as box:
        told = {
            "url": box.account.url,
            "app_id": APP_ID,
            "app": as_pkcs1(box.account.app_pem),
            "app_public": public_of(box.account.app_pem).decode(),
            "platform": box.account.platform_public_pem.decode(),
            "pay_code": box.cashier.pay_code(),
        }
        done = subprocess.run(
            [PYTHON, "-W", "ignore", "-c", SCRIPT],
            input=json.dumps(told),
            capture_output=True,
            text=True,
            timeout=120,
            env=os.environ | {"TZ": "Asia/Shanghai"},
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) | {"balance": box.ledger.balance_fen()}


def test_the_official_client_precreates_pays_queries_refunds_and_cancels(seen):
    assert seen["precreate"]["good"]
    assert seen["precreate"]["qr_code"].startswith("https://qr.alipay.com/bax")
    assert (seen["pay"]["good"], seen["pay"]["total_amount"]) == (True, "3.00")
    assert (seen["query"]["trade_status"], seen["query"]["trade_no"]) == ("TRADE_SUCCESS", seen["pay"]["trade_no"])
    assert [seen[name]["fund_change"] for name in ("refund", "refund again")] == ["Y", "N"]
    assert seen["refund again"]["refund_fee"] == "1.00"
    assert seen["cancel"]["good"]
    assert (seen["cancel nothing"]["good"], seen["cancel nothing"]["action"]) == (True, None)
    assert seen["balance"] == START_FEN - 300 + 100


@pytest.mark.parametrize(
    ("what", "sub_code"),
    [
        ("unseen", "ACQ.TRADE_NOT_EXIST"),
        ("used code", "ACQ.PAYMENT_AUTH_CODE_INVALID"),
        ("paid again", "ACQ.TRADE_HAS_SUCCESS"),
        ("other amount", "ACQ.DISCORDANT_REPEAT_REQUEST"),
        ("too much", "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"),
        ("cancel refunded", "ACQ.REASON_TRADE_REFUND_FEE_ERR"),
        ("close paid", "ACQ.TRADE_STATUS_ERROR"),
        ("no time", "ACQ.INVALID_PARAMETER"),
        ("no amount", "ACQ.INVALID_PARAMETER"),
    ],
)
def test_the_official_client_is_told_each_refusal_by_its_sub_code(seen, what, sub_code):
    assert (seen[what]["good"], seen[what]["code"], seen[what]["sub_code"]) == (False, "40004", sub_code)


def test_the_official_client_takes_no_answer_of_another_platform(seen):
    assert "sign verify failed" in seen["other key"]["why"]
