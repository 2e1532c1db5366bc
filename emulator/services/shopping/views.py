"""What a picture shows, looked up in a catalogue: by barcode first, then by the package; and by words."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from emulator.services.shopping.catalogue import Catalogue, Picture
from emulator.services.shopping.goods import Item
from emulator.vision.barcodes import find_barcodes
from emulator.vision.colour_picture import decode_colour, encode_colour
from emulator.vision.embedding import find_embedder
from emulator.vision.features import describe, sized
from emulator.vision.passes import to_grey
from emulator.vision.picture import picture_size
from emulator.vision.products import CANDIDATES, CATALOGUE_PX, Known, Products

Frame = npt.NDArray[np.uint8]

LEAST_ALIKE = 0.34  # of a name to words: a third of their pairs of letters are the same
SURE_ALIKE = 0.75
MOST_COMPARED = 500
LEAST_LIKELY = 9  # inliers of a candidate worth offering: frames without a product have up to 8 by chance


@dataclass(frozen=True, slots=True)
class Sight:
    """What was found.

    Attributes:
        method: ``barcode``, ``picture``, ``text``, or "" if nothing was.
        sure: Whether the first of ``numbers`` is the answer.
        numbers: Products of the catalogue, likeliest first, five at most.
        confidence: Of the first, in [0, 1].
        inliers: Key points that agree, of the first; 0 without.
        barcode: What a barcode says, whether the catalogue has it or not.
        corners: Of the product or the barcode in the picture.
    """

    method: str = ""
    sure: bool = False
    numbers: tuple[int, ...] = ()
    confidence: float = 0.0
    inliers: int = 0
    barcode: str = ""
    corners: tuple[tuple[float, float], ...] = ()

    @property
    def likely(self) -> bool:
        """Whether the candidates are more than chance."""
        return bool(self.numbers) and (self.method != "picture" or self.inliers >= LEAST_LIKELY)


@dataclass(slots=True)
class Shelf:
    """A catalogue made ready to be looked at; the search is built at the first look, and anew after a change."""

    catalogue: Catalogue
    _products: Products | None = field(default=None, init=False)
    _mark: int = field(default=-1, init=False)

    def look(self, frame: Frame) -> Sight:
        """Say what a frame shows.

        Args:
            frame: Shape (h, w, 3), uint8, BGR.
        """
        barcodes = find_barcodes(to_grey(frame))
        for code in barcodes:
            number = self.catalogue.by_gtin(code.gtin)
            if number is not None:
                return Sight("barcode", True, (number,), 1.0, 0, code.gtin, tuple((x, y) for x, y in code.corners))
        found = self._search().find(frame)
        gtin = barcodes[0].gtin if barcodes else ""
        if not found.candidates:
            return Sight(barcode=gtin)
        best = found.candidates[0]
        numbers = tuple(one.item for one in found.candidates)
        return Sight("picture", found.sure, numbers, found.confidence, best.inliers, gtin, best.corners)

    def find(self, words: str) -> Sight:
        """Say which products words name; sure if one name is much like them."""
        ranked = sorted(
            ((alike(words, item), number) for number, item in self.catalogue.with_words(pieces(words), MOST_COMPARED)),
            key=lambda one: (-one[0], one[1]),
        )
        close = [(share, number) for share, number in ranked if share >= LEAST_ALIKE][:CANDIDATES]
        if not close:
            return Sight()
        (best, _), *others = close
        sure = best >= SURE_ALIKE and (not others or others[0][0] < best)
        return Sight("text", sure, tuple(number for _, number in close), best)

    def _search(self) -> Products:
        mark = self.catalogue.mark()
        if self._products is None or mark != self._mark:
            known = [_known(number, picture) for number, picture in self.catalogue.pictures()]
            self._products = Products(known, find_embedder())
            self._mark = mark
        return self._products


def to_picture(frame: Frame) -> Picture:
    """Return a frame as a picture of the catalogue: at its size, described.

    Args:
        frame: Shape (h, w, 3), uint8, BGR.
    """
    small = sized(frame, CATALOGUE_PX)
    return Picture(encode_colour(small), describe(small))


def pieces(words: str) -> list[str]:
    """Return what to look for in the index: runs of three letters, of two in what is shorter.

    >>> pieces("番茄薯片"), pieces("茶"), pieces("Oat milk")
    (['番茄薯', '茄薯片', '番茄', '茄薯', '薯片'], ['茶'], ['oat', 'mil', 'ilk', 'oa', 'at', 'mi', 'il', 'lk'])
    """
    parts = words.casefold().split()[:8]
    found = [part[at : at + size] for size in (3, 2) for part in parts for at in range(len(part) - size + 1)]
    return list(dict.fromkeys((*found, *(part for part in parts if len(part) < 2))))


def alike(words: str, item: Item) -> float:
    """Return how much ``words`` are one of the item's names, with or without its brand: 1 if they are the same.

    >>> alike("番茄薯片", Item("a", "番茄薯片", "Chips tomato")), round(alike("番茄味薯片", Item("a", "番茄薯片")), 2)
    (1.0, 0.57)
    """
    names = (item.name_zh, item.brand_zh + item.name_zh, item.name_en, f"{item.brand} {item.name_en}")
    return max(_dice(words, name) for name in names)


def _dice(one: str, other: str) -> float:
    """Return the share of the pairs of letters that two texts have in common (Dice 1945)."""
    a, b = (
        {x + y for x, y in pairwise(text)} | ({text} if len(text) == 1 else set())
        for text in ("".join(one.casefold().split()), "".join(other.casefold().split()))
    )
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def _known(number: int, picture: Picture) -> Known:
    size = picture_size(picture.webp) or (CATALOGUE_PX, CATALOGUE_PX)
    return Known(number, picture.features, size, lambda: decode_colour(picture.webp, "a picture of the catalogue")[0])
