"""Faults: break something with one click, and read what broke and how the glasses came back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout

from emulator.core.actions import InjectFault, SetAmbient, SetLevel
from emulator.core.events import (
    Action,
    ApHung,
    ApRecovered,
    BatteryLow,
    BrownedOut,
    Event,
    GaugeShifted,
    HeatLimited,
    LinkLost,
    LinkRestored,
    McuCrashed,
    McuRecovered,
    MessageLost,
    WakeSourcesMoved,
)
from emulator.core.log import Record
from emulator.ui.desk import Desk
from emulator.ui.lane_marks import clock
from emulator.ui.panel import Card, Panel, tone
from emulator.ui.texts import Texts

HOT_C, LOW_LEVEL, OFFSET = 45.0, 0.06, -0.15
LOST_MESSAGES, COLUMNS, KEEP = 3, 4, 60

FAULTS: dict[str, Callable[[tuple[str, ...]], tuple[Action, ...]]] = {
    "mcu-crash": lambda _: (InjectFault("mcu-crash"),),
    "ap-hang": lambda _: (InjectFault("ap-hang"),),
    "message-loss": lambda _: (InjectFault("message-loss", count=LOST_MESSAGES),),
    "link-loss": lambda _: (InjectFault("link-loss"),),
    "brown-out": lambda _: (InjectFault("brown-out"),),
    "gauge-offset": lambda _: (InjectFault("gauge-offset", amount=OFFSET),),
    "hot": lambda _: (SetAmbient(HOT_C),),
    "low-battery": lambda slots: tuple(SetLevel(slot, LOW_LEVEL) for slot in slots),
}
NEEDS = {"mcu-crash": "mcu", "ap-hang": "ap", "brown-out": "ap"}
GOOD = (McuRecovered, ApRecovered, LinkRestored)


class FaultsPanel(Panel):
    """A button for each fault, and the story of what came of it, newest first."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.story: deque[Record] = deque(maxlen=KEEP)
        self.buttons: dict[str, QPushButton] = {}
        for name in FAULTS:
            button = self.buttons[name] = QPushButton()
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setProperty("role", "stop")
            button.clicked.connect(lambda _=False, name=name: self.inject(name))
            self.words.bind(button.setText, f"fault.{name}")
            self.words.bind(button.setToolTip, f"fault.{name}.tip")
        self.told = QLabel()
        self.told.setTextFormat(Qt.TextFormat.RichText)
        self.told.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.told.setWordWrap(True)
        self.words.bind(self.told.setAccessibleName, "faults")
        self._place()
        self.attach()

    def attach(self) -> None:
        """Another pair, whole; what it has not got cannot break."""
        self.story.clear()
        profile = self.desk.glasses.profile
        for name, button in self.buttons.items():
            needs = NEEDS.get(name)
            there = needs is None or needs in profile.processors
            button.setEnabled(there and (name != "message-loss" or profile.mailbox is not None))
        self.draw()

    def read(self, record: Record) -> None:
        """Follow what breaks and what recovers."""
        if tell(self.words, record.event):
            self.story.append(record)

    def draw(self) -> None:
        """Tell the story, newest first."""
        tone(self.told, "" if self.story else "faint")
        if not self.story:
            self.told.setText(self.words("faults.hint"))
            return
        look = self.desk.look
        rows = []
        for record in reversed(self.story):
            color = look.color("accent" if isinstance(record.event, GOOD) else "bad").name()
            at = clock(record.t_ns, 100_000_000)
            rows.append(
                f'<tr><td><font color="{look.theme.faint}">{at}&nbsp;&nbsp;</font></td>'
                f'<td><font color="{color}">●</font>&nbsp;{tell(self.words, record.event)}</td></tr>'
            )
        self.told.setText(f"<table>{''.join(rows)}</table>")

    def inject(self, name: str) -> None:
        """Let ``name`` happen now."""
        for action in FAULTS[name](self.desk.glasses.profile.battery.slots):
            self.desk.do(action)
        self.look()

    def _place(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(6)
        for number, button in enumerate(self.buttons.values()):
            grid.addWidget(button, number // COLUMNS, number % COLUMNS)
        roll = QScrollArea()
        roll.setFrameShape(QFrame.Shape.NoFrame)
        roll.setWidgetResizable(True)
        roll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        roll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        roll.setWidget(self.told)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 4, 12, 10)
        box.setSpacing(8)
        box.addLayout(grid)
        box.addWidget(roll, 1)


def tell(words: Texts, event: Event) -> str:
    """Return what ``event`` means in one line; "" if it is no part of a fault."""
    key = f"event.{event.topic}"
    match event:
        case McuCrashed() | ApHung() | LinkLost():
            return words(key)
        case McuRecovered(down_ms) | ApRecovered(down_ms):
            return words(key, seconds=f"{down_ms / 1000:.1f}")
        case LinkRestored():
            return words(key, seconds=f"{event.down_ms / 1000:.1f}")
        case WakeSourcesMoved():
            return words(key, processor=words(f"processor.{event.processor}"))
        case MessageLost():
            return words(key, what=words.known("work", event.what), attempt=event.attempt)
        case BrownedOut():
            return words(key, power=f"{event.power_mw:.0f}")
        case GaugeShifted():
            return words(key, pack=words.known("slot", event.pack), percent=f"{100 * event.amount:+.0f}")
        case HeatLimited():
            return words(key, step=event.step, skin=f"{event.skin_c:.1f}")
        case BatteryLow():
            return words(key, percent=f"{100 * event.threshold:.0f}")
    return ""


PANEL = Card("faults", "bottom", 4, FaultsPanel, tab=1)
