"""Log-mel spectrogram as Whisper was trained on: 80 bands, 25 ms windows, 10 ms apart, at 16 kHz.

Source:
    openai/whisper ``audio.py``: Hann window, reflect padding, Slaney's mel scale, log10 clipped to 8 below the peak.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000
WINDOW = 400
HOP = 160
BANDS = 80
LINEAR_HZ_PER_MEL = 200.0 / 3.0
LOG_FROM_HZ = 1_000.0
LOG_STEP = np.log(6.4) / 27.0


def log_mel(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the spectrogram of ``samples`` (mono, 16 kHz, in [-1, 1]), shape (80, len // 160), about [-1, 1.5]."""
    padded = np.pad(samples, WINDOW // 2, mode="reflect" if len(samples) > WINDOW // 2 else "constant")
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][: len(samples) // HOP]
    power = np.abs(np.fft.rfft(windows * _hann(), axis=1)) ** 2
    logs = np.log10(np.maximum(_filters() @ power.T, 1e-10))
    logs = np.maximum(logs, logs.max(initial=-10.0) - 8.0)
    return np.asarray((logs + 4.0) / 4.0, np.float32)


@cache
def _hann() -> NDArray[np.float64]:
    return np.hanning(WINDOW + 1)[:-1]


@cache
def _filters() -> NDArray[np.float64]:
    """Triangles of equal area on Slaney's mel scale, shape (80, 201)."""
    edges_hz = _to_hz(np.linspace(0.0, _to_mel(RATE_HZ / 2), BANDS + 2))
    bins_hz = np.fft.rfftfreq(WINDOW, 1.0 / RATE_HZ)
    rising = (bins_hz - edges_hz[:-2, None]) / np.diff(edges_hz)[:-1, None]
    falling = (edges_hz[2:, None] - bins_hz) / np.diff(edges_hz)[1:, None]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return np.asarray(triangles * (2.0 / (edges_hz[2:] - edges_hz[:-2]))[:, None])


def _to_mel(hz: float) -> float:
    return float(LOG_FROM_HZ / LINEAR_HZ_PER_MEL + np.log(hz / LOG_FROM_HZ) / LOG_STEP)


def _to_hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    corner = LOG_FROM_HZ / LINEAR_HZ_PER_MEL
    return np.where(mel < corner, mel * LINEAR_HZ_PER_MEL, LOG_FROM_HZ * np.exp(LOG_STEP * (mel - corner)))
