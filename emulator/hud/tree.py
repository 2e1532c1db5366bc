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
        words: The words of a text, the name of an icon; for a map in a list the positions that lead to it.
        value: How full a bar or an icon is, in [0, 1]; the first line of a text that scrolls.
        selected: Which child of a list is the selected one; -1 for none.
        relative: Whether a size in it is a percentage.
    """

    node: Node
    items: tuple[Item, ...] = ()
    words: str = ""
    value: float = 0.0
    selected: int = -1
    relative: bool = False


Maps = dict[Item, MapData]


class Items:
    """The items of earlier trees of one document: by what they are made of, and by what the data said of all below."""

    def __init__(self) -> None:
        self.made: dict[tuple[Any, ...], Item] = {}
        self.told: dict[tuple[Any, ...], Item | None] = {}
        self.names: dict[int, tuple[str, ...]] = {}  # by id of a group or list: what it looks at; () for a map below

    @property
    def remembered(self) -> int:
        """How many items are remembered, whole trees and parts."""
        return len(self.made) + len(self.told)


class Tree:
    """Resolves the nodes of one document for one set of data.

    ``items`` of an earlier tree of the same document are used again where nothing changed, so that what was measured
    and drawn for them still holds. What its maps show is in ``maps``: they change often, and their boxes do not.
    """

    def __init__(self, data: Mapping[str, Any], width_px: float, px_per_deg: float, items: Items | None = None) -> None:
        self._data, self._width_px, self._ppd = dict(data), width_px, px_per_deg
        self._items = items or Items()
        self._words_of: dict[str, str] = {}
        self._at: tuple[int, ...] = ()
        self.maps: Maps = {}

    def item(self, node: Node) -> Item | None:
        """Return ``node`` with all that is there below it, or None if it is not there."""
        names = self._names(node) if isinstance(node, Group | Repeat) else ()
        if not names:
            return self._new(node)
        key = (id(node), *map(self._told, names))
        if key not in self._items.told:
            self._items.told[key] = self._new(node)
        return self._items.told[key]

    def _names(self, node: Node) -> tuple[str, ...]:
        """Return what decides on a group or list and all below it; nothing where there is a map, or nothing does."""
        found = self._items.names.get(id(node))
        if found is None:
            found = self._items.names[id(node)] = () if _has_map(node) else tuple(sorted(_bindings(node)))
        return found

    def _told(self, name: str) -> str:
        """Return what the data say of ``name``, as text that is the same only for the same value."""
        found = self._words_of.get(name)
        if found is None:
            found = self._words_of[name] = repr(self._data[name]) if name in self._data else "-"
        return found

    def _new(self, node: Node) -> Item | None:
        if not self._there(node):
            return None
        match node:
            case Text():
                return self._kept(node, words=self._words(node), value=float(self._whole(node.scroll)))
            case Icon():
                return self._kept(node, words=node.name or str(self._value(node.bind)), value=self._share(node.level))
            case Qr():
                return self._kept(node, words=str(self._value(node.bind)))
            case Bar():
                return self._kept(node, value=self._share(node.bind))
            case Map():
                return self._map(node)
            case Group():
                return self._kept(node, tuple([item for item in map(self.item, node.items) if item is not None]))
            case Repeat():
                return self._list(node)
        return self._kept(node)

    def _kept(
        self, node: Node, items: tuple[Item, ...] = (), words: str = "", value: float = 0.0, selected: int = -1
    ) -> Item:
        """Return the item that was made of the same before, or a new one."""
        key = (id(node), words, value, selected, *map(id, items))
        found = self._items.made.get(key)
        if found is None:
            found = self._items.made[key] = Item(node, items, words, value, selected, _relative(node, items))
        return found

    def _map(self, node: Map) -> Item:
        item = self._kept(node, words="/".join(map(str, self._at)))
        found = map_or_none(self._value(node.bind))
        if found is not None:
            self.maps[item] = found
        return item

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
        return self._kept(node, tuple(items), selected=selected)

    def _entry(self, node: Node, entry: Mapping[str, Any], number: int) -> Item | None:
        outer = self._data, self._at, self._words_of
        self._at, self._words_of = (*self._at, number), {}
        self._data = self._data | {f"item.{key}": value for key, value in entry.items()} | {"item.number": number + 1}
        item = self.item(node)
        self._data, self._at, self._words_of = outer
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


def _has_map(node: Node) -> bool:
    return isinstance(node, Map) or any(map(_has_map, _below(node)))


def _below(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Group):
        return node.items
    return (node.item, node.selected) if isinstance(node, Repeat) else ()


def _bindings(node: Node) -> set[str]:
    """Return every name that ``node`` and the nodes below it look at."""
    found = {condition.bind for condition in node.conditions}
    match node:
        case Text(format=words, scroll=scroll):
            found |= {*_BINDING.findall(words), scroll}
        case Icon(bind=bind, level=level):
            found |= {bind, level}
        case Qr(bind=bind) | Bar(bind=bind) | Map(bind=bind):
            found.add(bind)
        case Repeat(bind=bind, index=index):
            found |= {bind, index}
    found = found.union(*map(_bindings, _below(node))) - {""}
    return found | {name.removesuffix(".position") for name in found}


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
