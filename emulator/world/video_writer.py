"""Write a video frame by frame: WebM (VP8, free of licences) or MP4.

Frames go to ``.NAME.part.webm`` beside the target, which gets its name when the writer closes: nothing half-written
ever has the final name. After a kill the WebM part plays up to its last cluster (rename it); an MP4 part does not.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from emulator.core.errors import FileError
from emulator.core.whole_file import check_place
from emulator.core.why import why
from emulator.world._cv import cv2

Frame = npt.NDArray[np.uint8]

ROOM_BYTES = 4_000_000  # for what the codec holds back and the file's index
CHECKED_FRAMES = 30
CODECS = {".webm": "VP80", ".mp4": "mp4v", ".avi": "MJPG"}


class VideoWriter:
    """A video file being written; use it in a ``with`` block, or call ``close``.

    Args:
        path: Ends in ``.webm``, ``.mp4`` or ``.avi``; an existing file is replaced on close.
        size_px: Width and height of all frames; odd ones are cut by a pixel, as the codecs want.
        rate_hz: Frames per second.

    Raises:
        FileError: If the ending is unknown or the folder cannot be written.
    """

    def __init__(self, path: str | Path, size_px: tuple[int, int], rate_hz: float = 30.0) -> None:
        self._target = Path(path)
        codec = CODECS.get(self._target.suffix.lower())
        if codec is None:
            raise FileError(f"{path}: unknown kind of video; end the name in {', '.join(CODECS)}")
        self._size_px = (size_px[0] // 2 * 2, size_px[1] // 2 * 2)
        if min(self._size_px) < 2 or not 0 < rate_hz <= 1_000:
            raise ValueError(f"a video needs a size and a rate in (0, 1000] Hz, got {size_px} at {rate_hz}")
        self._part = self._target.with_name(f".{self._target.stem}.part{self._target.suffix.lower()}")
        self._make_room()
        self._writer: Any = cv2.VideoWriter(
            str(self._part), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*codec), rate_hz, self._size_px
        )
        if not self._writer.isOpened():
            raise FileError(f"{path}: OpenCV here cannot write {codec}; try another of {', '.join(CODECS)}")
        self._frames = 0

    @property
    def frames(self) -> int:
        """How many frames were written."""
        return self._frames

    def write(self, frame: Frame) -> None:
        """Add a frame, shape (h, w, 3) BGR or (h, w, 4) BGRA, uint8.

        Raises:
            ValueError: If it is smaller than the video or of another type.
            FileError: If the disk is about to be full.
        """
        width, height = self._size_px
        if frame.dtype != np.uint8 or frame.ndim != 3 or frame.shape[0] < height or frame.shape[1] < width:
            raise ValueError(f"a frame of this video is uint8 ({height}, {width}, 3 or 4), got {frame.shape}")
        frame = frame[:height, :width]
        if self._frames % CHECKED_FRAMES == 0:
            self._check_space()
        self._writer.write(cv2.cvtColor(frame, cv2.COLOR_BGRA2BGR) if frame.shape[2] == 4 else frame)
        self._frames += 1

    def close(self) -> None:
        """Finish the file and give it its name; a video without frames leaves no file. May be called twice.

        Raises:
            FileError: If the file cannot get its name.
        """
        if self._writer is None:
            return
        self._writer.release()
        self._writer = None
        try:
            if self._frames:
                os.replace(self._part, self._target)
            else:
                self._part.unlink(missing_ok=True)
        except OSError as error:
            raise FileError(f"{self._target}: {why(error)}; the video is in {self._part}") from None

    def __enter__(self) -> VideoWriter:
        """Return the writer."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close, also after an error: what was recorded until then is kept."""
        self.close()

    def _make_room(self) -> None:
        check_place(self._target, "the video")
        self._check_space()
        try:
            self._part.touch()
        except OSError as error:
            raise FileError(f"{self._target}: cannot write the video: {why(error)}") from None

    def _check_space(self) -> None:
        """End while there is room for the end: OpenCV says nothing of a full disk."""
        disk = shutil.disk_usage(self._target.parent)
        if disk.total and disk.free < ROOM_BYTES:
            raise FileError(f"{self._target}: the disk is full; free some space")
