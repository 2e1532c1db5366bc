from datetime import timedelta

import pytest

from emulator.core.actions import Locate, PhoneSent, Say, SetClock
from emulator.core.events import HudShown, ServiceAsked, SpeechSpoken
from emulator.services.travel.store import Store
from emulator.session.glasses import Glasses
from emulator.session.replay import replay
from tests.unit.services.travel.trips import NOW, flight, train

ONE = (flight(),)


@pytest.fixture
def worn(tmp_path):
    def start(time="2026-11-28T10:00:00+08:00", trips=ONE, **options):
        with Store(tmp_path) as store:
            store.put(trips, NOW)
        return Glasses(apps=("clock", "travel"), data=tmp_path, start_time=time, **options)

    return start


def cards(session):
    return [shown.data.get("status") for shown in session.events(HudShown) if shown.app == "travel"]


def asked(session, request):
    return [event.request for event in session.events(ServiceAsked)].count(request)


def test_what_was_told_before_a_restart_is_not_told_again(worn):
    for expected in (["可以值机了"], []):
        with worn() as session:
            session.run_for(seconds=30)
            assert cards(session) == expected


def test_a_card_that_is_interrupted_leaves_the_others_to_come(worn):
    trips = (flight(), flight("MF801", "XMN", "PEK", starts=flight().ends + timedelta(hours=3)))
    with worn(trips=trips) as session:
        session.run_for(seconds=2)
        session.do(PhoneSent("ride", {"plate": "浙ADV462", "minutes": 2}))
        session.run_for(seconds=60)
        assert [status for status in cards(session) if status] == ["可以值机了", "可以值机了"]


def test_positions_near_by_cost_no_new_computation(worn):
    with worn() as session:
        session.run_for(seconds=30)
        before = asked(session, "Agenda")
        for step in range(20):
            session.do(Locate(30.25 + step * 1e-4, 120.16))
            session.run_for(seconds=1)
        near = asked(session, "Agenda")
        session.do(Locate(30.30, 120.16))
        session.run_for(seconds=1)
        assert (near - before, asked(session, "Agenda") - near) == (1, 1)


def test_without_trips_positions_are_of_no_interest(worn):
    with worn(trips=()) as session:
        session.run_for(seconds=1)
        before = asked(session, "Agenda")
        session.do(Locate(30.25, 120.16))
        session.run_for(seconds=5)
        assert asked(session, "Agenda") == before


def test_the_way_from_here_decides_when_to_leave(worn):
    with worn("2026-11-28T16:30:00+08:00") as session:
        session.run_for(seconds=25)
        session.do(Locate(30.25, 120.16))
        session.run_for(seconds=120)
        assert "该出发了" not in cards(session)
        session.do(SetClock("2026-11-28T16:50:00+08:00"))
        session.run_for(seconds=2)
        assert cards(session)[-1] == "该出发了"
        assert "按距离估算" in session.visible_text


def test_another_zone_on_the_clock_is_no_jump(worn):
    with worn() as session:
        session.run_for(seconds=30)
        session.do(SetClock("2026-11-28T03:01:00+01:00"))  # the same instant, half a minute on
        session.run_for(seconds=5)
        assert cards(session) == ["可以值机了"]


def test_a_replay_shows_the_same_cards_without_the_store(worn):
    with worn() as session:
        session.do(Say("我的航班"))
        session.run_for(seconds=5)
    again = replay(session.log.records)
    assert again.log.to_jsonl() == session.log.to_jsonl()
    assert cards(again) == cards(session)


def test_nothing_private_reaches_the_log(worn):
    trip = flight(traveller="ZHANG/SAN", booking="ABC123", ticket="7311234567890")
    with worn(trips=(trip,)) as session:
        session.do(Say("我的航班"))
        session.run_for(seconds=5)
        log = session.log.to_jsonl()
    assert [word for word in ("ZHANG", "ABC123", "7311234567890") if word in log] == []


@pytest.mark.parametrize(
    ("language", "data", "told"),
    [
        ("zh", {"plate": "浙ADV462", "colour": "白", "distance_m": 500, "minutes": 2}, ["司机即将到达", "浙ADV462·白", "距您500米", "2分钟到达"]),
        ("en", {"plate": "KA1", "distance_m": 2600, "minutes": 7}, ["Your driver is on the way", "KA1", "2.6 km away", "there in 7 min"]),
        ("zh", {"plate": "浙ADV462", "state": "arrived"}, ["司机已到达", "请上车"]),
        ("en", {"plate": ["x"], "distance_m": "far", "minutes": -3}, ["Your driver is near"]),
    ],
)  # fmt: skip
def test_a_ride_is_shown_as_the_phone_tells_it(worn, language, data, told):
    with worn(trips=(), language=language) as session:
        session.do(PhoneSent("ride", data))
        session.run_for(seconds=1)
        assert [words for words in told if words not in session.visible_text] == []


@pytest.mark.parametrize(
    ("language", "words", "spoken"),
    [
        ("zh", "我的航班", "今天 19:02，MF8596，萧山到高崎"),
        ("zh", "几点出发", "17:42 前到机场"),
        ("zh", "登机口在哪", "还没有登机口"),
        ("zh", "航班延误半小时", "延误 30 分钟"),
        ("zh", "几点登机", "MF8596 18:32 开始登机"),
        ("zh", "我的座位", "MF8596 没有座位信息"),
        ("en", "my next flight", "Today 19:02, MF8596 from HGH to XMN"),
        ("en", "when should I leave", "Be there by 17:42"),
        ("en", "MF8596 is delayed by 2 hours", "120 minutes late"),
    ],
)
def test_questions_are_answered_in_both_languages(worn, language, words, spoken):
    with worn(language=language) as session:
        session.run_for(seconds=25)
        session.do(Say(words))
        session.run_for(seconds=4)
        assert spoken in " ".join(event.text for event in session.events(SpeechSpoken))


@pytest.mark.parametrize(
    ("words", "spoken"),
    [
        ("航班晚点一小时", "MF8596，萧山到高崎，延误 60 分钟"),
        ("高铁晚点一小时", "D3211，杭州东到上海虹桥，延误 60 分钟"),
        ("登机口在哪", "MF8596 还没有登机口"),
        ("检票口在哪", "D3211 检票口 A09,B09"),
        ("高铁几点", "08:15，D3211"),
    ],
)
def test_of_a_train_and_a_flight_the_one_that_is_named_is_meant(worn, words, spoken):
    with worn(time="2026-11-27T20:00:00+08:00", trips=(flight(), train(gate="A09,B09"))) as session:
        session.run_for(seconds=25)
        session.do(Say(words))
        session.run_for(seconds=4)
        assert spoken in " ".join(event.text for event in session.events(SpeechSpoken))
