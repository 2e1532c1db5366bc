"""Pictures of HUD documents: small PNG files, read without Qt, so that headless layout knows their size and light."""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from emulator.core.errors import HudError

SIDE_PX = 512  # larger ones are refused: no display here shows more, and a stranger's file stays small
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by PNG colour type: grey, rgb, palette, grey and alpha, rgb and alpha
SIGNATURE = b"\x89PNG\r\n\x1a\n"
LUMINANCE = (0.2126, 0.7152, 0.0722)
GAMMA = 2.2

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels of a picture: ``rgba`` row by row, not premultiplied; equal if ``digest`` is."""

    name: str
    width: int
    height: int
    digest: str
    rgba: bytes = field(repr=False, compare=False)

    @property
    def pixels(self) -> Pixels:
        """The pixels, shape (height, width, 4), read only."""
        return np.frombuffer(self.rgba, np.uint8).reshape(self.height, self.width, 4)


def read_png(path: Path) -> Picture:
    """Read a PNG of 8 bits a channel, not interlaced, at most 512 pixels a side.

    Raises:
        HudError: If it cannot be read, or is another kind of file.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise HudError(f"{path}: cannot read the picture: {error.strerror or error}") from error
    try:
        pixels = _decode(data)
    except (ValueError, struct.error, zlib.error, IndexError) as error:
        raise HudError(f"{path}: not a picture that can be shown: {error}") from error
    return _picture(path.name, pixels)


def to_png(picture: Picture) -> bytes:
    """Return a PNG file of ``picture``, not compressed: the same bytes with every zlib."""
    rows = np.zeros((picture.height, 1 + 4 * picture.width), np.uint8)
    rows[:, 1:] = picture.pixels.reshape(picture.height, -1)
    head = struct.pack(">IIBBBBB", picture.width, picture.height, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows.tobytes(), 0)), (b"IEND", b""))
    chunks = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts)
    return SIGNATURE + b"".join(chunks)


@lru_cache(maxsize=64)
def grey(picture: Picture) -> Picture:
    """Return ``picture`` as a display of one colour shows it: its luminance as code values."""
    pixels = picture.pixels
    linear = (pixels[..., :3] / 255.0) ** GAMMA @ np.array(LUMINANCE)
    codes = np.rint(255 * linear ** (1 / GAMMA)).astype(np.uint8)
    return _picture(picture.name, np.dstack([codes, codes, codes, pixels[..., 3]]))


@lru_cache(maxsize=64)
def light(picture: Picture) -> tuple[float, float]:
    """Return the share of its pixels that are lit and their mean linear light, both in [0, 1]."""
    pixels = picture.pixels / 255.0
    codes = pixels[..., :3] * pixels[..., 3:]
    return float((codes.max(axis=2) > 0).mean()), float((codes**GAMMA).mean())


def _picture(name: str, pixels: Pixels) -> Picture:
    rgba = np.ascontiguousarray(pixels).tobytes()
    height, width = pixels.shape[:2]
    digest = hashlib.blake2b(struct.pack(">II", width, height) + rgba, digest_size=8).hexdigest()
    return Picture(name, width, height, digest, rgba)


def _decode(data: bytes) -> Pixels:
    if not data.startswith(SIGNATURE):
        raise ValueError("save it as PNG")
    chunks = _chunks(data)
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    if depth != 8 or interlaced or kind not in CHANNELS:
        raise ValueError("save it with 8 bits a channel and without interlacing")
    if not (0 < width <= SIDE_PX and 0 < height <= SIDE_PX):
        raise ValueError(f"it has {width} x {height} pixels; at most {SIDE_PX} a side are shown")
    size = height * (1 + width * CHANNELS[kind])
    raw = zlib.decompressobj().decompress(chunks.get(b"IDAT", b""), size)
    if len(raw) != size:
        raise ValueError("it is not complete")
    rows = _unfilter(np.frombuffer(raw, np.uint8).reshape(height, -1), CHANNELS[kind])
    return _as_rgba(rows.reshape(height, width, CHANNELS[kind]), kind, chunks)


def _chunks(data: bytes) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    at = len(SIGNATURE)
    while at + 8 <= len(data):
        (length,), kind = struct.unpack(">I", data[at : at + 4]), data[at + 4 : at + 8]
        found[kind] = found.get(kind, b"") + data[at + 8 : at + 8 + length]  # IDAT may come in parts
        at += length + 12
    if b"IHDR" not in found:
        raise ValueError("it is not complete")
    return found


def _as_rgba(pixels: Pixels, kind: int, chunks: dict[bytes, bytes]) -> Pixels:
    if kind == 3:
        palette = np.frombuffer(chunks.get(b"PLTE", b""), np.uint8).reshape(-1, 3)
        alpha = np.full(len(palette), 255, np.uint8)
        given = np.frombuffer(chunks.get(b"tRNS", b""), np.uint8)
        alpha[: len(given)] = given[: len(palette)]
        return np.dstack([palette[pixels[..., 0]], alpha[pixels[..., 0]]])
    colours = pixels if kind in (2, 6) else np.repeat(pixels[..., :1], 3, axis=2)
    opaque = np.full(pixels.shape[:2], 255, np.uint8)
    return np.dstack([colours[..., :3], pixels[..., -1] if kind in (4, 6) else opaque])


def _unfilter(rows: Pixels, step: int) -> Pixels:
    """Undo the five filters of PNG (ISO/IEC 15948, 9)."""
    out = np.zeros((len(rows) + 1, rows.shape[1] - 1), np.uint8)
    for number, row in enumerate(rows):
        how, line, above = row[0], row[1:], out[number]
        if how == 1:
            out[number + 1] = np.cumsum(line.reshape(-1, step), axis=0, dtype=np.uint8).ravel()
        elif how in (0, 2):
            out[number + 1] = line if how == 0 else line + above
        elif how in (3, 4):
            out[number + 1] = _predicted(line.tolist(), above.tolist(), step, average=how == 3)
        else:
            raise ValueError(f"it has a row with the unknown filter {how}")
    return out[1:]


def _predicted(line: list[int], above: list[int], step: int, *, average: bool) -> list[int]:
    for k, value in enumerate(line):
        left, up = line[k - step] if k >= step else 0, above[k]
        corner = above[k - step] if k >= step else 0
        if average:
            guess = (left + up) // 2
        else:
            to_left, to_up, to_corner = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
            guess = left if to_left <= to_up and to_left <= to_corner else up if to_up <= to_corner else corner
        line[k] = (value + guess) & 255
    return line
