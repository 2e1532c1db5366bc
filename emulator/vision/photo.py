"""The photo that a question may follow: kept as long as the session, in memory only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Frame = npt.NDArray[np.uint8]

BLACK, LEAST_SEEN = 32, 0.001  # a code value that a covered camera's noise stays below; share of pixels above it


@dataclass(slots=True)
class Photo:
    """The frame of the latest photo, shape (h, w, 3), uint8, BGR; None before the first and where the camera is dark."""

    frame: Frame | None = None


def is_dark(frame: Frame | None) -> bool:
    """Say whether there is no picture, or one in which nothing is to be seen."""
    if frame is None:
        return True
    sample = frame[::4, ::4]
    return int(np.count_nonzero(sample > BLACK)) < LEAST_SEEN * sample.size
