"""Navigation over Amap's live half, a server on 127.0.0.1: the screens name who answered, and a failure falls back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from emulator import Glasses, Say, replay
from emulator.core.actions import Locate, PhoneSent, Reply
from emulator.core.events import AppCrashed, NavigationChanged, ServiceAsked, ServiceFailed
from emulator.maps.gcj02 import to_wgs84
from emulator.maps.points import Gcj02Point
from emulator.session.walk import Stroll, Walk
from tests.unit.live.vendor import Vendor, serving
from tests.unit.services.navigation.amap_server import KEY, AmapServer, poi

START = to_wgs84(Gcj02Point(31.245414, 121.506379))


@pytest.fixture
def server() -> AmapServer:
    return AmapServer(places={"/v5/place/around": [poi("陆家嘴咖啡", "121.505179,31.247414")]})


@pytest.fixture
def vendor(server: AmapServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vendor]:
    with serving(server) as vendor:
        monkeypatch.setenv("GLASSES_AMAP_KEY", KEY)
        monkeypatch.setenv("GLASSES_AMAP_URL", vendor.url)
        yield vendor


@pytest.fixture
def worn(vendor: Vendor) -> Iterator[Glasses]:
    assert vendor.url
    with Glasses("quark_s1", live=True) as glasses:
        glasses.do(Locate(START.lat, START.lon, sensor="phone"))
        glasses.run_for(seconds=0.5)
        yield glasses
    assert glasses.events(AppCrashed) == []


def tap(glasses: Glasses) -> None:
    glasses.run_for(ms=glasses.gesture("temple", "tap"))
    glasses.run_for(seconds=3)


def test_amap_guides_to_the_end_and_a_replay_needs_neither_it_nor_the_key(worn):
    worn.do(Say("步行去咖啡馆"))
    worn.run_for(seconds=4)
    assert "陆家嘴咖啡" in worn.visible_text
    assert {"实时", "高德地图"} <= set(worn.visible_text.splitlines())
    tap(worn)
    assert {"实时", "高德地图"} <= set(worn.visible_text.splitlines())
    assert not [asked for asked in worn.events(ServiceAsked) if asked.request == "StreetsAround"]  # ours do not fit
    tap(worn)
    assert "世纪大道" in worn.visible_text or "左转" in worn.visible_text
    Walk(worn).start(Stroll(speed_mps=4.0, sigma_m=1.0))
    worn.run_for(seconds=130)
    assert [event.state for event in worn.events(NavigationChanged)] == ["running", "arrived"]
    worn.close()
    log = worn.log.to_jsonl()
    assert KEY not in log
    assert replay(worn.log.records).log.to_jsonl() == log


def test_with_a_wrong_key_the_maps_here_are_asked_and_say_what_they_lack(server, worn):
    server.codes = ["10001"] * 9
    worn.do(
        PhoneSent("destination", {"name": "陆家嘴", "lat_deg": START.lat + 0.002, "lon_deg": START.lon, "mode": "walk"})
    )
    worn.run_for(seconds=4)
    assert worn.events(ServiceFailed)[0].kind == "auth"
    assert "没有这里的地图" in worn.visible_text
    assert worn.events(Reply)[-1].engine == "offline"
