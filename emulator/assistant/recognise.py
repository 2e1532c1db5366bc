"""Recognise a sound file as the microphone would: for the flow step ``say: {wav, snr}`` and for tests.

The whole path but PortAudio: noise, vad, endpointing, wake phrase, stt. It runs as fast as the machine can, and gives
each action the time at which it would have come. So that a flow gives the same log on every machine, recognition is
taken to last as long as measured on the reference machine (docs/voice.md), not as long as it takes here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from emulator.assistant.endpointing import SAMPLES_PER_MS
from emulator.assistant.engine import FRAME_SAMPLES, SAMPLE_RATE_HZ, Spotter, Stt, Transcript, Vad, WakeWord, choose
from emulator.assistant.hearing import Hearing, Utterance
from emulator.core.errors import EngineError
from emulator.core.events import Action
from emulator.core.units import S
from emulator.world.audio_file import Pcm, read_sound, with_noise

STT_MS = 100  # of the reference machine: p50 541 ms for 5.3 s of Chinese (docs/voice.md)
STT_MS_PER_S = 80
LAST_MS = 3_000  # longest silence after the file: hang, then recognition


@dataclass(frozen=True, slots=True)
class HeardAction:
    """An action and when it came, counted from the start of the file."""

    offset_ns: int
    action: Action


@dataclass(frozen=True, slots=True)
class Voices:
    """The loaded engines of a recognition; made once, used for many files."""

    vad: Vad
    stt: Stt
    wake: WakeWord | None
    spotter: Spotter | None = None


def load_voices() -> Voices:
    """Load the best engines there are.

    Raises:
        EngineError: If vad or stt are missing; the message says what mends it.
    """
    try:
        spotter: Spotter | None = choose("spot").make()
    except EngineError:
        spotter = None  # only a hint
    return Voices(choose("vad").make(), choose("stt").make(), choose("wake").make(), spotter)


def recognise_wav(
    path: Path,
    snr_db: float | None = None,
    seed: int = 0,
    *,
    listening: bool = False,
    language: str = "",
    voices: Voices | None = None,
) -> list[HeardAction]:
    """Return what a listener makes of a sound file.

    Args:
        path: WAV, or headerless s16 at 16 kHz.
        snr_db: Adds pink noise so far below the speech; None adds none.
        seed: Of the noise.
        listening: A turn is open already: no wake phrase needed.
        language: ``zh``, ``en`` or "" to find out.
        voices: Loaded engines; loaded anew if left out (about a second).

    Raises:
        FileError: If the file cannot be read.
        EngineError: If the engines are missing.
    """
    sound = read_sound(path)
    if snr_db is not None:
        sound = with_noise(sound, snr_db, seed)
    return recognise(sound, voices or load_voices(), listening=listening, language=language)


def recognise(sound: Pcm, voices: Voices, *, listening: bool = False, language: str = "") -> list[HeardAction]:
    """Return what a listener makes of ``sound``, 16 kHz mono; see ``recognise_wav``."""
    voices.vad.reset()
    run = _Run(voices)
    hearing = Hearing(voices.vad, voices.wake, run.take, run.ask, language, spotter=voices.spotter)
    run.position = lambda: hearing.position
    hearing.expect_speech(listening)
    quiet = np.zeros(LAST_MS * SAMPLES_PER_MS, np.int16)
    whole = np.concatenate([sound, quiet])
    for start in range(0, len(whole), FRAME_SAMPLES):
        hearing.feed(whole[start : start + FRAME_SAMPLES].tobytes())
        for utterance, answer in run.due():
            hearing.recognised(utterance, answer)
        if start > len(sound) and not (hearing.speaking or run.pending):
            break
    return run.heard


class _Run:
    """Takes actions and recognitions of one file, and answers when the reference machine would have."""

    def __init__(self, voices: Voices) -> None:
        self.heard: list[HeardAction] = []
        self.pending: list[tuple[int, Utterance]] = []
        self.position: Callable[[], int] = lambda: 0
        self._voices = voices

    def take(self, action: Action) -> None:
        self.heard.append(HeardAction(self.position() * S // SAMPLE_RATE_HZ, action))

    def ask(self, utterance: Utterance) -> None:
        seconds = len(utterance.samples) / SAMPLE_RATE_HZ
        due = self.position() + round((STT_MS + STT_MS_PER_S * seconds) * SAMPLES_PER_MS)
        self.pending = [(at, job) for at, job in self.pending if job.number != utterance.number or not job.speculative]
        self.pending.append((due, utterance))

    def due(self) -> list[tuple[Utterance, Transcript]]:
        """Return what is recognised by now; only what can still count is recognised at all."""
        ready = [utterance for at, utterance in self.pending if at <= self.position()]
        self.pending = [(at, utterance) for at, utterance in self.pending if at > self.position()]
        return [(u, self._recognised(u)) for u in ready]

    def _recognised(self, utterance: Utterance) -> Transcript:
        answer = self._voices.stt.transcribe(utterance.samples, utterance.language, command=utterance.command)
        seconds = len(utterance.samples) / SAMPLE_RATE_HZ
        return replace(answer, latency_ms=round(STT_MS + STT_MS_PER_S * seconds))
