"""RootSIFT key points of a picture: what a package is found again by, at another size and angle.

Settings and their measurements: docs/services.md, "Prices"; RootSIFT: Arandjelović and Zisserman, "Three things
everyone should know to improve object retrieval", CVPR 2012.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emulator.vision._cv import cv2

MOST = 1_200  # key points of a picture
LOW_CONTRAST = 0.02  # half of OpenCV's: packages have soft print
STEPS = 512  # a component of RootSIFT is below 0.5, so it fits a byte in steps of 1/512
LENGTH = 128  # components of a descriptor
Frame = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Features:
    """Key points of a picture, strongest first.

    Attributes:
        points: Shape (n, 2), float32: x and y in pixels of the picture.
        descriptors: Shape (n, 128), uint8: RootSIFT in steps of 1/512.
    """

    points: npt.NDArray[np.float32]
    descriptors: npt.NDArray[np.uint8]

    def strongest(self, most: int) -> Features:
        """Return at most so many of them."""
        return Features(self.points[:most], self.descriptors[:most])

    def pack(self) -> bytes:
        """Return them as bytes, 136 for each: the points as little-endian float32, then the descriptors."""
        return self.points.astype("<f4").tobytes() + self.descriptors.tobytes()


def unpack(packed: bytes) -> Features:
    """Return what ``Features.pack`` made.

    Raises:
        ValueError: If it is not that.
    """
    count, rest = divmod(len(packed), 8 + LENGTH)
    if rest:
        raise ValueError(f"{len(packed)} bytes are no key points")
    points = np.frombuffer(packed, "<f4", 2 * count).reshape(count, 2).astype(np.float32)
    return Features(points, np.frombuffer(packed, np.uint8, LENGTH * count, 8 * count).reshape(count, LENGTH))


def describe(frame: Frame) -> Features:
    """Find the key points of a picture.

    Args:
        frame: Shape (h, w, 3) BGR or (h, w) grey, uint8.
    """
    grey = frame if frame.ndim == 2 else cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
    points, sift = cv2.SIFT_create(MOST, contrastThreshold=LOW_CONTRAST).detectAndCompute(grey, None)
    if sift is None:
        return Features(np.zeros((0, 2), np.float32), np.zeros((0, LENGTH), np.uint8))
    shares = sift / np.maximum(sift.sum(axis=1, keepdims=True), 1e-9)
    order = np.argsort([-point.response for point in points], kind="stable")
    root = np.minimum(np.rint(np.sqrt(shares) * STEPS), 255).astype(np.uint8)
    places = cv2.KeyPoint_convert(points).astype(np.float32).reshape(-1, 2)
    return Features(places[order], root[order])


def to_root_sift(descriptors: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Return descriptors as float32 of length about 1."""
    return descriptors.astype(np.float32) * np.float32(1 / STEPS)


def sized(frame: Frame, side_px: int) -> Frame:
    """Return the frame with its longer side at ``side_px``: larger or smaller than it was."""
    height, width = frame.shape[:2]
    scale = side_px / max(height, width)
    if scale == 1:
        return frame
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(frame, size, interpolation=how), np.uint8)
