"""The live half: the shop's side of Alipay's sandbox for developers. The wearer's money is never touched from here.

No public interface lets a third party pay an arbitrary code out of a user's wallet (services.md, 2.1), so what can be live
is the merchant: the shop's order gets a genuine code, the sandbox wallet app pays it, and we ask how it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from emulator.live.errors import AuthError, NotFoundError
from emulator.live.http import Http
from emulator.live.wall import wall_now
from emulator.services.pay.requests import ShopOrder, ShopQuery, ShopRefund
from emulator.services.service import Here
from emulator.wallet.client import VENDOR_SANDBOX, Account, MerchantClient, state_of
from emulator.wallet.errors import WalletError
from emulator.wallet.money import show_yuan

NOBODY = "glasses-emulator-check"  # an order that no one has made


async def live(request: Any, here: Here, http: Http, secrets: Mapping[str, str]) -> dict[str, Any]:
    """Answer for the shop. Raises ``ServiceError``."""
    del here
    return await answer_shop(request, http, secrets)


async def answer_shop(
    request: ShopOrder | ShopQuery | ShopRefund, http: Http, secrets: Mapping[str, str]
) -> dict[str, Any]:
    """Ask the vendor's sandbox as a merchant. Raises ``ServiceError``."""
    match request:
        case ShopOrder(number, amount_fen, subject):
            order = {"out_trade_no": number, "total_amount": show_yuan(amount_fen), "subject": subject}
            reply = await _call(http, secrets, "alipay.trade.precreate", order)
            return {"number": number, "code": str(reply.get("qr_code", ""))}
        case ShopQuery(number):
            reply = await _call(http, secrets, "alipay.trade.query", {"out_trade_no": number})
            return {"number": number, "status": state_of(reply).status}
        case ShopRefund(number, amount_fen):
            back = {"out_trade_no": number, "out_request_no": "shop", "refund_amount": show_yuan(amount_fen)}
            reply = await _call(http, secrets, "alipay.trade.refund", back)
            return {"number": number, "refunded": str(reply.get("refund_fee", ""))}


async def check(http: Http, secrets: Mapping[str, str]) -> str:
    """Ask for an order that nobody made: an answer proves keys, clock and signatures. Raises ``ServiceError``."""
    with suppress(NotFoundError):
        await _call(http, secrets, "alipay.trade.query", {"out_trade_no": NOBODY})
    return f"app {secrets['alipay-app-id']} is known; signatures are right both ways"


async def _call(http: Http, secrets: Mapping[str, str], method: str, fields: Mapping[str, str]) -> dict[str, Any]:
    url = secrets.get("alipay-gateway") or VENDOR_SANDBOX
    keys = (pem(secrets["alipay-app-key"], "PRIVATE KEY"), pem(secrets["alipay-public-key"], "PUBLIC KEY"))
    try:
        client = MerchantClient(Account(url, secrets["alipay-app-id"], "", *keys), wall_now)
    except WalletError as error:
        raise AuthError(str(error), error.code) from None
    body = await http.post_form(url, client.form(method, fields))
    return client.read(method, body.decode("utf-8", "replace"))


def pem(told: str, what: str) -> bytes:
    """Return a key as PEM, from its file, from PEM, or from the bare base64 that Alipay's console shows.

    Raises:
        AuthError: If the file cannot be read; its text is never told.
    """
    text = told.strip()
    if "-----BEGIN" in text:
        return text.replace("\\n", "\n").encode()
    if len(text) < 300 and Path(text).suffix:
        try:
            return Path(text).expanduser().read_bytes()
        except OSError as error:
            raise AuthError(f"the file of a key cannot be read: {error.strerror}", "bad-key") from None
    bare = "".join(text.split())
    lines = "\n".join(bare[at : at + 64] for at in range(0, len(bare), 64))
    return f"-----BEGIN {what}-----\n{lines}\n-----END {what}-----\n".encode()
