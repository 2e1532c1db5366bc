"""Navigation where the flows of ``tests/flows/navigation-*`` do not look: the phone, sizes, rates, energy, other devices."""

from __future__ import annotations

import json

import pytest

from emulator import Glasses, Say
from emulator.assistant.intents import Grammar
from emulator.core.actions import Locate, PhoneSent
from emulator.core.discovery import discover
from emulator.core.events import (
    AnswerGiven,
    AppCrashed,
    DisplayLit,
    HudShown,
    NavigationChanged,
    ServiceAsked,
    SpeechSpoken,
)
from emulator.core.units import S
from emulator.hud.map_data import parse_map
from emulator.session.walk import Stroll, Walk

ATENEUM = {"name": "Ateneum", "lat_deg": 60.170076, "lon_deg": 24.944261}


@pytest.fixture
def worn():
    glasses = Glasses("quark_s1", language="en", seed=4)
    glasses.do(Locate(60.1699, 24.9384, sensor="phone"))
    glasses.run_for(seconds=0.5)
    yield glasses
    assert glasses.events(AppCrashed) == []


@pytest.fixture(scope="module")
def grammar():
    """The words of all apps, in their order."""
    manifests = sorted(discover("emulator.apps", "MANIFEST").items(), key=lambda item: (item[1].place, item[0]))
    return Grammar({i: p for _, manifest in manifests for i, p in manifest.intents.items()}, ["夸克同学"])


def use(glasses, gesture, seconds=1.0):
    glasses.run_for(ms=glasses.gesture("temple", gesture))
    glasses.run_for(seconds=seconds)


def say(glasses, words, seconds=3.0):
    glasses.do(Say(words))
    glasses.run_for(seconds=seconds)


def shown(glasses):
    return [r for r in glasses.log.records if isinstance(r.event, HudShown) and r.event.app == "navigation"]


def states(glasses):
    return [event.state for event in glasses.events(NavigationChanged)]


def start(glasses, mode="walk"):
    glasses.do(PhoneSent("destination", ATENEUM | {"mode": mode}))
    glasses.run_for(seconds=3)
    use(glasses, "tap", 2.0)
    assert states(glasses)[-1:] == ["running"]


def test_the_phone_sends_a_destination(worn):
    worn.do(PhoneSent("destination", ATENEUM))
    worn.run_for(seconds=1)
    assert "To Ateneum" in worn.visible_text
    use(worn, "tap", 3.0)
    assert "Best" in worn.visible_text


def test_what_the_phone_sends_without_a_place_is_no_destination(worn):
    worn.do(PhoneSent("destination", {"name": "nowhere"}))
    worn.run_for(seconds=1)
    assert shown(worn) == []


def test_a_walk_is_shown_once_a_second_at_most_and_in_little_data(worn):
    start(worn)
    use(worn, "swipe-forward")
    Walk(worn).start(Stroll(sigma_m=4.0))
    before = len(shown(worn))
    worn.run_for(seconds=60)
    screens = shown(worn)[before:]
    assert 20 < len(screens) <= 75  # urgent ones come in between
    for record in screens:
        assert len(json.dumps(record.event.data, ensure_ascii=False, separators=(",", ":"))) < 2_000
        parse_map(record.event.data["map"])


def test_fixes_at_ten_hertz_are_not_shown_at_ten_hertz(worn):
    start(worn)
    before = len(shown(worn))
    worn.play((100.0 * n, Locate(60.1699 + n * 1e-6, 24.9384 + n * 2e-6, sensor="nmea")) for n in range(200))
    worn.run_for(seconds=20)
    assert len(shown(worn)) - before <= 25


def test_one_request_for_another_route_is_in_flight_and_failures_wait(worn):
    """Far from any street there is none: it is asked again after ten seconds, and the old route stays."""
    start(worn)
    asked = len(worn.events(ServiceAsked))
    worn.play(
        (1_000.0 * n, Locate(60.1617, 24.9580, speed_mps=1.4, heading_deg=180.0, sensor="nmea")) for n in range(40)
    )
    worn.run_for(seconds=40)
    assert 2 <= len(worn.events(ServiceAsked)) - asked <= 5
    assert states(worn).count("rerouting") == 1
    assert "No street for walking" in worn.visible_text
    assert shown(worn)[-1].event.data["turn"] == shown(worn)[-2].event.data["turn"]


def test_energy_of_the_trip_is_its_own(worn):
    start(worn)
    Walk(worn).start()
    worn.run_for(seconds=60)
    spent = {component: owners.get("navigation", 0.0) for component, owners in worn.energy_mwh().items()}
    assert spent["bt"] > 0
    assert sum(mwh for component, mwh in spent.items() if component.startswith("ap")) > 0


def test_new_words_on_the_way_begin_a_new_trip(worn):
    start(worn)
    say(worn, "take me to the library")
    assert states(worn) == ["running", "cancelled"]
    assert "To the library" in worn.visible_text


