from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.services.travel.agenda import BOARDING_MIN, Way, leave_by, moments
from emulator.services.travel.store import News
from emulator.services.travel.trip import Stop, Trip, instant, local
from tests.unit.services.travel.trips import NOW, flight, train

HALF_HOUR = Way(30, "route")


def due(trips, news=(), way=None, now=NOW - timedelta(days=2)):
    return moments(dict(enumerate(trips, 1)), news, lambda _: way, now)


def clocks(found):
    return [(one.kind, local(one.at, one.zone).strftime("%d %H:%M")) for one in found]


def test_the_moments_of_a_domestic_flight():
    assert clocks(due([flight()], way=HALF_HOUR)) == [
        ("check-in", "27 19:02"),
        ("leave", "28 17:12"),  # 45 cut-off, 20 security, 15 buffer, 30 on the way
        ("boarding", "28 18:32"),
    ]


def test_an_international_flight_closes_an_hour_before():
    found = due([flight(target="HEL")], way=HALF_HOUR)
    assert clocks(found)[1] == ("leave", "28 16:37")  # 60, 40, 15, 30


def test_without_a_way_one_is_told_when_to_be_there():
    assert clocks(due([flight()]))[1] == ("be-there", "28 17:42")


def test_a_pass_that_says_when_boarding_starts_is_believed():
    found = due([flight(boards=datetime(2026, 11, 28, 10, 20, tzinfo=UTC))])
    assert clocks(found)[2] == ("boarding", "28 18:20")


def test_a_train_has_no_check_in():
    assert clocks(due([train()], way=HALF_HOUR)) == [("leave", "28 07:15"), ("boarding", "28 08:00")]


def test_a_delay_moves_what_comes_and_is_told_again():
    on_time, late = due([flight()], way=HALF_HOUR), due([flight(delay_min=40)], way=HALF_HOUR)
    assert [(b.at - a.at).total_seconds() / 60 for a, b in zip(on_time, late, strict=True)] == [0, 40, 40]
    assert [a.event == b.event for a, b in zip(on_time, late, strict=True)] == [True, False, False]


def test_a_longer_way_moves_the_leaving_and_is_the_same_moment():
    near, far = due([flight()], way=HALF_HOUR)[1], due([flight()], way=Way(50, "distance"))[1]
    assert ((near.at - far.at).total_seconds() / 60, near.event) == (20, far.event)


@pytest.mark.parametrize(
    ("news", "trip", "told"),
    [
        (News(1, 1, "gate", "C12", NOW), flight(gate="C12"), True),
        (News(1, 1, "gate", "C12", NOW), flight(gate="C15"), False),  # there is a newer one
        (News(1, 1, "delay", "40", NOW), flight(delay_min=40), True),
        (News(1, 1, "cancelled", "", NOW), flight(cancelled=True), True),
        (News(1, 1, "gate", "C12", NOW), flight(gate="C12", cancelled=True), False),
        (News(1, 9, "gate", "C12", NOW), flight(gate="C12"), False),
    ],
)
def test_news_is_told_while_it_stands(news, trip, told):
    assert [one.kind for one in due([trip], [news]) if one.at == NOW] == [news.kind] * told


def test_a_cancelled_trip_has_nothing_else_to_tell():
    assert [one.kind for one in due([flight(cancelled=True)], [News(1, 1, "cancelled", "", NOW)])] == ["cancelled"]


def test_what_is_past_is_of_no_use():
    assert due([flight(), train()], now=flight().starts + timedelta(minutes=1)) == []


def second(minutes):
    return flight("MF801", "XMN", "PEK", starts=flight().ends + timedelta(minutes=minutes))


def test_a_connection_that_a_delay_makes_too_short_is_told():
    comfortable = [one for one in due([flight(), second(80)]) if one.kind == "connection"]
    (risk,) = [one for one in due([flight(delay_min=40), second(80)]) if one.kind == "connection"]
    assert (comfortable, risk.value, risk.trip) == ([], "40", 2)


def test_a_flight_from_elsewhere_is_no_connection():
    other = flight("CA1", "PVG", "PEK", starts=flight().ends + timedelta(minutes=20))
    assert [one for one in due([flight(), other]) if one.kind == "connection"] == []


def test_a_hotel_is_told_on_arrival_and_before_leaving():
    zone = "Europe/Berlin"
    here = Stop("Motel", zone=zone)
    stay = Trip("hotel", "pass", "Motel", day=NOW.date(), origin=here, target=here)
    first, last = (
        instant(datetime(2026, 11, day, hour, tzinfo=UTC).replace(tzinfo=None), zone)
        for day, hour in ((28, 15), (29, 12))
    )
    assert clocks(due([replace(stay, starts=first, ends=last)])) == [("hotel", "28 15:00"), ("hotel-out", "29 11:00")]


def test_a_day_without_a_time_has_no_instant():
    assert due([Trip("flight", "code", "MF8596", day=NOW.date(), origin=flight().origin)]) == []


def test_the_way_over_the_change_of_clocks_takes_as_long_as_on_any_night():
    starts = datetime(2027, 3, 28, 3, 30, tzinfo=UTC)  # 05:30 CEST in Berlin; at 02:00 the clock went to 03:00
    found = due([flight("LH1", "BER", "MUC", starts)], way=Way(150, "route"), now=starts - timedelta(hours=8))
    leave = next(one for one in found if one.kind == "leave")
    assert (starts - leave.at, local(leave.at, leave.zone).strftime("%H:%M %Z")) == (
        timedelta(minutes=230),
        "00:40 CET",
    )


ZONES = ["HGH", "BER", "JFK", "SYD", "HEL"]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.sampled_from(ZONES),
    st.datetimes(
        datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None), datetime(2027, 12, 31, tzinfo=UTC).replace(tzinfo=None)
    ),
    st.integers(0, 300),
    st.integers(0, 240),
)
def test_over_all_zones_and_changes_of_clocks_only_instants_count(origin, target, wall, delay, way):
    starts = wall.replace(tzinfo=UTC)
    trip = flight("XX1", origin, target, starts, delay_min=delay)
    found = due([trip], way=Way(way, "route"), now=starts - timedelta(days=30))
    by_kind = {one.kind: one for one in found}
    kind = "domestic" if origin == target else "international"
    assert by_kind["boarding"].at == trip.departs - timedelta(minutes=BOARDING_MIN[kind])
    assert (by_kind["boarding"].at - by_kind["leave"].at).total_seconds() / 60 == way + (
        50 if kind == "domestic" else 75
    )
    assert by_kind["leave"].at == leave_by(trip, Way(way, "route"))
    assert by_kind["check-in"].at == starts - timedelta(hours=24)
    assert [one.at for one in found] == sorted(one.at for one in found)
    assert len({one.event for one in found}) == len(found)
    shown = local(by_kind["boarding"].at, trip.origin.zone)
    assert shown.replace(tzinfo=ZoneInfo(trip.origin.zone)).astimezone(UTC) == by_kind["boarding"].at


@settings(max_examples=60, deadline=None)
@given(
    st.datetimes(
        datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None), datetime(2027, 12, 31, tzinfo=UTC).replace(tzinfo=None)
    )
)
def test_a_wall_clock_of_utc_plus_8_is_always_eight_hours_ahead(wall):
    assert instant(wall, "Asia/Shanghai").replace(tzinfo=None) == wall - timedelta(hours=8)
