"""A merchant's client of Alipay's OpenAPI: signed calls, checked replies, typed errors.

It knows two addresses: the sandbox (沙箱) of this machine, and the vendor's own for developers. Here it sends to the first;
the live half of the service "pay" sends what ``form`` gives to the second and hands the answer to ``read``.

Only a query is sent again by itself. After a ``NetworkError`` with ``unknown`` everything else may have been done: query.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request

from emulator.wallet.clock import Clock, stamp
from emulator.wallet.errors import (
    AuthError,
    NetworkError,
    NotFoundError,
    QuotaError,
    RejectedError,
    ServiceError,
    WalletError,
)
from emulator.wallet.loopback import ask_loopback, is_loopback
from emulator.wallet.money import parse_fen, show_yuan
from emulator.wallet.protocol import node_name, raw_members
from emulator.wallet.rsa2 import notice_text, request_text, signer, verifier

VENDOR_SANDBOX = "https://openapi-sandbox.dl.alipaydev.com/gateway.do"  # services.md, 2.2
MOST_BYTES = 1_000_000
QUERY_TRIES = 3
_AUTH = ("isv.invalid-app-id", "isv.invalid-signature", "isv.invalid-timestamp", "isv.invalid-signature-type")


@dataclass(frozen=True, slots=True)
class Account:
    """Who calls whom: the gateway's address, the app's private key and the platform's public one as PEM."""

    url: str
    app_id: str
    seller_id: str
    app_pem: bytes
    platform_public_pem: bytes


@dataclass(frozen=True, slots=True)
class TradeState:
    """A trade as the platform sees it; ``status`` is one of WAIT_BUYER_PAY, TRADE_SUCCESS, TRADE_FINISHED, TRADE_CLOSED."""

    out_trade_no: str
    trade_no: str
    status: str
    total_fen: int


