"""Sensors of the body: the wear sensor and the motion sensor."""

from __future__ import annotations

from emulator.core.actions import MoveHead, Wear
from emulator.core.events import HeadMoved, WearChanged
from emulator.core.log import EventLog, Record

SOURCE = "sensors"


class Sensors:
    """Turn what the wearer's body does into events; ``worn`` is what the wear sensor sees."""

    def __init__(self, log: EventLog, worn: bool) -> None:
        self._log, self.worn = log, worn
        log.subscribe(self._on_wear, Wear)
        log.subscribe(self._on_head, MoveHead)

    def _on_wear(self, record: Record) -> None:
        if isinstance(record.event, Wear) and record.event.worn != self.worn:
            self.worn = record.event.worn
            self._log.emit(WearChanged(self.worn), SOURCE)

    def _on_head(self, record: Record) -> None:
        if isinstance(record.event, MoveHead) and self.worn:
            self._log.emit(HeadMoved(record.event.motion), SOURCE)
