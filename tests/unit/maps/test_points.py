"""Positions: parsing, distances, and GCJ-02 exactly there and back."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.errors import UsageError
from emulator.maps.gcj02 import in_mainland, to_gcj02, to_wgs84
from emulator.maps.points import Gcj02Point, Plane, Wgs84Point, bearing_deg, distance_m, line_m, parse_point

PAIRS = [  # github.com/googollee/eviltransform, tests; reference/services.md 1.2
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
]
INLAND = st.builds(Wgs84Point, st.floats(30.5, 39.0), st.floats(100.0, 117.0))
ANYWHERE = st.builds(Wgs84Point, st.floats(-85.0, 85.0), st.floats(-180.0, 180.0))


@pytest.mark.parametrize(("wgs", "gcj"), PAIRS)
def test_published_pairs_are_met_to_the_last_digit(wgs, gcj):
    assert to_gcj02(Wgs84Point(*wgs)) == Gcj02Point(*gcj)


@pytest.mark.parametrize(("wgs", "gcj"), PAIRS)
def test_published_pairs_come_back(wgs, gcj):
    back = to_wgs84(Gcj02Point(*gcj))
    assert (back.lat, back.lon) == pytest.approx(wgs, abs=1e-9)


@given(INLAND)
def test_the_inverse_is_exact_in_the_mainland(point):
    back = to_wgs84(to_gcj02(point))
    assert abs(back.lat - point.lat) < 1e-9
    assert abs(back.lon - point.lon) < 1e-9


@given(INLAND)
def test_the_offset_is_some_hundred_metres(point):
    moved = to_gcj02(point)
    assert 50 < distance_m(point, Wgs84Point(moved.lat, moved.lon)) < 1_500


@given(ANYWHERE)
def test_abroad_both_systems_are_one(point):
    if not in_mainland(point):
        assert to_gcj02(point) == Gcj02Point(point.lat, point.lon)


@pytest.mark.parametrize(
    ("place", "inside"),
    [
        ((39.9042, 116.4074), True),  # Beijing
        ((30.2741, 120.1551), True),  # Hangzhou
        ((29.65, 91.1), True),  # Lhasa
        ((43.83, 87.62), True),  # Urumqi
        ((45.80, 126.53), True),  # Harbin
        ((22.4829, 113.9146), True),  # Shekou, Shenzhen
        ((22.5360, 114.0579), True),  # Futian, Shenzhen
        ((22.2210, 113.5480), True),  # Gongbei, Zhuhai
        ((22.3193, 114.1694), False),  # Hong Kong
        ((22.4445, 114.0225), False),  # Yuen Long, Hong Kong
        ((22.1987, 113.5439), False),  # Macau
        ((25.0330, 121.5654), False),  # Taipei
        ((60.1699, 24.9384), False),  # Helsinki
        ((47.92, 106.92), False),  # Ulaanbaatar
        ((21.03, 105.85), False),  # Hanoi
        ((37.57, 126.98), False),  # Seoul
    ],
)
def test_where_gcj02_holds(place, inside):
    assert in_mainland(Wgs84Point(*place)) is inside


def test_the_two_systems_never_compare_equal():
    assert Wgs84Point(1.0, 2.0) != Gcj02Point(1.0, 2.0)  # type: ignore[comparison-overlap]  # mypy sees it too


@given(ANYWHERE, st.floats(-5_000, 5_000), st.floats(-5_000, 5_000))
def test_a_plane_brings_a_place_back(origin, x, y):
    plane = Plane(origin)
    point = plane.point(x, y)
    if abs(point.lat) < 85:
        assert plane.xy(point) == pytest.approx((x, y), abs=0.01)
        assert bearing_deg(origin, point) == pytest.approx(math.degrees(math.atan2(x, y)) % 360, abs=0.01) or (
            math.hypot(x, y) < 0.1 or min(abs(x), abs(y)) < 0.1
        )


def test_distances_are_those_of_the_ellipsoid():
    """Geodesics computed with GeographicLib: one degree of latitude and of longitude at 60 N."""
    assert distance_m(Wgs84Point(60, 25), Wgs84Point(61, 25)) == pytest.approx(111_420.7, rel=1e-3)
    assert distance_m(Wgs84Point(60, 25), Wgs84Point(60, 26)) == pytest.approx(55_800.0, rel=1e-3)
    assert line_m([Wgs84Point(60, 25), Wgs84Point(60, 25.01), Wgs84Point(60, 25)]) == pytest.approx(1_116.0, rel=1e-3)


@pytest.mark.parametrize("text", ["60.1699,24.9384", "60.1699 24.9384", " 60.1699, 24.9384 "])
def test_a_position_is_read(text):
    assert parse_point(text) == Wgs84Point(60.1699, 24.9384)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("60.1699", "a position is LAT,LON in degrees, such as 60.1699,24.9384"),
        ("north,24", "a position is LAT,LON in degrees, such as 60.1699,24.9384"),
        ("1,2,3", "a position is LAT,LON in degrees, such as 60.1699,24.9384"),
        ("121.47,31.23", "LAT comes first, so perhaps 31.23,121.47"),
        ("95,24", "LAT lies within -90..90 and LON within -180..180"),
        ("nan,24", "LAT lies within -90..90 and LON within -180..180"),
        ("60,inf", "LAT lies within -90..90 and LON within -180..180"),
    ],
)
def test_what_is_no_position_is_refused_with_what_would_be_right(text, message):
    with pytest.raises(UsageError, match="LAT") as caught:
        parse_point(text)
    assert message in str(caught.value)
