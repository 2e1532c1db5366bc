"""Days under each policy, on the schedulers: what they cost, how long the wearer waits, and the regret.

The periodic load of the mcu is folded (``Rtos.fold``), all else is scheduled: a day takes a fraction of a second.
Regret is what a policy costs more than the oracle, in mW; a millisecond of waiting is priced (``PRICE_MJ_PER_MS``),
else never waking Android in time would look like thrift.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from statistics import fmean

from emulator.core.events import ProcessorChanged
from emulator.core.kernel import Future, Kernel
from emulator.core.log import EventLog, Record
from emulator.core.profile import Profile
from emulator.core.units import MS, S
from emulator.devices.fluid.parts import FluidParts
from emulator.devices.fluid.requests import Script, Served, play, scripts_of
from emulator.devices.ledger import Ledger
from emulator.devices.policy import PRICE_MJ_PER_MS
from emulator.devices.system import System
from emulator.devices.usage import Arrival, Usage, arrivals, false_hints_ns
from emulator.devices.work import Hold, Work, WorkDone

ORACLE = "oracle"
GRACE_NS = 900 * S  # after the last request of the day, so that all are served under every policy


@dataclass(frozen=True, slots=True)
class PolicyDay:
    """One day under one policy.

    Attributes:
        policy: Its id.
        seed: Of the day.
        mean_mw: Mean power at the packs.
        wakes: How often Android resumed.
        served: What became of each request.
        span_s: Length of the run.
    """

    policy: str
    seed: int
    mean_mw: float
    wakes: int
    served: tuple[Served, ...]
    span_s: float

    @property
    def cost_mw(self) -> float:
        """Mean power with the waiting priced in."""
        waited_ms = sum(request.answer_ms for request in self.served)
        return self.mean_mw + PRICE_MJ_PER_MS * waited_ms / self.span_s


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One policy over several days; latencies from request to the first answer.

    Attributes:
        policy: Its id.
        mean_mw: Mean power.
        packs_per_day: Packs of the profile that a day of the usage empties.
        wakes: Resumes of Android a day.
        android_p50_ms, android_p95_ms: Latency of what Android alone can serve.
        either_p95_ms: Latency of what either processor can.
        missed: Deadlines missed a day.
        requests: Requests a day.
        regret_mw: What it costs more than the oracle, on average.
        least_regret_mw: On the day where that is least.
    """

    policy: str
    mean_mw: float
    packs_per_day: float
    wakes: float
    android_p50_ms: float
    android_p95_ms: float
    either_p95_ms: float
    missed: float
    requests: float
    regret_mw: float
    least_regret_mw: float


class Scheduled:
    """Plays requests on the schedulers (``fluid/requests.py`` says how)."""

    def __init__(self, profile: Profile, policy_id: str, *, worn: bool, folded: bool = True) -> None:
        self.kernel = Kernel()
        self.log = EventLog(self.kernel)
        self.ledger = Ledger(self.kernel)
        self.system = System(self.kernel, self.log, self.ledger, profile, policy_id, worn=worn)
        if folded:
            self.system.fold()
        self._parts = FluidParts(self.ledger, profile)

    def place(self, work: Work) -> str:
        """Return where the policy wants ``work``; "" for nowhere."""
        return self.system.place(work)

    def run(self, work: Work) -> Future[WorkDone]:
        """Start ``work``."""
        return self.system.run(work)

    def stay_awake(self, owner: str) -> Hold:
        """Keep the ap awake until the hold is released."""
        return self.system.stay_awake(owner)

    def switch_on(self, owner: str, powers_mw: tuple[tuple[str, float], ...]) -> Hold:
        """Keep parts on, (component, mW), until the hold is released."""
        for component, mw in powers_mw:
            self._parts.switch(owner, component, mw, 1)

        def off() -> None:
            for component, mw in powers_mw:
                self._parts.switch(owner, component, mw, -1)

        return Hold(off)


