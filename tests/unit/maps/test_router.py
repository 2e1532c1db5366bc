"""Routes in towns small enough to know the answer."""

from __future__ import annotations

import pytest

from emulator.core.errors import RouteError
from emulator.maps.points import distance_m
from emulator.maps.router import Router
from tests.unit.maps.conftest import at


@pytest.fixture
def route(town, tmp_path):
    """Return a function that finds the way between two places of the town, in blocks."""

    def find(origin, target, mode="car", preference="shortest"):
        return Router(town.map(tmp_path)).route(at(*origin), at(*target), mode, preference)

    return find


def turns(route):
    return [(step.maneuver.type, step.maneuver.modifier) for step in route.steps]


def square(town):
    """Build a block of 2 x 2: west, north, east and south side; return the ways."""
    return [
        town.way((0, 0), (0, 2), name="West"),
        town.way((0, 2), (2, 2), name="North"),
        town.way((2, 2), (2, 0), name="East"),
        town.way((2, 0), (0, 0), name="South"),
    ]


def test_the_shorter_side_is_taken(town, route):
    square(town)
    found = route((0, 1.5), (1.5, 2))
    assert found.length_m == pytest.approx(200, abs=0.5)
    assert turns(found) == [("depart", None), ("new name", "right"), ("arrive", None)]


def test_steps_add_up_and_the_line_is_as_long(town, route):
    square(town)
    found = route((0, 0.5), (1.5, 2))
    assert sum(step.distance_m for step in found.steps) == pytest.approx(found.length_m)
    assert sum(step.duration_s for step in found.steps) == pytest.approx(found.duration_s)
    pieces = zip(found.geometry, found.geometry[1:], strict=False)
    assert sum(distance_m(a, b) for a, b in pieces) == pytest.approx(found.length_m, abs=0.1)
    assert [found.geometry[step.first] for step in found.steps] == [step.maneuver.point for step in found.steps]


def test_a_one_way_street_is_left_by_its_end(town, route):
    town.way((0, 0), (0, 2), oneway="yes")
    town.way((0, 2), (2, 2))
    town.way((2, 2), (2, 0))
    town.way((2, 0), (0, 0))
    assert route((0, 1.5), (0, 0.5)).length_m == pytest.approx(700, abs=1)  # round the block
    assert route((0, 1.5), (0, 0.5), "walk").length_m == pytest.approx(100, abs=0.5)


def test_contraflow_cycling(town, route):
    town.way((0, 0), (0, 2), oneway="yes", oneway__bicycle="no")
    town.way((0, 2), (2, 2))
    town.way((2, 2), (2, 0))
    town.way((2, 0), (0, 0))
    assert route((0, 1.5), (0, 0.5), "bike").length_m == pytest.approx(100, abs=0.5)


def test_cars_keep_off_stairs_and_footways(town, route):
    square(town)
    town.way((0, 0), (2, 2), highway="steps")
    assert route((0.0, 0.0), (2.0, 2.0), "walk").length_m == pytest.approx(283, abs=1)
    assert route((0.0, 0.0), (2.0, 2.0), "car").length_m == pytest.approx(400, abs=1)


def test_stairs_are_slow(town, route):
    town.way((0, 0), (0, 1), highway="steps")
    town.way((1, 0), (1, 1), highway="footway")
    assert route((0, 0), (0, 1), "walk").duration_s > 2 * route((1, 0), (1, 1), "walk").duration_s


def cross(town):
    """Build a crossing at (1, 1); return its arms from the south, west, north and east."""
    return [
        town.way((1, 0), (1, 1), name="South"),
        town.way((0, 1), (1, 1), name="West"),
        town.way((1, 1), (1, 2), name="North"),
        town.way((1, 1), (2, 1), name="East"),
    ]


