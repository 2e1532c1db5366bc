"""The large view: what the wearer sees, with the badge that nobody mistakes it for real glasses."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from emulator.ui.stage import Stage
from emulator.ui.texts import Texts

BADGE = "EMULATED"
BADGE_PX = (88, 22)


class HudView(QWidget):
    """Paints the stage's picture, one ``drawImage`` a frame."""

    def __init__(self, stage: Stage, texts: Texts) -> None:
        super().__init__()
        self._stage, self._texts = stage, texts
        self.paints = 0
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 180)
        texts.bind(self.setAccessibleName, "view")
        stage.composed.connect(self._show)

    def sizeHint(self) -> QSize:
        """Return the size of a 720p picture."""
        return QSize(1280, 720)

    def area(self) -> QRect:
        """Return where the picture stands: everywhere; the stage cuts the world to any shape."""
        return self.rect()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Compose for the new size."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Tell the stage how many device pixels it composes for."""
        ratio = self.devicePixelRatioF()
        self._stage.set_size(round(self.area().width() * ratio), round(self.area().height() * ratio))

    def _show(self, at_once: bool) -> None:
        """Paint the new picture; the answer to a finger does not wait for the panels."""
        if at_once:
            self.repaint()
        else:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  always whole
        """Draw picture and badge."""
        self.paints += 1
        area, image = self.area(), self._stage.image
        with QPainter(self) as p:
            if image is None:
                p.fillRect(area, QColor("#000000"))
                p.setPen(QColor("#a3abb5"))
                p.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._texts("view.waiting"))
            else:
                p.drawImage(area, image)
            draw_badge(p, area)


def draw_badge(p: QPainter, area: QRect) -> None:
    """Draw EMULATED into the top right corner of ``area``."""
    width, height = BADGE_PX
    box = QRect(area.right() - width - 11, area.top() + 12, width, height)
    p.save()
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(QColor(0, 0, 0, 150))
    p.drawRoundedRect(box, 5, 5)
    font = p.font()
    font.setPixelSize(11)
    font.setBold(True)
    font.setLetterSpacing(font.SpacingType.AbsoluteSpacing, 1.2)
    p.setFont(font)
    p.setPen(QColor("#f0b429"))
    p.drawText(box, Qt.AlignmentFlag.AlignCenter, BADGE)
    p.restore()


def badged(image: QImage) -> QImage:
    """Return a copy of ``image`` with the badge, for files."""
    copy = image.copy()
    with QPainter(copy) as p:
        draw_badge(p, copy.rect())
    return copy
