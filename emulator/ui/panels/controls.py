"""Controls: the right temple to touch with the mouse, the wearer's head, and what the phone may send."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout

from emulator.core.actions import EndCall, MoveHead, Notify, PlayTrack, Ring, Wear
from emulator.core.events import CallChanged, GestureRecognized, HeadMoved, WearChanged
from emulator.core.log import Record
from emulator.ui.desk import Desk
from emulator.ui.panel import Card, Panel, heading, rule, tone
from emulator.ui.temple_view import TempleView

MOTIONS: tuple[Literal["up", "nod", "shake"], ...] = ("up", "nod", "shake")
HINT_PX = 38  # two lines, so that nothing moves below


class ControlsPanel(Panel):
    """Temple, body, phone."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.worn, self.ringing, self.playing = desk.glasses.start.worn, False, False
        self.temple = TempleView(desk)
        self.temple.hinted.connect(self._on_hint)
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.hint.setMinimumHeight(HINT_PX)
        tone(self.hint, "faint")
        self.words.bind(self.temple.setAccessibleName, "controls.temple")
        self.wear = self._button("controls.wear", lambda: desk.do(Wear(not self.worn)))
        self.wear.setCheckable(True)
        self.heads = [self._button(f"head.{motion}", partial(desk.do, MoveHead(motion))) for motion in MOTIONS]
        self.notify = self._button("controls.notify", self._on_notify)
        self.call = self._button("controls.call", self._on_call)
        self.music = self._button("controls.music", self._on_music)
        self._place()
        self._on_hint("")

    def attach(self) -> None:
        """Another pair may lack some of it."""
        self.worn, self.ringing, self.playing = self.desk.glasses.start.worn, False, False
        self.temple.told = ""
        self.temple.update()

    def read(self, record: Record) -> None:
        """Follow wear, calls and gestures."""
        match record.event:
            case WearChanged(worn=worn):
                self.worn = worn
            case CallChanged(state=state):
                self.ringing = state in ("ringing", "active", "dialing")
            case PlayTrack(playing=playing):
                self.playing = playing
            case GestureRecognized(control=control, gesture=gesture):
                self.temple.told = f"{self.words.known('zone', control)} · {self.words.known('gesture', gesture)}"
                self.temple.flash(control)
            case HeadMoved(motion=motion):
                self.temple.told = self.words.known("head", motion)
                self.temple.update()

    def draw(self) -> None:
        """Show state."""
        self.wear.setChecked(self.worn)
        self.call.setText(self.words("controls.hang-up" if self.ringing else "controls.call"))
        self.music.setText(self.words("controls.stop-music" if self.playing else "controls.music"))

    def _button(self, key: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton()
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: act())
        self.words.bind(button.setText, key)
        self.words.bind(button.setToolTip, f"{key}.tip")
        return button

    def _place(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(6)
        for column, button in enumerate((self.wear, *self.heads)):
            grid.addWidget(button, 0, column)
        phone = QGridLayout()
        phone.setSpacing(6)
        for column, button in enumerate((self.notify, self.call, self.music)):
            phone.addWidget(button, 0, column)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 4, 12, 10)
        box.setSpacing(8)
        box.addWidget(self.temple)
        box.addWidget(self.hint)
        box.addWidget(rule())
        box.addWidget(heading(self.desk, "controls.body"))
        box.addLayout(grid)
        box.addWidget(heading(self.desk, "controls.phone"))
        box.addLayout(phone)
        box.addStretch(1)

    def _on_hint(self, zone: str) -> None:
        self.hint.setText(self.words(f"zone.{zone}.hint" if zone else "controls.hint"))

    def _on_notify(self) -> None:
        words = self.words
        self.desk.do(Notify(words("sample.app"), words("sample.title"), words("sample.text")))

    def _on_call(self) -> None:
        self.desk.do(EndCall() if self.ringing else Ring(self.words("sample.caller")))

    def _on_music(self) -> None:
        words = self.words
        self.desk.do(PlayTrack(words("sample.track"), words("sample.artist"), not self.playing, words("sample.line")))


PANEL = Card("controls", "left", 0, ControlsPanel, share=104)
