"""The maps here answer as ``requests.py`` says, and what they cannot answer is said with what to do."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from emulator.live.errors import NotFoundError
from emulator.maps.fix import Fix
from emulator.maps.packed import packed, unpacked
from emulator.maps.points import Wgs84Point, distance_m
from emulator.maps.street_map import ATTRIBUTION
from emulator.services.navigation import SERVICE
from emulator.services.navigation.offline import offline
from emulator.services.navigation.requests import (
    MOST_PLACES,
    REQUESTS,
    FindPlaces,
    NearbyPlaces,
    PlanRoutes,
    StreetsAround,
)
from emulator.services.service import Here

STATION = Wgs84Point(60.1699, 24.9384)
TARGET = Wgs84Point(60.1775, 24.95)


@pytest.fixture(scope="module")
def here():
    with ExitStack() as files:
        opened = {}

        def keep(name, make):
            if name not in opened:
                opened[name] = files.enter_context(make())
            return opened[name]

        fix = Fix(0, STATION, 5.0)
        yield Here(datetime(2026, 11, 24, tzinfo=UTC), "zh", Path("."), fix, 0, lambda: None, keep)


def test_places_are_few_near_and_in_the_language_of_the_glasses(here):
    for language, kind in (("zh", "地铁口"), ("en", "subway entrance")):
        reply = offline(FindPlaces("附近的地铁口"), replace(here, language=language))
        assert len(reply["places"]) == MOST_PLACES
        assert reply["attribution"] == ATTRIBUTION
        metres = [place["distance_m"] for place in reply["places"]]
        assert metres == sorted(metres)
        assert reply["places"][0]["kind"] == kind


def test_what_is_nearby_is_of_several_kinds(here):
    places = offline(NearbyPlaces(), here)["places"]
    assert len({place["kind"] for place in places}) >= 4
    assert all(30 <= place["distance_m"] <= 1_500 for place in places)


@pytest.mark.parametrize("mode", ["walk", "bike", "car"])
def test_a_route_of_a_reply_is_the_route_again(here, mode):
    reply = json.loads(json.dumps(offline(PlanRoutes(TARGET.lat, TARGET.lon, mode), here)))
    assert 1 <= len(reply["routes"]) <= 3
    assert reply["routes"][0]["preference"] == "best"
    for value in reply["routes"]:
        route = unpacked(value)
        assert packed(route) == value
        assert route.steps[0].maneuver.type == "depart"
        assert route.steps[-1].maneuver.type == "arrive"
        assert route.steps[-1].first == len(route.geometry) - 1
        assert route.steps[-1].start_m == pytest.approx(route.length_m, abs=1.0)
        assert distance_m(route.geometry[0], STATION) < 60
        assert len(json.dumps(value)) < 9_000


def test_on_the_way_one_route_is_enough(here):
    assert len(offline(PlanRoutes(TARGET.lat, TARGET.lon, "walk", only=True), here)["routes"]) == 1


def test_streets_are_few_points(here):
    reply = offline(StreetsAround(STATION.lat, STATION.lon, 800.0), here)
    tiers = {tier for tier, _ in reply["lines"]}
    assert tiers == {"regular", "dim"}
    assert len(json.dumps(reply)) < 4_000


@pytest.mark.parametrize(
    ("request_", "at", "code", "words"),
    [
        (NearbyPlaces(), None, "no-fix", "定位"),
        (FindPlaces("Ateneumm museum"), STATION, "no-place", "Ateneum"),
        (FindPlaces("故宫"), STATION, "no-place", "换个说法"),
        (NearbyPlaces(), Wgs84Point(31.2, 121.4), "no-map", "glasses map import"),
        (PlanRoutes(60.19, 24.95, "walk"), STATION, "no-road", "目的地"),
        (PlanRoutes(60.17, 24.94, "car"), Wgs84Point(60.1617, 24.958), "no-road", "这里"),
    ],
)
def test_what_cannot_be_answered_says_why_and_what_to_do(here, request_, at, code, words):
    with pytest.raises(NotFoundError, match=words) as raised:
        offline(request_, replace(here, fix=Fix(0, at, 5.0) if at else None))
    assert raised.value.code == code


def test_a_map_of_the_users_own_is_found_by_where_it_is(here, tmp_path, monkeypatch):
    from emulator.maps.store import import_map

    monkeypatch.setenv("GLASSES_DATA", str(tmp_path))
    ways = (
        "".join(f'<node id="{n}" lat="{50.0 + n * 0.001}" lon="8.0"/>' for n in range(1, 5))
        + '<way id="9"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><tag k="highway" v="residential"/><tag k="name" v="Allee"/></way>'
    )
    (tmp_path / "village.osm").write_text(f'<osm version="0.6">{ways}</osm>', "utf-8")
    import_map(tmp_path / "village.osm")
    there = replace(here, fix=Fix(0, Wgs84Point(50.002, 8.0), 5.0))
    assert offline(FindPlaces("Allee"), there)["places"][0]["name"] == "Allee"
    (tmp_path / "maps" / "village.glassmap").write_bytes(b"damaged")
    with pytest.raises(NotFoundError) as raised:
        offline(NearbyPlaces(), replace(there, fix=Fix(0, Wgs84Point(50.0021, 8.0), 5.0)))
    assert raised.value.code == "no-map"


def test_the_live_half_leaves_the_streets_to_the_maps():
    assert SERVICE.requests == REQUESTS
    assert StreetsAround not in SERVICE.live_requests
