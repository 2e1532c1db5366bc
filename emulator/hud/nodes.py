"""Nodes of a HUD document: what a designer wrote, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.hud.picture import Picture
from emulator.hud.sizes import NO_PAD, NONE, Size

RADIUS, ICON, ARM, QR = Size(0.3, "deg"), Size(0.75, "deg"), Size(1.0, "deg"), Size(6.0, "deg")  # if not given


@dataclass(frozen=True, slots=True)
class Condition:
    """When a node is there: the value of ``bind`` is one of ``values`` (or true, if empty); ``negated`` turns it round."""

    bind: str
    values: tuple[Any, ...] = ()
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """What every kind of node has.

    Attributes:
        id: Name for flows and tests, for example ``turn.answer``; "" for none.
        conditions: All must hold, or the node is not there.
        from_width: Least width of the canvas it is there on.
        to_width: It is there on narrower canvases only.
        width: Fixed width; None for its content's.
        height: Fixed height; None for its content's.
        min_width: Least width.
        min_height: Least height.
        grow: Weight with which it takes space that is left over in a row or column.
        align: Where it stands across a row or column: ``start``, ``center``, ``end``, ``stretch``; "" as the parent says.
        box: ``none``, ``outline``, ``thin`` or ``filled``.
        radius: Radius of the box's corners.
        pad: Space inside the box: vertical, horizontal.
        brightness: ``bright``, ``mid``, ``dim``.
        cover: Whether what lies beneath its box is hidden, as it is beneath every ``box``.
    """

    id: str = ""
    conditions: tuple[Condition, ...] = ()
    from_width: Size = NONE
    to_width: Size | None = None
    width: Size | None = None
    height: Size | None = None
    min_width: Size = NONE
    min_height: Size = NONE
    grow: float = 0.0
    align: str = ""
    box: str = "none"
    radius: Size = RADIUS
    pad: tuple[Size, Size] = NO_PAD
    brightness: str = "mid"
    cover: bool = False


@dataclass(frozen=True, slots=True)
class Group(Node):
    """``column``, ``row`` or ``stack`` of nodes; ``align`` and ``justify`` place the items."""

    kind: str = "column"
    items: tuple[Node, ...] = ()
    gap: Size = NONE
    items_align: str = "start"
    justify: str = "start"


@dataclass(frozen=True, slots=True)
class Text(Node):
    """Words: the value of a binding, or fixed ones with ``{bindings}`` in them.

    Attributes:
        format: The words.
        style: Name of a style (``sizes.py``).
        max_lines: What needs more is cut and ends in an ellipsis.
        scroll: Binds the number of the first line shown; nothing is cut then, arrows say that there is more.
        text_align: Where lines stand in the box.
        private: Whether recordings show a bar in their place.
    """

    format: str = ""
    style: str = "body"
    max_lines: int = 1
    scroll: str = ""
    text_align: str = "start"
    private: bool = False


@dataclass(frozen=True, slots=True)
class Icon(Node):
    """A drawing by name; ``level`` binds how full it is (battery)."""

    name: str = ""
    bind: str = ""
    size: Size = ICON
    level: str = ""


@dataclass(frozen=True, slots=True)
class Qr(Node):
    """The QR code of a value, ``size`` wide with its quiet zone; what is dark in print is clear on the lens."""

    bind: str = ""
    size: Size = QR


@dataclass(frozen=True, slots=True)
class Bar(Node):
    """An outlined bar, filled from the left by a value in [0, 1]."""

    bind: str = ""


@dataclass(frozen=True, slots=True)
class Reticle(Node):
    """Four corners."""

    arm: Size = ARM


@dataclass(frozen=True, slots=True)
class Image(Node):
    """A picture from a file; one of width and height is enough."""

    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Map(Node):
    """Streets, a route and where the wearer is, from a value (``map_data.py``); one of width and height is enough."""

    bind: str = ""


@dataclass(frozen=True, slots=True)
class Spacer(Node):
    """Nothing, with a size."""


@dataclass(frozen=True, slots=True)
class Repeat(Node):
    """``list``: ``item`` for each entry of a bound list, ``selected`` for the one at ``index``.

    Attributes:
        bind: The list.
        index: Binding of the selected position.
        window: At most so many entries are shown, around the selected one.
        ring: The selected entry stands in the middle, the first follows the last.
        direction: ``row`` or ``column``.
        items_align: Where entries stand across it.
        item: What to draw for an entry.
        selected: What to draw for the selected one.
        gap: Space between entries.
    """

    bind: str = ""
    index: str = ""
    window: int = 5
    ring: bool = False
    direction: str = "column"
    items_align: str = "stretch"
    item: Node = field(default_factory=Node)
    selected: Node = field(default_factory=Node)
    gap: Size = NONE


@dataclass(frozen=True, slots=True, eq=False)
class HudDocument:
    """One screen; two are the same only if they are one.

    Attributes:
        id: Its name, ``hud:`` in the file.
        root: The tree.
        anchor: ``top``, ``bottom``, ``center`` or ``fill`` of the safe area.
        beneath: What happens to the screens below it: ``dim``, ``hide`` or ``keep``.
        samples: Data by name.
        states: Names of samples that show every state of the screen.
        enter_ms: Time to fade in; 0 for at once.
        leave_ms: Time to fade out; 0 for at once.
        text: The file's whole text.
        path: The file.
    """

    id: str
    root: Node
    anchor: str
    beneath: str
    samples: Mapping[str, Mapping[str, Any]]
    states: tuple[str, ...]
    enter_ms: float
    leave_ms: float
    text: str
    path: str

    @property
    def bindings(self) -> tuple[str, ...]:
        """Names of the values that an app may give."""
        return tuple(sorted({name for sample in self.samples.values() for name in sample}))
