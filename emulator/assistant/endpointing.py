"""Endpointing: from one speech probability per frame to where an utterance begins and ends.

Pure logic counted in samples, so a recording fed at any speed gives the same ends. Thresholds are those of
``docs/voice.md``. Two rules answer known failures of other assistants: the end is judged by the time since the
last *sure* speech, so steady noise between the thresholds cannot hold a turn open; and there is no warm-up, so a
word of 100 ms ends like a long sentence.
"""

from __future__ import annotations

from dataclasses import dataclass

SAMPLES_PER_MS = 16


@dataclass(frozen=True, slots=True)
class EndpointingSettings:
    """Thresholds and times.

    Attributes:
        speech: Probability above which a frame is speech.
        silence: Probability below which a frame is silence; in between it is neither.
        frame_samples: Samples per probability.
        start_frames: Frames of speech in a row that begin an utterance.
        pre_roll_ms: How much before the first speech belongs to the utterance.
        speculate_ms: Silence after which recognition may start on what there is.
        hang_ms: Silence that ends the utterance.
        stale_ms: Time without speech that ends it even if it is not silent.
        cap_ms: Longest utterance.
        join_ms: Speech that comes back within this time after the end continues the same utterance.
    """

    speech: float = 0.5
    silence: float = 0.35
    frame_samples: int = 512
    start_frames: int = 3
    pre_roll_ms: int = 512
    speculate_ms: int = 192
    hang_ms: int = 500
    stale_ms: int = 1_200
    cap_ms: int = 10_000
    join_ms: int = 1_000


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """An utterance began.

    Attributes:
        begin: Its first sample, pre-roll included.
        first: The first sample of speech.
        joined: Whether it continues the one that had just ended.
    """

    begin: int
    first: int
    joined: bool


@dataclass(frozen=True, slots=True)
class SpeechPaused:
    """Recognition may start on ``begin`` to ``position``; the last speech was at sample ``voiced``."""

    begin: int
    voiced: int
    position: int


@dataclass(frozen=True, slots=True)
class SpeechResumed:
    """Speech went on after a pause: what was recognised of it is void."""


@dataclass(frozen=True, slots=True)
class SpeechOver:
    """The utterance is over; ``reason`` is ``silence``, ``cap`` or ``released``."""

    begin: int
    voiced: int
    position: int
    reason: str


Endpoint = SpeechBegan | SpeechPaused | SpeechResumed | SpeechOver
DEFAULTS = EndpointingSettings()


class Endpointing:
    """Fold of speech probabilities.

    >>> ends = Endpointing()
    >>> [type(e).__name__ for p in [0.9] * 10 + [0.0] * 16 for e in ends.feed(p)]
    ['SpeechBegan', 'SpeechPaused', 'SpeechOver']
    """

    def __init__(self, settings: EndpointingSettings = DEFAULTS) -> None:
        self.settings = settings
        self.position = 0
        self.speaking = False
        self._run = 0  # frames of speech in a row
        self._begin = self._voiced = 0
        self._silent = 0  # samples of silence since the last speech
        self._paused = False
        self._last: SpeechOver | None = None

    def feed(self, probability: float) -> list[Endpoint]:
        """Take the speech probability of the next frame and return what follows from it, in order."""
        self.position += self.settings.frame_samples
        self._run = self._run + 1 if probability > self.settings.speech else 0
        return self._within(probability) if self.speaking else self._before()

    def finish(self) -> list[Endpoint]:
        """End the utterance now, for example because the push-to-talk key was released."""
        return [self._over("released")] if self.speaking else []

    def forget(self) -> None:
        """Drop the utterance in hand without a word, and what could be joined to."""
        self.speaking, self._run, self._last = False, 0, None

    def _before(self) -> list[Endpoint]:
        settings = self.settings
        if self._run < settings.start_frames:
            return []
        first = self.position - self._run * settings.frame_samples
        last, self._last = self._last, None
        joined = last is not None and self._joins(last, first)
        floor = last.position if last else 0
        self._begin = last.begin if last and joined else max(floor, first - settings.pre_roll_ms * SAMPLES_PER_MS, 0)
        self.speaking, self._paused = True, False
        self._voiced, self._silent = self.position, 0
        return [SpeechBegan(self._begin, first, joined)]

    def _joins(self, last: SpeechOver, first: int) -> bool:
        soon = first - last.voiced <= self.settings.join_ms * SAMPLES_PER_MS
        short = first - last.begin < self.settings.cap_ms * SAMPLES_PER_MS // 2
        return last.reason == "silence" and soon and short

    def _within(self, probability: float) -> list[Endpoint]:
        settings, found = self.settings, list[Endpoint]()
        if probability > settings.speech:
            if self._paused:
                found.append(SpeechResumed())
            self._paused, self._silent, self._voiced = False, 0, self.position
        elif probability < settings.silence:
            self._silent += settings.frame_samples
        unsure = self.position - self._voiced
        if self._silent >= settings.speculate_ms * SAMPLES_PER_MS and not self._paused:
            self._paused = True
            found.append(SpeechPaused(self._begin, self._voiced, self.position))
        if self._silent >= settings.hang_ms * SAMPLES_PER_MS or unsure >= settings.stale_ms * SAMPLES_PER_MS:
            found.append(self._over("silence"))
        elif self.position - self._begin >= settings.cap_ms * SAMPLES_PER_MS:
            found.append(self._over("cap"))
        return found

    def _over(self, reason: str) -> SpeechOver:
        self.speaking, self._run = False, 0
        self._last = SpeechOver(self._begin, self._voiced, self.position, reason)
        return self._last
