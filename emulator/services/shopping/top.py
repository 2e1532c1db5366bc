"""Taobao's open platform (TOP): signed calls, its errors as ours, its material search as offers.

Sources: services.md, 3.1; open.taobao.com, "API call" (docId 101617, signature and common parameters) and
``taobao.tbk.dg.material.optional.upgrade`` (docId 64759). Numbers of errors are second-hand, as services.md says.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from statistics import median
from typing import Any, Literal

from emulator.live.errors import AuthError, NetworkError, NotFoundError, QuotaError, RejectedError, ServiceError
from emulator.live.secrets import redact
from emulator.wallet.money import MOST_FEN

GATEWAY = "https://eco.taobao.com/router/rest"
SEARCH = "taobao.tbk.dg.material.optional.upgrade"
PACKAGE = "27939"  # of permissions that the search needs
BEIJING = timezone(timedelta(hours=8))  # time stamps are of there, wherever the laptop is
PAGE = 20  # offers a search
FAR_OFF = (0.4, 2.5)  # of the median: offers beyond are of other goods or other amounts, assumed
MOST_LETTERS = 120
SignMethod = Literal["md5", "hmac", "hmac-sha256"]


@dataclass(frozen=True, slots=True)
class App:
    """Who calls: key and secret of the app, and the place that Alimama counts clicks for."""

    key: str
    secret: str
    adzone_id: str


@dataclass(frozen=True, slots=True)
class Material:
    """An offer of the search. ``link`` earns the app's owner a commission: whoever shows it says so."""

    title: str
    shop: str
    price_fen: int
    picture: str
    link: str


def sign(fields: Mapping[str, str], secret: str, how: SignMethod = "hmac-sha256") -> str:
    """Return the signature of a call's fields, ``sign`` left out: upper-case hex.

    >>> sign({"b": "2", "a": "1"}, "s", "md5") == hashlib.md5(b"sa1b2s").hexdigest().upper()
    True
    """
    text = "".join(f"{name}{fields[name]}" for name in sorted(fields) if name != "sign")
    if how == "md5":
        return hashlib.md5(f"{secret}{text}{secret}".encode()).hexdigest().upper()  # the protocol's, no secret of ours
    kind = "md5" if how == "hmac" else "sha256"
    return hmac.new(secret.encode(), text.encode(), kind).hexdigest().upper()


def call_form(
    app: App, method: str, fields: Mapping[str, str], now: datetime, how: SignMethod = "hmac-sha256"
) -> dict[str, str]:
    """Return the signed form of a call.

    Args:
        app: Who calls.
        method: Name of the call.
        fields: Its own parameters.
        now: Time of day, aware; the gateway takes ten minutes before and after its own.
        how: Way of signing.
    """
    form = {
        "method": method,
        "app_key": app.key,
        "timestamp": f"{now.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}",
        "v": "2.0",
        "format": "json",
        "sign_method": how,
        **fields,
    }
    return form | {"sign": sign(form, app.secret, how)}


def search_form(app: App, words: str, now: datetime, count: int = PAGE) -> dict[str, str]:
    """Return the form of a search for ``words``."""
    return call_form(app, SEARCH, {"q": words, "adzone_id": app.adzone_id, "page_size": str(count)}, now)


def read_materials(reply: Any) -> list[Material]:
    """Return the offers in the answer to a search; what has no title or no price is left out.

    Raises:
        ServiceError: If it is an error, or no answer to a search.
    """
    if not isinstance(reply, dict):
        raise NetworkError("Taobao answers with no object", "not-top", unknown=True)
    if isinstance(reply.get("error_response"), dict):
        raise _error(reply["error_response"])
    answer = reply.get(SEARCH.replace("taobao.", "").replace(".", "_") + "_response")
    if not isinstance(answer, dict):
        raise NetworkError("Taobao answers with something else than its search", "not-top", unknown=True)
    rows = _object(_object(answer, "result_list"), "map_data", answer.get("result_list"))
    found = [_material(row) for row in (rows if isinstance(rows, list) else [rows]) if isinstance(row, dict)]
    return [one for one in found if one]


def usual(materials: list[Material]) -> list[Material]:
    """Return the offers around the median, what costs least first."""
    if not materials:
        return []
    middle = median(one.price_fen for one in materials)
    near = [one for one in materials if FAR_OFF[0] * middle <= one.price_fen <= FAR_OFF[1] * middle]
    return sorted(near, key=lambda one: (one.price_fen, one.shop, one.title))


def _material(row: dict[str, Any]) -> Material | None:
    basic, price, published = (
        _object(row, name) for name in ("item_basic_info", "price_promotion_info", "publish_info")
    )
    asked = (price.get(name) for name in ("final_promotion_price", "zk_final_price", "reserve_price"))
    fen = next((amount for amount in map(_fen, asked) if amount), 0)
    title = _line(basic.get("title"))
    if not title or not fen:
        return None
    link = published.get("click_url") or published.get("coupon_share_url")
    return Material(title, _line(basic.get("shop_title")), fen, _url(basic.get("pict_url")), _url(link))


def _error(told: dict[str, Any]) -> ServiceError:
    """Return the error that TOP tells of."""
    code, sub_code = str(told.get("code", "")), _line(told.get("sub_code"))
    said = redact(_line(told.get("sub_msg")) or _line(told.get("msg")))
    line = f"Taobao {code}{f' {sub_code}' if sub_code else ''}: {said}"
    if code == "7" or "call-limited" in sub_code or "access-count" in sub_code:
        return QuotaError(line, code)
    if code in ("11", "12"):
        return AuthError(f"{line}; the app needs the permission package {PACKAGE}", code)
    if code in ("25", "26", "27", "28", "29"):
        return AuthError(f"{line}; see taobao-app-key and taobao-app-secret", code)
    if code in ("30", "31"):
        return AuthError(f"{line}; is the clock of this computer right?", code)
    if code == "15" and sub_code.startswith(("50001", "isv.no-result")):
        return NotFoundError(line, code)
    if code in ("10", "15") and not sub_code.startswith("isv."):
        return NetworkError(line, code)
    return RejectedError(line, code)


def _object(row: Mapping[str, Any], name: str, otherwise: Any = None) -> Any:
    """Return what stands under ``name``; an empty object where it is missing or a list stands for nothing."""
    value = row.get(name, otherwise) if isinstance(row, Mapping) else otherwise
    return value if isinstance(value, dict) or (isinstance(value, list) and value) else {}


def _fen(value: Any) -> int:
    """Return an amount in yuan as fen; 0 if it is none."""
    try:
        fen = Decimal(str(value)) * 100
        return int(fen) if fen.is_finite() and 1 <= fen <= MOST_FEN else 0
    except (InvalidOperation, ValueError):
        return 0


def _line(value: Any) -> str:
    """Return a text of a stranger as one short line."""
    text = value if isinstance(value, str) else ""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:MOST_LETTERS]


def _url(value: Any) -> str:
    """Return an address with its scheme: Taobao leaves it out."""
    text = _line(value) if isinstance(value, str) and len(value) <= 2_000 else ""
    text = value.strip() if text else ""
    if text.startswith("//"):
        return f"https:{text}"
    return text if text.startswith("https://") else ""
