"""Orders and calls, as the tests make them."""

from __future__ import annotations

import json

from emulator.wallet.clock import stamp
from emulator.wallet.rsa2 import request_text, signer
from emulator.wallet.sandbox import APP_ID


def raw_call(box, clock, changes=(), drop=(), sign=None):
    """Return the reply's text to a query with changed parameters."""
    params = {
        "app_id": APP_ID,
        "method": "alipay.trade.query",
        "charset": "utf-8",
        "sign_type": "RSA2",
        "timestamp": stamp(clock()),
        "version": "1.0",
        "biz_content": '{"out_trade_no":"none"}',
    }
    params |= dict(changes)
    for name in drop:
        params.pop(name, None)
    if "sign" not in drop:
        params["sign"] = sign or signer(box.account.app_pem)(request_text(params))
    return box.gateway.answer(params)


def sub_code(text):
    return next(iter(json.loads(text).values())).get("sub_code")


def bought(box, client, order="o1", fen=1_200, notify_url=""):
    code = client.precreate(order, fen, "咖啡 & 茶 {大}", notify_url)
    return box.cashier.pay(box.cashier.resolve(code), f"key {order}")
