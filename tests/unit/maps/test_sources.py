"""Positions from files and streams: GPX, NMEA 0183, gpsd; noise, damage and lost connections are survived."""

from __future__ import annotations

import json
import os
import queue
import socket
import sys
import threading
from random import Random

import pytest

from emulator.core.errors import FileError, UsageError
from emulator.core.units import S
from emulator.maps.feed import live_feed, recorded
from emulator.maps.fix import Fix
from emulator.maps.gpsd import Reports
from emulator.maps.gpx import read_gpx
from emulator.maps.nmea import Receiver, Sentences, fixes, read_nmea, with_checksum
from emulator.maps.points import Wgs84Point

# gpsd.gitlab.io/gpsd/NMEA.html and the u-blox 8 protocol manual, examples
GGA = "$GPGGA,092725.00,4717.11399,N,00833.91590,E,1,08,1.01,499.6,M,48.0,M,,*5B"
RMC = "$GPRMC,083559.00,A,4717.11437,N,00833.91522,E,0.004,77.52,091202,,,A*57"
GLL = "$GPGLL,4717.11364,N,00833.91565,E,092321.00,A,A*60"
VTG = "$GPVTG,77.52,T,,M,0.004,N,0.008,K,A*06"


def lines(*bodies):
    return "".join(f"{body}\r\n" for body in bodies).encode()


def drive(count, start=0, talker="GN"):
    """Return the sentences of ``count`` seconds northward at 10 knots from 60 N, 25 E."""
    found = []
    for i in range(start, start + count):
        time, north = f"12{i // 60:02}{i % 60:02}.00", f"60{i * 10 / 3600:08.5f}"
        found.append(with_checksum(f"{talker}GGA,{time},{north},N,02500.00000,E,1,09,1.5,20.0,M,18.0,M,,"))
        found.append(with_checksum(f"{talker}RMC,{time},A,{north},N,02500.00000,E,10.0,0.0,040926,,,A"))
    return found


@pytest.mark.parametrize(
    ("line", "lat", "lon"),
    [
        (GGA, 47.2852331667, 8.5652650000),
        (RMC, 47.2852395, 8.5652536667),
        (GLL, 47.2852273333, 8.5652608333),
    ],
)
def test_published_sentences_are_read(line, lat, lon):
    (fix,) = fixes([lines(line)])
    assert (fix.point.lat, fix.point.lon) == pytest.approx((lat, lon), abs=1e-9)


def test_south_and_west_are_negative():
    (fix,) = fixes([lines(with_checksum("GPGLL,3351.0000,S,15112.0000,W,000000.00,A,A"))])
    assert fix.point == Wgs84Point(-33.85, -151.2)


def test_one_instant_makes_one_fix_with_all_that_is_known():
    found = list(fixes([lines(*drive(3))]))
    assert [fix.t_ns for fix in found] == [0, S, 2 * S]
    assert [fix.speed_mps for fix in found] == [None, pytest.approx(5.144, abs=1e-3), pytest.approx(5.144, abs=1e-3)]
    assert found[2].heading_deg == 0.0
    assert found[0].accuracy_m == pytest.approx(6.0)


def test_speed_and_course_from_vtg():
    receiver, _ = Receiver().hear(with_checksum("GPVTG,90.0,T,,M,20.0,N,37.0,K,A")[1:-3])
    assert receiver.speed_mps == pytest.approx(10.29, abs=0.01)
    assert receiver.heading_deg == 90.0
    assert VTG.startswith(with_checksum(VTG[1:-3]))


def test_accuracy_from_gst():
    receiver, _ = Receiver().hear("GPGST,172814.0,0.006,0.023,0.020,273.6,3.0,4.0,0.031")
    assert receiver.accuracy_m == pytest.approx(5 / 2**0.5)


