"""From state and documents to a display list: the screens that are visible, one over the other, as they fade."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from typing import NamedTuple

from emulator.core.profile import Display
from emulator.core.units import MS
from emulator.hud.boxes import ARROW_EM, Boxes, Placed
from emulator.hud.display_list import Box, DisplayList
from emulator.hud.draw import Drawing, Drawn
from emulator.hud.lines import break_lines
from emulator.hud.nodes import HudDocument
from emulator.hud.sizes import STYLES, px_per_deg
from emulator.hud.state import HudState, Slot
from emulator.hud.tree import Items, Maps, Tree

MARGIN_DEG = 0.45
MOST_REMEMBERED = 1_000  # sizes and places of one document; a screen has 20 to 60 items, and some of each
BENEATH_LEVEL = {"dim": 0.35, "hide": 0.0, "keep": 1.0}  # S1 frames show what lies under a pill strongly dimmed
STATUS = {"time": "09:41", "battery": "86%", "level": 0.86}


class _Memory:
    """What earlier pictures of one document left: of what did not change nothing is computed again."""

    def __init__(self, display: Display) -> None:
        self._ppd = px_per_deg(display)
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self.boxes = Boxes(self._ppd)
        self.items = Items()
        self.drawn: Drawn = {}

    @property
    def full(self) -> bool:
        """Whether it is time to begin anew, so that a long session does not grow."""
        return max(self.items.remembered, len(self.drawn), self.boxes.remembered) > MOST_REMEMBERED


class _Screen(NamedTuple):
    """A screen in its place: its items from back to front, what measured them, and boxes that hide what is beneath."""

    placed: tuple[Placed, ...]
    maps: Maps
    memory: _Memory
    covers: tuple[Box, ...]


class _Same(NamedTuple):
    """What a screen's place depends on; equal only if all of it is the same objects."""

    document: HudDocument
    slot: Slot
    status: Mapping[str, object]
    display: Display

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and all(mine is theirs for mine, theirs in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(map(id, self)))


class _Seen(NamedTuple):
    """A screen that is drawn, how far it has faded in, in [0, 1], and how bright things are beneath it at the end."""

    screen: _Screen
    level: float
    beneath: float


def lay_out(
    state: HudState, documents: Mapping[str, HudDocument], display: Display, at_ns: int | None = None
) -> DisplayList:
    """Return what is drawn on ``display``; empty when it is off.

    Args:
        state: What the apps show.
        documents: Screens by id.
        display: The display to lay out for.
        at_ns: The moment, for screens that are fading; None for the picture when all fades are over.
    """
    drawing = Drawing(px_per_deg(display), colour=display.colour == "rgb")
    seen: list[_Seen] = []
    for slot, level in _levels(state, documents, at_ns):
        if level > 0.0:
            document = documents[slot.screen]
            screen = _screen(_Same(document, slot, state.status, display))
            seen.append(_Seen(screen, level, BENEATH_LEVEL[document.beneath]))
    for number, each in enumerate(seen):
        screen, over = each.screen, seen[number + 1 :]
        dim = partial(_shining, each.level, over) if over else partial(_alone, each.level)
        drawing.add(screen.placed, screen.memory.boxes, dim, screen.maps, screen.memory.drawn)
    return DisplayList(tuple(drawing.ops), tuple(drawing.elements), display.canvas_px, drawing.missing)


def preview(document: HudDocument, sample: str, display: Display) -> DisplayList:
    """Return the picture of ``document`` with one of its samples: no app, no session."""
    slot = Slot("preview", "app", document.id, document.samples[sample])
    return lay_out(HudState(True, (slot,), STATUS), {document.id: document}, display)


