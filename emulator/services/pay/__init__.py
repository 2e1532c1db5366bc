"""Payments as the S1 makes them: offline out of a sandbox wallet (沙箱), live as the merchant of Alipay's sandbox.

Both halves are imported when somebody pays: a start does not wait for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.live.http import Http
from emulator.services.pay.requests import (
    SHOP,
    WEARER,
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
from emulator.services.service import Here, Secret, Service

SECRETS = (
    Secret("alipay-app-id", "App id of the sandbox app", "沙箱应用 APPID", hidden=False),
    Secret("alipay-app-key", "The app's private key, PEM or its file", "应用私钥（PEM 或文件）"),
    Secret("alipay-public-key", "Alipay's public key, PEM or its file", "支付宝公钥（PEM 或文件）"),
    Secret("alipay-gateway", "Another gateway on this machine", "本机网关地址", hidden=False, optional=True),
)


def offline(request: Any, here: Here) -> dict[str, Any]:
    """Take one step of a payment, or of the shop. Raises ``ServiceError``."""
    from emulator.services.pay.offline import offline as answer

    return answer(request, here)


async def live(request: Any, here: Here, http: Http, secrets: Mapping[str, str]) -> dict[str, Any]:
    """Answer for the shop. Raises ``ServiceError``."""
    from emulator.services.pay.live import live as answer

    return await answer(request, here, http, secrets)


async def check(http: Http, secrets: Mapping[str, str]) -> str:
    """Ask the vendor for an order that nobody made. Raises ``ServiceError``."""
    from emulator.services.pay.live import check as ask

    return await ask(http, secrets)


SERVICE = Service(
    "Payment",
    "支付",
    (*WEARER, *SHOP),
    offline,
    engine="sandbox",
    slow=True,
    live=live,
    live_requests=SHOP,
    secrets=SECRETS,
    check=check,
)

__all__ = [
    "SERVICE",
    "Account",
    "Cancel",
    "Challenge",
    "Confirm",
    "Pay",
    "Query",
    "Refuse",
    "ResolveCode",
    "ShopOrder",
    "ShopQuery",
    "ShopRefund",
]