def run_day(profile: Profile, policy_id: str, usage: Usage, seed: int, rate: float = 1.0) -> PolicyDay:
    """Run one day of ``usage`` under a policy; the same seed asks for the same things at the same times."""
    machine = Scheduled(profile, policy_id, worn=usage.worn)
    scripts, day = scripts_of(usage, profile), arrivals(usage, profile, seed, rate=rate)
    wakes: list[int] = []

    def count(record: Record) -> None:
        if isinstance(record.event, ProcessorChanged) and record.event.state == "resuming":
            wakes.append(record.t_ns)

    machine.log.subscribe(count, ProcessorChanged)
    if policy_id == ORACLE:
        machine.system.foresee(_needs_ns(profile, scripts, day, machine.system))
    served: list[Served] = []
    for arrival in day:
        _schedule(machine, scripts[arrival.feature], arrival.t_ns, served)
    for t_ns in false_hints_ns(usage, seed):
        machine.kernel.post(t_ns, partial(machine.system.hint, "touch-down"))
    span_ns = usage.day_ns + GRACE_NS
    machine.kernel.run_until(span_ns)
    span_s = span_ns / S
    return PolicyDay(policy_id, seed, machine.ledger.total_mwh() * 3_600.0 / span_s, len(wakes), tuple(served), span_s)


def compare(
    profile: Profile, policy_ids: Sequence[str], usage: Usage, seeds: Sequence[int], rate: float = 1.0
) -> list[PolicyRow]:
    """Run the same days under every policy, and the oracle beside them."""
    bounds = [run_day(profile, ORACLE, usage, seed, rate) for seed in seeds]
    rows = []
    for policy_id in policy_ids:
        days = bounds if policy_id == ORACLE else [run_day(profile, policy_id, usage, seed, rate) for seed in seeds]
        rows.append(_row(profile, usage, days, bounds))
    return rows


def _row(profile: Profile, usage: Usage, days: Sequence[PolicyDay], bounds: Sequence[PolicyDay]) -> PolicyRow:
    android: list[float] = []
    either: list[float] = []
    for request in (request for day in days for request in day.served):
        group = android if usage.features[request.feature].placement == "android-only" else either
        group.append(request.answer_ms)
    mean_mw = fmean(day.mean_mw for day in days)
    pack_mwh = profile.battery.capacity_mah * profile.battery.nominal_v
    regrets_mw = [day.cost_mw - bound.cost_mw for day, bound in zip(days, bounds, strict=True)]
    return PolicyRow(
        policy=days[0].policy,
        mean_mw=mean_mw,
        packs_per_day=mean_mw * usage.hours / pack_mwh,
        wakes=fmean(day.wakes for day in days),
        android_p50_ms=percentile(android, 0.5),
        android_p95_ms=percentile(android, 0.95),
        either_p95_ms=percentile(either, 0.95),
        missed=fmean(sum(not request.in_time for request in day.served) for day in days),
        requests=fmean(len(day.served) for day in days),
        regret_mw=fmean(regrets_mw),
        least_regret_mw=min(regrets_mw),
    )


def percentile(values: Sequence[float], share: float) -> float:
    """Return the least of ``values`` that at least ``share`` of them do not exceed; 0 if there are none.

    >>> percentile([4.0, 1.0, 3.0, 2.0], 0.5)
    2.0
    """
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)] if ordered else 0.0


def _schedule(machine: Scheduled, script: Script, t_ns: int, served: list[Served]) -> None:
    kernel = machine.kernel
    if script.hint:
        kernel.post(max(0, t_ns - script.hint_ns), partial(machine.system.hint, script.hint))

    def begin() -> None:
        kernel.spawn(play(script, machine, served), script.name)

    kernel.post(t_ns, begin)


def _needs_ns(profile: Profile, scripts: dict[str, Script], day: Sequence[Arrival], system: System) -> list[int]:
    """Return when what Android alone can serve will need it: after what the mcu does first."""
    if "ap" not in profile.processors:
        return []
    return [
        arrival.t_ns + _before_ap_ns(scripts[arrival.feature], system)
        for arrival in day
        if system.view().able(scripts[arrival.feature].whole) == ("ap",)
    ]


def _before_ap_ns(script: Script, system: System) -> int:
    mcu_ms = 0.0
    for step in script.steps["ap"]:
        if step.work is None or step.work.mcu_ms is None:
            break
        mcu_ms += step.work.mcu_ms
    mcu = system.mcu
    return round(mcu.run_ns(mcu_ms) / (1.0 - mcu.load)) if mcu else round(mcu_ms * MS)
