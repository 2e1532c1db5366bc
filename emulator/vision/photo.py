"""The photo that a question may follow: kept as long as the session, in memory only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Frame = npt.NDArray[np.uint8]

DARK = 4.0  # mean code value below which nothing is to be seen: a covered camera


@dataclass(slots=True)
class Photo:
    """The frame of the latest photo, shape (h, w, 3), uint8, BGR; None before the first and where the camera is dark."""

    frame: Frame | None = None


def is_dark(frame: Frame | None) -> bool:
    """Say whether there is no picture, or one in which nothing is to be seen."""
    return frame is None or float(frame.mean()) < DARK
