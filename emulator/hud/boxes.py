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
from emulator.hud.nodes import Bar, Group, Icon, Image, Repeat, Text
from emulator.hud.sizes import STYLES
from emulator.hud.text import shape
from emulator.hud.tree import Item

BAR_DEG = (6.0, 0.42)
BAR_LEAST_DEG = 1.2  # a bar gives way before words do, down to this
ARROW_EM = 1.1  # room at the side of a scrolling text for the arrows that say there is more
EPS_PX = 0.01  # a text as wide as its room fits


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
    """Measures and places the items of one tree; what was measured once is remembered."""

    def __init__(self, px_per_deg: float) -> None:
        self._ppd = px_per_deg
        self._sizes: dict[tuple[Item, float, float], tuple[float, float]] = {}
        self._kept: dict[tuple[Item, float, float], tuple[Item, ...]] = {}

    def size(self, item: Item, room_w: float, room_h: float) -> tuple[float, float]:
        """Return the width and height that ``item`` takes in a room of so many pixels."""
        key = (item, room_w, room_h)
        found = self._sizes.get(key)
        if found is None:
            found = self._sizes[key] = self._measure(item, room_w, room_h)
        return found

    def place(self, item: Item, box: Box) -> list[Placed]:
        """Return ``item`` and all below it with their boxes, from back to front."""
        placed: list[Placed] = []
        self._place(item, box, placed)
        return placed

    def inner(self, item: Item, box: Box) -> Box:
        """Return what is left of ``box`` inside the padding."""
        pad_y, pad_x = (pad.px(self._ppd, 0.0) for pad in item.node.pad)
        pad_x, pad_y = min(pad_x, box.w / 2), min(pad_y, box.h / 2)
        return Box(box.x + pad_x, box.y + pad_y, box.w - 2 * pad_x, box.h - 2 * pad_y)

    def lines(self, item: Item, room_w: float, room_h: float) -> Lines:
        """Return the lines of a text that does not scroll."""
        node, words = item.node, item.words
        assert isinstance(node, Text)
        style = STYLES[node.style]
        em = style.em_deg * self._ppd
        fitting = int((room_h + EPS_PX) / (style.line_em * em) + 0.25)  # a line may stick out by a quarter: it is air
        if not words or fitting < 1:
            return Lines((), bool(words))
        return fit_lines(words, (room_w + EPS_PX) / em, min(node.max_lines, fitting), style.bold)

    def scrolled(self, item: Item, room_w: float, room_h: float) -> Scrolled:
        """Return the lines of a text that scrolls."""
        node = item.node
        assert isinstance(node, Text)
        style = STYLES[node.style]
        em = style.em_deg * self._ppd
        fitting = max(0, min(node.max_lines, int((room_h + EPS_PX) / (style.line_em * em) + 0.25)))
        lines = break_lines(item.words, (room_w + EPS_PX) / em, style.bold) if item.words else ()
        if len(lines) > fitting:
            lines = break_lines(item.words, max(0.0, room_w / em - 2 * ARROW_EM), style.bold)
        first = min(int(item.value), max(0, len(lines) - fitting))
        return Scrolled(lines[first : first + fitting], first > 0, first + fitting < len(lines))

    # --- how large ---

    def _measure(self, item: Item, room_w: float, room_h: float) -> tuple[float, float]:
        node = item.node
        pad_y, pad_x = (2 * pad.px(self._ppd, 0.0) for pad in node.pad)
        w = node.width.px(self._ppd, room_w) if node.width else room_w
        h = node.height.px(self._ppd, room_h) if node.height else room_h
        content_w, content_h = self._content(item, max(0.0, min(w, room_w) - pad_x), max(0.0, min(h, room_h) - pad_y))
        w = w if node.width else content_w + pad_x
        h = h if node.height else content_h + pad_y
        w, h = max(w, node.min_width.px(self._ppd, room_w)), max(h, node.min_height.px(self._ppd, room_h))
        return min(room_w, w), min(room_h, h)

    def _content(self, item: Item, room_w: float, room_h: float) -> tuple[float, float]:
        match item.node:
            case Text(style=name, scroll=scroll):
                style = STYLES[name]
                em = style.em_deg * self._ppd
                lines = (self.scrolled if scroll else self.lines)(item, room_w, room_h)[0]
                arrows = 2 * ARROW_EM * em if scroll and any(self.scrolled(item, room_w, room_h)[1:]) else 0.0
                width = max((shape(line, style.bold).advance_em for line in lines), default=0.0) * em
                return width + arrows, len(lines) * style.line_em * em
            case Icon(size=size):
                return size.px(self._ppd, room_w), size.px(self._ppd, room_w)
            case Image():
                return self._image(item.node, room_w, room_h)
            case Bar():
                return BAR_DEG[0] * self._ppd, BAR_DEG[1] * self._ppd
            case Group() | Repeat():
                return self._group(item, room_w, room_h)
        return 0.0, 0.0

    def _image(self, node: Image, room_w: float, room_h: float) -> tuple[float, float]:
        """Return the picture's size: as the document says, the missing side by its shape; else pixel for pixel."""
        assert node.picture is not None
        aspect = node.picture.width / node.picture.height
        if node.width:
            return room_w, room_w / aspect
        if node.height:
            return room_h * aspect, room_h
        return float(node.picture.width), float(node.picture.height)

    def _group(self, item: Item, room_w: float, room_h: float) -> tuple[float, float]:
        items = self._children(item, room_w, room_h)
        gaps = self._gap(item) * max(0, len(items) - 1)
        if _direction(item) == "row":
            widths = self._widths(items, room_w - gaps, room_h)
            heights = [self.size(child, w, room_h)[1] for child, w in zip(items, widths, strict=True)]
            return sum(widths) + gaps, max(heights, default=0.0)
        widths = [self.size(child, room_w, room_h)[0] for child in items]
        heights = [self.size(child, room_w, room_h)[1] for child in items]
        if _direction(item) == "stack":
            return max(widths, default=0.0), max(heights, default=0.0)
        return max(widths, default=0.0), sum(self._heights(items, room_w, room_h - gaps)) + gaps

    def _widths(self, items: tuple[Item, ...], room_w: float, room_h: float) -> list[float]:
        return self._fitted(items, room_w, lambda child, room: self.size(child, room, room_h)[0])

    def _heights(self, items: tuple[Item, ...], room_w: float, room_h: float) -> list[float]:
        return self._fitted(items, room_h, lambda child, room: self.size(child, room_w, room)[1])

    def _fitted(self, items: tuple[Item, ...], room: float, size: Callable[[Item, float], float]) -> list[float]:
        """Return how long each item is along a row or column of length ``room``."""
        lengths = [size(child, max(0.0, room)) for child in items]
        least = [self._least(child) for child in items]
        bars = _shrunk(
            lengths,
            [low if isinstance(child.node, Bar) else None for child, low in zip(items, least, strict=True)],
            room,
        )
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

    def _children(self, item: Item, room_w: float, room_h: float) -> tuple[Item, ...]:
        """Return the children; of a list that is too long those nearest to the selected one."""
        if not isinstance(item.node, Repeat):
            return item.items
        key = (item, room_w, room_h)
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = self._nearest(item, item.node, room_w, room_h)
        return found

    def _nearest(self, item: Item, node: Repeat, room_w: float, room_h: float) -> tuple[Item, ...]:
        row, gap = node.direction == "row", self._gap(item)
        room = room_w if row else room_h
        items, selected = list(item.items), max(0, item.selected)
        along = [self.size(child, room_w, room_h)[0 if row else 1] for child in items]
        while len(items) > 1 and sum(along) + gap * (len(items) - 1) > room + EPS_PX:
            before, after = selected, len(items) - 1 - selected
            ends = [0, -1] if node.ring and before == after else [-1] if after >= before else [0]
            for end in ends:
                del items[end], along[end]
                selected -= 1 if end == 0 else 0
        return tuple(items)

    def _gap(self, item: Item) -> float:
        return item.node.gap.px(self._ppd, 0.0) if isinstance(item.node, Group | Repeat) else 0.0

    # --- where ---

    def _place(self, item: Item, box: Box, placed: list[Placed]) -> None:
        placed.append(Placed(item, box))
        if item.items:
            inner = self.inner(item, box)
            for child, child_box in self._spread(item, inner):
                self._place(child, child_box, placed)

    def _spread(self, item: Item, box: Box) -> list[Placed]:
        direction, items = _direction(item), self._children(item, box.w, box.h)
        if direction == "stack":
            return [Placed(child, self._aligned(item, child, box)) for child in items]
        row, gap = direction == "row", self._gap(item)
        gaps = gap * max(0, len(items) - 1)
        room = max(0.0, (box.w if row else box.h) - gaps)
        along = self._widths(items, room, box.h) if row else self._heights(items, box.w, room)
        along = _grown(along, [child.node.grow for child in items], room)
        free = max(0.0, room - sum(along))
        justify = item.node.justify if isinstance(item.node, Group) else "center"
        at = {"center": free / 2, "end": free}.get(justify, 0.0)
        if justify == "between" and len(items) > 1:
            gap += free / (len(items) - 1)
        found = []
        for child, length in zip(items, along, strict=True):
            at = min(at, box.w if row else box.h)
            length = min(length, (box.w if row else box.h) - at)
            slot = Box(box.x + at, box.y, length, box.h) if row else Box(box.x, box.y + at, box.w, length)
            found.append(Placed(child, self._across(item, child, slot, row=row)))
            at += length + gap
        return found

    def _across(self, item: Item, child: Item, slot: Box, *, row: bool) -> Box:
        """Return the part of ``slot`` that ``child`` takes across a row or column."""
        box = self._aligned(item, child, slot)
        return Box(slot.x, box.y, slot.w, box.h) if row else Box(box.x, slot.y, box.w, slot.h)

    def _aligned(self, item: Item, child: Item, box: Box) -> Box:
        """Return where ``child`` stands in ``box``, both ways; a given width or height is not stretched."""
        how = _how(item, child)
        wide, high = how == "stretch" and child.node.width is None, how == "stretch" and child.node.height is None
        if wide and high:
            return box
        w, h = self.size(child, box.w, box.h)
        w, h = box.w if wide else w, box.h if high else h
        return Box(box.x + _offset(how, box.w - w), box.y + _offset(how, box.h - h), w, h)


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
