"""Bars of who used what, and the bar of what one use cost: painted, legible in a narrow place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from emulator.ui.theme import Look

ROW_PX, NAME_PX, FIGURES_PX = 22, 108, (78, 56, 84)
BAR_PX = 12


class Bar(NamedTuple):
    """One row: its name, colour, length in [0, 1], figures from left to right, and what hovering tells."""

    name: str
    color: QColor
    share: float
    figures: tuple[str, ...]
    tip: str


class UseBars(QWidget):
    """Rows of name, bar and figures."""

    def __init__(self, look: Look, name_px: int = NAME_PX, figures_px: tuple[int, ...] = FIGURES_PX) -> None:
        super().__init__()
        self._look, self._name_px, self._figures_px = look, name_px, figures_px
        self.rows: Sequence[Bar] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rows(self, rows: Sequence[Bar]) -> None:
        """Show other rows."""
        if len(rows) != len(self.rows):
            self.setFixedHeight(max(1, len(rows)) * ROW_PX)
        self.rows = rows
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of all rows."""
        return QSize(360, max(1, len(self.rows)) * ROW_PX)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  always whole
        """Draw the rows."""
        figures_px, name_px = sum(self._figures_px), self._name_px
        room = max(20, self.width() - name_px - figures_px - 10)
        with QPainter(self) as p:
            for number, row in enumerate(self.rows):
                top = number * ROW_PX
                p.fillRect(QRectF(0, top + 7, 8, 8), row.color)
                p.setPen(self._look.color("text"))
                name = p.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideRight, name_px - 20)
                p.drawText(QRectF(14, top, name_px - 14, ROW_PX), Qt.AlignmentFlag.AlignVCenter, name)
                track = QRectF(name_px, top + (ROW_PX - BAR_PX) / 2, room, BAR_PX)
                p.fillRect(track, self._look.color("plot"))
                track.setWidth(max(1.0, room * row.share))
                p.fillRect(track, row.color)
                left = self.width() - figures_px
                for i, (text, width) in enumerate(zip(row.figures, self._figures_px, strict=False)):
                    p.setPen(self._look.color("text" if i == 0 else "dim"))
                    box = QRectF(left, top, width - 4, ROW_PX)
                    p.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
                    left += width

    def event(self, event: QEvent) -> bool:
        """Tell on hovering what the row means."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(event.pos().y()), self)
            return True
        return super().event(event)

    def tip_at(self, y: float) -> str:
        """Return what the row at ``y`` tells."""
        number = int(y // ROW_PX)
        return self.rows[number].tip if 0 <= number < len(self.rows) else ""


class BudgetBar(QWidget):
    """One stacked bar: what one use cost, by part."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.parts: Sequence[tuple[QColor, float]] = ()
        self.setFixedHeight(10)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_parts(self, parts: Sequence[tuple[QColor, float]]) -> None:
        """Show parts: colour and weight."""
        self.parts = parts
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  always whole
        """Draw the parts side by side."""
        total = sum(weight for _, weight in self.parts)
        with QPainter(self) as p:
            p.fillRect(self.rect(), self._look.color("plot"))
            left = 0.0
            for color, weight in self.parts if total > 0 else ():
                width = self.width() * weight / total
                p.fillRect(QRectF(left, 0, max(0.0, width - 1), self.height()), color)
                left += width
