from datetime import UTC, datetime

import pytest

from emulator.services.travel.pasted import read_pasted
from emulator.services.travel.refused import RefusedError
from emulator.services.travel.trip import local

NOW = datetime(2026, 11, 25, tzinfo=UTC)
FLIGHT = "【厦门航空】尊敬的张三旅客：您预订的11月28日MF8596杭州萧山T3-厦门高崎T3 19:02-20:16航班已出票，票号731-1234567890，座位12A"


def read(text):
    return read_pasted(text, NOW, "Asia/Shanghai")


def clock(trip):
    return local(trip.starts, trip.origin.zone).strftime("%Y-%m-%d %H:%M") if trip.starts else None


def test_a_message_of_12306():
    (trip,) = read("【铁路12306】订单EJ12345678,张三您已购11月28日D3211次7车6F号杭州东站08:15开。检票口A09、B09")
    assert (trip.number, trip.origin.name, clock(trip), trip.coach, trip.seat, trip.gate) == (
        "D3211",
        "杭州东",
        "2026-11-28 08:15",
        "07",
        "06F",
        "A09,B09",
    )
    assert (trip.booking, trip.traveller) == ("EJ12345678", "张三")


def test_a_message_of_an_airline():
    (trip,) = read(FLIGHT)
    assert (trip.number, trip.origin.code, trip.origin.terminal, trip.target.code) == ("MF8596", "HGH", "3", "XMN")
    assert (clock(trip), trip.seat, trip.ticket, trip.traveller) == ("2026-11-28 19:02", "12A", "7311234567890", "张三")


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("【飞猪】您的航班MF8596(11月28日19:02起飞 萧山T3-高崎T3)登机口变更为C12", "gate", "C12"),
        ("【厦门航空】11月28日MF8596萧山T3-高崎T3 19:02-20:16航班延误至20:30起飞", "delay_min", 88),
        ("【厦门航空】11月28日MF8596萧山T3-高崎T3 23:30起飞 航班延误至00:10起飞", "delay_min", 40),
        ("【中国国航】非常抱歉，CA1701 11月29日 北京首都T3-杭州萧山T3 09:00-11:20 航班取消", "cancelled", True),
        ("Finnair: AY1331 on Nov 28 from Helsinki to London Heathrow is cancelled", "cancelled", True),
        ("AY1331 HEL-LHR 28NOV 08:05-09:20 gate 23", "gate", "23"),
        (
            "Your flight LH 489 from Montreal (YUL) to Frankfurt (FRA) on 21 May 2027 departs 19:40. Seat 1A.",
            "seat",
            "1A",
        ),
    ],
)
def test_what_changes_is_read(text, field, value):
    assert [getattr(trip, field) for trip in read(text)] == [value]


@pytest.mark.parametrize(
    ("said", "day"), [("1月2日", "2027-01-02"), ("12月30日", "2026-12-30"), ("2024年2月29日", "2024-02-29")]
)
def test_a_day_without_a_year_is_the_nearest(said, day):
    assert str(read(FLIGHT.replace("11月28日", said))[0].day) == day


def test_an_arrival_past_midnight_is_on_the_next_day():
    (trip,) = read("HU7607 11月28日 北京首都T1-三亚凤凰T1 22:10-02:15")
    assert (trip.ends - trip.starts).total_seconds() == (4 * 60 + 5) * 60


def test_several_messages_are_several_trips():
    assert [
        trip.number
        for trip in read(FLIGHT + "\n【铁路12306】您已购12月1日G7301次05车12A号，上海虹桥站-杭州东站，07:30开")
    ] == [
        "MF8596",
        "G7301",
    ]


@pytest.mark.parametrize(
    "text", ["", "hello", "see you on 28 Nov at 10:00", "【银行】您尾号1234的卡11月28日支出100元", "x" * 200_000]
)
def test_other_messages_are_refused(text):
    with pytest.raises(RefusedError):
        read(text)
