"""Who may use a way: tags to bits."""

from __future__ import annotations

import pytest

from emulator.maps.access import BIKE, CAR, PUSH, WALK, car_kmh, node_blocks, way_access


def bits(access):
    return tuple(
        "".join(letter for letter, bit in (("w", WALK), ("b", BIKE), ("p", PUSH), ("c", CAR)) if side & bit)
        for side in access
    )


@pytest.mark.parametrize(
    ("tags", "forward", "backward"),
    [
        ("highway=residential", "wbc", "wbc"),
        ("highway=residential oneway=yes", "wbc", "w"),
        ("highway=residential oneway=-1", "w", "wbc"),
        ("highway=residential oneway=yes oneway:bicycle=no", "wbc", "wb"),
        ("highway=residential oneway=yes cycleway=opposite_lane", "wbc", "wb"),
        ("highway=residential oneway=reversible", "w", "w"),
        ("highway=primary junction=roundabout", "wbc", "w"),
        ("highway=motorway", "c", ""),
        ("highway=motorway oneway=no", "c", "c"),
        ("highway=footway", "wp", "wp"),
        ("highway=footway bicycle=yes", "wbp", "wbp"),
        ("highway=steps", "wp", "wp"),
        ("highway=steps bicycle=yes", "wp", "wp"),
        ("highway=cycleway", "wbp", "wbp"),
        ("highway=cycleway foot=no", "b", "b"),
        ("highway=pedestrian motor_vehicle=yes", "wpc", "wpc"),
        ("highway=residential access=private", "", ""),
        ("highway=residential access=private foot=yes", "w", "w"),
        ("highway=residential access=no bicycle=designated", "b", "b"),
        ("highway=residential motor_vehicle=no", "wb", "wb"),
        ("highway=residential motor_vehicle=no motorcar=destination", "wbc", "wbc"),
        ("highway=residential vehicle=no", "w", "w"),
        ("highway=residential motor_vehicle:backward=no", "wbc", "wb"),
        ("highway=trunk motorroad=yes", "wc", "wc"),
        ("highway=construction", "", ""),
        ("highway=platform", "", ""),
        ("highway=pedestrian area=yes", "", ""),
        ("highway=footway oneway:foot=yes", "wp", ""),
        ("highway=track", "wb", "wb"),
    ],
)
def test_access(tags, forward, backward):
    assert bits(way_access(dict(tag.split("=") for tag in tags.split()))) == (forward, backward)


@pytest.mark.parametrize(
    ("tags", "stopped"),
    [
        ({}, 0),
        ({"barrier": "kerb"}, 0),
        ({"barrier": "gate"}, 0),
        ({"barrier": "bollard"}, CAR),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, 0),
        ({"barrier": "stile"}, CAR | BIKE),
        ({"barrier": "gate", "access": "no"}, WALK | BIKE | PUSH | CAR),
        ({"barrier": "lift_gate", "access": "private", "foot": "yes"}, BIKE | CAR),
        ({"barrier": "wall"}, WALK | BIKE | PUSH | CAR),
    ],
)
def test_a_barrier_stops_whom_it_should(tags, stopped):
    assert node_blocks(tags) == stopped


@pytest.mark.parametrize(
    ("limit", "kind", "kmh"),
    [
        ("50", "primary", 50),
        ("30 mph", "residential", 48),
        ("FI:urban", "residential", 50),
        ("walk", "residential", 6),
        ("none", "motorway", 130),
        ("signals", "motorway", 110),
        ("0", "residential", 1),
        ("50;30", "tertiary", 50),
        ("50", "service", 15),
        ("", "living_street", 12),
    ],
)
def test_what_a_car_drives(limit, kind, kmh):
    assert car_kmh({"maxspeed": limit} if limit else {}, kind) == kmh
