"""The ap: Android on its cores, with the power states around it.

off → booting → idle ⇄ active, idle → suspending → suspended → resuming → idle. A wake during ``suspending`` lets it
finish and resumes at once. Whoever caused the wake, the *keeper*, pays for resuming, for being awake, for the tail
and for suspending. When another owner starts to need the ap while the keeper does not, it becomes the keeper: from
there on it is the one that keeps it awake. Suspended power, and idling under a policy that never suspends, is the
system's.
"""

from __future__ import annotations

from collections.abc import Callable

from emulator.core.events import ApClocked, HoldChanged, ProcessorChanged
from emulator.core.kernel import Kernel, Timer
from emulator.core.log import EventLog
from emulator.core.profile import Opp, Processor
from emulator.core.units import MS, S
from emulator.devices.ledger import Account, Ledger, to_nw
from emulator.devices.processors.fair_share import SLICE_NS, FairShare
from emulator.devices.processors.governor import Governor
from emulator.devices.processors.job import Job, nice_weight
from emulator.devices.processors.meter import Meter
from emulator.devices.processors.needs import Needs
from emulator.devices.work import Hold

NAME = "ap"
SYSTEM = "system"
AWAKE = frozenset({"idle", "active"})


class Android:
    """The application processor.

    Attributes:
        state: ``off``, ``booting``, ``suspended``, ``resuming``, ``idle``, ``active`` or ``suspending``.
        keeper: The owner that pays for it being awake.
        scheduler: Runs its jobs.
        governor: Sets the clock of its cores.
        needs: Who needs it to be awake.
        hung: Whether it makes no progress any more; only a reboot helps.
    """

    def __init__(
        self, kernel: Kernel, log: EventLog, ledger: Ledger, spec: Processor, timeout: Callable[[], int | None]
    ) -> None:
        self._kernel, self._log, self._ledger, self._spec, self._timeout = kernel, log, ledger, spec, timeout
        self._meter = Meter(kernel, log, ledger, NAME, spec.core_mw)
        slice_ns = round(spec.slice_ms * MS) or SLICE_NS
        self.scheduler = FairShare(
            kernel, spec.cores, self._meter, slice_ns=slice_ns, background_cores=spec.background_cores
        )
        self.governor = Governor(kernel, spec, self._set_clock)
        self.state, self.keeper = "off", SYSTEM
        self.needs, self.hung = Needs(kernel, spec), False
        self._paying: tuple[Account, int] = (self._meter.account(SYSTEM), 0)
        self._until_ns = 0
        self._change: Timer | None = None
        self._tail: Timer | None = None
        self._wake_again: tuple[str, str] | None = None
        self._holds: dict[str, int] = {}
        self._sleepers: list[Callable[[], None]] = []
        self._epoch = 0
        self._watchdog: Timer | None = None
        self._barked: Callable[[], None] = lambda: None

    @property
    def awake(self) -> bool:
        """Say whether it can run jobs now."""
        return self.state in AWAKE

    @property
    def resume_ns(self) -> int:
        """Return how long resuming takes."""
        return round(self._spec.resume_ms * MS)

    @property
    def wake_ns(self) -> int:
        """Return how long it would take to be awake, from now."""
        left_ns = max(0, self._until_ns - self._kernel.now_ns)
        match self.state:
            case "idle" | "active":
                return 0
            case "suspended":
                return self.resume_ns
            case "suspending":
                return left_ns + self.resume_ns
            case "off":
                return round(self._spec.boot_s * S)
        return left_ns

    def settle(self, state: str) -> None:
        """Be in ``state`` (``suspended`` or ``idle``) from the start of the session, without a transition."""
        self._enter(state, "start", SYSTEM)
        self.rest()

    def tell(self) -> None:
        """Tell of all slices so far."""
        self._meter.flush()

    def boot(self, cause: str, booted: Callable[[], None] = lambda: None) -> None:
        """Start from ``off``; ``booted`` is called when it is up."""

        def up() -> None:
            self._wake_up("booted")
            booted()

        if self.state == "off":
            self._pass_through("booting", self._spec.boot_s * 1_000, cause, up)

    def hang(self, barked: Callable[[], None]) -> None:
        """Stop making progress, now or as soon as it is awake: a core spins until the watchdog calls ``barked``.

        The watchdog rests while it is suspended.
        """
        if self.hung or self.state in ("off", "booting"):
            return
        self.hung, self._barked = True, barked
        if self.awake:
            self._spin()

    def cut(self, cause: str, *, keep_holds: bool = False) -> None:
        """Lose power at once, with all that runs; holds are asked for again after a reboot if ``keep_holds``."""
        self._stop_timers()
        self.scheduler.clear()
        self.governor.load(busy=False, boosted=False)
        self._meter.flush()
        if not keep_holds:
            self._epoch += 1
            for owner in self._holds:
                self._log.emit(HoldChanged(NAME, owner, 0), NAME)
            self._holds.clear()
        self.needs.lose(self._holds)
        self._sleepers.clear()
        self._wake_again, self.hung = None, False
        if self.state != "off":
            self._enter("off", cause, SYSTEM)

    def when_awake(self, owner: str, cause: str, callback: Callable[[], None]) -> None:
        """Call ``callback`` as soon as it is awake, at once if it is; wakes it for ``owner`` if it is suspended."""
        if self.awake and not self.hung:
            callback()
            return
        self._sleepers.append(callback)
        self.wake(owner, cause)

    def wake(self, owner: str, cause: str) -> None:
        """Resume for ``owner``; when awake, only the tail starts anew."""
        if not self.awake:
            self.needs.ask()
        if self.state == "suspended":
            self.needs.resumes(owner)
            self._pass_through("resuming", self._spec.resume_ms, cause, lambda: self._wake_up(cause), owner)
        elif self.state == "suspending":
            self._wake_again = self._wake_again or (owner, cause)
        elif self.awake:
            self.rest()

    def wake_on_hint(self, owner: str, cause: str) -> None:
        """Resume for ``owner`` although nobody needs it yet."""
        self.needs.hinted = self.needs.hinted or not (self.awake or self.needs)
        self.wake(owner, cause)

    def need(self, owner: str) -> None:
        """Note that ``owner`` has a reason for it to be awake; once more for each reason."""
        self.needs.add(owner)
        self._stop_tail()
        self._find_keeper()

    def leave(self, owner: str) -> None:
        """Note that one reason of ``owner`` is gone."""
        self.needs.drop(owner)
        self._find_keeper()
        self.rest()

    def hold(self, owner: str, cause: str) -> Hold:
        """Keep it awake for ``owner`` until released; wakes it if it is suspended."""
        self._count_hold(owner, 1)
        self.need(owner)
        self.wake(owner, cause)
        epoch = self._epoch
        return Hold(lambda: self._release(owner, epoch))

    def run(
        self,
        label: str,
        owner: str,
        cost_ms: float,
        nice: int,
        finished: Callable[[], None],
        *,
        background: bool = False,
    ) -> Job:
        """Run one thread of ``cost_ms`` at top speed and return its job; it must be awake, and needed by ``owner``."""

        def end() -> None:
            self._note_load()
            finished()

        weight = nice_weight(nice)
        job = Job(label, round(cost_ms * MS), end, account=self._meter.account(owner), weight=weight)
        job.background = background
        if not self.hung:
            self.scheduler.add(job)
            self._note_load()
        return job

    def _spin(self) -> None:
        watchdog_ns = round(self._spec.watchdog_s * S)
        self._stop_tail()
        self.scheduler.clear()
        self.scheduler.add(Job(f"{SYSTEM}/hung", 2 * watchdog_ns, lambda: None, account=self._meter.account(SYSTEM)))
        self._note_load()
        self._watchdog = self._kernel.after(watchdog_ns, self._barked)

    def _set_clock(self, opp: Opp) -> None:
        self.scheduler.set_speed(opp.speed)
        self._meter.set_core_mw(opp.core_mw)
        self._log.emit(ApClocked(opp.speed), NAME)

    def _note_load(self) -> None:
        """Tell whether it is active or idle, if that has changed."""
        busy = self.scheduler.busy
        self.governor.load(busy=busy, boosted=self.scheduler.foreground)
        state = "active" if busy else "idle"
        if self.awake and state != self.state:
            self._enter(state, "work" if state == "active" else "done", self.keeper)
            if state == "idle":
                self._meter.flush()

    def rest(self) -> None:
        """Start the tail if nothing needs it: it suspends when the policy's timeout is over."""
        self._stop_tail()
        if not self.awake or self.needs or self.hung:
            return
        timeout_ms = self._timeout()
        if timeout_ms is None:
            self._keep(SYSTEM)
        else:
            self._tail = self._kernel.after(timeout_ms * MS, lambda: self.suspend("timeout"))

    def suspend(self, cause: str) -> None:
        """Go to sleep, if it is awake and nothing needs it."""
        if self.awake and not self.needs and not self.hung:
            self._stop_tail()
            self._pass_through("suspending", self._spec.suspend_ms, cause, self._fall_asleep, self.keeper)

    def _release(self, owner: str, epoch: int) -> None:
        if epoch == self._epoch:  # else the power was cut meanwhile
            self._count_hold(owner, -1)
            self.leave(owner)

    def _count_hold(self, owner: str, change: int) -> None:
        count = self._holds.get(owner, 0) + change
        self._holds[owner] = count
        if not count:
            del self._holds[owner]
        self._log.emit(HoldChanged(NAME, owner, count), NAME)

    def _pass_through(
        self, state: str, duration_ms: float, cause: str, then: Callable[[], None], owner: str = SYSTEM
    ) -> None:
        self._until_ns = self._kernel.now_ns + round(duration_ms * MS)
        self._enter(state, cause, owner)
        self._change = self._kernel.at(self._until_ns, then)

    def _wake_up(self, cause: str) -> None:
        self.needs.wakes()
        self._enter("idle", cause, self.keeper)
        if self.hung:
            self._spin()
            return
        self._find_keeper()
        sleepers, self._sleepers = self._sleepers, []
        for callback in sleepers:
            callback()
        self.rest()

    def _fall_asleep(self) -> None:
        self._enter("suspended", "suspended", SYSTEM)
        again, self._wake_again = self._wake_again, None
        if again is not None:
            self.wake(*again)

    def _find_keeper(self) -> None:
        """Pass the costs of being awake on, if the keeper does not need it any more and another owner does."""
        payer = self.needs.payer(self.keeper)
        if self.awake and payer != self.keeper:
            self._keep(payer)

    def _keep(self, owner: str) -> None:
        self.keeper = owner
        self._pay()

    def _enter(self, state: str, cause: str, owner: str) -> None:
        self.state, self.keeper = state, owner
        self._pay()
        self._log.emit(ProcessorChanged(NAME, state, cause, owner), NAME)

    def _pay(self) -> None:
        spec = self._spec
        mw = {
            "off": 0.0, "suspended": spec.suspended_mw, "booting": spec.resume_mw, "resuming": spec.resume_mw,
            "suspending": spec.suspend_mw,
        }.get(self.state, spec.idle_mw)  # fmt: skip
        account, nw = self._paying
        account.add(-nw)
        self._paying = (self._meter.account(self.keeper), to_nw(mw))
        self._paying[0].add(self._paying[1])

    def _stop_tail(self) -> None:
        if self._tail is not None:
            self._tail.cancel()
            self._tail = None

    def _stop_timers(self) -> None:
        self._stop_tail()
        for timer in (self._change, self._watchdog):
            if timer is not None:
                timer.cancel()
