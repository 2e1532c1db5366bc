"""Trips to try things with."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from emulator.services.travel.places import airport
from emulator.services.travel.trip import Stop, Trip, local

NOW = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)  # 10:00 in Hangzhou


def flight(number="MF8596", origin="HGH", target="XMN", starts=datetime(2026, 11, 28, 11, 2, tzinfo=UTC), **more):
    a, b = airport(origin), airport(target)
    assert a
    assert b
    ends = starts + timedelta(minutes=74)
    given = {"day": local(starts, a.zone).date(), "starts": starts, "ends": ends, "origin": a, "target": b}
    return Trip("flight", "text", number, **{**given, **more})


def train(**more):
    starts = datetime(2026, 11, 28, 0, 15, tzinfo=UTC)
    here, there = Stop("杭州东", zone="Asia/Shanghai"), Stop("上海虹桥", zone="Asia/Shanghai")
    trip = Trip(
        "train", "text", "D3211", day=starts.date(), starts=starts, origin=here, target=there, coach="07", seat="06F"
    )
    return replace(trip, **more)
