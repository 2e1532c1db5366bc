"""Reading profiles: what a broken file is told."""

from __future__ import annotations

import math

import pytest

from emulator.core.assets import asset
from emulator.core.errors import ProfileError
from emulator.core.profile import load_profile, numbers, profile_ids

S1 = asset("profiles", "quark_s1.toml")


@pytest.fixture
def broken(tmp_path):
    """Return a function that writes the S1 with one text replaced and returns its path."""

    def write(old: str, new: str) -> str:
        text = S1.read_text("utf-8")
        assert old in text
        path = tmp_path / "mine.toml"
        path.write_text(text.replace(old, new, 1), "utf-8")
        return str(path)

    return write


def test_an_id_and_a_path_give_the_same_device():
    assert load_profile("quark_s1") == load_profile(str(S1))


def test_an_unknown_id_names_the_nearest():
    with pytest.raises(ProfileError, match=r"no device profile 'quark_s2'; did you mean 'quark_s1'\?"):
        load_profile("quark_s2")


def test_an_id_like_no_other_lists_them():
    with pytest.raises(ProfileError, match="known: android_xr_reference, brilliant_halo"):
        load_profile("zzz")


def test_a_missing_file_is_named():
    with pytest.raises(ProfileError, match=r"absent\.toml: .*No such file or directory; check the path"):
        load_profile("absent.toml")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("eyes = 2", 'eyes = "two"', r"mine\.toml: Expected `int`, got `str` - at `\$\.display\.eyes`"),
        ("eyes = 2\n", "", r"mine\.toml: Object missing required field `eyes` - at `\$\.display`"),
        ('colour = "green"', 'colour = "blue"', r"mine\.toml: Invalid enum value 'blue' - at `\$\.display\.colour`"),
        (
            "canvas_px = [640, 288]",
            "canvas_px = [640]",
            r"mine\.toml: Expected `array` of length 2.*display\.canvas_px",
        ),
        ("wifi = true", "wifi = 1", r"mine\.toml: Expected `bool`, got `int` - at `\$\.radio\.wifi`"),
        ('confidence = "published"', 'confidence = "sure"', r"mine\.toml: Invalid enum value 'sure' - at `\$\.sources"),
        ("eyes = 2", "eyes = ", r"mine\.toml:8:8: Invalid value"),
        ("head_up_wake", "heads_up_wake", r"mine\.toml: Object missing required field `head_up_wake`"),
        ("[camera]\nsensor", "[camera]\nsensr", r"unknown key `camera\.sensr`; did you mean 'sensor'\?"),
        ("{ speed = 0.35,", "{ sped = 1, speed = 0.35,", r"unknown key `processors\.ap\.opps\.0\.sped`; did you"),
        ("wake_phrases =", "wake_phrase =", r"unknown key `wake_phrase`; did you mean 'wake_phrases'\?"),
        ("[processors.mcu]", "[processors.dsp]", r"\[processors\]: expected mcu, ap or both, got dsp, ap"),
        ("[mailbox]\nbaud = 460800.0\nirq_us = 25.0\nfifo = 16\n", "", r"mine\.toml: \[mailbox\]: missing"),
        ("capacity_mah = 280.0", "capacity_mah = 0.0", r"battery\.capacity_mah: out of range: 0\.0"),
        ("idle_mw = 137.0", "idle_mw = -1.0", r"processors\.ap\.idle_mw: out of range: -1\.0"),
        ("nits_max = 4000.0", "nits_max = nan", r"display\.nits_max: out of range: nan"),
        ("transmittance = 0.87", "transmittance = 87.0", r"display\.transmittance: out of range: 87"),
    ],
)
def test_a_broken_profile_names_file_and_key_or_line(broken, old, new, message):
    with pytest.raises(ProfileError, match=message):
        load_profile(broken(old, new))


def test_bytes_that_are_not_text_are_refused(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_bytes(b'name = "\xff"')
    with pytest.raises(ProfileError, match=r"mine\.toml: "):
        load_profile(str(path))


def test_a_folder_is_not_a_profile(tmp_path):
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(ProfileError, match=r"folder\.toml: cannot read the profile"):
        load_profile(str(tmp_path / "folder.toml"))


def test_the_longest_pattern_is_the_source():
    profile = load_profile("quark_s1")
    assert profile.source("processors.ap.resume_ms").source.startswith("full Android wake")
    assert profile.source("processors.ap.idle_mw").source.startswith("estimate over")
    with pytest.raises(KeyError):
        profile.source("display.smell")


def test_degrees_follow_from_panel_and_diagonal():
    display = load_profile("quark_s1").display
    assert display is not None
    assert display.px_per_deg == pytest.approx(800 / 30)
    assert display.fov_deg == pytest.approx((24.0, 10.8))
    assert math.hypot(24.0, 18.0) == pytest.approx(display.fov_diag_deg)


def test_numbers_are_all_leaves_and_nothing_else():
    found = numbers(load_profile("quark_s1"))
    assert found["processors.ap.opps.3.core_mw"] == 170.0
    assert found["thermal.limit_c"] == (40.0, 42.0, 43.0)
    assert not {"name", "display.colour", "radio.wifi", "battery.slots"} & set(found)


def test_what_nobody_published_is_not_invented():
    assert load_profile("android_xr_reference").weight_g is None


def test_ids_are_sorted():
    assert profile_ids() == sorted(profile_ids())
