"""What the screens of navigation say, in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emulator.hud.icons import icons
from emulator.maps.guide import Guide
from emulator.maps.points import Wgs84Point
from emulator.maps.route import MODIFIERS, TYPES, Lane, Maneuver, Step
from emulator.maps.router import Router
from emulator.maps.screens import guidance_data, lane_items, place_items, rest_said, road, route_items, turn_icon
from emulator.maps.store import load_map
from emulator.maps.street_map import Name

HERE = Wgs84Point(60.17, 24.94)


def step(kind: str = "turn", modifier: str | None = "left", number: int | None = None) -> Step:
    maneuver = Maneuver(kind, modifier, number, HERE, 0, 0)
    return Step(maneuver, Name("Esplanadi", "埃斯普拉纳迪"), "", "road", 0.0, 100.0, 80.0, "right", (), 0)


@pytest.fixture(scope="module")
def route():
    return Router(load_map("helsinki")).route(Wgs84Point(60.1662, 24.94), Wgs84Point(60.1775, 24.95), "walk")


def test_every_maneuver_has_an_icon_that_is_there():
    known = icons()
    for kind in TYPES:
        for modifier in (None, *MODIFIERS):
            for side in ("left", "right"):
                assert turn_icon(replace(step(kind, modifier), driving_side=side)) in known


def test_icons_show_the_side():
    assert turn_icon(step(modifier="sharp right")) == "sharp-right"
    assert turn_icon(step("roundabout", "left", 2)) == "roundabout"
    assert turn_icon(step("arrive", None)) == "flag"
    assert turn_icon(replace(step("notification", "straight"), way="steps")) == "steps"
    assert turn_icon(replace(step(modifier="uturn"), driving_side="left")) == "uturn-right"


def test_the_road_is_the_street_or_else_what_to_do():
    assert road(step(), "walk", "zh") == "埃斯普拉纳迪"
    assert road(replace(step(), name=None), "walk", "en") == "Turn left"
    assert road(step("roundabout", "left", 2), "car", "zh") == "第二出口 · 埃斯普拉纳迪"
    assert road(step("roundabout", "left", 2), "car", "en") == "second exit · Esplanadi"


def test_lanes_say_which_are_good():
    lanes = (Lane(("left",), False), Lane(("straight", "right"), True))
    assert lane_items(lanes, "right") == [{"icon": "turn-left", "good": False}, {"icon": "straight", "good": True}]
    assert lane_items(lanes * 4, "right") == []


def test_the_running_screen_tells_the_next_turn_and_the_rest(route):
    _, now = Guide.of(route).wait(0)
    english, chinese = (guidance_data(now, route, language) for language in ("en", "zh"))
    assert english["left"].endswith(" km")
    assert chinese["left"].endswith("公里")
    assert english["progress"] == 0.0
    assert english["unit"] == "km/h"
    assert rest_said(now, "zh") == f"还有{chinese['left']}，大约{chinese['time']}"


def test_the_lanes_of_the_turn_after_the_next_show_once_it_is_near(route):
    _, now = Guide.of(route).wait(0)
    after = replace(step(modifier="right"), lanes=(Lane(("straight",), False), Lane(("right",), True)))
    near, far = (replace(now, following=after, following_m=metres) for metres in (10.0, 5_000.0))
    assert guidance_data(near, route, "en")["then_lanes"][1] == {"icon": "turn-right", "good": True}
    assert guidance_data(far, route, "en")["then_lanes"] == []


def test_without_a_signal_the_distance_is_about(route):
    _, now = Guide.of(route).wait(0)
    assert guidance_data(replace(now, phase="no_signal"), route, "zh")["turn_in"].startswith("约")


def test_lists_say_kind_distance_and_time_once(route):
    places = [
        {"name": "地铁口A", "kind": "地铁口", "distance_m": 320},
        {"name": "Ateneum", "kind": "博物馆", "distance_m": 1_240},
    ]
    assert [item["value"] for item in place_items(places, "zh")] == ["320米", "博物馆 · 1.2公里"]
    (item,) = route_items([route], "en")
    assert item["label"] == "Best"
    assert " min · " in item["value"]
