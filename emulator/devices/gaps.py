"""Gaps: for how long nobody needed the ap after whom, what a predicting policy learns from."""

from __future__ import annotations

from collections import deque

from emulator.core.units import MS

REMEMBERED = 60


class Gaps:
    """Told when nobody needs the ap any more and when somebody does again.

    >>> gaps = Gaps()
    >>> gaps.begin("photo", 1_000_000_000)
    >>> gaps.end(3_500_000_000)
    >>> gaps.after("photo")
    (2500.0,)

    Attributes:
        owner: Who needed it last; "" at first.
    """

    __slots__ = ("_found", "_since_ns", "owner")

    def __init__(self) -> None:
        self._found: dict[str, deque[float]] = {}
        self._since_ns = -1
        self.owner = ""

    def begin(self, owner: str, now_ns: int) -> None:
        """Note that ``owner`` was the last that needed it, until now."""
        self.owner, self._since_ns = owner, now_ns

    def end(self, now_ns: int) -> None:
        """Note that somebody needs it; nothing happens while it is needed anyway."""
        if self._since_ns >= 0:
            self._found.setdefault(self.owner, deque(maxlen=REMEMBERED)).append((now_ns - self._since_ns) / MS)
            self._since_ns = -1

    def forget(self) -> None:
        """Leave the present gap out: the power was cut in it."""
        self._since_ns = -1

    def after(self, owner: str) -> tuple[float, ...]:
        """Return the latest gaps after ``owner`` in ms, oldest first."""
        return tuple(self._found.get(owner, ()))
