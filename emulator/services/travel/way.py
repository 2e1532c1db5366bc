"""How long it takes to a trip's start: by the roads of a map that has both ends, else told by the distance alone."""

from __future__ import annotations

import math
from contextlib import nullcontext

from emulator.core.errors import MapError, RouteError
from emulator.maps.map_file import read_map, read_summary
from emulator.maps.points import Wgs84Point, distance_m
from emulator.maps.router import Router
from emulator.maps.store import Shelf, shelves
from emulator.services.service import Here
from emulator.services.travel.agenda import Way
from emulator.services.travel.places import point_of
from emulator.services.travel.trip import Trip

DETOUR = (
    1.4  # roads over straight lines: 1.2 to 1.6 in most countries (Ballou et al. 2002, Transportation Research A 36)
)
SPEEDS_KMH = ((20.0, 30.0), (math.inf, 60.0))  # to so many km: by car through a town, then out of it; assumed
NEAR_M, FURTHEST_M = 300.0, 500_000.0  # who is as near is there; from further nobody drives to a departure


def way_to(trip: Trip, here: Here) -> Way | None:
    """Return the way from the glasses to where a trip starts; None where one of them is unknown or too far."""
    target = point_of(trip.origin)
    if here.fix is None or target is None:
        return None
    distance = distance_m(here.fix.point, target)
    if distance > FURTHEST_M:
        return None
    if distance < NEAR_M:
        return Way(0, "distance")
    minutes = _by_road(here, here.fix.point, target)
    return Way(minutes, "route") if minutes is not None else Way(by_distance_min(distance), "distance")


def by_distance_min(distance: float) -> int:
    """Return the minutes by car over a straight line of so many metres.

    >>> by_distance_min(10_000), by_distance_min(50_000)
    (28, 90)
    """
    left_km, minutes, done_km = distance / 1_000 * DETOUR, 0.0, 0.0
    for limit_km, speed in SPEEDS_KMH:
        part = min(left_km, limit_km - done_km)
        minutes += part / speed * 60
        left_km, done_km = left_km - part, limit_km
        if left_km <= 0:
            break
    return math.ceil(minutes)


def _by_road(here: Here, start: Wgs84Point, end: Wgs84Point) -> int | None:
    for shelf in shelves():
        if not (_covers(shelf, start) and _covers(shelf, end)):
            continue
        name = f"travel-map:{shelf.path}:{shelf.path.stat().st_mtime_ns}"
        try:
            router = here.opened(name, lambda path=shelf.path: nullcontext(Router(read_map(path))))  # type: ignore[misc]
            return math.ceil(router.route(start, end, "car").duration_s / 60)
        except (MapError, RouteError):
            continue  # damaged, or no road is near
    return None


def _covers(shelf: Shelf, point: Wgs84Point) -> bool:
    try:
        south, west, north, east = read_summary(shelf.path)["box"]
    except MapError:
        return False
    return bool(south <= point.lat <= north and west <= point.lon <= east)
