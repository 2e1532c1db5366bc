"""Circuit breaker: after a few failures in a row the live half of a service is left alone for a while."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter_ns
from typing import Literal

from emulator.core.units import S

FAILURES = 3
REST_NS = 30 * S
MOST_REST_NS = 15 * 60 * S  # the rest doubles up to this

State = Literal["closed", "open", "trying"]


class Breaker:
    """Counts failures of one service in wall time.

    >>> now = [0]
    >>> breaker = Breaker(lambda: now[0])
    >>> for _ in range(FAILURES): breaker.failed()
    >>> breaker.allows(), breaker.state
    (False, 'open')
    >>> now[0] = REST_NS
    >>> breaker.allows(), breaker.state, breaker.allows()
    (True, 'trying', False)
    """

    def __init__(self, clock_ns: Callable[[], int] = perf_counter_ns) -> None:
        self._clock_ns = clock_ns
        self._failures = 0
        self._rest_ns = REST_NS
        self._until_ns: int | None = None
        self.state: State = "closed"

    def allows(self) -> bool:
        """Say whether a call may go out; after the rest one may, to see whether it works again."""
        if self.state == "open" and self._until_ns is not None and self._clock_ns() >= self._until_ns:
            self.state = "trying"
            return True
        return self.state == "closed"

    def left(self) -> None:
        """Nobody was asked after all; the next call may try."""
        if self.state == "trying":
            self.state = "open"

    def worked(self) -> None:
        """An answer came."""
        self._failures, self._rest_ns, self.state = 0, REST_NS, "closed"

    def failed(self) -> None:
        """No answer came, or none that can be used."""
        self._failures += 1
        if self.state == "trying":
            self._rest_ns = min(2 * self._rest_ns, MOST_REST_NS)
        if self.state == "trying" or self._failures >= FAILURES:
            self.state, self._until_ns = "open", self._clock_ns() + self._rest_ns
