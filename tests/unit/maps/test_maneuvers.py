"""What there is to do along a route: turns, forks, ramps, roundabouts, stairs, lanes."""

from __future__ import annotations

import math

import pytest

from emulator.maps.router import Router
from tests.unit.maps.conftest import at


@pytest.fixture
def steps(town, tmp_path):
    """Return a function that gives type, modifier, exit and street of each maneuver between the first and the last."""

    def find(origin, target, mode="car"):
        route = Router(town.map(tmp_path)).route(at(*origin), at(*target), mode, "shortest")
        found = [(step.maneuver, step.name) for step in route.steps[1:-1]]
        return [(m.type, m.modifier, m.exit, name.local if name else None) for m, name in found]

    return find


def test_straight_over_a_crossing_is_no_maneuver(town, steps):
    town.way((0, 0), (0, 1), (0, 2), name="Main")
    town.way((-1, 1), (0, 1), (1, 1), name="Side")
    assert steps((0, 0), (0, 2)) == []


@pytest.mark.parametrize(("target", "modifier"), [((1, 1), "right"), ((-1, 1), "left")])
def test_turning_at_a_crossing(town, steps, target, modifier):
    town.way((0, 0), (0, 1), (0, 2), name="Main")
    town.way((-1, 1), (0, 1), (1, 1), name="Side")
    assert steps((0, 0), target) == [("turn", modifier, None, "Side")]


def test_the_end_of_a_road(town, steps):
    town.way((0, 0), (0, 1), name="Main")
    town.way((-1, 1), (0, 1), (1, 1), name="Side")
    assert steps((0, 0), (1, 1)) == [("end of road", "right", None, "Side")]


def test_the_road_bends_and_a_side_street_goes_straight(town, steps):
    town.way((0, 0), (0, 1), (1, 1), name="Main")
    town.way((0, 1), (0, 2), name="Side")
    assert steps((0, 0), (1, 1)) == [("continue", "right", None, "Main")]
    assert steps((0, 0), (0, 2)) == [("new name", "straight", None, "Side")]


def test_a_bend_without_a_choice_is_no_maneuver(town, steps):
    town.way((0, 0), (0, 1), name="Main")
    town.way((0, 1), (1, 1), name="Main")
    assert steps((0, 0), (1, 1)) == []


def test_a_new_name_is_said(town, steps):
    town.way((0, 0), (0, 1), name="Old")
    town.way((0, 1), (0, 2), name="New")
    assert steps((0, 0), (0, 2)) == [("new name", "straight", None, "New")]


@pytest.mark.parametrize(("target", "modifier"), [((-0.5, 2), "slight left"), ((0.5, 2), "slight right")])
def test_a_fork(town, steps, target, modifier):
    town.way((0, 0), (0, 1), name="Stem")
    town.way((0, 1), (-0.5, 2), name="Left Arm")
    town.way((0, 1), (0.5, 2), name="Right Arm")
    assert steps((0, 0), target) == [("fork", modifier, None, "Left Arm" if modifier == "slight left" else "Right Arm")]


def test_a_driveway_beside_the_road_makes_no_fork(town, steps):
    town.way((0, 0), (0, 1), (0, 2), highway="primary", name="Main")
    town.way((0, 1), (0.3, 2), highway="service")
    assert steps((0, 0), (0, 2)) == []


def test_ramps_of_a_motorway(town, steps):
    town.way((0, 0), (0, 2), (0, 4), (0, 6), (0, 8), highway="motorway", name="A1")
    town.way((0, 2), (0.4, 3), highway="motorway_link", oneway="yes", destination="Centre;Port")
    town.way((0.4, 3), (2, 3), highway="primary", name="Main")
    town.way((2, 3), (2, 5), highway="primary", name="Ring")
    town.way((2, 5), (0.4, 5), highway="primary", name="Ring")
    town.way((0.4, 5), (0, 6), highway="motorway_link", oneway="yes")
    kinds = [(kind, modifier) for kind, modifier, _, _ in steps((0, 0.5), (1, 3))]
    assert kinds[0] == ("off ramp", "slight right")
    kinds = [(kind, modifier) for kind, modifier, _, _ in steps((1, 5), (0, 7.5))]
    assert kinds == [("on ramp", "right"), ("merge", "slight left")]


