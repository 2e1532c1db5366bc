from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.services.travel.bcbp import BcbpError, parse_bcbp
from tests.unit.services.travel.boarding_passes import code, leg, once, own

DATA = Path(__file__).parents[3] / "data" / "itineraries"
NOW = date(2016, 8, 1)
EXAMPLE = "M1DESMARAIS/LUC       EABC123 YULFRAAC 0834 326J001A0025 100"  # of the resolution


def read(text, now=NOW):
    found = parse_bcbp(text, now)
    return [(one.carrier + one.flight, one.origin, one.target, str(one.day), one.seat) for one in found.legs]


@pytest.fixture(scope="module")
def published():
    return (DATA / "boarding_pass_strings.txt").read_text().splitlines()


def test_a_short_pass_is_read(published):
    assert read(published[0]) == [("AC834", "YUL", "FRA", "2016-08-13", "1A")]


def test_a_blank_field_stays_unknown(published):
    (one,) = parse_bcbp(published[1], NOW).legs
    assert (one.origin, one.flight, one.sequence, one.seat, one.ticket) == ("", "", "", "1A", "1234567890")


def test_two_legs_keep_their_own_bookings_and_tickets(published):
    found = parse_bcbp(published[2], date(2018, 1, 1))
    assert [(one.flight, one.booking, str(one.day), one.ticket) for one in found.legs] == [
        ("834", "ABC123", "2016-08-13", "0141234567890"),
        ("3664", "DEF456", "2016-08-14", "0140987654321"),
    ]


def test_the_day_of_issue_is_in_the_past_decade_not_the_next():
    assert (
        str(parse_bcbp(code("DOE/JOHN", leg("YUL", "FRA", "0834", 226, more=once(issued="7225"))), NOW).issued)
        == "2007-08-13"
    )


def test_a_pass_issued_in_december_flies_in_january():
    text = code("DOE/JOHN", leg("YUL", "FRA", "0834", 2, more=once(issued="5364")))
    assert str(parse_bcbp(text, NOW).legs[0].day) == "2016-01-02"


def test_without_a_day_of_issue_the_nearest_day_to_now_is_taken():
    assert [read(EXAMPLE, now)[0][3] for now in (date(2026, 11, 25), date(2027, 3, 1))] == ["2026-11-22", "2026-11-22"]


@pytest.mark.parametrize("text", [EXAMPLE[:47], EXAMPLE[:48], EXAMPLE[:55], EXAMPLE + "\r\n"])
def test_a_pass_cut_short_after_its_day_is_read(text):
    assert read(text)[0][:3] == ("AC834", "YUL", "FRA")


@pytest.mark.parametrize("flag", ["E", " ", "L", ""])
def test_the_flag_of_the_electronic_ticket_may_be_missing(flag):
    assert read(code("DOE/JOHN", leg("BRU", "TXL", "8103", 35, carrier="EW"), flag=flag))[0][:3] == (
        "EW8103",
        "BRU",
        "TXL",
    )


@pytest.mark.parametrize("size", ["00", "FF", "ZZ", "0A"])
def test_a_size_that_lies_costs_no_more_than_what_is_optional(size):
    text = code("DOE/JOHN", leg("YUL", "FRA", "0834", 226, more=once() + own()))
    assert read(text[:58] + size + text[60:])[0][:3] == ("AC834", "YUL", "FRA")


def test_left_aligned_days_and_carriers_of_three_letters_are_read():
    text = "M1DOE/JOHN            EABCDEFGMRSLGWEZY8724 99  3C  506  10Axxxxxxxxxx"
    assert read(text, date(2017, 3, 1)) == [("EZY8724", "MRS", "LGW", "2017-04-09", "3C")]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "does not start"),
        ("https://example.com", "does not start"),
        (EXAMPLE[:40], "too short"),
        ("M2" + EXAMPLE[2:], "flight 2 is missing"),
        (code("DOE/JOHN", leg("YUL", "FRA", "0834", 226), leg("FRA", "GVA", "3664", 227))[:80], "flight 2 is missing"),
        ("M1 motorway closed between junction 12 and 14 because of works, use the A5", "no name"),
        ("M2 IS THE SECOND LINE OF THE METRO AND IT GOES FROM HERE TO THERE ON 245 DAYS", "no name"),
        ("M1THE MOTORWAY TO THE NORTH IS CLOSED FOR 14 DAYS BECAUSE OF WORKS, USE THE A5", "cannot be read"),
    ],
)
def test_what_is_no_boarding_pass_is_refused_with_the_reason(text, why):
    with pytest.raises(BcbpError, match=why):
        parse_bcbp(text, NOW)


AIRPORT = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3)
LEG = st.tuples(AIRPORT, AIRPORT, st.integers(1, 9999), st.integers(1, 365), st.booleans())


@settings(max_examples=60, deadline=None)
@given(st.lists(LEG, min_size=1, max_size=4), st.sampled_from(["E", " "]), st.booleans())
def test_whatever_is_written_by_the_resolution_is_read_back(legs, flag, signed):
    parts = [
        leg(a, b, f"{number:04}", day, more=(once() if not n else "") + (own() if more or not n else ""))
        for n, (a, b, number, day, more) in enumerate(legs)
    ]
    found = parse_bcbp(code("DESMARAIS/LUC", *parts, flag=flag, security="A" * 100 if signed else ""), NOW)
    assert [(one.origin, one.target, one.flight, one.day_of_year) for one in found.legs] == [
        (a, b, str(number), day) for a, b, number, day, _ in legs
    ]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=120).map(lambda text: "M1" + text))
def test_no_text_is_worse_than_refused(text):
    with suppress(BcbpError):
        assert parse_bcbp(text, NOW).legs
