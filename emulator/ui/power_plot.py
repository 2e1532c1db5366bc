"""The stacked plot of power by owner over time, with its legend."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from emulator.core.units import S
from emulator.ui.amounts import span
from emulator.ui.confidence import weakest
from emulator.ui.desk import Desk
from emulator.ui.power_history import OTHERS, Bands, PowerHistory, nice_ceiling, stack

AXIS_PX, FOOT_PX, ROW_PX = 64, 18, 19
LEGEND_ROWS = 6


class PowerPlot(QWidget):
    """Draws the last ``span_s`` seconds of a ``PowerHistory``."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.history, self.span_s = PowerHistory(), 60.0
        self._bands: Bands = {}
        self._full_mw = 10.0
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(150)

    def sizeHint(self) -> QSize:
        """Return a size with room for the legend."""
        return QSize(300, 250)

    @property
    def since_ns(self) -> int:
        """Virtual time at the left edge."""
        return self._desk.glasses.now_ns - round(self.span_s * S)

    def area(self) -> QRect:
        """Return where the stack stands."""
        rows = -(-min(len(self.history.now), LEGEND_ROWS) // 1)
        legend = min(rows * ROW_PX + 6, max(0, self.height() - 110))
        return QRect(AXIS_PX, 6, max(1, self.width() - AXIS_PX), max(1, self.height() - FOOT_PX - legend - 6))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  always whole
        """Draw stack, axis and legend."""
        area = self.area()
        with QPainter(self) as p:
            p.fillRect(self.rect(), self._desk.look.color("panel"))
            p.fillRect(area, self._desk.look.color("plot"))
            self._draw_stack(p, area)
            self._draw_axis(p, area)
            self._draw_legend(p, area.bottom() + FOOT_PX)

    def _draw_stack(self, p: QPainter, area: QRect) -> None:
        ratio = self.devicePixelRatioF()
        width, height = max(1, round(area.width() * ratio)), max(1, round(area.height() * ratio))
        self._bands = self.history.bands(self.since_ns, self._desk.glasses.now_ns, width)
        if not self._bands:
            p.setPen(self._desk.look.color("faint"))
            p.drawText(area, Qt.AlignmentFlag.AlignCenter, self._desk.texts("battery.power.none"))
            return
        total = np.sum(list(self._bands.values()), axis=0)
        self._full_mw = nice_ceiling(float(total.max()) * 1.05)
        table = [self.colour(name).rgba() for name in self._bands] + [self._desk.look.color("plot").rgba()]
        pixels = np.array(table, np.uint32)[stack(self._bands, height, self._full_mw)]
        image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        p.drawImage(area, image)

    def _draw_axis(self, p: QPainter, area: QRect) -> None:
        look = self._desk.look
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for share in (0.0, 0.5, 1.0):
            y = area.bottom() - round(share * (area.height() - 1))
            grid = QColor(look.color("faint"))
            grid.setAlpha(70)
            p.setPen(grid)
            p.drawLine(area.left(), y, area.right(), y)
            p.setPen(look.color("faint"))
            place = min(max(y - 9, 0), area.bottom() - 16)
            p.drawText(QRect(0, place, AXIS_PX - 6, 18), right, f"{share * self._full_mw:.0f} mW")
        foot = QRect(area.left(), area.bottom() + 1, area.width(), FOOT_PX)
        p.drawText(
            foot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, "−" + span(self._desk.texts, self.span_s)
        )
        p.drawText(foot, right, self._desk.texts("axis.now"))

    def _draw_legend(self, p: QPainter, top: int) -> None:
        look = self._desk.look
        now = sorted(self.history.now.items(), key=lambda item: -item[1])[:LEGEND_ROWS]
        for i, (name, mw) in enumerate(now):
            row = QRect(AXIS_PX, top + 6 + i * ROW_PX, self.width() - AXIS_PX, ROW_PX)
            if row.bottom() > self.height():
                return
            p.fillRect(QRect(row.left(), row.top() + 5, 9, 9), self.colour(name))
            p.setPen(look.color("dim"))
            p.drawText(row.adjusted(17, 0, -70, 0), Qt.AlignmentFlag.AlignVCenter, self.name(name))
            p.setPen(look.color("text"))
            p.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{mw:.1f} mW")

    def colour(self, name: str) -> QColor:
        """Return the colour of a band."""
        return self._desk.look.color("faint") if name == OTHERS else self._desk.colours(name)

    def name(self, name: str) -> str:
        """Return the name of a band in words."""
        words = self._desk.texts
        return words("battery.others") if name == OTHERS else words.known("owner", name)

    def event(self, event: QEvent) -> bool:
        """Tell on hovering who drew what then."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def tip_at(self, at: QPointF) -> str:
        """Return who drew what at the time under ``at``, one line each."""
        area = self.area()
        if not (self._bands and area.contains(at.toPoint())):
            return ""
        width = len(next(iter(self._bands.values())))
        column = min(width - 1, int((at.x() - area.left()) / area.width() * width))
        lines = [f"{self.name(n)}  {row[column]:.1f} mW" for n, row in self._bands.items() if row[column] >= 0.05]
        total = sum(float(row[column]) for row in self._bands.values())
        sure = weakest(self._desk.texts, self._desk.glasses.profile)
        return "\n".join([f"{self._desk.texts('battery.total')}  {total:.1f} mW", *lines, sure])
