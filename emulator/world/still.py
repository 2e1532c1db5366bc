"""A still image as the world."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from emulator.core.errors import SceneError
from emulator.core.why import why
from emulator.world._cv import cv2

Frame = npt.NDArray[np.uint8]

LARGEST_PX = (1920, 1080)


class Still:
    """One picture, read once, made to fit 1920x1080.

    Raises:
        SceneError: If the file is missing or no picture.
    """

    def __init__(self, path: str | Path) -> None:
        self._frame = fit(read_picture(path))

    @property
    def live(self) -> bool:
        """Frames do not come by themselves."""
        return False

    @property
    def status(self) -> str:
        """Always ``still``."""
        return "still"

    def frame_at(self, t_ns: int) -> Frame | None:  # noqa: ARG002 - the same at any time
        """Return the picture."""
        return self._frame

    def close(self) -> bool:
        """Nothing is open."""
        return True


def read_picture(path: str | Path) -> Frame:
    """Return a picture file as BGR.

    Raises:
        SceneError: If the file is missing or no picture.
    """
    try:
        coded = np.fromfile(path, np.uint8)
    except OSError as error:
        raise SceneError(f"{path}: {why(error)}") from None
    frame = cv2.imdecode(coded, cv2.IMREAD_COLOR) if coded.size else None
    if frame is None:
        raise SceneError(f"{path}: not a picture that OpenCV can read; give a PNG, JPEG or WebP file")
    return np.asarray(frame, np.uint8)


def fit(frame: Frame) -> Frame:
    """Return the frame, shrunk if it is larger than 1920x1080."""
    height, width = frame.shape[:2]
    scale = min(LARGEST_PX[0] / width, LARGEST_PX[1] / height)
    if scale >= 1:
        return frame
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.uint8)
