"""The service "pay": each refusal by its name, each step in its order, and the shop's side against a real gateway."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from datetime import UTC, datetime

import pytest

from emulator import Glasses
from emulator.core.actions import Reply
from emulator.live.errors import AuthError, NetworkError, NotFoundError
from emulator.live.http import Http
from emulator.services.pay import (
    SERVICE,
    Account,
    Cancel,
    Challenge,
    Confirm,
    Pay,
    Query,
    Refuse,
    ResolveCode,
    ShopOrder,
    ShopQuery,
    ShopRefund,
)
from emulator.services.pay.live import check, live, pem
from emulator.wallet.cashier import static_code
from emulator.wallet.samples import sample_code
from emulator.wallet.sandbox import START_FEN, Sandbox
from tests.unit.wallet.loopback_page import serving

EMVCO = (
    "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT"
    "6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME"
    "91320016A0112233449988770708123456786304A13A"
)


@pytest.fixture
def worn():
    with Glasses("quark_s1", apps=[]) as worn:
        yield worn


@pytest.fixture(scope="module")
def scanning():
    """One session for all codes that are refused: nothing of it is left over."""
    with Glasses("quark_s1", apps=[]) as worn:
        yield worn


def ask(worn, request, wait_ms=0):
    """Return the reply to a request that is made after ``wait_ms``."""
    worn.run_for(ms=wait_ms)
    future = worn.calls.call(request, "pay")
    worn.run_for(ms=300)
    assert future.done
    return worn.events(Reply)[-1].reply


def challenged(worn, code, fen=None):
    found = ask(worn, ResolveCode(code, fen))
    return ask(worn, Challenge(found["attempt"]))


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("hello", "unknown-code"),
        ("https://example.org/menu", "unknown-code"),
        ("https://qr.alipay.com/abc", "unknown-code"),
        ("https://qr.alipay.com/fkxnobody", "payee-not-resolved"),
        ("wxp://f2f0abc", "wechat"),
        ("weixin://wxpay/bizpayurl?pr=1", "wechat"),
        ("https://qr.95516.com/000001", "unionpay"),
        ("https://qr.alipay.com@example.org/fkx1", "disguised"),
        ("281234567890123456", "own-pay-code"),
        (EMVCO, "aggregate"),
        (EMVCO[:-1] + "B", "bad-crc"),
        (EMVCO[:60], "broken-code"),
    ],
)
def test_a_code_that_is_not_alipay_s_to_pay_is_refused_by_name(scanning, code, reason):
    found = ask(scanning, ResolveCode(code, 100))
    assert (found["state"], found["reason"], found["payee"]) == ("refused", reason, "")


def test_every_step_in_its_order_pays_once_and_says_sandbox(worn):
    asked = challenged(worn, sample_code("sample-1"))
    assert (asked["payee"], asked["amount"], asked["fixed"], asked["first_time"]) == ("沙箱小店", "32.00", True, True)
    held = ask(worn, Confirm(asked["attempt"]))
    assert (held["state"], held["left_ms"]) == ("held", 6_000)
    assert ask(worn, Pay(asked["attempt"]))["state"] == "held"  # too soon
    paid = ask(worn, Pay(asked["attempt"]), wait_ms=6_000)
    assert paid["state"] == "receipt"
    assert ask(worn, Pay(asked["attempt"]))["state"] == "receipt"
    assert ask(worn, Account())["balance"] == f"{(START_FEN - 3_200) / 100:.2f}"
    assert ask(worn, ResolveCode(sample_code("sample-1")))["reason"] == "order-paid"
    assert {reply.engine for reply in worn.events(Reply)} == {"sandbox"}


def test_nothing_is_paid_without_its_confirmation_or_after_a_cancel(worn):
    asked = challenged(worn, sample_code("sample-1"))
    assert ask(worn, Pay(asked["attempt"]), wait_ms=10_000)["state"] == "challenged"
    assert ask(worn, Cancel(asked["attempt"]))["reason"] == "cancelled"
    reply = ask(worn, Confirm(asked["attempt"]))
    assert reply["state"] == "refused"
    assert ask(worn, Account())["balance"] == f"{START_FEN / 100:.2f}"


@pytest.mark.parametrize("step", [Challenge, Confirm, Pay])
def test_a_step_out_of_order_is_an_error_and_nothing_else(worn, step):
    found = ask(worn, Refuse("two", "two-codes"))
    assert found["state"] == "refused"
    assert ask(worn, step(found["attempt"]))["error"] == "rejected"
    assert ask(worn, step(99))["error"] == "rejected"
    assert ask(worn, Query(99))["error"] == "rejected"


def test_another_session_cannot_confirm_what_this_one_asked(tmp_path):
    with Glasses("quark_s1", apps=[], data=tmp_path) as first:
        asked = challenged(first, sample_code("sample-1"))
        with Glasses("quark_s1", apps=[], data=tmp_path) as other:
            assert ask(other, Confirm(asked["attempt"]))["error"] == "rejected"


def test_binding_is_kept_for_the_next_session(tmp_path):
    with Glasses("quark_s1", apps=[], data=tmp_path) as first:
        assert ask(first, Account(bind=False))["bound"] is False
    with Glasses("quark_s1", apps=[], data=tmp_path) as other:
        assert ask(other, ResolveCode(sample_code("sample-1")))["reason"] == "unbound"


def test_a_wallet_that_cannot_be_opened_is_an_error_with_its_reason(tmp_path):
    (tmp_path / "wallet").mkdir()
    (tmp_path / "wallet" / "wallet.db").write_text("not a database, but long enough to be taken for one" * 40)
    with Glasses("quark_s1", apps=[], data=tmp_path) as worn:
        reply = ask(worn, Account())
        assert (reply["error"], "cannot be used as a wallet" in reply["reason"]) == ("rejected", True)


def test_the_log_has_no_nonce_and_no_key(worn):
    asked = challenged(worn, sample_code("sample-1"))
    ask(worn, Confirm(asked["attempt"]))
    text = worn.log.to_jsonl()
    till = worn.calls._surroundings._open["sandbox"]  # where the nonce is
    assert till.nonces[asked["attempt"]] not in text
    assert "PRIVATE" not in text


def test_the_shop_makes_asks_for_and_gives_back_an_order_through_the_gateway(worn):
    made = ask(worn, ShopOrder("o1", 500, "茶"))
    assert ask(worn, ShopQuery("o1"))["error"] == "not-found"  # until somebody has scanned it
    asked = challenged(worn, made["code"])
    ask(worn, Confirm(asked["attempt"]))
    ask(worn, Pay(asked["attempt"]), wait_ms=6_000)
    assert ask(worn, ShopQuery("o1"))["status"] == "TRADE_SUCCESS"
    assert ask(worn, ShopRefund("o1", 500))["refunded"] == "5.00"
    assert ask(worn, Account())["balance"] == f"{START_FEN / 100:.2f}"


# Live, against a gateway that speaks the vendor's protocol


@pytest.fixture(scope="module")
def vendor(tmp_path_factory):
    """A gateway on 127.0.0.1 and the secrets of an app that it knows."""
    with Sandbox(tmp_path_factory.mktemp("vendor"), lambda: datetime.now(UTC)) as box:
        account = box.account
        yield (
            box,
            {
                "alipay-app-id": account.app_id,
                "alipay-app-key": account.app_pem.decode(),
                "alipay-public-key": account.platform_public_pem.decode(),
                "alipay-gateway": account.url,
            },
        )


def go_live(request, secrets, call=live):
    async def run():
        async with Http() as http:
            return await (call(http, secrets) if request is None else call(request, None, http, secrets))

    return asyncio.run(run())


def test_live_makes_an_order_and_follows_it(vendor):
    box, secrets = vendor
    made = go_live(ShopOrder("v1", 100, "咖啡 & 茶"), secrets)
    box.cashier.pay(box.cashier.resolve(made["code"]), "k1")
    assert go_live(ShopQuery("v1"), secrets)["status"] == "TRADE_SUCCESS"
    assert go_live(ShopRefund("v1", 100), secrets)["refunded"] == "1.00"
    with pytest.raises(NotFoundError):
        go_live(ShopQuery("none"), secrets)


def test_the_check_proves_keys_and_signatures(vendor):
    box, secrets = vendor
    assert "signatures are right" in go_live(None, secrets, check)
    for wrong in (
        {"alipay-app-id": "2021000000000000"},
        {"alipay-public-key": secrets["alipay-app-key"]},
        {"alipay-app-key": "nonsense"},
        {"alipay-gateway": "https://openapi.alipay.com/gateway.do"},
        {"alipay-gateway": "https://openapi-sandbox.dl.alipaydev.com.example.org/gateway.do"},
        {"alipay-gateway": "http://openapi-sandbox.dl.alipaydev.com/gateway.do"},
    ):
        with pytest.raises(AuthError) as refused:
            go_live(None, secrets | wrong, check)
        assert "BEGIN" not in str(refused.value)
    assert box.ledger.unbalanced() == []


@pytest.mark.parametrize(
    "answer",
    [
        (200, {}, b"<html>Sign in to the hotel</html>"),
        (302, {"Location": "http://127.0.0.1:9/"}, b""),
        (502, {}, b""),
        (200, {}, b'{"error_response":{"code":"20000"}}'),
    ],
)
def test_a_portal_or_a_failing_gateway_is_a_network_error(vendor, answer):
    with serving([answer]) as (url, wait), pytest.raises(NetworkError):
        go_live(ShopQuery("v1"), vendor[1] | {"alipay-gateway": url})
    assert len(wait(1)) == 1


def test_keys_are_read_as_pem_as_bare_base64_and_from_a_file(vendor, tmp_path):
    text = vendor[1]["alipay-app-key"]
    (tmp_path / "app.pem").write_text(text)
    bare = "".join(line for line in text.splitlines() if "-" not in line)
    for told in (text, text.replace("\n", "\\n"), bare, str(tmp_path / "app.pem")):
        assert "".join(pem(told, "PRIVATE KEY").decode().split()) == "".join(text.split())
    with pytest.raises(AuthError, match="file of a key"):
        pem(str(tmp_path / "none.pem"), "PRIVATE KEY")


def test_only_the_shop_is_live_and_requests_are_small(vendor):
    halves = SERVICE.capabilities(vendor[1])
    assert {name for name, half in halves.items() if half == "live"} == {"ShopOrder", "ShopQuery", "ShopRefund"}
    assert set(SERVICE.capabilities(()).values()) == {"sandbox"}
    assert SERVICE.missing(vendor[1]) == []
    assert json.dumps([asdict(ResolveCode("x")), asdict(Pay(1))])


def test_the_shop_s_static_code_takes_what_was_said(worn):
    from emulator.wallet.sandbox import APP_ID
    from emulator.wallet.trades import App

    asked = challenged(worn, static_code(App(APP_ID, "", "", b"")), 2_000)
    assert (asked["amount"], asked["fixed"]) == ("20.00", False)
