"""Write a picture as PNG. 20 to 100 ms at 720p: call it off the Qt thread."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from emulator.core.errors import FileError
from emulator.core.whole_file import whole_file
from emulator.world._cv import cv2

FASTEST = 1  # of zlib's nine levels; higher ones take four times as long for a tenth less


def write_png(path: str | Path, picture: npt.NDArray[np.uint8]) -> None:
    """Write a picture, whole or not at all: under a temporary name first.

    Args:
        path: Ends in ``.png``; missing folders are made.
        picture: Shape (h, w, 3) BGR, (h, w, 4) BGRA or (h, w) grey, uint8. A constant alpha of 255 is left out.

    Raises:
        FileError: If the name has another ending or the file cannot be written.
    """
    target = Path(path)
    if target.suffix.lower() != ".png":
        raise FileError(f"{path}: pictures are written as PNG; end the name in .png")
    if picture.ndim == 3 and picture.shape[2] == 4 and picture[..., 3].min(initial=255) == 255:
        picture = picture[..., :3]
    coded = cv2.imencode(".png", np.ascontiguousarray(picture), [cv2.IMWRITE_PNG_COMPRESSION, FASTEST])[1]
    with whole_file(target, "the picture") as file:
        file.write(coded.tobytes())