class MerchantClient:
    """Calls one gateway for one app."""

    def __init__(self, account: Account, now: Clock, timeout_s: float = 5.0) -> None:
        """Make a client.

        Raises:
            WalletError: If the address is neither on 127.0.0.1 nor the vendor's sandbox, or a key is none.
        """
        if account.url != VENDOR_SANDBOX and not is_loopback(urlsplit(account.url)):
            where = f"http://127.0.0.1:PORT or {VENDOR_SANDBOX}"
            raise WalletError(f"{account.url}: the sandbox (沙箱) is {where}, nothing else", "not-loopback")
        self._account = account
        self._now = now
        self._timeout_s = timeout_s
        self._sign = signer(account.app_pem)
        self._verify = verifier(account.platform_public_pem)

    def precreate(
        self, out_trade_no: str, total_fen: int, subject: str, notify_url: str = "", good_for: str = ""
    ) -> str:
        """Return the text of a code that asks for an order's payment. Raises as ``call``.

        Args:
            out_trade_no: The merchant's number.
            total_fen: What to pay.
            subject: What for.
            notify_url: Where to tell of the payment, or "".
            good_for: ``90m``, ``2h``, ``3d``, ``1c`` (until midnight); the gateway's default if empty.
        """
        order = {"out_trade_no": out_trade_no, "total_amount": show_yuan(total_fen), "subject": subject}
        order |= {"timeout_express": good_for} if good_for else {}
        return _text(self.call("alipay.trade.precreate", order, notify_url), "qr_code")

    def pay(self, out_trade_no: str, total_fen: int, subject: str, auth_code: str, notify_url: str = "") -> TradeState:
        """Take an order's payment by the payer's own code. Raises as ``call``."""
        order = {"out_trade_no": out_trade_no, "total_amount": show_yuan(total_fen), "subject": subject}
        order |= {"scene": "bar_code", "auth_code": auth_code}
        reply = self.call("alipay.trade.pay", order, notify_url)
        waits = reply["code"] == "10003"
        return state_of(reply | {"trade_status": "WAIT_BUYER_PAY" if waits else "TRADE_SUCCESS"})

    def query(self, out_trade_no: str) -> TradeState:
        """Return an order's trade; without an answer it is asked for three times. Raises as ``call``."""
        for left in reversed(range(QUERY_TRIES)):
            try:
                return state_of(self.call("alipay.trade.query", {"out_trade_no": out_trade_no}))
            except NetworkError:
                if not left:
                    raise
        raise AssertionError("unreachable")

    def cancel(self, out_trade_no: str) -> str:
        """Undo an order whose outcome is not known; return ``close``, ``refund`` or "". Raises as ``call``."""
        return str(self.call("alipay.trade.cancel", {"out_trade_no": out_trade_no}).get("action", ""))

    def refund(self, out_trade_no: str, request: str, fen: int) -> int:
        """Give back a part of an order, once a ``request``; return all that was given back. Raises as ``call``."""
        fields = {"out_trade_no": out_trade_no, "out_request_no": request, "refund_amount": show_yuan(fen)}
        return _fen(self.call("alipay.trade.refund", fields), "refund_fee")

    def close(self, out_trade_no: str) -> None:
        """Close an order that was scanned and not paid. Raises as ``call``."""
        self.call("alipay.trade.close", {"out_trade_no": out_trade_no})

    def call(self, method: str, fields: Mapping[str, str], notify_url: str = "") -> dict[str, Any]:
        """Return the reply to one call, its signature checked.

        Raises:
            AuthError: If we are not known, may not do this, or the reply is not the platform's.
            QuotaError: If these were too many calls.
            NotFoundError: If there is no such trade.
            RejectedError: If it was refused.
            NetworkError: If there is no answer, or none that can be used.
        """
        return self.read(method, self._send(self.form(method, fields, notify_url)))

    def form(self, method: str, fields: Mapping[str, str], notify_url: str = "") -> dict[str, str]:
        """Return the signed form of one call."""
        params = {
            "app_id": self._account.app_id,
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": stamp(self._now()),
            "version": "1.0",
            "biz_content": json.dumps(fields, ensure_ascii=False, separators=(",", ":")),
        }
        if notify_url:
            params["notify_url"] = notify_url
        return params | {"sign": self._sign(request_text(params))}

    def read(self, method: str, text: str) -> dict[str, Any]:
        """Return the reply to one call, its signature checked over the text as it came. Raises as ``call``."""
        name = node_name(method)
        try:
            members = raw_members(text)
            raw = members[name] if name in members else members["error_response"]
            node, sign = json.loads(raw), json.loads(members.get("sign", '""'))
            code = node["code"]
        except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
            raise _lost("the answer is not the gateway's; a page of the network in between?") from error
        unsigned = sign == "" and code in ("20000", "40001", "40002")  # as where the app is not known
        if not unsigned and not (isinstance(sign, str) and self._verify(raw, sign)):
            raise AuthError("the reply is not signed by the platform", "bad-signature")
        if code not in ("10000", "10003"):
            raise _error(str(code), str(node.get("sub_code", "")), str(node.get("sub_msg", "")))
        return dict(node)

    def read_notice(self, params: Mapping[str, str], total_fen: int) -> TradeState:
        """Return what a notification says of an order of ``total_fen``.

        Raises:
            AuthError: If it is not the platform's, or not for us.
            RejectedError: If its amount is not the order's.
        """
        if not self._verify(notice_text(params), params.get("sign", "")):
            raise AuthError("the notification is not signed by the platform", "bad-signature")
        if (params.get("app_id"), params.get("seller_id")) != (self._account.app_id, self._account.seller_id):
            raise AuthError("the notification is for someone else", "other-app")
        state = state_of(dict(params))
        if state.total_fen != total_fen:
            raise RejectedError("the notification's amount is not the order's", "other-amount")
        return state

    def _send(self, params: Mapping[str, str]) -> str:
        kind = {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"}
        request = Request(self._account.url, urlencode(params).encode(), kind)
        try:
            answer = ask_loopback(request, self._timeout_s, MOST_BYTES + 1)
        except (OSError, HTTPException) as error:
            refused = isinstance(error, URLError) and isinstance(error.reason, ConnectionRefusedError)
            raise NetworkError(f"no answer of the sandbox (沙箱): {error}", unknown=not refused) from error
        _check_status(answer.status)
        if len(answer.body) > MOST_BYTES:
            raise _lost("the answer is over 1 MB")
        return answer.body.decode("utf-8", "replace")


def _check_status(status: int) -> None:
    if status in (401, 403):
        raise AuthError(f"the gateway does not let us in (HTTP {status})", str(status))
    if status == 404:
        raise NotFoundError("there is no gateway at this address (HTTP 404)", "404")
    if status == 429:
        raise QuotaError("too many calls (HTTP 429)", "429")
    if status != 200:
        raise _lost(f"the gateway fails (HTTP {status})", str(status))


def _lost(why: str, code: str = "") -> NetworkError:
    return NetworkError(why, code, unknown=True)  # what was asked may have been done all the same


def _error(code: str, sub_code: str, why: str) -> ServiceError:
    said = f"{sub_code or code}: {why}"
    if code == "20000" or sub_code.endswith(".SYSTEM_ERROR"):
        return _lost(said, sub_code or code)
    if code in ("20001", "40006") or sub_code in _AUTH:
        return AuthError(said, sub_code or code)
    if code == "40005" or "call-limited" in sub_code:
        return QuotaError(said, sub_code or code)
    if sub_code == "ACQ.TRADE_NOT_EXIST":
        return NotFoundError(said, sub_code)
    return RejectedError(said, sub_code or code)


def state_of(node: Mapping[str, Any]) -> TradeState:
    """Return the trade that a reply tells of. Raises NetworkError if it tells none."""
    return TradeState(
        _text(node, "out_trade_no"), _text(node, "trade_no"), _text(node, "trade_status"), _fen(node, "total_amount")
    )


def _text(node: Mapping[str, Any], name: str) -> str:
    if not isinstance(node.get(name), str):
        raise _lost(f"the answer has no {name}")
    return str(node[name])


def _fen(node: Mapping[str, Any], name: str) -> int:
    try:
        return parse_fen(_text(node, name))
    except ValueError as error:
        raise _lost(f"the answer's {name} is no amount") from error
