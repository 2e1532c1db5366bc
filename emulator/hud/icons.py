"""Icons: outlines on a grid of 24, drawn by us, read from one data file."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, lru_cache

from emulator.core.assets import asset
from emulator.core.errors import HudError
from emulator.core.yaml import Node, read_yaml

GRID = 24.0
STROKE = 2.0  # on the grid
ROUND = 0.5522847498  # control points of a quarter circle
CHORDS = 8  # that stand for one curve
NUMBERS = {"M": 2, "L": 2, "C": 6, "Z": 0, "O": 3}

Command = tuple[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Drawing:
    """One icon: outlines to stroke, outlines to fill, and where its level is filled in (x, y, w, h), on the grid."""

    strokes: tuple[Command, ...]
    fills: tuple[Command, ...]
    level: tuple[float, ...] = ()


@cache
def icons() -> dict[str, Drawing]:
    """Return the icons that ship, by name.

    Raises:
        HudError: If the file cannot be read or is malformed.
    """
    path = asset("icons", "icons.yaml")
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise HudError(f"{path}: cannot read the icons: {error}") from error
    return {name: parse_icon(node) for name, node in read_yaml(text, path, HudError).mapping("icons").items()}


@lru_cache(maxsize=256)
def outline_size(commands: tuple[Command, ...]) -> tuple[float, float]:
    """Return the length of an outline and the area it encloses, by Green's theorem over short chords."""
    length = area = 0.0
    start = at = (0.0, 0.0)
    for letter, numbers in commands:
        if letter == "M":
            start = at = (numbers[0], numbers[1])
            continue
        for point in _chords(at, letter, numbers, start):
            length += math.dist(at, point)
            area += (at[0] * point[1] - point[0] * at[1]) / 2
            at = point
    return length, abs(area)


def _chords(
    at: tuple[float, float], letter: str, numbers: tuple[float, ...], start: tuple[float, float]
) -> list[tuple[float, float]]:
    """Return the ends of the chords that stand for one command."""
    if letter != "C":
        return [start if letter == "Z" else (numbers[0], numbers[1])]
    points = []
    for step in range(1, CHORDS + 1):
        t = step / CHORDS
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
        xs, ys = (at[0], *numbers[0::2]), (at[1], *numbers[1::2])
        points.append((_dot(weights, xs), _dot(weights, ys)))
    return points


def _dot(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def parse_icon(node: Node) -> Drawing:
    """Read one icon: ``{stroke: outline, fill: outline, level: [x, y, w, h]}``.

    Raises:
        HudError: If it is malformed; as ``path:line:column: what``.
    """
    body = node.mapping("icon", ("stroke", "fill", "level"))
    level = body["level"].plain if "level" in body else ()
    if level and not (isinstance(level, list) and len(level) == 4 and all(isinstance(n, int | float) for n in level)):
        body["level"].fail("level: expected four numbers: x, y, width, height")
    return Drawing(_outline(body.get("stroke")), _outline(body.get("fill")), tuple(float(n) for n in level))


def _outline(node: Node | None) -> tuple[Command, ...]:
    if node is None:
        return ()
    commands: list[Command] = []
    words = node.text("outline").split()
    at = 0
    while at < len(words):
        letter = words[at]
        if letter not in NUMBERS:
            node.fail(f"expected one of M L C Z O, got {letter!r}")
        end = at + 1 + NUMBERS[letter]
        try:
            numbers = tuple(float(word) for word in words[at + 1 : end])
        except ValueError as error:
            node.fail(str(error))
        if len(numbers) != NUMBERS[letter]:
            node.fail(f"{letter} needs {NUMBERS[letter]} numbers")
        commands += _circle(*numbers) if letter == "O" else [(letter, numbers)]
        at = end
    return tuple(commands)


def _circle(x: float, y: float, r: float) -> list[Command]:
    k = ROUND * r
    return [
        ("M", (x + r, y)),
        ("C", (x + r, y + k, x + k, y + r, x, y + r)),
        ("C", (x - k, y + r, x - r, y + k, x - r, y)),
        ("C", (x - r, y - k, x - k, y - r, x, y - r)),
        ("C", (x + k, y - r, x + r, y - k, x + r, y)),
        ("Z", ()),
    ]
