"""A picture file as grey, within limits: its size is read from its head before anything is decoded."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from emulator.core.errors import FileError
from emulator.core.why import why
from emulator.vision._cv import cv2

MOST_BYTES = 64 << 20
MOST_PX = 100_000_000  # as grey 100 MB; a phone's 48 MP passes, a decompression bomb does not
SHRUNK_ABOVE_PX = 12_000_000  # a code in more pixels than these is read as well in these


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as grey.

    Attributes:
        grey: Shape (h, w), uint8.
        size_px: Width and height of the file.
    """

    grey: npt.NDArray[np.uint8]
    size_px: tuple[int, int]

    @property
    def scale(self) -> float:
        """Width of ``grey`` over the file's; below 1 if it was shrunk."""
        return float(self.grey.shape[1]) / self.size_px[0]


def read_grey(path: str | Path) -> Picture:
    """Read a PNG, JPEG, WebP, BMP or GIF file; transparent is white, and above 12 megapixels it is shrunk to that.

    Raises:
        FileError: If the file is missing, damaged, no such picture, or above 64 MB or 100 megapixels.
    """
    coded = _read(Path(path))
    size = picture_size(coded)
    if size is None or 0 in size:
        raise FileError(f"{path}: not a picture; give a PNG, JPEG, WebP, BMP or GIF file")
    width, height = size
    if width * height > MOST_PX:
        raise FileError(
            f"{path}: {width}x{height} is {width * height / 1e6:.0f} megapixels; {MOST_PX // 1_000_000} are the most"
        )
    may_be_clear = not coded.startswith((b"\xff\xd8", b"BM"))
    flag = cv2.IMREAD_UNCHANGED if may_be_clear else cv2.IMREAD_GRAYSCALE
    try:
        frame = cv2.imdecode(np.frombuffer(coded, np.uint8), flag)
    except cv2.error:
        frame = None
    if frame is None:
        raise FileError(f"{path}: damaged; OpenCV cannot decode it")
    return Picture(_shrunk(_grey(frame)), size)


def picture_size(coded: bytes) -> tuple[int, int] | None:
    """Return width and height from the head of a picture file, or None if it is none that we know."""
    try:
        if coded.startswith(b"\x89PNG\r\n\x1a\n"):
            return _pair(">II", coded, 16)
        if coded.startswith((b"GIF87a", b"GIF89a")):
            return _pair("<HH", coded, 6)
        if coded.startswith(b"BM"):
            width, height = _pair("<ii", coded, 18)
            return abs(width), abs(height)
        if coded.startswith(b"RIFF") and coded[8:12] == b"WEBP":
            return _webp_size(coded)
        return _jpeg_size(coded) if coded.startswith(b"\xff\xd8") else None
    except (struct.error, IndexError):
        return None


def _read(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise FileError(f"{path}: not a file")
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise FileError(f"{path}: {size / 1e6:.0f} MB; {MOST_BYTES >> 20} MB are the most")
        return path.read_bytes()
    except OSError as error:
        raise FileError(f"{path}: {why(error)}") from None


def _grey(frame: npt.NDArray[np.generic]) -> npt.NDArray[np.uint8]:
    if frame.dtype == np.uint16:
        frame = (frame >> 8).astype(np.uint8)  # type: ignore[operator]  # its dtype is known a line above
    if frame.ndim == 2:
        return np.asarray(frame, np.uint8)
    if frame.shape[2] < 4:
        return np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)
    grey, opaque = cv2.cvtColor(frame, cv2.COLOR_BGRA2GRAY), np.ascontiguousarray(frame[..., 3])
    over_white = cv2.add(cv2.multiply(grey, opaque, scale=1 / 255), cv2.bitwise_not(opaque))
    return np.asarray(over_white, np.uint8)


def _shrunk(grey: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    if grey.size <= SHRUNK_ABOVE_PX:
        return grey
    scale = (SHRUNK_ABOVE_PX / grey.size) ** 0.5
    size = (max(1, int(grey.shape[1] * scale)), max(1, int(grey.shape[0] * scale)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def _pair(form: str, coded: bytes, at: int) -> tuple[int, int]:
    first, second = struct.unpack_from(form, coded, at)
    return int(first), int(second)


def _webp_size(coded: bytes) -> tuple[int, int] | None:
    chunk = coded[12:16]
    if chunk == b"VP8X" and len(coded) >= 30:
        return 1 + int.from_bytes(coded[24:27], "little"), 1 + int.from_bytes(coded[27:30], "little")
    if chunk == b"VP8L":
        bits = struct.unpack_from("<I", coded, 21)[0]
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if chunk == b"VP8 ":
        width, height = _pair("<HH", coded, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _jpeg_size(coded: bytes) -> tuple[int, int] | None:
    at = 2
    while coded[at] == 0xFF:
        marker = coded[at + 1]
        if marker == 0xFF:  # padding
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = _pair(">HH", coded, at + 5)
            return width, height
        else:
            at += 2 + int(struct.unpack_from(">H", coded, at + 2)[0])
    return None
