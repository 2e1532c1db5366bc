"""What a picture shows, looked up in a catalogue: by barcode first, then by the package and what is written on it; and by words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from emulator.services.shopping.catalogue import Catalogue, Picture
from emulator.services.shopping.goods import Item
from emulator.services.shopping.labels import Named, by_weight, contradicts, gist, is_first, is_sure, lead, rank
from emulator.vision.barcodes import find_barcodes
from emulator.vision.colour_picture import decode_colour, encode_colour
from emulator.vision.embedding import find_embedder
from emulator.vision.features import describe, sized
from emulator.vision.label_text import TextLine, find_reader
from emulator.vision.passes import to_grey
from emulator.vision.picture import picture_size
from emulator.vision.products import (
    CANDIDATES,
    CATALOGUE_PX,
    UNSURE,
    Candidate,
    Finding,
    Known,
    Products,
)

Frame = npt.NDArray[np.uint8]

LEAST_ALIKE = 0.34  # of a name to words: a third of their pairs of letters are the same
SURE_ALIKE = 0.75
MOST_COMPARED = 500
LEAST_SURE = 0.6  # confidence of an answer, as of ``Finding``
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
        label: What one reads first on it, where a reader is installed and no barcode told it; else "".
    """

    method: str = ""
    sure: bool = False
    numbers: tuple[int, ...] = ()
    confidence: float = 0.0
    inliers: int = 0
    barcode: str = ""
    corners: tuple[tuple[float, float], ...] = ()
    label: str = ""

    @property
    def likely(self) -> bool:
        """Whether the candidates are more than chance."""
        return bool(self.numbers) and (self.method != "picture" or self.inliers >= LEAST_LIKELY)


@dataclass(slots=True)
class Shelf:
    """A catalogue made ready to be looked at; the search is built at the first look, and anew after a change."""

    catalogue: Catalogue
    read: Callable[[Frame], tuple[TextLine, ...]] | None = field(default_factory=find_reader)
    _products: Products | None = field(default=None, init=False)
    _mark: int = field(default=-1, init=False)
    _written: dict[int, tuple[str, ...]] = field(default_factory=dict, init=False)

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
        lines = self.read(frame) if self.read else ()
        seen = self._judge(found, lines, frame)
        return replace(seen, barcode=barcodes[0].gtin if barcodes else "", label=gist(lines))

    def _judge(self, found: Finding, lines: tuple[TextLine, ...], frame: Frame) -> Sight:
        """Weigh what the package looks like against what is written on it."""
        candidates = list(found.candidates)
        if candidates and self._is_another(candidates[0], lines, frame):
            del candidates[0]
        elif found.sure:
            return _by_picture(candidates, found.confidence, sure=True)
        named = self._named(lines)
        likely = [one for one in candidates if one.inliers >= LEAST_LIKELY and one.whole]
        first = bool(named) and is_first(lines, names(self.catalogue.item(named[0].number)))
        if first and is_sure(named, looks_alike=bool(likely) and likely[0].item == named[0].number):
            return _by_text(named, likely, sure=True)
        if named and (named[0].whole or not likely):
            return _by_text(named, likely, sure=False)
        return _by_picture(candidates, min(found.confidence, UNSURE), sure=False)

    def _is_another(self, candidate: Candidate, lines: tuple[TextLine, ...], frame: Frame) -> bool:
        """Say whether what is written on the package is not what the product has on it."""
        if not lines or self.read is None:
            return False
        number, (height, width) = candidate.item, frame.shape[:2]
        if number not in self._written:
            item = self.catalogue.item(number)
            pictures = (
                decode_colour(webp, "a picture of the catalogue")[0] for webp in self.catalogue.pictures_of(number)
            )
            on_them = (line.text for picture in pictures for line in self.read(picture))
            self._written[number] = (*names(item), *on_them)
        corners = [(x / width, y / height) for x, y in candidate.corners]
        return contradicts(lines, corners, self._written[number])

    def _named(self, lines: tuple[TextLine, ...]) -> list[Named]:
        """Return the products whose names are among the lines, likeliest first."""
        said = " ".join(line.text for line in by_weight(lines))
        return rank(lines, self.catalogue.with_words(pieces(said), MOST_COMPARED))[:CANDIDATES] if said else []

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
            self._mark, self._written = mark, {}
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
    return max(_dice(words, name) for name in names(item))


def names(item: Item) -> tuple[str, str, str, str]:
    """Return the item's names, with and without its brand."""
    return item.name_zh, item.brand_zh + item.name_zh, item.name_en, f"{item.brand} {item.name_en}"


def _by_picture(candidates: Sequence[Candidate], confidence: float, *, sure: bool) -> Sight:
    if not candidates:
        return Sight()
    best = candidates[0]
    return Sight("picture", sure, tuple(one.item for one in candidates), confidence, best.inliers, corners=best.corners)


def _by_text(named: Sequence[Named], likely: Sequence[Candidate], *, sure: bool) -> Sight:
    """Return what is written as the finding; what looks alike comes after it."""
    best, share = named[0], lead(named) / (1 + lead(named)) if len(named) > 1 else 1.0
    confidence = max(share, LEAST_SURE) if sure else min(share * best.name, UNSURE)
    numbers = dict.fromkeys((*(one.number for one in named), *(one.item for one in likely)))
    shape = next((one for one in likely if one.item == best.number), None)
    inliers, corners = (shape.inliers, shape.corners) if shape else (0, ())
    return Sight("text", sure, tuple(numbers)[:CANDIDATES], confidence, inliers, corners=corners)


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
