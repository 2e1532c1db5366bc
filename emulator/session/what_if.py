"""What if: a recorded session again under another policy, and what that changes in energy, battery life and latency.

The wearer does the same things at the same times. What a service answered is delivered as long after the new request
as it took then, so an answer can come earlier or later than in the recording.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from statistics import fmean

from emulator.core.actions import EndSession, Reply, SwitchPolicy
from emulator.core.errors import LogError
from emulator.core.events import Action, PowerSampled, SessionStarted, WorkFinished, WorkPlaced
from emulator.core.log import Record
from emulator.core.profile import Profile, load_profile
from emulator.core.units import MS
from emulator.devices.policy_day import ORACLE, percentile
from emulator.devices.system import find_policy
from emulator.hud.document import HudDocument
from emulator.session.glasses import Glasses

ONLY_ANDROID = frozenset({"only android", "only processor"})  # reasons of work that no policy could have kept away


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a session came to.

    Attributes:
        energy_mwh: Used in it.
        mean_mw: Mean power.
        life_min: How long the charge that it began with would last at that power.
        latency_ms, latency_p50_ms, latency_p95_ms: From request to end of a work: mean, median and 95th percentile.
        wake_ms: Mean part of it in which Android was waking.
        missed: Deadlines missed.
    """

    energy_mwh: float
    mean_mw: float
    life_min: float
    latency_ms: float
    latency_p50_ms: float
    latency_p95_ms: float
    wake_ms: float
    missed: int


@dataclass(frozen=True, slots=True)
class Difference:
    """The session under ``policy`` less the recorded one.

    Attributes:
        policy: The other policy.
        recorded, other: What they came to.
    """

    policy: str
    recorded: Outcome
    other: Outcome

    @property
    def energy_mwh(self) -> float:
        """More energy used, negative for less."""
        return self.other.energy_mwh - self.recorded.energy_mwh

    @property
    def life_min(self) -> float:
        """Minutes of battery gained, negative for lost."""
        return self.other.life_min - self.recorded.life_min

    @property
    def latency_ms(self) -> float:
        """More waiting for a work, on average, negative for less."""
        return self.other.latency_ms - self.recorded.latency_ms


def what_if(records: Sequence[Record], policy: str, documents: Mapping[str, HudDocument] | None = None) -> Glasses:
    """Repeat a session under another policy; changes of the policy in it are left out.

    Args:
        records: The log of the session so far, complete or not.
        policy: Id of the policy.
        documents: HUD documents that the session began with; the shipped ones if None.

    Returns:
        The pair at the time of the last record; closed if the session was.

    Raises:
        LogError: If the log does not begin with ``session.started``.
        UsageError: If there is no such policy.
    """
    start = _start(records)
    find_policy(policy)
    known = None if documents is None else dict(documents)
    worn = Glasses(start=replace(start, policy=policy), documents=known, replies=False)
    replies = {event.call: event for event in _events(records) if isinstance(event, Reply)}

    def answer(call: int) -> None:
        if call in replies:
            reply = replies.pop(call)
            worn.kernel.after(reply.latency_ms * MS, partial(worn.do, reply), late=True)

    worn.calls.asked = answer
    for call in worn.calls.unanswered:  # apps ask as soon as they start
        answer(call)
    if policy == ORACLE:
        worn.device.system.foresee(_needs_ns(records))
    for record in records:
        if isinstance(record.event, Action) and not isinstance(record.event, Reply | SwitchPolicy):
            worn.run_until(record.t_ns)
            worn.close() if isinstance(record.event, EndSession) else worn.do(record.event)
    worn.run_until(records[-1].t_ns)
    return worn


def compare(records: Sequence[Record], policy: str, documents: Mapping[str, HudDocument] | None = None) -> Difference:
    """Repeat a session under another policy and say what that changes; see ``what_if``."""
    start = _start(records)
    profile, levels = load_profile(start.profile), start.pack_levels
    worn = what_if(records, policy, documents)
    return Difference(policy, _outcome(records, profile, levels), _outcome(worn.log.records, profile, levels))


def _outcome(records: Sequence[Record], profile: Profile, levels: Sequence[float]) -> Outcome:
    """Return what a log came to, up to its last sample."""
    events = _events(records)
    works = [event for event in events if isinstance(event, WorkFinished)]
    samples = [event for event in events if isinstance(event, PowerSampled)]
    span_s = sum(sample.span_ms for sample in samples) / 1_000.0
    energy_mwh = sum(sample.total_mw * sample.span_ms for sample in samples) / 3.6e6
    mean_mw = energy_mwh * 3_600.0 / span_s if span_s else 0.0
    charge_mwh = sum(levels) * profile.battery.capacity_mah * profile.battery.nominal_v
    latencies_ms = [work.latency_ms for work in works]
    return Outcome(
        energy_mwh=energy_mwh,
        mean_mw=mean_mw,
        life_min=60.0 * charge_mwh / mean_mw if mean_mw else 0.0,
        latency_ms=fmean(latencies_ms) if works else 0.0,
        latency_p50_ms=percentile(latencies_ms, 0.5),
        latency_p95_ms=percentile(latencies_ms, 0.95),
        wake_ms=fmean(work.wake_ms for work in works) if works else 0.0,
        missed=sum(not work.in_time for work in works),
    )


def _start(records: Sequence[Record]) -> SessionStarted:
    if not records or not isinstance(records[0].event, SessionStarted):
        raise LogError("log:1:1: a log begins with session.started; is it complete?")
    return records[0].event


def _events(records: Sequence[Record]) -> list[object]:
    return [record.event for record in records]


def _needs_ns(records: Sequence[Record]) -> list[int]:
    """Return when Android was needed for what it alone can do."""
    return [
        record.t_ns
        for record in records
        if isinstance(record.event, WorkPlaced)
        and record.event.processor == "ap"
        and record.event.reason in ONLY_ANDROID
    ]
