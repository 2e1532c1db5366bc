"""A panel, or a part of one, that may be taller than its place: it scrolls, and never makes the window taller."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

LEAST_PX = 120
BAR_PX = 10  # the scroll bar (style_sheet.py)


class Roll(QScrollArea):
    """Scrolls ``panel`` up and down; at least ``least_px`` of its height are in sight."""

    def __init__(self, panel: QWidget, least_px: int = LEAST_PX) -> None:
        super().__init__()
        self._least_px = least_px
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setWidget(panel)
        self.panel = panel

    def minimumSizeHint(self) -> QSize:
        """Return the panel's least width, at any height."""
        return QSize(self.panel.minimumSizeHint().width() + BAR_PX, self._least_px)

    def sizeHint(self) -> QSize:
        """Return what the panel wants."""
        return self.panel.sizeHint()
