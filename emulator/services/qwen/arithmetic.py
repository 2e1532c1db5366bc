"""Sums: "一百二十加八十等于多少", "what is 12 times 7"."""

from __future__ import annotations

import re
from datetime import datetime

from emulator.core.numerals import NUMERAL, to_number, to_text

_WORDS = (
    (r"的平方根|开方", "**0.5"),
    (r"的平方|squared", "**2"),
    (r"加上|加|plus|and(?= *\d)", "+"),
    (r"减去|减|minus", "-"),
    (r"乘以|乘|times|multiplied by|x(?= *\d)|×", "*"),
    (r"除以|divided by|over|÷", "/"),
)
_TOKEN = re.compile(rf"\s*({NUMERAL}|\*\*0\.5|\*\*2|[-+*/()])")
_ASKED = re.compile(r"等于|是多少|得多少|多少|几|what('s| is)|calculate|how much|=", re.IGNORECASE)
_EDGE = re.compile(r"^[^\d零〇一二两三四五六七八九十百千万亿(]+|[^\d零〇一二两三四五六七八九十百千万亿)平方根开]+$")


def answer_arithmetic(words: str, language: str, _now: datetime) -> str | None:
    """Return the answer to a sum in ``words``, or None if there is none."""
    text = _ASKED.sub(" ", words)
    for pattern, symbol in _WORDS:
        text = re.sub(pattern, symbol, text, flags=re.IGNORECASE)
    tokens = _tokens(_trim(text))
    if tokens is None or not any(token in {"+", "-", "*", "/", "**2", "**0.5"} for token in tokens):
        return None
    try:
        value = _Parser(tokens).parse()
    except ValueError:
        return None
    except ZeroDivisionError:
        return "不能除以零" if language == "zh" else "You cannot divide by zero"
    return f"等于{to_text(value)}" if language == "zh" else f"That is {to_text(value)}"


def _trim(text: str) -> str:
    start = re.search(rf"{NUMERAL}|\(", text)
    ends = list(re.finditer(rf"{NUMERAL}|\)|\*\*2|\*\*0\.5", text))
    return text[start.start() : ends[-1].end()] if start and ends else ""


def _tokens(text: str) -> list[str] | None:
    found, position = [], 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            return None
        found.append(token[1])
        position = token.end()
    return found or None


class _Parser:
    """Recursive descent over ``+ - * / ( )`` and the postfix square and root."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens

    def parse(self) -> float:
        value = self._sum()
        if self._tokens:
            raise ValueError("words left over")
        return value

    def _sum(self) -> float:
        value = self._product()
        while self._tokens and self._tokens[0] in "+-":
            value = value + self._product() if self._tokens.pop(0) == "+" else value - self._product()
        return value

    def _product(self) -> float:
        value = self._power()
        while self._tokens and self._tokens[0] in "*/":
            value = value * self._power() if self._tokens.pop(0) == "*" else value / self._power()
        return value

    def _power(self) -> float:
        value = self._atom()
        while self._tokens and self._tokens[0].startswith("**"):
            value = value ** float(self._tokens.pop(0)[2:])
        return value

    def _atom(self) -> float:
        if not self._tokens:
            raise ValueError("a number is missing")
        token = self._tokens.pop(0)
        if token == "-":
            return -self._atom()
        if token == "(":
            value = self._sum()
            if not self._tokens or self._tokens.pop(0) != ")":
                raise ValueError("a bracket is missing")
            return value
        return to_number(token)
