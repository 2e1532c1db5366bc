"""The mcu: a real-time system on one core, with the periodic load that makes glasses glasses.

It never sleeps deeply: between jobs it is tickless at ``idle_mw``. Its own tasks are paid by ``system``.

Source of the periods and costs: simulation.md, section 2.2 (assumed there); the priorities are rate-monotonic but
for the Bluetooth link, whose slots do not wait. Work of apps comes after everything that samples or listens.

Folded, the periodic load is a constant power, and the work of apps runs slower by its share: what days need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import repeat

from emulator.core.events import ProcessorChanged
from emulator.core.kernel import Kernel
from emulator.core.log import EventLog
from emulator.core.profile import Processor, Profile
from emulator.core.units import MS, S
from emulator.devices.ledger import Ledger, to_nw
from emulator.devices.processors.inheriting import IDLE_RANK, Inheriting
from emulator.devices.processors.job import Job
from emulator.devices.processors.meter import Meter
from emulator.devices.processors.mutex import Mutex, Plan, Section
from emulator.devices.processors.periodic import Periodic

NAME = "mcu"
SYSTEM = "system"
FOREGROUND = 10


@dataclass(frozen=True, slots=True)
class BackgroundTask:
    """A periodic task of the system; lower ``priority`` wins.

    Attributes:
        name: What it serves.
        period_ms, cost_ms: One job of ``cost_ms`` mcu-ms every ``period_ms``.
        priority: Below ``FOREGROUND`` it goes before the work of apps.
        needs: Capability of the profile without which it does not run; "" for none.
        worn_only: Whether it rests while the glasses are not worn.
        bus_ms: How long it holds the bus of the sensors, at the end of each job (assumed).
    """

    name: str
    period_ms: int
    cost_ms: float
    priority: int
    needs: str = ""
    worn_only: bool = False
    bus_ms: float = 0.0


BACKGROUND = (
    BackgroundTask("bt", 30, 0.3, 0),
    BackgroundTask("imu", 10, 0.4, 1, bus_ms=0.2),
    BackgroundTask("touch", 20, 0.1, 2, worn_only=True, bus_ms=0.05),
    BackgroundTask("vad", 20, 1.1, 3, "microphone", worn_only=True),
    BackgroundTask("wake-word", 40, 3.0, 4, "microphone", worn_only=True),
    BackgroundTask("light", 200, 0.2, 20, "display", worn_only=True, bus_ms=0.1),
    BackgroundTask("hub", 1_000, 3.0, 21, bus_ms=0.5),
)


class Rtos:
    """The microcontroller.

    Attributes:
        state: ``off``, ``booting``, ``idle`` or ``crashed``; what runs on it while idle is in the slices.
        scheduler: Runs its jobs.
    """

    def __init__(self, kernel: Kernel, log: EventLog, ledger: Ledger, profile: Profile, spec: Processor) -> None:
        self._kernel, self._log, self._spec = kernel, log, spec
        self._meter = Meter(kernel, log, ledger, NAME, spec.core_mw)
        self.scheduler = Inheriting(kernel, spec.cores, self._meter, slice_ns=round(spec.slice_ms * MS))
        self._bus = Mutex("sensor-bus")
        self._known = [task for task in BACKGROUND if not task.needs or task.needs in profile.capabilities]
        self.state, self.worn, self._folded = "off", True, False
        self._background: dict[str, Periodic] = {}
        self._base_nw = 0
        self._epoch = 0
        self._waiting: list[Job] = []

    @property
    def tasks(self) -> dict[str, Periodic]:
        """Return the periodic tasks that run now, with their counts and response times."""
        return dict(self._background)

    @property
    def load(self) -> float:
        """Return the share of its time that periodic tasks before ``FOREGROUND`` take, in [0, 1)."""
        if not self._folded:
            return self._share([task for task in self._known if task.name in self._background])
        return self._share([task for task in self._known if self.worn or not task.worn_only])

    def settle(self) -> None:
        """Be on from the start of the session."""
        self._enter("idle", "start")
        self._run_background()

    def fold(self) -> None:
        """Turn the periodic load into a constant power and a slower mcu, for good; right after ``settle``."""
        for task in self._background.values():
            task.stop()
        self._background.clear()
        self._folded = True
        self._meter.core_nw = to_nw(self._spec.core_mw * (1.0 - self.load))
        self._pay()

    def tell(self) -> None:
        """Tell of all slices so far."""
        self._meter.flush()

    def boot(self, cause: str, booted: Callable[[], None] | None = None) -> None:
        """Start from ``off`` or ``crashed``; ``booted`` is called when it is up."""
        if self.state in ("off", "crashed"):
            self._epoch += 1
            epoch = self._epoch
            self._enter("booting", cause)
            self._kernel.after(round(self._spec.boot_s * S), lambda: self._booted(epoch, booted or _nothing))

    def cut(self, cause: str) -> None:
        """Lose power at once, with all that runs."""
        self._stop()
        if self.state != "off":
            self._enter("off", cause)

    def crash(self, cause: str) -> None:
        """Stop at once, with all that runs; it draws its idle power until it is booted (assumed)."""
        self._stop()
        self._enter("crashed", cause)

    def _stop(self) -> None:
        self._epoch += 1
        for task in self._background.values():
            task.stop()
        self._background.clear()
        self.scheduler.clear()
        self._waiting.clear()
        self._meter.flush()

    def wear(self, worn: bool) -> None:
        """Start or stop what only makes sense on a head; a folded load stays as it was."""
        if self._folded:
            return
        self.worn = worn
        if self.state == "idle":
            self._run_background()

    def run(self, label: str, owner: str, cost_ms: float, finished: Callable[[], None]) -> None:
        """Run a job of ``cost_ms`` mcu-ms for ``owner`` at the foreground priority, once it has booted."""
        account = self._meter.account(owner)
        cost_ns = round(self.run_ns(cost_ms) / (1.0 - self.load)) if self._folded else self.run_ns(cost_ms)
        job = Job(label, cost_ns, finished, account=account, priority=FOREGROUND)
        if self.state == "booting":
            self._waiting.append(job)
        else:
            self.scheduler.add(job)

    def run_ns(self, cost_ms: float) -> int:
        """Return how long ``cost_ms`` mcu-ms take on its core."""
        return round(cost_ms * MS / self._spec.speed)

    def _booted(self, epoch: int, booted: Callable[[], None]) -> None:
        if epoch == self._epoch:
            self._enter("idle", "booted")
            self._run_background()
            waiting, self._waiting = self._waiting, []
            for job in waiting:
                self.scheduler.add(job)
            booted()

    def _share(self, tasks: Iterable[BackgroundTask], before: int = FOREGROUND) -> float:
        """Return the share of its time that those of ``tasks`` take that go before priority ``before``."""
        shares = (task.cost_ms / task.period_ms for task in tasks if task.priority < before)
        return sum(shares) / self._spec.speed / self._spec.cores

    def _run_background(self) -> None:
        if self._folded:
            return
        for task in self._known:
            wanted = self.worn or not task.worn_only
            running = self._background.get(task.name)
            if wanted and running is None:
                self._background[task.name] = self._start(task)
            elif running is not None and not wanted:
                running.stop()
                del self._background[task.name]

    def _start(self, task: BackgroundTask) -> Periodic:
        job = Job(f"{SYSTEM}/{task.name}", 0, _nothing, account=self._meter.account(SYSTEM), priority=task.priority)
        job.background = True
        cost_ns = self.run_ns(task.cost_ms)
        if task.bus_ms:
            job.plan = Plan([Section(cost_ns - self.run_ns(task.bus_ms), cost_ns, self._bus)])
        periodic = Periodic(self._kernel, self.scheduler, job, task.period_ms * MS, repeat(cost_ns).__next__)
        periodic.start()
        return periodic

    def _enter(self, state: str, cause: str) -> None:
        self.state = state
        self._pay()
        self._log.emit(ProcessorChanged(NAME, state, cause, SYSTEM), NAME)

    def _pay(self) -> None:
        mw = self._spec.idle_mw
        if self._folded and self.state == "idle":
            tasks = [task for task in self._known if self.worn or not task.worn_only]
            mw += self._share(tasks, IDLE_RANK) * self._spec.cores * self._spec.core_mw
        base_nw = 0 if self.state == "off" else to_nw(mw)
        self._meter.account(SYSTEM).add(base_nw - self._base_nw)
        self._base_nw = base_nw


def _nothing() -> None:
    pass
