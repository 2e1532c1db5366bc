"""A line of positions, measured along: where is the place so many metres on, how far along is a position."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from emulator.maps.points import Plane, Wgs84Point


class Foot(NamedTuple):
    """The nearest place of a line to a position: metres along it, and metres off it."""

    along_m: float
    off_m: float


@dataclass(frozen=True, slots=True)
class Line:
    """Build it with ``Line.of``; metres are those of a plane at its first point."""

    plane: Plane
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    along: tuple[float, ...]

    @classmethod
    def of(cls, points: Sequence[Wgs84Point]) -> Line:
        """Measure a line of at least one point."""
        plane = Plane(points[0])
        east, north = plane.scale
        origin = points[0]
        xs = tuple(((p.lon - origin.lon + 180.0) % 360.0 - 180.0) * east for p in points)
        ys = tuple((p.lat - origin.lat) * north for p in points)
        along = [0.0]
        for i in range(1, len(points)):
            along.append(along[-1] + math.hypot(xs[i] - xs[i - 1], ys[i] - ys[i - 1]))
        return cls(plane, xs, ys, tuple(along))

    @property
    def length_m(self) -> float:
        """Return its length."""
        return self.along[-1]

    def xy(self, at_m: float) -> tuple[float, float]:
        """Return the place ``at_m`` metres along, in metres of the plane; ends are ends."""
        i = min(max(bisect_right(self.along, at_m), 1), len(self.along) - 1)
        if i == 0:
            return self.xs[0], self.ys[0]
        piece = self.along[i] - self.along[i - 1]
        share = min(1.0, max(0.0, (at_m - self.along[i - 1]) / piece)) if piece else 0.0
        return self.xs[i - 1] + share * (self.xs[i] - self.xs[i - 1]), self.ys[i - 1] + share * (
            self.ys[i] - self.ys[i - 1]
        )

    def point(self, at_m: float) -> Wgs84Point:
        """Return the position ``at_m`` metres along."""
        return self.plane.point(*self.xy(at_m))

    def bearing(self, from_m: float, to_m: float) -> float:
        """Return the bearing from one place of the line to a later one."""
        (x_a, y_a), (x_b, y_b) = self.xy(from_m), self.xy(to_m)
        return math.degrees(math.atan2(x_b - x_a, y_b - y_a)) % 360.0

    def foot(self, point: Wgs84Point, from_m: float = 0.0, to_m: float = math.inf) -> Foot:
        """Return the place nearest to ``point`` between two places of the line; of equals the first."""
        x, y = self.plane.xy(point)
        low, high = max(0.0, from_m), min(self.length_m, to_m)
        first = max(bisect_right(self.along, low) - 1, 0)
        best = Foot(low, math.hypot(x - self.xy(low)[0], y - self.xy(low)[1]))
        for i in range(first, len(self.along) - 1):
            if self.along[i] > high:
                break
            piece = self.along[i + 1] - self.along[i]
            if not piece:
                continue
            d_x, d_y = (self.xs[i + 1] - self.xs[i]) / piece, (self.ys[i + 1] - self.ys[i]) / piece
            reach = (x - self.xs[i]) * d_x + (y - self.ys[i]) * d_y
            reach = min(max(reach, low - self.along[i], 0.0), high - self.along[i], piece)
            off = math.hypot(x - self.xs[i] - reach * d_x, y - self.ys[i] - reach * d_y)
            if off < best.off_m:
                best = Foot(self.along[i] + reach, off)
        return best
