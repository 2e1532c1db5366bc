"""Small line icons in the colours of the theme, drawn on a 16 x 16 grid."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

SIZES = (16, 32, 48)
Draw = Callable[[QPainter, QColor], None]


def icon(name: str, color: QColor, on_color: QColor | None = None) -> QIcon:
    """Return icon ``name`` in ``color``, and in ``on_color`` while checked."""
    made = QIcon()
    for size in SIZES:
        made.addPixmap(_pixmap(name, color, size), QIcon.Mode.Normal, QIcon.State.Off)
        made.addPixmap(_pixmap(name, on_color or color, size), QIcon.Mode.Normal, QIcon.State.On)
    return made


def icon_size() -> QSize:
    """Return the size icons are shown at."""
    return QSize(16, 16)


def _pixmap(name: str, color: QColor, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as p:
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.scale(size / 16, size / 16)
        p.setPen(QPen(color, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        DRAW[name](p, color)
    return pixmap


def _pause(p: QPainter, color: QColor) -> None:
    p.fillRect(QRectF(4, 3, 3, 10), color)
    p.fillRect(QRectF(9, 3, 3, 10), color)


def _play(p: QPainter, color: QColor) -> None:
    p.setBrush(color)
    p.drawPolygon(QPolygonF([QPointF(5, 3.5), QPointF(12.5, 8), QPointF(5, 12.5)]))


def _camera(p: QPainter, color: QColor) -> None:  # noqa: ARG001  the pen has it
    p.drawRoundedRect(QRectF(2, 4.5, 12, 8.5), 2, 2)
    p.drawLine(QPointF(6, 3), QPointF(10, 3))
    p.drawEllipse(QPointF(8, 8.7), 2.4, 2.4)


def _record(p: QPainter, color: QColor) -> None:
    p.drawEllipse(QPointF(8, 8), 6, 6)
    p.setBrush(color)
    p.drawEllipse(QPointF(8, 8), 2.6, 2.6)


def _expand(p: QPainter, color: QColor) -> None:  # noqa: ARG001  the pen has it
    for x, y in ((3, 3), (13, 3), (3, 13), (13, 13)):
        dx, dy = (3.2 if x < 8 else -3.2), (3.2 if y < 8 else -3.2)
        p.drawPolyline([QPointF(x + dx, y), QPointF(x, y), QPointF(x, y + dy)])


def _theme(p: QPainter, color: QColor) -> None:
    p.drawEllipse(QPointF(8, 8), 5.5, 5.5)
    half = QPainterPath(QPointF(8, 2.5))
    half.arcTo(QRectF(2.5, 2.5, 11, 11), 90, -180)
    half.closeSubpath()
    p.fillPath(half, color)


def _panels(p: QPainter, color: QColor) -> None:  # noqa: ARG001  the pen has it
    p.drawRoundedRect(QRectF(2, 3, 12, 10), 1.5, 1.5)
    p.drawLine(QPointF(6, 3.5), QPointF(6, 12.5))
    p.drawLine(QPointF(6.5, 9.5), QPointF(13.5, 9.5))


def _help(p: QPainter, color: QColor) -> None:
    p.drawEllipse(QPointF(8, 8), 6, 6)
    arc = QPainterPath(QPointF(6, 6.4))
    arc.cubicTo(6, 3.6, 10, 3.6, 10, 6.2)
    arc.cubicTo(10, 7.8, 8, 7.6, 8, 9.2)
    p.drawPath(arc)
    p.setBrush(color)
    p.drawEllipse(QPointF(8, 11.4), 0.3, 0.3)


def _close(p: QPainter, color: QColor) -> None:  # noqa: ARG001  the pen has it
    p.drawLine(QPointF(4.5, 4.5), QPointF(11.5, 11.5))
    p.drawLine(QPointF(11.5, 4.5), QPointF(4.5, 11.5))


def _plus(p: QPainter, color: QColor) -> None:
    _minus(p, color)
    p.drawLine(QPointF(8, 3.5), QPointF(8, 12.5))


def _minus(p: QPainter, color: QColor) -> None:  # noqa: ARG001  the pen has it
    p.drawLine(QPointF(3.5, 8), QPointF(12.5, 8))


def _aim(p: QPainter, color: QColor) -> None:
    p.drawEllipse(QPointF(8, 8), 4.2, 4.2)
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        p.drawLine(QPointF(8 + 4.2 * dx, 8 + 4.2 * dy), QPointF(8 + 6.7 * dx, 8 + 6.7 * dy))
    p.setBrush(color)
    p.drawEllipse(QPointF(8, 8), 1.0, 1.0)


def _walk(p: QPainter, color: QColor) -> None:
    p.setBrush(color)
    p.drawEllipse(QPointF(9, 2.8), 1.1, 1.1)
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.drawPolyline([QPointF(4.5, 8), QPointF(6.5, 5.8), QPointF(8.6, 5.4), QPointF(9.8, 7.6), QPointF(12, 8.2)])
    p.drawPolyline([QPointF(8.2, 5.6), QPointF(7.6, 9.4), QPointF(10, 11), QPointF(10.4, 14)])
    p.drawPolyline([QPointF(7.6, 9.4), QPointF(6.8, 11.8), QPointF(4.6, 13.8)])


DRAW: dict[str, Draw] = {
    "walk": _walk,
    "plus": _plus,
    "minus": _minus,
    "aim": _aim,
    "pause": _pause,
    "play": _play,
    "camera": _camera,
    "record": _record,
    "expand": _expand,
    "theme": _theme,
    "panels": _panels,
    "help": _help,
    "close": _close,
}
