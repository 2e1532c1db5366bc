"""``glasses battery``: one bare cell under a load from a file, from full to its cut-off."""

from __future__ import annotations

import math
import os
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from emulator.cli.command import Command
from emulator.core.errors import FileError, UsageError

if TYPE_CHECKING:
    from emulator.devices.battery.bare import BareRun
    from emulator.devices.battery.load import Segment

HEADER = "t_s,voltage_v,current_a,level,temp_c"
ABSOLUTE_ZERO_C = -273.15


def add_arguments(parser: ArgumentParser) -> None:
    """Add the load, the cell and where the result goes."""
    parser.description = "Discharge one bare cell, isothermal and from full, with the power of a file."
    parser.add_argument("--power", type=Path, required=True, metavar="FILE.csv", help="columns t_s,power_w")
    parser.add_argument("--temp-c", type=float, default=25.0, metavar="C", help="cell temperature; known from 10 to 40")
    parser.add_argument(
        "--capacity-ah",
        type=float,
        default=0.21631686,
        metavar="AH",
        help="charge from 4.2 V to 3.0 V at C/200 and 25 C",
    )
    parser.add_argument("--out", "-o", type=Path, required=True, metavar="OUT.csv", help=f"columns {HEADER}")


def run(arguments: Namespace) -> int:
    """Read the load, discharge the cell, write every step, say when it was empty."""
    from emulator.devices.battery.bare import BareCell
    from emulator.devices.battery.load import read_load
    from emulator.devices.battery.model import KNOWN_C, build_model

    capacity_ah = _number("--capacity-ah", arguments.capacity_ah, 0.0)
    temp_c = _number("--temp-c", arguments.temp_c, ABSOLUTE_ZERO_C)
    load = read_load(arguments.power)
    low_c, high_c = KNOWN_C
    if not low_c <= temp_c <= high_c:
        nearest_c = min(max(temp_c, low_c), high_c)
        told = f"the cell is known from {low_c:g} to {high_c:g} C; at {temp_c:g} C it behaves as at {nearest_c:g} C"
        print(f"glasses: note: {told}", file=sys.stderr)
    cell = BareCell(build_model(temp_c), capacity_ah)
    _refuse_too_much(arguments.power, load, cell.peak_w(), capacity_ah, temp_c)
    result = cell.run(load)
    _write(arguments.out, result, temp_c)
    print(_ending(result, arguments.power))
    print(f"{len(result.rows)} rows in {arguments.out}")
    return 0


def _number(option: str, value: float, least: float) -> float:
    if not (math.isfinite(value) and value > least):
        raise UsageError(f"{option}: expected a number above {least:g}, got {value:g}")
    return value


def _refuse_too_much(path: Path, load: list[Segment], peak_w: float, capacity_ah: float, temp_c: float) -> None:
    """Refuse a load that no state of the cell could give; that it runs empty is not an error."""
    for segment in load:
        if segment.power_w > peak_w:
            column = 2 + path.read_text("utf-8-sig").splitlines()[segment.line - 1].index(",")
            raise FileError(
                f"{path}:{segment.line}:{column}: power_w: expected at most {peak_w:.4g}, what {capacity_ah:g} Ah give at "
                f"3.0 V when full at {temp_c:g} C, got {segment.power_w:g}"
            )


def _write(path: Path, result: BareRun, temp_c: float) -> None:
    """Write all rows, or leave ``path`` as it was."""
    lines = (
        f"{row.t_s:.6f},{row.voltage_v:.6f},{row.current_a:.9f},{row.level:.9f},{temp_c:g}\n" for row in result.rows
    )
    text = HEADER + "\n" + "".join(lines)
    target = path.resolve()
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        if target.exists() and not target.is_file():  # a pipe or a device; a folder raises
            target.write_text(text, "utf-8")
            return
        part.write_text(text, "utf-8")
        os.replace(part, target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise FileError(f"{path}: {error.strerror or error}") from error


def _ending(result: BareRun, path: Path) -> str:
    """Say how it ended, in one line."""
    taken = f"{result.charge_ah:.6f} Ah and {result.energy_wh:.6f} Wh taken out"
    segment = result.empty_in
    if segment is None:
        return f"no cut-off: the load ends at {result.end_s:.3f} s with {result.rows[-1].voltage_v:.4f} V; {taken}"
    how = "at the step to" if result.at_change else "while giving"
    why = f"{how} {segment.power_w:g} W of {path}:{segment.line}"
    return f"cut-off at 3.0 V after {result.end_s:.3f} s, {why}; {taken}"


COMMAND = Command("battery", "discharge a bare cell with the power of a file", add_arguments, run)
