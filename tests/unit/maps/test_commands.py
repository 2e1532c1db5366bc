"""``glasses map`` and ``glasses route``: what they print, and their exit codes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from emulator.cli import main
from emulator.core.assets import asset
from tests.unit.maps.conftest import at

pytestmark = pytest.mark.usefixtures("data_folder")
FOLDER = str(Path(__file__).parent)
HERE, THERE = "60.1699,24.9384", "60.1708,24.9473"


def test_a_route_as_json(capsys):
    assert main(["route", "--map", "helsinki", "--from", HERE, "--to", THERE, "--mode", "walk", "--json"]) == 0
    route = json.loads(capsys.readouterr().out)
    assert 500 < route["length_m"] < 1_000
    assert 300 < route["duration_s"] < 1_000
    assert route["geometry"]["type"] == "LineString"
    assert route["geometry"]["coordinates"][0] == pytest.approx([24.9384, 60.1699], abs=2e-3)
    steps = route["steps"]
    assert [steps[0]["maneuver"]["type"], steps[-1]["maneuver"]["type"]] == ["depart", "arrive"]
    assert sum(step["distance_m"] for step in steps) == pytest.approx(route["length_m"], abs=1)
    assert steps[0]["sentence"]["zh"].startswith("向")
    assert route["attribution"] == "© OpenStreetMap contributors, ODbL 1.0"


def test_a_route_as_text(capsys):
    assert main(["route", "--from", HERE, "--to", THERE, "--language", "zh", "--alternatives"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("best: ")
    assert "到达目的地" in told[-3] + told[-2] + told[-4]
    assert told[-1] == "© OpenStreetMap contributors, ODbL 1.0"


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["route", "--from", "60.2,25.5", "--to", THERE], 1, "no street for walking within 300 m of 60.20000,25.50000"),
        (["route", "--from", "-33.86,-151.2", "--to", THERE], 1, "no street for walking within 300 m of -33.86000"),
        (["route", "--from", "here", "--to", THERE], 2, "'here': a position is LAT,LON in degrees, such as 60.1699"),
        (
            ["route", "--map", "helsinky", "--from", HERE, "--to", THERE],
            2,
            "no map 'helsinky'; did you mean 'helsinki'",
        ),
        (["map", "import", "nowhere.osm.pbf"], 2, "nowhere.osm.pbf: no such file"),
        (["map", "import", FOLDER], 2, f"{FOLDER}: a folder; name an extract in it"),
        (["map", "find", "cafe", "--map", FOLDER], 2, f"{FOLDER}: a folder; name an extract in it"),
        (["map", "find", "q" * 100_000], 1, f"nothing like '{'q' * 40}…' on the map helsinki"),
        (["map", "find", "cafe", "--map", "m" * 5_000], 2, f"'{'m' * 40}…': File name too long"),
        (["map", "import", __file__], 2, f"{__file__}: not a readable OpenStreetMap file"),
        (["map", "remove", "helsinki"], 2, "helsinki: this map came with the emulator and stays"),
    ],
)
def test_what_goes_wrong_is_one_line(words, code, message, capsys):
    assert main(words) == code
    told = [line for line in capsys.readouterr().err.splitlines() if not line.endswith(" ...")]
    assert len(told) == 1
    assert told[0].startswith(f"glasses: {message}")


def test_import_list_and_route_over_it(town, tmp_path, capsys):
    town.way((0, 0), (0, 2), name="West")
    assert main(["map", "import", str(town.save(tmp_path / "a.osm")), "--name", "town"]) == 0
    assert main(["map", "list"]) == 0
    told = capsys.readouterr()
    assert "town                 imported" in told.out
    assert "building ..." in told.err
    start, end = (f"{point.lat},{point.lon}" for point in (at(0, 0.2), at(0, 1.2)))
    assert main(["route", "--map", "town", "--from", start, "--to", end, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["length_m"] == pytest.approx(100, abs=0.5)
    assert main(["map", "list", "--json"]) == 0
    assert [row["title"] for row in json.loads(capsys.readouterr().out)] == ["helsinki", "town"]
    assert main(["map", "remove", "town"]) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT to another process")
def test_ctrl_c_while_importing_leaves_nothing(tmp_path, data_folder):
    """A big extract: the shipped one as XML, over and over, so that there is time to press the keys."""
    big = tmp_path / "big.osm"
    nodes = (f"<node id='{i}' version='1' lat='60.{i:07}' lon='25.0'/>" for i in range(1, 400_000))
    ways = (
        f"<way id='{i}' version='1'><nd ref='{i}'/><nd ref='{i + 1}'/><tag k='highway' v='path'/></way>"
        for i in range(1, 399_000)
    )
    big.write_text("<osm version='0.6'>" + "\n".join([*nodes, *ways]) + "</osm>")
    command = [sys.executable, "-m", "emulator", "map", "import", str(big)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "reading ...\n"
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in told
    assert not list(data_folder.rglob("*"))


def test_the_shipped_files_are_small():
    assert sum(path.stat().st_size for path in asset("maps").iterdir()) < 5_000_000
