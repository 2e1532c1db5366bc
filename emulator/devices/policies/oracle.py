"""Oracle: the offline bound. It is told when Android is needed next, and is ready at that very moment.

Not a policy for a product: it needs arrivals that are known beforehand, as when a recorded session or a usage is
played. Where nobody knows them it waits for the break-even time.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from emulator.core.units import MS
from emulator.devices.policy import Hint, View, cheapest_in_time
from emulator.devices.work import Work

SLACK_MS = 250  # what is foreseen may come a little late, behind other work


@dataclass(frozen=True, slots=True)
class Oracle:
    """Cheapest in time; Android suspends if the next need is far enough, and resumes just ahead of it."""

    def place(self, work: Work, view: View) -> str:
        """Return the cheapest processor that meets the deadline, or else the fastest."""
        return cheapest_in_time(work, view)

    def timeout(self, view: View) -> int | None:
        """Return 0 to suspend, or the time until Android is needed."""
        even_ms = view.break_even_ms
        if view.next_ap_ns is None:
            return round(even_ms)
        spec = view.profile.processors["ap"]
        gap_ms = max(0, view.next_ap_ns - view.now_ns) / MS
        return 0 if gap_ms > max(even_ms, spec.resume_ms + spec.suspend_ms) else ceil(gap_ms) + SLACK_MS

    def hint(self, hint: Hint, view: View) -> bool:  # noqa: ARG002  it is told when to wake
        """Say whether a first sign of work wakes Android: what is foreseen does."""
        return hint.what == "foreseen"


POLICY = Oracle()
