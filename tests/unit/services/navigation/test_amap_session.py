"""Amap in a whole session: asked from the glasses, converted, logged, replayed without a server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from emulator import Glasses
from emulator.core.actions import Locate, Reply
from emulator.core.events import ServiceFailed
from emulator.maps.gcj02 import to_wgs84
from emulator.maps.points import Gcj02Point
from emulator.services.navigation.requests import FindPlaces, PlanRoutes, StreetsAround
from tests.unit.live.vendor import Vendor, serving
from tests.unit.services.navigation.amap_server import KEY, PRIVATE, AmapServer

START, END = to_wgs84(Gcj02Point(31.245414, 121.506379)), to_wgs84(Gcj02Point(31.247414, 121.505179))
WALKING = PlanRoutes(END.lat, END.lon, "walk")


@pytest.fixture
def amap(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[AmapServer, Vendor]]:
    server = AmapServer(signs=True)
    with serving(server) as vendor:
        monkeypatch.setenv("GLASSES_AMAP_KEY", KEY)
        monkeypatch.setenv("GLASSES_AMAP_PRIVATE_KEY", PRIVATE)
        monkeypatch.setenv("GLASSES_AMAP_URL", vendor.url)
        yield server, vendor


@pytest.fixture
def worn() -> Iterator[Glasses]:
    """A pair in Shanghai that may go live."""
    with Glasses(apps=(), live=True) as worn:
        worn.do(Locate(START.lat, START.lon))
        yield worn


def reply(worn: Glasses, request: Any) -> Reply:
    worn.calls.call(request, "test")
    worn.run_for(seconds=2)
    return worn.events(Reply)[-1]


def test_a_route_comes_from_amap_and_no_key_gets_into_the_log(amap: tuple[AmapServer, Vendor], worn: Glasses):
    found = reply(worn, WALKING)
    assert (found.engine, found.reply["attribution"]) == ("live", "高德地图")
    assert found.reply["routes"][0]["map"] == "amap"
    assert amap[1].asked[0].query["origin"] == "121.506379,31.245414"
    assert KEY not in worn.log.to_jsonl()
    assert PRIVATE not in worn.log.to_jsonl()


def test_with_a_key_that_expired_the_maps_here_answer_and_the_log_says_why(
    amap: tuple[AmapServer, Vendor], worn: Glasses
):
    amap[0].codes = ["10001"]
    found = reply(worn, WALKING)
    assert (found.engine, found.reply["code"], found.reply["fallback"]["kind"]) == ("offline", "no-map", "auth")
    assert [event.kind for event in worn.events(ServiceFailed)] == ["auth", "not-found"]
    assert "amap-key" in worn.events(ServiceFailed)[0].reason


def test_in_helsinki_the_maps_here_answer_and_nothing_failed(amap: tuple[AmapServer, Vendor], worn: Glasses):
    worn.do(Locate(60.1699, 24.9384))
    found = reply(worn, FindPlaces("coffee"))
    assert (found.engine, "OpenStreetMap" in found.reply["attribution"]) == ("offline", True)
    assert worn.events(ServiceFailed) == []
    assert reply(worn, StreetsAround(60.1699, 24.9384, 300.0)).engine == "offline"
    assert amap[1].asked == []
