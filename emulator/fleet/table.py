"""The days of a fleet as a table: CSV, or Parquet where pyarrow is installed. A file is there whole or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from emulator.core.errors import CapabilityError, UsageError, nearest
from emulator.core.whole_file import check_place, whole_file
from emulator.fleet.days import COLUMNS, Days
from emulator.fleet.sweep import Case

KINDS = (".csv", ".parquet")


def check_table(path: Path) -> None:
    """Refuse a file that could not be written after all the work.

    Raises:
        UsageError: If its name ends in neither ``.csv`` nor ``.parquet``.
        CapabilityError: If it is Parquet and pyarrow is not installed.
        FileError: If nothing can be written there.
    """
    if path.suffix not in KINDS:
        raise UsageError(
            f"--out: expected a name with .csv or .parquet, got {path.name!r}{nearest(path.suffix, KINDS)}"
        )
    if path.suffix == ".parquet":
        _pyarrow()
    check_place(path, "the table")


def write_table(path: Path, cases: Sequence[Case], found: Sequence[Days]) -> None:
    """Write one row a day: what the sweep varies, the number of the day, and ``COLUMNS``.

    Raises:
        FileError: If it cannot be written.
    """
    names = list(dict.fromkeys(key for case in cases for key in case.labels))
    with whole_file(path, "the table") as file:
        if path.suffix == ".parquet":
            arrow, parquet = _pyarrow()
            parquet.write_table(arrow.table(_columns(names, cases, found)), file)
        else:
            text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow([*names, "day", *COLUMNS])
            writer.writerows(_rows(names, cases, found))
            text.detach()


def _rows(names: Sequence[str], cases: Sequence[Case], found: Sequence[Days]) -> Iterator[list[Any]]:
    for case, days in zip(cases, found, strict=True):
        labels = [case.labels.get(name, "") for name in names]
        columns = [getattr(days, name).tolist() for name in COLUMNS]
        for number, values in enumerate(zip(*columns, strict=True)):
            yield [*labels, number, *("" if value != value else f"{value:.9g}" for value in values)]


def _columns(names: Sequence[str], cases: Sequence[Case], found: Sequence[Days]) -> dict[str, Any]:
    counts = [days.mean_mw.size for days in found]
    columns: dict[str, Any] = {}
    for name in names:
        labels = [case.labels.get(name) for case in cases]
        columns[name] = [label for label, count in zip(labels, counts, strict=True) for _ in range(count)]
    columns["day"] = np.concatenate([np.arange(count) for count in counts])
    return columns | {name: np.concatenate([getattr(days, name) for days in found]) for name in COLUMNS}


def _pyarrow() -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise CapabilityError(
            "Parquet needs the extra 'fleet': pip install 'glasses-emulator[fleet]'; or name a .csv"
        ) from error
