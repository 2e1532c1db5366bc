"""Foresight: when the ap will be needed, as an oracle knows it beforehand."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable

from emulator.core.kernel import Kernel
from emulator.devices.work import NEVER_NS


class Foresight:
    """The times at which the ap will be needed; nothing is known at first.

    >>> foresight = Foresight()
    >>> foresight.next_ns(0) is None
    True
    >>> foresight.learn(Kernel(), [30, 10], 5, lambda: None)
    >>> foresight.next_ns(11), foresight.next_ns(31) == NEVER_NS
    (30, True)
    """

    def __init__(self) -> None:
        self._needs_ns: list[int] | None = None

    def learn(self, kernel: Kernel, needs_ns: Iterable[int], lead_ns: int, hint: Callable[[], None]) -> None:
        """Know of ``needs_ns``, and call ``hint`` ``lead_ns`` ahead of each."""
        self._needs_ns = sorted(needs_ns)
        for t_ns in self._needs_ns:
            kernel.post(max(kernel.now_ns, t_ns - lead_ns), hint)

    def next_ns(self, now_ns: int) -> int | None:
        """Return the next time from ``now_ns`` on, ``NEVER_NS`` if there is none any more, None if nothing is known."""
        if self._needs_ns is None:
            return None
        at = bisect_left(self._needs_ns, now_ns)
        return self._needs_ns[at] if at < len(self._needs_ns) else NEVER_NS
