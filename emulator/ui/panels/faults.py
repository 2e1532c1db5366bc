"""Faults: break something with one click, and read what broke and how the glasses came back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout

from emulator.core.actions import InjectFault, InsertPack, RemovePack, SetAmbient, SetLevel
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
    PackInserted,
    PackRemoved,
    WakeSourcesMoved,
)
from emulator.core.log import Record
from emulator.ui.desk import Desk
from emulator.ui.lane_marks import clock
from emulator.ui.panel import Card, Panel, tone
from emulator.ui.roll import Roll
from emulator.ui.texts import Texts
from emulator.ui.widgets import Choice

HOT_C, LOW_LEVEL, OFFSET = 45.0, 0.06, -0.15
LOST_MESSAGES, COLUMNS, KEEP, STORY_PX = 3, 4, 60, 24
RATES_PER_HOUR, SEEDED_MS = (6, 60, 600), 3_600_000  # faults at random: how many, for how long

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
GOOD = (McuRecovered, ApRecovered, LinkRestored, PackInserted)


class FaultsPanel(Panel):
    """A button for each fault, and the story of what came of it, newest first."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.story: deque[Record] = deque(maxlen=KEEP)
        self.buttons: dict[str, QPushButton] = {}
        for name in (*FAULTS, "seeded"):
            button = self.buttons[name] = _button(partial(self.inject, name))
            self.words.bind(button.setText, f"fault.{name}")
            self.words.bind(button.setToolTip, f"fault.{name}.tip")
        self.rate = Choice(desk.look)
        self.rate.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for rate in RATES_PER_HOUR:
            self.rate.addItem("", rate)
        self.rate.setCurrentIndex(1)
        self.words.bind(self.rate.setAccessibleName, "fault.rate")
        self.words.bind(self.rate.setToolTip, "fault.seeded.tip")
        self.packs: dict[str, QPushButton] = {}
        self.pulled: set[str] = set()
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
        self.pulled.clear()
        profile = self.desk.glasses.profile
        self._place_packs(profile.battery.slots)
        for name, button in self.buttons.items():
            needs = NEEDS.get(name)
            there = needs is None or needs in profile.processors
            button.setEnabled(there and (name != "message-loss" or profile.mailbox is not None))
        self.draw()

    def read(self, record: Record) -> None:
        """Follow what breaks and what recovers."""
        match record.event:
            case PackRemoved(slot):
                self.pulled.add(slot)
            case PackInserted(slot):
                self.pulled.discard(slot)
        if tell(self.words, record.event):
            self.story.append(record)

    def draw(self) -> None:
        """Tell the story, newest first."""
        self._name_packs()
        for i, rate in enumerate(RATES_PER_HOUR):
            self.rate.setItemText(i, self.words("fault.an-hour", n=rate))
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
        seeded = (InjectFault("seeded", amount=self.rate.currentData(), for_ms=SEEDED_MS),)
        slots = self.desk.glasses.profile.battery.slots
        for action in seeded if name == "seeded" else FAULTS[name](slots):
            self.desk.do(action)
        self.look()

    def swap(self, slot: str) -> None:
        """Pull the pack in ``slot``, or push a full one in."""
        self.desk.do(InsertPack(slot) if slot in self.pulled else RemovePack(slot))
        self.look()

    def _name_packs(self) -> None:
        for slot, button in self.packs.items():
            act = "insert" if slot in self.pulled else "pull"
            button.setText(self.words(f"fault.{act}", pack=self.words.known("slot", slot).lower()))
            button.setToolTip(self.words(f"fault.{act}.tip"))

    def _place_packs(self, slots: Sequence[str]) -> None:
        """Put a button for each slot after all others; packs that are built in cannot be pulled."""
        for old in self.packs.values():
            self.grid.removeWidget(old)
            old.deleteLater()
        self.packs = {slot: _button(partial(self.swap, slot)) for slot in slots}
        for number, button in enumerate(self.packs.values(), len(self.buttons) + 1):
            self.grid.addWidget(button, number // COLUMNS, number % COLUMNS)
            button.setEnabled(self.desk.glasses.profile.battery.swappable)

    def _place(self) -> None:
        self.grid = QGridLayout()
        self.grid.setSpacing(5)
        for number, widget in enumerate((*self.buttons.values(), self.rate)):
            self.grid.addWidget(widget, number // COLUMNS, number % COLUMNS)
        for column in range(COLUMNS):
            self.grid.setColumnStretch(column, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 4, 12, 10)
        box.setSpacing(6)
        box.addLayout(self.grid)
        box.addWidget(Roll(self.told, STORY_PX), 1)


def _button(act: Callable[[], None]) -> QPushButton:
    button = QPushButton()
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setProperty("role", "stop")
    button.clicked.connect(lambda _=False: act())
    return button


def tell(words: Texts, event: Event) -> str:
    """Return what ``event`` means in one line; "" if it is no part of a fault."""
    key = f"event.{event.topic}"
    match event:
        case InjectFault("seeded", rate):
            return words("fault.seeded.told", n=f"{rate:g}", minutes=event.for_ms // 60_000)
        case PackRemoved(slot, level) | PackInserted(slot, level):
            return words(key, pack=words.known("slot", slot), percent=f"{100 * level:.0f}")
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
