import io
import json
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from emulator.services.travel.pkpass import read_passes, read_pkpass
from emulator.services.travel.refused import RefusedError
from emulator.services.travel.trip import local

DATA = Path(__file__).parents[3] / "data" / "itineraries"
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def packed(*files, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as pack:
        for name, content in files:
            pack.writestr(name, content)
    return out.getvalue()


def boarding(**more):
    fields = [{"key": "gate", "label": "Gate", "value": "C10", "changeMessage": "Gate changed to %@"}]
    times = [
        {"key": "departure", "label": "Departs", "value": "19:02"},
        {"key": "boarding", "label": "B", "value": "6:20 PM"},
    ]
    message = "M1ZHANG/SAN           EABC123 HGHXMNMF 8596 332Y012A0007 100"
    return {
        "passTypeIdentifier": "pass.x",
        "serialNumber": "7",
        "relevantDate": "2026-11-28T18:20:00+08:00",
        "barcodes": [{"message": message, "format": "PKBarcodeFormatAztec"}],
        "boardingPass": {"transitType": "PKTransitTypeAir", "headerFields": fields, "auxiliaryFields": times},
        **more,
    }


def read(values):
    return read_pkpass(packed(("pass.json", json.dumps(values))), NOW)


def clock(when, stop):
    return local(when, stop.zone).strftime("%Y-%m-%d %H:%M")


def test_a_boarding_pass_whose_relevant_date_is_in_the_wrong_zone():
    (trip,) = read_pkpass((DATA / "boarding_pass_yul_fra.pkpass").read_bytes(), NOW)
    assert (trip.number, trip.origin.code, trip.target.code, trip.seat) == ("LH489", "YUL", "FRA", "1A")
    assert (str(trip.day), clock(trip.boards, trip.origin), trip.starts) == ("2019-05-21", "2019-05-21 18:20", None)
    assert trip.gate == ""  # "...." is no gate


def test_a_hotel_that_says_its_times_in_german_prose():
    (trip,) = read_pkpass((DATA / "hotel_berlin.pkpass").read_bytes(), NOW)
    assert (trip.kind, trip.number) == ("hotel", "Motel One Berlin-Hauptbahnhof")
    assert (clock(trip.starts, trip.origin), clock(trip.ends, trip.origin)) == ("2023-11-30 15:00", "2023-12-01 12:00")
    assert (trip.booking, trip.uid) == ("", "")  # "$serialNumber" was never filled in


def test_fields_add_to_the_code_what_it_has_not():
    (trip,) = read(boarding())
    assert (trip.gate, clock(trip.starts, trip.origin), clock(trip.boards, trip.origin)) == (
        "C10",
        "2026-11-28 19:02",
        "2026-11-28 18:20",
    )


def test_a_voided_pass_is_a_cancelled_trip():
    assert [trip.cancelled for trip in read(boarding(voided=True))] == [True]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_a_pass_in_any_encoding(encoding):
    content = json.dumps(boarding(), ensure_ascii=False).encode(encoding)
    assert read_pkpass(packed(("pass.json", content)), NOW)[0].number == "MF8596"


def test_trailing_commas_and_raw_line_feeds_in_strings_are_let_pass():
    content = json.dumps(boarding(description="a b")).replace("a b", "a\nb").removesuffix("}") + ",}"
    assert read_pkpass(packed(("pass.json", content)), NOW)[0].number == "MF8596"


def test_a_train_ticket_without_a_code():
    fields = [{"key": "o", "value": "Helsinki"}, {"key": "d", "value": "Tampere"}]
    more = [{"key": "train", "label": "Train", "value": "IC 45"}, {"key": "coach", "label": "Coach", "value": "3"}]
    style = {"transitType": "PKTransitTypeTrain", "primaryFields": fields, "auxiliaryFields": more}
    (trip,) = read({"relevantDate": "2026-11-28T10:19:00+02:00", "boardingPass": style})
    assert (trip.kind, trip.number, trip.coach, clock(trip.starts, trip.origin)) == (
        "train",
        "IC 45",
        "3",
        "2026-11-28 10:19",
    )


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"PK\x03\x04 no zip", "damaged"),
        (packed(("manifest.json", "{}")), "pass.json is missing"),
        (packed(("pass.json", "[]")), "not an object"),
        (packed(("pass.json", '{"a": ')), "cannot be read"),
        (packed(("pass.json", '{"a": 1}')), "none of"),
        (packed(("pass.json", '{"coupon": {}}')), "no trip"),
        (packed(("pass.json", "[" * 100_000)), "cannot be read|nested too deep"),
        (packed(("pass.json", json.dumps(boarding()))) [:-40], "damaged"),
    ],
)  # fmt: skip
def test_what_is_no_pass_is_refused_with_the_reason(data, why):
    with pytest.raises(RefusedError, match=why):
        read_pkpass(data, NOW)


@pytest.mark.parametrize(
    "data",
    [
        packed(("pass.json", "{}"), ("a.png", b"\0" * 15_000_000)),
        packed(("pass.json", b"\0" * 15_000_000)),
        packed(*[(f"{n}.png", b"x") for n in range(5_000)], ("pass.json", "{}")),
        packed(("pass.json", "x" * 6_000_000), compression=zipfile.ZIP_STORED),
    ],
)
def test_a_zip_bomb_is_refused_in_less_than_a_second(data):
    start = time.process_time()
    with pytest.raises(RefusedError, match=r"bomb|files in it|at most"):
        read_pkpass(data, NOW)
    assert time.process_time() - start < 1.0


def bundle(*passes):
    return packed(*((f"{n}.pkpass", content) for n, content in enumerate(passes)), compression=zipfile.ZIP_STORED)


COUPON = packed(("pass.json", '{"coupon": {}}'))


def test_all_passes_of_a_bundle_are_read_and_those_without_a_trip_left_out():
    passes = [packed(("pass.json", json.dumps(boarding(serialNumber=number)))) for number in "ab"]
    trips = read_passes(bundle(passes[0], COUPON, passes[1]), NOW)
    assert [(trip.number, trip.uid) for trip in trips] == [("MF8596", "pass.x a"), ("MF8596", "pass.x b")]
    assert read_passes(passes[0], NOW) == read_pkpass(passes[0], NOW)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (bundle(COUPON, COUPON), "no trip in any of its 2 passes"),
        (bundle(COUPON, b"no zip"), "'1.pkpass' in it: no pass, or a damaged one"),
        (bundle(bundle(COUPON)), "'0.pkpass' in it: no pass: pass.json is missing"),
        (bundle(packed(("pass.json", b"\0" * 15_000_000))), "'0.pkpass' in it: a zip bomb"),
        (bundle(*[COUPON] * 51), "51 passes in it; 50 are the most"),
        (bundle(b"x" * 20_000_000), "a bundle of passes has 20 MB at most"),
        (packed(("0.pkpass", b"\0" * 15_000_000)), "a zip bomb"),
        (packed(*[(f"{n:060}.pkpass", b"") for n in range(3_000)]), "a list of files of"),
    ],
)
def test_a_bundle_that_is_none_or_a_bomb_is_refused_at_once_with_the_reason(data, why):
    start = time.process_time()
    with pytest.raises(RefusedError, match=why):
        read_passes(data, NOW)
    assert time.process_time() - start < 1.0
