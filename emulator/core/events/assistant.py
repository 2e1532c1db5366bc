"""Events of the stages of a turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.core.events.base import Event


@dataclass(frozen=True, slots=True)
class TurnStarted(Event, topic="turn.started"):
    """Turn number ``turn`` begins; ``cause`` is ``wake-word``, ``push-to-talk``, ``text`` or ``awaited``."""

    turn: int
    cause: str


@dataclass(frozen=True, slots=True)
class TurnListening(Event, topic="turn.listening"):
    """Speech is being heard in the turn."""

    turn: int


@dataclass(frozen=True, slots=True)
class WordsAwaited(Event, topic="words.awaited"):
    """``app`` waits for words that mean one of ``intents`` and need no wake phrase; for none: no longer."""

    app: str
    intents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TranscriptSettled(Event, topic="transcript.settled"):
    """The words of the turn are known; ``engine`` says who recognised them (``text`` for typed ones)."""

    turn: int
    text: str
    engine: str


@dataclass(frozen=True, slots=True)
class IntentRecognized(Event, topic="intent.recognized"):
    """The words mean ``intent`` with ``slots`` filled."""

    intent: str
    slots: dict[str, Any]
    turn: int = 0


@dataclass(frozen=True, slots=True)
class AnswerGiven(Event, topic="answer.given"):
    """The assistant or an app answers; the turn's screen shows ``text`` unless ``on_screen`` is false."""

    text: str
    engine: str
    turn: int = 0
    on_screen: bool = True


@dataclass(frozen=True, slots=True)
class SpeechSpoken(Event, topic="speech.spoken"):
    """The glasses start to say ``text``; it takes about ``duration_ms`` of virtual time."""

    text: str
    language: str
    duration_ms: int


@dataclass(frozen=True, slots=True)
class SpeechCut(Event, topic="speech.cut"):
    """The glasses stop speaking before the end (barge-in, gesture)."""

    cause: str


@dataclass(frozen=True, slots=True)
class TurnEnded(Event, topic="turn.ended"):
    """The turn is over: ``ok``, ``not-understood``, ``not-heard``, ``interrupted`` or ``cancelled``."""

    turn: int
    outcome: str


@dataclass(frozen=True, slots=True)
class SttFailed(Event, topic="stt.failed"):
    """Recognition did not work; ``reason`` says why and what to do."""

    reason: str


@dataclass(frozen=True, slots=True)
class ServiceAsked(Event, topic="service.asked"):
    """Service call number ``call`` of this session: ``owner`` asks ``service`` for ``request``."""

    call: int
    service: str
    request: str
    owner: str


@dataclass(frozen=True, slots=True)
class ServiceFailed(Event, topic="service.failed"):
    """A service call failed: ``kind`` is ``auth``, ``quota``, ``network``, ``not-found``, ``rejected`` or ``broken``."""

    service: str
    kind: str
    reason: str
