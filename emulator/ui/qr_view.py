"""A QR code as a shop prints it: black on white in every theme, with its quiet zone."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from emulator.hud.qr_code import QUIET, Run, light_runs

MARGIN = 4 - QUIET  # modules of white around the code besides its own; ISO/IEC 18004 asks for four in all
SIDE_PX = 123  # 33 modules, as of a payee code, and the quiet zone, at three pixels each


class QrView(QWidget):
    """Paints the code of a text; nothing for no text, and for one that is too long for a code.

    Attributes:
        text: What the code says.
        side: How many modules it has on a side, quiet zone of ``light_runs`` included; 0 for none.
    """

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.text, self.side = "", 0
        self._runs: tuple[Run, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("QR")
        self.show_text(text)

    def show_text(self, text: str) -> None:
        """Show another code."""
        if text == self.text:
            return
        self.text = text
        self.side, self._runs = light_runs(text)
        self.setAccessibleDescription(text)
        self.update()

    def sizeHint(self) -> QSize:
        """Return its side, twice."""
        return QSize(SIDE_PX, SIDE_PX)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  always whole
        """Paint the modules, each a whole number of device pixels wide, in the middle."""
        if not self.side:
            return
        ratio, room = self.devicePixelRatioF(), min(self.width(), self.height())
        module = max(1, int(room * ratio / (self.side + 2 * MARGIN))) / ratio
        edge = round((room - module * self.side) / 2 * ratio) / ratio
        with QPainter(self) as p:
            p.fillRect(QRectF(0, 0, room, room), QColor("white"))
            p.fillRect(QRectF(edge, edge, module * self.side, module * self.side), QColor("black"))
            for x, y, length in self._runs:
                p.fillRect(QRectF(edge + x * module, edge + y * module, length * module, module), QColor("white"))
