"""WGS-84 to GCJ-02 and exactly back.

Source: the widely published form of the transformation, e.g. github.com/googollee/eviltransform (its test pairs are
ours): Krasovsky 1940 axis 6,378,245 m, e² 0.00669342162296594323, offsets from sums of sines around 35 N, 105 E.
GCJ-02 holds in mainland China, not in Hong Kong, Macau and Taiwan; elsewhere both systems are the same. The border is
known here by boxes and two outlines only: within a few kilometres of a land border it may be wrong.
"""

from __future__ import annotations

import math

from emulator.maps.points import Gcj02Point, Wgs84Point

AXIS_M = 6_378_245.0
E2 = 0.00669342162296594323
MOVED_DEG = 1e-11  # the inverse stops when it moves less
ROUNDS = 30  # it needs about seven

# south, west, north, east; as in the location converters in wide use
_MAINLAND = (
    (42.8899, 79.4462, 49.2204, 96.33),
    (39.3742, 109.6872, 54.1415, 135.0002),
    (29.5297, 73.1246, 42.8899, 124.143255),
    (26.7186, 82.9684, 29.5297, 97.0352),
    (20.414096, 97.0253, 29.5297, 124.367395),
    (17.871542, 107.975793, 20.414096, 111.744104),
)
_FOREIGN = (
    (21.785006, 119.921265, 25.398623, 122.497559),  # Taiwan
    (20.0988, 101.8652, 22.284, 106.665),
    (20.4878, 106.4525, 21.5422, 108.051),
    (50.3257, 109.0323, 55.8175, 119.127),
    (49.5574, 127.4568, 55.8175, 137.0227),
    (42.5692, 131.2662, 44.8922, 137.0227),
)
_HONG_KONG = (
    (22.13, 113.82),
    (22.40, 113.82),
    (22.44, 113.92),
    (22.495, 113.995),
    (22.513, 114.05),
    (22.516, 114.075),
    (22.53, 114.10),
    (22.531, 114.115),
    (22.545, 114.14),
    (22.553, 114.165),
    (22.556, 114.225),
    (22.57, 114.45),
    (22.13, 114.45),
)
_MACAU = ((22.10, 113.552), (22.155, 113.552), (22.17, 113.532), (22.216, 113.534), (22.216, 113.60), (22.10, 113.60))


def to_gcj02(point: Wgs84Point) -> Gcj02Point:
    """Return the position as Amap wants it.

    >>> to_gcj02(Wgs84Point(31.1774276, 121.5272106))
    Gcj02Point(lat=31.17530398364597, lon=121.531541859215)
    """
    return Gcj02Point(*_shifted(point.lat, point.lon)) if in_mainland(point) else Gcj02Point(point.lat, point.lon)


def to_wgs84(point: Gcj02Point) -> Wgs84Point:
    """Return the position whose ``to_gcj02`` is ``point``, to better than 1e-9 degrees.

    At the border, where the offset begins, two positions or none may have that image: the mainland's goes first.

    >>> back = to_wgs84(to_gcj02(Wgs84Point(39.911954, 116.377817)))
    >>> round(back.lat, 9), round(back.lon, 9)
    (39.911954, 116.377817)
    """
    same = Wgs84Point(point.lat, point.lon)
    if not _near_mainland(point.lat, point.lon):
        return same
    lat, lon = point.lat, point.lon
    for _ in range(ROUNDS):
        far_lat, far_lon = _shifted(lat, lon)
        lat, lon = lat - (far_lat - point.lat), lon - (far_lon - point.lon)
        if abs(far_lat - point.lat) < MOVED_DEG and abs(far_lon - point.lon) < MOVED_DEG:
            break
    back = Wgs84Point(lat, lon)
    return back if in_mainland(back) or in_mainland(same) else same


def in_mainland(point: Wgs84Point) -> bool:
    """Say whether GCJ-02 differs from WGS-84 at ``point``."""
    lat, lon = point.lat, point.lon
    if not any(_within(box, lat, lon) for box in _MAINLAND) or any(_within(box, lat, lon) for box in _FOREIGN):
        return False
    return not (_inside(_HONG_KONG, lat, lon) or _inside(_MACAU, lat, lon))


def _near_mainland(lat: float, lon: float) -> bool:
    near = 0.02  # degrees, more than any offset
    return any(s - near <= lat <= n + near and w - near <= lon <= e + near for s, w, n, e in _MAINLAND)


def _within(box: tuple[float, float, float, float], lat: float, lon: float) -> bool:
    south, west, north, east = box
    return south <= lat <= north and west <= lon <= east


def _inside(outline: tuple[tuple[float, float], ...], lat: float, lon: float) -> bool:
    """Count the sides that a ray to the east crosses."""
    odd = False
    for (lat_a, lon_a), (lat_b, lon_b) in zip(outline, outline[1:] + outline[:1], strict=True):
        if (lat_a > lat) != (lat_b > lat) and lon < lon_a + (lat - lat_a) / (lat_b - lat_a) * (lon_b - lon_a):
            odd = not odd
    return odd


def _shifted(lat: float, lon: float) -> tuple[float, float]:
    x, y = lon - 105.0, lat - 35.0
    north, east = _offsets(x, y)
    sine = math.sin(math.radians(lat))
    bent = 1 - E2 * sine * sine
    root = math.sqrt(bent)
    d_lat = north * 180.0 / ((AXIS_M * (1 - E2)) / (bent * root) * math.pi)
    d_lon = east * 180.0 / (AXIS_M / root * math.cos(math.radians(lat)) * math.pi)
    return lat + d_lat, lon + d_lon


def _offsets(x: float, y: float) -> tuple[float, float]:
    """Return the offset north and east in metres; ``x`` and ``y`` in degrees from 105 E, 35 N."""
    pi = math.pi
    both = (20.0 * math.sin(6.0 * x * pi) + 20.0 * math.sin(2.0 * x * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + both
    north += (20.0 * math.sin(y * pi) + 40.0 * math.sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * pi) + 320.0 * math.sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + both
    east += (20.0 * math.sin(x * pi) + 40.0 * math.sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * pi) + 300.0 * math.sin(x / 30.0 * pi)) * 2.0 / 3.0
    return north, east
