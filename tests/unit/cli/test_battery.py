"""``glasses battery``: its file is complete or not there, and it says how the run ended."""

from __future__ import annotations

import re

import numpy as np
import pytest

from emulator.cli import main


@pytest.fixture
def battery(tmp_path, capsys):
    """Run ``glasses battery`` on ``text``; return the exit code, what it said and the rows, (n, 5), or None."""

    def run(text: str, *more: str):
        power, out = tmp_path / "power.csv", tmp_path / "out.csv"
        power.write_text(text)
        code = main(["battery", "--power", str(power), "--out", str(out), *more])
        said = capsys.readouterr()
        rows = np.loadtxt(out, delimiter=",", skiprows=1, ndmin=2) if out.exists() else None
        return code, said.out + said.err, rows

    return run


CONSTANT = "t_s,power_w\n0,0.76\n100000,0\n"


def test_rows_are_at_most_5_s_apart_from_full_to_3_volts(battery):
    code, _, rows = battery(CONSTANT, "--temp-c", "25", "--capacity-ah", "0.2163")
    assert code == 0
    assert rows[0, 0] == 0.0
    assert rows[0, 3] == 1.0
    steps_s = np.diff(rows[:, 0])
    assert np.all(steps_s > 0.0)
    assert np.max(steps_s) <= 5.0 + 1e-5
    assert rows[-1, 1] == 3.0
    assert np.all(rows[:-1, 1] > 3.0)
    assert np.all(rows[:, 4] == 25.0)


def test_the_product_of_volts_and_amperes_is_the_power_of_the_file(battery):
    _, _, rows = battery("t_s,power_w\n0,0.2\n60,1.4\n90,0\n120,0.5\n200,0\n")
    power_w = np.array([0.2, 1.4, 0.0, 0.5])[np.searchsorted([60.0, 90.0, 120.0], rows[:, 0], "right")]
    np.testing.assert_allclose(rows[:, 1] * rows[:, 2], power_w, rtol=2e-3, atol=1e-6)


def test_the_cut_off_time_is_printed_and_equals_the_last_row(battery):
    _, said, rows = battery(CONSTANT)
    found = re.search(r"cut-off at 3\.0 V after (\d+\.\d{3}) s, while giving 0\.76 W of \S+power\.csv:2; ", said)
    assert found
    assert float(found[1]) == pytest.approx(rows[-1, 0], abs=6e-4)


def test_the_cut_off_time_does_not_move_in_steps(battery):
    """Shifts of a part in a million of the power move it by about a part in a million."""
    _, _, first = battery("t_s,power_w\n0,0.500000\n100000,0\n")
    _, _, second = battery("t_s,power_w\n0,0.500001\n100000,0\n")
    assert 0.0 < (first[-1, 0] - second[-1, 0]) / first[-1, 0] < 1e-5


def test_a_cut_off_at_a_step_of_the_power_is_said(battery):
    _, said, rows = battery("t_s,power_w\n0,0.152\n19000,3.0\n19100,0\n")
    assert re.search(r"after 19000\.000 s, at the step to 3 W of \S+power\.csv:3; ", said)
    assert rows[-1, 0] == 19000.0
    assert rows[-1, 1] == 3.0


def test_a_load_that_ends_first_is_no_error(battery):
    code, said, rows = battery("t_s,power_w\n0,0.5\n60,0\n")
    assert code == 0
    assert said.startswith("no cut-off: the load ends at 60.000 s with ")
    assert rows[-1, 0] == 60.0


def test_twice_the_cell_with_twice_the_power_is_the_same_run(battery):
    _, _, one = battery("t_s,power_w\n0,0.5\n600,0\n", "--capacity-ah", "0.2")
    _, _, two = battery("t_s,power_w\n0,1.0\n600,0\n", "--capacity-ah", "0.4")
    np.testing.assert_allclose(two[:, (0, 1, 3)], one[:, (0, 1, 3)], atol=1e-9)
    np.testing.assert_allclose(two[:, 2], 2.0 * one[:, 2], atol=3e-9)


def test_more_power_than_a_full_cell_gives_is_refused_with_its_row(battery):
    code, said, rows = battery("t_s,power_w\n0,0.5\n60,55\n70,0\n")
    assert code == 2
    assert re.search(r"power\.csv:3:4: power_w: expected at most \S+, what .* got 55\n$", said)
    assert rows is None


def test_a_wrong_file_leaves_an_earlier_result_as_it_was(battery, tmp_path):
    (tmp_path / "out.csv").write_text("a,b,c,d,e\n1,2,3,4,5\n")
    code, said, rows = battery("t_s,power_w\n0,0.5\n60,nan\n")
    assert code == 2
    assert said.count("\n") == 1
    assert rows.tolist() == [[1, 2, 3, 4, 5]]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "power.csv"]


def test_a_temperature_outside_the_data_is_said_and_clamped(battery):
    _, said, cold = battery("t_s,power_w\n0,0.5\n60,0\n", "--temp-c", "5")
    assert "note: the cell is known from 10 to 40 C; at 5 C it behaves as at 10 C" in said
    _, said, least = battery("t_s,power_w\n0,0.5\n60,0\n", "--temp-c", "10")
    assert "note" not in said
    np.testing.assert_array_equal(cold[:, :4], least[:, :4])


@pytest.mark.parametrize("option", [("--capacity-ah", "0"), ("--capacity-ah", "nan"), ("--temp-c", "-300")])
def test_a_cell_that_cannot_be_is_refused(battery, option):
    code, said, rows = battery(CONSTANT, *option)
    assert code == 2
    assert said.startswith(f"glasses: {option[0]}: expected a number above ")
    assert rows is None


def test_an_out_that_cannot_be_written_is_refused(battery, tmp_path):
    code, said, _ = battery(CONSTANT, "--out", str(tmp_path / "no" / "out.csv"))
    assert code == 2
    assert "No such file or directory" in said
