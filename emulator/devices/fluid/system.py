"""The dual system as a fluid: places requests, runs work on both processors, and keeps parts on.

What ``devices/system.py`` and ``devices/parts.py`` do slice by slice, at a few events a request. Both answer to the
same calls, so one request can be played on either (``devices/serve.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from emulator.core.kernel import Future, Kernel
from emulator.core.profile import Profile
from emulator.core.units import MS, MWH_PER_MW_NS
from emulator.devices.errands import REPLY_BYTES
from emulator.devices.fluid.ap import FluidAp
from emulator.devices.fluid.mcu import FluidMcu
from emulator.devices.fluid.shared_cores import Thread
from emulator.devices.foresight import Foresight
from emulator.devices.ledger import MWH_PER_NW_NS, Ledger
from emulator.devices.policy import BITS_PER_BYTE, Hint, Policy, View
from emulator.devices.work import Hold, Work, WorkDone, fit


@dataclass(slots=True, eq=False)
class _Running:
    """A work between request and end."""

    work: Work
    processor: str
    asked_ns: int
    future: Future[WorkDone] = field(default_factory=Future)
    wake_ns: int = 0
    energy_mwh: float = 0.0
    left: int = 0
    threads: list[Thread] = field(default_factory=list)


class FluidSystem:
    """Both processors, the line between them, and the policy above them.

    Attributes:
        mcu, ap: The processors; ``None`` for one that the profile has not got.
        level, heat: Asked for what the policy sees of packs and skin: charge in [0, 1], limits that hold.
    """

    def __init__(self, kernel: Kernel, ledger: Ledger, profile: Profile, policy: Policy, *, worn: bool = True) -> None:
        self._kernel, self._profile, self._policy = kernel, profile, policy
        specs, self._line = profile.processors, profile.mailbox
        self.mcu = FluidMcu(kernel, ledger, profile, specs["mcu"], worn=worn) if "mcu" in specs else None
        self.ap = FluidAp(kernel, ledger, specs["ap"], self._timeout_ms) if "ap" in specs else None
        self._line_free_ns = {"ap": 0, "mcu": 0}
        self._foresight = Foresight()
        self.level: Callable[[], float] = lambda: 1.0
        self.heat: Callable[[], int] = lambda: 0
        if self.ap:
            self.ap.settle("awake" if self._timeout_ms() is None else "suspended")

    def view(self) -> View:
        """Return what the policy sees now."""
        states, ready_ns = {}, {}
        if self.mcu:
            states["mcu"] = "active" if self.mcu.busy else "idle"
            ready_ns["mcu"] = self.mcu.backlog_ns
        if self.ap:
            states["ap"] = self._ap_state(self.ap)
            ready_ns["ap"] = self.ap.wake_ns + self.ap.cores.left_ns // self._profile.processors["ap"].cores
        last_owner = self.ap.needs.gaps.owner if self.ap else ""
        return View(
            self._profile, states, ready_ns, self.mcu.load if self.mcu else 0.0, self._timeout_ms,
            now_ns=self._kernel.now_ns,
            last_owner=last_owner,
            gaps_ms=self.ap.needs.gaps.after(last_owner) if self.ap else (),
            hinted=self.ap.needs.hinted if self.ap else False,
            next_ap_ns=self._foresight.next_ns(self._kernel.now_ns),
            level=self.level(),
            heat=self.heat(),
        )  # fmt: skip

    def place(self, work: Work) -> str:
        """Return where the policy wants ``work``; "" if no processor of this device can run it."""
        view, work = self.view(), fit(work, self._profile)
        return self._policy.place(work, view) if view.able(work) else ""

    def wants_foresight(self) -> bool:
        """Say whether the policy wakes the ap for what is foreseen."""
        return self.ap is not None and self._policy.hint(Hint("foreseen"), self.view())

    def foresee(self, needs_ns: Iterable[int]) -> None:
        """Tell the policy beforehand when Android will be needed, as an oracle knows; before the day runs."""
        if self.ap:
            self._foresight.learn(self._kernel, needs_ns, self.ap.resume_ns, lambda: self.hint("foreseen"))
            self.ap.rest()

    def run(self, work: Work) -> Future[WorkDone]:
        """Start ``work``, which one processor can run, or the policy places; resolves when it is done or lost."""
        work = fit(work, self._profile)
        running = _Running(work, self._only(work) or self.place(work), self._kernel.now_ns)
        if running.processor:
            self._begin(running)
        else:
            running.future.set(WorkDone(0, "", 0.0, 0.0, 0.0, in_time=False, finished=False))
        return running.future

    def stay_awake(self, owner: str) -> Hold:
        """Keep the ap awake for ``owner`` until the hold is released. Does nothing without an ap."""
        return self.ap.hold(owner) if self.ap else Hold(_nothing)

    def hint(self, what: str, owner: str = "system") -> None:
        """Tell the policy of a first sign of work; it may wake the ap for ``owner``."""
        if self.ap and self._policy.hint(Hint(what), self.view()):
            self.ap.wake_on_hint(owner)

    def _only(self, work: Work) -> str:
        """Return the one processor that can run ``work``, or "": a policy has nothing to choose there."""
        there = self._profile.processors
        on_mcu, on_ap = work.mcu_ms is not None and "mcu" in there, work.ap_ms is not None and "ap" in there
        return "" if on_mcu == on_ap else "mcu" if on_mcu else "ap"

    def _ap_state(self, ap: FluidAp) -> str:
        return ("active" if ap.cores.busy else "idle") if ap.state == "awake" else ap.state

    def _timeout_ms(self) -> int | None:
        return self._policy.timeout(self.view())

    def _begin(self, running: _Running) -> None:
        work = running.work
        if running.processor == "mcu":
            assert self.mcu
            cost_ms = work.mcu_ms or 0.0
            running.energy_mwh = self._profile.processors["mcu"].core_mw * self.mcu.run_ns(cost_ms) * MWH_PER_MW_NS
            self.mcu.run(work.owner, cost_ms, lambda: self._finish(running))
            return
        assert self.ap
        self.ap.need(work.owner)
        if self._line is None:
            self.ap.when_awake(work.owner, lambda: self._run_threads(running))
        else:
            self._send(self.ap, running)

    def _send(self, ap: FluidAp, running: _Running) -> None:
        """Send the message to the ap: it crosses the line, waits until the ap is awake, and then for the interrupt."""
        kernel = self._kernel

        def arrive() -> None:
            ap.when_awake(running.work.owner, interrupt)

        def interrupt() -> None:
            kernel.post(kernel.now_ns + self._irq_ns, lambda: self._run_threads(running))

        kernel.post(self._arrival_ns("ap", running.work.size_bytes), arrive)

    def _run_threads(self, running: _Running) -> None:
        assert self.ap
        running.wake_ns = self.ap.needs.waited_ns(running.asked_ns)
        running.energy_mwh = self.ap.needs.claim_wake_mwh(running.work.owner)
        running.left = running.work.ap_threads
        running.threads = self.ap.run(running.work, lambda: self._end_thread(running))

    def _end_thread(self, running: _Running) -> None:
        assert self.ap
        running.left -= 1
        if running.left:
            return
        running.energy_mwh += sum(thread.spent for thread in running.threads) * MWH_PER_NW_NS
        if self._line is None:
            self._end_on_ap(running)
        else:
            taken_ns = self._arrival_ns("mcu", REPLY_BYTES) + self._irq_ns
            self._kernel.post(taken_ns, lambda: self._end_on_ap(running))

    def _end_on_ap(self, running: _Running) -> None:
        """The result is there; the ap is kept awake until whoever asked has had his turn."""
        assert self.ap
        self._finish(running)
        self.ap.leave(running.work.owner)

    def _arrival_ns(self, to: str, size_bytes: int) -> int:
        """Return when a message of ``size_bytes`` that is sent now has left the line; it carries one at a time."""
        assert self._line
        start_ns = max(self._kernel.now_ns, self._line_free_ns[to])
        self._line_free_ns[to] = start_ns + round(size_bytes * BITS_PER_BYTE / self._line.baud * 1e9)
        return self._line_free_ns[to]

    @property
    def _irq_ns(self) -> int:
        return round(self._line.irq_us * 1_000) if self._line else 0

    def _finish(self, running: _Running) -> None:
        latency_ns = self._kernel.now_ns - running.asked_ns
        running.future.set(
            WorkDone(
                0, running.processor, running.wake_ns / MS, latency_ns / MS, running.energy_mwh,
                latency_ns <= running.work.deadline_ns,
            )
        )  # fmt: skip


def _nothing() -> None:
    pass
