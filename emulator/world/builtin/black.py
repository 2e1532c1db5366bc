"""No world at all: the HUD alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Frame = npt.NDArray[np.uint8]


def black() -> Callable[[float], Frame]:
    """Return what paints a black frame."""
    frame = np.zeros((720, 1280, 3), np.uint8)
    return lambda _seconds: frame
