"""Transcript: each turn as it went, and the text box that takes the same path from intent on."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from emulator.core.actions import Reply
from emulator.core.events import (
    AnswerGiven,
    IntentRecognized,
    ServiceAsked,
    ServiceFailed,
    SttFailed,
    TranscriptSettled,
    TurnEnded,
    TurnListening,
    TurnStarted,
)
from emulator.core.log import Record
from emulator.core.units import MS
from emulator.ui.desk import Desk
from emulator.ui.panel import Card, Panel, tone

KEEP_TURNS = 40
METER_MS = 80


@dataclass(slots=True)
class Exchange:
    """One turn as far as it has gone."""

    number: int
    cause: str
    start_ns: int
    heard: str = ""
    recogniser: str = ""
    intent: str = ""
    answer: str = ""
    answerer: str = ""
    outcome: str = ""
    answer_ms: float = 0.0
    slots: dict[str, object] = field(default_factory=dict)
    halves: dict[str, str] = field(default_factory=dict)  # service: who answered
    failed: dict[str, tuple[str, str]] = field(default_factory=dict)  # service: kind, reason


class TranscriptPanel(Panel):
    """Turns on top, the microphone's state and the text box below."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.turns: list[Exchange] = []
        self._asked: dict[int, str] = {}  # service of each call
        self._cards: list[TurnCard] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self._list.setContentsMargins(0, 0, 4, 0)
        self.empty = QLabel()
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        tone(self.empty, "faint")
        self._list.addWidget(self.empty)
        self._list.addStretch(1)
        inside = QWidget()
        inside.setLayout(self._list)
        self.roll = QScrollArea()
        self.roll.setWidgetResizable(True)
        self.roll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.roll.setWidget(inside)
        self.roll.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.input = QLineEdit()
        self.input.setObjectName("say")
        self.input.returnPressed.connect(self._on_say)
        self.talk = QPushButton()
        self.talk.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.talk.pressed.connect(lambda: desk.press("temple"))
        self.talk.released.connect(lambda: desk.release("temple"))
        self.meter = Meter(desk)
        self.ear = QLabel()
        self.ear.setWordWrap(True)
        tone(self.ear, "faint")
        desk.speech.changed.connect(self._show_ear)
        self.words.bind(self.input.setPlaceholderText, "transcript.say")
        self.words.bind(self.input.setAccessibleName, "transcript.say")
        self.words.bind(self.talk.setText, "transcript.talk")
        self.words.bind(self.talk.setToolTip, "transcript.talk.tip")
        self.words.bind(self.empty.setText, "transcript.empty")
        self.words.bind(self.roll.setAccessibleName, "transcript")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.input, 1)
        row.addWidget(self.talk)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.meter)
        below.addWidget(self.ear, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 4, 12, 10)
        box.setSpacing(8)
        box.addWidget(self.roll, 1)
        box.addLayout(row)
        box.addLayout(below)
        self._show_ear()

    def attach(self) -> None:
        """Start over."""
        self.turns.clear()
        self._asked.clear()

    def read(self, record: Record) -> None:
        """Follow the turns."""
        event = record.event
        if isinstance(event, TurnStarted):
            self.turns.append(Exchange(event.turn, event.cause, record.t_ns))
            del self.turns[: max(0, len(self.turns) - KEEP_TURNS)]
        if not self.turns:
            return
        turn = self.turns[-1]
        match event:
            case TurnListening():
                turn.heard = "…"
            case TranscriptSettled(text=text, engine=engine):
                turn.heard, turn.recogniser = text, engine
            case IntentRecognized(intent=intent, slots=slots) if event.turn in (0, turn.number):
                turn.intent, turn.slots = intent, dict(slots)
            case AnswerGiven(text=text, engine=engine) if event.turn in (0, turn.number) and not turn.outcome:
                turn.answer, turn.answerer = text, engine
                turn.answer_ms = (record.t_ns - turn.start_ns) / MS
            case SttFailed(reason=reason):
                turn.answer, turn.answerer = reason, ""
            case TurnEnded(outcome=outcome):
                turn.outcome = outcome
            case ServiceAsked(call=call, service=service) if not self.desk.glasses.calls.is_local(service):
                self._asked[call] = service
            case Reply(call=call, engine=engine) if call in self._asked:
                service = self._asked.pop(call)
                turn.halves[service] = engine
                turn.failed.pop(service, None)
            case ServiceFailed(service=service, kind=kind, reason=reason) if service in turn.halves:
                turn.failed[service] = (kind, reason)

    def draw(self) -> None:
        """Show the turns; the last one stays in sight."""
        self.empty.setVisible(not self.turns)
        while len(self._cards) < len(self.turns):
            card = TurnCard(self.desk)
            self._list.insertWidget(self._list.count() - 1, card)
            self._cards.append(card)
        for card in self._cards[len(self.turns) :]:
            card.hide()
        changed = False
        for card, turn in zip(self._cards, self.turns, strict=False):
            changed |= card.tell(turn)
        if changed:
            QTimer.singleShot(0, self._to_end)

    def _to_end(self) -> None:
        bar = self.roll.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _on_say(self) -> None:
        self.desk.say(self.input.text())
        self.input.clear()
        self.look()

    def _show_ear(self) -> None:
        line, calm = self.desk.speech.line()
        self.ear.setText(line)
        tone(self.ear, "faint" if calm else "dim")
        self.meter.setVisible(not calm)


