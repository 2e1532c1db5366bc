"""``--position`` and ``--follow`` say where the glasses are."""

from __future__ import annotations

from pathlib import Path

from emulator.cli import main
from emulator.core.actions import Locate
from emulator.core.log import read_log

TRACK = Path(__file__).parents[2] / "flows" / "ateneum.gpx"


def positions(path) -> list[Locate]:
    return [record.event for record in read_log(path) if isinstance(record.event, Locate)]


def test_a_position_is_the_first_one(tmp_path):
    log = tmp_path / "out.jsonl"
    assert main(["run", "--offscreen", "--for", "100ms", "--position", "60.17,24.94", "--log", str(log)]) == 0
    assert positions(log) == [Locate(60.17, 24.94, sensor="phone")]


def test_a_track_is_followed(tmp_path):
    log = tmp_path / "out.jsonl"
    assert main(["run", "--offscreen", "--for", "5s", "--follow", f"gpx:{TRACK}", "--log", str(log)]) == 0
    assert [at.sensor for at in positions(log)] == ["gpx"] * 3


def test_a_source_that_is_none_is_refused(capsys):
    assert main(["run", "--offscreen", "--for", "1s", "--follow", "gps:"]) == 2
    assert "did you mean 'gpsd'" in capsys.readouterr().err
