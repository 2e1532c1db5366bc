"""Bands: the profile with its uncertain numbers at their low and high ends."""

from __future__ import annotations

import tomllib

import pytest

from emulator.core.assets import asset
from emulator.core.bands import with_band
from emulator.core.errors import ProfileError, UsageError
from emulator.core.profile import load_profile, numbers, profile_ids

POWERS = ("_mw",)


@pytest.mark.parametrize("profile_id", profile_ids())
def test_every_assumed_power_has_a_band_with_a_source(profile_id):
    profile = load_profile(profile_id)
    wanted = {
        key
        for key, value in numbers(profile).items()
        if key.endswith(POWERS) and value and ".opps." not in key and profile.source(key).confidence == "assumed"
    }
    told = {"processors.mcu.suspended_mw", "processors.mcu.resume_mw", "processors.mcu.suspend_mw"}
    assert wanted - told - set(profile.bands) == set()
    assert all(band.source for band in profile.bands.values())


@pytest.mark.parametrize("profile_id", profile_ids())
def test_the_low_set_draws_less_and_the_high_set_more_in_every_power(profile_id):
    profile = load_profile(profile_id)
    low, high = (numbers(with_band(profile, level)) for level in ("low", "high"))
    for key, value in numbers(profile).items():
        if key.endswith(POWERS):
            assert low[key] <= value <= high[key], key
        if key in profile.bands:
            assert (low[key], high[key]) == (profile.bands[key].low, profile.bands[key].high)


def test_operating_points_keep_their_share_and_nothing_else_moves():
    profile = load_profile("quark_s1")
    high = with_band(profile, "high")
    before, after = (p.processors["ap"] for p in (profile, high))
    assert after.opps[-1].core_mw == after.core_mw == 231.0
    assert after.opps[0].core_mw / after.core_mw == pytest.approx(before.opps[0].core_mw / before.core_mw)
    moved = {key for key, value in numbers(high).items() if value != numbers(profile)[key]}
    assert {key for key in moved if ".opps." not in key} == set(profile.bands)


def test_calibrated_is_the_profile_itself():
    profile = load_profile("even_g2")
    assert with_band(profile, "calibrated") is profile


def test_an_unknown_band_names_the_nearest():
    with pytest.raises(UsageError, match="did you mean 'high'"):
        with_band(load_profile("quark_s1"), "hihg")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('"radio.wifi_mv" = { low = 1.0, high = 2.0, source = "x" }', r"radio\.wifi_mv: not a number of this profile"),
        ('"radio.bt_idle_mw" = { low = 5.0, high = 9.0, source = "x" }', r"4 is not between 5 and 9"),
        ('"radio.bt_idle_mw" = { low = -5.0, high = 9.0, source = "x" }', r"bands\.radio\.bt_idle_mw: out of range"),
        ('"radio.bt_idle_mw" = { low = 3.0, high = 9.0 }', r"missing required field `source`"),
    ],
)
def test_a_band_that_makes_no_sense_is_refused(tmp_path, line, message):
    text = asset("profiles", "quark_s1.toml").read_text("utf-8")
    kept = "\n".join(row for row in text.splitlines() if not row.startswith('"radio.bt_idle_mw" = { low'))
    path = tmp_path / "mine.toml"
    path.write_text(f"{kept}\n{line}\n", "utf-8")
    assert tomllib.loads(path.read_text("utf-8"))
    with pytest.raises(ProfileError, match=message):
        load_profile(str(path))
