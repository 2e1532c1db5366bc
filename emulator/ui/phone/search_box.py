"""The search of the phone's map: a box, and below it what was found, to be chosen by mouse or arrows and Enter."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from emulator.maps.places import Place
from emulator.maps.points import Wgs84Point
from emulator.ui.desk import Desk
from emulator.ui.phone.finder import Finder

TYPING_MS = 160  # after the last letter it is searched
ROW_PX, MOST_ROWS = 26, 8


class SearchBox(QLineEdit):
    """Type a name; ``chosen`` tells the place.

    Signals:
        chosen: A ``Place``.
    """

    chosen = Signal(object)

    def __init__(self, desk: Desk, finder: Finder, over: QWidget) -> None:
        """Search with ``finder``; the results lie over the upper part of ``over``."""
        super().__init__()
        self._desk, self._finder, self._over = desk, finder, over
        self.near = Wgs84Point(0.0, 0.0)  # of equals the nearest to this comes first
        self.results = QListWidget(over)
        self.results.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.results.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.results.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.results.setUniformItemSizes(True)
        self.results.itemClicked.connect(self._choose)
        self.results.setProperty("role", "found")
        self.results.hide()
        over.installEventFilter(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(lambda: finder.find(self.text().strip(), self.near))
        finder.found.connect(self._show)
        self.textEdited.connect(self._on_text)
        self.textChanged.connect(lambda text: None if text else self.fold())
        desk.texts.bind(self.setPlaceholderText, "phone.map.search")
        desk.texts.bind(self.setAccessibleName, "phone.map.search")
        desk.texts.bind(self.results.setAccessibleName, "phone.map.found")

    def fold(self) -> None:
        """Put the results away."""
        self._timer.stop()
        self._finder.cancel()
        self.results.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose with the arrows and Enter."""
        count = self.results.count()
        match event.key():
            case Qt.Key.Key_Down | Qt.Key.Key_Up if self.results.isVisible():
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                self.results.setCurrentRow((self.results.currentRow() + step) % count)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                item = self.results.currentItem()
                if self.results.isVisible() and item is not None:
                    self._choose(item)
                elif self.text().strip():
                    self._finder.find(self.text().strip(), self.near)
            case _:
                super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Results go with the focus."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.fold()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the results as wide as what they lie on."""
        if event.type() == QEvent.Type.Resize:
            self._lay()
        return super().eventFilter(watched, event)

    def _on_text(self, text: str) -> None:
        if text.strip():
            self._timer.start(TYPING_MS)

    def _show(self, words: str, places: list[Place], nearest: str) -> None:
        if words != self.text().strip() or not self.hasFocus():
            return
        self.results.clear()
        language = self._desk.texts.language
        for place in places:
            title, kind = place.title(language), place.kind(language)
            text = " · ".join(dict.fromkeys((title, kind, self._away(place.distance_m))))
            item = QListWidgetItem(text)
            item.setToolTip(text)
            item.setData(Qt.ItemDataRole.UserRole, place)
            self.results.addItem(item)
        if not places:
            key = "phone.map.nearest" if nearest else "phone.map.nothing"
            item = QListWidgetItem(self._desk.texts(key, words=words, nearest=nearest))
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            item.setData(Qt.ItemDataRole.UserRole, None)
            self.results.addItem(item)
        self.results.setCurrentRow(0 if places else -1)
        self._lay()
        self.results.show()
        self.results.raise_()

    def _away(self, metres: float) -> str:
        words = self._desk.texts
        if metres >= 1_000:
            return words("phone.map.away-km", km=f"{metres / 1000:.1f}")
        return words("phone.map.away", metres=f"{metres:.0f}")

    def _lay(self) -> None:
        rows = min(self.results.count(), MOST_ROWS)
        height = min(self._over.height() - 12, max(ROW_PX, self.results.sizeHintForRow(0)) * rows + 10)
        self.results.move(QPoint(6, 6))
        self.results.resize(self._over.width() - 12, height)

    def _choose(self, item: QListWidgetItem) -> None:
        place = item.data(Qt.ItemDataRole.UserRole)
        if isinstance(place, Place):
            self.setText(place.title(self._desk.texts.language))
            self.fold()
            self.chosen.emit(place)
