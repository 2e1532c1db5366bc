"""Taobao's gateway and a vision model as loopback servers: signed calls, errors, hostile answers."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from urllib.parse import parse_qsl

import numpy as np
import pytest

from emulator.live.errors import AuthError, NetworkError, NotFoundError, QuotaError, RejectedError
from emulator.live.http import Http
from emulator.services import naming
from emulator.services.service import Here
from emulator.services.shopping import SERVICE, FindProduct, Identify
from emulator.services.shopping.top import App, call_form, read_materials, sign, usual
from emulator.vision._cv import cv2
from tests.unit.live.vendor import Given, serving
from tests.unit.services.shopping.taobao import ADZONE, KEY, METHOD, SECRET, gateway, given, refusal, row
from tests.unit.vision.package_photos import clutter, photo

PORTAL = b"<!DOCTYPE html><html><body>Welcome to Cafe Wi-Fi</body></html>"
GOODS = [
    row("东北大米 五常 5kg", "40.10"),
    row("东北大米 10斤", "39.90", shop="甲"),
    row("东北大米 小袋 试吃", "2.00"),
    row("东北大米 礼盒", []),  # no promotion: its next price counts, 30.00
]


def secrets(vendor):
    return {
        "taobao-app-key": KEY,
        "taobao-app-secret": SECRET,
        "taobao-adzone-id": ADZONE,
        "taobao-gateway": f"{vendor.url}/router/rest",
    }


def model_secrets(vendor):
    return {"qwen-key": "sk-0123456789abcdef", "qwen-url": f"{vendor.url}/v1"}


def ask(service, request, given_secrets, tmp_path, frame=None, language="zh"):
    with ExitStack() as files:
        open_ = {}

        def opened(name, make):
            if name not in open_:
                open_[name] = files.enter_context(make())
            return open_[name]

        here = Here(datetime(2026, 10, 4, tzinfo=UTC), language, tmp_path, None, 0, lambda: frame, opened)

        async def once():
            async with Http(Random(1)) as http:
                return await service.live(request, here, http, given_secrets)

        return asyncio.run(once())


# --- the signature ---


def test_the_signature_is_the_one_of_taobao_s_own_example():
    """open.taobao.com, docId 101617: the worked example, its secret and its result."""
    fields = {
        "method": "taobao.item.seller.get",
        "app_key": "12345678",
        "session": "test",
        "timestamp": "2016-01-01 12:00:00",
        "format": "json",
        "v": "2.0",
        "sign_method": "md5",
        "fields": "num_iid,title,nick,price,num",
        "num_iid": "11223344",
    }
    assert sign(fields, "helloworld", "md5") == "66987CB115214E59E6EC978214934FB8"


@pytest.mark.parametrize("how", ["md5", "hmac", "hmac-sha256"])
def test_each_way_of_signing_is_taken_by_the_gateway(how):
    now = datetime(2026, 10, 4, 20, tzinfo=timezone(timedelta(hours=-7)))
    form = call_form(App(KEY, SECRET, ADZONE), METHOD, {"q": "茶 & +", "adzone_id": ADZONE}, now, how)
    assert form["timestamp"] == "2026-10-05 11:00:00"
    assert refusal(form, now) is None
    assert refusal(form | {"q": "咖啡"}, now)["code"] == 25


@pytest.mark.parametrize(
    ("change", "code"),
    [({"adzone_id": ""}, 40), ({"adzone_id": "9"}, 41), ({"q": ""}, 40), ({"v": "1.0"}, 22), ({"timestamp": ""}, 40)],
)
def test_the_gateway_refuses_what_the_document_forbids(change, code):
    """The loopback server is no rubber stamp."""
    now = datetime(2026, 10, 4, tzinfo=UTC)
    form = call_form(App(KEY, SECRET, ADZONE), METHOD, {"q": "茶", "adzone_id": ADZONE} | change, now)
    form |= {name: value for name, value in change.items() if name in ("v", "timestamp")}
    assert refusal(form, now)["code"] == code


# --- prices of now ---


def test_a_product_seen_is_priced_by_taobao(tmp_path):
    with serving(gateway(GOODS)) as vendor:
        answer = ask(SERVICE, Identify(), secrets(vendor), tmp_path, photo("rice", "tissues", seed=2))
    (asked,) = vendor.asked
    assert dict(parse_qsl(asked.body.decode()))["q"] == "黑土人家 东北大米"
    product = answer["product"]
    assert (answer["method"], answer["sure"]) == ("picture", True)
    assert (product["name"], product["mean_fen"], product["lowest_fen"], product["lowest_shop"]) == (
        "东北大米", 3_667, 3_000, "某旗舰店",
    )  # fmt: skip
    assert product["sample"] is False
    assert product["affiliate"] is True
    assert product["offers"][0]["picture"] == "https://img.alicdn.com/i1/1.jpg"
    assert product["offers"][0]["link"].startswith("https://s.click.taobao.com/")


def test_words_that_no_catalogue_has_are_priced_too(tmp_path):
    with serving(gateway([row("降噪耳机", "199.00")])) as vendor:
        answer = ask(SERVICE, FindProduct("降噪耳机"), secrets(vendor), tmp_path)
    assert (answer["product"]["name"], answer["product"]["mean_fen"]) == ("降噪耳机", 19_900)


def test_what_is_not_sure_asks_nobody_and_shows_no_old_price(tmp_path):
    with serving(gateway(GOODS)) as vendor:
        answer = ask(SERVICE, Identify(), secrets(vendor), tmp_path, clutter(np.random.default_rng(1)))
    assert not vendor.asked
    assert not answer["sure"]
    assert all(one["mean_fen"] is None for one in answer["candidates"])


def test_no_offers_are_no_price(tmp_path):
    with serving(gateway([])) as vendor:
        assert ask(SERVICE, FindProduct("茶杯"), secrets(vendor), tmp_path)["product"]["mean_fen"] is None


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": 7, "msg": "App Call Limited"}, QuotaError),
        ({"code": 15, "msg": "Remote", "sub_code": "accesscontrol.limited-by-api-access-count"}, QuotaError),
        ({"code": 11, "msg": "Insufficient isv permissions"}, AuthError),
        ({"code": 25, "msg": "Invalid signature"}, AuthError),
        ({"code": 29, "msg": "Invalid app Key"}, AuthError),
        ({"code": 31, "msg": "Invalid timestamp"}, AuthError),
        ({"code": 15, "msg": "Remote service error", "sub_code": "isp.top-remote-connection-timeout"}, NetworkError),
        ({"code": 15, "msg": "Remote service error", "sub_code": "50001", "sub_msg": "无结果"}, NotFoundError),
        ({"code": 40, "msg": "Missing required arguments:q", "sub_code": "isv.missing-parameter"}, RejectedError),
        ({"code": 41, "msg": "Invalid arguments:q"}, RejectedError),
    ],
)
def test_each_error_has_its_kind(tmp_path, error, kind):
    with serving(lambda *_: given({"error_response": error})) as vendor, pytest.raises(kind) as caught:
        ask(SERVICE, FindProduct("茶杯"), secrets(vendor), tmp_path)
    assert type(caught.value) is kind
    assert str(error["code"]) in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_wrong_secret_is_refused_by_the_signature(tmp_path):
    with serving(gateway(GOODS)) as vendor, pytest.raises(AuthError, match=r"25.*taobao-app-secret"):
        ask(SERVICE, FindProduct("茶杯"), secrets(vendor) | {"taobao-app-secret": "wrong"}, tmp_path)


@pytest.mark.parametrize(
    "hostile",
    [
        Given((PORTAL,)),
        Given((b'{"tbk_dg_material_optional_upgrade_response": {"result_li',)),
        Given((b"[]",)),
        Given((b'{"other_response": {}}',)),
        Given((b"{}",), length=400),
        Given((b"",), status=502),
        Given((), status=302, headers={"Location": "http://127.0.0.1:9/"}),
    ],
)
def test_hostile_answers_are_network_errors(tmp_path, hostile):
    with serving(lambda *_: hostile) as vendor, pytest.raises(NetworkError):
        ask(SERVICE, FindProduct("茶杯"), secrets(vendor), tmp_path)


@pytest.mark.parametrize(
    "result", [[], {}, {"map_data": []}, {"map_data": [None, {}, {"item_basic_info": []}]}, "", None]
)
def test_empty_answers_in_all_their_forms_are_no_offers(result):
    assert read_materials({"tbk_dg_material_optional_upgrade_response": {"result_list": result}}) == []


def test_one_offer_may_come_without_its_list():
    whole = {"tbk_dg_material_optional_upgrade_response": {"result_list": {"map_data": row("茶\n\x1b[31m", "1e9999")}}}
    assert read_materials(whole)[0].price_fen == 3_000  # of the next price that is one
    assert read_materials(whole)[0].title == "茶 [31m"


def test_what_costs_something_quite_different_is_left_out():
    prices = [row("茶", price) for price in ("1.00", "10.00", "11.00", "12.00", "99.00")]
    whole = {"tbk_dg_material_optional_upgrade_response": {"result_list": {"map_data": prices}}}
    assert [one.price_fen for one in usual(read_materials(whole))] == [1_000, 1_100, 1_200]


def test_the_check_names_what_is_right():
    with serving(gateway([row("茶", "9.90")])) as vendor:

        async def once():
            async with Http(Random(1)) as http:
                assert SERVICE.check is not None
                return await SERVICE.check(http, secrets(vendor))

        assert asyncio.run(once()).startswith("1 offers of 茶; key, signature and permission are right")


# --- a vision model ---


def said(text):
    return given({"choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}]})


def test_a_vision_model_gets_the_picture_and_names_it(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    with serving(lambda *_: said("黑土人家 东北大米\n五公斤装的**大米**。")) as vendor:
        answer = ask(naming.SERVICE, naming.NameThing(), model_secrets(vendor), tmp_path, photo("rice", "tissues", 2))
    (asked,) = vendor.asked
    body = json.loads(asked.body)
    kind, picture = body["messages"][0]["content"][0]["image_url"]["url"].split(",")
    assert (asked.path, kind, body["model"]) == ("/v1/chat/completions", "data:image/jpeg;base64", naming.USUAL_MODEL)
    assert cv2.imdecode(np.frombuffer(base64.b64decode(picture), np.uint8), cv2.IMREAD_COLOR).shape == (480, 640, 3)
    assert asked.headers["Authorization"] == "Bearer sk-0123456789abcdef"
    assert (answer["name"], answer["about"]) == ("黑土人家 东北大米", "五公斤装的**大米**。")
    assert "sk-0123456789abcdef" not in caplog.text


@pytest.mark.parametrize(("text", "name"), [("-", ""), ("", ""), ("`茶杯`\n\n一只杯子", "茶杯"), ("x" * 500, "x" * 40)])
def test_what_the_model_says_is_cut_to_a_name(tmp_path, text, name):
    with serving(lambda *_: said(text)) as vendor:
        answer = ask(
            naming.SERVICE, naming.NameThing(), model_secrets(vendor), tmp_path, clutter(np.random.default_rng(1))
        )
    assert answer["name"] == name


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (400, {"error": {"code": "data_inspection_failed", "message": "…"}}, RejectedError),
        (400, {"code": "Arrearage", "message": "…", "request_id": "1"}, AuthError),
        (401, {"error": {"code": "invalid_api_key", "message": "…"}}, AuthError),
        (404, {"error": {"code": "model_not_found", "message": "…"}}, AuthError),
        (429, {"error": {"code": "limit_requests", "message": "…"}}, QuotaError),
        (200, {"code": "Throttling.RateQuota", "message": "…"}, QuotaError),
        (503, {"message": "…"}, NetworkError),
        (200, {"choices": []}, RejectedError),
    ],
)
def test_errors_of_models_have_their_kind(tmp_path, status, error, kind):
    with serving(lambda *_: given(error, status=status)) as vendor, pytest.raises(kind) as caught:
        ask(naming.SERVICE, naming.NameThing(), model_secrets(vendor), tmp_path, clutter(np.random.default_rng(1)))
    assert type(caught.value) is kind
    assert "sk-" not in str(caught.value)


def test_a_portal_in_place_of_a_model_is_a_network_error(tmp_path):
    with serving(lambda *_: Given((PORTAL,))) as vendor, pytest.raises(NetworkError, match="captive portal"):
        ask(naming.SERVICE, naming.NameThing(), model_secrets(vendor), tmp_path, clutter(np.random.default_rng(1)))


@pytest.mark.parametrize(("service", "request_"), [(SERVICE, Identify()), (naming.SERVICE, naming.NameThing())])
def test_without_a_picture_nobody_is_asked(tmp_path, service, request_):
    with serving(gateway(GOODS)) as vendor, pytest.raises(RejectedError) as caught:
        ask(service, request_, secrets(vendor) | model_secrets(vendor), tmp_path)
    assert caught.value.code == "dark"
    assert not vendor.asked