def test_stop_navigation_by_voice(worn):
    start(worn)
    say(worn, "stop navigation")
    assert states(worn) == ["running", "cancelled"]
    assert "Navigation" not in [e.screen for e in worn.events(HudShown)][-1]


def test_at_home_there_is_nothing_to_stop(worn):
    say(worn, "stop navigation")
    assert "Not navigating" in worn.events(AnswerGiven)[-1].text


@pytest.mark.parametrize(
    ("words", "intent", "slots"),
    [
        ("去附近的地铁口", "navigation.go", {"place": "附近的地铁口"}),
        ("带我去南京东路", "navigation.go", {"place": "南京东路"}),
        ("骑车去图书馆", "navigation.go", {"place": "图书馆", "bike": "骑车"}),
        ("导航到杭州东站", "navigation.go", {"place": "杭州东站"}),
        ("最近的厕所在哪里", "navigation.go", {"near": "最近的厕所"}),
        ("take me to the nearest cafe", "navigation.go", {"place": "the nearest cafe"}),
        ("where is the nearest toilet", "navigation.go", {"near": "the nearest toilet"}),
        ("drive to Ateneum", "navigation.go", {"place": "Ateneum", "car": "drive"}),
        ("附近的地铁口", "navigation.go", {"near": "附近的地铁口"}),
        ("去南京东路怎么走", "navigation.go", {"place": "南京东路"}),
        ("how do I get to Ateneum", "navigation.go", {"place": "Ateneum"}),
        ("nearest coffee shop", "navigation.go", {"near": "nearest coffee shop"}),
        ("第三个", "navigation.pick", {"number": "三"}),
        ("the second one", "navigation.pick", {"word": "second"}),
        ("驾车", "navigation.mode", {"car": "驾车"}),
        ("最短路线", "navigation.route", {"shortest": "最短"}),
        ("the quiet one", "navigation.route", {"quiet": "quiet"}),
        ("还要多久", "navigation.left", {}),
        ("退出导航", "navigation.stop", {}),
    ],
)
def test_words_are_understood(grammar, words, intent, slots):
    understood = grammar.understand(words)
    assert understood is not None
    assert understood.intent == intent
    assert understood.slots == slots


@pytest.mark.parametrize(
    "words",
    [
        "去年的收入是多少",
        "到杭州的火车几点",
        "最近的新闻",
        "五点提醒我去超市",
        "记一下去超市",
        "what is the way to cook rice",
    ],
)
def test_other_words_are_not_taken(grammar, words):
    understood = grammar.understand(words)
    assert understood is None or not understood.intent.startswith("navigation.")


@pytest.mark.parametrize("profile", ["rokid_glasses", "even_g2", "brilliant_halo", "meta_ray_ban_display"])
def test_other_displays_guide_too(profile):
    worn = Glasses(profile, language="en")
    worn.do(Locate(60.1699, 24.9384, sensor="phone"))
    worn.run_for(seconds=0.5)
    start(worn, "bike")
    use(worn, "swipe-forward")
    Walk(worn).start()
    worn.run_for(seconds=5)
    use(worn, "tap")
    assert "OpenStreetMap" in worn.visible_text
    assert worn.events(AppCrashed) == []
    if "speaker" in worn.profile.capabilities:
        assert any(spoken.text.startswith("Head") for spoken in worn.events(SpeechSpoken))


def test_while_the_display_is_off_nothing_is_drawn_until_a_turn_lights_it(worn):
    start(worn)
    Walk(worn).start(Stroll(sigma_m=1.0))
    worn.run_for(seconds=3)
    worn.run_for(ms=worn.gesture("power-key", "short"))
    worn.run_for(seconds=60)
    times = {r.event.topic: r.t_ns for r in worn.log.records if r.event.topic in ("display.slept", "display.lit")}
    assert worn.events(DisplayLit)[-1].cause == "navigation"
    assert times["display.slept"] + 2 * S < times["display.lit"]
    assert not [r for r in shown(worn) if times["display.slept"] < r.t_ns < times["display.lit"]]


def test_on_the_way_the_next_step_the_map_and_another_way_are_a_word_away(worn):
    worn.do(PhoneSent("destination", ATENEUM | {"mode": "walk"}))
    worn.run_for(seconds=3)
    use(worn, "tap", seconds=3)
    said = len(worn.events(SpeechSpoken))
    say(worn, "what's next")
    assert "metres" in worn.events(SpeechSpoken)[said:][-1].text
    say(worn, "show the map")
    assert shown(worn)[-1].event.data["view"] == "map"
    say(worn, "hide the map")
    assert shown(worn)[-1].event.data["view"] == "speed"
    say(worn, "by bike", seconds=5)
    assert (shown(worn)[-1].event.screen, shown(worn)[-1].event.data["mode"]) == ("navigation-routes", "bike")
    use(worn, "tap", seconds=3)
    say(worn, "reroute", seconds=5)
    assert (shown(worn)[-1].event.screen, shown(worn)[-1].event.data["mode"]) == ("navigation-routes", "bike")
