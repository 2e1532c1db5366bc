"""Events of controls, wear and head, settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.core.events.base import Event


@dataclass(frozen=True, slots=True)
class GestureRecognized(Event, topic="gesture.recognized"):
    """A control was used. ``gesture`` is one of ``controls.py``'s names, for example ``double-tap``."""

    control: str
    gesture: str


@dataclass(frozen=True, slots=True)
class WearChanged(Event, topic="wear.changed"):
    """The wear sensor sees a head, or not any more."""

    worn: bool


@dataclass(frozen=True, slots=True)
class HeadMoved(Event, topic="head.moved"):
    """The motion sensor recognised ``up``, ``down``, ``nod`` or ``shake``."""

    motion: str


@dataclass(frozen=True, slots=True)
class SettingChanged(Event, topic="setting.changed"):
    """A device setting has a new value (see ``devices/settings.py``)."""

    key: str
    value: Any
