"""A space between Chinese words and a name in Latin letters: 沿 Kaivokatu 走, but 沿南京东路走."""

from __future__ import annotations

import re

_MARK = "\0"  # stands at both ends of a name until its neighbours are known
_EASTERN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"  # kana, ideographs, Hangul (Unicode blocks)
_WRITTEN_SO = re.compile(f"[{_EASTERN}]")
_BORDER = re.compile(f"(?<=[{_EASTERN}]){_MARK}|{_MARK}(?=[{_EASTERN}])")


def apart(name: str) -> str:
    """Return ``name`` with marks where ``settled`` may put spaces; one with Chinese in it as it is."""
    return name if not name or _WRITTEN_SO.search(name) else f"{_MARK}{name}{_MARK}"


def settled(text: str) -> str:
    """Return ``text`` with a space at each mark beside a Chinese letter; at none beside a comma or another end.

    >>> settled(f"沿{apart('Kaivokatu')}走，往{apart('Kluuvi')}、{apart('南京东路')}方向")
    '沿 Kaivokatu 走，往 Kluuvi、南京东路方向'
    """
    return _BORDER.sub(" ", text).replace(_MARK, "")
