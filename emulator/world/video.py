"""A video file as the world, against a clock that is handed in.

Frame ``t_ns * rate`` is shown at ``t_ns``, from the beginning again after the last: the choice depends on ``t_ns``
alone, not on speed, order of questions or the machine.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from emulator.core.errors import SceneError
from emulator.core.units import S
from emulator.core.why import why
from emulator.world._cv import cv2
from emulator.world.still import fit

Frame = npt.NDArray[np.uint8]

DEFAULT_HZ = 30.0
FASTEST_HZ = 1_000.0


class Video:
    """A video file that loops.

    Raises:
        SceneError: If the file is missing or holds no frame.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = str(path)
        self._at = 0
        self._capture: Any = self._open()
        rate_hz = float(self._capture.get(cv2.CAP_PROP_FPS))
        self._rate_hz = rate_hz if 0 < rate_hz <= FASTEST_HZ else DEFAULT_HZ
        self._count: int | None = None  # known once the end was met; the container's own number is a guess
        self._frame = self._retrieve()

    @property
    def live(self) -> bool:
        """Frames do not come by themselves."""
        return False

    @property
    def status(self) -> str:
        """Always ``playing``."""
        return "playing"

    @property
    def rate_hz(self) -> float:
        """Frames per second."""
        return self._rate_hz

    def frame_at(self, t_ns: int) -> Frame | None:
        """Return the frame to show at ``t_ns``, shape (h, w, 3), uint8, BGR.

        Raises:
            ValueError: If ``t_ns`` is negative.
        """
        if t_ns < 0:
            raise ValueError(f"t_ns must not be negative, got {t_ns}")
        before = self._at
        self._seek(t_ns * round(self._rate_hz * 1_000) // (1_000 * S))
        if self._at != before:
            self._frame = self._retrieve()
        return self._frame

    def close(self) -> bool:
        """Let go of the file."""
        self._capture.release()
        return True

    def _reopen(self) -> None:
        """Stand at frame 0. Reopening is exact; seeking is not, in many containers."""
        self._capture.release()
        self._capture = self._open()
        self._at = 0

    def _open(self) -> Any:
        try:
            Path(self._path).open("rb").close()
        except OSError as error:
            raise SceneError(f"{self._path}: {why(error)}") from None
        capture = cv2.VideoCapture(self._path, cv2.CAP_FFMPEG)
        if not capture.grab():
            raise SceneError(f"{self._path}: not a video that OpenCV can read; give an MP4, WebM or AVI file")
        return capture

    def _seek(self, wanted: int) -> None:
        """Stand at frame ``wanted``, counted round and round."""
        if self._count is not None:
            wanted %= self._count
        if wanted < self._at:
            self._reopen()
        while self._at < wanted:
            there = self._capture.grab()
            self._at += 1
            if not there:
                self._count = self._at
                return self._seek(wanted)
        return None

    def _retrieve(self) -> Frame:
        there, frame = self._capture.retrieve()
        if there:
            return fit(np.asarray(frame, np.uint8))
        raise SceneError(f"{self._path}: frame {self._at} is damaged; re-encode the video")
