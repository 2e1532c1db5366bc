"""A QR code as a shop prints it: black on white, with its quiet zone."""

from __future__ import annotations

import segno
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

QUIET = 4  # modules; ISO/IEC 18004
SIDE_PX = 123  # 33 modules, as of a payee code, and the quiet zone, at three pixels each


class QrView(QWidget):
    """Paints the code of a text; nothing for no text."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self._rows: list[tuple[int, ...]] = []
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str) -> None:
        """Show another code."""
        if text == self.text:
            return
        self.text = text
        code = segno.make(text, error="m", micro=False) if text else None
        self._rows = [tuple(row) for row in code.matrix_iter(border=QUIET)] if code else []
        self.setAccessibleDescription(text)
        self.update()

    def sizeHint(self) -> QSize:
        """Return its side, twice."""
        return QSize(SIDE_PX, SIDE_PX)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  always whole
        """Paint whole pixels a module, in the middle."""
        if not self._rows:
            return
        painter = QPainter(self)
        side = min(self.width(), self.height())
        module = max(1, side // len(self._rows))
        edge = (side - module * len(self._rows)) // 2
        painter.fillRect(QRectF(0, 0, side, side), Qt.GlobalColor.white)
        for y, row in enumerate(self._rows):
            for x, dark in enumerate(row):
                if dark:
                    painter.fillRect(edge + x * module, edge + y * module, module, module, QColor(0, 0, 0))
