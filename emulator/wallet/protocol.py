"""Replies of Alipay's OpenAPI as text: made, and taken apart without changing a letter of what was signed."""

from __future__ import annotations

import json
from collections.abc import Mapping

from emulator.wallet.rsa2 import Sign

Node = Mapping[str, object]
MESSAGES = {  # the protocol's names of its codes
    "10000": "Success",
    "10003": "order success pay inprocess",
    "20000": "Service Currently Unavailable",
    "40001": "Missing Required Arguments",
    "40002": "Invalid Arguments",
    "40004": "Business Failed",
    "40006": "Insufficient Permissions",
}


class RefusalError(Exception):
    """A call is answered with an error: caught by the gateway, never by a user."""

    def __init__(self, code: str, sub_code: str, sub_msg: str) -> None:
        super().__init__(sub_msg)
        self.code = code
        self.sub_code = sub_code
        self.sub_msg = sub_msg

    def node(self) -> dict[str, object]:
        """Return the reply."""
        return {"code": self.code, "msg": MESSAGES[self.code], "sub_code": self.sub_code, "sub_msg": self.sub_msg}


def node_name(method: str) -> str:
    """Return the name of a method's reply.

    >>> node_name("alipay.trade.query")
    'alipay_trade_query_response'
    """
    return method.replace(".", "_") + "_response"


def make_reply(name: str, node: Node, sign: Sign | None) -> str:
    """Return a reply; without ``sign`` it is not signed, as where it is not known for whom."""
    raw = json.dumps(node, ensure_ascii=False, separators=(",", ":"))
    signed = f',"sign":"{sign(raw)}"' if sign else ""
    return f'{{"{name}":{raw}{signed}}}'


def raw_members(text: str) -> dict[str, str]:
    """Return the members of a JSON object, each value as the substring that it was.

    Raises:
        ValueError: If it is no JSON object, or a name stands twice.

    >>> raw_members('{"a": {"x":  1.0}, "sign":"s"}')
    {'a': '{"x":  1.0}', 'sign': '"s"'}
    """
    if not isinstance(json.loads(text), dict):
        raise ValueError("not a JSON object")
    decoder, found = json.JSONDecoder(), {}
    at = _skip(text, text.index("{") + 1)
    while text[at] != "}":
        name, at = decoder.raw_decode(text, at)
        start = _skip(text, _skip(text, at) + 1)
        _, end = decoder.raw_decode(text, start)
        if name in found:
            raise ValueError(f"{name!r} stands twice")
        found[name] = text[start:end]
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return found


def _skip(text: str, at: int) -> int:
    while text[at] in " \t\r\n":
        at += 1
    return at
