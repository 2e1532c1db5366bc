"""Event and Action: the only two things that travel through the emulator.

An event is a frozen dataclass of JSON values with ``topic="noun.past_tense"``. Time is not a field: the log
records it. Fields end in their unit.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from typing import Any, ClassVar, TypeVar

from emulator.core.units import quantise

E = TypeVar("E", bound="Event")


@dataclass(frozen=True, slots=True)
class Event:
    """Base class; subclasses pass ``topic="battery.sampled"``."""

    topic: ClassVar[str] = ""
    types: ClassVar[dict[str, type[Event]]] = {}

    def __init_subclass__(cls, topic: str = "") -> None:
        if topic:
            cls.topic = topic
        if "topic" in cls.__dict__:  # the second call, for the class with slots, replaces the first
            Event.types[cls.topic] = cls

    def quantised(self: E) -> E:
        """Return the event as the log keeps it: floats with nine significant digits."""
        names = _names_with_floats(type(self))  # type: ignore[arg-type]  # mypy takes the hash of instances for the class's
        rounded = {name: _quantised(getattr(self, name)) for name in names}
        return replace(self, **rounded) if rounded else self


@dataclass(frozen=True, slots=True)
class Action(Event):
    """An event caused from outside; replay re-applies actions and nothing else."""


@cache
def _names_with_floats(kind: type[Event]) -> tuple[str, ...]:
    """Return the fields that may hold a float, by their annotations."""
    return tuple(f.name for f in fields(kind) if any(word in str(f.type) for word in ("float", "Any", "State")))


def _quantised(value: Any) -> Any:
    if isinstance(value, float):
        return quantise(value)
    if isinstance(value, tuple):
        return tuple(_quantised(v) for v in value)
    if isinstance(value, list):
        return [_quantised(v) for v in value]
    if isinstance(value, dict):
        return {k: _quantised(v) for k, v in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _quantised(getattr(value, f.name)) for f in fields(value)})
    return value