class TurnCard(QFrame):
    """One turn: what was heard, what it meant, what came back."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._shown = ""
        self.setProperty("role", "card")
        self.heard, self.meaning, self.answer, self.foot = QLabel(), QLabel(), QLabel(), QLabel()
        self.trouble = QLabel()
        for label in (self.heard, self.meaning, self.answer, self.trouble, self.foot):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        tone(self.heard, "dim")
        tone(self.meaning, "faint")
        tone(self.foot, "faint")
        tone(self.trouble, "warn")
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 9, 12, 9)
        box.setSpacing(3)
        for label in (self.heard, self.answer, self.meaning, self.trouble, self.foot):
            box.addWidget(label)

    def tell(self, turn: Exchange) -> bool:
        """Show ``turn``; return whether anything changed."""
        words = self._desk.texts
        if f"{turn}{words.language}" == self._shown:
            return False
        self._shown = f"{turn}{words.language}"
        self.show()
        self.heard.setText(turn.heard or words("transcript.listening"))
        self.answer.setText(turn.answer)
        self.answer.setVisible(bool(turn.answer))
        slots = "  ".join(f"{key}={value}" for key, value in turn.slots.items())
        self.meaning.setText(f"{turn.intent}  {slots}".strip())
        self.meaning.setVisible(bool(turn.intent))
        self.trouble.setText("\n".join(self._failed(turn, name, kind) for name, (kind, _) in turn.failed.items()))
        self.trouble.setToolTip("\n".join(reason for _, reason in turn.failed.values()))
        self.trouble.setVisible(bool(turn.failed))
        self.foot.setText(self._foot(turn))
        good = turn.outcome in ("", "ok")
        tone(self.foot, "faint" if good else "warn")
        return True

    def _failed(self, turn: Exchange, name: str, kind: str) -> str:
        words = self._desk.texts
        stood_in = turn.halves.get(name) != "live" and kind in ("auth", "quota", "network")
        key = "service.stood-in" if stood_in else "service.failed"
        return words(key, service=self._service(name), kind=words.known("error", kind))

    def _service(self, name: str) -> str:
        service = self._desk.glasses.calls.services.get(name)
        titles = (service.title_zh, service.title) if service is not None else (name, name)
        return str(titles[self._desk.texts.language != "zh"])

    def _foot(self, turn: Exchange) -> str:
        words = self._desk.texts
        parts = [words.known("cause", turn.cause)]
        if turn.recogniser and turn.recogniser != "text":
            parts.append(words("transcript.heard-by", engine=words.known("engine", turn.recogniser)))
        if turn.answerer and not turn.halves:
            parts.append(words("transcript.answered-by", engine=words.known("engine", turn.answerer)))
        parts += [f"{self._service(name)} {words.known('engine', half)}" for name, half in turn.halves.items()]
        if turn.answer_ms:
            parts.append(f"{turn.answer_ms:.0f} ms")
        if turn.outcome not in ("", "ok"):
            parts.append(words.known("outcome", turn.outcome))
        return " · ".join(parts)


class Meter(QWidget):
    """How loud it is at the microphone."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self._level = desk, 0.0
        self.setFixedSize(46, 10)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(METER_MS)
        desk.texts.bind(self.setAccessibleName, "transcript.meter")

    def _look(self) -> None:
        if self.isVisible() and abs(self._desk.speech.loudness - self._level) > 0.002:
            self._level = self._desk.speech.loudness
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  always whole
        """Draw a bar; speech reaches about 0.1."""
        with QPainter(self) as p:
            p.fillRect(self.rect().adjusted(0, 3, 0, -3), self._desk.look.color("track"))
            width = round(self.width() * min(1.0, (self._level / 0.2) ** 0.5))
            p.fillRect(0, 3, width, self.height() - 6, self._desk.look.color("accent"))


PANEL = Card("transcript", "right", 1, TranscriptPanel, tab=1, share=80)
