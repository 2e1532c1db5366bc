"""What a small display draws of a map: streets, route, arrow and pin in metres around a middle, turned, cut and thinned.

The result is the data of a HUD document's ``map`` (docs/huds.md); it stays below 2 kB, as every change of it is logged.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from emulator.hud.display_list import Box
from emulator.hud.map_draw import clip
from emulator.maps.points import Plane, Wgs84Point
from emulator.maps.street_map import ATTRIBUTION
from emulator.maps.streets import XY, simplified

SHORT_ATTRIBUTION = "© OpenStreetMap"  # for the smallest displays; the phone and the About page have all of it
GRIDS_M = (20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0, 50_000.0)
SQUARES = 4.5  # of the grid on the shorter side, at most
MOST_POINTS, FEWEST, LINE = 150, 50, 3  # of route and streets together; of streets at least; a line is worth so many
FINE = 110.0  # the shorter side has so many steps: what is smaller is left out
ROOM = 1.25  # an overview is so much larger than its route
AHEAD = 0.5  # of half the height: so far below the middle is the wearer

Streets = Sequence[tuple[str, Sequence[Wgs84Point]]]


@dataclass(frozen=True, slots=True)
class View:
    """A piece of the ground as the display shows it.

    Attributes:
        middle: What is in the middle.
        span_m: Of the shorter side.
        aspect: Width over height.
        up_deg: Bearing that points up.
        bleed: Lines go on for so much beyond, where the shape of the box is not known.
    """

    middle: Wgs84Point
    span_m: float
    aspect: float = 1.5
    up_deg: float = 0.0
    bleed: float = 1.0

    @property
    def half_m(self) -> XY:
        """Return half the width and half the height."""
        wide, high = max(1.0, self.aspect), max(1.0, 1.0 / self.aspect)
        return self.span_m * wide / 2, self.span_m * high / 2

    def xy(self, point: Wgs84Point) -> XY:
        """Return where ``point`` stands, in metres right and up of the middle."""
        return self._turned(Plane(self.middle).xy(point))

    def draw(
        self,
        route: Sequence[Wgs84Point],
        streets: Streets = (),
        here: tuple[Wgs84Point, float] | None = None,
        pin: Wgs84Point | None = None,
    ) -> dict[str, Any]:
        """Return the data of the map; ``here`` is a position and a bearing, ``pin`` the destination."""
        ways = self._cut(route, self.span_m / FINE)
        most = max(FEWEST, MOST_POINTS - sum(len(points) for points in ways))
        lines = [{"tier": tier, "points": points} for tier, points in self._streets(streets, most)]
        lines += [{"tier": "bright", "points": points} for points in ways]
        grid_m = self._grid_m()
        return {
            "span_m": round(self.span_m),
            "lines": lines,
            "here": [*_whole(self.xy(here[0])), round(here[1] - self.up_deg) % 360] if here else None,
            "pin": _whole(self.xy(pin)) if pin and self._shows(self.xy(pin)) else None,
            "north_deg": round(-self.up_deg) % 360,
            "grid_m": grid_m,
            "grid_at": _whole(self._grid_at(route[-1], grid_m)),
        }

    def _streets(self, streets: Streets, most: int) -> list[tuple[str, list[list[int]]]]:
        """Return the streets, thinned until they are few enough."""
        fine_m = self.span_m / FINE
        while True:
            found = [(tier, points) for tier, line in streets for points in self._cut(line, fine_m)]
            if sum(len(points) + LINE for _, points in found) <= most:
                return found
            fine_m *= 1.6
            if fine_m > self.span_m / 20:
                return _longest(found, most)

    def _cut(self, line: Iterable[Wgs84Point], fine_m: float) -> list[list[list[int]]]:
        """Return the parts of a line that are seen, in whole metres."""
        half_w, half_h = (half * self.bleed for half in self.half_m)
        box = Box(-half_w, -half_h, 2 * half_w, 2 * half_h)
        flat = tuple(number for point in line for number in self.xy(point))
        parts = []
        for part in clip(flat, box) if len(flat) >= 4 else ():
            points = simplified(list(zip(part[0::2], part[1::2], strict=True)), fine_m)
            whole = [_whole(point) for point in points]
            distinct = [point for n, point in enumerate(whole) if not n or point != whole[n - 1]]
            if len(distinct) > 1:
                parts.append(distinct)
        return parts

    def _turned(self, xy: XY) -> XY:
        if not self.up_deg:
            return xy
        angle = math.radians(self.up_deg)
        cosine, sine = math.cos(angle), math.sin(angle)
        return xy[0] * cosine - xy[1] * sine, xy[0] * sine + xy[1] * cosine

    def _shows(self, xy: XY) -> bool:
        half_w, half_h = self.half_m
        return abs(xy[0]) <= half_w and abs(xy[1]) <= half_h

    def _grid_m(self) -> float:
        return next((size for size in GRIDS_M if self.span_m / size <= SQUARES), GRIDS_M[-1])

    def _grid_at(self, fixed: Wgs84Point, grid_m: float) -> XY:
        """Return a crossing of the grid, which stands still on the ground: one is at ``fixed``."""
        x, y = Plane(self.middle).xy(fixed)
        return self._turned((math.fmod(x, grid_m), math.fmod(y, grid_m)))


def overview(points: Sequence[Wgs84Point], aspect: float, bleed: float = 1.05) -> View:
    """Return a view that shows all of ``points``, north up."""
    plane = Plane(points[0])
    xs, ys = zip(*(plane.xy(point) for point in points), strict=True)
    middle = plane.point((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    shorter = max(wide / max(1.0, aspect), high / max(1.0, 1.0 / aspect))
    return View(middle, max(80.0, ROOM * shorter), aspect, bleed=bleed)


def ahead(here: Wgs84Point, bearing_deg: float, span_m: float, aspect: float) -> View:
    """Return a view from ``here``, heading up, with more to see before than behind."""
    view = View(here, span_m, aspect, bearing_deg)
    angle, forth_m = math.radians(bearing_deg), AHEAD * view.half_m[1]
    return replace(view, middle=Plane(here).point(forth_m * math.sin(angle), forth_m * math.cos(angle)))


def short_attribution(text: str) -> str:
    """Return who made a map, as short as the licence allows.

    >>> short_attribution("© OpenStreetMap contributors, ODbL 1.0"), short_attribution("高德地图")
    ('© OpenStreetMap', '高德地图')
    """
    return SHORT_ATTRIBUTION if text == ATTRIBUTION else text


def _longest(lines: list[tuple[str, list[list[int]]]], most: int) -> list[tuple[str, list[list[int]]]]:
    """Return the longest of the lines, big streets first, as many as may be."""
    kept: list[tuple[str, list[list[int]]]] = []
    left = most
    for tier, points in sorted(lines, key=lambda line: (line[0] == "dim", -_length(line[1]))):
        if len(points) + LINE <= left:
            kept.append((tier, points))
            left -= len(points) + LINE
    return kept


def _length(points: Sequence[Sequence[int]]) -> float:
    return sum(math.dist(a, b) for a, b in pairwise(points))


def _whole(xy: XY) -> list[int]:
    return [round(xy[0]), round(xy[1])]
