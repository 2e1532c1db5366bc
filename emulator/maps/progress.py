"""Where on the route somebody is, whether still on it, and how fast compared to what was expected.

The thresholds are those of the simulated study (reference/services.md, 1.6): a fix counts as off the route beyond
max(25 m, 4 sigma), four in a row are believed; two, where the heading disagrees with the route as well.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from emulator.core.units import S
from emulator.maps.fix import Fix
from emulator.maps.plan import Plan
from emulator.maps.points import bearing_deg, distance_m, turn_deg

OFF_M, OFF_SIGMAS, OFF_FIXES = 25.0, 4.0, 4
HEADING_DEG, HEADING_FIXES = 60.0, 2
BACK_M, AHEAD_M, GROWS_M = 30.0, 60.0, 8.0  # window round the progress; the most it grows a second
TURNED_BACK_M = 50.0  # so far behind where one was, one walks the wrong way
SLOWEST, FASTEST = 0.7, 1.5  # of the expected time
LEARN_M, LEARN_S, STOP = (
    20.0,
    120.0,
    3.0,
)  # a stretch to learn from; weight of the expectation; a stop counts as so much
FORGET_S = 600.0
MOST_MPS = 60.0
TREND_M = 12.0  # a heading is taken over at least that way


@dataclass(frozen=True, slots=True)
class Progress:
    """How far somebody came. All metres are along the line of the plan.

    Attributes:
        along_m: Where they are.
        farthest_m: The farthest they were.
        off_m: How far the last fix was from the line.
        off_fixes: How many in a row were too far off.
        speed_mps: Smoothed.
        fix: The last one.
        trend: An earlier one, for the heading.
        learned: Where and when the last stretch ended that was learned from.
        taken_s: Seconds taken, with forgetting.
        expected_s: Seconds expected for the same, with forgetting.
    """

    along_m: float = 0.0
    farthest_m: float = 0.0
    off_m: float = 0.0
    off_fixes: int = 0
    speed_mps: float = 0.0
    fix: Fix | None = None
    trend: Fix | None = None
    learned: tuple[float, int] | None = None
    taken_s: float = LEARN_S
    expected_s: float = LEARN_S

    @property
    def factor(self) -> float:
        """Return the time they take over the time expected, within 0.7 to 1.5."""
        return min(FASTEST, max(SLOWEST, self.taken_s / self.expected_s))

    def strayed(self, plan: Plan) -> bool:
        """Say whether they left the route."""
        if self.fix is None:
            return False
        if self.farthest_m - self.along_m > max(TURNED_BACK_M, OFF_SIGMAS * self.fix.accuracy_m):
            return True
        enough = HEADING_FIXES if self._heads_away(plan) else OFF_FIXES
        return self.off_fixes >= enough

    def _heads_away(self, plan: Plan) -> bool:
        heading = self.heading()
        if heading is None:
            return False
        here = min(self.along_m, plan.length_m - 1.0)
        return abs(turn_deg(plan.line.bearing(here, here + 5.0), heading)) > HEADING_DEG

    def heading(self) -> float | None:
        """Return where they head, or None while they stand."""
        assert self.fix is not None
        if self.fix.heading_deg is not None and (self.fix.speed_mps or 0.0) > 0.5:
            return self.fix.heading_deg
        if self.trend is None or distance_m(self.trend.point, self.fix.point) < self._trend_m:
            return None
        return bearing_deg(self.trend.point, self.fix.point)

    @property
    def _trend_m(self) -> float:
        return max(TREND_M, 2.0 * self.fix.accuracy_m if self.fix else 0.0)


def advance(plan: Plan, before: Progress, fix: Fix) -> Progress:
    """Return the progress after one more fix. A fix that is not later than the last one changes nothing."""
    last = before.fix
    if last is not None and fix.t_ns <= last.t_ns:
        return before
    seconds = (fix.t_ns - last.t_ns) / S if last else 1.0
    speed = _speed(before, fix, seconds)
    reach = max(AHEAD_M, 3.0 * speed * seconds)
    foot = plan.line.foot(fix.point, before.along_m - BACK_M, before.along_m + reach)
    grown = before.along_m + max(GROWS_M * max(1.0, seconds), 2.0 * speed * seconds)
    along = min(foot.along_m, grown) if last else foot.along_m
    off = foot.off_m > max(OFF_M, OFF_SIGMAS * fix.accuracy_m)
    after = replace(
        before,
        along_m=along,
        farthest_m=max(before.farthest_m, along),
        off_m=foot.off_m,
        off_fixes=before.off_fixes + 1 if off else 0,
        speed_mps=speed,
        fix=fix,
        trend=_trend(before, fix),
    )
    return _learned(plan, after)


def _speed(before: Progress, fix: Fix, seconds: float) -> float:
    if fix.speed_mps is not None:
        measured = fix.speed_mps
    elif before.fix is not None:
        measured = distance_m(before.fix.point, fix.point) / seconds
    else:
        return 0.0
    measured = min(MOST_MPS, max(0.0, measured))
    if before.fix is None:
        return measured
    weight = 1.0 - math.exp(-seconds / 3.0)
    return before.speed_mps + weight * (measured - before.speed_mps)


def _trend(before: Progress, fix: Fix) -> Fix:
    """Return the fix that the heading is measured from: it follows once they are far enough from it."""
    if before.trend is None or before.fix is None:
        return fix
    far = distance_m(before.trend.point, before.fix.point) >= before._trend_m
    return before.fix if far else before.trend


def _learned(plan: Plan, after: Progress) -> Progress:
    """Compare the time of the last stretch with what was expected for it."""
    assert after.fix is not None
    now = after.fix.t_ns
    if after.learned is None:
        return replace(after, learned=(after.along_m, now))
    since_m, since_ns = after.learned
    if after.along_m - since_m < LEARN_M:
        return after
    expected = plan.seconds_left(since_m) - plan.seconds_left(after.along_m)
    taken = min((now - since_ns) / S, STOP * expected)
    kept = math.exp(-expected / FORGET_S)
    return replace(
        after,
        learned=(after.along_m, now),
        taken_s=after.taken_s * kept + taken,
        expected_s=after.expected_s * kept + expected,
    )
