"""Navigation on the maps that are here: search, routes, streets to draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emulator.core.errors import RouteError
from emulator.live.errors import NotFoundError
from emulator.maps.around import around
from emulator.maps.costs import Mode
from emulator.maps.packed import lat_lon, packed
from emulator.maps.places import Place
from emulator.maps.points import Wgs84Point
from emulator.maps.route import Route
from emulator.maps.street_map import ATTRIBUTION
from emulator.maps.streets import streets_around
from emulator.services.navigation.ground import Ground, fix_of, ground_at
from emulator.services.navigation.requests import MOST_PLACES, FindPlaces, NearbyPlaces, PlanRoutes, StreetsAround
from emulator.services.service import Here

DOING: dict[Mode, tuple[str, str]] = {
    "walk": ("步行", "walking"),
    "bike": ("骑行", "cycling"),
    "car": ("驾车", "driving"),
}


def offline(request: FindPlaces | NearbyPlaces | PlanRoutes | StreetsAround, here: Here) -> dict[str, Any]:
    """Return what ``requests.py`` says of ``request``."""
    match request:
        case FindPlaces():
            return find(request, here)
        case NearbyPlaces():
            return nearby(here)
        case PlanRoutes():
            return plan(request, here)
        case StreetsAround():
            return streets(request, here)


def find(request: FindPlaces, here: Here) -> dict[str, Any]:
    """Search the names and kinds of the map around the glasses."""
    point = fix_of(here).point
    ground = ground_at(here, point)
    found = ground.gazetteer.find(request.words, point)
    if not found:
        raise _unknown(request.words, ground.gazetteer.nearest_name(request.words), here.language)
    return _places(found, here.language)


def nearby(here: Here) -> dict[str, Any]:
    """Offer what is usually looked for."""
    point = fix_of(here).point
    found = around(ground_at(here, point).map, point, MOST_PLACES)
    if not found:
        text = {"zh": "附近没有可去的地点，请说出目的地", "en": "Nothing to go to nearby; say a place"}
        raise NotFoundError(text[here.language], "no-place")
    return _places(found, here.language)


def plan(request: PlanRoutes, here: Here) -> dict[str, Any]:
    """Find routes from where the glasses are."""
    origin, target = fix_of(here).point, Wgs84Point(request.to_lat_deg, request.to_lon_deg)
    ground = ground_at(here, origin)
    for point, which in ((origin, 0), (target, 1)):
        if ground.router.nearest(point, request.mode) is None:
            raise _no_road(request.mode, which, here.language)
    return {"routes": [packed(route) for route in _routes(ground, origin, target, request, here)]} | _origin()


def streets(request: StreetsAround, here: Here) -> dict[str, Any]:
    """Return streets to draw."""
    middle = Wgs84Point(request.lat_deg, request.lon_deg)
    lines = streets_around(ground_at(here, middle).map, middle, request.span_m)
    return {"lines": [[tier, [lat_lon(point) for point in line]] for tier, line in lines]} | _origin()


def _routes(ground: Ground, origin: Wgs84Point, target: Wgs84Point, request: PlanRoutes, here: Here) -> Sequence[Route]:
    try:
        if request.only:
            return [ground.router.route(origin, target, request.mode)]
        return ground.router.alternatives(origin, target, request.mode)
    except RouteError:
        zh, en = DOING[request.mode]
        text = {"zh": f"没有可以{zh}到达的路线，请换一种方式", "en": f"No way there by {en}; try another mode"}
        raise NotFoundError(text[here.language], "no-way") from None


def _places(found: Sequence[Place], language: str) -> dict[str, Any]:
    return {"places": [_place(place, language) for place in found[:MOST_PLACES]]} | _origin()


def _place(place: Place, language: str) -> dict[str, Any]:
    kind = place.kind(language)
    name = place.title(language) or kind
    lat, lon = lat_lon(place.point)
    return {"name": name, "kind": kind, "lat": lat, "lon": lon, "distance_m": round(place.distance_m)}


def _origin() -> dict[str, Any]:
    return {"attribution": ATTRIBUTION}


def _unknown(words: str, nearest: str, language: str) -> NotFoundError:
    if language == "zh":
        return NotFoundError(
            f"没有找到“{words}”" + (f"。是不是“{nearest}”？" if nearest else "，请换个说法"), "no-place"
        )
    return NotFoundError(f"No “{words}” here" + (f". “{nearest}”?" if nearest else "; say it another way"), "no-place")


def _no_road(mode: Mode, which: int, language: str) -> NotFoundError:
    zh, en = DOING[mode]
    where = (("这里", "here"), ("目的地", "the destination"))[which]
    text = {
        "zh": f"{where[0]}附近 300 米内没有可{zh}的道路",
        "en": f"No street for {en} within 300 m of {where[1]}",
    }
    return NotFoundError(text[language], "no-road")
