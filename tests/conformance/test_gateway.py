"""The sandbox gateway (沙箱) and a client of Alipay's OpenAPI that is not ours understand each other.

The client has its own environment. The official one, alipay-sdk-python, is left out: 36,604 files, 440 MB.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from emulator.wallet.rsa2 import public_of
from emulator.wallet.sandbox import APP_ID, START_FEN, Sandbox
from tests.unit.wallet.loopback_page import serving
from tests.unit.wallet.orders import bought

SDK = "python-alipay-sdk==3.4.0"


SCRIPT = """
import json, sys
from alipay import AliPay
from alipay.exceptions import AliPayException, AliPayValidationError
told = json.load(sys.stdin)
def client(platform):
    made = AliPay("APP", None, told["app"], platform)
    made._appid, made._gateway = told["app_id"], told["url"]  # it knows two gateways only
    return made
sdk = client(told["platform"])
def caught(call, *args, **more):
    try:
        return call(*args, **more)
    except AliPayValidationError:
        return "not the platform's"
    except AliPayException as error:
        return error.errcode
seen = {}
seen["precreate"] = sdk.api_alipay_trade_precreate("sdk 咖啡", "s1", 12.5)
seen["unseen"] = sdk.api_alipay_trade_query("s1")
seen["pay"] = sdk.api_alipay_trade_pay("s2", "bar_code", told["pay_code"], "茶", total_amount="3.00")
seen["query"] = sdk.api_alipay_trade_query("s2")
seen["refund"] = sdk.api_alipay_trade_refund("1.00", "s2", out_request_no="r1")
seen["too much"] = sdk.api_alipay_trade_refund("2.01", "s2", out_request_no="r2")
seen["cancel"] = sdk.api_alipay_trade_cancel("s1")
seen["close"] = sdk.server_api("alipay.trade.close", {"out_trade_no": "s2"})
seen["other key"] = caught(client(told["app_public"]).api_alipay_trade_query, "s2")
notice = told["notice"]
sign = notice.pop("sign")
seen["notice"] = sdk.verify(dict(notice), sign)
seen["changed notice"] = sdk.verify(dict(notice, total_amount="0.01"), sign)
print(json.dumps(seen))
"""


@pytest.fixture(scope="module")
def sdk(request):
    """A folder with the other client and all that it needs, apart from our environment; kept for the next run."""
    folder = Path(request.config.cache.mkdir("python-alipay-sdk"))
    if not (folder / "ready").exists():
        command = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--upgrade"]
        command += ["--target", str(folder), "--retries", "0", "--timeout", "5", SDK]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        except subprocess.TimeoutExpired:
            pytest.skip(f"{SDK} took over a minute to install")
        if done.returncode:
            pytest.skip(f"{SDK} cannot be installed: {done.stderr.strip().splitlines()[-1:]}")
        (folder / "ready").touch()
    return folder


def test_an_independent_client_and_the_gateway_understand_each_other(sdk, tmp_path):
    def now():
        return datetime.now(UTC)

    with serving([(200, {}, b"success")]) as (url, wait), Sandbox(tmp_path, now) as box:
        bought(box, box.client(), notify_url=url)
        told = {
            "url": box.account.url,
            "app_id": APP_ID,
            "app": box.account.app_pem.decode(),
            "app_public": public_of(box.account.app_pem).decode(),
            "platform": box.account.platform_public_pem.decode(),
            "pay_code": box.cashier.pay_code(),
            "notice": wait(1)[0],
        }
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", SCRIPT],
            input=json.dumps(told),
            capture_output=True,
            text=True,
            timeout=60,
            env=os.environ | {"PYTHONPATH": str(sdk), "TZ": "Asia/Shanghai"},
        )
        assert done.returncode == 0, done.stderr
        seen = json.loads(done.stdout)
        balance = box.ledger.balance_fen()
    assert seen["precreate"]["qr_code"].startswith("https://qr.alipay.com/bax")
    assert seen["unseen"]["sub_code"] == "ACQ.TRADE_NOT_EXIST"
    assert (seen["pay"]["code"], seen["pay"]["total_amount"]) == ("10000", "3.00")
    assert seen["query"]["trade_status"] == "TRADE_SUCCESS"
    assert (seen["refund"]["fund_change"], seen["refund"]["refund_fee"]) == ("Y", "1.00")
    assert seen["too much"]["sub_code"] == "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"
    assert (seen["cancel"]["code"], seen["cancel"]["retry_flag"]) == ("10000", "N")
    assert seen["close"]["sub_code"] == "ACQ.TRADE_STATUS_ERROR"
    assert seen["other key"] == "not the platform's"
    assert (seen["notice"], seen["changed notice"]) == (True, False)
    assert balance == START_FEN - 1_200 - 200
