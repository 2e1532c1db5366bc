"""The shipped profiles say what the sources say, with the confidence the sources have (tests/data/SOURCES.toml)."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from emulator.core.assets import asset
from emulator.core.profile import Profile, load_profile, numbers, profile_ids

FACTS = json.loads((Path(__file__).parents[1] / "data" / "device_profiles.json").read_text("utf-8"))["devices"]
IDS = {
    "quark-s1": "quark_s1",
    "quark-g1": "quark_g1",
    "xiaomi-ai": "xiaomi_ai",
    "rokid-glasses": "rokid_glasses",
    "even-g2": "even_g2",
    "meta-rbd": "meta_ray_ban_display",
    "rayneo-x3-pro": "rayneo_x3_pro",
    "inmo-go3": "inmo_go3",
    "brilliant-halo": "brilliant_halo",
    "androidxr-display-ref": "android_xr_reference",
}
CONFIDENCE = {"A": "published", "B": "published", "C": "assumed", "own": "assumed", "derived": "derived"}
KEYS: dict[str, tuple[str, Callable[[Any], Any]]] = {  # fact: key of the profile, what to do with the published value
    "display.eyes": ("display.eyes", int),
    "display.hud_canvas_px": ("display.canvas_px", tuple),
    "display.app_canvas_px": ("display.canvas_px", tuple),
    "display.panel_px": ("display.panel_px", tuple),
    "display.fov_diag_deg": ("display.fov_diag_deg", float),
    "display.nits_max": ("display.nits_max", float),
    "display.nits_min": ("display.nits_min", float),
    "display.refresh_hz": ("display.refresh_hz", lambda v: float(max(v)) if isinstance(v, list) else float(v)),
    "display.transmittance": ("display.transmittance", float),
    "display.safe_area_px": ("display.safe_area_px", lambda v: (v["x"], v["y"], v["w"], v["h"])),
    "display.idle_off_s_options": ("display.idle_off_options_s", tuple),
    "display.idle_off_s_default": ("display.idle_off_s", int),
    "camera.fov_deg": ("camera.fov_deg", float),
    "camera.hfov_deg": ("camera.fov_deg", float),
    "camera.mw": ("camera.active_mw", float),
    "camera.snap_s": ("camera.snap_ms", lambda v: v * 1000.0),
    "camera.video_len_default_s": ("camera.video_len_s", int),
    "audio.mics": ("audio.mics", int),
    "audio.speakers": ("audio.speakers", int),
    "battery.mah": ("battery.capacity_mah", float),
    "battery.mah_each": ("battery.capacity_mah", float),
    "weight_g": ("weight_g", float),
}
CAPABILITIES = {
    "quark_s1": "display camera microphone speaker wifi swap temple media camera-key power-key",
    "quark_g1": "camera microphone speaker wifi swap temple media camera-key power-key",
    "xiaomi_ai": "camera microphone speaker wifi temple camera-key",
    "rokid_glasses": "display camera microphone speaker wifi temple camera-key",
    "even_g2": "display microphone temple",
    "meta_ray_ban_display": "display camera microphone speaker wifi temple",
    "rayneo_x3_pro": "display camera microphone speaker wifi temple",
    "inmo_go3": "display microphone speaker swap temple",
    "brilliant_halo": "display camera microphone speaker temple power-key",
    "android_xr_reference": "display camera microphone speaker wifi temple power-key camera-key",
}


def facts(device: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the facts of one device that a profile has a key for."""
    found: dict[str, dict[str, Any]] = {}
    for group, entries in device.items():
        leaves = {f"{group}.{name}": fact for name, fact in entries.items()} if isinstance(entries, dict) else {}
        if isinstance(entries, dict) and "v" in entries:
            leaves = {group: entries}
        found |= {name: fact for name, fact in leaves.items() if name in KEYS and isinstance(fact, dict)}
    return found


CASES = [
    pytest.param(IDS[device["id"]], name, fact, id=f"{IDS[device['id']]}-{name}")
    for device in FACTS
    if device["id"] in IDS
    for name, fact in facts(device).items()
]


def test_ten_devices_ship():
    assert set(profile_ids()) == set(IDS.values()) == set(CAPABILITIES)


