"""The glasses' own voice: what they say, for how long it holds the speaker, and how it is cut.

The sound itself is a reader's matter (``ui/speech.py``); here speech is an event with a duration, so that
headless runs and replays know when it is over.
"""

from __future__ import annotations

from emulator.core.events import SpeechCut, SpeechSpoken
from emulator.core.kernel import Future, Kernel, Timer
from emulator.core.log import EventLog
from emulator.core.profile import Profile
from emulator.core.units import MS
from emulator.devices.parts import Parts

ZH_CHARACTERS_PER_S = 4.5  # assumed: usual speed of Mandarin prompts, 240 to 300 characters a minute
EN_CHARACTERS_PER_S = 15.0  # assumed: 180 words a minute at five letters
PAUSE_MS = 150


def speech_ms(text: str, language: str) -> int:
    """Return about how long ``text`` takes to say, in milliseconds.

    >>> speech_ms("现在九点四十一分", "zh")
    1928
    """
    speed = ZH_CHARACTERS_PER_S if language == "zh" else EN_CHARACTERS_PER_S
    return PAUSE_MS + round(1000 * len(text) / speed)


class Voice:
    """Speaks one sentence at a time; a new one cuts the old one."""

    def __init__(self, kernel: Kernel, log: EventLog, profile: Profile, parts: Parts) -> None:
        self._kernel, self._log, self._parts = kernel, log, parts
        self._audible = profile.audio.speakers > 0
        self._over: Future[None] | None = None
        self._timer: Timer | None = None

    @property
    def speaking(self) -> bool:
        """Say whether a sentence is being spoken."""
        return self._over is not None

    def say(self, text: str, owner: str, language: str) -> Future[None]:
        """Speak ``text`` for ``owner``; the future resolves when it is over or cut.

        Without a speaker nothing is said and the future is resolved at once.
        """
        self.cut("next sentence")
        over: Future[None] = Future()
        if not (self._audible and text):
            over.set(None)
            return over
        duration_ms = speech_ms(text, language)
        self._over = over
        holds = [self._parts.hold(part, owner) for part in ("speaker", "stream")]
        for hold in holds:
            over.add_waiter(hold.release)
        self._timer = self._kernel.after(duration_ms * MS, self._finish)
        self._log.emit(SpeechSpoken(text, language, duration_ms), owner)
        return over

    def cut(self, cause: str) -> None:
        """Stop speaking, for example at barge-in; nothing happens when silent."""
        if self._over is not None:
            self._finish()
            self._log.emit(SpeechCut(cause), "voice")

    def _finish(self) -> None:
        over, self._over = self._over, None
        if self._timer is not None:
            self._timer.cancel()
        if over is not None:
            over.set(None)
