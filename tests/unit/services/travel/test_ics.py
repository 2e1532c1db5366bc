import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from emulator.services.travel.ics import read_ics
from emulator.services.travel.refused import RefusedError
from emulator.services.travel.trip import local

DATA = Path(__file__).parents[3] / "data" / "itineraries"
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def event(*lines):
    return "\r\n".join(["BEGIN:VEVENT", "UID:1@x", *lines, "END:VEVENT"])


def calendar(*events, head=""):
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n" + head + "\r\n".join(events) + "\r\nEND:VCALENDAR\r\n"
    ).encode()


def read(data, home="Asia/Shanghai"):
    return read_ics(data, NOW, home)


def clock(when, stop):
    return local(when, stop.zone).strftime("%Y-%m-%d %H:%M %Z")


def test_a_flight_in_utc_and_german_prose():
    (trip,) = read((DATA / "flight_muc_tls.ics").read_bytes())
    assert (trip.kind, trip.number, trip.origin.code, trip.target.code) == ("flight", "LH2218", "MUC", "TLS")
    assert (clock(trip.starts, trip.origin), clock(trip.ends, trip.target)) == (
        "2017-04-07 11:10 CEST",
        "2017-04-07 13:00 CEST",
    )
    assert trip.booking == "XYZ123"


def test_two_legs_in_one_event_with_floating_times_of_their_place():
    first, second = read((DATA / "train_glasgow_london.ics").read_bytes())
    assert (first.origin.name, clock(first.starts, first.origin)) == ("Glasgow Central (GLC)", "2023-02-20 12:40 GMT")
    assert (second.target.name, clock(second.ends, second.target)) == (
        "London Kings Cross (KGX)",
        "2023-02-20 17:32 GMT",
    )
    assert first.uid != second.uid


def test_a_zone_without_vtimezone_is_known_by_its_name():
    (trip,) = read((DATA / "train_vienna_brno.ics").read_bytes())
    assert (trip.number, trip.coach, trip.seat, trip.booking) == ("RJ 1234", "1", "42", "9876543210")
    assert clock(trip.starts, trip.origin) == "2019-01-02 14:39 CET"
    assert (trip.origin.lat_deg, trip.target.zone, trip.sequence) == (
        pytest.approx(48.185, abs=0.001),
        "Europe/Prague",
        1,
    )


OLD = r"ab 10:26 Ulm Hbf - Gleis 19 (ICE   16)\nan 11:33 Köln Hbf - Gleis 6\n\nab 12:42 Köln Hbf - Gleis 8 D-G (THA 9448)\nan 16:05 Paris Nord "
ITALIAN = r"da 13:57 Rovereto  (FA  8519)\na 14:40 Verona \n\nda Verona  (tratto a piedi)\na Verona Piazza "
NEW = r"ICE 577 (1071)\n● ab 10:27 Berlin Hbf ▷ Gleis 14\n○ an 15:53 Mannheim Hbf ▷ Gleis 5"


@pytest.mark.parametrize(
    ("words", "legs"),
    [
        (OLD, [("ICE 16", "Ulm Hbf", "Köln Hbf", "10:26"), ("THA 9448", "Köln Hbf", "Paris Nord", "12:42")]),
        (ITALIAN, [("FA 8519", "Rovereto", "Verona", "13:57")]),
        (NEW, [("ICE 577", "Berlin Hbf", "Mannheim Hbf", "10:27")]),
    ],
)
def test_the_legs_of_a_journey_as_bahn_de_writes_them(words, legs):
    trips = read(
        calendar(event("DTSTART;TZID=Europe/Berlin:20261201T102600", "SUMMARY:A -> B", f"DESCRIPTION:{words}"))
    )
    found = [(t.number, t.origin.name, t.target.name, local(t.starts, t.origin.zone).strftime("%H:%M")) for t in trips]
    assert found == legs


def test_a_town_of_that_name_on_another_continent_is_not_meant():
    words = r"DESCRIPTION:ab 10:26 Ulm Hbf (RE 1)\nan 11:33 Glasgow Valley"
    (trip,) = read(
        calendar(
            event(
                "DTSTART;TZID=Europe/Berlin:20261201T102600",
                "DTEND;TZID=Europe/Berlin:20261201T113300",
                "SUMMARY:A -> B",
                words,
            )
        )
    )
    assert trip.target.zone in ("Europe/Berlin", "Europe/London")


