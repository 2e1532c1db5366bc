"""Amap's live half against a server on 127.0.0.1."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from emulator.live.errors import AuthError, NetworkError, NotFoundError, NotServedError, QuotaError, ServiceError
from emulator.live.http import Http
from emulator.maps.fix import Fix
from emulator.maps.gcj02 import to_gcj02, to_wgs84
from emulator.maps.packed import unpacked
from emulator.maps.points import Gcj02Point, Wgs84Point, distance_m, line_m
from emulator.maps.route import MODIFIERS, TYPES
from emulator.maps.sentences import sentence
from emulator.services.navigation.amap import check, live, position
from emulator.services.navigation.amap_route import maneuver_of
from emulator.services.navigation.requests import FindPlaces, NearbyPlaces, PlanRoutes
from emulator.services.service import Here
from tests.unit.live.vendor import Given, Vendor, serving
from tests.unit.services.navigation.amap_server import KEY, PRIVATE, WALK, AmapServer, poi, step

START = to_wgs84(Gcj02Point(31.245414, 121.506379))
END = to_wgs84(Gcj02Point(31.247414, 121.505179))
WALKING = PlanRoutes(END.lat, END.lon, "walk")
AUTH = ("10001", "10002", "10005", "10006", "10007", "10008", "10009", "10012", "10013")
Request = PlanRoutes | FindPlaces | NearbyPlaces


class Hasty(Random):
    """Makes pauses as short as they can be."""

    def uniform(self, a: float, b: float) -> float:
        return 0.0 * a * b


@pytest.fixture
def server() -> AmapServer:
    return AmapServer()


@pytest.fixture
def vendor(server: AmapServer) -> Iterator[Vendor]:
    with serving(server) as vendor:
        yield vendor


def here(language: str = "zh", point: Wgs84Point | None = START) -> Here:
    def opened(_name: str, _make: Any) -> Any:
        raise AssertionError("nothing of Amap's is kept")

    fix = Fix(0, point, 5.0) if point else None
    return Here(datetime(2026, 10, 4, 9, 41, tzinfo=UTC), language, Path("unused"), fix, 0, lambda: None, opened)


def secrets(vendor: Vendor, **more: str) -> dict[str, str]:
    return {"amap-key": KEY, "amap-url": vendor.url} | {f"amap-{k.replace('_', '-')}": v for k, v in more.items()}


def ask(vendor: Vendor, request: Request, around: Here | None = None, **more: str) -> dict[str, Any]:
    async def once() -> dict[str, Any]:
        async with Http(Hasty()) as http:
            return await live(request, around or here(), http, secrets(vendor, **more))

    return asyncio.run(once())


def checked(vendor: Vendor, **more: str) -> str:
    async def once() -> str:
        async with Http(Hasty()) as http:
            return await check(http, secrets(vendor, **more))

    return asyncio.run(once())


# --- routes ---


def test_a_walk_becomes_a_route_with_our_maneuvers(vendor: Vendor):
    reply = ask(vendor, WALKING)
    assert reply["attribution"] == "高德地图"
    route = unpacked(reply["routes"][0])
    assert [(s.maneuver.type, s.maneuver.modifier) for s in route.steps] == [
        ("depart", None), ("turn", "left"), ("continue", "straight"), ("turn", "right"), ("arrive", None),
    ]  # fmt: skip
    assert [s.way for s in route.steps] == ["road", "road", "crossing", "road", "road"]
    assert [s.name.local if s.name else "" for s in route.steps] == ["世纪大道", "", "", "陆家嘴环路", ""]
    assert (route.map_title, route.duration_s) == ("amap", 240.0)
    assert sentence(route.steps[1], "walk", "zh") == "左转"
    assert [(s.maneuver.bearing_before, s.maneuver.bearing_after) for s in route.steps[1:2]] == [(0, 270)]


def test_a_route_lies_in_wgs_84_and_its_steps_on_its_line(vendor: Vendor):
    route = unpacked(ask(vendor, WALKING)["routes"][0])
    assert distance_m(route.geometry[0], START) < 0.2
    assert distance_m(route.geometry[-1], END) < 0.2
    assert [s.first for s in route.steps] == [0, 1, 2, 3, 4]
    assert len(route.geometry) == 5
    assert sum(s.distance_m for s in route.steps) == pytest.approx(route.length_m, abs=0.5)
    assert route.steps[-1].start_m == pytest.approx(route.length_m, abs=0.5)


def test_positions_go_out_as_gcj_02_longitude_first(vendor: Vendor):
    ask(vendor, WALKING)
    query = vendor.asked[0].query
    moved = to_gcj02(START)
    assert query["origin"] == f"{moved.lon:.6f},{moved.lat:.6f}" == "121.506379,31.245414"
    assert query["show_fields"] == "cost,navi,polyline"
    assert position(Wgs84Point(31.2, 121.5)).count(".") == 2


@pytest.mark.parametrize(("mode", "path"), [("walk", "walking"), ("bike", "bicycling"), ("car", "driving")])
def test_each_mode_has_its_path(vendor: Vendor, mode: Any, path: str):
    assert ask(vendor, replace(WALKING, mode=mode))["routes"][0]["mode"] == mode
    assert vendor.asked[0].path == f"/v5/direction/{path}"


def test_alternatives_are_named_and_one_alone_is_the_best(server: AmapServer, vendor: Vendor):
    short = {"distance": "1", "duration": "9", "steps": [step("A", [], "121.506379,31.245414;121.506379,31.246414")]}
    server.paths = [*server.paths, *server.paths, short, *server.paths]
    routes = ask(vendor, WALKING)["routes"]
    assert [route["preference"] for route in routes] == ["best", "quiet", "shortest"]
    assert routes[2]["duration_s"] == 9.0
    assert len(ask(vendor, replace(WALKING, only=True))["routes"]) == 1
    assert [asked.query.get("alternative_route") for asked in vendor.asked] == ["3", None]


def test_empty_lists_stand_for_empty_words(server: AmapServer, vendor: Vendor):
    bare = step([], [], WALK[0]["polyline"]) | {"cost": [], "navi": [], "instruction": []}
    server.paths = [{"distance": [], "cost": [], "steps": [bare, *WALK[1:]]}]
    route = unpacked(ask(vendor, WALKING)["routes"][0])
    assert route.steps[1].maneuver.type == "continue"
    assert route.duration_s == 180.0


def test_a_long_line_is_thinned_and_stays_where_it_was(server: AmapServer, vendor: Vendor):
    points = [(121.5 + n * 1e-5, 31.2 + math.sin(n / 200) * 1e-3) for n in range(4_000)]
    line = ";".join(f"{lon:.6f},{lat:.6f}" for lon, lat in points)
    server.paths = [{"distance": "1", "duration": "60", "steps": [step("G2", [], line)]}]
    route = unpacked(ask(vendor, replace(WALKING, mode="car"))["routes"][0])
    whole = [to_wgs84(Gcj02Point(lat, lon)) for lon, lat in points]
    assert len(route.geometry) < 800
    assert route.length_m == pytest.approx(line_m(whole), rel=1e-3)
    assert max(min(distance_m(at, other) for other in whole) for at in route.geometry[::50]) < 0.5


def test_a_word_that_is_not_known_is_kept_and_goes_on(server: AmapServer, vendor: Vendor):
    server.paths = [
        {"distance": "1", "duration": "60", "steps": [WALK[0] | {"navi": {"action": "乘坐缆车"}}, *WALK[1:]]}
    ]
    second = ask(vendor, WALKING)["routes"][0]["steps"][1]
    assert (second["type"], second["modifier"], second["text"]) == ("continue", "straight", "乘坐缆车")


@pytest.mark.parametrize(
    "paths", [[{"steps": []}], [{"steps": [{"polyline": "121.5,x"}]}], [{"distance": "4"}], [WALK[0]]]
)
def test_a_route_that_cannot_be_read_is_a_failure(server: AmapServer, vendor: Vendor, paths: list[Any]):
    server.paths = paths
    with pytest.raises(NetworkError, match="cannot be read"):
        ask(vendor, WALKING)


def test_no_path_at_all_is_no_way(server: AmapServer, vendor: Vendor):
    server.paths = []
    with pytest.raises(NotFoundError) as told:
        ask(vendor, WALKING)
    assert told.value.code == "no-way"


@pytest.mark.parametrize(
    ("action", "assistant", "maneuver"),
    [
        ("左转", "", ("turn", "left", None)),
        ("右转", "", ("turn", "right", None)),
        ("向左前方行驶", "", ("turn", "slight left", None)),
        ("往右前方", "", ("turn", "slight right", None)),
        ("向左后方行驶", "", ("turn", "sharp left", None)),
        ("向右后方", "", ("turn", "sharp right", None)),
        ("左转调头", "", ("continue", "uturn", None)),
        ("直行", "", ("continue", "straight", None)),
        ("靠左", "", ("fork", "slight left", None)),
        ("靠右", "进入右岔路", ("fork", "slight right", None)),
        ("直行", "进入中间岔道", ("fork", "straight", None)),
        ("向右前方行驶", "进入匝道", ("on ramp", "slight right", None)),
        ("靠左", "进入主路", ("merge", "slight left", None)),
        ("右转", "到达出口", ("off ramp", "right", None)),
        ("进入环岛", "走第3个出口", ("roundabout", None, 3)),
        ("进入环岛", "绕环岛右转", ("roundabout", "right", None)),
        ("离开环岛", "", ("exit roundabout", None, None)),
        ("通过过街天桥", "", ("continue", "straight", None)),
        ("", "到达目的地", ("arrive", None, None)),
        ("", "", ("continue", "straight", None)),
    ],
)
def test_the_words_of_amap_are_maneuvers_of_ours(action: str, assistant: str, maneuver: tuple[Any, ...]):
    found = maneuver_of(action, assistant)
    assert found == maneuver
    assert found[0] in TYPES
    assert found[1] is None or found[1] in MODIFIERS


# --- places ---


def test_places_nearby_come_first(server: AmapServer, vendor: Vendor):
    server.places["/v5/place/around"] = [poi("星巴克", "121.506379,31.246414"), poi("没有位置", [])]
    reply = ask(vendor, FindPlaces("附近的咖啡馆"), here("en"))
    assert reply["attribution"] == "© Amap"
    place = reply["places"][0]
    assert (place["name"], place["kind"], len(reply["places"])) == ("星巴克", "咖啡厅", 1)
    assert place["distance_m"] == pytest.approx(111, abs=1)
    assert [asked.query["keywords"] for asked in vendor.asked] == ["咖啡馆"]


def test_a_place_far_away_or_misspelt_is_found_by_asking_on(server: AmapServer, vendor: Vendor):
    server.places["/v3/assistant/inputtips"] = [poi("南京东路", "121.49,31.24"), poi("20路", "")]
    assert ask(vendor, FindPlaces("南京懂路"))["places"][0]["name"] == "南京东路"
    assert [asked.path for asked in vendor.asked] == ["/v5/place/around", "/v5/place/text", "/v3/assistant/inputtips"]


@pytest.mark.parametrize(("language", "says"), [("zh", "没有找到“nowhere”"), ("en", "No “nowhere” found")])
def test_nothing_found_says_so_in_the_wearers_language(vendor: Vendor, language: str, says: str):
    with pytest.raises(NotFoundError, match=says) as told:
        ask(vendor, FindPlaces("nowhere"), here(language))
    assert told.value.code == "no-place"


def test_what_is_around_is_two_of_a_kind_by_distance(server: AmapServer, vendor: Vendor):
    cafes = [poi(f"咖啡{n}", f"121.506379,31.24{5 + n}414") for n in range(4)]
    stop = poi("地铁站", "121.506379,31.245514", "交通设施服务;地铁站;地铁站")
    server.places["/v5/place/around"] = [*cafes, stop]
    places = ask(vendor, NearbyPlaces())["places"]
    assert [place["name"] for place in places] == ["咖啡0", "地铁站", "咖啡1"]


# --- keys, errors ---


def test_a_key_that_signs_is_believed(server: AmapServer, vendor: Vendor):
    server.signs = True
    server.places["/v5/place/around"] = [poi("茶 & 咖啡+", "121.506379,31.246414")]
    assert ask(vendor, FindPlaces("茶 & 咖啡+"), private_key=PRIVATE)["places"]
    with pytest.raises(AuthError, match="amap-private-key"):
        ask(vendor, WALKING)
    with pytest.raises(AuthError, match="amap-private-key"):
        ask(vendor, WALKING, private_key="other")


def test_a_wrong_key_is_named_and_shown_to_nobody(vendor: Vendor):
    with pytest.raises(AuthError, match="amap-key") as told:
        ask(vendor, WALKING, key="feedfeedfeed")
    assert "feedfeedfeed" not in str(told.value)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("infocode", "kind", "code", "asked"),
    [
        *((code, AuthError, code, 1) for code in AUTH),
        ("10003", QuotaError, "10003", 1),
        ("10044", QuotaError, "10044", 1),
        ("10004", QuotaError, "10004", 3),
        ("10021", QuotaError, "10021", 3),
        ("20000", NetworkError, "20000", 1),
        ("20001", NetworkError, "20001", 1),
        ("20003", NetworkError, "20003", 3),
        ("30001", NetworkError, "30001", 3),
        ("99999", NetworkError, "99999", 3),
        ("20800", NotFoundError, "no-way", 1),
        ("20801", NotFoundError, "no-road", 1),
        ("20802", NotFoundError, "no-way", 1),
        ("20803", NotFoundError, "no-way", 1),
    ],
)
def test_an_infocode_says_what_to_do(
    server: AmapServer, vendor: Vendor, infocode: str, kind: type[ServiceError], code: str, asked: int, language: str
):
    server.codes = [infocode] * 3
    with pytest.raises(ServiceError) as told:
        ask(vendor, WALKING, here(language))
    assert (type(told.value), told.value.code, len(vendor.asked)) == (kind, code, asked)
    assert any("一" <= letter <= "鿿" for letter in str(told.value)) == (language == "zh")


def test_asked_too_often_it_waits_and_asks_again(server: AmapServer, vendor: Vendor):
    server.codes = ["10021", "10004"]
    assert ask(vendor, WALKING)["routes"]
    assert len(vendor.asked) == 3


@pytest.mark.parametrize("body", [b"<html>Wi-Fi</html>", b'{"status": "1", "rou', b'"text"', b"[]", b'{"status": "1"}'])
def test_what_is_no_answer_of_amap_is_a_failure(body: bytes):
    with serving(lambda _asked, _vendor: Given((body,))) as vendor, pytest.raises(NetworkError):
        ask(vendor, WALKING)


def test_outside_china_the_maps_here_answer(vendor: Vendor):
    with pytest.raises(NotServedError):
        ask(vendor, FindPlaces("coffee"), here(point=Wgs84Point(60.1699, 24.9384)))
    with pytest.raises(NotFoundError) as told:
        ask(vendor, NearbyPlaces(), here(point=None))
    assert told.value.code == "no-fix"
    assert vendor.asked == []


def test_the_check_tells_what_came_back(server: AmapServer, vendor: Vendor):
    assert checked(vendor) == "北京市东城区天安门 ✓"
    server.signs = True
    assert checked(vendor, private_key=PRIVATE).endswith("✓")
    with pytest.raises(AuthError, match="amap-key"):
        checked(vendor, key="feed")
