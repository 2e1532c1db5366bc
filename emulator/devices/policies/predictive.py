"""Predictive: RTOS first, with the timeout that would have cost least after the same feature before.

Ski rental with a price: staying awake costs idle power for as long as the gap lasts, suspending costs a round trip and
makes the next request wait. Gaps that were seen after the same feature stand for the one that begins now.

Source:
    docs/scheduling.md, "Policies".
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from emulator.devices.policy import PRICE_MJ_PER_MS, Hint, View, cheapest_in_time
from emulator.devices.work import Work

LEAST_SEEN = 5
LONGEST_MS = 40_000.0
MARGIN_MS = 1.0  # just past a gap that was seen


@dataclass(frozen=True, slots=True)
class Predictive:
    """Cheapest in time; the timeout is chosen anew whenever Android becomes idle."""

    def place(self, work: Work, view: View) -> str:
        """Return the cheapest processor that meets the deadline, or else the fastest."""
        return cheapest_in_time(work, view)

    def timeout(self, view: View) -> int | None:
        """Return the timeout with the least mean cost over the gaps seen; the break-even time if they are too few."""
        even_ms = view.break_even_ms
        if len(view.gaps_ms) < LEAST_SEEN:
            return round(even_ms)
        spec = view.profile.processors["ap"]
        saved_mw = spec.idle_mw - spec.suspended_mw
        again_mj = view.round_trip_mj() + PRICE_MJ_PER_MS * spec.resume_ms
        seen_ms = [gap_ms + MARGIN_MS for gap_ms in view.gaps_ms if gap_ms < LONGEST_MS]
        choices_ms = sorted({0.0, even_ms, *seen_ms})
        costs_mj = _costs_mj(choices_ms, sorted(view.gaps_ms), saved_mw, again_mj)
        return round(choices_ms[costs_mj.index(min(costs_mj))])

    def hint(self, hint: Hint, view: View) -> bool:  # noqa: ARG002  the same whatever the view
        """Say whether a first sign of work wakes Android: never."""
        return False


def _costs_mj(choices_ms: Sequence[float], gaps_ms: Sequence[float], saved_mw: float, again_mj: float) -> list[float]:
    """Return what each timeout would have cost over all ``gaps_ms``, which are sorted."""
    short_ms, found = [0.0, *accumulate(gaps_ms)], []
    for choice_ms in choices_ms:
        ended = bisect_right(gaps_ms, choice_ms)
        wakes = len(gaps_ms) - ended
        found.append((short_ms[ended] + choice_ms * wakes) * saved_mw / 1_000.0 + wakes * again_mj)
    return found


POLICY = Predictive()
