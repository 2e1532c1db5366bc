"""``glasses energy``: who used what, from a log file."""

import csv
import json
import math

import pytest

from emulator import Glasses
from emulator.cli import main
from emulator.core.actions import Say


@pytest.fixture
def log(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Glasses("quark_s1") as worn:
        worn.do(Say("三千六百除以十五等于多少"))
        worn.run_for(seconds=8)
        worn.gesture("camera-key", "short")
        worn.run_for(seconds=2.4)
    worn.save_log("short.jsonl")
    return "short.jsonl"


@pytest.fixture
def say_json(log, capsys):
    """Return the function that runs the command with ``--json`` and returns what it said."""

    def run(*arguments):
        assert main(["energy", log, "--json", *arguments]) == 0
        return json.loads(capsys.readouterr().out)

    return run


def test_it_prints_a_table_by_feature_component_and_processor(log, capsys):
    assert main(["energy", log]) == 0
    said = capsys.readouterr().out
    for heading, row in (("feature", "camera"), ("component", "display"), ("processor", "parts")):
        table = said.split(f"\n{heading} ")[1]
        assert "mWh" in table.splitlines()[0]
        assert f"\n{row} " in table


def test_by_picks_one_table(log, capsys):
    assert main(["energy", log, "--by", "component"]) == 0
    said = capsys.readouterr().out
    assert "\ncomponent " in said
    assert "\nfeature " not in said
    assert "\nprocessor " not in said


def test_sums_of_the_json_are_the_total(say_json):
    said = say_json()
    assert set(said["by"]) == {"feature", "component", "processor"}
    for table in said["by"].values():
        assert math.fsum(use["energy_mwh"] for use in table) == pytest.approx(said["energy_mwh"], rel=1e-12)
        assert math.fsum(use["share"] for use in table) == pytest.approx(1.0, rel=1e-12)
    cells = [energy for owners in said["cells_mwh"].values() for energy in owners.values()]
    assert math.fsum(cells) == pytest.approx(said["energy_mwh"], rel=1e-12)


def test_the_json_says_whose_log_it_is(say_json):
    said = say_json("--by", "feature")
    assert (said["profile"], said["policy"], list(said["by"])) == ("quark_s1", "rtos_first", ["feature"])
    assert said["mean_mw"] == pytest.approx(said["energy_mwh"] / (said["sampled_ns"] / 3.6e12))


def test_what_the_samples_do_not_reach_is_said(log, capsys, say_json):
    said = say_json()
    assert main(["energy", log]) == 0
    left_s = (said["end_ns"] - said["sampled_ns"]) / 1e9
    assert (f"the last {left_s:.3f} s of the log are not sampled" in capsys.readouterr().out) == (left_s > 0)


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_rails_count_up_to_the_total(say_json, tmp_path, suffix):
    said = say_json("--rails", f"rails.{suffix}")
    text = (tmp_path / f"rails.{suffix}").read_text("utf-8")
    if suffix == "csv":
        *_, last = csv.DictReader(text.splitlines())
        readings = {name: float(value) for name, value in last.items() if name != "t_ns"}
    else:
        readings = {name: values[-1] for name, values in json.loads(text)["rails"].items()}
    assert math.fsum(readings.values()) / 3.6e6 == pytest.approx(said["energy_mwh"], rel=1e-12)


def test_the_power_profile_is_android_s(say_json, tmp_path):
    said = say_json("--power-profile", "p.json")
    profile = json.loads((tmp_path / "p.json").read_text("utf-8"))
    assert {"battery.capacity", "cpu.suspend", "cpu.idle", "screen.on", "screen.full"} <= profile["item"].keys()
    assert profile["total_mah"] * profile["device"]["voltage_v"] == pytest.approx(said["energy_mwh"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.jsonl"], "nowhere.jsonl: cannot read the log"),
        (["short.jsonl", "--rails", "rails.xml"], "rails.xml: expected a name that ends in .csv or .json"),
        (["short.jsonl", "--rails", "short.jsonl/r.csv"], "cannot write the rails"),
        (["head.jsonl"], "head.jsonl: holds no power.sampled"),
    ],
)
def test_what_is_wrong_is_said(log, tmp_path, capsys, arguments, message):
    first = (tmp_path / log).read_text("utf-8").splitlines()[0]
    (tmp_path / "head.jsonl").write_text(first, "utf-8")
    assert main(["energy", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_a_power_profile_needs_the_device(log, tmp_path, capsys):
    text = (tmp_path / log).read_text("utf-8")
    (tmp_path / "other.jsonl").write_text(text.replace('"quark_s1"', '"nobody_s_glasses"'), "utf-8")
    assert main(["energy", "other.jsonl"]) == 0
    assert main(["energy", "other.jsonl", "--power-profile", "p.json"]) == 2
    assert "no device profile 'nobody_s_glasses'" in capsys.readouterr().err
    assert not (tmp_path / "p.json").exists()
