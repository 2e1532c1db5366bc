"""One picture searched by all passes in turn, until one reads a code."""

from __future__ import annotations

from emulator.vision.code import Code, Glimpse, side_px
from emulator.vision.passes import PASSES, QR, Grey, search
from emulator.vision.scanner import CLOSER_BELOW_PX, State


def search_still(grey: Grey, formats: tuple[str, ...] = QR) -> tuple[tuple[Code, ...], State]:
    """Return the codes of a picture, each content once, and what the scanner would say of it.

    One valid read counts here: a still has no second frame to agree.

    Args:
        grey: Shape (h, w), uint8.
        formats: Which codes, by their names in zxing-cpp.
    """
    glimpses: list[Glimpse] = []
    for by in PASSES:
        if not by.fits(grey):
            continue
        found = search(grey, by, formats)
        if found.codes:
            codes = _distinct(found.codes)
            return codes, "two" if len(codes) > 1 else "read"
        glimpses += found.glimpses
    if not glimpses:
        return (), "searching"
    widest = max(side_px(one.corners) for one in glimpses)
    return (), "closer" if widest < CLOSER_BELOW_PX else "steady"


def _distinct(codes: tuple[Code, ...]) -> tuple[Code, ...]:
    kept: list[Code] = []
    for code in codes:
        if not any(code.same_as(one) for one in kept):
            kept.append(code)
    return tuple(kept)
