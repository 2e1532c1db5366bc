"""Sizes of a HUD document: degrees first, so that one file serves every display; ``px``, ``%`` and ``sp`` also."""

from __future__ import annotations

from typing import NamedTuple

from emulator.core.profile import Display
from emulator.core.units import split_quantity

UNITS = ("deg", "px", "%", "sp")
SP_DEG = 1.0 / 30.0  # 18 sp are 0.6 degrees at Google's plane of 1 m


class Size(NamedTuple):
    """A length: ``number`` of ``unit``; ``deg``, ``px``, ``sp`` or ``%`` of the space around it."""

    number: float
    unit: str

    def px(self, px_per_deg: float, space_px: float) -> float:
        """Return the length in pixels of the display."""
        if self.unit == "deg":
            return self.number * px_per_deg
        if self.unit == "%":
            return self.number * space_px / 100.0
        return self.number * (SP_DEG * px_per_deg if self.unit == "sp" else 1.0)


class Style(NamedTuple):
    """How a text looks: em in degrees, weight, and a line's height in em."""

    em_deg: float
    bold: bool = False
    line_em: float = 1.3


NONE = Size(0.0, "px")
NO_PAD = (NONE, NONE)
STYLES = {  # S1 tutorial frames at 640 px: titles 20-21 px, body 18 px, hints 16-18 px (device.md, 1.3)
    "display": Style(2.1, True, 1.2),
    "title-large": Style(1.2, True),
    "title": Style(0.78, True),
    "body-medium": Style(0.68),
    "body": Style(0.68),
    "caption": Style(0.63),
    "hint": Style(0.63),
}
LEVELS = {"bright": 1.0, "mid": 0.7, "dim": 0.42}  # code values; light goes with their power 2.2
BOXES = ("none", "outline", "thin", "filled")
NARROW_DEG = 12.0  # on narrower canvases everything is drawn smaller,
LEAST_SCALE = 0.78  # but letters stay above 16 arcmin (NUREG-0700)


def px_per_deg(display: Display) -> float:
    """Return how many pixels a degree of a document takes: those of the display, fewer on a narrow canvas."""
    return display.px_per_deg * min(1.0, max(LEAST_SCALE, display.fov_deg[0] / NARROW_DEG))


def parse_size(text: str) -> Size:
    """Read ``"0.25deg"``, ``"12px"``, ``"60%"`` or ``"18sp"``.

    Raises:
        ValueError: If it is not a number with one of these units.
    """
    number, unit = split_quantity(text)
    if unit not in UNITS or number < 0:
        raise ValueError(f"expected a size such as 0.25deg, 12px, 60% or 18sp, got {text!r}")
    return Size(number, unit)
