"""The shape of a placement policy, and what it may look at.

A policy decides where work runs, how long the ap stays awake without need, and whether a first sign of work wakes it.
A view is made of plain numbers, so that the scheduled, the fluid and the vectorised model all ask the same policies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from emulator.core.profile import Profile
from emulator.core.units import MS, MWH_PER_MW_NS
from emulator.devices.processors.governor import ramp
from emulator.devices.work import NEVER_NS, Work

BITS_PER_BYTE = 10  # on the serial line: start, eight data, stop
PRICE_MJ_PER_MS = 0.35  # assumed: what a millisecond of waiting is worth, about as much as a resume for its length


@dataclass(frozen=True, slots=True)
class Hint:
    """A first sign that work may come: ``touch-down``, ``wake-word``, or ``foreseen`` where arrivals are known."""

    what: str


class Policy(Protocol):
    """One file in ``policies/`` exports one as ``POLICY``."""

    def place(self, work: Work, view: View) -> str:
        """Return the processor, one of ``view.able(work)``, that is to run ``work``."""

    def timeout(self, view: View) -> int | None:
        """Return how many idle milliseconds pass before the ap suspends; ``None`` for never."""

    def hint(self, hint: Hint, view: View) -> bool:
        """Say whether ``hint`` wakes the ap."""


@dataclass(frozen=True, slots=True)
class View:
    """What a policy sees of the device at this moment.

    Attributes:
        profile: The device.
        states: State of each processor that it has.
        ready_ns: Time until each processor could start, by waking and by finishing what it has.
        load: Share of the mcu that its own periodic tasks of higher priority take, in [0, 1).
        timeout: Asks the policy for its timeout.
        now_ns: The time.
        last_owner: Who needed the ap last.
        gaps_ms: For how long nobody needed the ap after ``last_owner`` did, the latest times, oldest first.
        hinted: Whether a hint woke the ap and nobody has needed it since.
        next_ap_ns: When the ap is needed next; ``None`` if nobody can know, ``NEVER_NS`` if it is not.
        level: Reported charge of the packs, in [0, 1].
        heat: How many of the skin limits hold, 0 to 3.
    """

    profile: Profile
    states: Mapping[str, str]
    ready_ns: Mapping[str, int]
    load: float
    timeout: Callable[[], int | None]
    now_ns: int = 0
    last_owner: str = ""
    gaps_ms: tuple[float, ...] = ()
    hinted: bool = False
    next_ap_ns: int | None = None
    level: float = 1.0
    heat: int = 0

    @property
    def break_even_ms(self) -> float:
        """Return the idle time from which on suspending the ap and resuming it takes less than staying awake."""
        spec = self.profile.processors["ap"]
        saved_mw = spec.idle_mw - spec.suspended_mw
        return (self.round_trip_mj() * 1_000.0) / saved_mw if saved_mw > 0.0 else float(NEVER_NS)

    def round_trip_mj(self) -> float:
        """Return what suspending and resuming take beyond staying suspended for as long."""
        spec = self.profile.processors["ap"]
        suspend_mj = (spec.suspend_mw - spec.suspended_mw) * spec.suspend_ms
        return (suspend_mj + (spec.resume_mw - spec.suspended_mw) * spec.resume_ms) / 1_000.0

    def able(self, work: Work) -> tuple[str, ...]:
        """Return the processors that can run ``work``, ``mcu`` first; perhaps none."""
        there = self.profile.processors
        found = (("mcu", work.mcu_ms), ("ap", work.ap_ms))
        return tuple(name for name, cost_ms in found if cost_ms is not None and name in there)

    def run_ns(self, work: Work, processor: str) -> int:
        """Return how long ``work`` takes on ``processor`` once it starts."""
        if processor == "mcu":
            speed = self.profile.processors["mcu"].speed
            return round((work.mcu_ms or 0.0) * MS / speed / (1.0 - self.load))
        spec = self.profile.processors["ap"]
        rounds = -(-work.ap_threads // spec.cores)
        return round(ramp(spec, (work.ap_ms or 0.0) * rounds)[0] * MS) + self.message_ns(work.size_bytes)

    def duration_ns(self, work: Work, processor: str) -> int:
        """Return how long ``work`` takes on ``processor`` from now on, as far as can be foreseen."""
        return self.ready_ns[processor] + self.run_ns(work, processor)

    def energy_mwh(self, work: Work, processor: str) -> float:
        """Return what ``work`` adds on ``processor``: busy cores, and for the ap its wake, staying awake and the tail."""
        spec = self.profile.processors[processor]
        if processor == "mcu":
            return spec.core_mw * (work.mcu_ms or 0.0) * MS / spec.speed * MWH_PER_MW_NS
        energy = ramp(spec, work.ap_ms or 0.0)[1] * 1_000.0 * work.ap_threads + spec.idle_mw * work.awake_ms
        tail_ms = self.timeout()
        if tail_ms is not None and self.states["ap"] not in ("idle", "active"):
            energy += spec.resume_mw * spec.resume_ms + spec.suspend_mw * spec.suspend_ms + spec.idle_mw * tail_ms
        return energy * MS * MWH_PER_MW_NS

    def message_ns(self, size_bytes: int) -> int:
        """Return how long a message of ``size_bytes`` takes from one processor to the other."""
        line = self.profile.mailbox
        if line is None or len(self.profile.processors) < 2:
            return 0
        return round(size_bytes * BITS_PER_BYTE / line.baud * 1e9) + round(line.irq_us * 1_000)


def cheapest_in_time(work: Work, view: View) -> str:
    """Return the processor that takes least of those that meet the deadline, or else the fastest."""
    able = view.able(work)
    in_time = [p for p in able if view.duration_ns(work, p) <= work.deadline_ns]
    if in_time:
        return min(in_time, key=lambda p: view.energy_mwh(work, p))
    return min(able, key=lambda p: view.duration_ns(work, p))


def explain(work: Work, processor: str, view: View, policy: str) -> str:
    """Return why ``work`` is on ``processor``, in words for the panel, from the figures the policy saw."""
    able = view.able(work)
    if len(view.profile.processors) == 1:
        return "only processor"
    if len(able) == 1:
        return "only android" if processor == "ap" else "only rtos"
    in_time = [p for p in able if view.duration_ns(work, p) <= work.deadline_ns]
    if not in_time:
        fastest = min(able, key=lambda p: view.duration_ns(work, p))
        return "late anywhere, soonest here" if processor == fastest else policy.replace("_", " ")
    if in_time == ["ap"] and processor == "ap":
        return "mcu busy" if view.run_ns(work, "mcu") <= work.deadline_ns else "mcu too slow"
    if processor == min(in_time, key=lambda p: view.energy_mwh(work, p)):
        return "cheapest in time" if len(in_time) > 1 else "android would be late"
    return policy.replace("_", " ")
