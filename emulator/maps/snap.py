"""The nearest spot on a street to a position."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from emulator.maps.points import Plane, Wgs84Point
from emulator.maps.street_map import E7, TUNNEL, StreetMap

RADII_M = (40.0, 160.0)  # looked at first, before the limit
BURIED_M = 150.0  # a tunnel counts as that much farther away: positions come from under the sky


class Spot(NamedTuple):
    """A place on a segment: how far along it (0 to 1), where, and how far the position was from it."""

    segment: int
    fraction: float
    point: Wgs84Point
    off_m: float


class SnapIndex:
    """Boxes round the segments of a map, and the points of their shapes."""

    def __init__(self, street_map: StreetMap) -> None:
        segments = street_map.segments
        self._lat, self._lon = segments.lat * E7, segments.lon * E7
        self._first = segments.first
        self._buried = np.where(segments.flags & TUNNEL, BURIED_M, 0.0)
        cuts = segments.first[:-1]
        self._south, self._north = np.minimum.reduceat(self._lat, cuts), np.maximum.reduceat(self._lat, cuts)
        self._west, self._east = np.minimum.reduceat(self._lon, cuts), np.maximum.reduceat(self._lon, cuts)

    def nearest(self, point: Wgs84Point, usable: NDArray[np.bool_], limit_m: float) -> Spot | None:
        """Return the nearest spot on a usable segment, or None if there is none within ``limit_m``."""
        for radius in (radius for radius in RADII_M if radius < limit_m):
            found = self._nearest(point, usable, radius)
            if found is not None and found.off_m + self._buried[found.segment] <= radius:
                return found
        found = self._nearest(point, usable, limit_m)
        return found if found is not None and found.off_m <= limit_m else None

    def _nearest(self, point: Wgs84Point, usable: NDArray[np.bool_], radius_m: float) -> Spot | None:
        plane = Plane(point)
        east, north = plane.scale
        d_lat, d_lon = radius_m / north, radius_m / east
        near = usable & (self._south <= point.lat + d_lat) & (self._north >= point.lat - d_lat)
        near &= (self._west <= point.lon + d_lon) & (self._east >= point.lon - d_lon)
        candidates = np.flatnonzero(near)
        if not len(candidates):
            return None
        firsts, counts = self._first[candidates], self._first[candidates + 1] - self._first[candidates] - 1
        ends = np.cumsum(counts)
        pieces = np.arange(ends[-1]) - np.repeat(ends - counts, counts) + np.repeat(firsts, counts)
        x, y = (self._lon - point.lon) * east, (self._lat - point.lat) * north
        off, share = _offsets(x[pieces], y[pieces], x[pieces + 1], y[pieces + 1])
        best = int(np.argmin(off + np.repeat(self._buried[candidates], counts)))
        segment = int(candidates[np.searchsorted(ends, best, side="right")])
        return self._spot(segment, int(pieces[best]), float(share[best]), float(off[best]), plane)

    def _spot(self, segment: int, piece: int, share: float, off_m: float, plane: Plane) -> Spot:
        first, last = self._first[segment], self._first[segment + 1]
        east, north = plane.scale
        lengths = np.hypot(np.diff(self._lon[first:last]) * east, np.diff(self._lat[first:last]) * north)
        total = float(lengths.sum())
        before = float(lengths[: piece - first].sum()) + share * float(lengths[piece - first])
        lat = self._lat[piece] + share * (self._lat[piece + 1] - self._lat[piece])
        lon = self._lon[piece] + share * (self._lon[piece + 1] - self._lon[piece])
        return Spot(segment, before / total if total else 0.0, Wgs84Point(float(lat), float(lon)), off_m)


def _offsets(
    x_a: NDArray[np.float64], y_a: NDArray[np.float64], x_b: NDArray[np.float64], y_b: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each piece's distance from the origin, and the share of it at which it is nearest."""
    d_x, d_y = x_b - x_a, y_b - y_a
    squared = np.maximum(d_x * d_x + d_y * d_y, 1e-12)
    share = np.clip(-(x_a * d_x + y_a * d_y) / squared, 0.0, 1.0)
    return np.hypot(x_a + share * d_x, y_a + share * d_y), share
