"""Numbers as people say them: Chinese numerals to floats, floats back to text."""

from __future__ import annotations

import re

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1_000}
_GROUPS = {"万": 10_000, "亿": 100_000_000}
NUMERAL = r"(?:\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+)?)"


def to_number(text: str) -> float:
    """Return the value of an Arabic or Chinese numeral.

    >>> [to_number(t) for t in ("12.5", "一百二十", "十五", "两万三千", "三点一四", "一百零五")]
    [12.5, 120.0, 15.0, 23000.0, 3.14, 105.0]
    >>> [to_number(t) for t in ("两百五", "一万二", "两百零五")]  # a last digit is of the next lower unit
    [250.0, 12000.0, 205.0]
    >>> to_number("二〇二六")  # digit by digit
    2026.0

    Raises:
        ValueError: If ``text`` is not a numeral.
    """
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    whole, _, fraction = text.partition("点")
    value = float(_whole(whole))
    if fraction:
        value += float("0." + "".join(str(_DIGITS[c]) for c in fraction))
    return value


def to_text(value: float) -> str:
    """Return ``value`` with at most six decimals and no idle zeros.

    >>> to_text(200.0), to_text(1 / 3)
    ('200', '0.333333')
    """
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _whole(text: str) -> int:
    if all(c in _DIGITS for c in text):
        return int("0" + "".join(str(_DIGITS[c]) for c in text))
    total = group = digit = 0
    lower = 1  # what a digit counts that no unit follows: tens behind hundreds, ones behind 零
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
            lower = lower if digit else 1
        elif c in _UNITS:
            group += (digit or 1) * _UNITS[c]
            digit, lower = 0, _UNITS[c] // 10
        elif c in _GROUPS:
            total, group, digit, lower = total + (group + digit * lower) * _GROUPS[c], 0, 0, _GROUPS[c] // 10
        else:
            raise ValueError(f"not a numeral: {text!r}")
    return total + group + digit * lower