def ring(town):
    """Build streets round the crossing, from (1, 0) over (0, 1), (1, 2) and (2, 1)."""
    for a, b, c in (
        ((1, 0), (0, 0), (0, 1)),
        ((0, 1), (0, 2), (1, 2)),
        ((1, 2), (2, 2), (2, 1)),
        ((2, 1), (2, 0), (1, 0)),
    ):
        town.way(a, b, c)


@pytest.mark.parametrize(
    ("kind", "target", "length"),
    [
        ("no_left_turn", (0.5, 1), 50 + 100 + 100 + 50),  # back, over the ring to (0, 1), then east
        ("no_straight_on", (1, 1.5), 50 + 100 + 100 + 100 + 50),  # right or left, over the ring to (1, 2), then south
        ("only_right_turn", (0.5, 1), 50 + 100 + 100 + 50),
    ],
)
def test_turn_restrictions_hold_for_cars(town, route, kind, target, length):
    south, west, north, east = cross(town)
    ring(town)
    to = {"no_left_turn": west, "no_straight_on": north, "only_right_turn": east}[kind]
    free = route((1, 0.5), target).length_m
    town.ban(kind, south, town.node((1, 1)), to)
    assert free == pytest.approx(100, abs=1)
    assert route((1, 0.5), target).length_m == pytest.approx(length, abs=1)
    assert route((1, 0.5), target, "walk").length_m == pytest.approx(100, abs=1)


def test_a_restriction_that_excepts_bicycles(town, route):
    south, west, _, _ = cross(town)
    ring(town)
    town.ban("no_left_turn", south, town.node((1, 1)), west, **{"except": "bicycle"})
    assert route((1, 0.5), (0.5, 1), "bike").length_m == pytest.approx(100, abs=1)
    assert route((1, 0.5), (0.5, 1), "car").length_m > 250


def dual(town):
    """Build two one-way carriageways, one north and one south, with a link between them; return the three ways."""
    up = town.way((0, 0), (0, 1), (0, 2), oneway="yes", name="Allee")
    up_end = town.way((0, 2), (0, 4), oneway="yes", name="Allee")
    link = town.way((0, 2), (-0.2, 2), oneway="yes")
    down = town.way((-0.2, 4), (-0.2, 2), oneway="yes", name="Allee")
    down_end = town.way((-0.2, 2), (-0.2, 0), oneway="yes", name="Allee")
    town.way((0, 4), (-0.2, 4), oneway="yes")
    town.way((-0.2, 0), (0, 0), oneway="yes")
    return up, up_end, link, down, down_end


def test_a_restriction_over_a_street_bends_only_that_way(town, route):
    """No U-turn over the link; who comes from the other side may use it."""
    up, _, link, _, down_end = dual(town)
    town.way((1, 2), (0, 2), oneway="yes")  # a side street that ends opposite the link
    free = route((0, 1), (-0.2, 1)).length_m
    town.ban("no_u_turn", up, [link], down_end)
    assert free == pytest.approx(100 + 20 + 100, abs=1)
    assert route((0, 1), (-0.2, 1)).length_m == pytest.approx(300 + 20 + 300, abs=1)
    assert route((0.5, 2), (-0.2, 1)).length_m == pytest.approx(50 + 20 + 100, abs=1)


def test_only_over_a_street_forces_the_way(town, route):
    """Who comes up must turn back over the link, and goes round to come in from the side."""
    up, _, link, _, down_end = dual(town)
    town.way((0, 0), (1, 0), (1, 2), (0, 2), oneway="yes")
    assert route((0, 1), (0, 3)).length_m == pytest.approx(200, abs=1)
    town.ban("only_u_turn", up, [link], down_end)
    assert route((0, 1), (0, 3)).length_m == pytest.approx(100 + 20 + 200 + 20 + 100 + 200 + 100 + 100, abs=1)


def test_a_dead_end_is_left_the_way_one_came(town, route):
    town.way((0, 0), (0, 2))
    town.way((0, 1), (1, 1), oneway="yes")
    town.way((1, 1), (1, 0), (0, 0), oneway="yes")
    found = route((0, 0.5), (0, 1.5))
    assert found.length_m == pytest.approx(100, abs=0.5)


