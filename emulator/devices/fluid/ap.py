"""The ap as a fluid: states, keepers, tails and wakes of ``processors/android.py``, over cores shared evenly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from emulator.core.kernel import Kernel, Timer
from emulator.core.profile import Processor
from emulator.core.units import MS
from emulator.devices.fluid.shared_cores import SharedCores, Thread
from emulator.devices.ledger import Ledger, to_nw
from emulator.devices.processors.job import nice_weight
from emulator.devices.processors.needs import Needs
from emulator.devices.work import Hold, Work

NAME, SYSTEM = "ap", "system"


class FluidAp:
    """The application processor.

    Attributes:
        state: ``suspended``, ``resuming``, ``awake`` or ``suspending``.
        keeper: The owner that pays for it being awake.
        cores: Run its jobs.
        needs: Who needs it to be awake.
        wakes: How often it resumed.
    """

    def __init__(self, kernel: Kernel, ledger: Ledger, spec: Processor, timeout: Callable[[], int | None]) -> None:
        self._kernel, self._ledger, self._spec, self._timeout = kernel, ledger, spec, timeout
        self.cores = SharedCores(kernel, spec)
        self.state, self.keeper, self.wakes = "suspended", SYSTEM, 0
        self.needs = Needs(kernel, spec)
        self._state_ns: Counter[str] = Counter()
        self._powers_nw = {
            "suspended": to_nw(spec.suspended_mw),
            "resuming": to_nw(spec.resume_mw),
            "awake": to_nw(spec.idle_mw),
            "suspending": to_nw(spec.suspend_mw),
        }
        self._paying, self._paying_nw = ledger.account(NAME, SYSTEM), 0
        self._since_ns = self._until_ns = 0
        self._tail: Timer | None = None
        self._wake_again = ""
        self._sleepers: list[Callable[[], None]] = []

    @property
    def resume_ns(self) -> int:
        """Return how long resuming takes."""
        return round(self._spec.resume_ms * MS)

    @property
    def wake_ns(self) -> int:
        """Return how long it would take to be awake, from now."""
        left_ns = max(0, self._until_ns - self._kernel.now_ns)
        match self.state:
            case "awake":
                return 0
            case "suspended":
                return self.resume_ns
            case "suspending":
                return left_ns + self.resume_ns
        return left_ns

    def residency_ns(self) -> dict[str, int]:
        """Return the time spent in each state up to now."""
        found = self._state_ns + Counter({self.state: self._kernel.now_ns - self._since_ns})
        return {state: found[state] for state in sorted(found) if found[state]}

    def settle(self, state: str) -> None:
        """Be ``suspended`` or ``awake`` from the start."""
        self._enter(state, SYSTEM)
        self.rest()

    def when_awake(self, owner: str, callback: Callable[[], None]) -> None:
        """Call ``callback`` as soon as it is awake; wakes it for ``owner``."""
        if self.state == "awake":
            callback()
            return
        self._sleepers.append(callback)
        self.wake(owner)

    def wake(self, owner: str) -> None:
        """Resume for ``owner``; when awake, only the tail starts anew."""
        if self.state == "awake":
            self.rest()
            return
        self.needs.ask()
        if self.state == "suspended":
            self.needs.resumes(owner)
            self.wakes += 1
            self._pass_through("resuming", self._spec.resume_ms, self._wake_up, owner)
        elif self.state == "suspending":
            self._wake_again = self._wake_again or owner

    def wake_on_hint(self, owner: str) -> None:
        """Resume for ``owner`` although nobody needs it yet."""
        self.needs.hinted = self.needs.hinted or not (self.state == "awake" or self.needs)
        self.wake(owner)

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

    def hold(self, owner: str) -> Hold:
        """Keep it awake for ``owner`` until released; wakes it if it is suspended."""
        self.need(owner)
        self.wake(owner)
        return Hold(lambda: self.leave(owner))

    def run(self, work: Work, done: Callable[[], None]) -> list[Thread]:
        """Run the threads of ``work``; it must be awake, and needed by the owner. ``done`` follows each."""
        account, run_ns = self._ledger.account(NAME, work.owner), round((work.ap_ms or 0.0) * MS)
        weight = nice_weight(work.nice)
        return [
            self.cores.add(account, run_ns, done, weight=weight, background=work.background)
            for _ in range(work.ap_threads)
        ]

    def rest(self) -> None:
        """Start the tail if nothing needs it: it suspends when the policy's timeout is over."""
        self._stop_tail()
        if self.state != "awake" or self.needs:
            return
        timeout_ms = self._timeout()
        if timeout_ms is None:
            self._keep(SYSTEM)
        else:
            self._tail = self._kernel.after(timeout_ms * MS, self._suspend)

    def _suspend(self) -> None:
        if self.state == "awake" and not self.needs:
            self._stop_tail()
            self._pass_through("suspending", self._spec.suspend_ms, self._fall_asleep, self.keeper)

    def _fall_asleep(self) -> None:
        self._enter("suspended", SYSTEM)
        again, self._wake_again = self._wake_again, ""
        if again:
            self.wake(again)

    def _wake_up(self) -> None:
        self.needs.wakes()
        self._enter("awake", self.keeper)
        self._find_keeper()
        sleepers, self._sleepers = self._sleepers, []
        for callback in sleepers:
            callback()
        self.rest()

    def _pass_through(self, state: str, duration_ms: float, then: Callable[[], None], owner: str) -> None:
        self._until_ns = self._kernel.now_ns + round(duration_ms * MS)
        self._enter(state, owner)
        self._kernel.post(self._until_ns, then)

    def _find_keeper(self) -> None:
        """Pass the costs of being awake on, if the keeper does not need it any more and another owner does."""
        if self.state == "awake":
            self._keep(self.needs.payer(self.keeper))

    def _keep(self, owner: str) -> None:
        if owner != self.keeper:
            self.keeper = owner
            self._pay()

    def _enter(self, state: str, owner: str) -> None:
        now_ns = self._kernel.now_ns
        self._state_ns[self.state] += now_ns - self._since_ns
        self.state, self.keeper, self._since_ns = state, owner, now_ns
        self._pay()

    def _pay(self) -> None:
        self._paying.add(-self._paying_nw)
        self._paying, self._paying_nw = self._ledger.account(NAME, self.keeper), self._powers_nw[self.state]
        self._paying.add(self._paying_nw)

    def _stop_tail(self) -> None:
        if self._tail is not None:
            self._tail.cancel()
            self._tail = None
