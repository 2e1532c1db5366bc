"""Live half: Amap's Web Service v5 (reference/services.md, 1.1). It speaks GCJ-02 on its side, WGS-84 on ours.

Amap's answers are shown with its name and kept nowhere but in the reply: no cache, and nothing goes into a map.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import partial
from typing import Any

from emulator.live.errors import NetworkError, NotFoundError, NotServedError, QuotaError
from emulator.live.http import Http
from emulator.maps.costs import Mode
from emulator.maps.gcj02 import in_mainland, to_gcj02, to_wgs84
from emulator.maps.kinds import bare
from emulator.maps.packed import lat_lon
from emulator.maps.points import Gcj02Point, Wgs84Point, distance_m
from emulator.services.navigation.amap_errors import NO_PLACE, error_of
from emulator.services.navigation.amap_route import listed, packed_path, text_of
from emulator.services.navigation.ground import fix_of
from emulator.services.navigation.requests import MOST_PLACES, FindPlaces, NearbyPlaces, PlanRoutes
from emulator.services.service import Here, Secret

BASE_URL = "https://restapi.amap.com"
ATTRIBUTION = {"zh": "高德地图", "en": "© Amap"}
SECRETS = (
    Secret("amap-key", "Web service key", "Web 服务密钥"),
    Secret("amap-private-key", "Private key, if it signs", "安全密钥（启用签名时）", optional=True),
    Secret("amap-url", "Address, if not Amap's", "服务地址（默认高德）", hidden=False, optional=True),
)
PATHS: dict[Mode, str] = {"walk": "walking", "bike": "bicycling", "car": "driving"}
NEAR_M = 10_000  # a place that was named is sought there first
AROUND_M = 1_500
USUAL_TYPES = "150500|150700|060400|060100|050500|050100|200300|110000|090601"
"""Metro, bus stop, supermarket, mall, cafe, restaurant, toilets, sights, pharmacy: Amap's table of POI types."""
OF_ONE_KIND = 2


async def live(
    request: FindPlaces | NearbyPlaces | PlanRoutes, here: Here, http: Http, secrets: Mapping[str, str]
) -> dict[str, Any]:
    """Return what ``requests.py`` says of ``request``.

    Raises:
        NotServedError: If the glasses are not in mainland China.
        ServiceError: See ``requests.py`` and ``amap_errors.py``.
    """
    point = fix_of(here).point
    if not in_mainland(point):
        raise NotServedError("Amap serves mainland China")
    amap = Amap(http, secrets, here.language)
    match request:
        case FindPlaces(words):
            found = await _find(amap, bare(words), point)
            if not found:
                raise NotFoundError(NO_PLACE[here.language].format(words=words), "no-place")
            return {"places": found[:MOST_PLACES], "attribution": ATTRIBUTION[here.language]}
        case NearbyPlaces():
            return {"places": await _nearby(amap, point), "attribution": ATTRIBUTION[here.language]}
        case PlanRoutes():
            return {"routes": await _plan(amap, request, point), "attribution": ATTRIBUTION[here.language]}


async def check(http: Http, secrets: Mapping[str, str]) -> str:
    """Ask for a well-known address and return a line on what came back; raises as ``Amap.ask``."""
    reply = await Amap(http, secrets, "en").ask("/v3/geocode/geo", address="北京市天安门")
    found = [text_of(entry.get("formatted_address")) for entry in listed(reply, "geocodes")]
    return f"{found[0]} ✓" if found else "✓"


class Amap:
    """One user's way to Amap's servers.

    Attributes:
        language: Of messages: ``zh`` or ``en``.
    """

    def __init__(self, http: Http, secrets: Mapping[str, str], language: str) -> None:
        self._http, self.language = http, language
        self._url = secrets.get("amap-url", BASE_URL).rstrip("/")
        self._key, self._private = secrets["amap-key"], secrets.get("amap-private-key", "")

    async def ask(self, path: str, **params: str) -> dict[str, Any]:
        """Return the reply to one question; asked up to three times while Amap says that it is asked too often.

        Raises:
            AuthError: If the key may not be used for this.
            QuotaError: If it was used too much.
            NotFoundError: ``no-road`` or ``no-way``.
            NetworkError: If there is no answer, or none that can be used.
        """
        known = params | {"key": self._key, "output": "json"}
        if self._private:
            known["sig"] = signature(known, self._private)
        return await self._http.retried(partial(self._once, path, known), (QuotaError, NetworkError))

    async def _once(self, path: str, params: Mapping[str, str]) -> dict[str, Any]:
        reply = await self._http.get_json_once(f"{self._url}{path}", params)
        if not isinstance(reply, dict) or "status" not in reply:
            raise NetworkError("Amap: not an answer of its Web service", "not-amap", unknown=True)
        if text_of(reply["status"]) != "1":
            raise error_of(text_of(reply.get("infocode")), text_of(reply.get("info")), self.language)
        return reply


