"""What the text on a package says of which product it is: it names one, or it is not that of the one that was recognised.

Pairs of letters are compared, so that one misread letter is not the end. Measurements: docs/services.md, "Prices".
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from emulator.services.shopping.goods import Item
from emulator.vision.label_text import TextLine

Corners = Sequence[tuple[float, float]]

ASIDE = 0.35  # of half the diagonal: a line so far from the middle counts 1/e: one looks at the middle
LEAST_CENTRAL = 0.28  # of an answer: its name is at most 0.45 of half the diagonal aside
LEAST_NAMED = 0.6  # of a candidate: of its name's pairs of letters
SURE_NAMED, SURE_BRANDED = 0.8, 0.6  # of an answer: of its name, and of its brand if it has one
LEAST_LEAD = 1.5  # of an answer: over the runner-up
BRANDLESS = 0.5  # of a name whose brand is not read: a third of one whose brand is
LEAST_PAIRS = 2  # of a name that may answer, and of a line that may contradict: two letters stand on every package
CLEAR = 0.9  # of a line that may contradict: how well it is read
LARGE = 0.6  # and how tall it is, beside the tallest of its package
LEAST_KNOWN = 0.6  # of such a line's pairs; one of another product knows fewer
MOST_RANKED = 8  # lines that may name a product: a page of text has any pair of letters
MOST_LINES, MOST_LETTERS = 2, 24  # of what is told of a label


@dataclass(frozen=True, slots=True)
class Named:
    """How much of a product is to be read.

    Attributes:
        number: Of the product.
        name: Share of its name's pairs of letters that are read anywhere, in [0, 1].
        brand: The same of its brand; 1 if it has none.
        central: How near to the middle the name stands, in [0, 1].
        score: Of the name, less aside, times what is read of the brand; only to be compared within one look.
        pairs: Of its name, in all.
    """

    number: int
    name: float
    brand: float
    central: float
    score: float
    pairs: int

    @property
    def whole(self) -> bool:
        """Whether the name is there, in the middle."""
        return self.name >= SURE_NAMED and self.central >= LEAST_CENTRAL and self.pairs >= LEAST_PAIRS


def rank(lines: Sequence[TextLine], items: Iterable[tuple[int, Item]]) -> list[Named]:
    """Return the products whose names are read, likeliest first; ties go to the longer name, then the lower number."""
    read: dict[str, float] = {}
    for line in by_weight(lines)[:MOST_RANKED]:
        weight = _central(line)
        for pair in to_pairs(line.text):
            read[pair] = max(read.get(pair, 0.0), weight)
    found = [_named(number, item, read) for number, item in items]
    named = [one for one in found if one.name >= LEAST_NAMED]
    return sorted(named, key=lambda one: (-one.score, -one.pairs, one.number))


def lead(ranked: Sequence[Named]) -> float:
    """Return the score of the first over that of the second; infinite if it is alone."""
    return ranked[0].score / ranked[1].score if len(ranked) > 1 else math.inf


def is_sure(ranked: Sequence[Named], *, looks_alike: bool = False) -> bool:
    """Say whether the first is the answer: nearly all of its name, far before the next, and most of its brand.

    Args:
        ranked: Products by what is read.
        looks_alike: Whether the package looks like the first one's: then its brand need not be read.
    """
    if not ranked or not ranked[0].whole or lead(ranked) < LEAST_LEAD:
        return False
    return looks_alike or ranked[0].brand >= SURE_BRANDED


def is_first(lines: Sequence[TextLine], known: Iterable[str]) -> bool:
    """Say whether what one reads first is one of a product's names."""
    return any(_is_of(line, _pairs_of(known)) for line in by_weight(lines)[:1])


def contradicts(lines: Sequence[TextLine], corners: Corners, known: Iterable[str]) -> bool:
    """Say whether a package is another product's, or not what is looked at.

    So it is where something large and clear on it, or what one reads first, stands on none of its pictures.

    Args:
        lines: What is read in the frame.
        corners: Of the package, in shares of the frame's width and height.
        known: The product's names, and what is read on its pictures.
    """
    own = [line for line in lines if _inside(line.middle, corners)]
    tallest = max((line.height for line in own), default=0.0)
    large = {*by_weight(lines)[:1], *(line for line in own if line.height >= LARGE * tallest)}
    pairs = _pairs_of(known)
    return any(
        line.confidence >= CLEAR and len(to_pairs(line.text)) >= LEAST_PAIRS and not _is_of(line, pairs)
        for line in large
    )


def by_weight(lines: Sequence[TextLine]) -> list[TextLine]:
    """Return the lines in the order in which one reads them: the largest near the middle first."""
    return sorted(lines, key=lambda line: -line.height * _central(line))


def gist(lines: Sequence[TextLine]) -> str:
    """Return the first two lines that one reads, as they stand, in one line; "" where none is clear and a word."""
    first = [line for line in by_weight(lines) if _tells(line)][:MOST_LINES]
    return " ".join(line.text[:MOST_LETTERS].strip() for line in lines if line in first)


def _tells(line: TextLine) -> bool:
    """Say whether a line may be a name: clear, near the middle, and no scrap as a street at night is full of."""
    letters = [letter for letter in line.text if letter.isalpha()]
    word = len(letters) >= 3 or sum(letter >= "\u3400" for letter in letters) >= 2
    return word and line.confidence >= CLEAR and _central(line) >= LEAST_CENTRAL


def to_pairs(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring letters and digits, whatever stands between them.

    >>> sorted(to_pairs("Oat, A1"))
    ['a1', 'at', 'oa', 'ta']
    """
    letters = "".join(letter for letter in text.casefold() if letter.isalnum())
    return frozenset(one + other for one, other in pairwise(letters))


def _pairs_of(known: Iterable[str]) -> frozenset[str]:
    return frozenset[str]().union(*map(to_pairs, known))


def _is_of(line: TextLine, pairs: frozenset[str]) -> bool:
    """Say whether most of a line's pairs of letters are among ``pairs``."""
    said = to_pairs(line.text)
    return len(said & pairs) >= LEAST_KNOWN * len(said)


def _named(number: int, item: Item, read: dict[str, float]) -> Named:
    name, near, pairs = max((_share(text, read) for text in (item.name_zh, item.name_en)), key=lambda one: one[1])
    brands = [_share(text, read)[0] for text in (item.brand_zh, item.brand) if to_pairs(text)]
    brand = max(brands, default=1.0)
    return Named(number, name, brand, near / name if name else 0.0, near * (BRANDLESS + brand), pairs)


def _share(text: str, read: dict[str, float]) -> tuple[float, float, int]:
    """Return the share of a text's pairs of letters that are read, the same weighted by where, and their number."""
    pairs = to_pairs(text)
    seen = sorted(read[pair] for pair in pairs if pair in read)  # in an order that stays: sums do not depend on hashes
    each = max(1, len(pairs))
    return len(seen) / each, sum(seen) / each, len(pairs)


def _central(line: TextLine) -> float:
    """Return 1 in the middle of the frame, less the farther from it."""
    x, y = line.middle
    return math.exp(-math.hypot(x - 0.5, y - 0.5) / math.hypot(0.5, 0.5) / ASIDE)


def _inside(point: tuple[float, float], corners: Corners) -> bool:
    """Say whether a point lies in a convex outline, its corners clockwise as y grows downwards."""
    x, y = point
    sides = pairwise((*corners, corners[0]))
    return all((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) >= 0 for (x0, y0), (x1, y1) in sides)