@pytest.mark.parametrize(
    "line",
    [
        GGA[:-2] + "5C",  # checksum
        GGA.rpartition("*")[0],  # none
        GGA.replace("4717.11399", "4717.1139"),  # a digit lost on the way
        with_checksum("GPGGA,092725.00,4717.11399,N,00833.91590,E,0,00,99.9,,M,,M,,"),  # no fix
        with_checksum("GPRMC,083559.00,V,4717.11437,N,00833.91522,E,0.0,0.0,091202,,,N"),  # void
        with_checksum("GPRMC,083559.00,A,4717.11437,N,00833.91522,E,0.0,0.0,091202,,,N"),  # mode: not valid
        with_checksum("GPGLL,4717.11364,N,00833.91565,E,092321.00,V,N"),
        with_checksum("GPGLL,9917.11364,N,00833.91565,E,092321.00,A,A"),  # off the globe
        with_checksum("GPGLL,4777.11364,N,00833.91565,E,092321.00,A,A"),  # 77 minutes
        with_checksum("GPGLL,4717.11364,X,00833.91565,E,092321.00,A,A"),
        with_checksum("GPGLL,4717.11364,,00833.91565,E,092321.00,A,A"),
        with_checksum("GPGLL,4717.11364,N,00833.91565,E,252321.00,A,A"),  # 25 o'clock
        with_checksum("GPGLL,,,,,092321.00,A,A"),
        with_checksum("GPGGA"),
        with_checksum("PUBX,00,081350.00,4717.113210,N,00833.915187,E,546.589,G3,2.1,2.0"),
        "$",
        "",
    ],
)
def test_what_is_damaged_or_invalid_is_no_fix(line):
    assert list(fixes([lines(line)])) == []


def test_binary_noise_between_and_in_sentences_is_passed_over():
    rng = Random(4)
    clean = drive(200)
    stream = b""
    for sentence in clean:
        stream += rng.randbytes(rng.randrange(40)).replace(b"$", b"") + sentence.encode() + b"\r\n"
    found = list(fixes([stream]))
    assert len(found) == 200
    assert found == list(fixes([lines(*clean)]))


def test_a_sentence_cut_by_another_is_lost_alone():
    first, second, third = drive(2)[0], drive(2)[2], drive(3)[4]
    found = list(fixes([f"{first[:30]}{second}\r\n{third}\r\n".encode()]))
    assert len(found) == 2


@pytest.mark.parametrize("size", [1, 7, 64, 1_000])
def test_however_the_stream_is_cut_the_fixes_are_the_same(size):
    data = lines(*drive(30))
    assert list(fixes(data[i : i + size] for i in range(0, len(data), size))) == list(fixes([data]))


def test_flipped_bits_are_refused():
    rng = Random(9)
    data, truth = bytearray(lines(*drive(300))), {fix.point for fix in fixes([lines(*drive(300))])}
    for _ in range(200):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(7)
    sentences = Sentences()
    receiver, found = Receiver(), []
    for body in sentences.feed(bytes(data)):
        receiver, fix = receiver.hear(body)
        found += [fix] if fix else []
    assert sentences.refused > 100
    assert len(found) > 200
    assert {fix.point for fix in found} <= truth


def test_noise_without_end_keeps_no_memory():
    sentences = Sentences()
    for _ in range(100):
        assert sentences.feed(b"$GPGGA," + b"x" * 10_000) == []
    assert len(sentences._rest) <= 400


def test_midnight_goes_on_and_late_sentences_are_dropped():
    times = ("235959.00", "000000.00", "235959.50", "000001.00")
    found = list(fixes([lines(*(with_checksum(f"GPGLL,6000.0,N,02500.0,E,{time},A,A") for time in times))]))
    assert [fix.t_ns for fix in found] == [0, S, 2 * S]


def test_a_long_break_goes_on():
    times = ("080000.00", "220000.00", "220001.00")
    found = list(fixes([lines(*(with_checksum(f"GPGLL,6000.0,N,02500.0,E,{time},A,A") for time in times))]))
    assert [fix.t_ns for fix in found] == [0, 14 * 3600 * S, (14 * 3600 + 1) * S]


def test_an_independent_parser_reads_the_same():
    pynmea2 = pytest.importorskip("pynmea2", reason="dev extra")
    for sentence in (GGA, RMC, GLL, *drive(50), *drive(50, talker="GP")):
        (fix,) = fixes([lines(sentence)])
        theirs = pynmea2.parse(sentence, check=True)
        assert (fix.point.lat, fix.point.lon) == pytest.approx((theirs.latitude, theirs.longitude), abs=1e-9)