def test_a_bollard_stops_cars_only(town, route):
    square(town)
    town.way((0, 1), (1, 1), (2, 1), highway="service")
    town.node((1, 1), barrier="bollard")
    assert route((0.2, 1), (1.8, 1), "walk").length_m == pytest.approx(160, abs=0.5)
    assert route((0.2, 1), (1.8, 1), "bike").length_m == pytest.approx(160, abs=0.5)
    assert route((0.2, 1), (1.8, 1), "car").length_m > 300


def test_the_quiet_route_leaves_the_main_road(town, route):
    town.way((0, 0), (4, 0), highway="primary", name="Main")
    town.way((0, 0), (0, 0.5), (4, 0.5), (4, 0), highway="residential", name="Side")
    assert "Main" in {step.name.local for step in route((0, 0), (4, 0), "walk", "best").steps if step.name}
    quiet = route((0, 0), (4, 0), "walk", "quiet")
    assert quiet.length_m == pytest.approx(500, abs=1)


def test_alternatives_are_different_ways(town, tmp_path):
    town.way((0, 0), (4, 0), highway="primary", name="Main")
    town.way((0, 0), (0, 0.5), (4, 0.5), (4, 0), highway="residential", name="Side")
    routes = Router(town.map(tmp_path)).alternatives(at(0, 0.01), at(4, 0.01), "walk")
    assert [route.preference for route in routes] == ["best", "quiet"]


def test_an_island_is_left_for_the_next_street_that_leads_on(town, route):
    square(town)
    town.way((0.3, 0.3), (0.3, 0.6), highway="footway")  # a courtyard
    found = route((0.31, 0.4), (2, 1), "walk")
    assert found.geometry[0].lon == pytest.approx(at(0, 0).lon, abs=1e-6)


def test_in_the_middle_of_a_square_the_street_beside_it_counts_and_not_the_tunnel_below(town, route):
    square(town)
    town.way((0, 0), (-1, 1), (0.9, 1), (3, 1), (2, 2), highway="footway", tunnel="yes")
    found = route((1, 2), (0.85, 1.05), "walk")
    assert found.geometry[-1].lon == pytest.approx(at(0, 0).lon, abs=1e-6)
    assert found.length_m == pytest.approx(195, abs=1)


def test_two_ends_on_one_island_stay_there(town, route):
    square(town)
    town.way((0.3, 0.3), (0.3, 0.9), highway="footway")
    assert route((0.31, 0.4), (0.31, 0.8), "walk").length_m == pytest.approx(40, abs=0.5)


def test_no_way_at_all_is_said(town, route):
    town.way((0, 0), (0, 1), oneway="yes")
    with pytest.raises(RouteError, match="no way for driving between these positions on town"):
        route((0, 0.8), (0, 0.2))


def test_far_from_any_street_is_said(town, route):
    square(town)
    with pytest.raises(RouteError, match=r"no street for walking within 300 m of .*; the map town covers "):
        route((0, 0), (50, 50), "walk")
    town.way((30, 30), (31, 30))
    with pytest.raises(RouteError, match="choose a position nearer to one"):
        route((0, 0), (15, 15), "walk")


def test_from_a_place_to_itself(town, route):
    square(town)
    found = route((0, 1), (0, 1), "walk")
    assert found.length_m == 0
    assert turns(found) == [("depart", None), ("arrive", None)]


def test_the_side_of_the_destination(town, route):
    town.way((0, 0), (0, 2))
    assert route((0, 0.2), (0.3, 1), "walk").steps[-1].maneuver.modifier == "right"
    assert route((0, 0.2), (-0.3, 1), "walk").steps[-1].maneuver.modifier == "left"
    assert route((0, 0.2), (0, 1), "walk").steps[-1].maneuver.modifier is None
