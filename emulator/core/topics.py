"""Which class a topic is: what is read from a log or named in a flow becomes an event by it."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.core import actions, events
from emulator.core.events import Event


def event_types() -> Mapping[str, type[Event]]:
    """Return every event and action by topic; third parties' too, once their module is imported.

    >>> event_types()["text.said"].__name__
    'Say'
    """
    named = (kind for module in (actions, events) for kind in vars(module).values() if isinstance(kind, type))
    return {kind.topic: kind for kind in named if issubclass(kind, Event) and kind.topic} | Event.types
