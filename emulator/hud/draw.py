"""Draw: placed items become operations and elements of a display list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from emulator.hud.boxes import Boxes, Placed
from emulator.hud.display_list import Bitmap, Box, Element, Frame, Glyphs, Op, Path
from emulator.hud.icons import GRID, STROKE, icons
from emulator.hud.map_draw import map_ops
from emulator.hud.nodes import Bar, Icon, Image, Qr, Reticle, Text
from emulator.hud.picture import grey
from emulator.hud.qr_code import light_runs
from emulator.hud.sizes import LEVELS, STYLES
from emulator.hud.text import ASCENT_EM, shape
from emulator.hud.tree import Item, Maps

OUTLINE_PX = {"outline": 2.0, "thin": 1.0}
ICON_LEAST_PX = 1.5  # thinnest stroke of an icon
ARROW = {"up": (("M", (0.0, 0.5)), ("L", (0.35, 0.15)), ("L", (0.7, 0.5))), "down": (("M", (0.0, 0.15)), ("L", (0.35, 0.5)), ("L", (0.7, 0.15)))}  # fmt: skip


class Piece(NamedTuple):
    """What one item draws when its code values are scaled by ``share``; ``missing`` are characters without a glyph."""

    share: float
    ops: tuple[Op, ...]
    elements: tuple[Element, ...]
    missing: str


Drawn = dict[Placed, Piece]


class Drawing:
    """Collects operations, elements and missing characters of one picture."""

    def __init__(self, px_per_deg: float, *, colour: bool) -> None:
        self._ppd, self._colour = px_per_deg, colour
        self.ops: list[Op] = []
        self.elements: list[Element] = []
        self.missing = ""

    def add(
        self, placed: Sequence[Placed], boxes: Boxes, dim: Callable[[Box], float], maps: Maps, drawn: Drawn
    ) -> None:
        """Draw what ``boxes`` placed.

        Args:
            placed: Items and their boxes.
            boxes: Measured them.
            dim: Says by how much an item's code values are scaled, in [0, 1].
            maps: What the maps among the items show.
            drawn: What was drawn for items before; it grows.
        """
        for place in placed:
            item, box = place
            share = dim(box)
            if share <= 0.0:
                continue
            piece = drawn.get(place)
            if piece is None or piece.share != share:
                piece = drawn[place] = self._piece(item, box, boxes, share)
            self.ops += piece.ops
            self.elements += piece.elements
            if piece.missing:
                self.missing = "".join(dict.fromkeys(self.missing + piece.missing))
            if maps and item in maps:
                self.ops += map_ops(maps[item], boxes.inner(item, box), self._ppd, share)

    def _piece(self, item: Item, box: Box, boxes: Boxes, share: float) -> Piece:
        """Return what one item draws, but for what a map shows."""
        alone = Drawing(self._ppd, colour=self._colour)
        alone._item(item, box, boxes, share)
        return Piece(share, tuple(alone.ops), tuple(alone.elements), alone.missing)

    def _item(self, item: Item, box: Box, boxes: Boxes, dim: float) -> None:
        node = item.node
        level = LEVELS[node.brightness] * dim
        if node.box != "none":
            filled = LEVELS["dim"] * dim if node.box == "filled" else level
            radius = min(node.radius.px(self._ppd, 0.0), box.w / 2, box.h / 2)
            self.ops.append(Frame(box, radius, OUTLINE_PX.get(node.box, 0.0), filled))
        inner = boxes.inner(item, box)
        match node:
            case Text():
                cut = self._text(item, node, inner, boxes, level)
                if item.words or node.id:
                    self.elements.append(Element(node.id, item.words, box, level, cut, node.private))
                return
            case Icon():
                self._icon(item, node, inner, level)
            case Image():
                self._image(node, inner, level)
            case Qr():
                cut = self._qr(item.words, inner, level)
                self.elements.append(Element(node.id, item.words, box, level, cut))
                return
            case Bar():
                self._bar(item, inner, level, LEVELS["dim"] * dim)
            case Reticle():
                self._reticle(node, inner, level)
        if node.id:
            self.elements.append(Element(node.id, "", box, level))

    def _text(self, item: Item, node: Text, box: Box, boxes: Boxes, level: float) -> bool:
        """Draw the lines of a text in the middle of its box's height; return whether words were left out."""
        style = STYLES[node.style]
        em = style.em_deg * self._ppd
        above = below = cut = False
        if node.scroll:
            lines, above, below = boxes.scrolled(item, (box.w, box.h))
        else:
            lines, cut = boxes.lines(item, (box.w, box.h))
        top = box.y + (box.h - len(lines) * style.line_em * em) / 2
        for number, line in enumerate(lines):
            shaped = shape(line, style.bold)
            self.missing = "".join(dict.fromkeys(self.missing + shaped.missing))
            spare = box.w - shaped.advance_em * em
            x = box.x + {"center": spare / 2, "end": spare}.get(node.text_align, 0.0)
            y = top + (number * style.line_em + (style.line_em - 1) / 2 + ASCENT_EM) * em
            self.ops.append(Glyphs(x, y, em, style.bold, shaped.glyphs, shaped.xs_em, line, level))
        for there, way, y in ((above, "up", top), (below, "down", top + len(lines) * style.line_em * em - 0.8 * em)):
            if there:
                stroke = max(ICON_LEAST_PX, em / 12)
                self.ops.append(Path(box.x + box.w - 0.8 * em, y, em, ARROW[way], stroke, level))
        return cut

    def _icon(self, item: Item, node: Icon, box: Box, level: float) -> None:
        drawing = icons().get(item.words)
        if drawing is None:
            return
        side = min(box.w, box.h, node.size.px(self._ppd, box.w))
        scale, x, y = side / GRID, box.x + (box.w - side) / 2, box.y + (box.h - side) / 2
        if drawing.strokes:
            self.ops.append(Path(x, y, scale, drawing.strokes, max(ICON_LEAST_PX, STROKE * scale), level))
        if drawing.fills:
            self.ops.append(Path(x, y, scale, drawing.fills, 0.0, level))
        if node.level and drawing.level:
            left, top, wide, high = (number * scale for number in drawing.level)
            self.ops.append(Frame(Box(x + left, y + top, wide * item.value, high), 0.0, 0.0, level))

    def _image(self, node: Image, box: Box, level: float) -> None:
        """Draw a picture as large as its box lets it be, in its own shape."""
        picture = node.picture
        if picture is None:
            return
        scale = min(box.w / picture.width, box.h / picture.height)
        w, h = picture.width * scale, picture.height * scale
        place = Box(box.x + (box.w - w) / 2, box.y + (box.h - h) / 2, w, h)
        self.ops.append(Bitmap(place, picture if self._colour else grey(picture), level))

    def _qr(self, words: str, box: Box, level: float) -> bool:
        """Draw the light modules of a QR code on whole pixels; return whether there is no room for it."""
        side, runs = light_runs(words)
        module = int(min(box.w, box.h)) // side if side else 0
        left, top = round(box.x + (box.w - side * module) / 2), round(box.y + (box.h - side * module) / 2)
        if module:
            for x, y, count in runs:
                place = Box(left + x * module, top + y * module, count * module, module)
                self.ops.append(Frame(place, 0.0, 0.0, level))
        return bool(words) and not module

    def _bar(self, item: Item, box: Box, level: float, outline: float) -> None:
        self.ops.append(Frame(box, min(box.w, box.h) / 2, OUTLINE_PX["outline"], outline))
        inset = box.h * 0.28
        full = Box(box.x + inset, box.y + inset, max(0.0, (box.w - 2 * inset) * item.value), box.h - 2 * inset)
        if full.w > 0:
            self.ops.append(Frame(full, min(full.w, full.h) / 2, 0.0, level))

    def _reticle(self, node: Reticle, box: Box, level: float) -> None:
        arm, inset = min(node.arm.px(self._ppd, box.w), box.w / 2, box.h / 2), OUTLINE_PX["outline"] / 2
        for x, dx in ((box.x + inset, arm), (box.x + box.w - inset, -arm)):
            for y, dy in ((box.y + inset, arm), (box.y + box.h - inset, -arm)):
                corner = (("M", (x + dx, y)), ("L", (x, y)), ("L", (x, y + dy)))
                self.ops.append(Path(0.0, 0.0, 1.0, corner, OUTLINE_PX["outline"], level))
