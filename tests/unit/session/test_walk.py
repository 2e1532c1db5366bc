"""Positions from outside: the walker follows the route that navigation follows; a replay needs neither it nor files."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

import pytest

from emulator import Glasses, Say, replay
from emulator.core.actions import Locate, LosePosition
from emulator.core.errors import UsageError
from emulator.core.events import AppCrashed, NavigationChanged
from emulator.core.units import S
from emulator.maps.nmea import with_checksum
from emulator.maps.points import Wgs84Point, distance_m
from emulator.session.walk import PHONE, Stroll, Walk, stand_at

START = Wgs84Point(60.1699, 24.9384)
TRACK = Path(__file__).parents[2] / "flows" / "ateneum.gpx"


@pytest.fixture
def worn():
    glasses = Glasses("quark_s1", language="en", seed=4)
    glasses.do(Locate(START.lat, START.lon, sensor=PHONE))
    glasses.run_for(seconds=0.5)
    yield glasses
    assert glasses.events(AppCrashed) == []
    glasses.close()


def set_out(glasses):
    """Navigate to the Ateneum."""
    glasses.do(Say("walk to Ateneum"))
    glasses.run_for(seconds=4)
    for _ in range(2):
        glasses.run_for(ms=glasses.gesture("temple", "tap"))
        glasses.run_for(seconds=2.5)
    assert states(glasses)[:1] == ["running"]


def states(glasses):
    return [event.state for event in glasses.events(NavigationChanged)]


def walked(glasses):
    return [event for event in glasses.events(Locate) if event.sensor == "walker"]


def test_nobody_walks_without_a_route(worn):
    with pytest.raises(UsageError, match="choose a destination"):
        Walk(worn).start()


def test_the_walker_gives_a_position_a_second_along_the_route(worn):
    set_out(worn)
    walk = Walk(worn)
    walk.start(Stroll(speed_mps=2.0, sigma_m=2.0))
    worn.run_for(seconds=60)
    assert walk.source == "walker"
    assert 60 <= len(walked(worn)) <= 61
    first, last = (Wgs84Point(at.lat_deg, at.lon_deg) for at in (walked(worn)[0], walked(worn)[-1]))
    assert 70 < distance_m(first, last) < 125
    walk.stop()
    worn.run_for(seconds=5)
    assert len(walked(worn)) <= 61


def test_a_session_with_a_walk_a_wrong_turn_and_a_lost_signal_replays_byte_for_byte(worn):
    set_out(worn)
    walk = Walk(worn)
    walk.start(Stroll(wrong_turn_m=40.0))
    worn.run_for(seconds=130)
    assert states(worn)[:3] == ["running", "rerouting", "running"]
    walk.lose()
    worn.run_for(seconds=12)
    assert "no-signal" in states(worn)
    walk.start()
    worn.run_for(seconds=5)
    worn.close()
    assert replay(worn.log.records).log.to_jsonl() == worn.log.to_jsonl()


def test_in_a_window_the_walker_sets_out_by_itself_and_ends_with_the_trip(worn):
    walk = Walk(worn, by_itself=True)
    set_out(worn)
    assert walk.source == "walker"
    assert len(walked(worn)) >= 2
    worn.gesture("temple", "double-tap")
    worn.run_for(seconds=3)
    assert states(worn)[-1] == "cancelled"
    assert walk.source == ""


def test_where_something_else_measures_the_walker_stays_at_home(worn):
    walk = Walk(worn, by_itself=True)
    for second in range(12):
        worn.play([(1_000.0 * second, Locate(START.lat, START.lon, sensor="gpsd"))])
    set_out(worn)
    assert walk.source == ""
    assert walked(worn) == []


def test_a_place_that_is_chosen_ends_the_walk(worn):
    set_out(worn)
    walk = Walk(worn)
    walk.start()
    worn.run_for(seconds=3)
    walk.place(Wgs84Point(60.171, 24.941))
    worn.run_for(seconds=5)
    assert worn.events(Locate)[-1] == Locate(60.171, 24.941, 5.0, sensor=PHONE)
    walk.lose()
    worn.run_for(seconds=1)
    assert worn.events(LosePosition) == [LosePosition(PHONE)]


def test_a_recorded_track_comes_at_its_own_times(worn):
    walk = Walk(worn)
    span_s = walk.follow(f"gpx:{TRACK}")
    worn.run_for(seconds=20.5)
    fixes = [record for record in worn.log.records if isinstance(record.event, Locate) and record.event.sensor == "gpx"]
    assert span_s == pytest.approx(200, abs=30)
    assert [(record.t_ns - fixes[0].t_ns) / S for record in fixes] == [2.0 * n for n in range(11)]


def test_a_receiver_on_the_network_posts_what_it_measures(worn):
    """NMEA 0183 over TCP; the thread only leaves positions in the inbox."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        with server.accept()[0] as client:
            client.sendall(
                with_checksum("GPRMC,083559.00,A,6010.194,N,02456.304,E,2.7,90.0,241126,,,A").encode() + b"\r\n"
            )
            time.sleep(0.3)

    thread = threading.Thread(target=serve)
    thread.start()
    walk = Walk(worn)
    assert walk.follow(f"tcp:127.0.0.1:{server.getsockname()[1]}") is None
    until = time.monotonic() + 3.0
    while time.monotonic() < until and worn.events(Locate)[-1].sensor != "tcp":
        time.sleep(0.02)
        worn.run_for(ms=20)
    walk.stop()
    thread.join()
    server.close()
    at = worn.events(Locate)[-1]
    assert (at.sensor, at.lat_deg, at.lon_deg) == (
        "tcp",
        pytest.approx(60.1699, abs=1e-5),
        pytest.approx(24.9384, abs=1e-5),
    )


def test_a_window_begins_where_it_is_told_or_in_the_middle_of_the_map_that_ships():
    assert stand_at("60.17,24.94") == Locate(60.17, 24.94, 5.0, sensor=PHONE)
    assert distance_m(Wgs84Point(60.1716, 24.9443), Wgs84Point(stand_at("").lat_deg, stand_at("").lon_deg)) < 100
