"""Boxes: how large the items of a tree are and where they stand (docs/decisions/0005).

Every item is measured within the room its parent has, and placed inside its parent's box, so nothing can leave the
canvas. In a row what is too wide shrinks, the widest first; in a column what is too high, the highest first: texts
lose words or lines and end in an ellipsis, lists lose the entries farthest from the selected one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from emulator.hud.display_list import Box
from emulator.hud.lines import Lines, break_lines, fit_lines
from emulator.hud.nodes import Bar, Group, Icon, Image, Map, Node, Qr, Repeat, Text
from emulator.hud.sizes import NO_PAD, NONE, STYLES
from emulator.hud.text import shape
from emulator.hud.tree import Item

BAR_DEG = (6.0, 0.42)
MAP_DEG = (9.0, 6.0)
BAR_LEAST_DEG = 1.2  # a bar gives way before words do, down to this
ARROW_EM = 1.1  # room at the side of a scrolling text for the arrows that say there is more
EPS_PX = 0.01  # a text as wide as its room fits


Extent = tuple[float, float]

ENDLESS: Extent = (1e9, 1e9)


class Placed(NamedTuple):
    """An item and its box, padding included."""

    item: Item
    box: Box


class Scrolled(NamedTuple):
    """What a scrolling text shows, and whether there is more above and below."""

    lines: tuple[str, ...]
    above: bool
    below: bool


class Boxes:
    """Measures and places the items of the trees of one document; what was measured or placed once is remembered.

    A *room* is what an item may take at most, a *space* what its percentages are of: the inside of its parent. Both
    are a width and a height.
    """

    def __init__(self, px_per_deg: float) -> None:
        self._ppd = px_per_deg
        self._sizes: dict[tuple[Item, Extent, Extent], Extent] = {}
        self._kept: dict[tuple[Item, Extent], tuple[Item, ...]] = {}
        self._naturals: dict[Item, Extent] = {}
        self._places: dict[tuple[Item, Box], tuple[Placed, ...]] = {}

    def size(self, item: Item, room: Extent, space: Extent | None = None) -> Extent:
        """Return the width and height that ``item`` takes, in pixels; the space is the room if None."""
        natural = self._natural(item)
        if natural is not None and natural[0] <= room[0] and natural[1] <= room[1]:
            return natural
        key = (item, room, space or room)
        found = self._sizes.get(key)
        if found is None:
            found = self._sizes[key] = self._measure(*key)
        return found

    def place(self, item: Item, box: Box) -> tuple[Placed, ...]:
        """Return ``item`` and all below it with their boxes, from back to front."""
        key = (item, box)
        found = self._places.get(key)
        if found is None:
            placed = [Placed(item, box)]
            for child, child_box in self._spread(item, self.inner(item, box)) if item.items else ():
                placed += self.place(child, child_box)
            found = self._places[key] = tuple(placed)
        return found

    @property
    def remembered(self) -> int:
        """How many sizes and places are remembered."""
        return len(self._sizes) + len(self._kept) + len(self._naturals) + len(self._places)

    def inner(self, item: Item, box: Box) -> Box:
        """Return what is left of ``box`` inside the padding."""
        if item.node.pad is NO_PAD:
            return box
        pad_y, pad_x = (pad.px(self._ppd, 0.0) for pad in item.node.pad)
        pad_x, pad_y = min(pad_x, box.w / 2), min(pad_y, box.h / 2)
        return Box(box.x + pad_x, box.y + pad_y, box.w - 2 * pad_x, box.h - 2 * pad_y)

    def lines(self, item: Item, room: Extent) -> Lines:
        """Return the lines of a text that does not scroll."""
        node, words = item.node, item.words
        assert isinstance(node, Text)
        style, em = STYLES[node.style], self._em(node)
        fitting = self._fitting(node, room)
        if not words or not fitting:
            return Lines((), bool(words))
        return fit_lines(words, (room[0] + EPS_PX) / em, fitting, style.bold)

    def scrolled(self, item: Item, room: Extent) -> Scrolled:
        """Return the lines of a text that scrolls; where it is too long, room is kept for arrows on both sides."""
        node, words = item.node, item.words
        assert isinstance(node, Text)
        style, em = STYLES[node.style], self._em(node)
        fitting = self._fitting(node, room)
        lines = break_lines(words, (room[0] + EPS_PX) / em, style.bold) if words else ()
        if len(lines) > fitting:
            lines = break_lines(words, max(0.0, (room[0] + EPS_PX) / em - 2 * ARROW_EM), style.bold)
        first = min(int(item.value), max(0, len(lines) - fitting))
        return Scrolled(lines[first : first + fitting], first > 0, first + fitting < len(lines))

    def _em(self, node: Text) -> float:
        return STYLES[node.style].em_deg * self._ppd

    def _fitting(self, node: Text, room: Extent) -> int:
        """Return how many lines may be shown; the last one may stick out by a quarter: that is air."""
        line = STYLES[node.style].line_em * self._em(node)
        return min(node.max_lines, int((room[1] + EPS_PX) / line + 0.25))

    # --- how large ---

    def _natural(self, item: Item) -> Extent | None:
        """Return the size of ``item`` where room does not matter; None if it has a percentage in it.

        Where that fits nothing below is cut or shrunk, so it is the size in every such room: most items are measured
        once.
        """
        if item.relative:
            return None
        found = self._naturals.get(item)
        if found is None:
            found = self._naturals[item] = self._measure(item, ENDLESS, ENDLESS)
        return found

    def _measure(self, item: Item, room: Extent, space: Extent) -> Extent:
        node = item.node
        pad_y, pad_x = (0.0, 0.0) if node.pad is NO_PAD else (2 * pad.px(self._ppd, 0.0) for pad in node.pad)
        w = node.width.px(self._ppd, space[0]) if node.width else room[0]
        h = node.height.px(self._ppd, space[1]) if node.height else room[1]
        inner = max(0.0, min(w, room[0]) - pad_x), max(0.0, min(h, room[1]) - pad_y)
        content_w, content_h = self._content(item, inner)
        w = w if node.width else content_w + pad_x
        h = h if node.height else content_h + pad_y
        if node.min_width is not NONE or node.min_height is not NONE:
            w, h = max(w, node.min_width.px(self._ppd, space[0])), max(h, node.min_height.px(self._ppd, space[1]))
        return min(room[0], w), min(room[1], h)

    def _content(self, item: Item, room: Extent) -> Extent:
        match item.node:
            case Text():
                return self._text(item, item.node, room)
            case Icon(size=size) | Qr(size=size):
                return size.px(self._ppd, 0.0), size.px(self._ppd, 0.0)
            case Image():
                assert item.node.picture is not None
                return _shaped(item.node, room, (float(item.node.picture.width), float(item.node.picture.height)))
            case Map():
                return _shaped(item.node, room, (MAP_DEG[0] * self._ppd, MAP_DEG[1] * self._ppd))
            case Bar():
                return BAR_DEG[0] * self._ppd, BAR_DEG[1] * self._ppd
            case Group() | Repeat():
                return self._group(item, room)
        return 0.0, 0.0

    def _text(self, item: Item, node: Text, room: Extent) -> Extent:
        style, em = STYLES[node.style], self._em(node)
        arrows = 0.0
        if node.scroll:
            lines, above, below = self.scrolled(item, room)
            arrows = 2 * ARROW_EM if above or below else 0.0
        else:
            lines = self.lines(item, room).lines
        width = max((shape(line, style.bold).advance_em for line in lines), default=0.0)
        return (width + arrows) * em, len(lines) * style.line_em * em

    def _group(self, item: Item, room: Extent) -> Extent:
        items, direction = self._children(item, room), _direction(item)
        gaps = self._gap(item) * max(0, len(items) - 1)
        if direction == "row":
            widths = self._widths(items, room, gaps)
            rooms = [(width, room[1]) for width in widths]
            heights = [self.size(child, each, room)[1] for child, each in zip(items, rooms, strict=True)]
            return sum(widths) + gaps, max(heights, default=0.0)
        sizes = [self.size(child, room) for child in items]
        width = max((size[0] for size in sizes), default=0.0)
        if direction == "stack":
            return width, max((size[1] for size in sizes), default=0.0)
        return width, sum(self._heights(items, room, gaps)) + gaps

    def _widths(self, items: tuple[Item, ...], space: Extent, gaps: float) -> list[float]:
        return self._fitted(items, space[0] - gaps, lambda child, w: self.size(child, (w, space[1]), space)[0])

    def _heights(self, items: tuple[Item, ...], space: Extent, gaps: float) -> list[float]:
        return self._fitted(items, space[1] - gaps, lambda child, h: self.size(child, (space[0], h), space)[1])

    def _fitted(self, items: tuple[Item, ...], room: float, size: Callable[[Item, float], float]) -> list[float]:
        """Return how long each item is along a row or column: bars give way first, then the longest of the rest."""
        room = max(0.0, room)
        lengths = [size(child, room) for child in items]
        if sum(lengths) <= room + EPS_PX:
            return lengths
        least = [self._least(child) for child in items]
        pairs = zip(items, least, strict=True)
        bars = _shrunk(lengths, [low if isinstance(child.node, Bar) else None for child, low in pairs], room)
        most = _shrunk(bars, least, room)
        spare, found = 0.0, []
        for child, wish, limit in zip(items, lengths, most, strict=True):
            length = wish if wish <= limit else size(child, limit + spare)
            spare += limit - length  # a text that was cut may need less than it got: the next one may have it
            found.append(length)
        return found

    def _least(self, item: Item) -> float | None:
        """Return how far ``item`` can shrink, or None if it cannot: texts, bars and what holds them can."""
        node = item.node
        if isinstance(node, Bar):
            return BAR_LEAST_DEG * self._ppd
        if isinstance(node, Group | Repeat) and node.width is None and node.height is None:
            return 0.0 if any(self._least(child) is not None for child in item.items) else None
        return 0.0 if isinstance(node, Text) else None

    def _children(self, item: Item, room: Extent) -> tuple[Item, ...]:
        """Return the children; of a list that is too long those nearest to the selected one."""
        if not isinstance(item.node, Repeat):
            return item.items
        key = (item, room)
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = self._nearest(item, item.node, room)
        return found

    def _nearest(self, item: Item, node: Repeat, room: Extent) -> tuple[Item, ...]:
        axis, gap = 0 if node.direction == "row" else 1, self._gap(item)
        items, selected = list(item.items), max(0, item.selected)
        along = [self.size(child, room)[axis] for child in items]
        while len(items) > 1 and sum(along) + gap * (len(items) - 1) > room[axis] + EPS_PX:
            before, after = selected, len(items) - 1 - selected
            both = node.ring and before == after  # the selected one stays in the middle
            for end in (0, -1) if both else (-1,) if after >= before else (0,):
                del items[end], along[end]
                selected -= 1 if end == 0 else 0
        return tuple(items)

    def _gap(self, item: Item) -> float:
        return item.node.gap.px(self._ppd, 0.0) if isinstance(item.node, Group | Repeat) else 0.0

    # --- where ---

    def _spread(self, item: Item, box: Box) -> list[Placed]:
        space = (box.w, box.h)
        direction, items = _direction(item), self._children(item, space)
        if direction == "stack":
            return [Placed(child, self._aligned(item, child, box, space)) for child in items]
        row, gap = direction == "row", self._gap(item)
        gaps = gap * max(0, len(items) - 1)
        whole = box.w if row else box.h
        along = self._widths(items, space, gaps) if row else self._heights(items, space, gaps)
        along = _grown(along, [child.node.grow for child in items], whole - gaps)
        free = max(0.0, whole - gaps - sum(along))
        justify = item.node.justify if isinstance(item.node, Group) else "center"
        at = {"center": free / 2, "end": free}.get(justify, 0.0)
        if justify == "between" and len(items) > 1:
            gap += free / (len(items) - 1)
        found = []
        for child, length in zip(items, along, strict=True):
            at = min(at, whole)
            length = min(length, whole - at)
            slot = Box(box.x + at, box.y, length, box.h) if row else Box(box.x, box.y + at, box.w, length)
            placed = self._aligned(item, child, slot, space)
            across = Box(slot.x, placed.y, slot.w, placed.h) if row else Box(placed.x, slot.y, placed.w, slot.h)
            found.append(Placed(child, across))
            at += length + gap
        return found

    def _aligned(self, item: Item, child: Item, box: Box, space: Extent) -> Box:
        """Return where ``child`` stands in ``box``, both ways; a given width or height is not stretched."""
        how = _how(item, child)
        wide, high = how == "stretch" and child.node.width is None, how == "stretch" and child.node.height is None
        if wide and high:
            return box
        w, h = self.size(child, (box.w, box.h), space)
        w, h = box.w if wide else w, box.h if high else h
        return Box(box.x + _offset(how, box.w - w), box.y + _offset(how, box.h - h), w, h)


def _shaped(node: Node, room: Extent, usual: Extent) -> Extent:
    """Return the size of a picture or map: as the document says, the missing side by its shape; else the usual one."""
    aspect = usual[0] / usual[1]
    if node.width:
        return room[0], room[0] / aspect
    if node.height:
        return room[1] * aspect, room[1]
    return usual


def _direction(item: Item) -> str:
    node = item.node
    return node.kind if isinstance(node, Group) else node.direction if isinstance(node, Repeat) else ""


def _how(item: Item, child: Item) -> str:
    node = item.node
    return child.node.align or (node.items_align if isinstance(node, Group | Repeat) else "start")


def _offset(how: str, free: float) -> float:
    return {"center": free / 2, "end": free}.get(how, 0.0)


def _shrunk(lengths: list[float], least: list[float | None], room: float) -> list[float]:
    """Return ``lengths`` that fit into ``room``, if they can: the longest of those that shrink come down to one length."""
    over = sum(lengths) - room
    if over <= EPS_PX:
        return lengths
    able = sorted((length for length, low in zip(lengths, least, strict=True) if low is not None), reverse=True)
    target, most = max(0.0, sum(able) - over), 0.0
    for number in range(1, len(able) + 1):
        most = max(0.0, target - sum(able[number:])) / number
        if number == len(able) or most >= able[number]:
            break
    pairs = zip(lengths, least, strict=True)
    return [length if low is None else min(length, max(low, most)) for length, low in pairs]


def _grown(lengths: list[float], weights: list[float], room: float) -> list[float]:
    """Return ``lengths`` that fill ``room``: those with a weight take what is left, as equal as their contents let them."""
    free = room - sum(lengths)
    if free <= 0 or not any(weights):
        return lengths
    growing = [k for k, weight in enumerate(weights) if weight]
    while True:
        space = room - sum(length for k, length in enumerate(lengths) if k not in growing)
        unit = space / sum(weights[k] for k in growing)
        too_long = [k for k in growing if lengths[k] > unit * weights[k]]
        if not too_long or len(too_long) == len(growing):
            return [unit * weights[k] if k in growing else length for k, length in enumerate(lengths)]
        growing = [k for k in growing if k not in too_long]
