"""Number words of English in figures: "one hundred and twenty plus two" is "120 plus 2"."""

from __future__ import annotations

import re

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = {name: n for n, name in enumerate(_SMALL)} | {name: 10 * n for n, name in enumerate(_TENS, 2)}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_WORD = rf"(?:{'|'.join((*_VALUES, *_SCALES))})"
_DIGIT = rf"(?:{'|'.join(_SMALL[:10])})"
_WORDS = rf"(?:an? (?={'|'.join(_SCALES)}))?{_WORD}(?:(?:[ -]| and ){_WORD})*(?: point(?: {_DIGIT})+)?\b"
_NUMBER = re.compile(rf"\b{_WORDS}", re.IGNORECASE)
NUMERAL_EN = rf"(?:\d+(?:\.\d+)?|{_WORDS})"


def in_figures(text: str) -> str:
    """Return ``text`` with its English number words as figures.

    >>> in_figures("two hundred and five times three point one four")
    '205 times 3.14'
    >>> in_figures("a hundred and five in a house")
    '105 in a house'
    """
    return _NUMBER.sub(lambda found: _figures(found[0].lower()), text)


def _figures(words: str) -> str:
    whole, _, digits = words.removeprefix("a ").removeprefix("an ").partition(" point ")
    total = group = 0
    for word in re.split(r"[ -]+", whole):
        if word in _VALUES:
            group += _VALUES[word]
        elif word == "hundred":
            group = (group or 1) * 100
        elif word in _SCALES:
            total, group = total + (group or 1) * _SCALES[word], 0
    fraction = "".join(str(_VALUES[digit]) for digit in digits.split())
    return f"{total + group}.{fraction}" if fraction else str(total + group)
