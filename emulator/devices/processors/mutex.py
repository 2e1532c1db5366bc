"""Mutexes between jobs of the mcu, and when a job takes and leaves them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from emulator.devices.processors.job import Job


class Mutex:
    """Held by one job at a time; those that want it wait, the most important first.

    Attributes:
        name: What it guards.
        owner: Who holds it.
        waiting: Who wants it.
    """

    __slots__ = ("name", "owner", "waiting")

    def __init__(self, name: str) -> None:
        self.name = name
        self.owner: Job | None = None
        self.waiting: list[Job] = []


class Section(NamedTuple):
    """A part of a job's running time, from ``start_ns`` to ``end_ns``, in which it holds ``mutex``."""

    start_ns: int
    end_ns: int
    mutex: Mutex


class Plan:
    """What one job takes and leaves on the way; sections may be nested, not crossed.

    Attributes:
        base: The job's own priority, without what it inherits.
        held: Mutexes that it holds now.
        blocked: The mutex that it waits for.
        due_left_ns: Running time that the job has left when the next step is due; -1 if there is none.
    """

    __slots__ = ("_at", "_steps", "_total_ns", "base", "blocked", "due_left_ns", "held")

    def __init__(self, sections: Sequence[Section]) -> None:
        """Make it.

        Raises:
            ValueError: If sections are empty or cross each other.
        """
        for one in sections:
            if not 0 <= one.start_ns < one.end_ns:
                raise ValueError(f"section of {one.mutex.name}: expected 0 <= start < end, got {one[:2]}")
            if any(one.start_ns < other.start_ns < one.end_ns < other.end_ns for other in sections):
                raise ValueError(f"section of {one.mutex.name}: crosses another one")
        leave = [(one.end_ns, 0, -one.start_ns, one.mutex) for one in sections]
        take = [(one.start_ns, 1, -one.end_ns, one.mutex) for one in sections]
        ordered = sorted(leave + take, key=lambda step: step[:3])
        self._steps = [(at_ns, bool(takes), mutex) for at_ns, takes, _, mutex in ordered]
        self._at = self.base = self._total_ns = 0
        self.due_left_ns = -1
        self.held: list[Mutex] = []
        self.blocked: Mutex | None = None

    def begin(self, base: int, total_ns: int) -> None:
        """Start anew with a job of priority ``base`` and so much running time."""
        self._at, self.base, self._total_ns, self.blocked = -1, base, total_ns, None
        self.held.clear()
        self.advance()

    def step(self) -> tuple[bool, Mutex]:
        """Return the next step: whether it takes, and what."""
        _, takes, mutex = self._steps[self._at]
        return takes, mutex

    def advance(self) -> None:
        """Go on to the step after the next one."""
        self._at += 1
        self.due_left_ns = self._total_ns - self._steps[self._at][0] if self._at < len(self._steps) else -1
