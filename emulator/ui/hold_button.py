"""What may be held before the camera by hand: a sample package, a picture, words. Codes are the shop's."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMenu, QPushButton

from emulator.core.actions import Show
from emulator.services.shopping.catalogue import sample
from emulator.ui.desk import Desk
from emulator.world.held import packages

HOLD_MS = 15_000  # long enough to ask about it, and to ask again


class HoldButton(QPushButton):
    """Opens a menu of things; the one that is chosen is before the camera for 15 s."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.menu_of_things = QMenu(self)
        self.menu_of_things.aboutToShow.connect(self._fill)
        self.setMenu(self.menu_of_things)
        desk.texts.bind(self.setText, "world.hold")
        desk.texts.bind(self.setToolTip, "world.hold.tip")

    def _fill(self) -> None:
        words, menu = self._desk.texts, self.menu_of_things
        menu.clear()
        shipped = {item.key: item.name(words.language) for _, item in sample().items()}
        goods = menu.addMenu(words("world.hold.product"))
        for key in sorted(packages(), key=lambda key: shipped.get(key, key)):
            goods.addAction(shipped.get(key, key), partial(self._hold, "product", key))
        menu.addAction(words("world.hold.image"), self._ask_picture)
        menu.addAction(words("world.hold.text"), self._ask_words)

    def _hold(self, kind: str, content: str) -> None:
        if content.strip():
            self._desk.do(Show(kind, content, for_ms=HOLD_MS))

    def _ask_picture(self) -> None:
        words = self._desk.texts
        dialog = QFileDialog(self, words("world.hold.image"), "", words("world.hold.files"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self._hold("image", path))
        dialog.open()

    def _ask_words(self) -> None:
        words = self._desk.texts
        dialog = QInputDialog(self)
        dialog.setWindowTitle(words("world.hold.text"))
        dialog.setLabelText(words("world.hold.words"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.textValueSelected.connect(lambda text: self._hold("text", text))
        dialog.open()
