"""The streets that a small picture of a map needs: joined to long lines, simplified, the side ways left out."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from emulator.maps.access import KINDS
from emulator.maps.points import Plane, Wgs84Point
from emulator.maps.street_map import E7, SIDEWALK, TUNNEL, StreetMap

XY = tuple[float, float]
Strand = tuple[str, list[XY]]

BIGGEST = frozenset(KINDS[:6])  # motorway to primary
BIG = frozenset(KINDS[:10])  # motorway to tertiary: drawn as "regular"
SMALL = frozenset(("unclassified", "residential", "living_street", "pedestrian"))  # drawn as "dim"
MIDDLE_M, WIDE_M = 3_000.0, 15_000.0  # of wider squares only big streets, of still wider ones only the biggest
MOST_POINTS = 350  # the biggest and longest streets with so many points
SEEN = 16.0  # pixels across: smaller squares and stubs are left out
PIXELS = 300.0  # of a side: what is smaller than one is left out
BESIDE = 4.0  # so near each other, streets are drawn as one: carriageways, tracks along a street


def streets_around(street_map: StreetMap, middle: Wgs84Point, span_m: float) -> list[tuple[str, list[Wgs84Point]]]:
    """Return the streets of a square of ``span_m`` metres as lines, each with its tier: ``regular`` or ``dim``."""
    plane = Plane(middle)
    strands = _strands(street_map, plane, span_m / 2)
    fine_m = span_m / PIXELS
    lines = [(tier, simplified(points, fine_m)) for tier, points in strands]
    seen = [(tier, line) for tier, line in lines if _reach(line) >= SEEN * fine_m]
    return [(tier, [plane.point(*point) for point in line]) for tier, line in foremost(seen, BESIDE * fine_m)]


def foremost(lines: list[Strand], beside_m: float) -> list[Strand]:
    """Return the big streets and the long ones, as many as may be, and one of those that run side by side."""
    kept, left = list[Strand](), MOST_POINTS
    taken = np.empty((0, 4))
    for tier, line in sorted(lines, key=lambda strand: (strand[0] == "dim", -_reach(strand[1]))):
        if len(line) <= left and not _beside(line, taken, beside_m):
            kept.append((tier, line))
            left -= len(line)
            taken = np.vstack([taken, np.hstack([line[:-1], line[1:]])])
    return kept


def _beside(line: list[XY], taken: np.ndarray, beside_m: float) -> bool:
    """Say whether all of a line runs within ``beside_m`` of pieces (x, y, x, y) that are taken."""
    if not len(taken):
        return False
    ends = np.array(line)
    points = np.vstack([ends, (ends[1:] + ends[:-1]) / 2])[:, None, :]
    start, way = taken[None, :, :2], taken[None, :, 2:] - taken[None, :, :2]
    share = ((points - start) * way).sum(axis=2) / np.maximum((way * way).sum(axis=2), 1e-9)
    feet = start + np.clip(share, 0.0, 1.0)[:, :, None] * way
    return bool((np.hypot(*np.moveaxis(points - feet, 2, 0)).min(axis=1) <= beside_m).all())


def _reach(line: Sequence[XY]) -> float:
    """Return how far a line spreads."""
    xs, ys = zip(*line, strict=True)
    return math.hypot(max(xs) - min(xs), max(ys) - min(ys))


def simplified(points: Sequence[XY], fine_m: float) -> list[XY]:
    """Return the line without the points that lie within ``fine_m`` of it (Douglas and Peucker, 1973).

    >>> simplified([(0, 0), (5, 0.1), (10, 0), (10, 10)], 1.0)
    [(0, 0), (10, 0), (10, 10)]
    """
    keep = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        far, at = max(
            ((_off(points[i], points[first], points[last]), i) for i in range(first + 1, last)), default=(0, 0)
        )
        if far > fine_m:
            keep.add(at)
            spans += [(first, at), (at, last)]
    return [points[i] for i in sorted(keep)]


def _off(point: XY, a: XY, b: XY) -> float:
    """Return the distance of ``point`` from the piece between ``a`` and ``b``."""
    d_x, d_y = b[0] - a[0], b[1] - a[1]
    squared = d_x * d_x + d_y * d_y
    share = ((point[0] - a[0]) * d_x + (point[1] - a[1]) * d_y) / squared if squared else 0.0
    share = min(1.0, max(0.0, share))
    return math.hypot(point[0] - a[0] - share * d_x, point[1] - a[1] - share * d_y)


def _strands(street_map: StreetMap, plane: Plane, reach_m: float) -> list[Strand]:
    """Join the segments of one name and tier where they meet end to end."""
    segments = street_map.segments
    shapes: dict[int, list[XY]] = {}
    at_node: defaultdict[tuple[int, int, str], list[int]] = defaultdict(list)
    for segment in _wanted(street_map, plane, reach_m):
        first, last = int(segments.first[segment]), int(segments.first[segment + 1])
        shapes[segment] = [
            plane.xy(Wgs84Point(float(segments.lat[i] * E7), float(segments.lon[i] * E7))) for i in range(first, last)
        ]
        for node in (int(segments.start[segment]), int(segments.end[segment])):
            at_node[node, int(segments.name[segment]), _tier(street_map, segment)].append(segment)
    strands: list[Strand] = []
    used: set[int] = set()
    for segment, shape in shapes.items():
        if segment in used:
            continue
        used.add(segment)
        name, tier = int(segments.name[segment]), _tier(street_map, segment)
        line, ends = list(shape), [int(segments.end[segment]), int(segments.start[segment])]
        for end in ends:  # on at the end, then, turned round, at the beginning
            node = end
            while following := [s for s in at_node[node, name, tier] if s not in used]:
                used.add(following[0])
                ahead = int(segments.start[following[0]]) == node
                line += shapes[following[0]][1:] if ahead else shapes[following[0]][-2::-1]
                node = int((segments.end if ahead else segments.start)[following[0]])
            line.reverse()
        strands.append((tier, line))
    return strands


def _wanted(street_map: StreetMap, plane: Plane, reach_m: float) -> list[int]:
    """Return the segments that are streets to look at and come into the square."""
    segments = street_map.segments
    kinds = BIG | SMALL if reach_m <= MIDDLE_M / 2 else BIG if reach_m <= WIDE_M / 2 else BIGGEST
    drawn = np.array([kind in kinds for kind in KINDS])[segments.kind]
    drawn &= (segments.flags & (SIDEWALK | TUNNEL)) == 0
    east, north = plane.scale
    x, y = (segments.lon * E7 - plane.origin.lon) * east, (segments.lat * E7 - plane.origin.lat) * north
    cuts = segments.first[:-1]
    inside = (np.minimum.reduceat(x, cuts) <= reach_m) & (np.maximum.reduceat(x, cuts) >= -reach_m)
    inside &= (np.minimum.reduceat(y, cuts) <= reach_m) & (np.maximum.reduceat(y, cuts) >= -reach_m)
    return [int(segment) for segment in np.flatnonzero(drawn & inside)]


def _tier(street_map: StreetMap, segment: int) -> str:
    return "regular" if KINDS[street_map.segments.kind[segment]] in BIG else "dim"
