"""Files that were made to hurt: each is refused in one line, at once, or read as far as it makes sense."""

import io
import json
import time
import zipfile
from datetime import UTC, datetime

import pytest

from emulator.services.travel.reading import read_bytes
from emulator.services.travel.refused import RefusedError
from emulator.services.travel.store import Store

HOME = "Asia/Shanghai"
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def calendar(*events):
    inside = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{inside}END:VCALENDAR\r\n".encode()


def page(**item):
    flight = {
        "flightNumber": "99",
        "airline": {"iataCode": "AY"},
        "departureAirport": {"iataCode": "HEL"},
        "departureTime": "2026-11-28T18:40:00+02:00",
    }
    told = {"@type": "FlightReservation", "reservationFor": flight | item}
    return f'<script type="application/ld+json">{json.dumps(told)}</script>'.encode()


@pytest.mark.parametrize("words", ["train a to ", "- ", "from ", "上", "train ab 10:00 a(\\n", "from:   "])
def test_words_that_patterns_cannot_let_go_of_take_no_time(words):
    text = calendar(f"UID:1\r\nSUMMARY:{words * (90_000 // len(words))}\r\nDTSTART:20261128T184000Z",
                    f"UID:2\r\nDESCRIPTION:{words * (90_000 // len(words))}\r\nDTSTART:20261128T184000Z")  # fmt: skip
    before = time.process_time()
    assert len(read_bytes(text, NOW, HOME)) >= 2
    assert time.process_time() - before < 1.5


@pytest.mark.parametrize("start", ["00010101T000000", "00010101T000000Z", "99991231T235959", "99991231T235959Z"])
def test_a_calendar_out_of_time_is_refused(start):
    event = f"UID:1\r\nSUMMARY:Flight AY 99 from JFK to PVG\r\nDTSTART:{start}\r\nDTEND:{start}"
    with pytest.raises(RefusedError, match="1950"):
        read_bytes(calendar(event), NOW, HOME)


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00", "9999-12-31T23:59:59"])
def test_a_page_out_of_time_is_refused(when):
    with pytest.raises(RefusedError, match="1950"):
        read_bytes(page(departureTime=when, boardingTime=when), NOW, HOME)


@pytest.mark.parametrize(
    "text", ["9999年12月31日 MF8596 杭州萧山-厦门高崎 23:02-20:16", "0001年1月1日 MF8596 杭州萧山-厦门高崎 00:02-00:16"]
)
def test_a_message_out_of_time_is_refused(text):
    with pytest.raises(RefusedError, match="1950"):
        read_bytes(text.encode(), NOW, HOME)


def test_half_a_character_is_kept_as_a_question_mark(tmp_path):
    (trip,) = read_bytes(page(departureTerminal="\ud800"), NOW, HOME)
    with Store(tmp_path) as store:
        store.put([trip], NOW)
        assert [one.origin.terminal for one in store.trips().values()] == ["?"]


def test_a_pass_with_a_number_without_end_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        pack.writestr("pass.json", '{"boardingPass": {}, "x": ' + "1" * 5_000 + "}")
    with pytest.raises(RefusedError, match="number without end"):
        read_bytes(out.getvalue(), NOW, HOME)


@pytest.mark.parametrize(
    "mail",
    [
        b"From: a\n" + b"Subject: x\nContent-Type: text/calendar\n\n" * 2_000,
        b"From: a\n"
        + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(1_500)),
        b"From: a\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 50_000,
        b"From: a\nContent-Type: " + b"(" * 100_000 + b"\n\nx",
        b"From: a\nContent-Type: " + b"(" * 3_000 + b"\n\nx",
        b"From: a\nContent-Type: text/html; charset=idna\n\nab\xffc",
    ],
    ids=["mails in mails", "parts in parts", "parts", "a long header", "comments in comments", "no charset of mails"],
)
def test_a_mail_that_is_a_bomb_is_refused_at_once(mail):
    before = time.process_time()
    with pytest.raises(RefusedError):
        read_bytes(mail, NOW, HOME)
    assert time.process_time() - before < 1.5


def test_a_zone_that_is_none_is_left_out():
    told = {"@type": "LodgingReservation", "checkinTime": {"@value": "2026-11-28T18:40:00", "timezone": "Not/AZone"},
            "reservationFor": {"name": "Xyzzy"}}  # fmt: skip
    (trip,) = read_bytes(json.dumps(told).encode(), NOW, HOME)
    assert trip.starts == datetime(2026, 11, 28, 18, 40, tzinfo=UTC)


def test_a_page_of_a_thousand_reservations_is_refused():
    with pytest.raises(RefusedError, match="trips in it"):
        read_bytes(page() * 1_000, NOW, HOME)