def test_an_nmea_log_is_read(tmp_path):
    path = tmp_path / "a.nmea"
    path.write_bytes(b"\xff\xfe\x00 boot \r\n" + lines(*drive(20)))
    assert len(read_nmea(path)) == 20
    assert recorded(f"nmea:{path}") == read_nmea(path)
    path.write_bytes(b"nothing")
    with pytest.raises(FileError, match="no valid position in it"):
        read_nmea(path)
    with pytest.raises(FileError, match="cannot read the log"):
        read_nmea(tmp_path)


GPX = """<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>
<trkpt lat="60.0" lon="25.0"><time>2026-10-04T09:41:00Z</time><hdop>2.0</hdop></trkpt>
<trkpt lat="60.0001" lon="25.0"><time>2026-10-04T09:41:05.500Z</time><extensions><x:speed xmlns:x="u">1.5</x:speed>
<x:course xmlns:x="u">10</x:course></extensions></trkpt>
<trkpt lat="60.0002" lon="25.0"></trkpt></trkseg></trk><wpt lat="1" lon="2"/></gpx>"""


def test_a_gpx_track_is_read(tmp_path):
    path = tmp_path / "a.gpx"
    path.write_text(GPX)
    first, second, third = recorded(f"gpx:{path}") or []
    assert (first.t_ns, first.accuracy_m) == (0, 8.0)
    assert (second.t_ns, second.speed_mps, second.heading_deg) == (5_500_000_000, 1.5, 10.0)
    assert third.t_ns == pytest.approx(second.t_ns + 11.14 / 1.4 * S, rel=1e-2)  # on foot, as it has no time


def test_a_gpx_route_counts_where_there_is_no_track(tmp_path):
    path = tmp_path / "a.gpx"
    path.write_text('<gpx><rte><rtept lat="60" lon="25"/><rtept lat="60.001" lon="25"/></rte></gpx>')
    assert [fix.point.lat for fix in read_gpx(path)] == [60.0, 60.001]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<gpx", "not a readable GPX file"),
        ("<kml/>", "not a GPX file; its root is <kml>"),
        ("<gpx/>", "no track, route or waypoint in it"),
        ('<gpx><wpt lat="x" lon="2"/></gpx>', "a point without lat and lon in degrees"),
        ('<gpx><wpt lat="95" lon="2"/></gpx>', "a point without lat and lon in degrees"),
        ('<!DOCTYPE gpx [<!ENTITY a "b">]><gpx>&a;</gpx>', "has no DOCTYPE"),
    ],
)
def test_a_wrong_gpx_file_is_refused_in_one_line(text, message, tmp_path):
    path = tmp_path / "a.gpx"
    path.write_text(text)
    with pytest.raises(FileError, match=message) as caught:
        read_gpx(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def tpv(**values):
    return json.dumps({"class": "TPV", "mode": 3, "lat": 60.17, "lon": 24.94} | values).encode() + b"\r\n"


def test_gpsd_reports_become_fixes():
    reports = Reports()
    found = reports.feed(
        b'{"class":"VERSION","release":"3.25"}\r\n{"class":"SKY","hdop":1.1}\r\nnonsense\r\n'
        + tpv(time="2026-10-04T09:41:00.000Z", eph=8.0, speed=1.4, track=90.0)
        + tpv(mode=1)
        + tpv(time="2026-10-04T09:41:01.000Z", epx=6.0, epy=8.0)[:30]
    )
    assert [(fix.t_ns, fix.accuracy_m, fix.speed_mps, fix.heading_deg) for fix in found] == [(0, 4.0, 1.4, 90.0)]
    (second,) = reports.feed(tpv(time="2026-10-04T09:41:01.000Z", epx=6.0, epy=8.0)[30:])
    assert (second.t_ns, second.accuracy_m, second.speed_mps) == (S, 4.0, None)


@pytest.mark.parametrize(
    "line", [tpv(lat="60"), tpv(lat=None), tpv(lat=600), tpv(mode=0), tpv(mode="3"), b"[]\n", b"3\n", b"{}\n", b"\n"]
)
def test_other_lines_of_gpsd_are_passed_over(line):
    assert Reports().feed(line) == []


class Loopback:
    """A server on this machine that sends each client in turn what it is told, and keeps what it was asked."""

    def __init__(self, *replies):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.heard: queue.Queue[bytes] = queue.Queue()
        self.replies = replies
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self):
        for asks, reply, stays in self.replies:
            client, _ = self.listener.accept()
            with client:
                if asks:
                    self.heard.put(client.recv(1_000))
                client.sendall(reply)
                if stays:
                    self.over.wait(20)

    def close(self):
        self.over.set()
        self.thread.join(20)
        self.listener.close()


