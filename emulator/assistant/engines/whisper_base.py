"""Recognition by Whisper base, int8, in CTranslate2: Chinese and English, offline, about half a second a sentence.

The encoder gets the utterance and some padding instead of Whisper's usual 30 s, which makes it about three times
faster and no worse, if the guards below are kept (docs/voice.md, section 3 of the measurements): enough padding for
the language, a token limit, a second look with the full window when the decoder loops or doubts, no repeats, no words
out of silence, and no prompt given back as if it had been heard.
"""

from __future__ import annotations

import os
import re
import time
import zlib
from functools import cached_property
from importlib.util import find_spec
from math import exp
from typing import Any

import numpy as np

from emulator.assistant.engine import SAMPLE_RATE_HZ, Engine, Samples, Stt, Transcript, importable
from emulator.assistant.mel import log_mel
from emulator.assistant.vocabulary import prompt
from emulator.assistant.weights import WHISPER_BASE, bundle_installed, locate, missing_line, obtain

FRAMES_PER_S = 100
FULL_FRAMES = 3_000
PAD_S = {"zh": 4, "en": 8}  # with less, Chinese breaks and English loops
TOKENS_PER_S = 9
TOKENS_SPARE = 12
MAX_COMPRESSION = 2.2
MIN_LOG_PROBABILITY = -1.0
MAX_SILENCE = 0.6  # Whisper's own threshold of "no speech"
ECHO = 0.6  # share of the prompt that, given back, is an echo of it and no speech
THREADS = 2


class Whisper:
    """One loaded model; ``transcribe`` is called from one thread at a time."""

    def __init__(self) -> None:
        os.environ.setdefault("OMP_NUM_THREADS", str(THREADS))  # read at import
        import ctranslate2
        import tokenizers

        folder = obtain(WHISPER_BASE)
        self._array = ctranslate2.StorageView.from_array
        self._model = ctranslate2.models.Whisper(str(folder), compute_type="int8", intra_threads=THREADS)
        self._last: tuple[Samples | None, int, Any] = (None, 0, None)
        self._words = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))

    def transcribe(self, samples: Samples, language: str = "", *, command: bool = False) -> Transcript:
        """Recognise one utterance; see ``Stt``."""
        began = time.perf_counter()
        text, language, log_probability = self._recognise(samples, language, command)
        latency_ms = round((time.perf_counter() - began) * 1_000)
        return Transcript(text, language, ENGINE.id, exp(min(log_probability, 0.0)), latency_ms)

    def _recognise(self, samples: Samples, language: str, command: bool) -> tuple[str, str, float]:
        seconds = len(samples) / SAMPLE_RATE_HZ
        heard = self._encode(samples, _short(seconds, language or "en"))
        language = language or self._language(heard)
        told = prompt(language, command=command)
        text, log_probability, doubtful = self._decode(heard, seconds, language, told)
        if doubtful:
            text, log_probability, doubtful = self._decode(self._encode(samples, FULL_FRAMES), seconds, language, told)
            if doubtful and log_probability < MIN_LOG_PROBABILITY:
                return "", language, log_probability
        return text, language, log_probability

    def _encode(self, samples: Samples, frames: int) -> Any:
        """Encode; the last sound is kept, because a command is decoded once more after its wake phrase was found."""
        if self._last[0] is samples and self._last[1] == frames:
            return self._last[2]
        mel = log_mel(samples)
        padded = np.pad(mel, ((0, 0), (0, max(0, frames - mel.shape[1]))), constant_values=mel.min())[:, :frames]
        heard = self._model.encode(self._array(np.ascontiguousarray(padded[None], dtype=np.float32)))
        self._last = (samples, frames, heard)
        return heard

    def _language(self, heard: Any) -> str:
        chances = dict(self._model.detect_language(heard)[0])
        return "zh" if chances.get("<|zh|>", 0.0) + chances.get("<|yue|>", 0.0) >= chances.get("<|en|>", 0.0) else "en"

    def _decode(self, heard: Any, seconds: float, language: str, told: str) -> tuple[str, float, bool]:
        """Return text, mean log-probability and whether the text is to be doubted."""
        start = self._start(language, told)
        limit = len(start) + int(seconds * TOKENS_PER_S) + TOKENS_SPARE
        options = {"beam_size": 1, "return_scores": True, "return_no_speech_prob": True, "max_length": limit}
        found = self._model.generate(heard, [start], **options)[0]
        tokens, score = found.sequences_ids[0], float(found.scores[0])
        text = self._words.decode(tokens, skip_special_tokens=True).replace("\ufffd", "").strip()
        if not text or (found.no_speech_prob > MAX_SILENCE and score < MIN_LOG_PROBABILITY / 2):
            return "", score, False
        if _echoes(text, told):
            return "", score, False
        looped = len(tokens) >= limit - len(start) or _compression(text) > MAX_COMPRESSION
        text = without_repeats(text)
        return self._simplified(text) if language == "zh" else text, score, looped or score < MIN_LOG_PROBABILITY

    def _start(self, language: str, told: str) -> list[int]:
        task = ["<|startoftranscript|>", f"<|{language}|>", "<|transcribe|>", "<|notimestamps|>"]
        tokens = [self._token(name) for name in task]
        if not told:
            return tokens
        before = self._words.encode(" " + told, add_special_tokens=False).ids
        return [self._token("<|startofprev|>"), *before, *tokens]

    def _token(self, name: str) -> int:
        return int(self._words.token_to_id(name) or 0)

    def _simplified(self, text: str) -> str:
        """Traditional characters come at random; intents are written in simplified ones."""
        return str(self._converter.convert(text)) if self._converter else text

    @cached_property
    def _converter(self) -> Any:
        if find_spec("opencc") is None:
            return None
        import opencc

        return opencc.OpenCC("t2s")


def without_repeats(text: str) -> str:
    """Collapse what a looping decoder said again and again, a last one that was cut off included.

    >>> without_repeats("打开翻译。打开翻译。打开翻")
    '打开翻译。'
    >>> without_repeats("turn it on. turn it on. turn it on.")
    'turn it on.'
    >>> without_repeats("一一得一")
    '一一得一'
    """
    found = re.match(r"(?P<unit>.{4,}?)(?:\s*(?P=unit))+\s*(?P<rest>.*)\Z", text, re.DOTALL)
    if found and found["unit"].startswith(found["rest"]):
        return found["unit"].strip()
    return text


def _echoes(text: str, told: str) -> bool:
    """Say whether ``text`` is (most of) the prompt: what the model says when it understood nothing."""
    plain, prompted = ("".join(c for c in t if c.isalnum()) for t in (text, told))
    return bool(plain) and plain in prompted and len(plain) > ECHO * len(prompted)


def _short(seconds: float, language: str) -> int:
    return min(FULL_FRAMES, int((seconds + PAD_S[language]) * FRAMES_PER_S) // 2 * 2)


def _compression(text: str) -> float:
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw))


def _available() -> str | None:
    lacking = importable("ctranslate2", "tokenizers")
    if lacking is None and locate(WHISPER_BASE) is None and not bundle_installed(WHISPER_BASE):
        return missing_line(WHISPER_BASE)
    return lacking


ENGINE: Engine[Stt] = Engine(
    id="whisper_base",
    kind="stt",
    title="Whisper base, Chinese and English, offline",
    rank=0,
    licence="MIT",
    available=_available,
    make=Whisper,
)
