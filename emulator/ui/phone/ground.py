"""A street map made ready to be drawn: metres east and south of its middle, three weights, boxes to find what is in sight."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPolygonF

from emulator.maps.access import KINDS
from emulator.maps.points import Plane, Wgs84Point
from emulator.maps.street_map import E7, SIDEWALK, StreetMap

PATH, STREET, MAIN = 0, 1, 2  # weights of a line
MAIN_KINDS = ("motorway", "trunk", "primary", "secondary")  # and their links
STREET_KINDS = ("tertiary", "tertiary_link", "unclassified", "residential", "living_street", "road", "pedestrian")

Doubles = NDArray[np.float64]


class Area(NamedTuple):
    """A rectangle in metres; ``y`` grows to the south, as on a screen."""

    left: float
    top: float
    right: float
    bottom: float

    def grown(self, by: float) -> Area:
        """Return it with ``by`` more on every side."""
        return Area(self.left - by, self.top - by, self.right + by, self.bottom + by)


class Ground:
    """The lines of one map.

    Attributes:
        map: What is drawn.
        whole: What the map covers.
        weight: Of every segment.
        anchor: Where the name of a segment may stand and how it runs: x, y, degrees clockwise, length; shape (n, 4).
        named: Segments whose name may be written, the most important first.
    """

    def __init__(self, street_map: StreetMap) -> None:
        self.map = street_map
        box, segments = street_map.box, street_map.segments
        self.plane = Plane(Wgs84Point((box.south + box.north) / 2, (box.west + box.east) / 2))
        east, north = self.plane.scale
        self._x = (segments.lon * E7 - self.plane.origin.lon) * east
        self._y = (self.plane.origin.lat - segments.lat * E7) * north
        self._first = segments.first
        self._lines: dict[int, QPolygonF] = {}
        cuts = segments.first[:-1]
        self._left, self._right = np.minimum.reduceat(self._x, cuts), np.maximum.reduceat(self._x, cuts)
        self._top, self._bottom = np.minimum.reduceat(self._y, cuts), np.maximum.reduceat(self._y, cuts)
        self.whole = Area(
            *self.xy(Wgs84Point(box.north, box.west)),
            *self.xy(Wgs84Point(box.south, box.east)),
        )
        self.weight = _weights()[segments.kind]
        self.anchor = self._anchors()
        self.named = self._order()

    def xy(self, point: Wgs84Point) -> tuple[float, float]:
        """Return metres east and south of the middle."""
        x, y = self.plane.xy(point)
        return x, -y

    def point(self, x: float, y: float) -> Wgs84Point:
        """Return the position at metres east and south of the middle."""
        return self.plane.point(x, -y)

    def line(self, segment: int) -> QPolygonF:
        """Return the points of a segment, in metres."""
        found = self._lines.get(segment)
        if found is None:
            first, last = int(self._first[segment]), int(self._first[segment + 1])
            pairs = zip(self._x[first:last].tolist(), self._y[first:last].tolist(), strict=True)
            found = self._lines[segment] = QPolygonF([QPointF(x, y) for x, y in pairs])
        return found

    def inside(self, area: Area, weight: int) -> list[int]:
        """Return the segments of ``weight`` that may be seen in ``area``."""
        seen = (self._left <= area.right) & (self._right >= area.left)
        seen &= (self._top <= area.bottom) & (self._bottom >= area.top) & (self.weight == weight)
        found: list[int] = np.flatnonzero(seen).tolist()
        return found

    def _anchors(self) -> Doubles:
        first, last = self._first[:-1], self._first[1:] - 1
        middle = (first + last) // 2
        x_a, y_a, x_b, y_b = self._x[first], self._y[first], self._x[last], self._y[last]
        odd = (last - first) % 2 == 1  # the middle lies between two points
        x = np.where(odd, (self._x[middle] + self._x[np.minimum(middle + 1, last)]) / 2, self._x[middle])
        y = np.where(odd, (self._y[middle] + self._y[np.minimum(middle + 1, last)]) / 2, self._y[middle])
        turn = np.degrees(np.arctan2(y_b - y_a, x_b - x_a))
        turn = (turn + 90.0) % 180.0 - 90.0  # never upside down
        return np.stack([x, y, turn, np.hypot(x_b - x_a, y_b - y_a)], axis=1)

    def _order(self) -> NDArray[np.int64]:
        segments = self.map.segments
        may = (segments.name >= 0) & (self.weight > PATH) & (segments.flags & SIDEWALK == 0)
        found = np.flatnonzero(may)
        return found[np.lexsort((-self.anchor[found, 3], -self.weight[found].astype(np.int64)))]


def _weights() -> NDArray[np.uint8]:
    """Return the weight of every kind of way."""
    main = [kind.removesuffix("_link") in MAIN_KINDS for kind in KINDS]
    street = [kind in STREET_KINDS for kind in KINDS]
    return np.where(main, MAIN, np.where(street, STREET, PATH)).astype(np.uint8)
