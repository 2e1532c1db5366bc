"""The map with what stands on it: three buttons, and whose work it is."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QToolButton, QWidget

from emulator.maps.street_map import ATTRIBUTION, ATTRIBUTION_URL
from emulator.ui.desk import Desk
from emulator.ui.icons import icon, icon_size
from emulator.ui.phone.map_view import STEP, MapView

TOOL_PX, INSET_PX, GAP_PX, CREDIT_PX = 28, 8, 4, 18


class MapFace(QWidget):
    """Lays buttons and credit over the map."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.view = MapView(desk)
        self.view.setParent(self)
        self.closer, self.wider, self.follow = (self._tool(name) for name in ("closer", "wider", "follow"))
        self.follow.setCheckable(True)
        self.closer.clicked.connect(lambda: self.view.zoom(STEP))
        self.wider.clicked.connect(lambda: self.view.zoom(1 / STEP))
        self.credit = QToolButton(self)
        self.credit.setProperty("role", "credit")
        self.credit.setText(ATTRIBUTION)
        self.credit.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.credit.setCursor(Qt.CursorShape.PointingHandCursor)
        self.credit.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(ATTRIBUTION_URL)))
        desk.texts.bind(self.credit.setToolTip, "phone.map.copyright")
        desk.look.changed.connect(self._draw)
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay everything anew."""
        super().resizeEvent(event)
        self.view.resize(self.size())
        x, y = self.width() - TOOL_PX - INSET_PX, self.height() - CREDIT_PX - INSET_PX
        for tool in (self.wider, self.closer, self.follow):
            y -= TOOL_PX + GAP_PX
            tool.setGeometry(x, y, TOOL_PX, TOOL_PX)
        width = min(self.width(), self.credit.sizeHint().width())
        self.credit.setGeometry(self.width() - width, self.height() - CREDIT_PX, width, CREDIT_PX)

    def sizeHint(self) -> QSize:
        """Return what the map wants."""
        return self.view.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the least that is a map."""
        return self.view.minimumSizeHint()

    def _tool(self, name: str) -> QToolButton:
        tool = QToolButton(self)
        tool.setProperty("role", "map")
        tool.setIconSize(icon_size())
        tool.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._desk.texts.bind(tool.setToolTip, f"phone.map.{name}")
        self._desk.texts.bind(tool.setAccessibleName, f"phone.map.{name}")
        return tool

    def _draw(self) -> None:
        look = self._desk.look
        for name, tool in (("plus", self.closer), ("minus", self.wider), ("aim", self.follow)):
            tool.setIcon(icon(name, look.color("text"), look.color("accent")))
