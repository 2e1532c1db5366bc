"""Follow a route: positions in, guidance out. Everything is a value; time is that of the fixes.

guide, guidance = guide.feed(fix)      # a position came
guide, guidance = guide.wait(t_ns)     # none came: after a while the position is guessed along the route
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from emulator.core.units import S
from emulator.maps.costs import Mode
from emulator.maps.fix import Fix
from emulator.maps.plan import Plan
from emulator.maps.points import Wgs84Point
from emulator.maps.progress import LEARN_S, Progress, advance
from emulator.maps.route import Lane, Route, Step
from emulator.maps.sentences import announcement

Phase = Literal["running", "off_route", "no_signal", "arrived"]
ANNOUNCE_M: dict[Mode, tuple[float, float]] = {"walk": (50.0, 15.0), "bike": (200.0, 50.0), "car": (200.0, 50.0)}
ANNOUNCE_S = (12.0, 4.0)  # the fast are told earlier: so many seconds before
NOW_M: dict[Mode, float] = {"walk": 6.0, "bike": 12.0, "car": 18.0}
NOW_S = 1.5
TOGETHER_M: dict[Mode, float] = {"walk": 25.0, "bike": 50.0, "car": 100.0}  # so near, two maneuvers are said at once
ARRIVED_M: dict[Mode, float] = {"walk": 12.0, "bike": 18.0, "car": 25.0}
SILENT_NS = 5 * S  # without a fix for that long there is no signal
GUESSED_NS = 60 * S  # and the guess stops after that
NOW = 2  # the last of the three stages of an announcement


@dataclass(frozen=True, slots=True)
class Announcement:
    """Something to say: ``step`` is ``within_m`` metres ahead (0: now), and ``following`` comes right after it."""

    step: Step
    within_m: float
    following: Step | None
    mode: Mode

    def text(self, language: str) -> str:
        """Return it as a sentence."""
        return announcement(self.step, self.mode, language, self.within_m, self.following)


@dataclass(frozen=True, slots=True)
class Guidance:
    """What the HUD shows at one time.

    Attributes:
        t_ns: When.
        phase: How it goes.
        point: Where they are on the line of the route.
        bearing_deg: Where the route leads from there.
        progress_m: Metres of the route behind them.
        left_m: Metres ahead of them.
        left_s: Seconds until arrival, at the pace they showed.
        number: Of ``step`` in the route.
        step: The next maneuver.
        step_m: Metres to it.
        following: The maneuver after that, None if there is none.
        following_m: Metres between the two.
        speed_mps: How fast they are.
        off_m: How far the fix was from the route.
        announcement: What is to be said now, or None.
    """

    t_ns: int
    phase: Phase
    point: Wgs84Point
    bearing_deg: float
    progress_m: float
    left_m: float
    left_s: float
    number: int
    step: Step
    step_m: float
    following: Step | None
    following_m: float
    speed_mps: float
    off_m: float
    announcement: Announcement | None

    @property
    def lanes(self) -> tuple[tuple[Lane, ...], tuple[Lane, ...]]:
        """Return the lanes before the next maneuver, and before the one after it."""
        return self.step.lanes, self.following.lanes if self.following else ()


@dataclass(frozen=True, slots=True)
class Guide:
    """Build it with ``Guide.of``.

    Attributes:
        plan: The route that is followed.
        progress: How far they came.
        phase: As in the last guidance.
        said: The last announcement: number of the step and stage, 0 to 2.
    """

    plan: Plan
    progress: Progress = field(default_factory=Progress)
    phase: Phase = "running"
    said: tuple[int, int] = (-1, NOW)

    @classmethod
    def of(cls, route: Route, pace: float = 1.0) -> Guide:
        """Begin to follow ``route``; ``pace`` is the factor learned on the one before."""
        return cls(Plan.of(route), Progress(taken_s=LEARN_S * pace))

    @property
    def pace(self) -> float:
        """Return the time they take over the time expected."""
        return self.progress.factor

    def feed(self, fix: Fix) -> tuple[Guide, Guidance]:
        """Take one fix. Once arrived, one stays so; off the route too, until there is another route."""
        progress = advance(self.plan, self.progress, fix)
        phase: Phase = self.phase
        if phase in ("running", "no_signal"):
            radius = max(ARRIVED_M[self.plan.route.mode], 2.0 * fix.accuracy_m)
            there = self.plan.length_m - progress.along_m <= radius
            near = progress.off_m <= 2.0 * radius
            phase = "off_route" if progress.strayed(self.plan) else "arrived" if there and near else "running"
        guide = replace(self, progress=progress, phase=phase)
        said, speech = guide._speech()
        guide = replace(guide, said=said)
        return guide, guide._guidance(fix.t_ns, progress.along_m, speech)

    def wait(self, t_ns: int) -> tuple[Guide, Guidance]:
        """Say how it stands at ``t_ns`` without a fix; positions are guessed along the route for a minute."""
        last = self.progress.fix
        silent = t_ns - last.t_ns if last else 0
        if last is None or silent < SILENT_NS or self.phase not in ("running", "no_signal"):
            return self, self._guidance(t_ns, self.progress.along_m, None)
        guessed = self.progress.along_m + self.progress.speed_mps * min(silent, GUESSED_NS) / S
        end = self.plan.length_m - ARRIVED_M[self.plan.route.mode]
        guide = replace(self, phase="no_signal")
        return guide, guide._guidance(t_ns, max(self.progress.along_m, min(guessed, end)), None)

    def _guidance(self, t_ns: int, along_m: float, speech: Announcement | None) -> Guidance:
        plan = self.plan
        number, step, step_m = plan.ahead(along_m)
        more = number + 1 < len(plan.starts)
        here = min(along_m, max(0.0, plan.length_m - 1.0))
        return Guidance(
            t_ns=t_ns,
            phase=self.phase,
            point=plan.line.point(along_m),
            bearing_deg=plan.line.bearing(here, here + 5.0),
            progress_m=along_m,
            left_m=plan.length_m - along_m,
            left_s=plan.seconds_left(along_m) * self.progress.factor,
            number=number,
            step=step,
            step_m=step_m,
            following=plan.route.steps[number + 1] if more else None,
            following_m=plan.starts[number + 1] - plan.starts[number] if more else 0.0,
            speed_mps=self.progress.speed_mps,
            off_m=self.progress.off_m,
            announcement=speech,
        )

    def _speech(self) -> tuple[tuple[int, int], Announcement | None]:
        """Return what was said last, after what is to be said now."""
        plan, mode = self.plan, self.plan.route.mode
        if self.phase == "arrived" and self.said != (len(plan.starts) - 1, NOW):
            return (len(plan.starts) - 1, NOW), Announcement(plan.route.steps[-1], 0.0, None, mode)
        if self.phase != "running" or self.progress.off_fixes:
            return self.said, None
        if self.said[0] < 0:
            return (0, NOW), Announcement(plan.route.steps[0], 0.0, None, mode)
        number, step, step_m = plan.ahead(self.progress.along_m)
        stages = self._stages()
        stage = max((i for i, within in enumerate(stages) if step_m <= within), default=None)
        arriving = number == len(plan.starts) - 1
        if stage is None or (number, stage) <= self.said or (arriving and stage == NOW):
            return self.said, None
        following = None
        if stage and not arriving and plan.starts[number + 1] - plan.starts[number] <= TOGETHER_M[mode]:
            following = plan.route.steps[number + 1]
        within = stages[stage] if step_m > 0.7 * stages[stage] else step_m
        return (number, stage), Announcement(step, 0.0 if stage == NOW else within, following, mode)

    def _stages(self) -> tuple[float, float, float]:
        """Return how many metres before a maneuver each of the three stages begins, at this speed."""
        mode, speed = self.plan.route.mode, self.progress.speed_mps
        far, near = (max(m, s * speed) for m, s in zip(ANNOUNCE_M[mode], ANNOUNCE_S, strict=True))
        return far, near, max(NOW_M[mode], NOW_S * speed)
