"""What a pass finds in a frame: a code that was read, or a glimpse of one that was not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

MOST_SKEW = 3.0  # longest side over shortest of a code that somebody holds towards the lens
LEAST_SIDE_PX = 12.0  # of a 21-module code at half a pixel a module: below it, no pattern is a finder pattern


class Corner(NamedTuple):
    """A corner of a code, in pixels of the frame."""

    x: float
    y: float


Corners = tuple[Corner, Corner, Corner, Corner]  # from the code's own top left, clockwise in the print


@dataclass(frozen=True, slots=True)
class Code:
    """A code that was read: its checksums held.

    Attributes:
        text: Decoded by the charset the code names, or a guess.
        data: The bytes as they stand: older codes carry GBK or Shift-JIS, so two reads agree in these too.
        corners: Where it is in the frame.
        found_by: Name of the pass.
        format: ``QRCode``, ``Aztec``, ``PDF417`` ...: its name in zxing-cpp.
    """

    text: str
    data: bytes
    corners: Corners
    found_by: str
    format: str = "QRCode"

    def same_as(self, other: Code) -> bool:
        """Say whether both carry the same content, wherever they are in the frame."""
        return (self.text, self.data) == (other.text, other.data)


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A code whose finder patterns were seen and whose content was not read."""

    corners: Corners


def side_px(corners: Corners) -> float:
    """Return the mean side of a code, in pixels.

    >>> side_px((Corner(0, 0), Corner(90, 0), Corner(90, 90), Corner(0, 90)))
    90.0
    """
    return sum(_sides(corners)) / 4


def plausible(corners: Corners) -> bool:
    """Say whether the corners are those of a square seen from some side, not a chance alignment of patterns.

    >>> plausible((Corner(0, 0), Corner(40, 3), Corner(38, 45), Corner(1, 41)))
    True
    >>> plausible((Corner(0, 0), Corner(400, 0), Corner(400, 30), Corner(0, 30)))
    False
    >>> plausible((Corner(0, 0), Corner(40, 40), Corner(40, 0), Corner(0, 40)))
    False
    """
    sides = _sides(corners)
    return min(sides) >= LEAST_SIDE_PX and max(sides) <= MOST_SKEW * min(sides) and _convex(corners)


def _sides(corners: Corners) -> list[float]:
    return [math.dist(a, b) for a, b in pairwise((*corners, corners[0]))]


def _convex(corners: Corners) -> bool:
    ring = (*corners, *corners[:2])
    turns = [
        (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x) for a, b, c in zip(ring, ring[1:], ring[2:], strict=False)
    ]
    return all(turn > 0 for turn in turns) or all(turn < 0 for turn in turns)
