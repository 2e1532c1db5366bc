"""One activity from full to empty: every device and activity gives hours with a band, or says why it cannot.

``python -m tests.conformance.test_endurance`` prints the table of ``docs/day.md``.
"""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from emulator.cli import main
from emulator.core.bands import with_band
from emulator.core.profile import load_profile, profile_ids
from emulator.devices.fluid.activity import activity_ids, load_activity
from emulator.devices.fluid.endurance import LEVELS, endure
from emulator.devices.system import find_policy

NAMES = ["standby", "typical", "video", "music", "navigation", "teleprompter", "continuous"]

CLASSES = ["quark_s1", "even_g2", "meta_ray_ban_display", "xiaomi_ai"]  # two processors, mcu, ap, no display


@cache
def runs(profile_id, activity_id):
    profile, activity, policy = load_profile(profile_id), load_activity(activity_id), find_policy("rtos_first")
    return {name: endure(profile, activity, policy, level) for name, level in LEVELS.items()}


def able(activity_id):
    return [name for name in profile_ids() if not load_activity(activity_id).missing(load_profile(name))]


def test_the_activities_of_the_command_are_there():
    assert set(NAMES) <= set(activity_ids())


@pytest.mark.parametrize("activity_id", NAMES)
@pytest.mark.parametrize("profile_id", CLASSES)
def test_hours_lie_in_their_band_and_the_energy_is_that_of_the_packs(profile_id, activity_id):
    """What was drawn is what the cells held: the band of power is the only reason for the band of hours."""
    if profile_id not in able(activity_id):
        return
    found = runs(profile_id, activity_id)
    assert 0.0 < found["hours_low"].hours <= found["hours"].hours <= found["hours_high"].hours < 200.0
    for name, level in LEVELS.items():
        run, battery = found[name], with_band(load_profile(profile_id), level).battery
        full_mwh = battery.capacity_mah * len(battery.slots) * 3.85
        mean_mw = sum(run.mean_mw.values())
        assert run.end in ("brown-out", "cut-off")
        assert 0.0 <= run.level < 0.5
        if not run.limits:  # else the mean before any limit is not that of the run
            assert run.hours * mean_mw == pytest.approx(full_mwh * (1.0 - run.level), rel=0.06)


@pytest.mark.parametrize("profile_id", CLASSES)
def test_more_use_takes_fewer_hours(profile_id):
    assert runs(profile_id, "standby")["hours"].hours > runs(profile_id, "typical")["hours"].hours
    if profile_id in able("continuous"):
        assert runs(profile_id, "typical")["hours"].hours > runs(profile_id, "continuous")["hours"].hours
    if profile_id in able("video") and profile_id in able("music"):
        assert runs(profile_id, "music")["hours"].hours > runs(profile_id, "video")["hours"].hours * 0.8


@pytest.mark.parametrize("profile_id", sorted(set(profile_ids()) - set(CLASSES)))
def test_every_other_device_stands_by_and_does_what_it_can(profile_id):
    profile, policy = load_profile(profile_id), find_policy("rtos_first")
    standby = endure(profile, load_activity("standby"), policy)
    for activity_id in ("video", "music"):
        if profile_id in able(activity_id):
            assert 0.2 < endure(profile, load_activity(activity_id), policy).hours < standby.hours


def test_two_packs_are_both_used():
    """The S1 has two packs of 280 mAh; it lasts twice as long as it would with one, and a little longer still."""
    profile, music, policy = load_profile("quark_s1"), load_activity("music"), find_policy("rtos_first")
    one = replace(profile, battery=replace(profile.battery, slots=("left",)))
    both_h, one_h = endure(profile, music, policy).hours, endure(one, music, policy).hours
    assert 2.0 * one_h < both_h < 2.2 * one_h


def test_heat_pauses_a_recording_and_does_not_count():
    """In a hot place the third skin limit stops the recording until the frame has cooled."""
    cool = endure(load_profile("xiaomi_ai"), load_activity("video"), find_policy("rtos_first"), "calibrated", 15.0)
    hot = endure(load_profile("xiaomi_ai"), load_activity("video"), find_policy("rtos_first"), "calibrated", 38.0)
    assert cool.paused_h == 0.0
    assert cool.limited_by in ("brown-out", "cut-off")
    assert hot.paused_h > 0.1
    assert hot.limited_by == "heat"
    assert hot.hours < cool.hours


