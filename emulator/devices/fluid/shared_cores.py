"""Cores with a queue each, shared by weight: fair scheduling as a fluid, without slices.

The rule of thumb, each of n threads advances at ``speed * min(1, cores / n)``, holds on the mean; a queue on each core
and the same clock as in ``processors/fair_share.py`` also give the latency of three threads on two cores.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from emulator.core.kernel import Kernel
from emulator.core.profile import Opp, Processor
from emulator.devices.ledger import Account, to_nw
from emulator.devices.processors.governor import Governor
from emulator.devices.processors.job import NICE_0_WEIGHT

ROUNDING_NS = 0.51  # ends fall on whole nanoseconds


class Thread:
    """What is left of one thread, in ns at top speed, and what it has cost, in nW·ns."""

    __slots__ = ("account", "background", "done", "left", "nw", "spent", "weight")

    def __init__(self, account: Account, left: float, done: Callable[[], None], weight: int, background: bool) -> None:
        self.account, self.left, self.done = account, left, done
        self.weight, self.background = weight, background
        self.nw = self.spent = 0


class _Core:
    __slots__ = ("due_ns", "since_ns", "threads", "weight")

    def __init__(self) -> None:
        self.threads: list[Thread] = []
        self.since_ns, self.due_ns, self.weight = 0, -1, 0


class SharedCores:
    """A new thread goes to the core with the least weight; a core that runs dry takes one over from the fullest.

    Attributes:
        governor: Sets their clock.
    """

    def __init__(self, kernel: Kernel, spec: Processor) -> None:
        self._kernel = kernel
        self._core_nw, self._speed = to_nw(spec.core_mw), 1.0
        self._cores = [_Core() for _ in range(spec.cores)]
        self._background = self._cores[-spec.background_cores :]
        self.governor = Governor(kernel, spec, self._set_clock)

    @property
    def busy(self) -> bool:
        """Say whether anything runs."""
        return any(core.threads for core in self._cores)

    @property
    def left_ns(self) -> int:
        """Return the running time that all threads together still need, at top speed."""
        for core in self._cores:
            self._advance(core)
        return round(sum(thread.left for core in self._cores for thread in core.threads))

    def add(
        self,
        account: Account,
        run_ns: int,
        done: Callable[[], None],
        *,
        weight: int = NICE_0_WEIGHT,
        background: bool = False,
    ) -> Thread:
        """Run a thread of ``run_ns`` at top speed; ``account`` pays, ``done`` follows."""
        core = min(self._background if background else self._cores, key=lambda core: core.weight)
        self._advance(core)
        thread = Thread(account, float(run_ns), done, weight, background)
        core.threads.append(thread)
        core.weight += weight
        self._share(core)
        self._note_load()
        return thread

    def _set_clock(self, opp: Opp) -> None:
        for core in self._cores:
            self._advance(core)
        self._speed, self._core_nw = opp.speed, to_nw(opp.core_mw)
        for core in self._cores:
            self._share(core)

    def _note_load(self) -> None:
        running = [thread for core in self._cores for thread in core.threads]
        self.governor.load(busy=bool(running), boosted=any(not thread.background for thread in running))

    def _advance(self, core: _Core) -> None:
        span_ns = self._kernel.now_ns - core.since_ns
        core.since_ns = self._kernel.now_ns
        if span_ns and core.threads:
            ran = span_ns * self._speed / core.weight
            for thread in core.threads:
                thread.left -= ran * thread.weight
                thread.spent += span_ns * thread.nw

    def _share(self, core: _Core) -> None:
        """Let everyone on ``core``, which has been advanced, pay its share, and wait for the first to end."""
        threads = core.threads
        if not threads:
            core.due_ns = -1
            return
        for thread in threads:
            nw = self._core_nw * thread.weight // core.weight
            if nw != thread.nw:
                thread.account.add(nw - thread.nw)
                thread.nw = nw
        left = min(thread.left / thread.weight for thread in threads)
        due_ns = self._kernel.now_ns + max(0, round(left * core.weight / self._speed))
        if due_ns != core.due_ns:
            core.due_ns = due_ns
            self._kernel.post(due_ns, partial(self._end, core))

    def _end(self, core: _Core) -> None:
        if self._kernel.now_ns != core.due_ns:
            return
        core.due_ns = -1
        self._advance(core)
        ended = [thread for thread in core.threads if thread.left <= ROUNDING_NS]
        for thread in ended:
            thread.account.add(-thread.nw)
            self._take(core, thread)
        if not core.threads:
            self._take_over(core)
        self._share(core)
        self._note_load()
        for thread in ended:
            thread.done()

    def _take(self, core: _Core, thread: Thread) -> None:
        core.threads.remove(thread)
        core.weight -= thread.weight

    def _take_over(self, core: _Core) -> None:
        """Take the latest thread that may run here from the fullest core."""
        for fullest in sorted(self._cores, key=lambda other: -len(other.threads)):
            movable = [t for t in fullest.threads if core in self._background or not t.background]
            if len(fullest.threads) > 1 and movable:
                self._advance(fullest)
                self._advance(core)
                self._take(fullest, movable[-1])
                core.threads.append(movable[-1])
                core.weight += movable[-1].weight
                self._share(fullest)
                return
