"""From state and documents to a display list: which nodes are there, how large they are, where they stand.

A measure-and-place of rows, columns and stacks with gaps, growth and shrinking text (docs/decisions/0005).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from emulator.core.profile import Display
from emulator.hud.display_list import Box, DisplayList, Element, Frame, Glyphs, Op, Path
from emulator.hud.icons import GRID, STROKE, icons
from emulator.hud.nodes import Bar, Condition, Group, HudDocument, Icon, Node, Repeat, Reticle, Spacer, Text
from emulator.hud.sizes import LEVELS, STYLES, Style
from emulator.hud.state import HudState, Slot
from emulator.hud.text import ASCENT_EM, break_lines, cut, shape

MARGIN_DEG = 0.45
BENEATH_DIM = 0.35  # what lies under a pill: S1 frames show it strongly dimmed
OUTLINE_PX = {"outline": 2.0, "thin": 1.0}
BAR_DEG = (6.0, 0.42)
_BINDING = re.compile(r"\{([^}]+)\}")


def lay_out(state: HudState, documents: Mapping[str, HudDocument], display: Display) -> DisplayList:
    """Return what is drawn on ``display``; empty when it is off."""
    drawing = _Drawing(display, dict(state.status))
    slots = [slot for slot in state.visible if slot.screen in documents]
    for number, slot in enumerate(slots):
        over = documents[slots[-1].screen].beneath if number < len(slots) - 1 else "keep"
        if over != "hide":
            drawing.draw(documents[slot.screen], slot, BENEATH_DIM if over == "dim" else 1.0)
    return drawing.result()


def preview(document: HudDocument, sample: str, display: Display) -> DisplayList:
    """Return the picture of ``document`` with one of its samples: no app, no session."""
    drawing = _Drawing(display, {"time": "09:41", "battery": "86%", "level": 0.86})
    drawing.draw(document, Slot("preview", "app", document.id, document.samples[sample]), 1.0)
    return drawing.result()


class _Drawing:
    """Collects operations and elements of one picture."""

    def __init__(self, display: Display, status: Mapping[str, Any]) -> None:
        self._display, self._status = display, {f"status.{key}": value for key, value in status.items()}
        self._ppd = display.px_per_deg
        self._ops: list[Op] = []
        self._elements: list[Element] = []
        self._missing = ""
        self._dim = 1.0
        self._data: dict[str, Any] = {}

    def result(self) -> DisplayList:
        return DisplayList(tuple(self._ops), tuple(self._elements), self._display.canvas_px, self._missing)

    def draw(self, document: HudDocument, slot: Slot, dim: float) -> None:
        self._dim, self._data = dim, {**self._status, **slot.data}
        x, y, w, h = self._display.safe_area_px or (0, 0, *self._display.canvas_px)
        margin = MARGIN_DEG * self._ppd
        room = Box(x + margin, y + margin, w - 2 * margin, h - 2 * margin)
        if not self._there(document.root):
            return
        height = room.h if document.anchor == "fill" else min(room.h, self._size(document.root, room.w)[1])
        top = {"bottom": room.h - height, "center": (room.h - height) / 2}.get(document.anchor, 0.0)
        self._place(document.root, Box(room.x, room.y + top, room.w, height))

    # --- what is there ---

    def _there(self, node: Node) -> bool:
        canvas_px = self._display.canvas_px[0]
        wide = canvas_px >= node.from_width.px(self._ppd, canvas_px)
        narrow = node.to_width is None or canvas_px < node.to_width.px(self._ppd, canvas_px)
        return wide and narrow and all(self._holds(condition) for condition in node.conditions)

    def _holds(self, condition: Condition) -> bool:
        value = self._value(condition.bind)
        return (value in condition.values if condition.values else bool(value)) != condition.negated

    def _value(self, name: str) -> Any:
        if name.endswith(".position"):
            return int(self._data.get(name.removesuffix(".position"), 0)) + 1
        return self._data.get(name, "")

    def _words(self, node: Text) -> str:
        return _BINDING.sub(lambda found: str(self._value(found[1])), node.format)

    def _entries(self, node: Repeat) -> list[tuple[Node, dict[str, Any]]]:
        entries = self._value(node.bind) or []
        index = int(self._value(node.index) or 0) if node.index else -1
        shown = min(node.window, len(entries))
        if node.ring:
            numbers = [(index + k - shown // 2) % len(entries) for k in range(shown)]
        else:
            first = max(0, min(index - node.window // 2, len(entries) - node.window))
            numbers = list(range(first, first + shown))
        found = []
        for number in numbers:
            values = {f"item.{key}": value for key, value in entries[number].items()} | {"item.number": number + 1}
            found.append((node.selected if number == index else node.item, values))
        return found

    def _children(self, node: Node) -> list[tuple[Node, dict[str, Any]]]:
        if isinstance(node, Repeat):
            return [(item, values) for item, values in self._entries(node) if self._with(values, self._there, item)]
        return [(item, {}) for item in node.items if self._there(item)] if isinstance(node, Group) else []

    def _with(self, values: Mapping[str, Any], do: Any, *args: Any) -> Any:
        """Call ``do`` while the bindings of a list entry hold."""
        outer, self._data = self._data, {**self._data, **values}
        try:
            return do(*args)
        finally:
            self._data = outer

    # --- how large ---

    def _pads(self, node: Node) -> tuple[float, float]:
        return node.pad[0].px(self._ppd, 0), node.pad[1].px(self._ppd, 0)

    def _size(self, node: Node, room_w: float) -> tuple[float, float]:
        """Return width and height that ``node`` wants in ``room_w``."""
        pad_y, pad_x = self._pads(node)
        fixed = node.width.px(self._ppd, room_w) if node.width else None
        inner = (fixed if fixed is not None else room_w) - 2 * pad_x
        w, h = self._content(node, max(0.0, inner))
        w = fixed if fixed is not None else min(room_w, w + 2 * pad_x)
        return w, node.height.px(self._ppd, self._display.canvas_px[1]) if node.height else h + 2 * pad_y

    def _content(self, node: Node, room_w: float) -> tuple[float, float]:
        match node:
            case Text():
                style, lines, _ = self._lines(node, room_w)
                em = style.em_deg * self._ppd
                return max((shape(line, style.bold).advance_em for line in lines), default=0.0) * em, len(
                    lines
                ) * style.line_em * em
            case Icon(size=size):
                return size.px(self._ppd, room_w), size.px(self._ppd, room_w)
            case Bar():
                return min(room_w, BAR_DEG[0] * self._ppd), BAR_DEG[1] * self._ppd
            case Group() | Repeat():
                return self._group_size(node, room_w)
        return 0.0, 0.0

    def _group_size(self, node: Group | Repeat, room_w: float) -> tuple[float, float]:
        sizes = self._sizes(node, room_w)
        gaps = node.gap.px(self._ppd, room_w) * max(0, len(sizes) - 1)
        widths, heights = [w for w, _ in sizes], [h for _, h in sizes]
        if _direction(node) == "row":
            return min(room_w, sum(widths) + gaps), max(heights, default=0.0)
        if _direction(node) == "stack":
            return max(widths, default=0.0), max(heights, default=0.0)
        return max(widths, default=0.0), sum(heights) + gaps

    def _sizes(self, node: Group | Repeat, room_w: float) -> list[tuple[float, float]]:
        """Return the size of each child; in a row what is too wide shrinks, the widest first."""
        children = self._children(node)
        sizes = [self._with(values, self._size, child, room_w) for child, values in children]
        if _direction(node) != "row":
            return sizes
        left = room_w - node.gap.px(self._ppd, room_w) * max(0, len(sizes) - 1)
        while sizes and sum(w for w, _ in sizes) > left + 0.01:
            widest = max(range(len(sizes)), key=lambda k: sizes[k][0])
            target = sizes[widest][0] - (sum(w for w, _ in sizes) - left)
            child, values = children[widest]
            w, h = self._with(values, self._size, replace(child, width=None), max(0.0, target))
            sizes[widest] = (min(w, max(0.0, target)), h)
            if target <= 0:
                break
        return sizes

    def _lines(self, node: Text, room_w: float) -> tuple[Style, list[str], bool]:
        style, words = STYLES[node.style], self._words(node)
        em_room = (room_w + 0.01) / (style.em_deg * self._ppd)
        if not words:
            return style, [], False
        lines = break_lines(words, em_room, style.bold) if node.max_lines > 1 else [words]
        if node.scroll:
            first = min(int(self._value(node.scroll) or 0), max(0, len(lines) - node.max_lines))
            return style, lines[first : first + node.max_lines], False
        over = len(lines) > node.max_lines
        if over:
            lines = [*lines[: node.max_lines - 1], "".join(lines[node.max_lines - 1 :])]
        kept = [cut(line, em_room, style.bold) for line in lines]
        return style, kept, kept != lines

    # --- where ---

    def _place(self, node: Node, box: Box) -> None:
        pad_y, pad_x = self._pads(node)
        if node.box != "none":
            level = (LEVELS["dim"] if node.box == "filled" else LEVELS[node.brightness]) * self._dim
            self._ops.append(Frame(box, node.radius.px(self._ppd, 0), OUTLINE_PX.get(node.box, 0.0), level))
        inner = Box(box.x + pad_x, box.y + pad_y, max(0.0, box.w - 2 * pad_x), max(0.0, box.h - 2 * pad_y))
        level = LEVELS[node.brightness] * self._dim
        match node:
            case Text():
                self._place_text(node, inner, level)
            case Icon():
                self._place_icon(node, inner, level)
            case Bar():
                self._place_bar(node, inner, level)
            case Reticle():
                self._place_reticle(node, inner, level)
            case Group() | Repeat():
                self._place_children(node, inner)
            case Spacer():
                pass
        if node.id and not isinstance(node, Text):
            self._elements.append(Element(node.id, "", box, level))

    def _place_children(self, node: Group | Repeat, box: Box) -> None:
        children, sizes, direction = self._children(node), self._sizes(node, box.w), _direction(node)
        gap, row = node.gap.px(self._ppd, box.w), direction == "row"
        align = node.items_align if isinstance(node, Group) else "center" if row else "stretch"
        justify = node.justify if isinstance(node, Group) else "start"
        along = [size[0 if row else 1] for size in sizes]
        free = (box.w if row else box.h) - sum(along) - gap * max(0, len(sizes) - 1)
        grow = sum(child.grow for child, _ in children)
        if direction != "stack" and grow and free > 0:
            along = [a + free * child.grow / grow for a, (child, _) in zip(along, children, strict=True)]
            free = 0.0
        at = {"center": free / 2, "end": free}.get(justify, 0.0) if free > 0 and direction != "stack" else 0.0
        if justify == "between" and free > 0 and len(sizes) > 1:
            gap += free / (len(sizes) - 1)
        for (child, values), (w, h), a in zip(children, sizes, along, strict=True):
            how = child.align or align
            if row:
                y, height = _across(box.y, box.h, h, how)
                placed = Box(box.x + at, y, a, height)
            elif direction == "stack":
                x, width = _across(box.x, box.w, w, how)
                y, height = _across(box.y, box.h, h, how)
                placed = Box(x, y, width, height)
            else:
                x, width = _across(box.x, box.w, w, how)
                placed = Box(x, box.y + at, width, a)
            self._with(values, self._place, child, placed)
            at += 0.0 if direction == "stack" else a + gap

    def _place_text(self, node: Text, box: Box, level: float) -> None:
        style, lines, was_cut = self._lines(node, box.w)
        em, line_px = style.em_deg * self._ppd, style.line_em * style.em_deg * self._ppd
        top = box.y + max(0.0, (box.h - len(lines) * line_px) / 2)
        for number, line in enumerate(lines):
            shaped = shape(line, style.bold)
            self._missing += shaped.missing
            spare = box.w - shaped.advance_em * em
            x = box.x + {"center": spare / 2, "end": spare}.get(node.text_align, 0.0)
            baseline = top + number * line_px + (line_px - em) / 2 + ASCENT_EM * em
            self._ops.append(Glyphs(x, baseline, em, style.bold, shaped.glyphs, shaped.xs_em, line, level))
        if lines or node.id:
            self._elements.append(Element(node.id, self._words(node), box, level, was_cut))

    def _place_icon(self, node: Icon, box: Box, level: float) -> None:
        drawing = icons().get(node.name or str(self._value(node.bind)))
        if drawing is None:
            return
        side = min(box.w, box.h)
        scale, x, y = side / GRID, box.x + (box.w - side) / 2, box.y + (box.h - side) / 2
        if drawing.strokes:
            self._ops.append(Path(x, y, scale, drawing.strokes, max(1.5, STROKE * scale), level))
        if drawing.fills:
            self._ops.append(Path(x, y, scale, drawing.fills, 0.0, level))
        if node.level and drawing.level:
            lx, ly, lw, lh = drawing.level
            full = Box(x + lx * scale, y + ly * scale, lw * scale * float(self._value(node.level) or 0), lh * scale)
            self._ops.append(Frame(full, 0.0, 0.0, level))

    def _place_bar(self, node: Bar, box: Box, level: float) -> None:
        radius = box.h / 2
        self._ops.append(Frame(box, radius, OUTLINE_PX["outline"], LEVELS["dim"] * self._dim))
        share = min(1.0, max(0.0, float(self._value(node.bind) or 0)))
        inset = box.h * 0.28
        full = Box(box.x + inset, box.y + inset, max(0.0, (box.w - 2 * inset) * share), box.h - 2 * inset)
        if full.w > 0:
            self._ops.append(Frame(full, full.h / 2, 0.0, level))

    def _place_reticle(self, node: Reticle, box: Box, level: float) -> None:
        arm = node.arm.px(self._ppd, box.w)
        for x, dx in ((box.x, arm), (box.x + box.w, -arm)):
            for y, dy in ((box.y, arm), (box.y + box.h, -arm)):
                corner = (("M", (x + dx, y)), ("L", (x, y)), ("L", (x, y + dy)))
                self._ops.append(Path(0.0, 0.0, 1.0, corner, OUTLINE_PX["outline"], level))


def _direction(node: Group | Repeat) -> str:
    return node.kind if isinstance(node, Group) else node.direction


def _across(start: float, room: float, wanted: float, how: str) -> tuple[float, float]:
    """Return start and length of a child across its row or column."""
    if how == "stretch":
        return start, room
    wanted = min(wanted, room)
    return start + {"center": (room - wanted) / 2, "end": room - wanted}.get(how, 0.0), wanted
