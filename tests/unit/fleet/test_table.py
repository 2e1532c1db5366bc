"""The table of days and the command around it."""

import csv
import json

import pytest

from emulator.cli import main
from emulator.fleet.days import COLUMNS


def rows_of(path):
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def test_csv_has_one_row_a_day(tmp_path, capsys):
    out = tmp_path / "days.csv"
    words = ["fleet", "--days", "5", "--policy", "rtos-first,always-android", "--profile", "even_g2", "--out", str(out)]
    assert main(words) == 0
    rows = rows_of(out)
    assert len(rows) == 10
    assert list(rows[0]) == ["policy", "day", *COLUMNS]
    assert [row["day"] for row in rows] == ["0", "1", "2", "3", "4"] * 2
    assert float(rows[0]["mean_mw"]) > 15.0
    assert "5 days of each case" in capsys.readouterr().out


def test_parquet_has_the_same_rows(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    for name in ("days.csv", "days.parquet"):
        assert main(["fleet", "--days", "4", "--profile", "even_g2", "--out", str(tmp_path / name)]) == 0
    rows = rows_of(tmp_path / "days.csv")
    table = parquet.read_table(tmp_path / "days.parquet").to_pydict()
    assert table["policy"] == ["rtos_first"] * 4
    for name in ("mean_mw", "level", "hottest_c"):
        assert table[name] == pytest.approx([float(row[name]) for row in rows])


def test_json_gives_intervals(capsys):
    assert main(["fleet", "--days", "6", "--policy", "rtos_first,always_android", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    first, second = told["cases"]
    assert first["labels"] == {"policy": "rtos_first"}
    assert first["mean_mw"]["low"] < first["mean_mw"]["mean"] < first["mean_mw"]["high"]
    assert second["less_mw"]["mean"] < 0.0
    assert second["empty"]["mean"] > 0.9


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--days", "0"], "--days: expected 1 to"),
        (["--workers", "0"], "--workers: expected 1 to"),
        (["--policy", "rtos_fist"], "no policy 'rtos_fist'; did you mean 'rtos_first'?"),
        (["--out", "days.xlsx"], "expected a name with .csv or .parquet"),
        (["--sweep", "nowhere.yaml"], "nowhere.yaml: cannot read the sweep"),
        (["--seed", "-1"], "--seed: expected 0 or more"),
    ],
)
def test_what_makes_no_sense_is_refused_before_the_work(words, message, capsys):
    assert main(["fleet", "--days", "3", *words]) == 2
    assert message in capsys.readouterr().err
