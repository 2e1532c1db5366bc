"""Templates: one request of each feature, played alone on the fluid device, as power over time.

They are taken from the simulation, not written down: whatever a policy, a profile or a usage changes is in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emulator.core.kernel import Future, Kernel
from emulator.core.profile import Profile
from emulator.core.units import MS, S
from emulator.devices.fluid.device import Conditions, FluidDevice
from emulator.devices.fluid.requests import Script, Served, play, scripts_of
from emulator.devices.parts import part_powers_mw
from emulator.devices.policy import Hint, Policy, View
from emulator.devices.usage import Usage
from emulator.devices.work import NEVER_NS, Hold, Work, WorkDone

BEGIN_NS = 10 * S
LOOKS = frozenset({"now_ns", "next_ap_ns", "last_owner", "gaps_ms"})  # what look.py tells it need by need
FREE = frozenset({"hinted", "profile", "break_even_ms", "round_trip_mj"})  # what a timeout may ask for in a template
NW_NS_PER_MJ = 1e15
BYTES = 64  # of a message with work (``Work.size_bytes``)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Template:
    """One request of a feature on a device whose ap is awake; times in s from the request.

    Attributes:
        name: Of the feature.
        on_ap: Whether it runs on the ap.
        edges_s, energy_mj: Energy beyond that of the idle device since the request, at the edges; shape (k,).
        peak_mw: Highest power beyond that of the idle device.
        awake_mw, resume_mw: What the ap draws beyond being suspended, while it is needed and while it resumes.
        need_s, end_s: When it begins to need the ap, and when it needs it no more.
        answer_s: When its first answer comes.
        deadline_s: When it should.
        android_only: Whether nothing but the ap can serve it.
        shared: For each part that is drawn once for all: mW, and when it is on, shape (k, 2).
        hint, hint_s: First sign, and how long before the request it comes.
    """

    name: str
    on_ap: bool
    edges_s: Floats
    energy_mj: Floats
    peak_mw: float
    awake_mw: float
    resume_mw: float
    need_s: float
    end_s: float
    answer_s: float
    deadline_s: float
    android_only: bool
    shared: dict[str, tuple[float, Floats]]
    hint: str
    hint_s: float


@dataclass(frozen=True, slots=True)
class Looking:
    """A policy whose timeout depends on gaps or foresight.

    Attributes:
        profile, policy: The device, and who decides.
        foresees: Whether it is told when the ap will be needed.
    """

    profile: Profile
    policy: Policy
    foresees: bool


@dataclass(frozen=True, slots=True)
class Templates:
    """All that a policy does with a usage on a device.

    Attributes:
        features: By number, as in ``Requests.names``.
        idle_mw: Power of the device when nothing is asked for: the ap suspended, or awake if it never suspends.
        timeout_s, hinted_s: Tail of the ap after a need, and after a first sign that nothing followed; inf for never.
        signs: First signs that wake the ap.
        line_s: How long a message to the ap is on the line.
        looking: The policy, if its timeout depends on gaps or on foresight; ``timeout_s`` and ``hinted_s`` are then
            nothing.
    """

    features: tuple[Template, ...]
    idle_mw: float
    timeout_s: float
    hinted_s: float
    signs: frozenset[str]
    line_s: float
    looking: Looking | None = None


def templates_of(profile: Profile, policy: Policy, usage: Usage) -> Templates | None:
    """Play each feature once.

    Returns:
        None if the policy decides by charge or heat, or the day is not of whole minutes: such days have to be played one
        by one.
    """
    if usage.day_ns % (60 * S):
        return None
    timeouts_ms, asked = _timeouts_ms(profile, policy) if "ap" in profile.processors else ((None, None), frozenset())
    if not asked <= FREE | LOOKS:
        return None
    scripts = scripts_of(usage, profile)
    places = _places(profile, policy, scripts)
    if any(len(place) > 1 for place in places.values()):
        return None
    features = tuple(
        _play_alone(
            profile, script, next(iter(places[name])), android_only=usage.features[name].placement == "android-only"
        )
        for name, script in scripts.items()
    )
    device = FluidDevice(profile, policy, Conditions(worn=usage.worn, bench_heat=0))
    view = device.system.view()
    signs = [
        sign for sign in ("touch-down", "wake-word") if "ap" in profile.processors and policy.hint(Hint(sign), view)
    ]
    looking = None
    if not asked <= FREE:
        looking, timeouts_ms = Looking(profile, policy, policy.hint(Hint("foreseen"), view)), (0, 0)
    timeout_s, hinted_s = (np.inf if ms is None else ms / 1_000.0 for ms in timeouts_ms)
    return Templates(
        features,
        device.ledger.total_mw,
        timeout_s,
        hinted_s,
        frozenset(signs),
        view.message_ns(BYTES) / S - _irq_s(profile),
        looking,
    )


def _irq_s(profile: Profile) -> float:
    both = profile.mailbox is not None and len(profile.processors) == 2
    return round(profile.mailbox.irq_us * 1_000) / S if both and profile.mailbox else 0.0


class _Fixed:
    """A policy that places everything on one processor and never suspends."""

    def __init__(self, processor: str) -> None:
        self._processor = processor

    def place(self, work: Work, view: View) -> str:
        able = view.able(work)
        return self._processor if self._processor in able else able[-1]

    def timeout(self, view: View) -> int | None:  # noqa: ARG002  the same whatever the view
        return None

    def hint(self, hint: Hint, view: View) -> bool:  # noqa: ARG002  the same whatever the view
        return False


class _Asked:
    """A view that notes what a policy asks it for."""

    def __init__(self, view: View) -> None:
        self._view = view
        self.names: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.names.add(name)
        return getattr(self._view, name)


class _Recorder:
    """Plays on the device and notes when which part is on, and when the ap is needed."""

    def __init__(self, device: FluidDevice) -> None:
        self.kernel: Kernel = device.kernel
        self._device = device
        self.spans: dict[str, list[tuple[int, int]]] = {}
        self.need_ns, self.end_ns = -1, -1

    def place(self, work: Work) -> str:
        return self._device.place(work)

    def run(self, work: Work) -> Future[WorkDone]:
        return self._device.run(work)

    def stay_awake(self, owner: str) -> Hold:
        hold = self._device.stay_awake(owner)
        if self.need_ns < 0:
            self.need_ns = self.kernel.now_ns

        def release() -> None:
            self.end_ns = self.kernel.now_ns
            hold.release()

        return Hold(release)

    def switch_on(self, owner: str, powers_mw: Sequence[tuple[str, float]]) -> Hold:
        since_ns, hold = self.kernel.now_ns, self._device.switch_on(owner, powers_mw)

        def release() -> None:
            for component, _ in powers_mw:
                self.spans.setdefault(component, []).append((since_ns, self.kernel.now_ns))
            hold.release()

        return Hold(release)


def _play_alone(profile: Profile, script: Script, processor: str, *, android_only: bool) -> Template:
    device = FluidDevice(profile, _Fixed(processor), Conditions(bench_heat=0))
    kernel, ledger = device.kernel, device.ledger
    kernel.run_until(BEGIN_NS)
    idle_nw = ledger.total_nw
    steps: list[tuple[int, int]] = []
    ledger.watch(lambda: steps.append((kernel.now_ns, ledger.total_nw)))
    recorder, served = _Recorder(device), list[Served]()
    kernel.spawn(play(script, recorder, served), script.name)
    while not served:
        due_ns = kernel.next_due_ns()
        assert due_ns is not None
        kernel.run_until(due_ns)
    kernel.run_until(kernel.now_ns + S)
    times_ns, powers_nw = (np.array(column, np.float64) for column in zip(*[(BEGIN_NS, idle_nw), *steps], strict=True))
    times_ns = np.append(times_ns, kernel.now_ns)
    energy = np.concatenate([[0.0], np.cumsum(np.diff(times_ns) * (powers_nw - idle_nw))]) / NW_NS_PER_MJ
    kept = np.concatenate([[True], np.diff(times_ns) > 0])
    on_ap = recorder.need_ns >= 0 and "ap" in profile.processors
    spec = profile.processors.get("ap")
    awake_mw = spec.idle_mw - spec.suspended_mw if on_ap and spec else 0.0
    resume_mw = spec.resume_mw - spec.suspended_mw if on_ap and spec else 0.0
    since_s, until_s = (recorder.need_ns, recorder.end_ns) if on_ap else (BEGIN_NS, BEGIN_NS)
    deadline_s = np.inf if script.deadline_ns == NEVER_NS else script.deadline_ns / S
    return Template(
        script.name,
        on_ap,
        (times_ns[kept] - BEGIN_NS) / S,
        energy[kept],
        float(powers_nw.max() - idle_nw) / 1e6,
        awake_mw,
        resume_mw,
        (since_s - BEGIN_NS) / S,
        (until_s - BEGIN_NS) / S,
        served[0].answer_ms * MS / S,
        deadline_s,
        android_only,
        _shared(profile, recorder),
        script.hint,
        script.hint_ns / S,
    )


def _shared(profile: Profile, recorder: _Recorder) -> dict[str, tuple[float, Floats]]:
    powers_mw = part_powers_mw(profile)
    if profile.display is not None:
        powers_mw["display"] = profile.display.static_mw
    spans = {name: np.array(spans, np.float64) for name, spans in sorted(recorder.spans.items()) if name in powers_mw}
    return {name: (powers_mw[name], (times - BEGIN_NS) / S) for name, times in spans.items()}


def _timeouts_ms(profile: Profile, policy: Policy) -> tuple[tuple[int | None, int | None], frozenset[str]]:
    """Return the timeouts without and with a hint, and what the policy asked for to choose one, whatever it saw."""
    view = FluidDevice(profile, policy, Conditions(bench_heat=0)).system.view()
    seen = {"gaps_ms": (900.0, 4_000.0, 90_000.0) * 5, "last_owner": "seen", "next_ap_ns": 90 * S}
    found, names = [], set[str]()
    for changes in ({}, {"hinted": True}, seen):
        asked = _Asked(replace(view, **changes))
        found.append(policy.timeout(asked))  # type: ignore[arg-type]  # answers to all that a view does
        names |= asked.names
    return (found[0], found[1]), frozenset(names)


def _places(profile: Profile, policy: Policy, scripts: dict[str, Script]) -> dict[str, set[str]]:
    """Return where the policy puts each feature with the ap suspended, and with the ap awake."""
    found: dict[str, set[str]] = {name: set() for name in scripts}
    for awake in (False, True):
        device = FluidDevice(profile, policy, Conditions(bench_heat=0))
        if awake and device.system.ap:
            device.stay_awake("template").release()
            device.kernel.run_until(device.system.ap.resume_ns)
        for name, script in scripts.items():
            found[name].add(device.place(script.whole))
    return found
