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


@dataclass(frozen=True, slots=True)
class Slot:
    """What one app shows in one layer; ``shown_ns`` is when this screen came, newer data for it do not change that."""

    app: str
    layer: str
    screen: str
    data: Mapping[str, Any]
    shown_ns: int = 0


@dataclass(frozen=True, slots=True)
class HudState:
    """All that the wearer could see.

    Attributes:
        lit: Whether the display is on.
        slots: What the apps show, from oldest to newest.
        status: Values for every screen.
        leaving: The slot that was visible and is shown no more, with the time: it may be fading out.
    """

    lit: bool = False
    slots: tuple[Slot, ...] = ()
    status: Mapping[str, Any] = field(default_factory=dict)
    leaving: tuple[tuple[Slot, int], ...] = ()

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
            return replace(state, lit=False, leaving=())
        case PowerChanged(state="off"):
            return HudState()
        case HudShown(layer="status", data=data):
            return replace(state, status=data)
        case HudShown(app=app, screen=screen, layer=layer, data=data):
            return _shown(state, Slot(app, layer, screen, data, record.t_ns))
        case HudHidden(app=app, layer=layer):
            return _hidden(state, app, layer, record.t_ns)
    return state


def _shown(state: HudState, slot: Slot) -> HudState:
    old = _slot(state, slot.app, slot.layer)
    if old is not None and old.screen == slot.screen:
        slot = replace(slot, shown_ns=old.shown_ns)
    return replace(state, slots=(*_others(state, old), slot))


def _hidden(state: HudState, app: str, layer: str, t_ns: int) -> HudState:
    old = _slot(state, app, layer)
    if old is None:
        return state
    seen = any(slot is old for slot in state.visible)
    return replace(state, slots=_others(state, old), leaving=((old, t_ns),) if seen else state.leaving)


def _slot(state: HudState, app: str, layer: str) -> Slot | None:
    return next((slot for slot in state.slots if (slot.app, slot.layer) == (app, layer)), None)


def _others(state: HudState, old: Slot | None) -> tuple[Slot, ...]:
    return tuple(slot for slot in state.slots if slot is not old)
