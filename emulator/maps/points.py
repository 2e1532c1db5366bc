"""Positions on the earth, in two kinds that never mix, and metres between them.

Maps, GPX, NMEA and gpsd speak WGS-84; Amap speaks GCJ-02, some 500 m away (``gcj02.py`` converts). The two are
dataclasses and not tuples, so that they differ for mypy and never compare equal.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from emulator.core.errors import UsageError, quoted

AXIS_M = 6_378_137.0  # WGS-84: semi-major axis and first eccentricity squared (NGA.STND.0036)
E2 = 6.694379990141316e-3
MEAN_RADIUS_M = 6_371_008.8


@dataclass(frozen=True, slots=True)
class Wgs84Point:
    """A position in degrees as satellites and OpenStreetMap give it."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Gcj02Point:
    """A position in degrees as maps made in mainland China give it."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Plane:
    """Metres east and north of ``origin``; true to 0.1 % within 30 km of it."""

    origin: Wgs84Point

    @property
    def scale(self) -> tuple[float, float]:
        """Return the metres of one degree of longitude and of latitude at the origin."""
        sine = math.sin(math.radians(self.origin.lat))
        bent = 1 - E2 * sine * sine
        east = math.radians(AXIS_M / math.sqrt(bent) * math.cos(math.radians(self.origin.lat)))
        return max(east, 1e-6), math.radians(AXIS_M * (1 - E2) / bent**1.5)

    def xy(self, point: Wgs84Point) -> tuple[float, float]:
        """Return how many metres east and north of the origin ``point`` lies."""
        east, north = self.scale
        turn = (point.lon - self.origin.lon + 180.0) % 360.0 - 180.0
        return turn * east, (point.lat - self.origin.lat) * north

    def point(self, x_m: float, y_m: float) -> Wgs84Point:
        """Return the position ``x_m`` east and ``y_m`` north of the origin."""
        east, north = self.scale
        lon = (self.origin.lon + x_m / east + 180.0) % 360.0 - 180.0
        return Wgs84Point(min(90.0, max(-90.0, self.origin.lat + y_m / north)), lon)


def distance_m(a: Wgs84Point, b: Wgs84Point) -> float:
    """Return the metres from ``a`` to ``b`` over the ellipsoid, true to 0.1 % up to 1,000 km.

    >>> round(distance_m(Wgs84Point(60.1699, 24.9384), Wgs84Point(60.1699, 24.9484)))
    555
    """
    here, there = earth_xyz(np.array([a.lat, b.lat]), np.array([a.lon, b.lon]))
    chord = float(np.linalg.norm(here - there))
    return 2 * MEAN_RADIUS_M * math.asin(min(1.0, chord / (2 * MEAN_RADIUS_M)))


def bearing_deg(a: Wgs84Point, b: Wgs84Point) -> float:
    """Return the direction from ``a`` to a near ``b``, clockwise from north, in [0, 360)."""
    x, y = Plane(a).xy(b)
    return math.degrees(math.atan2(x, y)) % 360.0


def turn_deg(before_deg: float, after_deg: float) -> float:
    """Return the turn from one bearing to another, right positive, in [-180, 180).

    >>> turn_deg(350, 20), turn_deg(20, 350)
    (30.0, -30.0)
    """
    return (after_deg - before_deg + 180.0) % 360.0 - 180.0


def earth_xyz(lat_deg: np.ndarray, lon_deg: np.ndarray) -> np.ndarray:
    """Return positions in the earth's own axes, in metres, shape (n, 3).

    Straight lines between them are never longer than the way over the ground, which makes them an exact lower bound.
    """
    lat, lon = np.radians(lat_deg), np.radians(lon_deg)
    normal = AXIS_M / np.sqrt(1 - E2 * np.sin(lat) ** 2)
    flat = normal * np.cos(lat)
    return np.stack([flat * np.cos(lon), flat * np.sin(lon), normal * (1 - E2) * np.sin(lat)], axis=1)


def line_m(points: Iterable[Wgs84Point]) -> float:
    """Return the length of a line of near points in metres."""
    places = list(points)
    xyz = earth_xyz(np.array([p.lat for p in places]), np.array([p.lon for p in places]))
    return float(np.linalg.norm(np.diff(xyz, axis=0), axis=1).sum())


def parse_point(text: str) -> Wgs84Point:
    """Return the position of ``"LAT,LON"`` in degrees.

    >>> parse_point("60.1699,24.9384")
    Wgs84Point(lat=60.1699, lon=24.9384)

    Raises:
        UsageError: If it is no pair of numbers, or off the globe.
    """
    parts = text.split(",") if "," in text else text.split()
    try:
        lat, lon = (float(part) for part in parts)
    except ValueError:
        raise UsageError(f"{quoted(text)}: a position is LAT,LON in degrees, such as 60.1699,24.9384") from None
    if not (-90.0 <= lat <= 90.0 and -180.0 <= lon <= 180.0):  # also refuses nan
        swapped = f"; LAT comes first, so perhaps {lon:g},{lat:g}" if abs(lon) <= 90.0 < abs(lat) <= 180.0 else ""
        raise UsageError(f"{quoted(text)}: LAT lies within -90..90 and LON within -180..180{swapped}")
    return Wgs84Point(lat, lon)
