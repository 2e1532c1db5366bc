"""Sound from files: read, resampled to 16 kHz mono, mixed with noise, or fed frame by frame like a microphone."""

from __future__ import annotations

import threading
import time
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emulator.core.errors import FileError
from emulator.core.why import why
from emulator.world.microphone import CLOSED, FRAME_SAMPLES, LISTENING, RATE_HZ

Pcm = NDArray[np.int16]
RAW = (".pcm", ".raw", ".sln16")
WIDTHS = {1: "u1", 2: "<i2", 4: "<i4"}
ACTIVE_DB = 25.0  # speech counts for the signal's level while it is this close to its loudest


def read_sound(path: Path) -> Pcm:
    """Read a WAV, or headerless s16 at 16 kHz (``.raw``, ``.pcm``), as 16 kHz mono.

    Raises:
        FileError: If it cannot be read or is no PCM.
    """
    try:
        if path.suffix.lower() in RAW:
            return np.frombuffer(path.read_bytes()[: path.stat().st_size // 2 * 2], "<i2").astype(np.int16)
        with wave.open(str(path), "rb") as source:
            width, channels, rate_hz = source.getsampwidth(), source.getnchannels(), source.getframerate()
            raw = source.readframes(source.getnframes())
    except OSError as error:
        raise FileError(f"{path}: cannot read the sound: {why(error)}") from error
    except (EOFError, wave.Error) as error:
        raise FileError(
            f"{path}: cannot read the sound: {str(error) or 'it ends too soon'}; give a WAV of PCM"
        ) from error
    if width not in WIDTHS:
        raise FileError(
            f"{path}: {8 * width}-bit sound; 8, 16 or 32 bits work: ffmpeg -i {path.name} -c:a pcm_s16le out.wav"
        )
    values = np.frombuffer(raw, WIDTHS[width]).astype(np.float64)
    values = (values - 128.0) * 256.0 if width == 1 else values / 256.0 ** (width - 2)
    mono = values.reshape(-1, channels).mean(axis=1)
    return to_pcm(resampled(mono, rate_hz, RATE_HZ))


def resampled(samples: NDArray[np.float64], from_hz: int, to_hz: int) -> NDArray[np.float64]:
    """Return ``samples`` at another rate, band-limited (by FFT over the whole sound)."""
    if from_hz == to_hz or not len(samples):
        return samples
    count = max(1, round(len(samples) * to_hz / from_hz))
    spectrum = np.fft.rfft(samples)
    fitted = np.zeros(count // 2 + 1, complex)
    kept = min(len(spectrum), len(fitted))
    fitted[:kept] = spectrum[:kept]
    return np.fft.irfft(fitted, count) * (count / len(samples))


def to_pcm(samples: NDArray[np.float64]) -> Pcm:
    """Return ``samples`` (of s16 range) rounded and clipped."""
    return np.clip(np.round(samples), -32_768, 32_767).astype(np.int16)


def with_noise(sound: Pcm, snr_db: float, seed: int, margin_ms: int = 500) -> Pcm:
    """Return ``sound`` with ``margin_ms`` of room before and after it and pink noise over all of it.

    Args:
        sound: 16 kHz mono.
        snr_db: Level of the speech (its quiet parts left out) over the noise.
        seed: The same seed gives the same noise.
        margin_ms: Room before and after.
    """
    margin = np.zeros(margin_ms * RATE_HZ // 1_000)
    whole = np.concatenate([margin, sound.astype(np.float64), margin])
    noise = _pink(len(whole), np.random.default_rng(seed))
    return to_pcm(whole + noise * (_speech_rms(sound) * 10.0 ** (-snr_db / 20.0)))


def _pink(count: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Noise of equal power per octave, root mean square 1."""
    spectrum = np.fft.rfft(random.standard_normal(count))
    shaped = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 1.0)), count)
    return np.asarray(shaped / np.sqrt(np.mean(np.square(shaped))))


def _speech_rms(sound: Pcm) -> float:
    frames = sound[: len(sound) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES).astype(np.float64)
    powers = np.mean(np.square(frames), axis=1) if len(frames) else np.array([0.0])
    active = powers[powers >= powers.max() * 10.0 ** (-ACTIVE_DB / 10.0)]
    return float(np.sqrt(active.mean()))


class FileMicrophone:
    """Feeds a sound file as a ``Microphone`` would: 20 ms at a time, ``speed`` times as fast; then silence."""

    def __init__(
        self,
        path: Path,
        take: Callable[[bytes], None],
        changed: Callable[[str], None] = lambda _s: None,
        speed: float = 1.0,
    ) -> None:
        self.status = CLOSED
        self._sound, self._speed = read_sound(path), speed
        self._take, self._changed = take, changed
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to feed; returns at once."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._run, name="file microphone", daemon=True)
            self._thread.start()
            self._say(LISTENING)

    def stop(self) -> None:
        """End the thread, within a second."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=1.0)
            self._thread = None
        self._say(CLOSED)

    def _run(self) -> None:
        began_s, fed = time.monotonic(), 0
        silence = bytes(2 * FRAME_SAMPLES)
        while not self._stopping.is_set():
            frame = self._sound[fed : fed + FRAME_SAMPLES].tobytes()
            self._take(frame + silence[len(frame) :])
            fed += FRAME_SAMPLES
            self._stopping.wait(max(0.0, began_s + fed / RATE_HZ / self._speed - time.monotonic()))

    def _say(self, status: str) -> None:
        if status != self.status:
            self.status = status
            self._changed(status)
