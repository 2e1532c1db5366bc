"""What a tab of the phone is, and the small pieces that tabs are made of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from emulator.core.discovery import discover
from emulator.core.log import Record
from emulator.sdk import Manifest
from emulator.ui.desk import Desk
from emulator.ui.panel import tone


class Tab(QWidget):
    """A page that reads the log; it reads always and is drawn only while it is in front."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.words = desk, desk.texts

    def attach(self) -> None:
        """Forget the old pair; ``desk.glasses`` is another one."""

    def read(self, record: Record) -> None:
        """Take in one new record."""

    def draw(self) -> None:
        """Show what was read."""


class Empty(QWidget):
    """What a tab is for and how something comes there, while nothing has."""

    def __init__(self, desk: Desk, title: str, text: str) -> None:
        super().__init__()
        self.title, self.text = QLabel(), QLabel()
        self.title.setProperty("role", "heading")
        tone(self.text, "faint")
        box = QVBoxLayout(self)
        box.setContentsMargins(18, 0, 18, 0)
        box.setSpacing(6)
        box.addStretch(2)
        for label, key in ((self.title, title), (self.text, text)):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            desk.texts.bind(label.setText, key)
            box.addWidget(label)
        box.addStretch(3)


def button(desk: Desk, key: str, act: Callable[[], object], *, tip: str = "") -> QPushButton:
    """Return a button with text ``key``, reachable by keyboard."""
    made = QPushButton()
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
    made.clicked.connect(lambda _=False: act())
    desk.texts.bind(made.setText, key)
    if tip:
        desk.texts.bind(made.setToolTip, tip)
    return made


def app_name(app: str, language: str) -> str:
    """Return the name of an app as its launcher has it."""
    manifest = discover("emulator.apps", "MANIFEST").get(app)
    if not isinstance(manifest, Manifest):
        return app
    return manifest.title_zh if language == "zh" and manifest.title_zh else manifest.title


def time_of(desk: Desk, t_ns: int) -> str:
    """Return the time of day on the glasses at ``t_ns``."""
    glasses = desk.glasses
    at = glasses.device.now() - timedelta(microseconds=(glasses.now_ns - t_ns) // 1_000)
    return f"{at:%H:%M:%S}"
