"""The keys, over everything; any key or click takes it away."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from emulator.ui.desk import Desk
from emulator.ui.keymap import BINDINGS, GROUPS, Binding

COLUMN_PX, ROW_PX, KEY_PX = 330, 27, 62
COLUMNS = 2


class KeyHelp(QWidget):
    """A card in the middle of the window."""

    def __init__(self, parent: QMainWindow, desk: Desk) -> None:
        super().__init__(parent)
        self._window, self._desk = parent, desk
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        desk.texts.bind(self.setAccessibleName, "help.title")
        parent.installEventFilter(self)
        self.hide()

    def toggle(self) -> None:
        """Show or hide."""
        self.setVisible(not self.isVisible())
        if self.isVisible():
            self.setGeometry(self._window.rect())
            self.raise_()
            self.setFocus()
        elif (centre := self._window.centralWidget()) is not None:
            centre.setFocus()

    def rows(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return headings, and under each its keys with what they do."""
        words = self._desk.texts
        found: list[tuple[str, list[tuple[str, str]]]] = []
        for group in GROUPS:
            acts: dict[str, list[Binding]] = {}
            for binding in BINDINGS:
                if binding.group == group:
                    acts.setdefault(binding.act, []).append(binding)
            lines = [(" ".join(b.label for b in same), words(f"key.{act}")) for act, same in acts.items()]
            found.append((words(f"keys.{group}"), lines))
        return found

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover the window at any size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._window.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  always whole
        """Draw the card."""
        look, columns = self._desk.look, self._columns()
        tallest = max(sum(len(lines) + 1.6 for _, lines in column) for column in columns)
        box = QRect(0, 0, COLUMN_PX * COLUMNS + 72, round(ROW_PX * tallest) + 66)
        box.moveCenter(self.rect().center())
        with QPainter(self) as p:
            p.fillRect(self.rect(), QColor(0, 0, 0, 140))
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.setPen(look.color("line"))
            p.setBrush(look.color("panel"))
            p.drawRoundedRect(box, 12, 12)
            for number, column in enumerate(columns):
                left = box.left() + 36 + number * (COLUMN_PX + 16)
                self._draw_column(p, column, left, box.top() + 34)

    def _columns(self) -> list[list[tuple[str, list[tuple[str, str]]]]]:
        rows = self.rows()
        return [rows[:4], rows[4:]]

    def _draw_column(self, p: QPainter, column: list[tuple[str, list[tuple[str, str]]]], left: int, top: int) -> None:
        look = self._desk.look
        middle = Qt.AlignmentFlag.AlignVCenter
        for heading, lines in column:
            p.setPen(look.color("accent"))
            p.drawText(QRect(left, top, COLUMN_PX, ROW_PX), middle, heading)
            top += ROW_PX
            for keys, what in lines:
                p.setPen(Qt.PenStyle.NoPen)
                p.setBrush(look.color("raised"))
                width = max(KEY_PX, p.fontMetrics().horizontalAdvance(keys) + 18)
                p.drawRoundedRect(QRect(left, top + 3, width, ROW_PX - 6), 5, 5)
                p.setPen(look.color("text"))
                p.drawText(QRect(left, top, width, ROW_PX), Qt.AlignmentFlag.AlignCenter, keys)
                p.setPen(look.color("dim"))
                p.drawText(QRect(left + 96, top, COLUMN_PX - 96, ROW_PX), middle, what)
                top += ROW_PX
            top += round(0.6 * ROW_PX)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002  wherever it is
        """Go away."""
        self.toggle()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: ARG002  whichever it is
        """Go away."""
        self.toggle()
