"""The three ways a frame is searched for codes: as it is, smoothed against noise, enlarged against blur.

Each reads what the others cannot (docs/scan.md has the rates); one a frame keeps a frame cheap. Only what ``zxing-cpp``
reads with its checksums right is a code, and of QR codes only model 2: no wallet draws another, and a blurred photo was
once read as a micro QR code of six digits. Boarding passes come as Aztec and PDF417 too; whoever expects one asks for
these (``BOARDING_PASS``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emulator.vision._cv import cv2
from emulator.vision.code import Code, Corner, Corners, Glimpse, plausible

Grey = npt.NDArray[np.uint8]

QR = ("QRCodeModel2",)  # names of zxing-cpp
BOARDING_PASS = (*QR, "Aztec", "PDF417")  # IATA Resolution 792
LARGEST_ENLARGED_PX = 1_600  # a longer side has pixels enough; enlarging it would take 40 ms
LOW_CONTRAST, LEAST_CONTRAST = 96, 8  # grey levels between the 0.5th and the 99.5th percentile


@dataclass(frozen=True, slots=True)
class Pass:
    """One way to search.

    Attributes:
        name: As ``glasses see`` tells it.
        prepare: Makes the picture that is searched.
        scale: How much larger that is than the frame.
        invert: Whether codes in light on dark are searched too.
        shrink: Whether the picture is searched at half its size and less, too.
        most_px: Longest side of a frame it is for, or None for any.
    """

    name: str
    prepare: Callable[[Grey], Grey]
    scale: int = 1
    invert: bool = False
    shrink: bool = True
    most_px: int | None = None

    def fits(self, grey: Grey) -> bool:
        """Say whether the pass is for a frame of this size."""
        return self.most_px is None or max(grey.shape) < self.most_px


@dataclass(frozen=True, slots=True)
class Found:
    """What one pass found."""

    codes: tuple[Code, ...]
    glimpses: tuple[Glimpse, ...]


def search(grey: Grey, by: Pass, formats: tuple[str, ...] = QR) -> Found:
    """Search a frame by one pass.

    Args:
        grey: Shape (h, w), uint8.
        by: One of ``PASSES``, and one that fits the frame.
        formats: Which codes, by their names in zxing-cpp.
    """
    import zxingcpp  # here: a start of the emulator does not wait for it

    found = zxingcpp.read_barcodes(
        by.prepare(grey),
        formats=zxingcpp.BarcodeFormats([getattr(zxingcpp.BarcodeFormat, name) for name in formats]),
        try_invert=by.invert,
        try_downscale=by.shrink,
        text_mode=zxingcpp.TextMode.Plain,
        return_errors=True,
    )
    codes, glimpses = [], []
    for one in found:
        corners = _corners(one.position, by.scale)
        if one.valid and one.bytes:
            codes.append(Code(one.text, one.bytes, corners, by.name, one.format.name))
        elif plausible(corners):
            glimpses.append(Glimpse(corners))
    return Found(tuple(codes), tuple(glimpses))


def to_grey(frame: npt.NDArray[np.uint8]) -> Grey:
    """Return a frame, shape (h, w, 3) BGR or (h, w) grey, as grey."""
    if frame.ndim == 2:
        return np.ascontiguousarray(frame)
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)


def _as_is(grey: Grey) -> Grey:
    return grey


def _smoothed(grey: Grey) -> Grey:
    """Return the frame smoothed and, if it is dark or flat, stretched: zxing takes low contrast for paper."""
    smooth = np.asarray(cv2.GaussianBlur(grey, (0, 0), 1.0), np.uint8)
    sample = np.ascontiguousarray(smooth[::4, ::4])
    below = np.cumsum(cv2.calcHist([sample], [0], None, [256], [0, 256]).ravel()) / sample.size
    low, high = (int(level) for level in np.searchsorted(below, (0.005, 0.995)))
    if not LEAST_CONTRAST <= high - low < LOW_CONTRAST:
        return smooth
    levels = np.clip((np.arange(256) - low) * 255 / (high - low), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(smooth, levels), np.uint8)


def _enlarged(grey: Grey) -> Grey:
    """Return the frame sharpened and at twice its size; sharpened first, on a quarter of the pixels."""
    sharp = cv2.addWeighted(grey, 2.5, cv2.GaussianBlur(grey, (0, 0), 1.5), -1.5, 0)
    return np.asarray(cv2.resize(sharp, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)


def _corners(position: object, scale: int) -> Corners:
    names = ("top_left", "top_right", "bottom_right", "bottom_left")
    a, b, c, d = (Corner(point.x / scale, point.y / scale) for point in (getattr(position, name) for name in names))
    return a, b, c, d


PASSES = (
    Pass("as is", _as_is, invert=True),
    Pass("smoothed", _smoothed),
    Pass("enlarged", _enlarged, scale=2, shrink=False, most_px=LARGEST_ENLARGED_PX),
)
