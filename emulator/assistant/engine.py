"""What a voice engine is: five small protocols and the card each engine file exports as ``ENGINE``.

An engine file is light to import: it loads its libraries and weights in ``make()``, never before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from emulator.core.discovery import discover
from emulator.core.errors import EngineError, nearest

SAMPLE_RATE_HZ = 16_000
FRAME_SAMPLES = 512  # 32 ms, what Silero takes at once; every vad here uses it

Kind = Literal["vad", "spot", "wake", "stt", "tts"]
Samples = NDArray[np.float32]  # mono at SAMPLE_RATE_HZ, in [-1, 1]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Transcript:
    """What an stt engine understood.

    Attributes:
        text: The words; "" if there were none.
        language: ``zh`` or ``en``.
        engine: Id of the engine.
        confidence: Mean probability of a token, in [0, 1].
        latency_ms: Time the engine took.
    """

    text: str
    language: str
    engine: str
    confidence: float
    latency_ms: int


@dataclass(frozen=True, slots=True)
class WakeMatch:
    """A wake phrase found at the start of a transcript; ``rest`` is what was said after it in the same breath."""

    phrase: str
    confidence: float
    rest: str


class Vad(Protocol):
    """Says whether a frame holds speech."""

    def probability(self, frame: Samples) -> float:
        """Return the probability of speech in the next ``FRAME_SAMPLES`` samples, in [0, 1]."""
        ...

    def reset(self) -> None:
        """Forget what was heard before: the next frame does not follow the last one."""
        ...


class Spotter(Protocol):
    """Hears in the sound itself that a wake phrase may just have ended: a hint, cheap and early."""

    window_samples: int

    def score(self, samples: Samples) -> float:
        """Return how likely a wake phrase ends within the last 300 ms of ``window_samples`` samples, in [0, 1]."""
        ...


class WakeWord(Protocol):
    """Finds a wake phrase in what was said."""

    phrases: tuple[str, ...]

    def find(self, text: str) -> WakeMatch | None:
        """Return the wake phrase that ``text`` starts with, if there is one."""
        ...


class Stt(Protocol):
    """Turns one utterance into words."""

    def transcribe(self, samples: Samples, language: str = "", *, command: bool = False) -> Transcript:
        """Recognise one utterance of at most 30 s.

        Args:
            samples: The utterance, mono at ``SAMPLE_RATE_HZ``.
            language: ``zh``, ``en`` or "" to find out.
            command: It is meant for us: the engine may lean towards our vocabulary.
        """
        ...


class Tts(Protocol):
    """Turns words into sound."""

    rate_hz: int

    def speak(self, text: str, language: str) -> Iterator[bytes]:
        """Yield the sound of ``text`` as it is made: mono s16 PCM at ``rate_hz``; closing the iterator cuts it."""
        ...

    def close(self) -> None:
        """Let go of processes and memory; ``speak`` may be called again later."""
        ...


@dataclass(frozen=True, slots=True)
class Engine(Generic[T]):
    """The card of one engine.

    Attributes:
        id: File stem; what settings and the log call it.
        kind: ``vad``, ``spot``, ``wake``, ``stt`` or ``tts``.
        title: For ``glasses doctor`` and the window, with its limits in a few words.
        rank: The smallest available one is the default of its kind.
        licence: Of the code and weights it loads.
        available: None if it can be made now, else the one line that mends it.
        make: Loads it; may take seconds.
    """

    id: str
    kind: Kind
    title: str
    rank: int
    licence: str
    available: Callable[[], str | None]
    make: Callable[[], T]
    languages: tuple[str, ...] = ("zh", "en")
    live: bool = False


def engines(kind: Kind | None = None) -> list[Engine[Any]]:
    """Return all engines (of ``kind``), best first."""
    found: list[Engine[Any]] = list(discover("emulator.assistant.engines", "ENGINE").values())
    return sorted((e for e in found if kind in (None, e.kind)), key=lambda e: (e.kind, e.rank, e.id))


def choose(kind: Kind, wanted: str = "") -> Engine[Any]:
    """Return the best engine of ``kind`` that can be used now, or the one called ``wanted``.

    Raises:
        EngineError: If there is none; the message says what would mend it.
    """
    candidates = [e for e in engines(kind) if wanted in ("", e.id)]
    if not candidates:
        raise EngineError(f"no {kind} engine {wanted!r}{nearest(wanted, (e.id for e in engines(kind)))}")
    missing = []
    for engine in candidates:
        remedy = engine.available()
        if remedy is None:
            return engine
        missing.append(remedy)
    raise EngineError(missing[0])


def importable(*modules: str) -> str | None:
    """Return None if all ``modules`` are installed, else the line that installs them; imports nothing."""
    from importlib.util import find_spec

    for module in modules:
        try:
            found = find_spec(module) is not None
        except ModuleNotFoundError:  # the parent package is missing
            found = False
        if not found:
            return f"{module} is not installed: pip install 'glasses-emulator[voice]'"
    return None
