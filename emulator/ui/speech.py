"""Ears and voice of the window: the listener and the spoken answers, started off the Qt thread after the first frame."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

from PySide6.QtCore import QObject, Qt, Signal

from emulator.assistant.listener import LOADING, Listener, ListenerStatus
from emulator.assistant.speech import SpokenAnswers
from emulator.ui.desk import Desk
from emulator.world.microphone import CLOSED, LISTENING


class Speech(QObject):
    """Follows the session of the desk; without microphone or engines it is one calm line and nothing else."""

    changed = Signal()
    told = Signal(object)
    voiced = Signal(object)

    def __init__(self, desk: Desk, *, wanted: bool) -> None:
        super().__init__()
        self._desk, self._wanted = desk, wanted
        self.status = ListenerStatus()
        self.listener: Listener | None = None
        self.answers: SpokenAnswers | None = None
        self._unsubscribe: list[Callable[[], None]] = []
        self._starter: Thread | None = None
        self.told.connect(self._on_status, Qt.ConnectionType.QueuedConnection)
        self.voiced.connect(self._on_voice, Qt.ConnectionType.QueuedConnection)
        desk.switched.connect(self._follow)
        desk.let_go.connect(self._on_let_go)

    def start(self) -> None:
        """Open ears and voice in the background."""
        if not self._wanted or self.listener is not None:
            return
        self.listener = Listener(lambda action: self._desk.glasses.post(action), self.told.emit)
        self.listener.start()
        self._starter = Thread(target=self._load_voice, args=(self.listener,), name="voice", daemon=True)
        self._starter.start()
        self._follow()

    @property
    def loudness(self) -> float:
        """Loudness at the microphone, root mean square in [0, 1]."""
        return self.listener.level if self.listener is not None else 0.0

    def line(self) -> tuple[str, bool]:
        """Return a line on the ears, and whether they are closed: nothing is heard now."""
        words, status = self._desk.texts, self.status
        if not self._wanted:
            return words("ear.off"), True
        if status.microphone == LISTENING and LOADING not in (status.vad, status.stt):
            phrase = next(iter(self._desk.glasses.profile.wake_phrases), "")
            key = "ear.listening.wake" if phrase else "ear.listening"
            return words(key, phrase=phrase, engine=words.known("engine", status.stt)), False
        if LOADING in (status.vad, status.stt) and status.microphone in (CLOSED, LISTENING):
            return words("ear.loading"), True
        return words("ear.deaf", reason=words.known("ear", status.microphone)), True

    def close(self) -> list[Thread]:
        """End every thread; return those that see to it, side by side: a model being loaded ends when it is loaded."""
        self._wanted = False  # a start that is still due comes too late
        self._drop()
        ends = [part.stop for part in (self.listener,) if part] + [part.close for part in (self.answers,) if part]
        threads = [Thread(target=end, name="end", daemon=True) for end in ends]
        for thread in threads:
            thread.start()
        return threads + [thread for thread in (self._starter,) if thread]

    def _load_voice(self, listener: Listener) -> None:
        self.voiced.emit(SpokenAnswers(listener))

    def _on_voice(self, answers: SpokenAnswers) -> None:
        self.answers = answers
        self._follow()

    def _on_status(self, status: ListenerStatus) -> None:
        self.status = status
        self.changed.emit()

    def _follow(self) -> None:
        """Read the log of the pair on the desk."""
        self._drop()
        log = self._desk.glasses.log
        if self.listener is not None:
            self.listener.catch_up(log.records)
        for reader in (self.listener, self.answers):
            if reader is not None:
                self._unsubscribe.append(log.subscribe(reader.on_record))

    def _drop(self) -> None:
        while self._unsubscribe:
            self._unsubscribe.pop()()

    def _on_let_go(self, control: str) -> None:
        if control == "temple" and self.listener is not None:
            self.listener.close_turn()
