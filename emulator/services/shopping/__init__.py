"""Prices of what the camera sees: offline out of a catalogue on this computer, live as Taobao asks them now."""

from __future__ import annotations

from emulator.services.service import Service
from emulator.services.shopping.live import LIVE_REQUESTS, SECRETS, check, live
from emulator.services.shopping.offline import offline
from emulator.services.shopping.requests import REQUESTS, AddProduct, FindProduct, Identify

SERVICE = Service(
    "Prices",
    "识价",
    REQUESTS,
    offline,
    latency_ms=600,  # 150 ms here, four times as long on a phone's processor, assumed
    slow=True,
    live=live,
    live_requests=LIVE_REQUESTS,
    secrets=SECRETS,
    check=check,
)

__all__ = ["SERVICE", "AddProduct", "FindProduct", "Identify"]