@pytest.mark.parametrize(
    ("title", "more", "ends", "seat"),
    [
        ("航班 MF8596 杭州萧山T3 - 厦门高崎T3", "座位: 12A", ("HGH", "XMN"), "12A"),
        ("D3211次 杭州东-上海虹桥", "07车06F", ("杭州东", "上海虹桥"), "06F"),
        (
            "Train 5186 from Nîmes Gare to Lyon Part-Dieu",
            "Coach: 17\\nSeat: 62",
            ("Nîmes Gare", "Lyon Part-Dieu"),
            "62",
        ),
        ("Flight AB 8075 from HEL to TXL", "Seat: 16E", ("HEL", "TXL"), "16E"),
        ("Frankfurt(Main)Hbf -> Paris Nord", "Zug: ICE 16", ("Frankfurt(Main)Hbf", "Paris Nord"), ""),
    ],
)
def test_where_from_and_where_to_are_found_in_a_title(title, more, ends, seat):
    (trip,) = read(calendar(event("DTSTART:20261128T190200", f"SUMMARY:{title}", f"DESCRIPTION:{more}")))
    assert (tuple(stop.code or stop.name for stop in (trip.origin, trip.target)), trip.seat) == (ends, seat)


def test_a_stay_of_whole_days_begins_and_ends_as_its_words_say():
    words = "DESCRIPTION:Check-in: 3:00 PM\\nCheck-out: 12:00 PM"
    lines = (
        "DTSTART;VALUE=DATE:20261201",
        "DTEND;VALUE=DATE:20261203",
        "SUMMARY:Hotel: Glo",
        "LOCATION:Helsinki",
        words,
    )
    (trip,) = read(calendar(event(*lines)))
    assert (trip.number, clock(trip.starts, trip.origin), clock(trip.ends, trip.target)) == (
        "Glo",
        "2026-12-01 15:00 EET",
        "2026-12-02 12:00 EET",
    )


@pytest.mark.parametrize("title", ["Team meeting in room A380", "Lunch with Wang", "生日 - 妈妈", "Dentist 9-10"])
def test_what_is_no_travel_stays_an_event(title):
    (trip,) = read(calendar(event("DTSTART:20261128T190200Z", f"SUMMARY:{title}")))
    assert (trip.kind, trip.number) == ("event", title)


def test_a_floating_time_without_a_known_place_is_of_home():
    (trip,) = read(calendar(event("DTSTART:20261201T090000", "SUMMARY:Talk")), "Europe/Helsinki")
    assert clock(trip.starts, trip.origin) == "2026-12-01 09:00 EET"


def test_an_instant_of_no_place_is_shown_on_the_clock_of_home():
    (trip,) = read(calendar(event("DTSTART:20261201T090000Z", "SUMMARY:Talk")), "Europe/Helsinki")
    assert clock(trip.starts, trip.origin) == "2026-12-01 11:00 EET"


def test_an_all_day_event_has_a_day_and_no_instant():
    (trip,) = read(calendar(event("DTSTART;VALUE=DATE:20261201", "SUMMARY:Fair")))
    assert (trip.starts, str(trip.day)) == (None, "2026-12-01")


@pytest.mark.parametrize(
    ("zone", "utc"),
    [
        ("/mozilla.org/20050126_1/Europe/Berlin", "2026-12-01T08:00:00"),
        ("W. Europe Standard Time", "2026-12-01T08:00:00"),
        ('"UTC+02:00"', "2026-12-01T07:00:00"),
    ],
)
def test_zones_under_other_names(zone, utc):
    (trip,) = read(calendar(event(f"DTSTART;TZID={zone}:20261201T090000", "SUMMARY:Talk")))
    assert trip.starts.isoformat() == utc + "+00:00"


def test_a_cancelled_event_and_a_cancelling_calendar():
    lines = ("DTSTART:20261201T090000Z", "SEQUENCE:2", "SUMMARY:Flight AY 1331 from HEL to LHR")
    (by_status,) = read(calendar(event(*lines, "STATUS:CANCELLED")))
    (by_method,) = read(calendar(event(*lines), head="METHOD:CANCEL\r\n"))
    assert [(trip.cancelled, trip.sequence, trip.uid) for trip in (by_status, by_method)] == [(True, 2, "1@x")] * 2


