"""Power files of the bare cell: what is read, and what every wrong row is told."""

from __future__ import annotations

import pytest

from emulator.core.errors import FileError
from emulator.devices.battery.load import Segment, read_load


@pytest.fixture
def power_file(tmp_path):
    def write(text: str | bytes):
        path = tmp_path / "p.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_power_is_held_from_each_row_to_the_next_and_the_last_row_ends_it(power_file):
    load = read_load(power_file("t_s,power_w\n0,0.5\n10,1.25\n12.5,9\n"))
    assert load == [Segment(0.0, 10.0, 0.5, 2), Segment(10.0, 12.5, 1.25, 3)]


def test_a_byte_order_mark_spaces_and_windows_line_ends_do_no_harm(power_file):
    load = read_load(power_file(b"\xef\xbb\xbft_s, power_w\r\n0, 0.5\r\n10 ,1e-1\r\n\r\n"))
    assert load == [Segment(0.0, 10.0, 0.5, 2)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ":1:1: expected the header 't_s,power_w', got ''"),
        ("time,power\n0,1\n1,1\n", ":1:1: expected the header 't_s,power_w', got 'time,power'"),
        ("t_s,power_w\n", ":2:1: expected at least two rows; the last one ends the load"),
        ("t_s,power_w\n0,1\n", ":3:1: expected at least two rows; the last one ends the load"),
        ("t_s,power_w\n0,1\n\n2,1\n", ":3:1: expected t_s,power_w, got an empty line"),
        ("t_s,power_w\n0,1\n1\n", ":3:2: expected 2 fields, t_s,power_w, got 1"),
        ("t_s,power_w\n0,1\n1,2,3\n", ":3:4: expected 2 fields, t_s,power_w, got 3"),
        ("t_s,power_w\n0,\n1,2\n", ":2:3: power_w: expected a number, got nothing"),
        ("t_s,power_w\n0,1\n,2\n", ":3:1: t_s: expected a number, got nothing"),
        ("t_s,power_w\n0,1\n12, nan\n", ":3:5: power_w: expected a finite number, got 'nan'"),
        ("t_s,power_w\n0,1\ninf,2\n", ":3:1: t_s: expected a finite number, got 'inf'"),
        ("t_s,power_w\n0,1\n1,much\n", ":3:3: power_w: expected a number, got 'much'"),
        ("t_s,power_w\n0,1_0\n1,2\n", ":2:3: power_w: expected a number, got '1_0'"),
        ("t_s,power_w\n0,-0.1\n1,2\n", ":2:3: power_w: expected a number >= 0, got -0.1; the bare cell is discharged"),
        ("t_s,power_w\n-1,1\n1,2\n", ":2:1: t_s: expected a number >= 0, got -1"),
        ("t_s,power_w\n3,1\n4,2\n", ":2:1: t_s: expected 0 in the first row, got 3: the power before it is unknown"),
        ("t_s,power_w\n0,1\n5,1\n5,2\n", ":4:1: t_s: expected more than 5, the time of the row before, got 5"),
        ("t_s,power_w\n0,1\n5,1\n4,2\n", ":4:1: t_s: expected more than 5, the time of the row before, got 4"),
    ],
)
def test_a_wrong_row_is_named_by_line_and_column(power_file, text, told):
    path = power_file(text)
    with pytest.raises(FileError) as caught:
        read_load(path)
    assert str(caught.value).startswith(f"{path}{told}")


def test_a_missing_file_a_folder_and_bytes_that_are_no_text_are_refused(power_file, tmp_path):
    with pytest.raises(FileError, match="No such file"):
        read_load(tmp_path / "none.csv")
    with pytest.raises(FileError, match="directory"):
        read_load(tmp_path)
    with pytest.raises(FileError, match="expected text in UTF-8"):
        read_load(power_file(b"t_s,power_w\n\xff\xfe"))
