"""Usages: days as data, and the requests that come out of them."""

from __future__ import annotations

from collections import Counter
from statistics import fmean

import pytest

from emulator.core.assets import asset
from emulator.core.errors import FileError
from emulator.core.profile import load_profile
from emulator.core.units import S
from emulator.devices.usage import HOUR_NS, Stage, arrivals, false_hints_ns, load_usage, usage_ids

S1 = load_profile("quark_s1")


@pytest.mark.parametrize("usage_id", usage_ids())
def test_every_usage_says_where_it_comes_from_and_asks_only_in_its_day(usage_id):
    usage = load_usage(usage_id)
    assert usage.source
    found = arrivals(usage, S1, 1)
    assert list(found) == sorted(found)
    assert all(0 <= arrival.t_ns < usage.day_ns for arrival in found)
    assert {arrival.feature for arrival in found} <= set(usage.features)


def test_the_five_usages_and_the_reference_ship():
    assert {"commuter", "office", "tourist", "heavy_video", "standby_only", "reference"} <= set(usage_ids())


def test_the_same_seed_gives_the_same_day_and_another_one_another():
    usage = load_usage("reference")
    assert arrivals(usage, S1, 7) == arrivals(usage, S1, 7) != arrivals(usage, S1, 8)


def test_rates_are_means_over_many_days_and_repeats_come_on_top():
    usage = load_usage("reference")
    days = [Counter(arrival.feature for arrival in arrivals(usage, S1, seed)) for seed in range(200)]
    mean = {name: fmean(day[name] for day in days) for name in usage.features}
    assert mean["notification"] == pytest.approx(70, rel=0.05)
    assert mean["teleprompter"] == pytest.approx(1, rel=0.3)
    # v = 22 + 0.45 v + 0.1 p, p = 14 + 0.05 v + 0.45 p + 0.1 * 5
    assert mean["voice"] == pytest.approx(45.4, rel=0.06)
    assert mean["photo"] == pytest.approx(30.5, rel=0.08)


def test_a_feature_with_windows_comes_only_within_them():
    usage = load_usage("commuter")
    hours = [a.t_ns / HOUR_NS for seed in range(20) for a in arrivals(usage, S1, seed) if a.feature == "music"]
    assert len(hours) > 150
    assert all(0.5 <= h < 1.5 or 10.0 <= h < 11.5 for h in hours)


def test_a_device_without_camera_is_asked_for_no_photo():
    found = arrivals(load_usage("tourist"), load_profile("even_g2"), 3)
    assert not {"photo", "record", "pay"} & {arrival.feature for arrival in found}


def test_a_shorter_day_is_the_beginning_of_the_long_one():
    usage = load_usage("office")
    whole = arrivals(usage, S1, 5)
    assert arrivals(usage, S1, 5, until_ns=3 * HOUR_NS) == tuple(a for a in whole if a.t_ns < 3 * HOUR_NS)


def test_twice_the_rate_is_about_twice_as_much():
    usage = load_usage("office")
    once, twice = (sum(len(arrivals(usage, S1, seed, rate=r)) for seed in range(20)) for r in (1.0, 2.0))
    assert twice == pytest.approx(2 * once, rel=0.1)


def test_false_hints_come_as_often_as_told():
    assert len(false_hints_ns(load_usage("commuter"), 1)) == pytest.approx(60, abs=25)
    assert false_hints_ns(load_usage("reference"), 1) == ()


def test_a_hold_draws_what_the_device_s_parts_draw():
    stage = Stage(hold_s=2.0, parts=("mics", "wifi"), display=0.1, extra_mw={"npu": 200.0})
    assert stage.hold_mw(S1, 0.5) == {"npu": 200.0, "mics": 9.0, "wifi": 288.0, "display": 46.0 + 13.0}
    assert stage.hold_mw(load_profile("even_g2"), 0.5)["stream"] == 34.0
    assert "display" not in stage.hold_mw(load_profile("quark_g1"), 0.5)


def test_a_request_is_one_work_for_the_policy():
    features = load_usage("reference").features
    photo, notification = features["photo"].work("photo"), features["notification"].work("notification")
    assert (photo.mcu_ms, photo.ap_ms, photo.ap_threads) == (None, 640.0, 4)
    assert photo.awake_ms == pytest.approx(2_100)
    assert (notification.mcu_ms, notification.ap_ms) == (18.0, 45.0)
    assert [features[n].placement for n in ("photo", "notification")] == ["android-only", "either"]
    assert len(features["navigation"].stages("ap")) == 1 + 22 * 2


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[features.photo]", "[features.foto]", r"mine\.toml: repeats: no feature 'photo'; did you mean 'foto'"),
        ("hint_ms = 120.0", "hint_s = 120.0", r"unknown key `hint_s`; did you mean 'hint_ms'"),
        ("brightness = 0.5", "brightnes = 0.5", r"unknown key `brightnes`; did you mean 'brightness'"),
        ('parts = ["camera"]', 'parts = ["camra"]', r"features\.photo: no part 'camra'; did you mean 'camera'"),
        ("{ mcu_ms = 18.0 }", "{ mcu_ms = 18.0, hold_s = 1.0 }", "a stage is one of mcu_ms, ap_ms and hold_s"),
        ("threads = 3", "thread = 3", r"unknown key `thread`; did you mean 'threads'"),
        ("per_day = 70.0", 'per_day = "x"', r"mine\.toml: Expected `float`"),
        ("hours = 16.0", "hours = ", r"mine\.toml:\d+:\d+: Invalid value"),
    ],
)
def test_a_broken_usage_names_file_and_key(tmp_path, old, new, message):
    text = asset("usage", "reference.toml").read_text("utf-8")
    assert old in text
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(FileError, match=message):
        load_usage(str(path))


def test_an_unknown_usage_names_the_nearest():
    with pytest.raises(FileError, match="did you mean 'tourist'"):
        load_usage("turist")


def test_no_request_comes_before_its_hint():
    for usage_id in usage_ids():
        for feature in load_usage(usage_id).features.values():
            assert bool(feature.hint) == (feature.hint_ms > 0)
            assert feature.hint_ms * 1e6 < S
