"""On which side of the road one drives."""

from __future__ import annotations

from emulator.maps.points import Wgs84Point

# south, west, north, east of where traffic keeps left; coarse, by country or island
_LEFT = (
    (49.8, -10.8, 61.0, 1.8),  # United Kingdom and Ireland
    (34.5, 32.2, 35.8, 34.7),  # Cyprus
    (35.7, 14.1, 36.1, 14.6),  # Malta
    (24.0, 122.9, 30.5, 131.5),  # Ryukyu
    (30.0, 129.0, 34.6, 132.0),  # Kyushu
    (32.5, 132.0, 45.7, 146.0),  # Japan
    (22.13, 113.82, 22.55, 114.45),  # Hong Kong
    (22.1, 113.53, 22.216, 113.6),  # Macau
    (5.6, 97.3, 20.4, 105.6),  # Thailand
    (-11.0, 95.0, 7.5, 119.3),  # Malaysia, Singapore, Indonesia
    (-11.0, 119.3, 2.0, 141.0),  # eastern Indonesia
    (5.9, 68.0, 23.0, 88.0),  # India, south; Sri Lanka
    (23.0, 66.5, 35.5, 75.5),  # Pakistan, north-west India
    (23.0, 75.5, 30.5, 92.7),  # north India, Nepal, Bangladesh
    (-44.0, 112.0, -10.0, 154.0),  # Australia
    (-47.5, 166.0, -34.0, 179.0),  # New Zealand
    (-35.0, 16.4, -17.5, 33.0),  # South Africa, Namibia, Botswana
    (-27.0, 30.0, -8.0, 36.0),  # Mozambique, Malawi, Zambia, east
    (-12.0, 29.3, 5.0, 41.9),  # Kenya, Tanzania, Uganda
)
_RIGHT = ((5.6, 102.2, 14.5, 105.6), (14.5, 104.8, 20.4, 105.6))  # Cambodia and Vietnam; Laos, east


def driving_side(point: Wgs84Point) -> str:
    """Return ``"left"`` or ``"right"``; near a border it may be the neighbour's.

    >>> [driving_side(Wgs84Point(*p)) for p in ((60.17, 24.94), (31.23, 121.47), (1.29, 103.85), (51.5, -0.12))]
    ['right', 'right', 'left', 'left']
    """
    left = any(s <= point.lat <= n and w <= point.lon <= e for s, w, n, e in _LEFT)
    right = any(s <= point.lat <= n and w <= point.lon <= e for s, w, n, e in _RIGHT)
    return "left" if left and not right else "right"
