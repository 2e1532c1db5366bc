"""Ctrl-C and SIGTERM between two instants of virtual time, so that an interrupted log replays like any other."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType
from typing import Any


class Terminated(BaseException):
    """SIGTERM came; unwinds like Ctrl-C, so that files are complete."""


class Interruptible:
    """Inside ``with``, a signal only sets ``asked``; it is raised at the end. A second one is raised at once."""

    def __init__(self) -> None:
        self.asked = False
        self._number: int | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Interruptible:
        """Take the two signals."""
        self._before = {number: signal.signal(number, self._ask) for number in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give them back, and raise what came.

        Raises:
            KeyboardInterrupt: After Ctrl-C.
            Terminated: After SIGTERM.
        """
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if self.asked and error is None:
            self._raise()

    def _ask(self, number: int, _frame: FrameType | None) -> None:
        again, self.asked, self._number = self.asked, True, number
        if again:
            self._raise()

    def _raise(self) -> None:
        raise Terminated if self._number == signal.SIGTERM else KeyboardInterrupt
