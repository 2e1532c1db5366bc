"""Levels as people say them: "百分之五十", "最大", "fifty percent"."""

from __future__ import annotations

import re

from emulator.core.english_numbers import NUMERAL_EN, in_figures
from emulator.core.numerals import NUMERAL, to_number

LEVEL_ZH = rf"(?:百分之)?(?P<percent>{NUMERAL}|最[大高亮小低暗])"
LEVEL_EN = rf"(?P<percent>{NUMERAL_EN}|max(?:imum)?|min(?:imum)?)"


def read_level(words: str) -> float:
    """Return what ``LEVEL_ZH`` or ``LEVEL_EN`` found, in [0, 1].

    >>> [read_level(words) for words in ("50", "五十", "fifty five", "最大", "minimum", "300")]
    [0.5, 0.5, 0.55, 1.0, 0.0, 1.0]
    """
    figures = in_figures(words)
    if re.fullmatch(NUMERAL, figures):
        return min(1.0, to_number(figures) / 100)
    return 1.0 if re.match(r"最[大高亮]|max", words, re.IGNORECASE) else 0.0
