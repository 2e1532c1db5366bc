"""Lists of the phone: rows of what, what about it, and a figure; all texts are plain, wherever they come from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from emulator.ui.theme import Look

ROW_PX, THIN_PX, GAP_PX = 38, 24, 10
SMALL_PX = 11


class Row(NamedTuple):
    """One row.

    Attributes:
        title: What it is; cut where it does not fit.
        figure: At the right, never cut.
        note: Below the title, small; "" leaves it out and makes the row thin.
        tag: A word in a frame before the figure, as in 沙箱.
        share: A bar below the row, filled so far, or None.
        tone: Colour of the figure.
    """

    title: str
    figure: str = ""
    note: str = ""
    tag: str = ""
    share: float | None = None
    tone: str = "text"


class Rows(QWidget):
    """Paints rows; the tip of one that is cut has all of it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.rows: list[Row] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these instead."""
        if list(rows) != self.rows:
            self.rows = list(rows)
            self.setAccessibleDescription("\n".join(_plain(row) for row in self.rows))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Return the room of all rows."""
        return QSize(200, sum(_height(row) for row in self.rows))

    def minimumSizeHint(self) -> QSize:
        """Return the same: rows are never cut at the bottom."""
        return QSize(80, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  always whole
        """Draw every row."""
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            y = 0.0
            for number, row in enumerate(self.rows):
                if number:
                    p.fillRect(QRectF(0, y, self.width(), 1), self._look.color("line"))
                self._draw(p, row, QRectF(0, y, self.width(), _height(row)))
                y += _height(row)

    def event(self, event: QEvent) -> bool:
        """Tell a row in full."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            row = self.row_at(event.pos().y())
            QToolTip.showText(event.globalPos(), "" if row is None else _plain(row), self)
            return True
        return super().event(event)

    def row_at(self, y: float) -> Row | None:
        """Return the row at a height."""
        for row in self.rows:
            y -= _height(row)
            if y < 0:
                return row
        return None

    def _draw(self, p: QPainter, row: Row, box: QRectF) -> None:
        look, font, small = self._look, p.font(), p.font()
        small.setPixelSize(SMALL_PX)
        line = QRectF(box.left(), box.top() + (4 if row.note else 0), box.width(), 17 if row.note else box.height())
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        p.setPen(look.color(row.tone))
        p.drawText(line, right, row.figure)
        room = line.width() - p.fontMetrics().horizontalAdvance(row.figure) - (GAP_PX if row.figure else 0)
        if row.tag:
            p.setFont(small)
            wide = p.fontMetrics().horizontalAdvance(row.tag) + 8
            frame = QRectF(line.left() + room - wide, line.center().y() - 8, wide, 16)
            p.setPen(look.color("warn"))
            p.drawRoundedRect(frame, 3, 3)
            p.drawText(frame, Qt.AlignmentFlag.AlignCenter, row.tag)
            p.setFont(font)
            room -= wide + 6
        p.setPen(look.color("text"))
        p.drawText(line, left, p.fontMetrics().elidedText(row.title, Qt.TextElideMode.ElideRight, round(room)))
        if row.note:
            p.setFont(small)
            p.setPen(look.color("dim"))
            note = p.fontMetrics().elidedText(row.note, Qt.TextElideMode.ElideRight, round(box.width()))
            p.drawText(QRectF(box.left(), line.bottom(), box.width(), 14), left, note)
            p.setFont(font)
        if row.share is not None:
            groove = QRectF(box.left(), box.bottom() - 5, box.width(), 3)
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(look.color("track"))
            p.drawRoundedRect(groove, 1.5, 1.5)
            p.setBrush(look.color("warn" if row.share > 0.8 else "accent"))
            groove.setWidth(groove.width() * min(1.0, max(0.0, row.share)))
            p.drawRoundedRect(groove, 1.5, 1.5)


def _height(row: Row) -> int:
    return (ROW_PX if row.note else THIN_PX) + (7 if row.share is not None else 0)


def _plain(row: Row) -> str:
    parts = (row.title, row.note, row.tag, row.figure)
    return " · ".join(part for part in parts if part)
