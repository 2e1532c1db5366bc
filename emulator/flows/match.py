"""Match a value of the log: equal, or ``{contains: ..., regex: ..., above: ..., below: ..., not: ...}``, or a subset."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emulator.core.yaml import Node, Scalar
from emulator.flows import values

WORDS = ("contains", "regex", "above", "below", "not")


@dataclass(frozen=True, slots=True)
class Match:
    """Whether a value fits, and what would, in words."""

    expected: str
    fits: Callable[[Any], bool]


def read_match(node: Node, *, contains: bool = False) -> Match:
    """Read a match; a bare text means equality, or with ``contains`` that it is a part."""
    if isinstance(node.value, dict):
        return _comparison(node) if node.value and set(node.value) <= set(WORDS) else _subset(node, node.value)
    if isinstance(node.value, tuple):
        return Match(repr(node.plain), lambda value: isinstance(value, list | tuple) and list(value) == node.plain)
    if contains:
        part = node.text("spoken")
        return Match(repr(part), lambda value: part in value)
    return Match(repr(node.plain), lambda value: _equal(value, node.value))


def _comparison(node: Node) -> Match:
    tests: list[Callable[[Any], bool]] = []
    for word, item in node.mapping("match").items():
        tests.append(_test(word, item))
    expected = " ".join(f"{word} {item.plain!r}" for word, item in node.mapping("match").items())
    return Match(expected, lambda value: all(test(value) for test in tests))


def _test(word: str, node: Node) -> Callable[[Any], bool]:
    if word in ("above", "below"):
        bound = values.number_or_share(node, word)
        return lambda value: isinstance(value, int | float) and (value > bound if word == "above" else value < bound)
    if word == "not":
        inner = read_match(node)
        return lambda value: not inner.fits(value)
    text = node.text(word)
    if word == "contains":
        return lambda value: text in value if isinstance(value, str | list | tuple | dict) else False
    try:
        pattern = re.compile(text)
    except re.error as error:
        node.fail(f"regex: {error}")
    return lambda value: isinstance(value, str) and pattern.search(value) is not None


def _subset(node: Node, wanted: dict[str, Node]) -> Match:
    inner = {key: read_match(item) for key, item in wanted.items()}

    def fits(value: Any) -> bool:
        return isinstance(value, dict) and all(key in value and m.fits(value[key]) for key, m in inner.items())

    return Match(repr(node.plain), fits)


def _equal(value: Any, wanted: Scalar | tuple[Node, ...] | dict[str, Node]) -> bool:
    if isinstance(wanted, str) and wanted.endswith("%") and isinstance(value, int | float):
        return abs(value - float(wanted[:-1]) / 100) < 1e-9
    return (type(value) is type(wanted) and value == wanted) or _numbers(value, wanted)


def _numbers(value: Any, wanted: Any) -> bool:
    """Compare 1 and 1.0, but not 1 and true."""
    plain = [v for v in (value, wanted) if isinstance(v, int | float) and not isinstance(v, bool)]
    return len(plain) == 2 and abs(value - wanted) < 1e-9
