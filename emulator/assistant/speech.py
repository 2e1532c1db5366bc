"""Spoken answers: a reader of the log that says what the device says, and keeps the listener deaf meanwhile.

The device's own voice is an event with a duration (``devices/voice.py``); this is only its sound, so replays and
headless runs do without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from emulator.assistant.engine import Tts, choose
from emulator.assistant.listener import Listener
from emulator.core.errors import EngineError
from emulator.core.events import SpeechCut, SpeechSpoken
from emulator.core.log import Record
from emulator.world.speaker import PLAYING, Speaker


class SpokenAnswers:
    """``log.subscribe(answers.on_record)``; ``close()`` at the end.

    Args:
        listener: Made deaf while we speak (half duplex); None if there is none.
        changed: Told each new status line, on a thread of the speaker.
        engine: Id of the wanted tts engine; the best available if left out.
    """

    def __init__(
        self,
        listener: Listener | None = None,
        changed: Callable[[str], None] = lambda _status: None,
        engine: str = "",
    ) -> None:
        self.status = ""
        self.muted = False
        self._listener, self._changed = listener, changed
        self._speaker = Speaker(self._on_speaker)
        self._tts: Tts | None = None
        try:
            card = choose("tts", engine)
            self._tts, self.status = card.make(), card.id
        except EngineError as error:
            self.status = str(error)

    def on_record(self, record: Record) -> None:
        """Speak, or stop speaking."""
        match record.event:
            case SpeechSpoken(text=text, language=language):
                self.say(text, language)
            case SpeechCut():
                self._speaker.stop()

    def say(self, text: str, language: str) -> None:
        """Say ``text`` now, instead of what is being said; returns at once."""
        self._speaker.stop()
        if self._tts is not None and not self.muted:
            self._speaker.play(self._sound(self._tts, text, language), self._tts.rate_hz)

    def close(self) -> None:
        """Be silent and end the tts process, within a second."""
        self._speaker.close()
        if self._tts is not None:
            self._tts.close()

    def _sound(self, tts: Tts, text: str, language: str) -> Iterator[bytes]:
        try:
            yield from tts.speak(text, language)
        except EngineError as error:
            self._say(str(error))

    def _on_speaker(self, status: str) -> None:
        if self._listener is not None:
            self._listener.hush(status == PLAYING)
        if status != PLAYING:
            self._say(status)

    def _say(self, status: str) -> None:
        if status != self.status:
            self.status = status
            self._changed(status)
