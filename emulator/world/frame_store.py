"""Captured photos: the log keeps a reference and a digest, never pixels; files only where asked for."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
import numpy.typing as npt

from emulator.world.picture_file import write_png

Frame = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class FrameReference:
    """What the log keeps of a photo.

    Attributes:
        digest: blake2b of size and pixels, 32 hexadecimal digits: equal for equal pictures, on any machine.
        width_px: Its width.
        height_px: Its height.
    """

    digest: str
    width_px: int
    height_px: int

    @property
    def file_name(self) -> str:
        """The name of its file in a store's folder."""
        return f"photo-{self.digest[:16]}.png"


class FrameStore:
    """Takes photos; with a folder it saves each picture once as PNG, without one it keeps nothing."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def keep(self, frame: Frame) -> FrameReference:
        """Return the reference of a photo, shape (h, w, 3), uint8, and save it when there is a folder.

        Raises:
            FileError: If the folder cannot be written.
        """
        reference = refer(frame)
        if self._folder is not None:
            path = self._folder / reference.file_name
            if not path.exists():
                write_png(path, frame)
        return reference


def refer(frame: Frame) -> FrameReference:
    """Return the reference of a photo, shape (h, w, 3), uint8."""
    height, width = frame.shape[:2]
    digest = blake2b(f"{width}x{height}".encode(), digest_size=16)
    digest.update(np.ascontiguousarray(frame).data)
    return FrameReference(digest.hexdigest(), width, height)
