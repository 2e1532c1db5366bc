"""The assistant on the kernel's side: what starts a turn, what interrupts it."""

from __future__ import annotations

from emulator.assistant.turn import NAME, Mind, Turn
from emulator.core.actions import Say, Transcribe, WakeHeard
from emulator.core.events import (
    AppCrashed,
    Event,
    GestureRecognized,
    PowerChanged,
    TranscriptSettled,
    TurnEnded,
    TurnStarted,
    WordsAwaited,
)
from emulator.core.kernel import Task
from emulator.core.log import Record
from emulator.devices.device import Device
from emulator.hud.focus import Focus


class Assistant:
    """Runs one turn at a time; a new one interrupts the old one (barge-in), a double tap cancels it."""

    def __init__(self, device: Device, focus: Focus, mind: Mind) -> None:
        self._device, self._focus, self._mind = device, focus, mind
        self._turn: Turn | None = None
        self._task: Task | None = None
        self._count = 0
        self._awaited: tuple[str, ...] = ()
        device.log.subscribe(self._on_record)

    @property
    def listening(self) -> bool:
        """Say whether a turn is under way."""
        return self._turn is not None

    @property
    def awaiting(self) -> bool:
        """Say whether an app waits for words that need no wake phrase."""
        return bool(self._awaited) and self._turn is None and self._device.state == "on"

    def _on_record(self, record: Record) -> None:
        match record.event:
            case Say(text=text) if self._device.state == "on":
                self._start("text", text)
            case WordsAwaited(intents=intents):
                self._awaited = intents
            case Transcribe(text=text, engine=engine) if self.awaiting:
                understood = self._mind.grammar.understand(text)
                if understood is not None and understood.intent in self._awaited:
                    self._start("awaited", text, engine)  # anything else was said to somebody else
            case WakeHeard() if self._device.state == "on":
                self._start("wake-word", None)
            case GestureRecognized("temple", "long-press") if self._device.state == "on":
                self._start("push-to-talk", None)
            case GestureRecognized("temple", "double-tap" | "triple-tap") if self._focus.holder() == NAME:
                if self._turn is not None and not self._turn.answering:
                    self._stop("cancelled")
            case PowerChanged(state="off" | "standby"):
                self._awaited = ()
                self._stop("cancelled")

    def _start(self, cause: str, text: str | None, engine: str = "text") -> None:
        self._stop("interrupted")
        self._count += 1
        self._emit(TurnStarted(self._count, cause))
        if text is not None:
            self._emit(TranscriptSettled(self._count, text, engine))
        turn = self._turn = Turn(self._count, text, self._device, self._focus, self._mind)
        self._task = self._device.kernel.spawn(turn.run(), f"turn {self._count}", self._failed)
        self._task.finished.add_waiter(lambda: self._close(turn))

    def _stop(self, outcome: str) -> None:
        if self._turn is None or self._task is None:
            return
        self._device.voice.cut(outcome)
        number = self._turn.number
        self._task.cancel()
        self._emit(TurnEnded(number, outcome))

    def _failed(self, error: Exception) -> None:
        self._emit(AppCrashed(NAME, repr(error)))

    def _close(self, turn: Turn) -> None:
        turn.close()
        if self._turn is turn:
            self._turn = self._task = None

    def _emit(self, event: Event) -> None:
        self._device.log.emit(event, NAME)
