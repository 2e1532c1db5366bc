"""Spoken answers by espeak-ng 1.52, in a process of its own: robotic, Chinese and English, sound within milliseconds.

The library is GPL-3 and stays outside this process: see ``_espeak_worker.py``.
"""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from emulator.assistant.engine import Engine, Tts, importable
from emulator.core.errors import EngineError

WORKER = Path(__file__).with_name("_espeak_worker.py")
VOICES = {"zh": ("cmn", 160), "en": ("en-us", 165)}  # espeak's voice, words per minute
RATE_HZ = 22_050  # of all voices espeak-ng makes itself
STOP_S = 1.0


class Espeak:
    """Talks to one worker, started at the first word; ``speak`` is called from one thread at a time."""

    def __init__(self) -> None:
        self._worker: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self.rate_hz = RATE_HZ

    def speak(self, text: str, language: str) -> Iterator[bytes]:
        """Yield the sound of ``text`` as mono s16 PCM at ``rate_hz``; see ``Tts``.

        Raises:
            EngineError: If the worker ended.
        """
        voice, wpm = VOICES.get(language, VOICES["en"])
        worker = self._start()
        line = json.dumps({"text": " ".join(text.split()), "voice": voice, "wpm": wpm})
        self._write(worker, line.encode() + b"\n")
        chunk = b"-"
        try:
            while chunk := self._chunk(worker):
                yield chunk
        finally:
            while chunk and worker is self._worker:  # cut: drop the rest, which takes the worker some milliseconds
                chunk = self._chunk(worker)

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is None:
            return
        worker.kill()
        worker.wait(STOP_S)
        for pipe in (worker.stdin, worker.stdout):
            if pipe is not None:
                _close_quietly(pipe)

    def _start(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._worker is not None and self._worker.poll() is None:
                return self._worker
            worker = subprocess.Popen(
                [sys.executable, str(WORKER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            self._worker = worker
        rate_hz = struct.unpack("<4xI", self._read(worker, 8))[0]
        if rate_hz != RATE_HZ:
            raise EngineError(f"espeak-ng speaks at {rate_hz} Hz instead of {RATE_HZ}: reinstall espeakng-loader 0.2.4")
        return worker

    def _chunk(self, worker: subprocess.Popen[bytes]) -> bytes:
        return self._read(worker, struct.unpack("<I", self._read(worker, 4))[0])

    def _write(self, worker: subprocess.Popen[bytes], raw: bytes) -> None:
        assert worker.stdin is not None  # it was made with a pipe
        try:
            worker.stdin.write(raw)
            worker.stdin.flush()
        except (OSError, ValueError) as error:
            raise EngineError("espeak-ng ended: pip install --force-reinstall espeakng-loader") from error

    def _read(self, worker: subprocess.Popen[bytes], count: int) -> bytes:
        assert worker.stdout is not None  # it was made with a pipe
        try:
            raw = worker.stdout.read(count)
        except (OSError, ValueError):  # closed by another thread
            raw = b""
        if len(raw) < count:
            raise EngineError("espeak-ng ended: pip install --force-reinstall espeakng-loader")
        return raw


def _close_quietly(pipe: IO[bytes]) -> None:
    with suppress(OSError):  # unsent text for a worker that is gone
        pipe.close()


def _available() -> str | None:
    return importable("espeakng_loader")


ENGINE: Engine[Tts] = Engine(
    id="espeak",
    kind="tts",
    title="espeak-ng 1.52, robotic, offline, in its own process",
    rank=0,
    licence="GPL-3.0-or-later (separate process)",
    available=_available,
    make=Espeak,
)
