"""What a panel is: a widget that reads the log, one file in ``panels/`` with one export, ``PANEL``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from emulator.core.log import Record
from emulator.ui.desk import Desk, Tail


class Panel(QWidget):
    """Base of all panels: looks at what is new in the log while it is open, and draws it while it is in sight.

    A panel fills itself in ``read`` and paints in ``draw``; ``attach`` follows another pair of glasses. What changes
    with language and pair alone it says in ``explain``, before ``draw``.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.words = desk, desk.texts
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._tail = Tail(desk)
        self._stale = False
        desk.refreshed.connect(self.look)
        desk.switched.connect(self._on_switch)
        desk.look.changed.connect(self.draw)
        desk.texts.changed.connect(self._on_words)

    def attach(self) -> None:
        """Forget the old pair; ``desk.glasses`` is another one."""

    def read(self, record: Record) -> None:
        """Take in one new record."""

    def explain(self) -> None:
        """Say what is the same until language or pair changes: choices, hints, sources."""

    def draw(self) -> None:
        """Show what was read."""

    def look(self) -> None:
        """Read what is new, unless the panel is closed; show it as soon as anybody can see it."""
        if not self.isVisible():
            return
        for record in self._tail.take():
            self.read(record)
            self._stale = True
        if self._stale and in_sight(self):
            self._stale = False
            self.draw()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up."""
        super().showEvent(event)
        self.look()

    def _on_switch(self) -> None:
        self.attach()
        self.explain()
        self.look()
        self.draw()

    def _on_words(self) -> None:
        self.explain()
        self.draw()


def in_sight(widget: QWidget) -> bool:
    """Say whether anybody can see ``widget``: a dock behind another one counts as visible and lies off the screen."""
    return widget.isVisible() and not widget.visibleRegion().isEmpty()


@dataclass(frozen=True, slots=True)
class Card:
    """What a panel file exports as ``PANEL``.

    Attributes:
        title: Key of its title in the texts.
        area: Side of the window where it stands at first.
        place: Order there; panels of one ``tab`` share a place.
        make: Builds it.
        tab: Panels of the same side and tab lie behind each other.
        share: Part of its side that it wants, against its neighbours.
    """

    title: str
    area: Literal["left", "right", "bottom"]
    place: int
    make: Callable[[Desk], Panel]
    tab: int = 0
    share: int = 100


def heading(desk: Desk, key: str) -> QLabel:
    """Return a small heading with text ``key``."""
    label = QLabel()
    label.setProperty("role", "heading")
    desk.texts.bind(label.setText, key)
    return label


def rule() -> QFrame:
    """Return a thin horizontal line."""
    line = QFrame()
    line.setProperty("role", "rule")
    return line


def tone(label: QLabel, name: str) -> None:
    """Give ``explain`` another tone: ``dim``, ``faint``, ``warn``, ``bad``, ``accent`` or "" (style_sheet.py)."""
    if label.property("tone") != name:
        label.setProperty("tone", name)
        label.style().unpolish(label)
        label.style().polish(label)
