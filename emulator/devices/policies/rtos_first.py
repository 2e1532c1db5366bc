"""RTOS first: stay on the MCU unless the work needs Android or would be late."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.devices.policy import Hint, View, cheapest_in_time
from emulator.devices.work import Work


@dataclass(frozen=True, slots=True)
class RtosFirst:
    """Cheapest in time; Android suspends after ``idle_ms`` without holds."""

    idle_ms: int = 5_000

    def place(self, work: Work, view: View) -> str:
        """Return the cheapest processor that meets the deadline, or else the fastest."""
        return cheapest_in_time(work, view)

    def timeout(self, view: View) -> int | None:  # noqa: ARG002  the same whatever the view
        """Return how many idle milliseconds pass before Android suspends."""
        return self.idle_ms

    def hint(self, hint: Hint, view: View) -> bool:  # noqa: ARG002  the same whatever the view
        """Say whether a first sign of work wakes Android: never."""
        return False


POLICY = RtosFirst()
