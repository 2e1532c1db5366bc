"""What a request asks of the device, step by step, and the playing of it: the same on the fluid and on the real one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from emulator.core.kernel import Future, Kernel
from emulator.core.profile import Profile
from emulator.core.units import MS, S
from emulator.devices.usage import Feature, Stage, Usage
from emulator.devices.work import NEVER_NS, Hold, Work, WorkDone


@dataclass(frozen=True, slots=True)
class Step:
    """Work, or else ``hold_ns`` for which parts are on.

    Attributes:
        work: What is computed.
        hold_ns: How long the parts are on.
        powers_mw: What they draw, (component, mW).
    """

    work: Work | None = None
    hold_ns: int = 0
    powers_mw: tuple[tuple[str, float], ...] = ()

    @property
    def on_ap(self) -> bool:
        """Say whether it is work for the ap."""
        return self.work is not None and self.work.ap_ms is not None


@dataclass(frozen=True, slots=True)
class Script:
    """One feature on one device.

    Attributes:
        name: Of the feature; it pays.
        whole: The request as one work, for the policy.
        steps: By processor.
        deadline_ns: The first answer is due after so long.
        hint, hint_ns: First sign, and how long before the request it comes.
    """

    name: str
    whole: Work
    steps: dict[str, tuple[Step, ...]]
    deadline_ns: int
    hint: str
    hint_ns: int


@dataclass(frozen=True, slots=True)
class Served:
    """What became of a request.

    Attributes:
        feature: What was asked for.
        t_ns: When.
        processor: Where its steps ran; "" if nowhere.
        wake_ms: Part of the answer in which the ap was still waking.
        answer_ms: Until the first thing that the wearer notices: what precedes the first hold.
        in_time: Whether that met the deadline.
        finished: Whether it was served to its end.
    """

    feature: str
    t_ns: int
    processor: str
    wake_ms: float
    answer_ms: float
    in_time: bool
    finished: bool


class Machine(Protocol):
    """What can play requests: the fluid, or the device with its schedulers."""

    kernel: Kernel

    def place(self, work: Work) -> str:
        """Return where the policy wants ``work``; "" for nowhere."""

    def run(self, work: Work) -> Future[WorkDone]:
        """Start ``work``."""

    def stay_awake(self, owner: str) -> Hold:
        """Keep the ap awake."""

    def switch_on(self, owner: str, powers_mw: tuple[tuple[str, float], ...]) -> Hold:
        """Keep parts on, (component, mW), until the hold is released."""


def scripts_of(usage: Usage, profile: Profile) -> dict[str, Script]:
    """Return the features of ``usage`` that the device can have, made ready for playing."""
    return {
        name: script_of(name, feature, profile, usage.brightness) for name, feature in usage.fitting(profile).items()
    }


def script_of(name: str, feature: Feature, profile: Profile, brightness: float) -> Script:
    """Return ``feature`` on the device of ``profile``, its display at ``brightness`` in [0, 1]."""
    steps = {
        processor: tuple(_step(stage, name, profile, brightness) for stage in feature.stages(processor))
        for processor in profile.processors
    }
    deadline_ns = round(feature.deadline_ms * MS) if feature.deadline_ms else NEVER_NS
    return Script(name, feature.work(name), steps, deadline_ns, feature.hint, round(feature.hint_ms * MS))


async def play(script: Script, machine: Machine, served: list[Served]) -> None:
    """Pass through the steps of one request and note in ``served`` what became of it.

    From its first step on the ap until its end a request keeps Android awake.
    """
    kernel, owner = machine.kernel, script.name
    asked_ns, processor = kernel.now_ns, machine.place(script.whole)
    wake_ms, answer_ns = 0.0, -1
    finished = bool(processor)
    awake: Hold | None = None
    for step in script.steps.get(processor, ()):
        if awake is None and step.on_ap:
            awake = machine.stay_awake(owner)
        if step.work is not None:
            done = await machine.run(step.work)
            finished = done.finished
            if not finished:
                break
            if answer_ns < 0:
                wake_ms += done.wake_ms
        else:
            if answer_ns < 0:
                answer_ns = kernel.now_ns - asked_ns
            hold = machine.switch_on(owner, step.powers_mw)
            await kernel.sleep(step.hold_ns)
            hold.release()
    if awake is not None:
        awake.release()
    if answer_ns < 0:
        answer_ns = kernel.now_ns - asked_ns
    in_time = finished and answer_ns <= script.deadline_ns
    served.append(Served(owner, asked_ns, processor, wake_ms, answer_ns / MS, in_time, finished))


def _step(stage: Stage, owner: str, profile: Profile, brightness: float) -> Step:
    if stage.hold_s:
        powers_mw = tuple(sorted(stage.hold_mw(profile, brightness).items()))
        return Step(None, round(stage.hold_s * S), powers_mw)
    if stage.mcu_ms:
        work = Work(owner, owner, mcu_ms=stage.mcu_ms)
        if "mcu" not in profile.processors:  # the ap does it, at its speed
            work = replace(work, mcu_ms=None, ap_ms=stage.mcu_ms / profile.processors["ap"].speed)
    else:
        work = Work(owner, owner, ap_ms=stage.ap_ms, ap_threads=stage.threads)
    return Step(work)