def signature(params: Mapping[str, str], private_key: str) -> str:
    """Return the ``sig`` of a request: over the raw values, in the order of their names.

    >>> signature({"b": "茶", "a": "1+2"}, "s") == hashlib.md5("a=1+2&b=茶s".encode()).hexdigest()
    True
    """
    text = "&".join(f"{name}={params[name]}" for name in sorted(params) if name != "sig")
    return hashlib.md5(f"{text}{private_key}".encode(), usedforsecurity=False).hexdigest()


def position(point: Wgs84Point) -> str:
    """Return a position as Amap wants it: GCJ-02, longitude first, six decimals.

    >>> position(Wgs84Point(31.1774276, 121.5272106))
    '121.531542,31.175304'
    """
    moved = to_gcj02(point)
    return f"{moved.lon:.6f},{moved.lat:.6f}"


async def _plan(amap: Amap, request: PlanRoutes, origin: Wgs84Point) -> list[dict[str, Any]]:
    target = Wgs84Point(request.to_lat_deg, request.to_lon_deg)
    more = {} if request.only or request.mode != "walk" else {"alternative_route": "3"}
    reply = await amap.ask(
        f"/v5/direction/{PATHS[request.mode]}",
        origin=position(origin),
        destination=position(target),
        show_fields="cost,navi,polyline",
        **more,
    )
    route = reply.get("route")
    if not isinstance(route, dict):
        raise NetworkError("Amap: an answer without a route", "not-amap", unknown=True)
    paths = listed(route, "paths")
    if not paths:
        raise error_of("20802", "", amap.language)
    routes = [packed_path(path, request.mode, origin, target) for path in paths[: 1 if request.only else 3]]
    shortest = min(routes[1:], key=lambda found: found["length_m"], default=None)
    for found in routes[1:]:
        found["preference"] = "shortest" if found is shortest else "quiet"
    return routes


async def _find(amap: Amap, words: str, point: Wgs84Point) -> list[dict[str, Any]]:
    """Search nearby, then everywhere, then by what the words may have been meant for."""
    at = position(point)
    near = await amap.ask(
        "/v5/place/around", keywords=words, location=at, radius=str(NEAR_M), page_size=str(MOST_PLACES)
    )
    found = _places(listed(near, "pois"), point)
    if not found:
        far = await amap.ask("/v5/place/text", keywords=words, page_size=str(MOST_PLACES))
        found = _places(listed(far, "pois"), point)
    if not found:
        tips = await amap.ask("/v3/assistant/inputtips", keywords=words, location=at, datatype="poi")
        found = _places(listed(tips, "tips"), point)
    return found


async def _nearby(amap: Amap, point: Wgs84Point) -> list[dict[str, Any]]:
    reply = await amap.ask(
        "/v5/place/around",
        types=USUAL_TYPES,
        location=position(point),
        radius=str(AROUND_M),
        sortrule="distance",
        page_size="25",
    )
    chosen: list[dict[str, Any]] = []
    kinds: list[str] = []
    for place in _places(listed(reply, "pois"), point):
        if kinds.count(place["kind"]) < OF_ONE_KIND:
            kinds.append(place["kind"])
            chosen.append(place)
    if not chosen:
        raise NotFoundError(NO_PLACE[amap.language].format(words="…"), "no-place")
    return sorted(chosen[:MOST_PLACES], key=lambda place: float(place["distance_m"]))


def _places(entries: list[dict[str, Any]], point: Wgs84Point) -> list[dict[str, Any]]:
    """Return places as ``requests.py`` has them; what has no position (a bus line, a brand) is left out."""
    found = []
    for entry in entries:
        lon, comma, lat = text_of(entry.get("location")).partition(",")
        name = text_of(entry.get("name"))
        try:
            at = to_wgs84(Gcj02Point(float(lat), float(lon))) if comma and name else None
        except ValueError:
            at = None
        if at is not None:
            kind = text_of(entry.get("type")).rpartition(";")[2]
            shown = lat_lon(at)
            found.append(
                {
                    "name": name,
                    "kind": kind,
                    "lat": shown[0],
                    "lon": shown[1],
                    "distance_m": round(distance_m(point, at)),
                }
            )
    return found
