"""How long it takes to a trip's start: by the roads of a map that has both ends, else told by the distance alone."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from functools import cached_property, partial

from emulator.core.errors import MapError, RouteError
from emulator.maps.map_file import read_map, read_summary
from emulator.maps.places import Gazetteer
from emulator.maps.points import Wgs84Point, distance_m
from emulator.maps.router import Router
from emulator.maps.store import Shelf, shelves
from emulator.maps.street_map import StreetMap
from emulator.services.service import Here
from emulator.services.travel.agenda import Way
from emulator.services.travel.places import point_of
from emulator.services.travel.trip import Trip

DETOUR = (
    1.4  # roads over straight lines: 1.2 to 1.6 in most countries (Ballou et al. 2002, Transportation Research A 36)
)
SPEEDS_KMH = ((20.0, 30.0), (math.inf, 60.0))  # to so many km: by car through a town, then out of it; assumed
STATIONS = frozenset({"railway=station", "railway=halt", "public_transport=station"})  # OpenStreetMap's tags
NEAR_M, FURTHEST_M = 300.0, 500_000.0  # who is as near is there; from further nobody drives to a departure


@dataclass
class _Ground:
    """One map, made ready to be asked."""

    map: StreetMap

    @cached_property
    def router(self) -> Router:
        return Router(self.map)

    @cached_property
    def names(self) -> Gazetteer:
        return Gazetteer(self.map)


def way_to(trip: Trip, here: Here) -> Way | None:
    """Return the way from the glasses to where a trip starts; None where one of them is unknown or too far."""
    if here.fix is None:
        return None
    target = point_of(trip.origin) or (_station(here, trip.origin.name) if trip.kind == "train" else None)
    if target is None:
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
    for ground in _grounds(here, start, end):
        with suppress(RouteError):  # no road is near
            return math.ceil(ground.router.route(start, end, "car").duration_s / 60)
    return None


def _station(here: Here, name: str) -> Wgs84Point | None:
    """Return where the station of this very name is, on a map of where the glasses are."""
    assert here.fix is not None  # way_to
    for ground in _grounds(here, here.fix.point) if name else ():
        for place in ground.names.find(name, here.fix.point):
            if place.category in STATIONS and place.slips == 0:
                return place.point
    return None


def _grounds(here: Here, *points: Wgs84Point) -> Iterator[_Ground]:
    """Return the maps that have all points; one that is damaged is left out."""
    for shelf in shelves():
        if all(_covers(shelf, point) for point in points):
            name = f"travel-map:{shelf.path}:{shelf.path.stat().st_mtime_ns}"
            with suppress(MapError):
                yield here.opened(name, partial(_open, shelf))


def _open(shelf: Shelf) -> AbstractContextManager[_Ground]:
    return nullcontext(_Ground(read_map(shelf.path)))


def _covers(shelf: Shelf, point: Wgs84Point) -> bool:
    try:
        south, west, north, east = read_summary(shelf.path)["box"]
    except MapError:
        return False
    return bool(south <= point.lat <= north and west <= point.lon <= east)
