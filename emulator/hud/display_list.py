"""Display list: what is drawn, as plain values that any painter can replay; and how much light it makes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from emulator.hud.icons import Command, outline_size
from emulator.hud.picture import Picture
from emulator.hud.picture import light as picture_light
from emulator.hud.text import glyph_area_em2

GAMMA = 2.2  # code value to light, as the profiles have it


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


Op = Glyphs | Frame | Path | Bitmap


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

    Areas come from the outlines, not from pixels, so that the log does not depend on a rasteriser. What overlaps
    counts twice.
    """
    canvas = drawing.size_px[0] * drawing.size_px[1]
    if not canvas:
        return 0.0, 0.0
    lights = [_light_px2(op) for op in drawing.ops]
    return min(1.0, sum(area for area, _ in lights) / canvas), min(1.0, sum(light for _, light in lights) / canvas)


def _light_px2(op: Op) -> tuple[float, float]:
    """Return the lit area of ``op`` and that area times its linear light."""
    if isinstance(op, Bitmap):
        share, light = picture_light(op.picture)
        area = op.box.w * op.box.h
        return area * share * (op.level > 0), area * light * op.level**GAMMA
    area = _area_px2(op)
    return area * (op.level > 0), area * op.level**GAMMA


def _area_px2(op: Glyphs | Frame | Path) -> float:
    match op:
        case Glyphs():
            return op.em_px**2 * sum(glyph_area_em2(glyph, op.bold) for glyph in op.glyphs)
        case Frame(box, radius_px, stroke_px):
            outer = _rounded_px2(box.w, box.h, radius_px)
            inner = _rounded_px2(box.w - 2 * stroke_px, box.h - 2 * stroke_px, radius_px - stroke_px)
            return outer - inner if stroke_px else outer
    length, area = outline_size(op.commands)
    return length * op.scale * op.stroke_px if op.stroke_px else area * op.scale**2


def _rounded_px2(w: float, h: float, radius: float) -> float:
    return max(0.0, w) * max(0.0, h) - (4 - math.pi) * max(0.0, radius) ** 2
