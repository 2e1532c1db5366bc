"""Maps for small displays: turned, cut, thinned, and never larger than the log should hold."""

from __future__ import annotations

import json
import math

import pytest

from emulator.hud.map_data import parse_map
from emulator.maps.line import Line
from emulator.maps.points import Plane, Wgs84Point
from emulator.maps.router import Router
from emulator.maps.store import load_map
from emulator.maps.street_map import ATTRIBUTION
from emulator.maps.streets import MOST_POINTS, foremost, simplified, streets_around
from emulator.maps.view import View, ahead, overview, short_attribution

MIDDLE = Wgs84Point(60.17, 24.94)


def east(x_m: float, y_m: float = 0.0) -> Wgs84Point:
    return Plane(MIDDLE).point(x_m, y_m)


@pytest.fixture(scope="module")
def helsinki():
    return load_map("helsinki")


@pytest.fixture(scope="module")
def route(helsinki):
    return Router(helsinki).route(Wgs84Point(60.1662, 24.94), Wgs84Point(60.1775, 24.95), "walk")


@pytest.mark.parametrize(("up_deg", "at"), [(0.0, (30, 0)), (90.0, (0, 30)), (180.0, (-30, 0)), (270.0, (0, -30))])
def test_what_lies_in_the_direction_that_points_up_is_above(up_deg, at):
    x, y = View(MIDDLE, 100.0, up_deg=up_deg).xy(east(30.0))
    assert (x, y) == pytest.approx(at, abs=0.01)


def test_north_is_said_clockwise_from_the_top():
    assert View(MIDDLE, 100.0, up_deg=90.0).draw([MIDDLE, east(10.0)])["north_deg"] == 270


def test_nothing_leaves_the_view_and_all_is_whole_metres():
    drawn = View(MIDDLE, 100.0, 2.0).draw([east(-500.0), east(500.0)], [("dim", [east(0.0, -90.0), east(0.0, 90.0)])])
    route, street = drawn["lines"][1]["points"], drawn["lines"][0]["points"]
    assert route == [[-100, 0], [100, 0]]
    assert street == [[0, -50], [0, 50]]


def test_an_overview_shows_the_whole_route(route):
    for aspect in (0.5, 1.0, 2.9):
        view = overview(route.geometry, aspect)
        half_w, half_h = view.half_m
        assert all(abs(x) <= half_w and abs(y) <= half_h for x, y in map(view.xy, route.geometry))
        assert parse_map(view.draw(route.geometry, (), None, route.target)).pin


def test_ahead_there_is_more_to_see_than_behind():
    view = ahead(MIDDLE, 60.0, 160.0, 1.5)
    x, y = view.xy(MIDDLE)
    assert x == pytest.approx(0.0, abs=0.1)
    assert y == pytest.approx(-40.0, abs=0.5)


def test_the_grid_stands_still_on_the_ground():
    """Its crossings move by as much as the middle does."""
    way = [MIDDLE, east(300.0)]
    before, after = (View(east(x), 160.0).draw(way)["grid_at"] for x in (0.0, 7.0))
    assert (before[0] - after[0] - 7) % 50 == 0


def test_a_map_stays_below_two_kilobytes(helsinki, route):
    line = Line.of(route.geometry)
    for along in range(0, int(line.length_m), 150):
        here = line.point(along)
        view = ahead(here, line.bearing(along, along + 10.0), 160.0, 1.7)
        drawn = view.draw(route.geometry, streets_around(helsinki, here, 800.0), (here, view.up_deg), route.target)
        parse_map(drawn)
        assert len(json.dumps(drawn, separators=(",", ":"))) < 2_000


def test_streets_join_to_few_lines(helsinki):
    lines = streets_around(helsinki, MIDDLE, 1_200.0)
    assert len(lines) < 70
    assert sum(len(line) for _, line in lines) <= MOST_POINTS
    assert max(math.dist(Plane(MIDDLE).xy(line[0]), Plane(MIDDLE).xy(line[-1])) for _, line in lines) > 500


def test_a_simplified_line_stays_near_the_line():
    points = [(float(x), 3.0 * math.sin(x / 7.0)) for x in range(200)]
    kept = simplified(points, 1.0)
    assert len(kept) < 60
    assert kept[0] == points[0]
    assert kept[-1] == points[-1]


def test_the_short_attribution_names_the_source():
    assert short_attribution(ATTRIBUTION) == "© OpenStreetMap"


def test_carriageways_side_by_side_are_drawn_as_one():
    first = [(float(x), 0.0) for x in range(0, 1_000, 100)]
    second = [(x, 8.0) for x, _ in first]
    across = [(450.0, -300.0), (450.0, 300.0)]
    kept = foremost([("regular", first), ("regular", second), ("dim", across)], 10.0)
    assert kept == [("regular", first), ("dim", across)]
