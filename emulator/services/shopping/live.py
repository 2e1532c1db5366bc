"""The live half: what Taobao asks for it today. The product is recognised here; its pictures never leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.live.http import Http
from emulator.live.wall import wall_now
from emulator.services.service import Here, Secret
from emulator.services.shopping.goods import OFFERS_SHOWN
from emulator.services.shopping.offline import find, identify
from emulator.services.shopping.requests import FindProduct, Identify
from emulator.services.shopping.top import BEIJING, GATEWAY, App, Material, read_materials, search_form, usual

SECRETS = (
    Secret("taobao-app-key", "App key", "App Key", hidden=False),
    Secret("taobao-app-secret", "App secret", "App Secret"),
    Secret("taobao-adzone-id", "Alimama ad zone (adzone_id)", "推广位 adzone_id", hidden=False),
    Secret("taobao-gateway", "Another gateway on this machine", "本机网关地址", hidden=False, optional=True),
)
LIVE_REQUESTS = (Identify, FindProduct)
OWN = "shopping-live"  # what this half keeps open: it runs in a thread of its own
HARMLESS = "茶"


async def live(request: Any, here: Here, http: Http, secrets: Mapping[str, str]) -> dict[str, Any]:
    """Answer with Taobao's offers of now; who the product is says the catalogue, or the words. Raises ``ServiceError``.

    Candidates come without prices: those of the catalogue are not of now.
    """
    if isinstance(request, Identify):
        answer = identify(request, here, OWN)
        words = _words(answer["product"]) if answer["sure"] else ""
    else:
        answer = find(request, here, OWN)
        words = _words(answer["product"]) if answer["sure"] else request.words
    if not words:
        return answer | {"candidates": [one | {"mean_fen": None, "offers": []} for one in answer["candidates"]]}
    materials = await _search(http, secrets, words)
    known = answer["product"] or {"key": "", "name": words, "name_zh": "", "name_en": "", "brand": "", "quantity": ""}
    product = known | {"sample": False} | _prices(materials)
    found = {"method": answer["method"] or "text", "sure": True, "confidence": max(answer["confidence"], 0.0)}
    return answer | found | {"product": product, "candidates": []}


async def check(http: Http, secrets: Mapping[str, str]) -> str:
    """Search for tea: an answer proves key, secret, clock and permission. Raises ``ServiceError``."""
    found = await _search(http, secrets, HARMLESS)
    return f"{len(found)} offers of {HARMLESS}; key, signature and permission are right"


async def _search(http: Http, secrets: Mapping[str, str], words: str) -> list[Material]:
    app = App(secrets["taobao-app-key"], secrets["taobao-app-secret"], secrets["taobao-adzone-id"])
    form = search_form(app, words, wall_now())
    return read_materials(await http.post_form_json(secrets.get("taobao-gateway") or GATEWAY, form))


def _words(product: Mapping[str, Any]) -> str:
    """Return what to search for: brand and Chinese name, or else the name there is."""
    name = product["name_zh"] or product["name_en"]
    return f"{product['brand']} {name}".strip()


def _prices(materials: list[Material]) -> dict[str, Any]:
    """Return what offers come to, as ``goods.to_reply`` does; links are affiliate links and say so."""
    near = usual(materials)
    if not near:
        return {"mean_fen": None, "offers": []}
    total, today = sum(one.price_fen for one in near), wall_now().astimezone(BEIJING).date().isoformat()
    return {
        "currency": "CNY",
        "mean_fen": (2 * total + len(near)) // (2 * len(near)),
        "lowest_fen": near[0].price_fen,
        "lowest_shop": near[0].shop,
        "unit_fen": None,
        "unit": "",
        "as_of": today,
        "stale": False,
        "affiliate": True,
        "offers": [
            {
                "shop": one.shop,
                "title": one.title,
                "price_fen": one.price_fen,
                "shipping_fen": 0,
                "coupon_fen": 0,
                "total_fen": one.price_fen,
                "at": today,
                "picture": one.picture,
                "link": one.link,
            }
            for one in near[:OFFERS_SHOWN]
        ],
    }
