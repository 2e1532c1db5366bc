"""Errands: placed works on their way over the processors and the mailbox, until they are done or lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from emulator.core.events import WorkFinished, WorkPlaced
from emulator.core.kernel import Future, Kernel
from emulator.core.log import EventLog
from emulator.core.profile import Profile
from emulator.core.units import MS, MWH_PER_MW_NS
from emulator.devices.ledger import MWH_PER_NW_NS
from emulator.devices.mailbox import Mailbox, Message
from emulator.devices.processors.android import Android
from emulator.devices.processors.job import Job
from emulator.devices.processors.rtos import Rtos
from emulator.devices.recovery import Recovery
from emulator.devices.work import Work, WorkDone

SOURCE = "system"
REPLY_BYTES = 32  # assumed: a status word and a reference to shared memory


@dataclass(slots=True, eq=False)
class Errand:
    """A work between request and end.

    Attributes:
        number: Of the work in the session.
        processor: Where it runs.
        asked_ns: When it was asked for.
        future: Resolves at its end.
        stage: ``stranded`` and ``replied`` are where the mcu's crash may leave it.
        turn: Counts how often it was begun; what an earlier turn left behind is void.
        needs: Whether it keeps the ap awake.
    """

    number: int
    work: Work
    processor: str
    asked_ns: int
    future: Future[WorkDone] = field(default_factory=Future)
    stage: Literal["sent", "running", "replying", "stranded", "replied"] = "stranded"
    turn: int = 0
    needs: bool = False
    wake_ns: int = 0
    energy_mwh: float = 0.0
    threads: int = 0
    jobs: list[Job] = field(default_factory=list)

    def lost(self) -> WorkDone:
        """Return what to tell who asked when it is lost."""
        return WorkDone(self.number, self.processor, 0.0, 0.0, 0.0, in_time=False, finished=False)


class Errands:
    """All works of one device that are not done yet."""

    def __init__(
        self,
        kernel: Kernel,
        log: EventLog,
        profile: Profile,
        processors: tuple[Rtos | None, Android | None],
        mailbox: Mailbox | None,
    ) -> None:
        """Make it for ``processors`` (mcu, ap)."""
        self._kernel, self._log, self._profile = kernel, log, profile
        self._mcu, self._ap = processors
        self._mailbox = mailbox
        self._recovery = Recovery(kernel, log, profile, *processors)
        self._open: list[Errand] = []

    @property
    def phase(self) -> str:
        """Say how the mcu is: ``up``, ``down``, or ``taken-over`` while Android stands in for it."""
        return self._recovery.phase

    def begin(self, number: int, work: Work, processor: str) -> Future[WorkDone]:
        """Run ``work`` on ``processor``; the future resolves when it is done or lost."""
        errand = Errand(number, work, processor, self._kernel.now_ns)
        self._open.append(errand)
        self._start(errand)
        return errand.future

    def mcu_ms(self) -> float:
        """Return the running time of all works that are on the mcu or wait for it."""
        return sum(errand.work.mcu_ms or 0.0 for errand in self._open if errand.processor == "mcu")

    # --- what goes wrong ---

    def lose_all(self) -> None:
        """The power is cut."""
        self._clear_mailbox()
        self._recovery.forget()
        lost, self._open = self._open, []
        for errand in lost:
            errand.turn += 1
            errand.future.set(errand.lost())

    def reboot_ap(self, cause: str, booted: Callable[[], None] = lambda: None) -> None:
        """Lose the ap for as long as it takes to boot; the mcu asks for lost works again."""
        assert self._ap
        self._clear_mailbox()
        self._ap.cut(cause, keep_holds=True)
        self._ap.boot(cause, booted)
        for errand in self._open:
            if errand.processor == "ap":
                errand.needs = False
                self._start(errand)

    def hang_ap(self, cause: str) -> None:
        """Let the ap stop making progress until its watchdog starts it anew."""
        self._recovery.hang_ap(cause, lambda up: self.reboot_ap("watchdog", up))

    def crash_mcu(self, cause: str) -> None:
        """Let the mcu crash until the watchdog has started it anew; what it had to do is asked for again."""
        self._clear_mailbox()
        for errand in self._open:
            if errand.processor == "mcu" or errand.stage == "sent":
                errand.stage = "stranded"
                errand.turn += 1
            elif errand.stage == "replying":
                errand.stage = "replied"
        self._recovery.crash_mcu(cause, self._go_on)

    def _go_on(self) -> None:
        """Android has taken over, or the mcu is back: what was stranded goes on."""
        for errand in list(self._open):
            if errand.stage == "stranded":
                self._start(errand)
            elif errand.stage == "replied":
                self._end_on_ap(errand)

    def _clear_mailbox(self) -> None:
        if self._mailbox:
            self._mailbox.clear()

    # --- from request to end ---

    def _start(self, errand: Errand) -> None:
        """Start a work where it was placed; while the mcu is down Android does what it can, once it has taken over."""
        work, phase = errand.work, self.phase
        errand.turn += 1
        if phase == "taken-over" and errand.processor == "mcu" and work.ap_ms is not None:
            errand.processor = "ap"
            placed = WorkPlaced(errand.number, work.name, work.owner, "ap", "mcu crashed", work.deadline_ms)
            self._log.emit(placed, SOURCE)
        if phase == "down" or (phase == "taken-over" and errand.processor == "mcu"):
            errand.stage = "stranded"
        elif errand.processor == "mcu":
            self._start_on_mcu(errand)
        else:
            self._start_on_ap(errand)

    def _start_on_mcu(self, errand: Errand) -> None:
        assert self._mcu
        work, spec = errand.work, self._profile.processors["mcu"]
        errand.stage = "running"
        errand.energy_mwh = spec.core_mw * self._mcu.run_ns(work.mcu_ms or 0.0) * MWH_PER_MW_NS
        self._mcu.run(work.label, work.owner, work.mcu_ms or 0.0, lambda: self._finish(errand))

    def _start_on_ap(self, errand: Errand) -> None:
        assert self._ap
        work, turn, line = errand.work, errand.turn, self._line
        if not errand.needs:
            errand.needs = True
            self._ap.need(work.owner)
        errand.stage = "sent"

        def run() -> None:
            if errand.turn == turn:
                self._run_threads(errand)

        if line is not None:
            line.to_ap.send(Message(work.name, work.owner, work.size_bytes, run, lambda: self._give_up(errand)))
        else:
            self._ap.when_awake(work.owner, f"work {work.name}", run)

    @property
    def _line(self) -> Mailbox | None:
        """Return the mailbox, if there are two processors to use it."""
        return self._mailbox if self.phase == "up" else None

    def _run_threads(self, errand: Errand) -> None:
        assert self._ap
        work = errand.work
        errand.threads, errand.stage = work.ap_threads, "running"
        errand.wake_ns = self._ap.needs.waited_ns(errand.asked_ns)
        errand.energy_mwh = self._ap.needs.claim_wake_mwh(work.owner)
        errand.jobs.clear()
        for _ in range(work.ap_threads):
            job = self._ap.run(
                work.label,
                work.owner,
                work.ap_ms or 0.0,
                work.nice,
                lambda: self._end_thread(errand),
                background=work.background,
            )
            errand.jobs.append(job)

    def _end_thread(self, errand: Errand) -> None:
        errand.threads -= 1
        if errand.threads:
            return
        work, line = errand.work, self._line
        errand.energy_mwh += sum(job.spent for job in errand.jobs) * MWH_PER_NW_NS
        if line is not None:
            errand.stage = "replying"
            done = Message(
                f"{work.name} done",
                work.owner,
                REPLY_BYTES,
                lambda: self._end_on_ap(errand),
                lambda: self._give_up(errand),
            )
            line.to_mcu.send(done)
        elif self.phase == "down":
            errand.stage = "replied"
        else:
            self._end_on_ap(errand)

    def _give_up(self, errand: Errand) -> None:
        """A message about this work did not get through: it is lost."""
        assert self._ap
        self._open.remove(errand)
        errand.future.set(errand.lost())
        self._ap.leave(errand.work.owner)

    def _end_on_ap(self, errand: Errand) -> None:
        """The result is there; the ap is kept awake until whoever asked has had his turn."""
        assert self._ap
        self._finish(errand)
        self._ap.leave(errand.work.owner)

    def _finish(self, errand: Errand) -> None:
        self._open.remove(errand)
        work = errand.work
        latency_ns = self._kernel.now_ns - errand.asked_ns
        done = WorkDone(
            errand.number,
            errand.processor,
            errand.wake_ns / MS,
            latency_ns / MS,
            errand.energy_mwh,
            latency_ns <= work.deadline_ns,
        )
        self._log.emit(
            WorkFinished(
                done.number, work.name, work.owner, done.processor, done.wake_ms, done.latency_ms, done.energy_mwh,
                done.in_time,
            ),
            SOURCE,
        )  # fmt: skip
        errand.future.set(done)