@pytest.mark.parametrize(("profile_id", "name", "fact"), CASES)
def test_a_published_value_is_kept_and_an_unknown_one_is_marked(profile_id, name, fact):
    profile = load_profile(profile_id)
    key, read = KEYS[name]
    source = profile.source(key)
    if fact["conf"] == "unknown" and key not in numbers(profile):
        return  # stays out of the profile
    if fact["conf"] == "unknown":
        assert (source.confidence, source.published) == ("assumed", "unknown")
        return
    assert numbers(profile)[key] == read(fact["v"])
    assert source.confidence == CONFIDENCE[fact["conf"]], source


def test_enough_facts_are_compared():
    assert len(CASES) > 70


@pytest.mark.parametrize("profile_id", CAPABILITIES)
def test_every_number_has_a_source(profile_id):
    profile = load_profile(profile_id)
    for key in [*numbers(profile), "wake_phrases", "controls", "battery.slots", "battery.swappable", "radio.wifi"]:
        assert profile.source(key).source, key


@pytest.mark.parametrize("profile_id", CAPABILITIES)
def test_no_source_is_left_over(profile_id):
    profile = load_profile(profile_id)
    told = {*_keys("", tomllib.loads(asset("profiles", f"{profile_id}.toml").read_text("utf-8"))), *numbers(profile)}
    unused = [pattern for pattern in profile.sources if not any(fnmatchcase(key, pattern) for key in told)]
    assert unused == []


@pytest.mark.parametrize("profile_id", CAPABILITIES)
def test_a_stand_in_is_never_called_published(profile_id):
    for pattern, source in load_profile(profile_id).sources.items():
        if source.published:
            assert source.confidence in {"assumed", "derived"}, pattern


@pytest.mark.parametrize(("profile_id", "expected"), CAPABILITIES.items())
def test_capabilities_are_the_device_s(profile_id, expected):
    assert load_profile(profile_id).capabilities == set(expected.split())


@pytest.mark.parametrize("profile_id", CAPABILITIES)
def test_numbers_are_plausible(profile_id):
    profile = load_profile(profile_id)
    assert all(opp.speed <= 1 for processor in profile.processors.values() for opp in processor.opps)
    assert all(_rising(processor) for processor in profile.processors.values())
    assert profile.battery.cutoff_v < profile.battery.uvlo_v < profile.battery.nominal_v
    assert list(profile.thermal.limit_c) == sorted(profile.thermal.limit_c)
    if profile.display:
        _check_display(profile)


def test_meta_s_energy_and_even_s_voltage_fit_their_watt_hours():
    for profile_id, energy_wh in (("meta_ray_ban_display", 0.96), ("even_g2", 0.744)):
        battery = load_profile(profile_id).battery
        assert battery.capacity_mah * battery.nominal_v / 1000 == pytest.approx(energy_wh, rel=1e-3)


@pytest.mark.parametrize(
    ("profile_id", "key", "words"),
    [
        ("quark_s1", "pack", ("272", "280")),
        ("quark_s1", "bluetooth", ("5.3", "5.4")),
        ("quark_s1", "media_area", ("hold", "triple")),
        ("rokid_glasses", "fov", ("30", "23")),
        ("quark_s1", "ap_process", ("6 nm", "4 nm")),
        ("xiaomi_ai", "ap_chip", ("AR1", "AR1+")),
        ("quark_s1", "display", ("micro-LED", "micro-OLED")),
        ("quark_s1", "wake_words", ("夸克同学", "你好千问")),
    ],
)
def test_conflicts_of_the_sources_stay_visible(profile_id, key, words):
    assert all(word in load_profile(profile_id).summary[key] for word in words)


def _keys(prefix: str, value: Any) -> list[str]:
    if isinstance(value, dict):
        return [key for name, item in value.items() for key in _keys(f"{prefix}{name}.", item)]
    return [prefix.rstrip(".")]


def _rising(processor: Any) -> bool:
    steps = [(opp.speed, opp.core_mw) for opp in processor.opps]
    return steps == sorted(steps) and (not steps or steps[-1] == (1.0, processor.core_mw))


def _check_display(profile: Profile) -> None:
    display = profile.display
    assert display is not None
    x, y, width, height = display.safe_area_px or (0, 0, *display.canvas_px)
    assert x + width <= display.canvas_px[0] <= display.panel_px[0]
    assert y + height <= display.canvas_px[1] <= display.panel_px[1]
    assert 0 < display.nits_min < display.nits_max
    assert max(display.tint_rgb) == 1.0
    assert display.idle_off_s in display.idle_off_options_s
