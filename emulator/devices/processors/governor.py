"""The governor: how fast the cores of the ap run, chosen from how busy they were, as schedutil does.

All cores share one clock, so it follows the busiest core. Its utilisation is PELT's: it closes half of the distance
to 1 in 32 ms of running at top speed, and loses half in 32 ms of idling; at a slower clock it grows as much slower. The
slowest operating point with a quarter of headroom is chosen. What the wearer waits for (foreground) is boosted: it
gets at least ``boost`` of the top speed, as Android clamps the utilisation of what is on the screen.

Sources: Linux ``kernel/sched/cpufreq_schedutil.c``, ``kernel/sched/pelt.c``, ``Documentation/scheduler/schedutil.rst``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from emulator.core.kernel import Kernel, Timer
from emulator.core.profile import Opp, Processor
from emulator.core.units import MS

HALF_LIFE_NS = 32 * MS
HEADROOM = 1.25


def operating_points(spec: Processor) -> tuple[Opp, ...]:
    """Return the operating points of a processor, slowest first; the one at top speed if it has no table."""
    return spec.opps or (Opp(1.0, spec.core_mw),)


def choose(opps: Sequence[Opp], utilisation: float, floor: float, cap: float) -> int:
    """Return the index of the slowest point with headroom over ``utilisation`` and at least ``floor``, within ``cap``.

    >>> opps = (Opp(0.35, 31.0), Opp(0.6, 70.0), Opp(0.8, 114.0), Opp(1.0, 170.0))
    >>> choose(opps, 0.3, 0.0, 1.0), choose(opps, 0.3, 0.7, 1.0), choose(opps, 0.9, 0.0, 0.6)
    (1, 2, 1)
    """
    wanted, found = max(utilisation * HEADROOM, floor), 0
    for number, opp in enumerate(opps):
        if opp.speed > cap:
            break
        found = number
        if opp.speed >= wanted:
            break
    return found


def ramp(spec: Processor, run_ms: float, cap: float = 1.0) -> tuple[float, float]:
    """Return how long a foreground job of ``run_ms`` at top speed takes after a long idle time, and one core's mJ.

    >>> ramp(Processor("android", 4, 14.0, 137.0, 170.0), 100.0)
    (100.0, 17.0)
    """
    opps, used = operating_points(spec), 0.0
    taken_ms = spent_mj = 0.0
    while run_ms > 1e-9:
        number = choose(opps, used, spec.boost, cap)
        opp = opps[number]
        span_ms = min(run_ms / opp.speed, _until_ns(opps, number, used, spec.boost, cap) / MS)
        run_ms -= span_ms * opp.speed
        used = 1.0 - (1.0 - used) * _decayed(span_ms * MS * opp.speed)
        taken_ms, spent_mj = taken_ms + span_ms, spent_mj + span_ms * opp.core_mw / 1_000.0
    return taken_ms, spent_mj


class Governor:
    """Sets the clock of the cores.

    Attributes:
        opp: The operating point now.
        cap: No point faster than this share of the top speed is chosen, unless it is the slowest.
    """

    def __init__(self, kernel: Kernel, spec: Processor, apply: Callable[[Opp], None]) -> None:
        """Make it; ``apply`` is told of each new operating point."""
        self._kernel, self._apply, self._boost = kernel, apply, spec.boost
        self._opps = operating_points(spec)
        self._used, self._since_ns = 0.0, kernel.now_ns
        self._busy = self._boosted = False
        self._timer: Timer | None = None
        self.cap = 1.0
        self.opp = self._opps[-1]

    @property
    def utilisation(self) -> float:
        """Return how busy the busiest core was lately, in [0, 1]."""
        span_ns = self._kernel.now_ns - self._since_ns
        if self._busy:
            return 1.0 - (1.0 - self._used) * _decayed(span_ns * self.opp.speed)
        return self._used * _decayed(span_ns)

    def load(self, *, busy: bool, boosted: bool) -> None:
        """Note that cores run or not, and whether any of it is in the foreground."""
        if len(self._opps) > 1 and (busy, boosted) != (self._busy, self._boosted):
            self._settle()
            self._busy, self._boosted = busy, boosted
            self._decide()

    def limit(self, cap: float) -> None:
        """Choose nothing faster than ``cap`` of the top speed from now on."""
        if cap != self.cap:
            self._settle()
            self.cap = cap
            self._decide()

    def _settle(self) -> None:
        self._used, self._since_ns = self.utilisation, self._kernel.now_ns
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _decide(self) -> None:
        """Take the point that fits now, and look again when the utilisation has grown past it."""
        if not self._busy:  # an idle core draws the same at any clock
            return
        floor = self._boost if self._boosted else 0.0
        number = choose(self._opps, self._used, floor, self.cap)
        if self._opps[number] is not self.opp:
            self.opp = self._opps[number]
            self._apply(self.opp)
        until_ns = _until_ns(self._opps, number, self._used, floor, self.cap)
        if until_ns < math.inf:
            self._timer = self._kernel.after(math.ceil(until_ns), self._grown)

    def _grown(self) -> None:
        self._settle()
        self._decide()


def _decayed(span_ns: float) -> float:
    """Return what is left of a share after ``span_ns``."""
    return math.exp2(-span_ns / HALF_LIFE_NS)


def _until_ns(opps: Sequence[Opp], number: int, used: float, floor: float, cap: float) -> float:
    """Return how long a busy core stays at point ``number`` before its utilisation asks for a faster one."""
    if number + 1 >= len(opps) or choose(opps, 1.0, floor, cap) == number:
        return math.inf
    edge = opps[number].speed / HEADROOM
    if used >= edge:  # kept here by rounding alone
        return 1.0
    return HALF_LIFE_NS * math.log2((1.0 - used) / (1.0 - edge)) / opps[number].speed
