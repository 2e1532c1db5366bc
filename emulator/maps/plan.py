"""A route made ready to be followed: where its steps are along the line, and how much time is left from where."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from emulator.maps.line import Line
from emulator.maps.route import Route, Step


@dataclass(frozen=True, slots=True)
class Plan:
    """Build it with ``Plan.of``; metres are those of ``line``.

    Attributes:
        route: What is followed.
        line: Its geometry.
        starts: Where each step begins, in metres along the line.
        left_s: Expected seconds from the beginning of each step to the end.
    """

    route: Route
    line: Line
    starts: tuple[float, ...]
    left_s: tuple[float, ...]

    @classmethod
    def of(cls, route: Route) -> Plan:
        """Measure ``route``."""
        line = Line.of(route.geometry)
        left = [0.0]
        for step in reversed(route.steps):
            left.append(left[-1] + step.duration_s)
        starts = tuple(line.along[step.first] for step in route.steps)
        return cls(route, line, starts, tuple(reversed(left[1:])))

    @property
    def length_m(self) -> float:
        """Return the length of the line."""
        return self.line.length_m

    def step_at(self, progress_m: float) -> int:
        """Return the number of the step one is on; never the last one, which is the arrival."""
        return min(max(bisect_right(self.starts, progress_m) - 1, 0), len(self.starts) - 2)

    def ahead(self, progress_m: float) -> tuple[int, Step, float]:
        """Return number, step and distance of the maneuver ahead."""
        number = self.step_at(progress_m) + 1
        return number, self.route.steps[number], max(0.0, self.starts[number] - progress_m)

    def seconds_left(self, progress_m: float) -> float:
        """Return the expected seconds from there to the end."""
        number = self.step_at(progress_m)
        start, end = self.starts[number], self.starts[number + 1]
        share = (progress_m - start) / (end - start) if end > start else 1.0
        here, there = self.left_s[number], self.left_s[number + 1]
        return here + min(1.0, max(0.0, share)) * (there - here)
