"""The part of a camera frame that is looked at: cropped to the middle and brought to the size it is painted in."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from emulator.world._cv import cv2

Frame = npt.NDArray[np.uint8]


def look_closer(frame: Frame, size_px: tuple[int, int], zoom: float = 1.0) -> tuple[Frame, float]:
    """Return the middle of ``frame`` filling ``size_px``, and the share of its width that is seen, in (0, 1].

    Args:
        frame: Shape (h, w, 3), uint8, BGR.
        size_px: Width and height wanted; sides or top and bottom are cut off where the shape differs.
        zoom: How much closer, >= 1.
    """
    height, width = frame.shape[:2]
    seen_w = min(width, height * size_px[0] / size_px[1]) / zoom
    seen_h = seen_w * size_px[1] / size_px[0]
    w, h = max(2, round(seen_w)), max(2, min(height, round(seen_h)))
    x, y = (width - w) // 2, (height - h) // 2
    part = frame[y : y + h, x : x + w]
    if part.shape[1::-1] == size_px:
        return np.ascontiguousarray(part), w / width
    how = cv2.INTER_AREA if size_px[0] < w / 1.5 else cv2.INTER_LINEAR  # AREA costs three times as much
    return np.asarray(cv2.resize(part, size_px, interpolation=how), np.uint8), w / width


def seen_fov_deg(fov_deg: float, share: float) -> float:
    """Return the horizontal field of view of the middle ``share`` of a frame that spans ``fov_deg``.

    >>> round(seen_fov_deg(90.0, 0.5), 2)
    53.13
    """
    return math.degrees(2 * math.atan(share * math.tan(math.radians(fov_deg) / 2)))
