"""The bar on top: which glasses, what time it is on them, how fast it goes, and what the window can do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from emulator.core.units import S
from emulator.ui.desk import SPEEDS, Desk, speed_text
from emulator.ui.icons import icon, icon_size
from emulator.ui.panel import tone

ICONS = ("screenshot", "record", "panels", "theme", "clean", "help")
PICTURES = {"screenshot": "camera", "clean": "expand"}


class Header(QWidget):
    """Tells and offers; the window connects ``buttons`` by name."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.setObjectName("header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.device, self.time, self.state = QLabel(), QLabel(), QLabel()
        font = self.device.font()
        font.setBold(True)
        self.device.setFont(font)
        tone(self.time, "dim")
        tone(self.state, "warn")
        self.pause = self._tool("pause")
        self.speeds = {speed: self._speed(speed) for speed in SPEEDS}
        group = QButtonGroup(self)
        for button in self.speeds.values():
            group.addButton(button)
        self.language = self._tool("language")
        self.buttons = {name: self._tool(name) for name in ICONS}
        self.buttons["record"].setCheckable(True)
        self.buttons["record"].setProperty("role", "recording")
        self.menu = QMenu(self)
        self.buttons["panels"].setMenu(self.menu)
        self.buttons["panels"].setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._place()
        self.pause.clicked.connect(desk.toggle_pause)
        desk.paced.connect(self.draw)
        desk.switched.connect(self.draw)
        desk.refreshed.connect(self._show_time)
        desk.look.changed.connect(self.draw)
        desk.texts.changed.connect(self.draw)
        self.draw()

    def draw(self) -> None:
        """Show device, speed and icons."""
        words, look = self._desk.texts, self._desk.look
        self.device.setText(self._desk.glasses.profile.name)
        paused = self._desk.paused
        self.pause.setIcon(icon("play" if paused else "pause", look.color("text")))
        self.pause.setToolTip(words("header.resume" if paused else "header.pause") + " (P)")
        self.state.setText(words("header.paused") if paused else "")
        for speed, button in self.speeds.items():
            button.setChecked(speed == self._desk.pump.speed)
        for name, button in self.buttons.items():
            button.setIcon(icon(PICTURES.get(name, name), look.color("dim"), look.color("panel")))
        self.language.setText("EN" if words.language == "zh" else "中文")
        self._show_time()

    def show_recording(self, running: bool) -> None:
        """Show whether a video is being recorded."""
        self.buttons["record"].setChecked(running)

    def _show_time(self) -> None:
        glasses = self._desk.glasses
        seconds = glasses.now_ns // S
        virtual = f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        text = self._desk.texts("header.time", time=f"{glasses.device.now():%H:%M:%S}", virtual=virtual)
        if text != self.time.text():
            self.time.setText(text)

    def _place(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 7, 10, 7)
        row.setSpacing(6)
        row.addWidget(self.device)
        row.addSpacing(10)
        row.addWidget(self.time)
        row.addWidget(self.state)
        row.addStretch(1)
        for button in (self.pause, *self.speeds.values()):
            row.addWidget(button)
        row.addSpacing(16)
        for name in ("screenshot", "record"):
            row.addWidget(self.buttons[name])
        row.addSpacing(10)
        row.addWidget(self.language)
        for name in ("theme", "panels", "clean", "help"):
            row.addWidget(self.buttons[name])

    def _tool(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setProperty("flat", "true")
        button.setIconSize(icon_size())
        self._desk.texts.bind(button.setToolTip, f"header.{name}.tip")
        self._desk.texts.bind(button.setAccessibleName, f"header.{name}.tip")
        return button

    def _speed(self, speed: float) -> QToolButton:
        button = self._tool("speed")
        button.setCheckable(True)
        button.setText(speed_text(speed))
        button.setAccessibleName(speed_text(speed))
        button.clicked.connect(lambda: self._desk.set_speed(speed))
        return button
