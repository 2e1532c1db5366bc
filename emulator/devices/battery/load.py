"""A load of the bare cell, as a CSV file tells it: power held from each row to the next; the last row ends it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

from emulator.core.errors import FileError

COLUMNS = ("t_s", "power_w")
MOST_DIGITS = 40  # of a field that a message repeats


@dataclass(frozen=True, slots=True)
class Segment:
    """Constant power: ``power_w`` (>= 0, taken out) from ``start_s`` to ``end_s``; row ``line`` of the file says so."""

    start_s: float
    end_s: float
    power_w: float
    line: int = 0


def read_load(path: Path) -> list[Segment]:
    """Read a CSV file with the columns ``t_s,power_w``: seconds from 0, rising, and watts taken out, >= 0.

    Raises:
        FileError: If it cannot be read or a row makes no sense; the message names line and column.
    """
    lines = _lines(path)
    if not lines or [word.strip() for word in lines[0].split(",")] != list(COLUMNS):
        found = lines[0][:MOST_DIGITS] if lines else ""
        _refuse(path, 1, 1, f"expected the header {','.join(COLUMNS)!r}, got {found!r}")
    rows: list[tuple[float, float]] = []
    for number, line in enumerate(lines[1:], 2):
        row = _row(path, number, line)
        before_s = rows[-1][0] if rows else None
        if before_s is None and row[0] != 0.0:
            _refuse(
                path, number, 1, f"t_s: expected 0 in the first row, got {row[0]:g}: the power before it is unknown"
            )
        if before_s is not None and row[0] <= before_s:
            _refuse(
                path, number, 1, f"t_s: expected more than {before_s:g}, the time of the row before, got {row[0]:g}"
            )
        rows.append(row)
    if len(rows) < 2:
        _refuse(path, len(lines) + 1, 1, "expected at least two rows; the last one ends the load")
    return [
        Segment(start_s, end_s, power_w, number)
        for number, ((start_s, power_w), (end_s, _)) in enumerate(pairwise(rows), 2)
    ]


def _lines(path: Path) -> list[str]:
    try:
        lines = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    except OSError as error:
        raise FileError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise FileError(f"{path}: expected text in UTF-8: {error.reason} at byte {error.start}") from error
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def _row(path: Path, number: int, line: str) -> tuple[float, float]:
    """Return the numbers of row ``line``; columns count characters from 1."""
    if not line.strip():
        _refuse(path, number, 1, f"expected {','.join(COLUMNS)}, got an empty line")
    fields = line.split(",")
    if len(fields) != len(COLUMNS):
        column = 1 + (len(line) if len(fields) < len(COLUMNS) else len(",".join(fields[: len(COLUMNS)])))
        _refuse(path, number, column, f"expected {len(COLUMNS)} fields, {','.join(COLUMNS)}, got {len(fields)}")
    values = [_number(path, number, line, index, text) for index, text in enumerate(fields)]
    return values[0], values[1]


def _number(path: Path, number: int, line: str, index: int, text: str) -> float:
    """Return field ``index`` of ``line`` as a number that is finite and not negative."""
    column = 1 + len(",".join(line.split(",")[:index])) + (1 if index else 0)
    column += len(text) - len(text.lstrip())
    name, text = COLUMNS[index], text.strip()
    if not text:
        _refuse(path, number, column, f"{name}: expected a number, got nothing")
    try:
        value = float(text.replace("_", "x"))  # Python would take 1_000
    except ValueError:
        _refuse(path, number, column, f"{name}: expected a number, got {text[:MOST_DIGITS]!r}")
    if not math.isfinite(value):
        _refuse(path, number, column, f"{name}: expected a finite number, got {text[:MOST_DIGITS]!r}")
    if value < 0.0:
        why = "; the bare cell is discharged only" if name == "power_w" else ""
        _refuse(path, number, column, f"{name}: expected a number >= 0, got {text[:MOST_DIGITS]}{why}")
    return value


def _refuse(path: Path, line: int, column: int, what: str) -> NoReturn:
    raise FileError(f"{path}:{line}:{column}: {what}")
