"""The dual system: takes work, lets the policy place it, runs it, and says what it cost.

All causes of work arrive at the mcu: fingers, microphones, the phone's link. Work that is placed on the ap is handed
over through the mailbox, and its result comes back the same way. A profile with one processor works alike, without
mailbox.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from emulator.core.actions import SwitchPolicy
from emulator.core.discovery import discover
from emulator.core.errors import UsageError, nearest
from emulator.core.events import CapabilityMissing, PolicyChanged, WearChanged, WorkPlaced
from emulator.core.kernel import Future, Kernel
from emulator.core.log import EventLog, Record
from emulator.core.profile import Profile
from emulator.devices.errands import Errands
from emulator.devices.foresight import Foresight
from emulator.devices.ledger import Ledger
from emulator.devices.mailbox import Mailbox
from emulator.devices.policy import Hint, Policy, View, explain
from emulator.devices.processors.android import Android
from emulator.devices.processors.rtos import Rtos
from emulator.devices.work import Hold, Work, WorkDone, fit

SOURCE = "system"


class System:
    """Both processors, the mailbox between them, and the policy above them.

    Attributes:
        mcu, ap: The processors; ``None`` for one that the profile has not got.
        policy_id: The policy that decides now.
        level, heat: Asked for what the policy sees of packs and skin: reported level, limits that hold.
    """

    def __init__(
        self, kernel: Kernel, log: EventLog, ledger: Ledger, profile: Profile, policy_id: str, *, worn: bool = True
    ) -> None:
        self._kernel, self._log, self._profile = kernel, log, profile
        self._policy: Policy = find_policy(policy_id)
        self.policy_id = policy_id
        self._numbers = 0
        self._foresight = Foresight()
        self.level: Callable[[], float] = lambda: 1.0
        self.heat: Callable[[], int] = lambda: 0
        specs = profile.processors
        self.mcu = Rtos(kernel, log, ledger, profile, specs["mcu"]) if "mcu" in specs else None
        self.ap = Android(kernel, log, ledger, specs["ap"], self._timeout_ms) if "ap" in specs else None
        self._mailbox: Mailbox | None = None
        if self.mcu and self.ap and profile.mailbox:
            self._mailbox = Mailbox(kernel, log, profile.mailbox, self.ap.when_awake)
        self._errands = Errands(kernel, log, profile, (self.mcu, self.ap), self._mailbox)
        self._settle(worn)
        log.subscribe(self._on_wear, WearChanged)
        log.subscribe(self._on_policy, SwitchPolicy)

    def states(self) -> dict[str, str]:
        """Return the state of each processor; the mcu's is ``idle`` while it is on, or ``active`` at this moment."""
        found = {}
        if self.mcu:
            found["mcu"] = "active" if self.mcu.scheduler.busy else self.mcu.state
        if self.ap:
            found["ap"] = self.ap.state
        return found

    def fold(self) -> None:
        """Turn the periodic load of the mcu into a constant power and a slower mcu; before anything runs."""
        if self.mcu:
            self.mcu.fold()

    def view(self) -> View:
        """Return what the policy sees now."""
        last_owner = self.ap.needs.gaps.owner if self.ap else ""
        return View(
            self._profile,
            self.states(),
            self._ready_ns(),
            self.mcu.load if self.mcu else 0.0,
            self._timeout_ms,
            now_ns=self._kernel.now_ns,
            last_owner=last_owner,
            gaps_ms=self.ap.needs.gaps.after(last_owner) if self.ap else (),
            hinted=self.ap.needs.hinted if self.ap else False,
            next_ap_ns=self._foresight.next_ns(self._kernel.now_ns),
            level=self.level(),
            heat=self.heat(),
        )

    def place(self, work: Work) -> str:
        """Return the processor that the policy would choose for ``work`` now; "" if none can run it."""
        view, work = self.view(), fit(work, self._profile)
        return self._policy.place(work, view) if view.able(work) and not self._off else ""

    def foresee(self, needs_ns: Iterable[int]) -> None:
        """Tell the policy beforehand when Android will be needed, as an oracle knows; before the session runs."""
        if self.ap:
            self._foresight.learn(self._kernel, needs_ns, self.ap.resume_ns, lambda: self.hint("foreseen"))
            self.ap.rest()

    def run(self, work: Work) -> Future[WorkDone]:
        """Place ``work`` and start it; the future resolves when it is done or lost."""
        work = fit(work, self._profile)
        self._numbers += 1
        view = self.view()
        if not view.able(work) or self._off:
            return self._refuse(work)
        processor = self._policy.place(work, view)
        up = self._errands.phase == "up"
        reason = explain(work, processor, view, self.policy_id) if up else "mcu crashed"
        placed = WorkPlaced(self._numbers, work.name, work.owner, processor, reason, work.deadline_ms)
        self._log.emit(placed, SOURCE)
        return self._errands.begin(self._numbers, work, processor)

    def stay_awake(self, owner: str) -> Hold:
        """Keep the ap awake for ``owner`` until the hold is released; wakes it. Does nothing without an ap."""
        return self.ap.hold(owner, f"hold of {owner}") if self.ap and not self._off else Hold(_nothing)

    def hint(self, what: str, owner: str = "system") -> None:
        """Tell the policy of a first sign of work; it may wake the ap for ``owner``."""
        if self.ap and not self._off and self._errands.phase != "down" and self._policy.hint(Hint(what), self.view()):
            self.ap.wake_on_hint(owner, f"hint {what}")

    def switch_policy(self, policy_id: str) -> None:
        """Let another policy decide from now on.

        Raises:
            UsageError: If there is no such policy.
        """
        self._policy, self.policy_id = find_policy(policy_id), policy_id
        self._log.emit(PolicyChanged(policy_id), SOURCE)
        if self.ap and self.ap.state == "suspended" and self._timeout_ms() is None:
            self.ap.wake("system", f"policy {policy_id}")
        elif self.ap:
            self.ap.rest()

    def power_on(self) -> None:
        """Boot both processors."""
        if self.mcu:
            self.mcu.boot("power-on")
        if self.ap:
            self.ap.boot("power-on")

    def power_off(self, cause: str = "power-off") -> None:
        """Switch both processors off at once; work under way is lost."""
        for processor in (self.mcu, self.ap):
            if processor:
                processor.cut(cause)
        self._errands.lose_all()

    def tell(self) -> None:
        """Tell of all slices so far."""
        for processor in (self.mcu, self.ap):
            if processor:
                processor.tell()

    def standby(self) -> None:
        """Let the ap suspend now rather than after its tail, if nothing needs it."""
        if self.ap:
            self.ap.suspend("standby")

    def brown_out(self) -> None:
        """Lose the ap for as long as it takes to boot; the mcu survives and asks for lost work again."""
        if self.ap and not self._off:
            self._errands.reboot_ap("brown-out")

    def hang_ap(self, cause: str) -> None:
        """Let the ap stop making progress until its watchdog starts it anew."""
        if self.ap and not self._off:
            self._errands.hang_ap(cause)

    def crash_mcu(self, cause: str) -> None:
        """Let the mcu crash until the watchdog has started it anew; what it had to do is asked for again."""
        if self.mcu and self.mcu.state == "idle":
            self._errands.crash_mcu(cause)

    def lose_messages(self, loses: Callable[[], bool]) -> None:
        """Ask ``loses`` from now on whether a message between the processors is lost on the line."""
        if self._mailbox:
            self._mailbox.lose(loses)

    @property
    def _off(self) -> bool:
        processor = self.mcu or self.ap
        return processor is None or processor.state == "off"

    def _settle(self, worn: bool) -> None:
        if self.mcu:
            self.mcu.worn = worn
            self.mcu.settle()
        if self.ap:
            self.ap.settle("idle" if self._timeout_ms() is None else "suspended")

    def _timeout_ms(self) -> int | None:
        return self._policy.timeout(self.view())

    def _ready_ns(self) -> dict[str, int]:
        found = {}
        if self.mcu:
            found["mcu"] = self._backlog_ns()
        if self.ap:
            cores = self._profile.processors["ap"].cores
            found["ap"] = self.ap.wake_ns + self.ap.scheduler.left_ns // cores
        return found

    def _backlog_ns(self) -> int:
        """Return the running time of all works ahead on the mcu."""
        assert self.mcu
        return round(self.mcu.run_ns(self._errands.mcu_ms()) / (1.0 - self.mcu.load))

    def _refuse(self, work: Work) -> Future[WorkDone]:
        if not self._off:
            missing = "ap" if work.ap_ms is not None else "mcu"
            self._log.emit(CapabilityMissing(work.owner, missing), SOURCE)
        future: Future[WorkDone] = Future()
        future.set(WorkDone(self._numbers, "", 0.0, 0.0, 0.0, False, finished=False))
        return future

    def _on_wear(self, record: Record) -> None:
        if self.mcu and isinstance(record.event, WearChanged):
            self.mcu.wear(record.event.worn)

    def _on_policy(self, record: Record) -> None:
        if isinstance(record.event, SwitchPolicy):
            self.switch_policy(record.event.policy)


def policy_ids() -> list[str]:
    """Return the ids of all policies."""
    return sorted(discover("emulator.devices.policies", "POLICY"))


def find_policy(policy_id: str) -> Policy:
    """Return a policy by id.

    Raises:
        UsageError: If there is none of that id.
    """
    found = discover("emulator.devices.policies", "POLICY")
    if policy_id not in found:
        raise UsageError(f"no policy {policy_id!r}{nearest(policy_id, found)}")
    policy: Policy = found[policy_id]
    return policy


def _nothing() -> None:
    pass
