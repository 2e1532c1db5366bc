"""Tree: which nodes of a document are there, with the words and values that the data gives them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.hud.map_data import MapData, map_or_none
from emulator.hud.nodes import Bar, Condition, Group, Icon, Map, Node, Qr, Repeat, Text
from emulator.hud.sizes import NONE, Size

_BINDING = re.compile(r"\{([^}]+)\}")


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A node that is there; two items are the same only if they are one.

    Attributes:
        node: What the designer wrote.
        items: Its children.
        words: The words of a text, the name of an icon.
        value: How full a bar or an icon is, in [0, 1]; the first line of a text that scrolls.
        selected: Which child of a list is the selected one; -1 for none.
        relative: Whether a size in it is a percentage.
        map: What a map shows; None for nothing.
    """

    node: Node
    items: tuple[Item, ...] = ()
    words: str = ""
    value: float = 0.0
    selected: int = -1
    relative: bool = False
    map: MapData | None = None


class Tree:
    """Resolves the nodes of one document for one set of data."""

    def __init__(self, data: Mapping[str, Any], width_px: float, px_per_deg: float) -> None:
        self._data, self._width_px, self._ppd = dict(data), width_px, px_per_deg

    def item(self, node: Node) -> Item | None:
        """Return ``node`` with all that is there below it, or None if it is not there."""
        if not self._there(node):
            return None
        match node:
            case Text():
                words, first = self._words(node), float(self._whole(node.scroll))
                return Item(node, words=words, value=first, relative=_relative(node))
            case Icon():
                words = node.name or str(self._value(node.bind))
                return Item(node, words=words, value=self._share(node.level), relative=_relative(node))
            case Qr():
                return Item(node, words=str(self._value(node.bind)), relative=_relative(node))
            case Bar():
                return Item(node, value=self._share(node.bind), relative=_relative(node))
            case Map():
                return Item(node, map=map_or_none(self._value(node.bind)), relative=_relative(node))
            case Group():
                items = tuple([item for item in map(self.item, node.items) if item is not None])
                return Item(node, items, relative=_relative(node, items))
            case Repeat():
                return self._list(node)
        return Item(node, relative=_relative(node))

    def _there(self, node: Node) -> bool:
        if node.from_width is not NONE and self._width_px < self._px(node.from_width):
            return False
        if node.to_width is not None and self._width_px >= self._px(node.to_width):
            return False
        return not node.conditions or all(self._holds(condition) for condition in node.conditions)

    def _px(self, size: Size) -> float:
        return size.px(self._ppd, self._width_px)

    def _holds(self, condition: Condition) -> bool:
        value = self._value(condition.bind)
        return (value in condition.values if condition.values else bool(value)) != condition.negated

    def _list(self, node: Repeat) -> Item:
        value = self._value(node.bind)
        entries = [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list | tuple) else []
        index = self._whole(node.index) if node.index else -1
        items: list[Item] = []
        selected = -1
        for number in _window(len(entries), index, node.window, ring=node.ring):
            item = self._entry(node.selected if number == index else node.item, entries[number], number)
            if item is not None:
                selected = len(items) if number == index else selected
                items.append(item)
        return Item(node, tuple(items), selected=selected, relative=_relative(node, items))

    def _entry(self, node: Node, entry: Mapping[str, Any], number: int) -> Item | None:
        outer = self._data
        self._data = outer | {f"item.{key}": value for key, value in entry.items()} | {"item.number": number + 1}
        item = self.item(node)
        self._data = outer
        return item

    def _value(self, name: str) -> Any:
        if name not in self._data and name.endswith(".position"):
            return self._whole(name.removesuffix(".position")) + 1
        return self._data.get(name, "")

    def _whole(self, name: str) -> int:
        value = self._value(name) if name else 0
        return max(0, int(value)) if isinstance(value, int | float) and math.isfinite(value) else 0

    def _share(self, name: str) -> float:
        value = self._value(name) if name else 0.0
        return min(1.0, max(0.0, float(value))) if isinstance(value, int | float) else 0.0

    def _words(self, node: Text) -> str:
        words = _BINDING.sub(lambda found: _text(self._value(found[1])), node.format)
        return words.replace("\r", "").replace("\t", " ")


def _relative(node: Node, items: Sequence[Item] = ()) -> bool:
    """Say whether a size of ``node`` or in one of its ``items`` is a percentage."""
    for size in (node.width, node.height, node.min_width, node.min_height):
        if size is not None and size.unit == "%":
            return True
    return any(item.relative for item in items)


def _window(count: int, index: int, window: int, *, ring: bool) -> list[int]:
    """Return the numbers of the entries that are shown: around the selected one, in a ring with it in the middle."""
    shown = min(window, count)
    if ring and count:
        return [(index + k - shown // 2) % count for k in range(shown)]
    first = max(0, min(index - window // 2, count - window))
    return list(range(first, first + shown))


def _text(value: Any) -> str:
    return "" if value is None else str(value)
