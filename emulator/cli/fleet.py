"""``glasses fleet``: thousands of days under several policies and devices, with confidence intervals."""

from __future__ import annotations

import json
import os
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emulator.cli.command import Command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emulator.fleet.statistics import Interval, Row

LONG_S = 1.0  # what takes longer tells how far it is, this often
MOST_DAYS = 10_000_000
HEAD = (
    "mW", "+-", "packs", "wakes", "late", "p50 ms", "p95 ms", "android p95", "empty", "lasted h", "hot", "less mW", "+-",
)  # fmt: skip


def add_arguments(parser: ArgumentParser) -> None:
    """Add how many days of what, where, and where the table goes."""
    parser.add_argument("--days", type=int, default=1_000, metavar="N", help="days of each case (default: %(default)s)")
    parser.add_argument("--policy", default="rtos_first", metavar="A,B", help="policies (default: %(default)s)")
    parser.add_argument(
        "--sweep", type=Path, metavar="FILE", help="lists of what to vary, YAML or TOML (docs/fleet.md)"
    )
    parser.add_argument("--profile", default="quark_s1", help="device, if the sweep names none (default: %(default)s)")
    parser.add_argument("--usage", default="reference", help="usage, if the sweep names none (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which days (default: %(default)s)")
    parser.add_argument("--workers", type=int, metavar="N", help="processes on this machine (default: one a core)")
    parser.add_argument("--dask", default="", metavar="tcp://HOST:PORT", help="run on this Dask cluster")
    parser.add_argument("--chunk", type=int, metavar="DAYS", help="days that are handed out at a time, in steps of 500")
    parser.add_argument("--out", type=Path, metavar="FILE", help="one row a day, .csv or .parquet")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: Namespace) -> int:
    """Run, print the statistics, write the table."""
    from emulator.fleet.draw import BLOCK
    from emulator.fleet.run import Place, run_fleet
    from emulator.fleet.statistics import rows_of
    from emulator.fleet.sweep import cases_of, read_sweep
    from emulator.fleet.table import check_table, write_table

    check(arguments)
    if arguments.out:
        check_table(arguments.out)
    policies = [name.strip().replace("-", "_") for name in arguments.policy.split(",")]
    sweep = read_sweep(arguments.sweep) if arguments.sweep else {}
    cases = cases_of(sweep, policies, arguments.profile, arguments.usage)
    place = Place(arguments.workers or os.cpu_count() or 1, arguments.dask, -(-(arguments.chunk or BLOCK) // BLOCK))
    found = run_fleet(cases, arguments.days, arguments.seed, place, Told())
    if arguments.out:
        write_table(arguments.out, cases, found)
    rows = rows_of(cases, found)
    print(json.dumps(to_json(rows, arguments), indent=2) if arguments.json else text(rows))
    return 0


def check(arguments: Namespace) -> None:
    """Refuse numbers that make no sense.

    Raises:
        UsageError: If one is out of range.
    """
    from emulator.core.errors import UsageError

    for name, most in (("days", MOST_DAYS), ("workers", 1_024), ("chunk", 100_000)):
        value = getattr(arguments, name)
        if value is not None and not 1 <= value <= most:
            raise UsageError(f"--{name}: expected 1 to {most}, got {value}")
    if arguments.seed < 0:
        raise UsageError(f"--seed: expected 0 or more, got {arguments.seed}")


class Told:
    """Says on stderr how far it is, once it takes long."""

    def __init__(self) -> None:
        self._since_s = self._told_s = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        """Tell of ``done`` days of ``total``, if the last time was a while ago."""
        now_s = time.monotonic()
        if now_s - self._told_s >= LONG_S:
            self._told_s = now_s
            left_s = (now_s - self._since_s) * (total - done) / done
            print(f"fleet: {done:,} of {total:,} days, {left_s:.0f} s left", file=sys.stderr, flush=True)


def to_json(rows: Sequence[Row], arguments: Namespace) -> dict[str, Any]:
    """Return the statistics as JSON values; intervals are 95 % confidence intervals."""
    from dataclasses import asdict

    return {"days": arguments.days, "seed": arguments.seed, "cases": [asdict(row) for row in rows]}


def text(rows: Sequence[Row]) -> str:
    """Return the statistics, one case a line; ``+-`` is half of the 95 % confidence interval."""
    varied = list(dict.fromkeys(key for row in rows for key in row.labels))
    lines = [(*varied, *HEAD)]
    for row in rows:
        labels = [_label(row.labels.get(key, "-")) for key in varied]
        less = ("", "") if row.less_mw is None else (f"{row.less_mw.mean:.3f}", _half(row.less_mw, 3))
        lines.append(
            (
                *labels, f"{row.mean_mw.mean:.2f}", _half(row.mean_mw, 2), f"{row.packs.mean:.3f}",
                f"{row.wakes.mean:.1f}", f"{row.late.mean:.2f}", f"{row.answer_p50_ms:.0f}",
                f"{row.answer_p95_ms:.0f}", f"{row.android_p95_ms:.0f}", f"{row.empty.mean:.1%}",
                "" if row.lasted_h is None else f"{row.lasted_h.mean:.2f}", f"{row.hot.mean:.1%}", *less,
            )
        )  # fmt: skip
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    shown = []
    for line in lines:
        cells = zip(line, widths, strict=True)
        shown.append(
            "  ".join(
                cell.ljust(w) if at < len(varied) else cell.rjust(w) for at, (cell, w) in enumerate(cells)
            ).rstrip()
        )
    return "\n".join([f"{rows[0].days:,} days of each case", *shown])


def _half(interval: Interval, digits: int) -> str:
    return f"{(interval.high - interval.low) / 2.0:.{digits}f}"


def _label(label: str | float) -> str:
    return label if isinstance(label, str) else f"{label:g}"


COMMAND = Command("fleet", "run thousands of days, in processes or on a cluster", add_arguments, run)
