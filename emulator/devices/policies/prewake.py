"""Prewake: RTOS first, but a finger or a wake word wakes Android before it is known what they want.

A resume takes longer than a press or the end of a wake word, so waking at the first sign hides most of it. A sign
that nothing follows costs one resume and a short tail.
"""

from __future__ import annotations

from dataclasses import dataclass

from emulator.devices.policy import Hint, View, cheapest_in_time
from emulator.devices.work import Work

SIGNS = frozenset({"touch-down", "wake-word"})


@dataclass(frozen=True, slots=True)
class Prewake:
    """Cheapest in time; Android suspends after ``idle_ms``, or after ``false_ms`` if the hint was a false one."""

    idle_ms: int = 5_000
    false_ms: int = 1_000

    def place(self, work: Work, view: View) -> str:
        """Return the cheapest processor that meets the deadline, or else the fastest."""
        return cheapest_in_time(work, view)

    def timeout(self, view: View) -> int | None:
        """Return how many idle milliseconds pass before Android suspends."""
        return self.false_ms if view.hinted else self.idle_ms

    def hint(self, hint: Hint, view: View) -> bool:  # noqa: ARG002  any sign will do
        """Say whether a first sign of work wakes Android: a finger or a wake word does."""
        return hint.what in SIGNS


POLICY = Prewake()
