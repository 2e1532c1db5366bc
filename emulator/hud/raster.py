"""Display list to pixels with QPainter, without hinting: the same on every machine with the same Qt font engine."""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QGlyphRun,
    QGuiApplication,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QRawFont,
    QTransform,
)

from emulator.core.errors import CapabilityError
from emulator.core.profile import Profile
from emulator.hud.display_list import Bitmap, DisplayList, Frame, Glyphs, Lines, Op, Path
from emulator.hud.icons import Command
from emulator.hud.picture import Picture
from emulator.hud.text import font_path

LARGEST_RUN_PX = 64.0  # larger runs are not painted at all: Qt draws them as paths, which a raw font's run has not got

Pixels = npt.NDArray[np.uint8]


def ensure_app() -> Any:
    """Return the running Qt application, or start one; off-screen where there is no display."""
    running = QGuiApplication.instance()
    if running is not None:
        return running
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return QGuiApplication(["glasses"])


def picture_of(profile: Profile, drawing: DisplayList) -> Pixels:
    """Return the pixels of ``drawing``: shape (h, w, 4), uint8, premultiplied BGRA.

    Raises:
        CapabilityError: If the device has no display.
    """
    if profile.display is None:
        raise CapabilityError(f"{profile.name} has no display")
    ensure_app()
    width, height = profile.display.canvas_px
    pixels = np.zeros((height, width, 4), np.uint8)
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
    with QPainter(image) as painter:
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        for op in drawing.ops:
            _paint(painter, op)
    return pixels


def _paint(painter: QPainter, op: Op) -> None:
    grey = round(255 * op.level)
    colour = QColor(grey, grey, grey)
    match op:
        case Glyphs():
            _paint_glyphs(painter, op, colour)
        case Frame(box, radius_px, stroke_px):
            _use(painter, colour, stroke_px)
            inset = stroke_px / 2
            rect = QRectF(box.x + inset, box.y + inset, box.w - stroke_px, box.h - stroke_px)
            painter.drawRoundedRect(rect, radius_px - inset, radius_px - inset)
        case Path():
            painter.drawImage(*_stamp(op))
        case Bitmap(box, picture):
            painter.drawImage(QRectF(*box), _image(picture, op.level))
        case Lines(lines, stroke_px):
            _use(painter, colour, stroke_px)
            for line in lines:
                painter.drawPath(_polyline(line))  # one by one: Qt takes twice as long for all in one path


def _paint_glyphs(painter: QPainter, op: Glyphs, colour: QColor) -> None:
    if op.em_px <= LARGEST_RUN_PX:
        painter.setPen(colour)
        painter.drawGlyphRun(QPointF(op.x, op.y), _run(op.glyphs, op.xs_em, op.em_px, op.bold))
        return
    _use(painter, colour, 0.0)
    font = _raw_font(op.em_px, op.bold)
    for glyph, x_em in zip(op.glyphs, op.xs_em, strict=True):
        path = font.pathForGlyph(glyph).translated(op.x + x_em * op.em_px, op.y)
        path.setFillRule(Qt.FillRule.WindingFill)  # the font's contours overlap
        painter.drawPath(path)


@lru_cache(maxsize=64)
def _image(picture: Picture, level: float) -> QImage:
    pixels = picture.pixels.astype(np.float32)
    pixels[..., :3] *= level * pixels[..., 3:] / 255.0
    codes = np.ascontiguousarray(np.rint(pixels)[..., [2, 1, 0, 3]].astype(np.uint8))
    image = QImage(codes.data, picture.width, picture.height, QImage.Format.Format_ARGB32_Premultiplied)
    return image.copy()  # its own pixels


def _use(painter: QPainter, colour: QColor, stroke_px: float) -> None:
    pen = QPen(colour, stroke_px, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen if stroke_px else Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush if stroke_px else colour)


@lru_cache(maxsize=1024)
def _run(glyphs: tuple[int, ...], xs_em: tuple[float, ...], em_px: float, bold: bool) -> QGlyphRun:
    run = QGlyphRun()
    run.setRawFont(_raw_font(em_px, bold))
    run.setGlyphIndexes(list(glyphs))
    run.setPositions([QPointF(x * em_px, 0) for x in xs_em])
    return run


@lru_cache(maxsize=64)
def _raw_font(em_px: float, bold: bool) -> QRawFont:
    return QRawFont(font_path(bold), em_px, QFont.HintingPreference.PreferNoHinting)


@lru_cache(maxsize=256)
def _stamp(op: Path) -> tuple[QPoint, QImage]:
    """Return a path painted once, and where it goes: icons stay where they are from screen to screen."""
    path = QTransform(op.scale, 0.0, 0.0, op.scale, op.x, op.y).map(_outline(op.commands))
    reach = op.stroke_px / 2 + 1
    rect = path.boundingRect().adjusted(-reach, -reach, reach, reach).toAlignedRect()
    image = QImage(rect.size(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    grey = round(255 * op.level)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-rect.x(), -rect.y())
        _use(painter, QColor(grey, grey, grey), op.stroke_px)
        painter.drawPath(path)
    return rect.topLeft(), image


def _polyline(line: tuple[float, ...]) -> QPainterPath:
    path = QPainterPath(QPointF(line[0], line[1]))
    for x, y in zip(line[2::2], line[3::2], strict=True):
        path.lineTo(x, y)
    return path


@lru_cache(maxsize=512)
def _outline(commands: tuple[Command, ...]) -> QPainterPath:
    path = QPainterPath()
    for letter, numbers in commands:
        points = [QPointF(numbers[i], numbers[i + 1]) for i in range(0, len(numbers), 2)]
        match letter:
            case "M":
                path.moveTo(points[0])
            case "L":
                path.lineTo(points[0])
            case "C":
                path.cubicTo(*points)
            case "Z":
                path.closeSubpath()
    return path
