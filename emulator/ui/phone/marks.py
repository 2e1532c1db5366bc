"""What lies on the phone's map: where the glasses are, the way they follow, the destination, and how long a metre is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from emulator.maps.points import Wgs84Point
from emulator.ui.theme import Look

DOT_PX, RING_PX, PIN_PX, WEDGE_PX, WEDGE_DEG = 6.5, 2.5, 26.0, 24.0, 60.0
WAY_PX, OTHER_PX, WAY_EDGE_PX = 5.0, 3.0, 2.0
BAR_PX = 90.0  # the scale is at most so long
STALE = 0.35  # opacity of a position that was lost


@dataclass(frozen=True, slots=True)
class Here:
    """Where the glasses are, as far as they know.

    Attributes:
        point: The latest position.
        accuracy_m: One standard deviation.
        heading_deg: Clockwise from north, or None.
        lost: Whether nothing measures it any more.
    """

    point: Wgs84Point
    accuracy_m: float
    heading_deg: float | None = None
    lost: bool = False


def draw_way(p: QPainter, way: Sequence[QPointF], look: Look, *, followed: bool) -> None:
    """Draw the way the glasses follow, or one that they offer besides."""
    line = QPolygonF(list(way))
    own, px = (look.color("accent"), WAY_PX) if followed else (look.color("dim"), OTHER_PX)
    for color, width in ((look.color("plot"), px + 2 * WAY_EDGE_PX), (own, px)):
        p.setPen(QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        p.drawPolyline(line)


def draw_here(p: QPainter, at: QPointF, here: Here, px_per_m: float, look: Look) -> None:
    """Draw the glasses: a dot, how sure they are of it, and where they head."""
    color = look.color("dim" if here.lost else "accent")
    p.setOpacity(STALE if here.lost else 1.0)
    reach = here.accuracy_m * px_per_m
    if reach > DOT_PX + RING_PX:
        p.setPen(QPen(_thin(color, 150), 1))
        p.setBrush(_thin(color, 40))
        p.drawEllipse(at, reach, reach)
    p.setPen(Qt.PenStyle.NoPen)
    if here.heading_deg is not None and not here.lost:
        p.setBrush(_thin(color, 120))
        p.drawPath(_wedge(at, here.heading_deg))
    p.setBrush(QColor("white"))
    p.drawEllipse(at, DOT_PX + RING_PX, DOT_PX + RING_PX)
    p.setBrush(color)
    p.drawEllipse(at, DOT_PX, DOT_PX)
    p.setOpacity(1.0)


def draw_pin(p: QPainter, at: QPointF, look: Look) -> None:
    """Draw a pin, its point at ``at``."""
    head = QPointF(at.x(), at.y() - 0.66 * PIN_PX)
    radius = 0.34 * PIN_PX
    path = QPainterPath(at)
    path.cubicTo(at.x() - 1, at.y() - 6, head.x() - radius, head.y() + 9, head.x() - radius, head.y())
    path.arcTo(QRectF(head.x() - radius, head.y() - radius, 2 * radius, 2 * radius), 180.0, -180.0)
    path.cubicTo(head.x() + radius, head.y() + 9, at.x() + 1, at.y() - 6, at.x(), at.y())
    p.setPen(QPen(look.color("panel"), 1.5))
    p.setBrush(look.color("text"))
    p.drawPath(path)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(look.color("accent"))
    p.drawEllipse(head, 0.16 * PIN_PX, 0.16 * PIN_PX)


def draw_cross(p: QPainter, at: QPointF, look: Look) -> None:
    """Draw what the keyboard points at."""
    p.setPen(QPen(look.color("text"), 1.5))
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        p.drawLine(at + QPointF(4 * dx, 4 * dy), at + QPointF(11 * dx, 11 * dy))


def draw_scale(p: QPainter, corner: QPointF, px_per_m: float, look: Look) -> None:
    """Draw how long some round number of metres is; ``corner`` is its lower left end."""
    metres = round_metres(BAR_PX / px_per_m)
    length = metres * px_per_m
    text = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    x, y = corner.x(), corner.y()
    wide = max(length, float(p.fontMetrics().horizontalAdvance(text)))
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(_thin(look.color("panel"), 190))
    p.drawRoundedRect(QRectF(x - 6, y - 24, wide + 12, 30), 4, 4)
    p.setBrush(Qt.BrushStyle.NoBrush)
    line = QPolygonF([QPointF(x, y - 5), QPointF(x, y), QPointF(x + length, y), QPointF(x + length, y - 5)])
    for color, width in ((look.color("panel"), 4.0), (look.color("text"), 1.5)):
        p.setPen(QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin))
        p.drawPolyline(line)
    p.setPen(look.color("text"))
    p.drawText(QRectF(x, y - 22, max(length, 80.0), 16), Qt.AlignmentFlag.AlignLeft, text)


def round_metres(most: float) -> float:
    """Return the greatest 1, 2 or 5 times a power of ten that is not above ``most``.

    >>> round_metres(90), round_metres(230), round_metres(0.3)
    (50.0, 200.0, 0.2)
    """
    power = 10.0 ** math.floor(math.log10(most))
    return round(max(step for step in (1, 2, 5) if step * power <= most * (1 + 1e-9)) * power, 9)


def _thin(color: QColor, alpha: int) -> QColor:
    color = QColor(color)
    color.setAlpha(alpha)
    return color


def _wedge(at: QPointF, heading_deg: float) -> QPainterPath:
    reach = DOT_PX + WEDGE_PX
    path = QPainterPath(at)
    path.arcTo(
        QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach), 90.0 - heading_deg - WEDGE_DEG / 2, WEDGE_DEG
    )
    path.closeSubpath()
    return path
