"""HudState and its fold: the only place that decides what is on the display.

A transient (pill, card, bar, toast, the assistant's turn) stands over the app, the app over the launcher; of several
transients the one shown last is on top. Values of the ``status`` layer (time, battery) may be bound by any screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from emulator.core.events import DisplayLit, DisplaySlept, HudHidden, HudShown, PowerChanged
from emulator.core.log import Record

LAYERS = ("launcher", "app", "transient")


@dataclass(frozen=True, slots=True)
class Slot:
    """What one app shows in one layer."""

    app: str
    layer: str
    screen: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class HudState:
    """All that the wearer could see: whether the display is lit, slots from oldest to newest, status values."""

    lit: bool = False
    slots: tuple[Slot, ...] = ()
    status: Mapping[str, Any] = field(default_factory=dict)

    @property
    def visible(self) -> tuple[Slot, ...]:
        """The slots on the display from back to front: app or launcher, then the newest transient."""
        if not self.lit:
            return ()
        newest = {slot.layer: slot for slot in self.slots}
        base = newest.get("app") or newest.get("launcher")
        return tuple(slot for slot in (base, newest.get("transient")) if slot is not None)


def reduce(state: HudState, record: Record) -> HudState:
    """Return the state after ``record``; pure, so any moment can be rebuilt from the log."""
    match record.event:
        case DisplayLit():
            return replace(state, lit=True)
        case DisplaySlept():
            return replace(state, lit=False)
        case PowerChanged(state="off"):
            return HudState()
        case HudShown(layer="status", data=data):
            return replace(state, status=data)
        case HudShown(app=app, screen=screen, layer=layer, data=data):
            return replace(state, slots=(*_others(state, app, layer), Slot(app, layer, screen, data)))
        case HudHidden(app=app, layer=layer):
            others = _others(state, app, layer)
            return state if len(others) == len(state.slots) else replace(state, slots=others)
    return state


def _others(state: HudState, app: str, layer: str) -> tuple[Slot, ...]:
    return tuple(slot for slot in state.slots if (slot.app, slot.layer) != (app, layer))
