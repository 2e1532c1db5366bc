"""The right temple from the wearer's right: its zones take the mouse as a finger, in real time.

Front is on the right, where the wearer looks. Pressing, dragging and letting go are press, move and release; what
gesture that was is decided by the recogniser on the glasses, not here.
"""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QLinearGradient, QMouseEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from emulator.core.actions import Move
from emulator.ui.desk import Desk

# Zones in units of a 300 x 120 drawing; about 0.5 mm a unit (a temple is some 150 mm long).
MM_PER_UNIT = 0.5
ZONES = {
    "temple": QRectF(140, 40, 118, 34),
    "media": QRectF(150, 78, 74, 15),
    "power-key": QRectF(112, 78, 28, 15),
    "camera-key": QRectF(246, 24, 30, 12),
}
TOLD = QRectF(60, 98, 230, 20)
GLOW_S = 0.5


class TempleView(QWidget):
    """Draws the temple; ``hinted`` names the zone under the mouse."""

    hinted = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.held = ""
        self._over = ""
        self._last = QPointF()
        self._touch: QPointF | None = None
        self._glow: tuple[str, float] = ("", 0.0)
        self.told = ""  # the last gesture, in words
        self.setMouseTracking(True)
        desk.look.changed.connect(self.update)
        desk.texts.changed.connect(self.update)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return a size for a side column."""
        return QSize(300, 118)

    def zone_at(self, at: QPointF) -> str:
        """Return the control under ``at``, or ""."""
        unit = self._to_units(at)
        for name, zone in ZONES.items():
            if zone.adjusted(-2, -2, 2, 2).contains(unit) and self._desk.has(name):
                return name
        return ""

    def place_of(self, zone: str) -> QPointF:
        """Return the middle of ``zone`` in widget coordinates."""
        scale, origin = self._frame()
        return origin + ZONES[zone].center() * scale

    def flash(self, control: str) -> None:
        """Light ``control`` up for a moment: a gesture was recognised."""
        self._glow = (control, perf_counter())
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A finger goes down; the right button is a light touch."""
        zone = self.zone_at(event.position())
        if zone and not self.held:
            self.held, self._last, self._touch = zone, event.position(), event.position()
            light = event.button() == Qt.MouseButton.RightButton
            self._desk.press(zone, "light" if light else "full")
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The finger moves; right is to the front."""
        if self.held:
            scale, _ = self._frame()
            moved_mm = (event.position().x() - self._last.x()) / scale * MM_PER_UNIT
            if abs(moved_mm) >= 0.5:
                self._last = self._touch = event.position()
                self._desk.do(Move(self.held, round(moved_mm, 2)))
                self.update()
            return
        over = self.zone_at(event.position())
        if over != self._over:
            self._over = over
            self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
            self.hinted.emit(over)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002  wherever it is
        """The finger leaves."""
        if self.held:
            held, self.held, self._touch = self.held, "", None
            self._desk.release(held)
            self.update()

    def leaveEvent(self, event: object) -> None:  # noqa: ARG002  nothing to read in it
        """No zone is under the mouse any more."""
        if not self.held:
            self._over = ""
            self.hinted.emit("")
            self.update()

    def _frame(self) -> tuple[float, QPointF]:
        scale = min(self.width() / 300, self.height() / 120)
        return scale, QPointF((self.width() - 300 * scale) / 2, (self.height() - 120 * scale) / 2)

    def _to_units(self, at: QPointF) -> QPointF:
        scale, origin = self._frame()
        return (at - origin) / scale

    def paintEvent(self, event: object) -> None:  # noqa: ARG002  always whole
        """Draw temple, hinge, lens and zones."""
        scale, origin = self._frame()
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.translate(origin)
            p.scale(scale, scale)
            self._draw_body(p)
            for name, zone in ZONES.items():
                self._draw_zone(p, name, zone)
            self._draw_told(p)
            if self._touch is not None:
                spot = QColor(self._desk.look.color("accent"))
                spot.setAlpha(120)
                p.setBrush(spot)
                p.setPen(Qt.PenStyle.NoPen)
                p.drawEllipse(self._to_units(self._touch), 7, 7)
        if perf_counter() - self._glow[1] < GLOW_S:
            self.update()

    def _draw_body(self, p: QPainter) -> None:
        look = self._desk.look
        body = QPainterPath(QPointF(280, 36))
        body.lineTo(140, 36)
        body.cubicTo(90, 38, 60, 44, 40, 56)
        body.cubicTo(20, 66, 10, 84, 6, 104)
        body.cubicTo(4, 114, 20, 116, 24, 106)
        body.cubicTo(30, 92, 44, 82, 64, 80)
        body.lineTo(262, 78)
        body.cubicTo(272, 78, 280, 70, 280, 60)
        body.closeSubpath()
        shade = QLinearGradient(0, 30, 0, 110)
        shade.setColorAt(0, look.color("pressed"))
        shade.setColorAt(1, look.color("raised"))
        p.setBrush(QBrush(shade))
        p.setPen(QPen(look.color("faint"), 1))
        p.drawPath(body)
        p.setBrush(look.color("pressed"))
        p.drawRoundedRect(QRectF(276, 32, 14, 36), 4, 4)
        lens = QPainterPath(QPointF(290, 34))
        lens.cubicTo(297, 40, 297, 84, 290, 98)
        p.setPen(QPen(look.color("faint"), 2.4))
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.drawPath(lens)
        p.setPen(QPen(look.color("faint"), 0.8))
        p.drawLine(QPointF(44, 56), QPointF(52, 80))  # where the pack comes off

    def _draw_told(self, p: QPainter) -> None:
        font = p.font()
        font.setPixelSize(12)
        p.setFont(font)
        p.setPen(self._desk.look.color("accent"))
        p.drawText(TOLD, Qt.AlignmentFlag.AlignCenter, self.told)

    def _draw_zone(self, p: QPainter, name: str, zone: QRectF) -> None:
        look, there = self._desk.look, self._desk.has(name)
        glow = self._glow[0] == name and perf_counter() - self._glow[1] < GLOW_S
        held = self.held == name or glow
        fill = QColor(look.color("accent" if held else "panel"))
        fill.setAlpha(200 if held else 235 if self._over == name else 150)
        p.setBrush(fill if there else Qt.BrushStyle.NoBrush)
        edge = "accent" if there and (self._over == name or held) else "faint" if there else "line"
        p.setPen(QPen(look.color(edge), 1.1, Qt.PenStyle.SolidLine if there else Qt.PenStyle.DashLine))
        radius = min(zone.height() / 2, 8)
        p.drawRoundedRect(zone, radius, radius)
        if not there:
            return
        font = p.font()
        font.setPixelSize(9 if zone.width() > 60 else 8)
        p.setFont(font)
        p.setPen(look.color("on_accent" if held else "dim"))
        p.drawText(zone, Qt.AlignmentFlag.AlignCenter, self._desk.texts(f"zone.{name}.short"))
