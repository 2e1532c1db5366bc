"""Cards one below the other, in a roll; and what stands there while there is none."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from emulator.ui.desk import Desk
from emulator.ui.phone.tab import Empty
from emulator.ui.roll import Roll


class CardList(QStackedWidget):
    """Holds the cards of a tab.

    Attributes:
        none: What the tab is for; shown while it holds nothing.
    """

    def __init__(self, desk: Desk, title: str, text: str) -> None:
        super().__init__()
        self.none = Empty(desk, title, text)
        held = QWidget()
        self._stack = QVBoxLayout(held)
        self._stack.setContentsMargins(0, 0, 6, 0)
        self._stack.setSpacing(6)
        self._stack.addStretch(1)
        self._roll = Roll(held)
        self.addWidget(self.none)
        self.addWidget(self._roll)

    def show_any(self, any_there: bool) -> None:
        """Show the cards, or that there are none."""
        self.setCurrentWidget(self._roll if any_there else self.none)

    def put(self, card: QWidget, place: int) -> None:
        """Put a card at ``place`` from the top."""
        self._stack.insertWidget(place, card)

    def drop(self, cards: Sequence[QWidget]) -> None:
        """Take cards away for good."""
        for card in cards:
            self._stack.removeWidget(card)
            card.deleteLater()