def roundabout(town, name=""):
    """Build a ring of twelve nodes round (0, 0), counter-clockwise, with arms to the four sides; enter from the south."""
    ring = [(0.3 * math.sin(a), -0.3 * math.cos(a)) for a in (math.radians(30 * i) for i in range(12))]
    tags = {"junction": "roundabout"} | ({"name": name} if name else {})
    town.way(*ring, ring[0], **tags)
    for number, (place, arm) in enumerate(((0, "South"), (3, "East"), (6, "North"), (9, "West"))):
        end = ((0, -2), (2, 0), (0, 2), (-2, 0))[number]
        town.way(end, ring[place], name=arm)


@pytest.mark.parametrize(
    ("target", "exit_number", "modifier", "street"),
    [((2, 0), 1, "right", "East"), ((0, 2), 2, "straight", "North"), ((-2, 0), 3, "left", "West")],
)
def test_a_roundabout_counts_its_exits(town, steps, target, exit_number, modifier, street):
    roundabout(town)
    entered, left = steps((0, -1.9), target)
    assert entered == ("roundabout", modifier, exit_number, street)
    assert (left[0], left[2], left[3]) == ("exit roundabout", exit_number, street)


def test_a_roundabout_with_a_name_is_a_rotary(town, steps):
    roundabout(town, "Star")
    assert [row[0] for row in steps((0, -1.9), (2, 0))] == ["rotary", "exit rotary"]


def test_walkers_see_no_roundabout(town, steps):
    roundabout(town)
    assert not {"roundabout", "exit roundabout"} & {row[0] for row in steps((0, -1.9), (2, 0), "walk")}


def test_stairs_straight_ahead_are_told(town, tmp_path):
    town.way((0, 0), (0, 1), highway="footway")
    town.way((0, 1), (0, 1.2), highway="steps")
    town.way((0, 1.2), (0, 2), highway="footway")
    route = Router(town.map(tmp_path)).route(at(0, 0), at(0, 2), "walk")
    assert [(step.maneuver.type, step.way) for step in route.steps] == [
        ("depart", "road"),
        ("notification", "steps"),
        ("arrive", "road"),
    ]


def test_a_turn_and_back_within_a_few_metres_is_none(town, steps):
    town.way((0, 0), (0, 1), name="Main")
    town.way((0, 1), (0.05, 1), name="Main")
    town.way((0.05, 1), (0.05, 2), name="Main")
    town.way((0, 1), (-1, 1), name="West")
    town.way((0.05, 1), (1, 1), name="East")
    assert steps((0, 0), (0.05, 2)) == []


def test_two_turns_within_a_few_metres_are_one_u_turn(town, steps):
    town.way((0, 0), (0, 2), name="Up", oneway="yes")
    town.way((0, 2), (0, 3), name="Up", oneway="yes")
    town.way((0, 2), (-0.1, 2), name="Link", oneway="yes")
    town.way((-0.1, 3), (-0.1, 2), name="Down", oneway="yes")
    town.way((-0.1, 2), (-0.1, 0), name="Down", oneway="yes")
    assert steps((0, 1), (-0.1, 1)) == [("turn", "uturn", None, "Down")]


def test_lanes_of_the_road_before(town, tmp_path):
    town.way((0, 0), (0, 1), name="Main", oneway="yes", turn__lanes="left|through|through;right")
    town.way((0, 1), (0, 2), name="Main")
    town.way((-1, 1), (0, 1), (1, 1), name="Side")
    turn = Router(town.map(tmp_path)).route(at(0, 0.1), at(1, 1), "car").steps[1]
    assert [lane.valid for lane in turn.lanes] == [False, False, True]


def test_signs_are_read_in_the_direction_of_the_way(town, tmp_path):
    town.way((0, 0), (0, 1), name="Main")
    town.way((0, 1), (1, 1), name="Side", destination="Port")
    town.way((0, 1), (-1, 1), name="Side")
    router = Router(town.map(tmp_path))
    assert router.route(at(0, 0), at(1, 1), "car").steps[1].destination == "Port"
    assert router.route(at(1, 1), at(-1, 1), "car").steps[0].destination == ""
