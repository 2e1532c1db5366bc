"""Two calm strips by the view: what the glasses say, and what does not work."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from emulator.core.events import SpeechCut, SpeechSpoken, TranscriptSettled, TurnEnded
from emulator.core.log import Record
from emulator.core.units import MS
from emulator.ui.desk import Desk, Tail
from emulator.ui.icons import icon, icon_size
from emulator.ui.panel import tone
from emulator.ui.widgets import Line

STRIP_PX = 34
INFO_MS = 5_000
LINGER_MS = 2_500  # a caption stays so long after the sentence


class Captions(QWidget):
    """What was heard and what is being said, for whoever hears nothing; between sentences a line worth knowing."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self._tail = desk, Tail(desk)
        self._until_ns = 0
        self._answering = False  # what is said belongs to what was heard
        self._info = ""
        self.setObjectName("captions")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(STRIP_PX)
        self.heard, self.spoken = QLabel(), Line()
        tone(self.heard, "dim")
        desk.texts.bind(self.spoken.setAccessibleName, "captions")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(14)
        row.addWidget(self.heard)
        row.addWidget(self.spoken, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(lambda: self.tell("", "info"))
        desk.ticked.connect(self.look)
        desk.switched.connect(self._clear)
        desk.noticed.connect(self.tell)
        desk.stage.changed.connect(self._rest)
        desk.texts.changed.connect(self._rest)
        self._rest()

    def look(self) -> None:
        """Follow the log; a caption goes after its sentence."""
        for record in self._tail.take():
            self._read(record)
        if self._until_ns and self._desk.glasses.now_ns > self._until_ns:
            self._clear()

    def tell(self, text: str, kind: str) -> None:
        """Show an ``info`` for a while."""
        if kind == "info":
            self._info = text
            self._timer.start(INFO_MS)
            self._rest()

    def _read(self, record: Record) -> None:
        match record.event:
            case TranscriptSettled(text=text):
                self._answering = True
                self._say(text, "")
                self._until_ns = record.t_ns + 8_000 * MS
            case SpeechSpoken(text=text, duration_ms=duration_ms):
                self._say(self.heard.text() if self._answering else "", text)
                self._until_ns = record.t_ns + (duration_ms + LINGER_MS) * MS
            case TurnEnded():
                self._answering = False
            case SpeechCut():
                self._clear()

    def _say(self, heard: str, spoken: str) -> None:
        self.heard.setText(heard)
        self.heard.setVisible(bool(heard))
        tone(self.spoken, "")
        self.spoken.setText(spoken)

    def _clear(self) -> None:
        self._until_ns = 0
        self._rest()

    def _rest(self) -> None:
        """Nobody speaks: tell what happened, what is wrong with the world, or how to begin."""
        if self._until_ns:
            return
        words, (scene, calm) = self._desk.texts, self._desk.stage.line()
        has_display = self._desk.glasses.profile.display is not None
        rest = words("strip.keys" if has_display else "strip.no-display")
        self._say("", self._info or (rest if calm else scene))
        tone(self.spoken, "dim" if self._info else "faint" if calm else "warn")


class Notice(QFrame):
    """One line on a ``problem``; it stays until closed or ``mended``."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.setObjectName("notice")
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.close_button = QToolButton()
        self.close_button.setProperty("flat", "true")
        self.close_button.setIconSize(icon_size())
        self.close_button.clicked.connect(self.hide)
        desk.texts.bind(self.close_button.setToolTip, "notice.close")
        desk.texts.bind(self.close_button.setAccessibleName, "notice.close")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 6, 6)
        row.addWidget(self.text, 1)
        row.addWidget(self.close_button)
        desk.noticed.connect(self.tell)
        desk.look.changed.connect(self._draw)
        self._draw()
        self.hide()

    def tell(self, text: str, kind: str) -> None:
        """Show a problem, or take it away when it is mended."""
        if kind == "problem":
            self.text.setText(text)
            self.setVisible(bool(text))
        elif kind == "mended" and text == self.text.text():
            self.hide()

    def _draw(self) -> None:
        self.close_button.setIcon(icon("close", self._desk.look.color("dim")))