def collect(feed, found, count):
    """Run the feed until ``count`` fixes came."""
    feed.start()
    try:
        return [found.get(timeout=20) for _ in range(count)]
    finally:
        feed.stop()


def test_nmea_over_tcp_comes_back_after_a_lost_connection():
    server = Loopback((False, lines(*drive(3)), False), (False, lines(*drive(2, start=10)), True))
    found: queue.Queue[Fix] = queue.Queue()
    states: list[str] = []
    try:
        got = collect(live_feed(f"tcp:127.0.0.1:{server.port}", found.put, states.append), found, 5)
    finally:
        server.close()
    assert [round((fix.point.lat - 60) * 21_600) for fix in got] == [0, 1, 2, 10, 11]
    assert states[:3] == ["connected", "connection lost (the other side closed it)", "connected"]


def test_gpsd_is_asked_to_watch_and_answers():
    version = b'{"class":"VERSION","release":"3.25","rev":"3.25","proto_major":3,"proto_minor":15}\r\n'
    reply = version + b"".join(tpv(time=f"2026-10-04T09:41:{i:02}.000Z", lat=60 + i / 1000) for i in range(3))
    server = Loopback((True, reply, True))
    found: queue.Queue[Fix] = queue.Queue()
    try:
        got = collect(live_feed(f"gpsd:127.0.0.1:{server.port}", found.put), found, 3)
    finally:
        server.close()
    assert server.heard.get_nowait() == b'?WATCH={"enable":true,"json":true};\r\n'
    assert [(fix.t_ns, fix.point.lat) for fix in got] == [(0, 60.0), (S, 60.001), (2 * S, 60.002)]


def test_nobody_there_is_told_and_stopping_does_not_wait():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    told: queue.Queue[str] = queue.Queue()
    feed = live_feed(f"tcp:127.0.0.1:{port}", lambda _: None, told.put)
    feed.start()
    assert told.get(timeout=20).startswith("no connection (")
    feed.stop()
    assert not feed._thread.is_alive()


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo terminals")
def test_nmea_over_a_serial_port():
    pytest.importorskip("serial", reason="extra: maps")
    ours, theirs = os.openpty()
    found: queue.Queue[Fix] = queue.Queue()
    told: queue.Queue[str] = queue.Queue()
    feed = live_feed(f"serial:{os.ttyname(theirs)}@4800", found.put, told.put)
    feed.start()
    try:
        assert told.get(timeout=20) == "connected"
        os.write(ours, lines(*drive(1)))
        assert found.get(timeout=20).point.lat == 60.0
    finally:
        feed.stop()
        os.close(ours)
        os.close(theirs)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("gps:x", "did you mean 'gpsd'"),
        ("x", "no source of positions 'x'"),
        ("tcp:1.2.3.4", "say HOST:PORT"),
        ("tcp:host:99999", "say HOST:PORT"),
        ("serial:", "serial:DEVICE@BAUD"),
        ("serial:/dev/x@fast", "serial:DEVICE@BAUD"),
        ("gpx:a.gpx", "is a file, not a live source"),
    ],
)
def test_a_malformed_source_says_what_would_be_right(source, message):
    with pytest.raises(UsageError, match=message):
        live_feed(source, lambda _: None)


def test_live_sources_are_not_files():
    assert recorded("gpsd:") is None
