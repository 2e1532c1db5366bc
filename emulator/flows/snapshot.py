"""Snapshots: the display as text (SVG in the bundled font), compared with a golden beside the flow."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

from emulator.core.errors import ExpectationError, FileError
from emulator.core.units import S
from emulator.core.why import why
from emulator.core.yaml import Node
from emulator.flows.play import Play

SHOWN = 12  # lines of the difference in a message


def take_snapshot(play: Play, node: Node, name: str) -> None:
    """Compare the display with the golden ``<flow>.<name>.<profile>.svg``; write it when asked to.

    Raises:
        ExpectationError: If it differs, or there is none yet.
        FileError: If it cannot be read or written.
    """
    flow = Path(play.flow.path)
    golden = flow.with_name(f"{flow.name.removesuffix('.flow.yaml')}.{name}.{play.glasses.profile.id}.svg")
    from emulator.hud.svg import to_svg

    svg = to_svg(play.glasses.display_list)
    try:
        if play.update_golden:
            golden.write_text(svg, "utf-8")
        elif not golden.exists():
            raise ExpectationError(f"{node.place}: there is no golden {golden}; write it with --update-golden")
        else:
            _compare(golden.read_text("utf-8"), svg, golden, play, node)
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"{golden}: {why(error)}") from error


def _compare(wanted: str, svg: str, golden: Path, play: Play, node: Node) -> None:
    if svg == wanted:
        return
    lines = list(unified_diff(wanted.splitlines(), svg.splitlines(), "golden", "display", lineterm="", n=0))[2:]
    rest = f"\n    ... {len(lines) - SHOWN} more lines" if len(lines) > SHOWN else ""
    shown = "\n".join(f"    {line}" for line in lines[:SHOWN])
    raise ExpectationError(
        f"{node.place}: the display differs from {golden} at {play.now_ns / S:.3f} s of virtual time;"
        f" look, then --update-golden\n{shown}{rest}"
    )
