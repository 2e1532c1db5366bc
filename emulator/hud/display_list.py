"""Display list: what is drawn, as plain values that any painter can replay; and how much light it makes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from emulator.hud.icons import Command
from emulator.hud.text import glyph_area_em2

GAMMA = 2.2  # code value to light, as the profiles have it


class Box(NamedTuple):
    """A rectangle in display pixels; the origin is the top-left corner."""

    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One shaped line; ``y`` is its baseline, ``level`` its code value in [0, 1]."""

    x: float
    y: float
    em_px: float
    bold: bool
    glyphs: tuple[int, ...]
    xs_em: tuple[float, ...]
    text: str
    level: float


@dataclass(frozen=True, slots=True)
class Frame:
    """A rounded box: outlined with ``stroke_px``, or filled if that is 0."""

    box: Box
    radius_px: float
    stroke_px: float
    level: float


@dataclass(frozen=True, slots=True)
class Path:
    """An icon or corner: commands on a grid, scaled; stroked with ``stroke_px``, or filled if that is 0."""

    x: float
    y: float
    scale: float
    commands: tuple[Command, ...]
    stroke_px: float
    level: float


Op = Glyphs | Frame | Path


@dataclass(frozen=True, slots=True)
class Element:
    """A node with an id or words: what flows and tests look at. ``cut`` says that words were left out."""

    id: str
    text: str
    box: Box
    level: float
    cut: bool = False


@dataclass(frozen=True, slots=True)
class DisplayList:
    """The drawing of one moment, from back to front."""

    ops: tuple[Op, ...] = ()
    elements: tuple[Element, ...] = ()
    size_px: tuple[int, int] = (0, 0)
    missing: str = ""

    @property
    def visible_text(self) -> str:
        """The words on the display, an element a line."""
        return "\n".join(element.text for element in self.elements if element.text)


def lit(drawing: DisplayList) -> tuple[float, float]:
    """Return the share of pixels lit and the mean linear light, both in [0, 1].

    Areas come from the outlines, not from pixels, so that the log does not depend on a rasteriser.
    """
    canvas = drawing.size_px[0] * drawing.size_px[1]
    if not canvas:
        return 0.0, 0.0
    areas = [(_area_px2(op), op.level) for op in drawing.ops]
    share = sum(area for area, _ in areas) / canvas
    level = sum(area * code**GAMMA for area, code in areas) / canvas
    return min(1.0, share), min(1.0, level)


def _area_px2(op: Op) -> float:
    match op:
        case Glyphs():
            return op.em_px**2 * sum(glyph_area_em2(glyph, op.bold) for glyph in op.glyphs)
        case Frame(box, _, stroke_px):
            return 2 * (box.w + box.h) * stroke_px if stroke_px else box.w * box.h
    points = [command[1][-2:] for command in op.commands if command[1]]
    lengths = (math.dist(a, b) for a, b in zip(points, points[1:], strict=False))
    return sum(lengths) * op.scale * max(op.stroke_px, 1.0)
