"""Sums: "一百二十加八十等于多少", "what is 12 times 7", "百分之二十的三百". Computed in fractions, so without rounding."""

from __future__ import annotations

import re
from datetime import datetime
from fractions import Fraction
from math import isqrt

from emulator.core.english_numbers import in_figures
from emulator.core.numerals import NUMERAL, to_number

LONGEST = 300  # characters; nobody says a longer sum
DEEPEST = 40
MOST_POWER = 1_000
MOST_BITS = 4_000
SHOWN_DIGITS = 24  # of a whole number; more are told as a power of ten
DECIMALS = 6

_OPEN, _CLOSE = "(", ")"
_WORDS: tuple[tuple[str, str], ...] = (  # in this order: what a pattern writes, those after it may use
    (rf"(?:负|negative )\s*({NUMERAL})", r"(-\1)"),
    (rf"百分之\s*({NUMERAL})", r"(\1/100)"),
    (rf"({NUMERAL})\s*(?:%|percent|per cent)", r"(\1/100)"),
    (rf"({NUMERAL})分之({NUMERAL})", r"(\2/\1)"),
    (r"(?:the )?square root of|根号", "√"),
    (r"的平方根|开方|开平方", "**0.5"),
    (r"的平方|squared", "**2"),
    (r"的立方|cubed", "**3"),
    (rf"的\s*({NUMERAL})\s*次方|\s*(?:to the power of|\^)\s*(\d+)", r"**\1\2"),
    (r"\)\s*(?:的|of)\s*", ")*"),
    (r"的\s*\(", "*("),
    (r"加上|加|plus|and(?= *\d)", "+"),
    (r"减去|减|minus|−|–", "-"),
    (r"乘以|乘|times|multiplied by|x(?= *[\d(])|×", "*"),
    (r"除以|divided by|over|÷", "/"),
)
_TOKEN = re.compile(rf"\s*(\*\*[\d.]+|{NUMERAL}|[-+*/()√])")
_ASKED = re.compile(r"等于|是多少|得多少|多少|几|算|what('s| is)|calculate|compute|how much|=", re.IGNORECASE)
_FILLERS = re.compile(r"请问|请|帮我|告诉我|那|呢|吗|呀|啊|please|tell me|[\s,.?!，。？！、]", re.IGNORECASE)
_COMMA = re.compile(r"(?<=\d),(?=\d{3}(?:\D|$))")  # 1,200


def answer_arithmetic(words: str, language: str, _now: datetime) -> str | None:
    """Return the answer to a sum in ``words``, or None if there is none."""
    if len(words) > LONGEST:
        return None
    start, sum_, end = _parted(_in_signs(words))
    tokens = _tokens(sum_)
    if tokens is None or not _works(tokens):
        return None
    if not _ASKED.search(words) and _FILLERS.sub("", start + end):
        return None  # "a meeting of 3-5 people": nobody asked
    try:
        told = _text(_Parser(tokens).parse(), language)
    except ValueError:
        return None
    except ZeroDivisionError:
        return "不能除以零" if language == "zh" else "You cannot divide by zero"
    return f"等于{told}" if language == "zh" else f"That is {told}"


def _in_signs(words: str) -> str:
    text = in_figures(_ASKED.sub(" ", _COMMA.sub("", words).replace("一下", " ")))
    for pattern, sign in _WORDS:
        text = re.sub(pattern, sign, text, flags=re.IGNORECASE)
    return re.sub(rf"\*\*({NUMERAL})", lambda power: f"**{to_number(power[1]):g}", text)


def _parted(text: str) -> tuple[str, str, str]:
    """Return what stands from the first to the last number or bracket, between the rest; a first sign belongs to it."""
    first = re.search(rf"(?:(?<!\S)-\s*)?{NUMERAL}|\(|√", text)
    ends = list(re.finditer(rf"\*\*[\d.]+|{NUMERAL}|\)", text))
    if not (first and ends):
        return text, "", ""
    start, end = first.start(), ends[-1].end()
    return text[:start], text[start:end], text[end:]


