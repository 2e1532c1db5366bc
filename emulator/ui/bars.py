"""Two calm strips by the view: what the glasses say, and what the window has to tell."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from emulator.core.events import SpeechCut, SpeechSpoken, TranscriptSettled
from emulator.core.log import Record
from emulator.core.units import MS
from emulator.ui.desk import Desk, Tail
from emulator.ui.icons import icon, icon_size
from emulator.ui.panel import tone

INFO_MS = 5_000
LINGER_MS = 2_500  # a caption stays so long after the sentence


class Captions(QWidget):
    """What was heard and what is being said, for whoever hears nothing."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self._tail = desk, Tail(desk)
        self._until_ns = 0
        self.setObjectName("captions")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(40)
        self.heard, self.spoken = QLabel(), QLabel()
        tone(self.heard, "faint")
        self.spoken.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        desk.texts.bind(self.spoken.setAccessibleName, "captions")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(14)
        row.addWidget(self.heard)
        row.addWidget(self.spoken, 1)
        desk.ticked.connect(self.look)
        desk.switched.connect(self._clear)

    def look(self) -> None:
        """Follow the log; a caption goes after its sentence."""
        for record in self._tail.take():
            self._read(record)
        if self._until_ns and self._desk.glasses.now_ns > self._until_ns:
            self._clear()

    def _read(self, record: Record) -> None:
        match record.event:
            case TranscriptSettled(text=text):
                self.heard.setText(f"“{text}”")
                self.spoken.setText("")
                self._until_ns = record.t_ns + 8_000 * MS
            case SpeechSpoken(text=text, duration_ms=duration_ms):
                self.spoken.setText(text)
                self.spoken.setToolTip(text)
                self._until_ns = record.t_ns + (duration_ms + LINGER_MS) * MS
            case SpeechCut():
                self._clear()

    def _clear(self) -> None:
        self._until_ns = 0
        self.heard.setText("")
        self.spoken.setText("")


class Notice(QFrame):
    """One line: an ``info`` goes by itself, a ``problem`` stays until closed or mended."""

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
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        desk.noticed.connect(self.tell)
        desk.look.changed.connect(self._draw)
        self._draw()
        self.hide()

    def tell(self, text: str, kind: str) -> None:
        """Show ``text``; an empty one takes the line away."""
        self.text.setText(text)
        if self.property("kind") != kind:
            self.setProperty("kind", kind)
            self.style().unpolish(self)
            self.style().polish(self)
        self.setVisible(bool(text))
        if kind == "info":
            self._timer.start(INFO_MS)
        else:
            self._timer.stop()

    def _draw(self) -> None:
        self.close_button.setIcon(icon("close", self._desk.look.color("dim")))
