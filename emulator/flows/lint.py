"""``check: {lint: clean}``: nothing on the display is outside of it, over other words, or a box for want of a glyph."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from emulator.core.errors import ExpectationError
from emulator.core.units import S
from emulator.core.yaml import Node
from emulator.flows import values
from emulator.flows.play import Play
from emulator.hud.display_list import Box, DisplayList, Element

KINDS = ("missing", "outside", "overlap", "cut")
CLEAN = {"missing": 0, "outside": 0, "overlap": 0}  # words that are cut end in dots, which a screen may mean
SLACK_PX = 0.5


class Defect(NamedTuple):
    """Something that is wrong with a picture; ``kind`` is one of ``KINDS``."""

    kind: str
    what: str


def defects(drawing: DisplayList) -> Iterator[Defect]:
    """Yield what is wrong with ``drawing``."""
    if drawing.missing:
        yield Defect("missing", f"no glyph for {drawing.missing!r}")
    words = [element for element in drawing.elements if element.text]
    for element in words:
        if _outside(element, drawing.size_px):
            yield Defect("outside", f"{_name(element)} is outside of the display")
        if element.cut:
            yield Defect("cut", f"{_name(element)} is cut")
    for one, other in combinations(words, 2):
        if _inner(one).meets(_inner(other)):
            yield Defect("overlap", f"{_name(one)} is over {_name(other)}")


def limits(node: Node) -> dict[str, int]:
    """Read ``clean``, or ``{cut: 0, overlap: 1}``: how many defects of each kind there may be at most.

    Raises:
        FlowFileError: If a kind is unknown or a limit is not a number.
    """
    if not isinstance(node.value, dict):
        values.word(node, "lint", ("clean",))
        return CLEAN
    named = {kind: values.count(item, kind) for kind, item in node.mapping("lint", KINDS).items()}
    return CLEAN | named


def judge_lint(play: Play, node: Node, most: dict[str, int]) -> None:
    """Hold the display against ``most``.

    Raises:
        ExpectationError: If there are more defects of a kind.
    """
    found = list(defects(play.glasses.display_list))
    for kind, limit in most.items():
        told = [defect.what for defect in found if defect.kind == kind]
        if len(told) > limit:
            raise ExpectationError(
                f"{node.place}: lint: {kind} {len(told)} times, expected at most {limit}: {'; '.join(told[:5])};"
                f" at {play.now_ns / S:.3f} s of virtual time"
            )


def _outside(element: Element, size_px: tuple[int, int]) -> bool:
    box = element.box
    low, right, below = min(box.x, box.y), box.x + box.w - size_px[0], box.y + box.h - size_px[1]
    return low < -SLACK_PX or max(right, below) > SLACK_PX


def _inner(element: Element) -> Box:
    x, y, w, h = element.box
    return Box(x + SLACK_PX, y + SLACK_PX, max(0.0, w - 2 * SLACK_PX), max(0.0, h - 2 * SLACK_PX))


def _name(element: Element) -> str:
    return f"{element.id} {element.text!r}" if element.id else repr(element.text)
