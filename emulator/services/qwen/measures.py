"""Units: "五公里等于多少英里", "convert 5 miles to km". Factors are the legal definitions."""

from __future__ import annotations

import re
from datetime import datetime

from emulator.core.english_numbers import in_figures
from emulator.core.numerals import NUMERAL, to_number, to_text

# factor to the base unit of the dimension (SI brochure; NIST SP 811; Chinese market units: 斤 = 0.5 kg, 里 = 500 m)
_UNITS: dict[str, tuple[str, float, tuple[str, ...]]] = {
    "公里": ("m", 1_000.0, ("公里", "千米", "kilometers", "kilometres", "km")),
    "米": ("m", 1.0, ("米", "meters", "metres", "m")),
    "厘米": ("m", 0.01, ("厘米", "公分", "centimeters", "cm")),
    "英里": ("m", 1_609.344, ("英里", "miles", "mile")),
    "英尺": ("m", 0.3048, ("英尺", "feet", "foot", "ft")),
    "英寸": ("m", 0.0254, ("英寸", "inches", "inch")),
    "里": ("m", 500.0, ("华里", "里")),
    "公斤": ("kg", 1.0, ("公斤", "千克", "kilograms", "kilos", "kg")),
    "克": ("kg", 0.001, ("克", "grams", "g")),
    "斤": ("kg", 0.5, ("斤", "jin")),
    "两": ("kg", 0.05, ("两",)),
    "磅": ("kg", 0.45359237, ("磅", "pounds", "pound", "lb")),
    "盎司": ("kg", 0.028349523125, ("盎司", "ounces", "ounce", "oz")),
    "升": ("l", 1.0, ("升", "liters", "litres", "l")),
    "毫升": ("l", 0.001, ("毫升", "milliliters", "ml")),
    "加仑": ("l", 3.785411784, ("加仑", "gallons", "gallon")),
}
MOST = 1e15  # beyond, floats have no decimals left
_NAMES = {name.lower(): key for key, (_, _, names) in _UNITS.items() for name in names}
_UNIT = "|".join(sorted(map(re.escape, _NAMES), key=len, reverse=True))
_PATTERNS = (
    re.compile(
        rf"(?P<n>{NUMERAL})\s*(?P<a>{_UNIT})\s*(?:等于|是|有|合|换算成|转换成|=)+\s*(?:多少|几)?\s*(?P<b>{_UNIT})", re.I
    ),
    re.compile(rf"(?P<n>\d+(?:\.\d+)?)\s*(?P<a>{_UNIT})\s+(?:in|to|into)\s+(?P<b>{_UNIT})\b", re.I),
    re.compile(rf"how many (?P<b>{_UNIT})\b.*?\b(?P<n>\d+(?:\.\d+)?)\s*(?P<a>{_UNIT})\b", re.I),
)
_BELOW = r"(?P<below>零下|负|minus |-)?"  # zero
_DEGREES = (
    (
        re.compile(rf"{_BELOW}(?P<n>{NUMERAL})\s*(?:摄氏度|degrees celsius|celsius|°C).*(?:华氏|fahrenheit|°F)", re.I),
        "c",
    ),
    (
        re.compile(
            rf"{_BELOW}(?P<n>{NUMERAL})\s*(?:华氏度|degrees fahrenheit|fahrenheit|°F).*(?:摄氏|celsius|°C)", re.I
        ),
        "f",
    ),
    (re.compile(rf"摄氏{_BELOW}(?P<n>{NUMERAL})度.*华氏"), "c"),
    (re.compile(rf"华氏{_BELOW}(?P<n>{NUMERAL})度.*摄氏"), "f"),
)


def answer_conversion(words: str, language: str, _now: datetime) -> str | None:
    """Return the answer to a unit question in ``words``, or None if there is none or the dimensions differ."""
    words = in_figures(words)
    for pattern, given in _DEGREES:
        if found := pattern.search(words):
            number = to_number(found["n"]) * (-1 if found["below"] else 1)
            value = number * 9 / 5 + 32 if given == "c" else (number - 32) * 5 / 9
            unit = {"c": ("华氏度", "degrees Fahrenheit"), "f": ("摄氏度", "degrees Celsius")}[given]
            return _sentence(value, unit[0] if language == "zh" else unit[1], language)
    for pattern in _PATTERNS:
        if found := pattern.search(words):
            return _convert(to_number(found["n"]), _NAMES[found["a"].lower()], _NAMES[found["b"].lower()], language)
    return None


def _convert(number: float, given: str, asked: str, language: str) -> str | None:
    (dimension, factor, _), (other, divisor, names) = _UNITS[given], _UNITS[asked]
    if dimension != other:
        return None
    english = [name for name in names if name.isascii()]
    unit = asked if language == "zh" or not english else english[0]
    return _sentence(number * factor / divisor, unit, language)


def _sentence(value: float, unit: str, language: str) -> str | None:
    if abs(value) > MOST:
        return None
    text = to_text(float(f"{value:.6g}"))
    return f"等于{text}{unit}" if language == "zh" else f"That is {text} {unit}"
