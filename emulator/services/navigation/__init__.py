"""Navigation: places, routes and streets, from the maps here or from Amap (reference/services.md, section 1)."""

from __future__ import annotations

from emulator.services.navigation.amap import SECRETS, check, live
from emulator.services.navigation.offline import offline
from emulator.services.navigation.requests import LIVE_REQUESTS, REQUESTS
from emulator.services.service import Service

SERVICE = Service(
    "Navigation",
    "导航",
    REQUESTS,
    offline,
    slow=True,
    live=live,
    live_requests=LIVE_REQUESTS,
    secrets=SECRETS,
    check=check,
)
