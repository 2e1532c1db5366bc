"""The sandbox gateway (沙箱) without its socket: parameters in, a signed reply out.

The signature is checked before anything of ``biz_content`` is read. A call that is sent again changes nothing twice:
orders, refund requests and pay codes each count once, so that no cache of seen signatures is needed.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from datetime import timedelta

from emulator.wallet.clock import parse_stamp
from emulator.wallet.desk import METHODS, Call, Desk
from emulator.wallet.errors import ServiceError
from emulator.wallet.protocol import MESSAGES, RefusalError, make_reply, node_name
from emulator.wallet.rsa2 import Sign, request_text, verifier
from emulator.wallet.trades import App, close_expired

SKEW = timedelta(minutes=10)
_NEEDED = {  # parameter: as the protocol calls its absence
    "method": "isv.missing-method",
    "app_id": "isv.missing-app-id",
    "sign": "isv.missing-signature",
    "sign_type": "isv.missing-signature-type",
    "timestamp": "isv.missing-timestamp",
    "version": "isv.missing-version",
}


class Gateway:
    """Answers the calls of the apps it knows."""

    def __init__(self, desk: Desk, apps: Mapping[str, App], sign: Sign, changed: Callable[[], None]) -> None:
        """Take the ``apps`` by their id; ``changed`` is called when something may be due to be told."""
        self._desk = desk
        self._apps = apps
        self._sign = sign
        self._changed = changed
        self._verify = {app_id: verifier(app.public_pem) for app_id, app in apps.items()}

    def answer(self, params: Mapping[str, str]) -> str:
        """Return the reply to a call as JSON text; it is signed where the app is known."""
        method = params.get("method", "")
        name = node_name(method) if method in METHODS else "error_response"
        sign = self._sign if params.get("app_id") in self._apps else None
        try:
            call = self._call(params)
            close_expired(self._desk.store, self._desk.now())
            node = {"code": "10000", "msg": MESSAGES["10000"]} | METHODS[method](self._desk, call)
        except RefusalError as refusal:
            return make_reply(name, refusal.node(), sign)
        except (ServiceError, sqlite3.Error) as error:  # a full disk, a file that is locked
            return make_reply(name, RefusalError("20000", "isp.unknow-error", str(error)).node(), sign)
        self._changed()
        return make_reply(name, node, sign)

    def _call(self, params: Mapping[str, str]) -> Call:
        for name, sub_code in _NEEDED.items():
            if not params.get(name):
                raise RefusalError("40001", sub_code, f"缺少参数: {name}")
        app = self._apps.get(params["app_id"])
        if app is None:
            raise _invalid("app-id", "无效的AppID参数")
        if params["sign_type"] != "RSA2":
            raise _invalid("signature-type", "无效的签名类型")
        if not self._verify[app.app_id](request_text(params), params["sign"]):
            raise _invalid("signature", "验签出错")
        self._check_form(params)
        return Call(app, _fields(params.get("biz_content", "")), params.get("notify_url", ""))

    def _check_form(self, params: Mapping[str, str]) -> None:
        try:
            late = abs(self._desk.now() - parse_stamp(params["timestamp"])) > SKEW
        except ValueError:
            late = True
        if late:
            raise _invalid("timestamp", "非法的时间戳参数")
        if params["method"] not in METHODS:
            raise _invalid("method", "不存在的方法名")
        if params.get("format", "JSON").upper() != "JSON":
            raise _invalid("format", "无效的数据格式")
        if params.get("charset", "utf-8").lower() != "utf-8":
            raise _invalid("charset", "字符集错误")
        if params["version"] != "1.0":
            raise _invalid("parameter", "参数无效: version")


def _fields(text: str) -> dict[str, str]:
    try:
        found = json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise _invalid("parameter", "参数无效: biz_content") from error
    if not isinstance(found, dict):
        raise _invalid("parameter", "参数无效: biz_content")
    return {name: value for name, value in found.items() if isinstance(value, str)}


def _invalid(what: str, why: str) -> RefusalError:
    return RefusalError("40002", f"isv.invalid-{what}", why)
