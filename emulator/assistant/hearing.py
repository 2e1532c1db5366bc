"""Hearing: from PCM to actions, with no thread and no clock in it.

A fold over frames and recognised utterances: vad, endpointing, wake phrase, push-to-talk. ``Listener`` drives it live
with a microphone and an stt thread, ``recognise_wav`` from a file; both get the same actions, because time is counted
in samples.

Who is spoken to: an utterance counts if the turn is open (push-to-talk, or the session expects speech, or a wake phrase
was just heard), or if it starts with a wake phrase; then what follows the phrase is the command. Anything else that is
said in the room is recognised, compared, and forgotten: it gives no action and is never logged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from emulator.assistant.endpointing import (
    SAMPLES_PER_MS,
    Endpoint,
    Endpointing,
    EndpointingSettings,
    SpeechBegan,
    SpeechOver,
    SpeechPaused,
    SpeechResumed,
)
from emulator.assistant.engine import FRAME_SAMPLES, Samples, Spotter, Transcript, Vad, WakeMatch, WakeWord
from emulator.core.actions import EndSpeech, FailSpeech, StartSpeech, Transcribe, WakeHeard
from emulator.core.events import Action

KEEP_SAMPLES = 16 * SAMPLES_PER_MS * 1_000  # the longest utterance, its pre-roll and a join
FOLLOW_UP_MS = 8_000  # a wake phrase alone: this long, speech needs none
ECHO_MS = 250  # after our own voice: the room still rings
LOOK_MS = 128  # how often the spotter is asked while somebody speaks
LOOK_AGAIN_MS = 400
MAX_LOOKS = 3  # per utterance
SPOTTED = 0.8
EARLY = -2  # ``voiced`` of an early look: its result is good for a wake phrase only
WAKE_LANGUAGE = "zh"  # the phrases are Chinese
NOTHING_HEARD = "nothing was heard; speak after the tone, a hand's breadth from the microphone"
NO_WORDS = "no words were recognised; say it again"


@dataclass(frozen=True, slots=True)
class Utterance:
    """A piece of speech to be recognised.

    Attributes:
        number: Counts utterances; a joined one keeps its number.
        samples: The sound.
        voiced: Sample at which speech ended, since the start of listening.
        language: ``zh``, ``en`` or "" to find out.
        speculative: Speech may go on: the result may be void when it comes.
        command: It is meant for us; False: look for a wake phrase without leaning towards anything.
    """

    number: int
    samples: Samples
    voiced: int
    language: str
    speculative: bool = False
    command: bool = False


@dataclass(slots=True)
class _Speech:
    """What is known of the utterance in hand."""

    number: int = 0
    begin: int = 0
    first: int = 0
    addressed: bool = False
    held: bool = False  # by push-to-talk: a wake phrase in it means nothing
    woken: bool = False
    told: bool = False  # StartSpeech was sent
    over: SpeechOver | None = None
    asked: int = -1  # ``voiced`` of the last recognition asked for
    answer: Transcript | None = None
    trouble: str = ""
    looks: int = 0  # early looks for a wake phrase
    next_look: int = 0
    rest: str = ""  # the command after the wake phrase, as first heard


@dataclass(slots=True)
class Hearing:
    """The state of one ear.

    Args:
        vad: Voice activity.
        wake: Finds wake phrases; None: push-to-talk only.
        do: Takes the actions, in order.
        recognise: Told each utterance to recognise; the answer comes back through ``recognised``, at any time.
        language: Language of commands, or "" to find out each time.
        spotter: Hints that a wake phrase may just have been said, so that the transcript is looked at before the
            speaker pauses; None: only pauses are.
    """

    vad: Vad
    wake: WakeWord | None
    do: Callable[[Action], None]
    recognise: Callable[[Utterance], None]
    language: str = ""
    settings: EndpointingSettings = field(default_factory=EndpointingSettings)
    spotter: Spotter | None = None
    level: float = 0.0  # loudness of the last frame, root mean square in [0, 1]
    _ends: Endpointing = field(init=False)
    _sound: NDArray[np.int16] = field(init=False)  # ring of KEEP_SAMPLES
    _rest: bytes = b""
    _speech: _Speech = field(default_factory=_Speech)
    _held: bool = False  # push-to-talk
    _expected: bool = False
    _follow_up: int = 0  # sample until which no wake phrase is needed
    _deaf_until: int = 0
    _own_voice: bool = False

    def __post_init__(self) -> None:
        self._ends = Endpointing(self.settings)
        self._sound = np.zeros(KEEP_SAMPLES, np.int16)

    @property
    def position(self) -> int:
        """Samples heard so far."""
        return self._ends.position

    @property
    def open(self) -> bool:
        """Say whether speech counts without a wake phrase now."""
        return self._held or self._expected or self.position < self._follow_up

    @property
    def speaking(self) -> bool:
        """Say whether somebody speaks now, to us or not."""
        return self._ends.speaking

    def feed(self, pcm: bytes) -> None:
        """Take the next piece of 16 kHz mono s16 PCM, of any length."""
        self._rest += pcm
        size = 2 * FRAME_SAMPLES
        while len(self._rest) >= size:
            frame, self._rest = self._rest[:size], self._rest[size:]
            self._frame(np.frombuffer(frame, np.int16))

    def open_turn(self) -> None:
        """Push-to-talk is pressed: what is said counts, including what is just being said."""
        self._held = True
        if self._ends.speaking:
            self._speech.addressed = self._speech.held = True
            self._tell_start()

    def close_turn(self) -> None:
        """Push-to-talk is released: the utterance ends here."""
        if not self._held:
            return
        heard = self._speech.held
        for end in self._ends.finish():
            self._follow(end)
        self._held = False
        if not heard:
            self.do(FailSpeech(NOTHING_HEARD))

    def expect_speech(self, expected: bool) -> None:
        """The session waits for an answer of the wearer (or does not any more): no wake phrase needed."""
        self._expected = expected
        if not expected:
            self._follow_up = 0

    def hush(self, speaking: bool) -> None:
        """Our own voice is in the air (or has ended): hear nothing until the room is quiet again."""
        if speaking and not self._own_voice:
            self._ends.forget()
            self._speech = _Speech(number=self._speech.number)
        if self._own_voice and not speaking:
            self._deaf_until = self.position + ECHO_MS * SAMPLES_PER_MS
            self.vad.reset()
        self._own_voice = speaking

    def recognised(self, utterance: Utterance, answer: Transcript) -> None:
        """Take what the stt engine made of ``utterance``."""
        speech = self._speech
        if utterance.number != speech.number:
            return
        stale = utterance.voiced != speech.asked  # speech went on since
        match = self._wake_in(answer)
        if match is not None and not speech.woken:
            self._wake_up(match, stale=stale)
        if stale:
            return
        if speech.addressed and not utterance.command and (match is None or match.rest):
            self.recognise(replace(utterance, command=True))  # again, now that it is known to be meant for us
            return
        speech.answer = answer
        if speech.over is not None:
            self._answer(speech.over, answer)

    def failed(self, utterance: Utterance, reason: str) -> None:
        """Take that the stt engine could not recognise ``utterance``."""
        if utterance.number != self._speech.number:
            return
        self._speech.trouble = reason
        if self._speech.over is not None:
            self._tell_trouble()

    def _frame(self, pcm: NDArray[np.int16]) -> None:
        at = self.position % KEEP_SAMPLES  # KEEP_SAMPLES is a multiple of the frame
        self._sound[at : at + FRAME_SAMPLES] = pcm
        samples = pcm.astype(np.float32) / 32_768.0
        self.level = float(np.sqrt(np.mean(np.square(samples))))
        deaf = self._own_voice or self.position < self._deaf_until
        for end in self._ends.feed(0.0 if deaf else self.vad.probability(samples)):
            self._follow(end)
        if self._ends.speaking and not self._speech.addressed:
            self._spot()

    def _spot(self) -> None:
        """Look at what was said so far if it sounds as if a wake phrase had just ended."""
        spotter, speech = self.spotter, self._speech
        if spotter is None or speech.looks >= MAX_LOOKS or self.position < speech.next_look:
            return
        speech.next_look = self.position + LOOK_MS * SAMPLES_PER_MS
        if spotter.score(self._cut(self.position - spotter.window_samples, self.position)) >= SPOTTED:
            speech.looks += 1
            speech.next_look = self.position + LOOK_AGAIN_MS * SAMPLES_PER_MS
            sound = self._cut(speech.begin, self.position)
            self.recognise(Utterance(speech.number, sound, EARLY, WAKE_LANGUAGE, speculative=True))

    def _follow(self, end: Endpoint) -> None:
        if isinstance(end, SpeechBegan):
            self._begin(end)
        elif isinstance(end, SpeechPaused):
            self._ask(end.voiced, end.position, speculative=True)
        elif isinstance(end, SpeechResumed):
            self._speech = replace(self._speech, asked=-1, answer=None, rest="")
        else:
            self._end(end)

    def _begin(self, began: SpeechBegan) -> None:
        if began.joined:
            self._speech = replace(self._speech, over=None, asked=-1, answer=None, told=False, rest="")
        else:
            self._speech = _Speech(self._speech.number + 1, began.begin, began.first)
        self._speech.addressed = self._speech.addressed or self.open
        self._speech.held = self._speech.held or self._held
        self._tell_start()

    def _ask(self, voiced: int, position: int, *, speculative: bool) -> None:
        speech = self._speech
        speech.asked = voiced
        language = self.language if speech.addressed and not speech.woken else WAKE_LANGUAGE
        sound = self._cut(speech.begin, position)
        self.recognise(Utterance(speech.number, sound, voiced, language, speculative, speech.addressed))

    def _end(self, over: SpeechOver) -> None:
        speech = self._speech
        speech.over = over
        self._tell_end(over)
        if speech.trouble:
            self._tell_trouble()
        elif speech.answer is not None:
            self._answer(over, speech.answer)
        elif speech.asked != over.voiced:
            self._ask(over.voiced, over.position, speculative=False)

    def _wake_up(self, match: WakeMatch, *, stale: bool) -> None:
        """Tell a wake phrase as soon as it is recognised, even if speech goes on."""
        speech = self._speech
        speech.woken = speech.addressed = True
        speech.rest = "" if stale else match.rest
        self._follow_up = self.position + FOLLOW_UP_MS * SAMPLES_PER_MS
        self.do(WakeHeard(match.phrase, round(match.confidence, 3)))
        if match.rest or stale:
            self._tell_start()
            if speech.over is not None:
                self._tell_end(speech.over)

    def _answer(self, over: SpeechOver, answer: Transcript) -> None:
        speech = self._speech
        match = self._wake_in(answer)
        text = match.rest if match is not None else speech.rest or answer.text
        if not speech.addressed or (match is not None and not text):
            return
        self._follow_up = 0
        latency_ms = max(0, (self.position - over.voiced) // SAMPLES_PER_MS)
        digest = hashlib.blake2b(self._cut(speech.begin, over.position).tobytes(), digest_size=8).hexdigest()
        if text:
            self.do(Transcribe(text, answer.language, answer.engine, latency_ms, f"sound:{digest}"))
        else:
            self.do(FailSpeech(NO_WORDS))

    def _wake_in(self, answer: Transcript) -> WakeMatch | None:
        return self.wake.find(answer.text) if self.wake is not None and not self._speech.held else None

    def _tell_trouble(self) -> None:
        if self._speech.addressed:
            self.do(FailSpeech(self._speech.trouble))

    def _tell_start(self) -> None:
        if self._speech.addressed and not self._speech.told and (self._ends.speaking or self._speech.over is not None):
            self._speech.told = True
            self.do(StartSpeech())

    def _tell_end(self, over: SpeechOver) -> None:
        if self._speech.told:
            self.do(EndSpeech((over.voiced - self._speech.first) // SAMPLES_PER_MS))

    def _cut(self, begin: int, end: int) -> Samples:
        begin = max(begin, end - KEEP_SAMPLES)  # before the first sample there is silence
        places = np.arange(begin, end) % KEEP_SAMPLES
        return self._sound[places].astype(np.float32) / 32_768.0