def test_how_the_frame_sheds_heat_is_part_of_the_band():
    """A warmer frame pauses a recording; without it the low hours would be more, and nothing else changes."""
    profile, policy, video = load_profile("quark_s1"), find_policy("rtos_first"), load_activity("video")
    certain = {key: band for key, band in profile.bands.items() if not key.startswith("thermal.")}
    assert len(profile.bands) - len(certain) == 4
    known = endure(replace(profile, bands=certain), video, policy, "high")
    unknown = endure(profile, video, policy, "high")
    assert unknown.hours < 0.9 * known.hours
    assert unknown.paused_h > known.paused_h
    assert unknown.mean_mw == known.mean_mw


def test_a_device_without_a_camera_says_so(capsys):
    assert main(["endurance", "--profile", "even_g2", "--activity", "video", "--json"]) == 1
    told, err = capsys.readouterr()
    found = json.loads(told)
    assert found["possible"] is False
    assert found["missing"] == ["camera"]
    assert found["hours"] is None
    assert "needs camera" in err


def test_json_gives_the_hours_and_what_limits_them(capsys):
    assert main(["endurance", "--profile", "rokid_glasses", "--activity", "music", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["hours_low"] < found["hours"] < found["hours_high"]
    assert sum(found["shares"].values()) == pytest.approx(1.0)
    assert found["limited_by"] in ("brown-out", "cut-off", "heat")
    assert set(found["runs"]) == {"hours_low", "hours", "hours_high"}


def test_unknown_activity_names_the_known_ones(capsys):
    assert main(["endurance", "--activity", "musik"]) == 2
    assert "did you mean 'music'?" in capsys.readouterr().err


def test_a_misspelt_key_of_an_activity_is_refused(tmp_path, capsys):
    path = tmp_path / "mine.toml"
    path.write_text('name = "Mine"\nsource = "me"\nconfidence = "assumed"\npart = ["bt"]\n', "utf-8")
    assert main(["endurance", "--activity", str(path)]) == 2
    assert "unknown key `part`; did you mean 'parts'?" in capsys.readouterr().err


def test_hours_are_the_same_in_any_process():
    outs = set()
    for hash_seed in ("0", "4711"):
        command = [sys.executable, "-m", "emulator", "endurance", "--activity", "navigation", "--json"]
        env = {**os.environ, "PYTHONHASHSEED": hash_seed}
        outs.add(subprocess.run(command, capture_output=True, text=True, check=True, env=env).stdout)
    assert len(outs) == 1


def row(profile_id):
    """Return one line of the table: hours with their band, or a dash for what the device cannot do."""
    cells = []
    for activity_id in NAMES:
        hours = "–"
        if profile_id in able(activity_id):
            low, middle, high = (runs(profile_id, activity_id)[name].hours for name in LEVELS)
            hours = f"{middle:.2g} ({low:.2g}–{high:.2g})"
        cells.append(hours)
    return f"| `{profile_id}` | " + " | ".join(cells) + " |"


@pytest.mark.parametrize("profile_id", CLASSES)
def test_the_table_of_the_page_is_the_models(profile_id):
    """To a twentieth; after a change of the model: python -m tests.conformance.test_endurance."""
    page = (Path(__file__).parents[2] / "docs" / "day.md").read_text("utf-8")
    shown = next(line for line in page.splitlines() if line.startswith(f"| `{profile_id}` |"))
    numbers = [
        [float(n) for n in re.findall(r"[0-9.]+", line.partition("` |")[2])] for line in (shown, row(profile_id))
    ]
    assert shown.count("–") == row(profile_id).count("–")
    assert numbers[0] == pytest.approx(numbers[1], rel=0.05)


if __name__ == "__main__":
    head = "| device | " + " | ".join(NAMES) + " |\n" + "|---" * (len(NAMES) + 1) + "|"
    sys.stdout.write("\n".join([head, *(row(profile_id) for profile_id in profile_ids())]) + "\n")
