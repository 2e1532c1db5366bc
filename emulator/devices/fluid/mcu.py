"""The mcu as a fluid: its periodic load is a constant power and slows the work of apps by its share."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heapreplace

from emulator.core.kernel import Kernel
from emulator.core.profile import Processor, Profile
from emulator.core.units import MS
from emulator.devices.ledger import Ledger, to_nw
from emulator.devices.processors.rtos import BACKGROUND, FOREGROUND, BackgroundTask

NAME, SYSTEM = "mcu", "system"


class FluidMcu:
    """The microcontroller: serves one work after the other at its speed times ``1 - load``.

    Attributes:
        load: Share of a core that its own periodic tasks of higher priority take.
    """

    def __init__(self, kernel: Kernel, ledger: Ledger, profile: Profile, spec: Processor, *, worn: bool = True) -> None:
        self._kernel, self._ledger, self._spec = kernel, ledger, spec
        tasks = [task for task in background(profile) if worn or not task.worn_only]
        shares = {task.name: task.cost_ms / task.period_ms / spec.speed for task in tasks}
        self.load = sum(shares[task.name] for task in tasks if task.priority < FOREGROUND) / spec.cores
        self._core_nw = to_nw(spec.core_mw)
        self._serving_nw = round(self._core_nw * (1.0 - self.load))
        self._free_ns = [0] * spec.cores
        ledger.account(NAME, SYSTEM).add(to_nw(spec.idle_mw) + round(self._core_nw * sum(shares.values())))

    @property
    def backlog_ns(self) -> int:
        """Return how long new work has to wait for its turn."""
        return max(0, self._free_ns[0] - self._kernel.now_ns)

    @property
    def busy(self) -> bool:
        """Say whether it works for an app now."""
        return max(self._free_ns) > self._kernel.now_ns

    def run_ns(self, cost_ms: float) -> int:
        """Return how long ``cost_ms`` mcu-ms take on its core when nothing else runs."""
        return round(cost_ms * MS / self._spec.speed)

    def span_ns(self, cost_ms: float) -> int:
        """Return how long ``cost_ms`` mcu-ms take between the periodic load."""
        return round(self.run_ns(cost_ms) / (1.0 - self.load))

    def run(self, owner: str, cost_ms: float, finished: Callable[[], None]) -> None:
        """Serve ``cost_ms`` mcu-ms for ``owner`` after what came before."""
        start_ns = max(self._kernel.now_ns, self._free_ns[0])
        end_ns = start_ns + self.span_ns(cost_ms)
        heapreplace(self._free_ns, end_ns)
        account = self._ledger.account(NAME, owner)

        def end() -> None:
            account.add(-self._serving_nw)
            finished()

        def begin() -> None:
            account.add(self._serving_nw)
            self._kernel.post(end_ns, end)

        if start_ns == self._kernel.now_ns:
            begin()
        else:
            self._kernel.post(start_ns, begin)


def background(profile: Profile) -> list[BackgroundTask]:
    """Return the periodic tasks of the mcu of ``profile``."""
    return [task for task in BACKGROUND if not task.needs or task.needs in profile.capabilities]
