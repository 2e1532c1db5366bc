"""Icons: outlines on a grid of 24, drawn by us, read from one data file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from emulator.core.assets import asset
from emulator.core.errors import HudError
from emulator.core.yaml import Node, read_yaml

GRID = 24.0
STROKE = 2.0  # on the grid
ROUND = 0.5522847498  # control points of a quarter circle
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
    return {name: _drawing(node) for name, node in read_yaml(text, path, HudError).mapping("icons").items()}


def _drawing(node: Node) -> Drawing:
    body = node.mapping("icon", ("stroke", "fill", "level"))
    level = tuple(float(n) for n in body["level"].plain) if "level" in body else ()
    return Drawing(_outline(body.get("stroke")), _outline(body.get("fill")), level)


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
