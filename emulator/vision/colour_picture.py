"""A picture file in colour, within the limits of ``picture.py``; a large one is shrunk while it is decoded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from emulator.core.errors import FileError
from emulator.core.why import why
from emulator.vision._cv import cv2
from emulator.vision.features import sized
from emulator.vision.picture import MOST_BYTES, MOST_PX, picture_size

Frame = npt.NDArray[np.uint8]

LARGEST_PX = 2_048  # of a longer side: a package needs no more, a barcode in it is 3 pixels a module at 700 of them
WEBP_QUALITY, JPEG_QUALITY = 80, 85


def read_colour(path: str | Path) -> tuple[Frame, tuple[int, int]]:
    """Return a PNG, JPEG, WebP, BMP or GIF file as BGR, at most 2,048 pixels long, and its width and height as it was.

    Raises:
        FileError: If the file is missing, damaged, no such picture, or above 64 MB or 100 megapixels.
    """
    target = Path(path)
    try:
        if target.exists() and not target.is_file():
            raise FileError(f"{path}: not a file")
        if target.stat().st_size > MOST_BYTES:
            raise FileError(f"{path}: {target.stat().st_size / 1e6:.0f} MB; {MOST_BYTES >> 20} MB are the most")
        return decode_colour(target.read_bytes(), str(path))
    except OSError as error:
        raise FileError(f"{path}: {why(error)}") from None


def decode_colour(coded: bytes, name: str) -> tuple[Frame, tuple[int, int]]:
    """Return the bytes of a picture file as BGR; else like ``read_colour``, ``name`` in its errors."""
    size = picture_size(coded)
    if size is None or 0 in size:
        raise FileError(f"{name}: not a picture; give a PNG, JPEG, WebP, BMP or GIF file")
    width, height = size
    if width * height > MOST_PX:
        raise FileError(
            f"{name}: {width}x{height} is {width * height / 1e6:.0f} megapixels; {MOST_PX // 1_000_000} are the most"
        )
    try:
        frame = cv2.imdecode(np.frombuffer(coded, np.uint8), _flag(coded, max(size)))
    except cv2.error:
        frame = None
    if frame is None:
        raise FileError(f"{name}: damaged; OpenCV cannot decode it")
    flat = _flat(frame)
    return (sized(flat, LARGEST_PX) if max(flat.shape[:2]) > LARGEST_PX else flat), size


def encode_colour(frame: Frame) -> bytes:
    """Return a frame, shape (h, w, 3), uint8, BGR, as a WebP file."""
    return bytes(cv2.imencode(".webp", frame, [cv2.IMWRITE_WEBP_QUALITY, WEBP_QUALITY])[1])


def encode_jpeg(frame: Frame, side_px: int) -> bytes:
    """Return a frame, shape (h, w, 3), uint8, BGR, as a JPEG file whose longer side is at most ``side_px``."""
    small = sized(frame, side_px) if max(frame.shape[:2]) > side_px else frame
    return bytes(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1])


def _flag(coded: bytes, longer_px: int) -> int:
    """Return how to decode: what may be clear with its alpha, a large JPEG at a half, a quarter or an eighth."""
    if not coded.startswith((b"\xff\xd8", b"BM")):
        return int(cv2.IMREAD_UNCHANGED)
    if longer_px >= 8 * LARGEST_PX:
        return int(cv2.IMREAD_REDUCED_COLOR_8)
    if longer_px >= 4 * LARGEST_PX:
        return int(cv2.IMREAD_REDUCED_COLOR_4)
    return int(cv2.IMREAD_REDUCED_COLOR_2 if longer_px >= 2 * LARGEST_PX else cv2.IMREAD_COLOR)


def _flat(frame: npt.NDArray[np.generic]) -> Frame:
    """Return a decoded picture as BGR of bytes, clear parts white."""
    if frame.dtype == np.uint16:
        frame = (frame >> 8).astype(np.uint8)  # type: ignore[operator]  # its dtype is known a line above
    if frame.ndim == 2:
        return np.asarray(cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR), np.uint8)
    if frame.shape[2] < 4:
        return np.asarray(frame, np.uint8)
    colours, opaque = frame[..., :3].astype(np.uint16), frame[..., 3:].astype(np.uint16)
    return ((colours * opaque + 255 * (255 - opaque)) // 255).astype(np.uint8)