def fading_until_ns(state: HudState, documents: Mapping[str, HudDocument]) -> int:
    """Return when the last fade of ``state`` ends; at 0, or any time that is past, the picture stands still."""
    ends = [0]
    for slot in state.visible:
        if slot.screen in documents:
            ends.append(slot.shown_ns + round(documents[slot.screen].enter_ms * MS))
    for slot, hidden_ns in state.leaving:
        if slot.screen in documents:
            ends.append(hidden_ns + round(documents[slot.screen].leave_ms * MS))
    return max(ends) if state.lit else 0


def scroll_room(text: str, style: str, max_lines: int, display: Display) -> int:
    """Return how many lines a scrolling text can move up, if it goes across the safe area and shows ``max_lines``."""
    look = STYLES[style]
    width_em = safe_room(display).w / (look.em_deg * px_per_deg(display)) - 2 * ARROW_EM
    return max(0, len(break_lines(text, width_em, look.bold)) - max_lines)


def _levels(state: HudState, documents: Mapping[str, HudDocument], at_ns: int | None) -> Iterator[tuple[Slot, float]]:
    """Yield the slots to draw, from back to front, and how far each has faded in, in [0, 1]."""
    for slot in state.visible:
        if slot.screen in documents:
            yield slot, _entered(slot, documents[slot.screen], at_ns)
    if at_ns is None or not state.lit:
        return
    for slot, hidden_ns in state.leaving:
        if slot.screen in documents:
            yield slot, 1.0 - _share(at_ns - hidden_ns, documents[slot.screen].leave_ms)


def _alone(level: float, _: Box) -> float:
    return level


def _shining(shining: float, over: list[_Seen], box: Box) -> float:
    """Return by how much code values in ``box`` of a screen are scaled by its own fade and the screens over it."""
    for other in over:
        if any(cover.meets(box) for cover in other.screen.covers):
            shining *= max(0.0, 1.0 - 2.0 * other.level)  # out of the way before the words over it are bright
        else:
            shining *= 1.0 - other.level * (1.0 - other.beneath)
    return shining


def _entered(slot: Slot, document: HudDocument, at_ns: int | None) -> float:
    return 1.0 if at_ns is None else _share(at_ns - slot.shown_ns, document.enter_ms)


def _share(passed_ns: int, fade_ms: float) -> float:
    """Return how far a fade is, in [0, 1]."""
    return min(1.0, max(0.0, passed_ns / (fade_ms * MS))) if fade_ms else 1.0


@lru_cache(maxsize=8)
def _screen(same: _Same) -> _Screen:
    """Return where everything of a screen stands; remembered, as what lies beneath or fades is drawn again and again."""
    document, slot, status, display = same
    ppd = px_per_deg(display)
    data = {f"status.{key}": value for key, value in status.items()} | dict(slot.data)
    memory = _memory(document, display)
    if memory.full:
        memory.forget()
    tree, room = Tree(data, display.canvas_px[0], ppd, memory.items), safe_room(display)
    root = tree.item(document.root)
    if root is None:
        return _Screen((), {}, memory, ())
    w, h = memory.boxes.size(root, (room.w, room.h))
    w = w if root.node.width else room.w
    h = room.h if document.anchor == "fill" and not root.node.height else h
    top = {"bottom": room.h - h, "center": (room.h - h) / 2}.get(document.anchor, 0.0)
    placed = memory.boxes.place(root, Box(room.x + (room.w - w) / 2, room.y + top, w, h))
    covers = tuple(box for item, box in placed if item.node.cover or item.node.box != "none")
    return _Screen(placed, tree.maps, memory, covers)


@lru_cache(maxsize=16)
def _memory(_: HudDocument, display: Display) -> _Memory:
    """Return the memory of one document on one display: the same one each time."""
    return _Memory(display)


def safe_room(display: Display) -> Box:
    """Return the part of the canvas that screens are drawn in: the safe area without a margin."""
    x, y, w, h = display.safe_area_px or (0, 0, *display.canvas_px)
    margin = MARGIN_DEG * px_per_deg(display)
    return Box(x + margin, y + margin, w - 2 * margin, h - 2 * margin)
