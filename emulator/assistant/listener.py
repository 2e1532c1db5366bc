"""The listener: microphone, voice activity, wake phrase and recognition, live, off the kernel.

Three threads besides PortAudio's own: the microphone's watch, one for the signal (vad, endpointing), one for
recognition. All state is ``Hearing``'s and stays on the signal thread; the others only put things into its queue. What
comes out are actions, given to ``do`` on the signal thread: hand it the session's inbox.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

from emulator.assistant.engine import Stt, Transcript, choose
from emulator.assistant.hearing import Hearing, Utterance
from emulator.core.errors import EngineError
from emulator.core.events import Action, Event, TranscriptSettled, TurnEnded, TurnStarted, WordsAwaited
from emulator.core.log import Record
from emulator.world.microphone import CLOSED, Microphone

LOADING = "loading"
JOIN_S = 1.0


class Source(Protocol):
    """Where sound comes from: ``Microphone``, ``FileMicrophone``."""

    def start(self) -> None:
        """Begin to deliver frames."""
        ...

    def stop(self) -> None:
        """Stop within a second."""
        ...


OpenSource = Callable[[Callable[[bytes], None], Callable[[str], None]], Source]


@dataclass(frozen=True, slots=True)
class ListenerStatus:
    """One line for each part, fit for the window: the id of what works, or what is wrong and what mends it."""

    microphone: str = CLOSED
    vad: str = LOADING
    wake: str = LOADING
    stt: str = LOADING


class Listener:
    """Listens from ``start()`` to ``stop()``; every method may be called from any thread and returns at once.

    Args:
        do: Takes the actions; called on the listener's thread, so it must be safe for that.
        changed: Told each new status, on a thread of the listener.
        source: Opens the sound source; the default microphone if left out.
        language: Language of commands, ``zh`` or ``en``, or "" to find out each time.
        engines: Wanted engine ids by kind, ``{"stt": "whisper_base"}``; the best available if left out.
    """

    def __init__(
        self,
        do: Callable[[Action], None],
        changed: Callable[[ListenerStatus], None] = lambda _status: None,
        source: OpenSource = Microphone,
        language: str = "",
        engines: dict[str, str] | None = None,
    ) -> None:
        self.status = ListenerStatus()
        self._do, self._changed, self._language, self._wanted = do, changed, language, engines or {}
        self._inbox: queue.SimpleQueue[bytes | Callable[[], None] | None] = queue.SimpleQueue()
        self._jobs: queue.SimpleQueue[Utterance | None] = queue.SimpleQueue()
        self._source = source(self._inbox.put, lambda status: self._say(microphone=status))
        self._hearing: Hearing | None = None
        self._awaited = False
        self._said = threading.Lock()
        self._threads: list[threading.Thread] = []

    @property
    def level(self) -> float:
        """Loudness of the last frame, root mean square in [0, 1]: for a meter."""
        return self._hearing.level if self._hearing is not None else 0.0

    @property
    def hearing_speech(self) -> bool:
        """Say whether somebody speaks now, to us or not."""
        return self._hearing is not None and self._hearing.speaking

    def start(self) -> None:
        """Open the microphone and load the engines, in the background."""
        if not self._threads:
            self._threads = [threading.Thread(target=run, name=name, daemon=True) for run, name in self._work()]
            for thread in self._threads:
                thread.start()

    def stop(self) -> None:
        """Close the microphone and end the threads, within about a second."""
        threads, self._threads = self._threads, []
        if not threads:
            return
        self._inbox.put(None)
        self._jobs.put(None)
        for thread in threads:
            thread.join(timeout=JOIN_S)

    def open_turn(self) -> None:
        """Push-to-talk is pressed: what is said counts, without a wake phrase."""
        self._tell(lambda hearing: hearing.open_turn())

    def close_turn(self) -> None:
        """Push-to-talk is released: the utterance ends here."""
        self._tell(lambda hearing: hearing.close_turn())

    def expect_speech(self, expected: bool) -> None:
        """A turn listens (or does not any more): speech counts without a wake phrase."""
        self._tell(lambda hearing: hearing.expect_speech(expected))

    def hush(self, speaking: bool) -> None:
        """Our own voice is in the air: hear nothing until it has ended (half duplex)."""
        self._tell(lambda hearing: hearing.hush(speaking))

    def on_record(self, record: Record) -> None:
        """Follow the session: ``log.subscribe(listener.on_record)`` keeps ``expect_speech`` right."""
        if isinstance(record.event, WordsAwaited):
            self.await_words(bool(record.event.intents))
        expected = _expects(record.event)
        if expected is not None:
            self.expect_speech(expected or self._awaited)

    def catch_up(self, records: Iterable[Record]) -> None:
        """Begin in the middle of a session: speech is expected or not as its ``records`` so far have it."""
        self.await_words(False)
        for record in records:
            self.on_record(record)

    def await_words(self, awaited: bool) -> None:
        """An app waits for words (or does not any more): between turns, too, they need no wake phrase."""
        self._awaited = awaited
        self.expect_speech(awaited)

    def _work(self) -> list[tuple[Callable[[], None], str]]:
        return [(self._listen, "listener"), (self._recognise, "stt")]

    def _tell(self, what: Callable[[Hearing], None]) -> None:
        self._inbox.put(lambda: what(self._hearing) if self._hearing is not None else None)

    def _listen(self) -> None:
        """The signal thread."""
        try:
            vad = choose("vad", self._wanted.get("vad", ""))
        except EngineError as error:
            return self._say(vad=str(error))
        self._hearing = Hearing(vad.make(), None, self._do, self._jobs.put, self._language)
        self._say(vad=vad.id)
        try:
            wake = choose("wake", self._wanted.get("wake", ""))
            self._hearing.wake = wake.make()
            self._say(wake=wake.id)
        except EngineError as error:
            self._say(wake=str(error))
        with suppress(EngineError):  # only a hint
            self._hearing.spotter = choose("spot", self._wanted.get("spot", "")).make()
        self._source.start()  # and stopped here, too: its two ends never race
        try:
            while (item := self._inbox.get()) is not None:
                if isinstance(item, bytes):
                    self._hearing.feed(item)
                else:
                    item()
        finally:
            self._source.stop()
        return None

    def _recognise(self) -> None:
        """The stt thread."""
        stt, trouble = self._load()
        while True:
            jobs = [self._jobs.get()]
            while not self._jobs.empty():
                jobs.append(self._jobs.get())
            for job in _worth_doing(jobs):
                self._answer(job, stt, trouble)
            if None in jobs:
                return

    def _answer(self, job: Utterance, stt: Stt | None, trouble: str) -> None:
        if stt is None:
            self._tell(lambda hearing: hearing.failed(job, trouble))
            return
        answer: Transcript = stt.transcribe(job.samples, job.language, command=job.command)
        self._tell(lambda hearing: hearing.recognised(job, answer))

    def _load(self) -> tuple[Stt | None, str]:
        try:
            engine = choose("stt", self._wanted.get("stt", ""))
            stt: Stt = engine.make()
        except EngineError as error:
            self._say(stt=str(error))
            return None, str(error)
        self._say(stt=engine.id)
        return stt, ""

    def _say(self, **parts: str) -> None:
        with self._said:
            self.status = replace(self.status, **parts)
            status = self.status
        self._changed(status)


def _worth_doing(jobs: list[Utterance | None]) -> list[Utterance]:
    """Return the jobs whose result can still count: a speculative one is void when its utterance went on."""
    if None in jobs:  # the end: whoever would take a result is gone
        return []
    real = [job for job in jobs if job is not None]
    last = {job.number: job for job in real}
    return [job for job in real if not job.speculative or job is last[job.number]]


def _expects(event: Event) -> bool | None:
    """Return whether speech is expected after ``event``; None if it says nothing about that."""
    match event:
        case TurnStarted(cause=cause):
            return cause != "text"
        case TranscriptSettled() | TurnEnded():
            return False
    return None