def _works(tokens: list[str]) -> bool:
    """Say whether there is something to compute: a sign alone is nothing."""
    before = ("", *tokens)
    minus = any(token == "-" and before[n] not in ("", "(", *"+-*/√") for n, token in enumerate(tokens))
    return minus or any(token in "+*/√" or token.startswith("**") for token in tokens)


def _tokens(text: str) -> list[str] | None:
    found: list[str] = []
    position = 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            return None
        found.append(token[1])
        position = token.end()
    return found or None


class _Parser:
    """Recursive descent over ``+ - * / ( )``, the prefix ``√`` and postfix powers; a value is exact but for roots."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens, self._depth = tokens, 0

    def parse(self) -> Fraction:
        """Return the value.

        Raises:
            ValueError: If it is not a sum, or too large.
        """
        value = self._sum()
        if self._tokens:
            raise ValueError("words left over")
        return value

    def _sum(self) -> Fraction:
        value = self._product()
        while self._next_is("+-"):
            value = value + self._product() if self._tokens.pop(0) == "+" else value - self._product()
        return value

    def _product(self) -> Fraction:
        value = self._signed()
        while self._next_is("*/"):
            value = _bounded(value * self._signed() if self._tokens.pop(0) == "*" else value / self._signed())
        return value

    def _signed(self) -> Fraction:
        sign = 1
        while self._next_is("-"):
            self._tokens.pop(0)
            sign = -sign
        return sign * self._power()

    def _power(self) -> Fraction:
        value = self._atom()
        while self._tokens and self._tokens[0].startswith("**"):
            exponent = self._tokens.pop(0)[2:]
            value = _root(value) if exponent == "0.5" else _raised(value, exponent)
        return value

    def _atom(self) -> Fraction:
        if not self._tokens:
            raise ValueError("a number is missing")
        token = self._tokens.pop(0)
        if token == "√":
            return _root(self._atom())
        if token != _OPEN:
            return _bounded(Fraction(token) if token.isascii() else Fraction(str(to_number(token))))
        self._depth += 1
        if self._depth > DEEPEST:
            raise ValueError("too many brackets")
        value = self._sum()
        if not self._tokens or self._tokens.pop(0) != _CLOSE:
            raise ValueError("a bracket is missing")
        self._depth -= 1
        return value

    def _next_is(self, signs: str) -> bool:
        return bool(self._tokens) and self._tokens[0] in signs


def _bounded(value: Fraction) -> Fraction:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MOST_BITS:
        raise ValueError("too large")
    return value


def _raised(value: Fraction, exponent: str) -> Fraction:
    if not exponent.isdecimal() or int(exponent) > MOST_POWER:
        raise ValueError("not a power that is computed here")
    bits = max(value.numerator.bit_length(), value.denominator.bit_length())
    if bits * int(exponent) > MOST_BITS:
        raise ValueError("too large")
    return value ** int(exponent)


def _root(value: Fraction) -> Fraction:
    """Return the square root, exact where it is rational, else to some 30 digits."""
    if value < 0:
        raise ValueError("no real root")
    top, bottom = isqrt(value.numerator), isqrt(value.denominator)
    if top * top == value.numerator and bottom * bottom == value.denominator:
        return Fraction(top, bottom)
    return Fraction(isqrt(value.numerator * 10**60 // value.denominator), 10**30)


def _text(value: Fraction, language: str) -> str:
    """Return the value with at most six decimals; a very large one as a power of ten."""
    if len(str(abs(value.numerator) // value.denominator)) > SHOWN_DIGITS:
        exponent = len(str(abs(value.numerator) // value.denominator)) - 1
        mantissa = _decimals(value / 10**exponent)
        return (
            f"{mantissa}乘以10的{exponent}次方"
            if language == "zh"
            else f"{mantissa} times 10 to the power of {exponent}"
        )
    return _decimals(value)


def _decimals(value: Fraction) -> str:
    scaled = round(abs(value) * 10**DECIMALS)
    text = f"{scaled // 10**DECIMALS}.{scaled % 10**DECIMALS:0{DECIMALS}d}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 and scaled else text
