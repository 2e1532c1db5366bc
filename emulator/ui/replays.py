"""The session so far under other policies, in a thread of its own that can be stopped at any time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from threading import Event as Flag
from threading import Thread
from typing import overload

from PySide6.QtCore import QObject, Signal

from emulator.core.errors import EmulatorError
from emulator.core.log import Record
from emulator.hud.document import HudDocument
from emulator.session.what_if import compare


class Stopped(Exception):  # noqa: N818  nothing failed
    """Nobody wants the answer any more."""


class Watched(Sequence[Record]):
    """Records that cannot be read on once ``stop`` is set, so that whoever replays them ends there."""

    def __init__(self, records: Sequence[Record], stop: Flag) -> None:
        self._records, self._stop = records, stop

    def __len__(self) -> int:
        return len(self._records)

    @overload
    def __getitem__(self, at: int) -> Record: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Record]: ...
    def __getitem__(self, at: int | slice) -> Record | Sequence[Record]:
        return self._records[at]

    def __iter__(self) -> Iterator[Record]:
        for record in self._records:
            if self._stop.is_set():
                raise Stopped
            yield record


class Replays(QObject):
    """Replays one policy after the other. Signals carry the number that ``start`` gave, so that old ones can be told.

    Signals:
        began: This policy is being replayed.
        found: A ``Difference``.
        failed: This policy cannot be replayed, and why.
        ended: All were replayed.
    """

    began = Signal(int, str)
    found = Signal(int, object)
    failed = Signal(int, str, str)
    ended = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._stop = Flag()
        self.thread_of_work: Thread | None = None
        self._number = 0

    def start(self, records: Sequence[Record], policies: Sequence[str], documents: Mapping[str, HudDocument]) -> int:
        """Begin anew with copies of what is given; return the number of this run."""
        self.stop()
        self._stop = Flag()
        self._number += 1
        work = (self._number, Watched(list(records), self._stop), tuple(policies), dict(documents))
        self.thread_of_work = Thread(target=self._run, args=work, name="what-if", daemon=True)
        self.thread_of_work.start()
        return self._number

    def stop(self) -> None:
        """End at the next action of the session; nobody waits for it."""
        self._stop.set()

    def _run(self, number: int, records: Watched, policies: tuple[str, ...], documents: dict[str, HudDocument]) -> None:
        try:
            for policy in policies:
                self.began.emit(number, policy)
                try:
                    self.found.emit(number, compare(records, policy, documents))
                except EmulatorError as error:
                    self.failed.emit(number, policy, str(error))
            self.ended.emit(number)
        except Stopped:
            pass
