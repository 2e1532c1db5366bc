"""Compare names as people type and say them: without accents and case, with slips, and by sound in Chinese."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib import import_module
from typing import Any

_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "ı": "i"})
_HANZI = re.compile(r"[\u3400-\u9fff]")


def plain(text: str) -> str:
    """Return ``text`` in small letters and digits, without accents, words parted by one space.

    >>> plain("Café  Strindberg!"), plain("南京东路（步行街）"), plain("Etelä-Esplanadi")
    ('cafe strindberg', '南京东路 步行街', 'etela esplanadi')
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", letters))


def is_hanzi(text: str) -> bool:
    """Say whether there are Chinese characters in ``text``."""
    return bool(_HANZI.search(text))


def sound(text: str) -> str:
    """Return the pinyin of a text with Chinese characters, without tones; ``""`` if it has none or ``pypinyin`` lacks.

    Syllables stand together, so that 威海路, its homophones and "weihailu" are one.
    """
    if not is_hanzi(text) or _pypinyin() is None:
        return ""
    return "".join(_pypinyin().lazy_pinyin(plain(text))).replace(" ", "")


def slips_allowed(length: int) -> int:
    """Return how many slips of the finger a word may have.

    >>> [slips_allowed(n) for n in (2, 3, 5, 9, 15)]
    [0, 1, 1, 2, 3]
    """
    return 0 if length < 3 else 1 if length < 6 else 2 if length < 12 else 3


def slips(a: str, b: str, most: int) -> int:
    """Return the edits between two words (swapped neighbours count once), or ``most + 1`` if there are more.

    >>> slips("kaivokatu", "kavokatu", 2), slips("museo", "musoe", 2), slips("cafe", "bank", 2)
    (1, 1, 3)
    """
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        earlier, before, row = before, row, [i]
        for j, other in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def pairs(text: str) -> set[str]:
    """Return the pairs of neighbouring characters, the ends counted as one more.

    >>> sorted(pairs("abc"))
    [' a', 'ab', 'bc', 'c ']
    """
    padded = f" {text} "
    return {padded[i : i + 2] for i in range(len(padded) - 1)}


@cache
def _pypinyin() -> Any:
    try:
        return import_module("pypinyin")
    except ImportError:
        return None
