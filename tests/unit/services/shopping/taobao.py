"""A gateway on 127.0.0.1 that checks calls as Taobao's documents say (services.md, 3.1) and answers like it."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

from tests.unit.live.vendor import Given

KEY, SECRET, ADZONE = "12345678", "helloworld", "1122334455"
METHOD = "taobao.tbk.dg.material.optional.upgrade"
MINUTES = 10


def gateway(goods=(), now=None):
    """Return what answers: ``goods`` are ``map_data`` rows whose title has a word of the search in it, or all."""

    def answer(asked, _vendor):
        form = dict(parse_qsl(asked.body.decode(), keep_blank_values=True))
        error = refusal(form, now or datetime.now(UTC))
        if error:
            return given({"error_response": error | {"request_id": "15r"}})
        rows = [row for row in goods if form["q"].split()[-1] in row["item_basic_info"]["title"]] or list(goods)
        return given(
            {"tbk_dg_material_optional_upgrade_response": {"result_list": {"map_data": rows}, "request_id": "1"}}
        )

    return answer


def refusal(form, now):
    """Return the error for a wrong call, None for a right one."""
    for name in ("method", "app_key", "timestamp", "v", "sign_method", "sign"):
        if not form.get(name):
            return {"code": 40, "msg": f"Missing required arguments:{name}", "sub_code": "isv.missing-parameter"}
    if form["method"] != METHOD or form["v"] != "2.0" or form["format"] != "json":
        return {"code": 22, "msg": "Invalid method", "sub_code": ""}
    if form["app_key"] != KEY:
        return {"code": 29, "msg": "Invalid app Key", "sub_code": "isv.appkey-not-exists"}
    local = datetime.strptime(form["timestamp"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC) - timedelta(hours=8)
    if abs(local - now) > timedelta(minutes=MINUTES):
        return {"code": 31, "msg": "Invalid timestamp", "sub_code": ""}
    if form["sign"] != signature(form):
        return {"code": 25, "msg": "Invalid signature", "sub_code": ""}
    if not form.get("adzone_id"):
        return {"code": 40, "msg": "Missing required arguments:adzone_id", "sub_code": "isv.missing-parameter"}
    if form["adzone_id"] != ADZONE:
        return {"code": 41, "msg": "Invalid arguments:adzone_id", "sub_code": "isv.invalid-parameter"}
    if not form.get("q"):
        return {"code": 40, "msg": "Missing required arguments:q", "sub_code": "isv.missing-parameter"}
    return None


def signature(form):
    """Return the signature as the document words it, written without a look at ours."""
    pairs = sorted((name, value) for name, value in form.items() if name != "sign")
    text = "".join(name + value for name, value in pairs).encode()
    if form["sign_method"] == "md5":
        return hashlib.md5(SECRET.encode() + text + SECRET.encode()).hexdigest().upper()
    kind = {"hmac": hashlib.md5, "hmac-sha256": hashlib.sha256}[form["sign_method"]]
    return hmac.new(SECRET.encode(), text, kind).hexdigest().upper()


def row(title, price, shop="某旗舰店", **more):
    """Return one row of ``map_data``."""
    basic = {"title": title, "shop_title": shop, "pict_url": "//img.alicdn.com/i1/1.jpg", "volume": 12}
    prices = {"reserve_price": "99.00", "zk_final_price": "30.00", "final_promotion_price": price}
    published = {"click_url": "//s.click.taobao.com/t?e=abc"}
    return {
        "item_id": "Abc-xyz",
        "item_basic_info": basic,
        "price_promotion_info": prices,
        "publish_info": published,
    } | more


def given(value, **more):
    """Return JSON as the gateway sends it: always with status 200."""
    return Given((json.dumps(value, ensure_ascii=False).encode(),), **more)
