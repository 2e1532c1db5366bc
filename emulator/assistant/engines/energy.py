"""Voice activity by loudness alone: no model, no package; for quiet rooms only.

In 10 dB of household noise a gate of this kind cuts half of all utterances (docs/voice.md); it is here so that
push-to-talk works where the voice extra is not installed.
"""

from __future__ import annotations

import numpy as np

from emulator.assistant.engine import Engine, Samples, Vad

FLOOR_DB = -60.0  # below this nothing is speech, whatever the room
RISE_DB = 12.0  # above the noise floor: probability one half
SLOPE_DB = 3.0
NOISE_RISE_DB = 0.06  # per frame: about 2 dB/s, slower than any sentence


class Energy:
    """Follows the noise floor and compares each frame with it."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget the noise floor."""
        self._noise_db = FLOOR_DB

    def probability(self, frame: Samples) -> float:
        """Return how surely the frame is louder than the room, in [0, 1]."""
        level_db = 10.0 * float(np.log10(np.mean(np.square(frame)) + 1e-10))
        self._noise_db = max(FLOOR_DB, min(level_db, self._noise_db + NOISE_RISE_DB))
        return float(1.0 / (1.0 + np.exp(-(level_db - self._noise_db - RISE_DB) / SLOPE_DB)))


def _available() -> str | None:
    return None


ENGINE: Engine[Vad] = Engine(
    id="energy",
    kind="vad",
    title="Loudness, for quiet rooms only",
    rank=9,
    licence="Apache-2.0",
    available=_available,
    make=Energy,
)
