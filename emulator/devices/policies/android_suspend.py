"""Android suspend: a phone that sleeps. Android runs everything it can and suspends when it is idle."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.devices.policy import Hint, View
from emulator.devices.work import Work


@dataclass(frozen=True, slots=True)
class AndroidSuspend:
    """Every request wakes Android; it suspends after ``idle_ms`` without holds."""

    idle_ms: int = 5_000

    def place(self, work: Work, view: View) -> str:
        """Return the ap if it can run ``work``, else the mcu."""
        return view.able(work)[-1]

    def timeout(self, view: View) -> int | None:  # noqa: ARG002  the same whatever the view
        """Return how many idle milliseconds pass before Android suspends."""
        return self.idle_ms

    def hint(self, hint: Hint, view: View) -> bool:  # noqa: ARG002  the same whatever the view
        """Say whether a first sign of work wakes Android: never."""
        return False


POLICY = AndroidSuspend()
