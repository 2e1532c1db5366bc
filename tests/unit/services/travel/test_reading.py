from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import numpy as np
import pytest
import zxingcpp

from emulator.core.errors import FileError
from emulator.services.travel.reading import files_in, read_bytes, read_file
from emulator.services.travel.refused import RefusedError
from emulator.vision._cv import cv2
from tests.unit.services.travel.boarding_passes import code, leg

DATA = Path(__file__).parents[3] / "data" / "itineraries"
NOW = datetime(2026, 11, 25, tzinfo=UTC)
PASS = code("ZHANG/SAN", leg("HGH", "XMN", "8596", 332, carrier="MF", seat="012A"))


def read(path):
    return [(trip.kind, trip.number) for trip in read_file(path, NOW, "Asia/Shanghai")]


def test_files_are_told_by_their_content_not_their_name(tmp_path):
    for name in ("flight_muc_tls.ics", "hotel_berlin.pkpass", "boarding_pass_strings.txt"):
        other = tmp_path / f"{name}.download"
        other.write_bytes((DATA / name).read_bytes())
        assert read(other) == read(DATA / name)


@pytest.mark.parametrize("format_name", ["Aztec", "PDF417", "QRCode"])
def test_a_picture_of_a_boarding_pass_is_read(tmp_path, format_name):
    print_ = zxingcpp.create_barcode(PASS, getattr(zxingcpp.BarcodeFormat, format_name)).to_image(scale=3)
    path = tmp_path / "pass.png"
    cv2.imwrite(str(path), np.pad(np.asarray(print_), 40, constant_values=255))
    assert read(path) == [("flight", "MF8596")]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.ics", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:x\nEND:VEVENT\nEND:VCALENDAR\n", "a.ics:3: this DTSTART"),
        ("a.txt", (PASS + "\nM1 is a motorway\n").encode(), "a.txt:2: too short"),
        ("a.html", b"<html></html>", "a.html:1: no trip"),
        ("a.json", b"{", "a.json:1: no trip"),
        ("a.pkpass", b"PK\x03\x04", "a.pkpass:1: no pass"),
        ("a.bin", bytes(range(256)) * 40, "a.bin:1: no flight, train or stay"),
        ("a.png", b"\x89PNG", "a.png: not a picture"),
        ("a.eml", b"From: x@y\nSubject: z\n\nhello\n", "a.eml:1: no flight, train or stay"),
    ],
)
def test_what_holds_no_trip_is_refused_in_one_line(tmp_path, name, content, told):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FileError) as refused:
        read(path)
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_folder_gives_its_files_in_order_and_follows_no_link(tmp_path):
    for name in ("b/2.ics", "a.pkpass", "notes.doc"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "c.ics").symlink_to(tmp_path / "a.pkpass")
    assert [path.name for path in files_in(tmp_path)] == ["a.pkpass", "2.ics"]


def test_files_with_bytes_changed_are_read_or_refused_and_nothing_else():
    random, files = (
        Random(7),
        [path.read_bytes() for path in DATA.iterdir() if path.suffix in (".ics", ".pkpass", ".txt")],
    )
    for _ in range(150):
        data = bytearray(random.choice(files))
        for _ in range(random.randint(1, 3)):
            data[random.randrange(len(data))] = random.choice(b'0123456789:;,-TZ\r\n "\\{}<\xff\x00')
        with suppress(RefusedError):
            assert read_bytes(bytes(data), NOW, "Asia/Shanghai") is not None
