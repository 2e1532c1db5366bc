"""Payments as the S1 makes them: offline out of a sandbox wallet (沙箱), live as the merchant of Alipay's sandbox."""

from __future__ import annotations

from emulator.services.pay.live import SECRETS, check, live
from emulator.services.pay.offline import offline
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
from emulator.services.service import Service

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
