"""What kind of thing a picture shows, as a vector: two pictures of one kind have a cosine near 1.

EfficientNet-Lite0 of the extra ``products``, run by OpenCV; without the extra there is none, and packages are told apart by
key points and colours alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from emulator.core.errors import FileError
from emulator.vision._cv import cv2
from emulator.vision.lite0 import SIDE_PX, read_weights, to_onnx, weights_file

Frame = npt.NDArray[np.uint8]
Vector = npt.NDArray[np.float32]
Embed = Callable[[Frame], Vector]


def find_embedder() -> Embed | None:
    """Return what makes vectors of length 1 of frames, shape (h, w, 3), uint8, BGR; None without the extra."""
    path = weights_file()
    if path is None:
        return None
    try:
        net = cv2.dnn.readNetFromONNX(np.frombuffer(to_onnx(read_weights(path)), np.uint8))
    except (FileError, KeyError, cv2.error):
        return None  # another file of that name: as good as none

    def embed(frame: Frame) -> Vector:
        net.setInput(_prepared(frame))
        vector = np.asarray(net.forward()[0], np.float32)
        return vector / np.float32(max(1e-9, float(np.linalg.norm(vector))))

    return embed


def _prepared(frame: Frame) -> npt.NDArray[np.float32]:
    """Return the frame as the network was trained on: 224 by 224, RGB, (x - 127) / 128."""
    small = cv2.resize(frame, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_CUBIC)
    planes = (small[..., ::-1].astype(np.float32) - 127) / 128
    return np.ascontiguousarray(planes.transpose(2, 0, 1)[None])
