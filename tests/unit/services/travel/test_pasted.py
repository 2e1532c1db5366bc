from contextlib import suppress
from datetime import UTC, datetime
from time import process_time

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


def told(trip):
    ends = " ".join(f"{stop.code or stop.name}{stop.terminal}" for stop in (trip.origin, trip.target))
    hours = "-".join(
        local(when, stop.zone).strftime("%H:%M")
        for when, stop in ((trip.starts, trip.origin), (trip.ends, trip.target))
        if when
    )
    return " ".join(
        part for part in (trip.kind, trip.number, str(trip.day), hours, ends, trip.coach, trip.seat) if part
    )


@pytest.mark.parametrize(
    ("text", "trip"),
    [
        (
            "【飞猪】您预订的2026年11月28日 厦门航空MF8596 杭州萧山国际机场T3 19:02 - 厦门高崎国际机场T3 20:16 已出票",
            "flight MF8596 2026-11-28 19:02-20:16 HGH3 XMN3",
        ),
        (
            "【携程】您的机票已出票：12月1日 CA1501 北京首都T3 08:30 → 上海虹桥T2 10:40，乘机人：李四。",
            "flight CA1501 2026-12-01 08:30-10:40 PEK3 SHA2",
        ),
        (
            "【去哪儿】春秋航空9C8801 11月30日 08:05浦东T2-10:20白云T1 已出票",
            "flight 9C8801 2026-11-30 08:05-10:20 PVG2 CAN1",
        ),
        (
            "张三，您购买的1月2日（周六）G102次 二等座 10车08D 杭州东 06:57-北京南 11:55 车票已出票",
            "train G102 2027-01-02 06:57-11:55 杭州东 北京南 10 08D",
        ),
        (
            "Your flight LH489 from Munich (MUC) to Frankfurt (FRA) departs on 21 May 2027 at 7:40 PM.",
            "flight LH489 2027-05-21 19:40 MUC FRA",
        ),
        (
            "Booking confirmed: ICE 16, Frankfurt(Main)Hbf 10:26 - Köln Hbf 11:39, 28.11.2026, coach 27, seat 61",
            "train ICE 16 2026-11-28 10:26-11:39 Frankfurt(Main)Hbf Köln Hbf 27 61",
        ),
        (
            "【汉庭酒店】您预订的杭州西湖店 11月28日14:00后入住 11月29日12:00前离店 大床房1间 已确认。地址：龙井路1号",
            "hotel 汉庭酒店杭州西湖店 2026-11-28 14:00-12:00 龙井路1号 龙井路1号",
        ),
    ],
)
def test_messages_of_portals_and_railways(text, trip):
    assert [told(one) for one in read(text)] == [trip]


def test_who_travels_is_known_of_a_portal_too():
    assert read("12月1日 CA1501 北京首都T3 08:30 → 上海虹桥T2 10:40，乘机人：李四。")[0].traveller == "李四"


def test_a_message_without_its_day_is_refused_by_its_number():
    with pytest.raises(RefusedError, match="MF8596 is told without its day"):
        read("您乘坐的MF8596航班（杭州-厦门）登机口变更为C12")


@pytest.mark.parametrize(
    "text", ["11月28日入住" * 9_000, "11月28日 北京首都T3 08:30 - " * 4_000, "ICE 1 28.11.2026 " + "a 10:00 - " * 9_000]
)
def test_long_texts_take_no_time(text):
    before = process_time()
    with suppress(RefusedError):
        read(text)
    assert process_time() - before < 2


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
