"""A listener that keeps events in order for whoever awaits them, so that none is missed in between."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from emulator.core.events import Event
from emulator.core.kernel import Future, Kernel
from emulator.core.log import EventLog, Record
from emulator.core.units import MS

E = TypeVar("E", bound=Event)


class Ear(Generic[E]):
    """Events kept for an app in order, so that none is missed while it works."""

    def __init__(self, kernel: Kernel, log: EventLog, wanted: Callable[[Record], bool]) -> None:
        self._kernel, self._wanted = kernel, wanted
        self._heard: deque[E] = deque()
        self._waiting: Future[E | None] | None = None
        self.close = log.subscribe(self._on_record)

    async def next(self, timeout_ms: float | None = None) -> E | None:
        """Return the oldest event not yet taken, or None after ``timeout_ms`` of virtual time."""
        if self._heard:
            return self._heard.popleft()
        self._waiting = future = Future[E | None]()
        timer = None
        if timeout_ms is not None:
            timer = self._kernel.after(round(timeout_ms * MS), lambda: future.set(None))
        try:
            return await future
        finally:
            self._waiting = None
            if timer is not None:
                timer.cancel()

    def forget(self) -> None:
        """Drop what was heard and not taken."""
        self._heard.clear()

    def _on_record(self, record: Record) -> None:
        if not self._wanted(record):
            return
        event: E = record.event  # type: ignore[assignment]  # the filter lets only the asked kinds through
        if self._waiting is not None and not self._waiting.done:
            self._waiting.set(event)
        else:
            self._heard.append(event)
