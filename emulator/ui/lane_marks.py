"""Marks of the swim-lanes: rows of pixels for states and messages, arrows, crosses, times of the axis."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from emulator.core.units import S
from emulator.ui.state_track import ORDER, Codes
from emulator.ui.theme import Look

Pixels = npt.NDArray[np.uint32]  # premultiplied 0xAARRGGBB

STATE_COLOURS = {
    "off": "line",
    "booting": "warn",
    "suspended": "line",
    "resuming": "warn",
    "idle": "faint",
    "active": "accent",
    "suspending": "faint",
    "hung": "bad",
    "crashed": "bad",
}
STATE_ALPHA = {
    "resuming": 70,
    "booting": 70,
    "idle": 36,
    "active": 26,
    "suspending": 60,
    "hung": 90,
    "crashed": 90,
}
TROUBLE_ALPHA = {"booting": 110, "crashed": 150}


def state_pixels(look: Look, codes: Codes, alphas: dict[str, int]) -> Pixels:
    """Return one row of pixels in the colours of the states, each with the opacity that ``alphas`` gives it."""
    table = np.zeros(len(ORDER), np.uint32)
    for i, name in enumerate(ORDER):
        alpha = alphas.get(name, 0)
        r, g, b = (round(part * alpha / 255) for part in rgb(look.color(STATE_COLOURS.get(name, "line"))))
        table[i] = alpha << 24 | r << 16 | g << 8 | b
    return table[codes]


def stroke_pixels(look: Look, counts: npt.NDArray[np.int64]) -> Pixels:
    """Return one row of pixels, the more opaque the more messages crossed there."""
    alpha = np.where(counts > 0, np.clip(60 + 40 * counts, 0, 230), 0).astype(np.uint32)
    r, g, b = (np.rint(part * alpha / 255).astype(np.uint32) for part in rgb(look.color("dim")))
    return np.ascontiguousarray(alpha << 24 | r << 16 | g << 8 | b)


def draw_row(p: QPainter, box: QRect, pixels: Pixels | npt.NDArray[np.uint8]) -> None:
    """Draw one row of pixels, stretched over the height of ``box``."""
    width = len(pixels)
    p.drawImage(box, QImage(pixels.data, width, 1, 4 * width, QImage.Format.Format_ARGB32_Premultiplied))


def draw_arrow(p: QPainter, start: QPointF, end: QPointF, color: QColor) -> None:
    """Draw a line with a tip that points up or down."""
    p.setPen(QPen(color, 1.4))
    p.drawLine(start, end)
    p.setBrush(color)
    p.setPen(Qt.PenStyle.NoPen)
    tip_y = end.y() + (-5 if end.y() > start.y() else 5)
    p.drawPolygon(QPolygonF([end, QPointF(end.x() - 3.5, tip_y), QPointF(end.x() + 3.5, tip_y)]))


def draw_cross(p: QPainter, x: float, y: float) -> None:
    """Draw a cross in the pen's colour."""
    p.drawLine(QPointF(x - 4, y - 4), QPointF(x + 4, y + 4))
    p.drawLine(QPointF(x - 4, y + 4), QPointF(x + 4, y - 4))


def rgb(color: QColor) -> tuple[int, int, int]:
    """Return red, green, blue, 0 to 255."""
    return color.red(), color.green(), color.blue()


def clock(t_ns: int, step_ns: int) -> str:
    """Return a time on the axis, as fine as its step: ``1:05`` or ``5.25 s``.

    >>> clock(65_000_000_000, 1_000_000_000), clock(5_250_000_000, 50_000_000)
    ('1:05', '5.25 s')
    """
    if step_ns >= S:
        minutes, seconds = divmod(t_ns // S, 60)
        return f"{minutes}:{seconds:02d}" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
    digits = len(f"{step_ns / S:.9f}".rstrip("0").partition(".")[2])
    return f"{t_ns / S:.{digits}f} s"
