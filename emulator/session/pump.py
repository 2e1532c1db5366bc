"""Pacing: lets virtual time follow wall time at a speed. The only place where the two meet."""

from __future__ import annotations

import math
from collections.abc import Callable
from time import perf_counter_ns

from emulator.core.units import MS
from emulator.session.glasses import Glasses

CHUNK_NS = 50 * MS  # virtual time between two looks at the wall clock
BUDGET_NS = 12 * MS  # wall time that one tick may take, so that a window stays at 60 frames per second


class Pump:
    """Advances a session to wall time x speed at each tick.

    A session that cannot keep up falls behind and goes on from where it is, it never tries to catch up.
    """

    def __init__(self, glasses: Glasses, speed: float = 1.0, clock_ns: Callable[[], int] = perf_counter_ns) -> None:
        self.glasses, self._clock_ns = glasses, clock_ns
        self._speed = speed
        self._tell(speed)
        self._since_ns = clock_ns()

    @property
    def speed(self) -> float:
        """Virtual seconds per wall second: 0 is paused, ``math.inf`` as fast as it goes."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        if speed < 0:
            raise ValueError(f"speed must be >= 0, got {speed}")
        self.tick()
        self._speed = speed
        self._tell(speed)

    def tick(self) -> None:
        """Apply the inbox and advance by the wall time since the last tick, times the speed."""
        now_ns = self._clock_ns()
        span_ns, self._since_ns = now_ns - self._since_ns, now_ns
        self.glasses.drain()
        if self._speed == 0:
            return
        start_ns = self.glasses.now_ns
        target_ns = start_ns + round(span_ns * self._speed) if math.isfinite(self._speed) else None
        while target_ns is None or self.glasses.now_ns < target_ns:
            step_ns = self.glasses.now_ns + CHUNK_NS
            self.glasses.run_until(step_ns if target_ns is None else min(step_ns, target_ns))
            if self.glasses.calls.holding:
                return  # as fast as it goes, but a window has to stay alive
            if self._clock_ns() - now_ns > BUDGET_NS:
                return

    def _tell(self, speed: float) -> None:
        """Let service calls know whether time waits for them, and that nobody may be kept waiting here."""
        self.glasses.calls.paced = self.glasses.calls.blocks = math.isfinite(speed)
