"""The orders of the shop as a list from which one is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from emulator.ui.desk import Desk


class Entry(NamedTuple):
    """One code: its order's number ("" for the static one), title, amount, text, and state."""

    number: str
    title: str
    amount: str
    code: str
    state: str


class ShopList(QListWidget):
    """Shows entries; the chosen one stays chosen by its number.

    Signals:
        chosen: The number of the entry that is chosen now.
    """

    chosen = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.entries: list[Entry] = []
        self._number = ""
        self.setProperty("role", "found")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        desk.texts.bind(self.setAccessibleName, "shop.list")
        self.currentRowChanged.connect(self._on_row)

    @property
    def entry(self) -> Entry | None:
        """The chosen one."""
        return next((entry for entry in self.entries if entry.number == self._number), None)

    def choose(self, number: str) -> None:
        """Choose an entry, now or when it comes."""
        self._number = number
        self._mark()
        self.chosen.emit(number)

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show these instead."""
        self.entries = list(entries)
        lines = [self._line(entry) for entry in self.entries]
        self.blockSignals(True)
        for row, line in enumerate(lines):
            if row == self.count():
                self.addItem(QListWidgetItem())
            self.item(row).setText(line)
            self.item(row).setToolTip(line)
        while self.count() > len(lines):
            self.takeItem(self.count() - 1)
        self.blockSignals(False)
        self._mark()

    def _line(self, entry: Entry) -> str:
        state = f" · {self._desk.texts(f'shop.state.{entry.state}')}" if entry.state else ""
        return f"{entry.title} · {entry.amount}{state}"

    def _mark(self) -> None:
        numbers = [entry.number for entry in self.entries]
        self.blockSignals(True)
        self.setCurrentRow(numbers.index(self._number) if self._number in numbers else 0)
        self.blockSignals(False)

    def _on_row(self, row: int) -> None:
        if 0 <= row < len(self.entries):
            self._number = self.entries[row].number
            self.chosen.emit(self._number)
