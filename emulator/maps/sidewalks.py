"""Give sidewalks and cycle tracks without a name that of the street they run along, so that they can be talked about."""

from __future__ import annotations

import math
from collections import Counter, defaultdict

import numpy as np

from emulator.maps.access import CAR_KINDS, KINDS
from emulator.maps.street_map import CROSSING, E7, SIDEWALK, Ints, Segments

BESIDE_M = 25.0  # from the middle of the street, at most
PARALLEL_DEG = 25.0
EVERY_M = 10.0  # a street is known by points that far from each other
_EAST_M, _NORTH_M = 111_320.0, 111_132.0  # metres of a degree, near enough here

Spot = tuple[float, float, float]  # east, north, bearing modulo 180


def named_sidewalks(segments: Segments) -> Ints:
    """Return the number of the name of every segment, with those of the sidewalks filled in."""
    names = segments.name.copy()
    east = _EAST_M * math.cos(math.radians(float(segments.lat.mean()) * E7))  # one for the map, so that all agree
    kinds = np.array([kind in CAR_KINDS for kind in KINDS])[segments.kind]
    cells: defaultdict[tuple[int, int], list[tuple[Spot, int]]] = defaultdict(list)
    for segment in np.flatnonzero(kinds & (names >= 0)).tolist():
        for spot in _spots(segments, segment, east):
            cells[_cell(spot)].append((spot, int(names[segment])))
    beside = (segments.flags & SIDEWALK > 0) | (segments.kind == KINDS.index("cycleway"))
    for segment in np.flatnonzero(beside & (segments.flags & CROSSING == 0) & (names < 0)).tolist():
        votes: Counter[int] = Counter()
        spots = _spots(segments, segment, east)
        for spot in spots:
            if (name := _beside(spot, cells)) is not None:
                votes[name] += 1
        if votes:
            name, count = min(votes.items(), key=lambda vote: (-vote[1], vote[0]))
            if 2 * count > len(spots):
                names[segment] = name
    return names


def _beside(spot: Spot, cells: dict[tuple[int, int], list[tuple[Spot, int]]]) -> int | None:
    """Return the name of the nearest street that runs the same way, None if there is none near."""
    x, y, bearing = spot
    column, row = _cell(spot)
    best: tuple[float, int] | None = None
    for cell in ((column + i, row + j) for i in (-1, 0, 1) for j in (-1, 0, 1)):
        for (x_b, y_b, bearing_b), name in cells.get(cell, ()):
            away = abs((bearing - bearing_b + 90.0) % 180.0 - 90.0)
            metres = math.hypot(x - x_b, y - y_b)
            if metres <= BESIDE_M and away <= PARALLEL_DEG and (best is None or (metres, name) < best):
                best = (metres, name)
    return best[1] if best else None


def _spots(segments: Segments, segment: int, east: float) -> list[Spot]:
    """Return points along a segment, at least one for each of its pieces."""
    first, last = segments.first[segment], segments.first[segment + 1]
    lat, lon = (segments.lat[first:last] * E7).tolist(), (segments.lon[first:last] * E7).tolist()
    spots = []
    for i in range(len(lat) - 1):
        x, y = lon[i] * east, lat[i] * _NORTH_M
        d_x, d_y = lon[i + 1] * east - x, lat[i + 1] * _NORTH_M - y
        bearing = math.degrees(math.atan2(d_x, d_y)) % 180.0
        count = max(1, round(math.hypot(d_x, d_y) / EVERY_M))
        spots += [(x + d_x * (k + 0.5) / count, y + d_y * (k + 0.5) / count, bearing) for k in range(count)]
    return spots


def _cell(spot: Spot) -> tuple[int, int]:
    return math.floor(spot[0] / BESIDE_M), math.floor(spot[1] / BESIDE_M)
