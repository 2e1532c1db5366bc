"""Display list: what is drawn, as plain values that any painter can replay; and how much light it makes."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

from emulator.hud.icons import Command, outline_size
from emulator.hud.picture import Picture
from emulator.hud.picture import light as picture_light
from emulator.hud.text import glyph_ink

GAMMA = 2.2  # code value to light, as the profiles have it
EDGE_LOSS = 1 / 2 - 1 / (GAMMA + 1)  # light that a pixel of edge has not got, because its code value is a share
HIDDEN = "•••"
LEAST_BAR_EM, BAR_LEVEL = 2.0, 0.5
LEAST_SHARE = 0.3  # of the light of a shape that is all edge


class Box(NamedTuple):
    """A rectangle in display pixels; the origin is the top-left corner."""

    x: float
    y: float
    w: float
    h: float

    def meets(self, other: Box) -> bool:
        """Say whether the two have a part in common."""
        return (
            self.x < other.x + other.w
            and other.x < self.x + self.w
            and self.y < other.y + other.h
            and other.y < self.y + self.h
        )


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


@dataclass(frozen=True, slots=True)
class Bitmap:
    """A picture, drawn into ``box``; ``level`` scales its code values."""

    box: Box
    picture: Picture
    level: float


@dataclass(frozen=True, slots=True)
class Lines:
    """Polylines of a map, each x, y, x, y ... in display pixels; stroked with ``stroke_px``."""

    lines: tuple[tuple[float, ...], ...]
    stroke_px: float
    level: float


Op = Glyphs | Frame | Path | Bitmap | Lines


@dataclass(frozen=True, slots=True)
class Element:
    """A node with an id or words: what flows and tests look at.

    ``cut`` says that words were left out, ``private`` that recordings do not show them.
    """

    id: str
    text: str
    box: Box
    level: float
    cut: bool = False
    private: bool = False


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


def masked(drawing: DisplayList) -> DisplayList:
    """Return ``drawing`` with a bar in place of each line that is private: what a recording may show."""
    hidden = [element.box for element in drawing.elements if element.private]
    if not hidden:
        return drawing
    ops = tuple(
        _bar(op) if isinstance(op, Glyphs) and any(_within(op, box) for box in hidden) else op for op in drawing.ops
    )
    elements = tuple(replace(element, text=HIDDEN) if element.private else element for element in drawing.elements)
    return replace(drawing, ops=ops, elements=elements)


def _within(line: Glyphs, box: Box) -> bool:
    return box.y <= line.y <= box.y + box.h and box.x - 1 <= line.x <= box.x + box.w


def _bar(line: Glyphs) -> Frame:
    """Return a bar as long as a line, and as high as its small letters; always of a few letters' length at least."""
    em = line.em_px
    length = max(LEAST_BAR_EM, (line.xs_em[-1] if line.xs_em else 0.0) + 0.5) * em
    return Frame(Box(line.x, line.y - 0.6 * em, length, 0.5 * em), 0.1 * em, 0.0, line.level * BAR_LEVEL)


def lit(drawing: DisplayList) -> tuple[float, float]:
    """Return the share of pixels lit and the mean linear light, both in [0, 1].

    Both come from the outlines, not from pixels, so that the log does not depend on a rasteriser. Where an outline
    cuts pixels, these are all lit (half a pixel more for each pixel of its length), but dimly: a code value u in
    [0, 1] gives light u^2.2, in the mean 1/3.2 instead of 1/2. What overlaps counts twice.
    """
    canvas = drawing.size_px[0] * drawing.size_px[1]
    if not canvas:
        return 0.0, 0.0
    parts = [_light_px2(op) for op in drawing.ops if op.level > 0]
    return min(1.0, sum(area for area, _ in parts) / canvas), min(1.0, sum(light for _, light in parts) / canvas)


def _light_px2(op: Op) -> tuple[float, float]:
    """Return how many pixels ``op`` lights, and their linear light together."""
    if isinstance(op, Bitmap):
        share, light = picture_light(op.picture)
        return op.box.w * op.box.h * share, op.box.w * op.box.h * light * op.level**GAMMA
    area, edge = _ink_px(op)
    return area + edge / 2, max(area * LEAST_SHARE, area - edge * EDGE_LOSS) * op.level**GAMMA


def _ink_px(op: Glyphs | Frame | Path | Lines) -> tuple[float, float]:
    """Return area and length of the outline of what is inked."""
    match op:
        case Glyphs():
            inks = [glyph_ink(glyph, op.bold) for glyph in op.glyphs]
            return op.em_px**2 * sum(ink.area_em2 for ink in inks), op.em_px * sum(ink.edge_em for ink in inks)
        case Frame(box, radius_px, stroke_px):
            area, edge = _rounded_px(box.w, box.h, radius_px)
            if not stroke_px:
                return area, edge
            inner = _rounded_px(box.w - 2 * stroke_px, box.h - 2 * stroke_px, radius_px - stroke_px)
            return area - inner[0], edge + inner[1]
        case Lines(lines, stroke_px):
            length = sum(_length_px(line) for line in lines)
            whole = sum(_length_px(line) for line in lines if _on_pixels(line, stroke_px))
            return length * stroke_px, 2 * (length - whole)
    length, area = outline_size(op.commands)
    if op.stroke_px:
        return length * op.scale * op.stroke_px, 2 * length * op.scale
    return area * op.scale**2, length * op.scale


def _length_px(line: tuple[float, ...]) -> float:
    return sum(map(math.dist, zip(line[:-2:2], line[1:-2:2], strict=True), zip(line[2::2], line[3::2], strict=True)))


def _on_pixels(line: tuple[float, ...], stroke_px: float) -> bool:
    """Say whether ``line`` is straight, upright or level, and fills whole pixels: it has no edge that is dimmer."""
    x, y = line[0] - stroke_px / 2, line[1] - stroke_px / 2
    return len(line) == 4 and ((line[0] == line[2] and x == int(x)) or (line[1] == line[3] and y == int(y)))


def _rounded_px(w: float, h: float, radius: float) -> tuple[float, float]:
    """Return area and edge of a rounded rectangle."""
    w, h, radius = max(0.0, w), max(0.0, h), max(0.0, radius)
    return w * h - (4 - math.pi) * radius**2, 2 * (w + h) - (8 - 2 * math.pi) * radius