def test_a_recurring_event_keeps_its_clock_over_the_change_of_time():
    trips = read(
        calendar(event("DTSTART;TZID=Europe/Berlin:20270322T090000", "RRULE:FREQ=WEEKLY;COUNT=3", "SUMMARY:Shift"))
    )
    assert [clock(trip.starts, trip.origin) for trip in trips] == [
        "2027-03-22 09:00 CET",
        "2027-03-29 09:00 CEST",
        "2027-04-05 09:00 CEST",
    ]
    assert len({trip.uid for trip in trips}) == 3


def test_a_moved_instance_replaces_its_own_and_an_excluded_one_is_left_out():
    rule = event("DTSTART:20261201T090000Z", "RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20261202T090000Z", "SUMMARY:Shift")
    moved = event("DTSTART:20261203T120000Z", "RECURRENCE-ID:20261203T090000Z", "SUMMARY:Shift")
    assert sorted(trip.starts.isoformat()[:16] for trip in read(calendar(rule, moved))) == [
        "2026-12-01T09:00",
        "2026-12-03T12:00",
    ]


def test_a_daily_event_of_ten_years_ago_goes_on_around_now():
    trips = read(calendar(event("DTSTART:20160101T090000Z", "RRULE:FREQ=DAILY", "SUMMARY:Pill")))
    assert (trips[0].starts.isoformat()[:10], len(trips)) == ("2026-11-24", 60)


@pytest.mark.parametrize(
    ("data", "line", "why"),
    [
        (b"", 1, "BEGIN:VCALENDAR is missing"),
        (b"hello", 1, "BEGIN:VCALENDAR is missing"),
        (calendar(event("DTSTART:tomorrow")), 6, "this DTSTART is no date"),
        (calendar(event("SUMMARY:x")), 4, "an event without DTSTART"),
        (calendar(event("DTSTART:20261201T090000Z", "DTEND:later")), 7, "this DTEND is no date"),
        (calendar(event("DTSTART:20261201T090000Z", "RRULE:FREQ=SECONDLY")), 7, "it repeats secondly"),
        (
            calendar(event("DTSTART:20261201T090000Z", "RRULE:FREQ=DAILY;COUNT=99999999")),
            7,
            "99999999 is not from 1 to 1000",
        ),
        (calendar(event("DTSTART:20261201T090000Z", "RRULE:FREQ=DAILY;BYDAY=XX")), 7, "makes no sense"),
        (calendar(event("DTSTART:20261201T090000Z"))[:-30], 4, "cut off"),
        (b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\n", 2, "without its BEGIN"),
    ],
)
def test_what_is_damaged_is_refused_with_its_line(data, line, why):
    with pytest.raises(RefusedError, match=why) as refused:
        read(data)
    assert refused.value.line == line


BOMBS = {
    "large": b"BEGIN:VCALENDAR\r\n" + b"X" * 3_000_000,
    "lines": b"BEGIN:VCALENDAR\r\n" + b"A:B\r\n" * 300_000,
    "events": calendar(*[event("DTSTART:20261201T090000Z")] * 5_000),
    "line": calendar(event("DTSTART:20261201T090000Z", "SUMMARY:" + "x" * 500_000)),
    "folds": calendar(event("DTSTART:20261201T090000Z", "SUMMARY:x" + "\r\n y" * 39_000)),
    "nesting": b"BEGIN:VEVENT\r\n".join([b"BEGIN:VCALENDAR\r\n"] * 30_000),
    "rules": calendar(*[event("DTSTART:19900101T000000Z", "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU")] * 500),
    "never": calendar(*[event("DTSTART:19600101T000000Z", "RRULE:FREQ=DAILY;COUNT=9;BYMONTH=2;BYMONTHDAY=30")] * 40),
    "always": calendar(*[event("DTSTART:19500101T000000Z", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")] * 50),
    "seldom": calendar(*[event("DTSTART:20161201T000000Z", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")] * 50),
    "counted": calendar(*[event("DTSTART:20171201T000000Z", "RRULE:FREQ=DAILY;COUNT=9;BYMONTHDAY=30;BYMONTH=2")] * 50),
    "minutes": calendar(
        event("DTSTART:19700101T000000Z", "RRULE:FREQ=DAILY;BYMINUTE=" + ",".join(map(str, range(60))))
    ),
    "parameters": calendar(event("DTSTART:20261201T090000Z", "SUMMARY" + ";X=1" * 20_000 + ":x")),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_costs_less_than_a_second(name):
    start = time.process_time()
    with suppress(RefusedError):
        read(BOMBS[name])
    assert time.process_time() - start < 1.0
