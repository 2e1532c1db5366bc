"""What a traveller may want nearby without saying so: the nearest of the usual kinds of places, or the next crossings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from emulator.maps.kinds import CROSSING
from emulator.maps.places import Place, distinct, metres_from
from emulator.maps.points import Wgs84Point
from emulator.maps.street_map import E7, StreetMap

USUAL = (  # kinds as OpenStreetMap has them, and how many of each: our choice
    ("railway=subway_entrance", 2),
    ("railway=station", 1),
    ("highway=bus_stop", 1),
    ("railway=tram_stop", 1),
    ("shop=supermarket", 1),
    ("amenity=cafe", 1),
    ("amenity=restaurant", 1),
    ("amenity=toilets", 1),
    ("amenity=pharmacy", 1),
)
HERE_M = 30.0  # nearer is no destination
FAR_M = 1_500.0


def around(street_map: StreetMap, here: Wgs84Point, most: int) -> list[Place]:
    """Return up to ``most`` places by distance; crossings where the map knows no places."""
    found = distinct(sorted(_usual(street_map, here), key=lambda place: (place.distance_m, place.name)))
    left = Counter(dict(USUAL))
    chosen: list[Place] = []
    for place in found:
        if left[place.category] > 0:
            left[place.category] -= 1
            chosen.append(place)
    return chosen[:most] or _crossings(street_map, here, most)


def _usual(street_map: StreetMap, here: Wgs84Point) -> Iterator[Place]:
    sites = street_map.sites
    wanted = {kind for kind, _ in USUAL}
    numbers = [number for number, text in enumerate(street_map.texts) if text in wanted]
    metres = metres_from(here, sites.lat * E7, sites.lon * E7)
    for i in np.flatnonzero(np.isin(sites.category, numbers) & (metres >= HERE_M) & (metres <= FAR_M)).tolist():
        names = (street_map.names[int(sites.name[i])],) if sites.name[i] >= 0 else ()
        point = Wgs84Point(float(sites.lat[i] * E7), float(sites.lon[i] * E7))
        yield Place(point, street_map.text(int(sites.category[i])), names, float(metres[i]), 0)


def _crossings(street_map: StreetMap, here: Wgs84Point, most: int) -> list[Place]:
    """Return the nearest junctions at which streets of two names meet."""
    segments, junctions = street_map.segments, street_map.junctions
    metres = metres_from(here, junctions.lat * E7, junctions.lon * E7)
    near = np.flatnonzero((metres >= HERE_M) & (metres <= FAR_M))
    near = near[np.argsort(metres[near], kind="stable")]
    found: list[Place] = []
    for node in near.tolist():
        touching = np.flatnonzero((segments.start == node) | (segments.end == node))
        names = sorted({int(segments.name[segment]) for segment in touching} - {-1})
        if len(names) >= 2:
            point = Wgs84Point(float(junctions.lat[node] * E7), float(junctions.lon[node] * E7))
            pair = (street_map.names[names[0]], street_map.names[names[1]])
            found = distinct([*found, Place(point, CROSSING, pair, float(metres[node]), 0)])
        if len(found) == most:
            break
    return found
