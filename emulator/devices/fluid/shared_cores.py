"""Cores with a queue each, shared evenly: weighted fair scheduling as a fluid, without slices.

Simulation.md's rule, ``speed * min(1, cores / n)`` for each of n threads, holds on the mean; a queue on each core, as in
``processors/fair_share.py``, also gives the latency of three threads on two cores.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from emulator.core.kernel import Kernel
from emulator.devices.ledger import Account, to_nw

ROUNDING_NS = 0.51  # ends fall on whole nanoseconds


class _Thread:
    __slots__ = ("account", "done", "left", "nw")

    def __init__(self, account: Account, left: float, done: Callable[[], None]) -> None:
        self.account, self.left, self.done, self.nw = account, left, done, 0


class _Core:
    __slots__ = ("due_ns", "since_ns", "threads")

    def __init__(self) -> None:
        self.threads: list[_Thread] = []
        self.since_ns, self.due_ns = 0, -1


class SharedCores:
    """A new thread goes to the emptiest core; a core that runs dry takes one over from the fullest."""

    def __init__(self, kernel: Kernel, cores: int, core_mw: float) -> None:
        self._kernel = kernel
        self._core_nw, self._speed = to_nw(core_mw), 1.0
        self._cores = [_Core() for _ in range(cores)]

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

    def add(self, account: Account, run_ns: int, threads: int, finished: Callable[[], None]) -> None:
        """Run ``threads`` threads of ``run_ns`` each (at top speed); ``account`` pays, ``finished`` follows the last."""
        waiting = [threads]

        def done() -> None:
            waiting[0] -= 1
            if not waiting[0]:
                finished()

        for _ in range(threads):
            core = min(self._cores, key=lambda core: len(core.threads))
            self._advance(core)
            core.threads.append(_Thread(account, float(run_ns), done))
            self._share(core)

    def limit(self, speed: float, core_mw: float) -> None:
        """Run at ``speed`` of the top, at ``core_mw`` a busy core, from now on."""
        for core in self._cores:
            self._advance(core)
        self._speed, self._core_nw = speed, to_nw(core_mw)
        for core in self._cores:
            self._share(core)

    def clear(self) -> None:
        """Drop everything, unfinished."""
        for core in self._cores:
            for thread in core.threads:
                thread.account.add(-thread.nw)
            core.threads.clear()
            core.due_ns = -1

    def _advance(self, core: _Core) -> None:
        span_ns, threads = self._kernel.now_ns - core.since_ns, core.threads
        core.since_ns = self._kernel.now_ns
        if span_ns and threads:
            ran = span_ns * self._speed / len(threads)
            for thread in threads:
                thread.left -= ran

    def _share(self, core: _Core) -> None:
        """Let everyone on ``core`` pay its share from now on, and wait for the first to end."""
        threads = core.threads
        if not threads:
            core.due_ns = -1
            return
        nw = self._core_nw // len(threads)
        for thread in threads:
            if nw != thread.nw:
                thread.account.add(nw - thread.nw)
                thread.nw = nw
        left = min(thread.left for thread in threads)
        due_ns = self._kernel.now_ns + max(0, round(left * len(threads) / self._speed))
        if due_ns != core.due_ns:
            core.due_ns = due_ns
            self._kernel.post(due_ns, partial(self._end, core))

    def _end(self, core: _Core) -> None:
        if self._kernel.now_ns != core.due_ns:
            return
        core.due_ns = -1
        self._advance(core)
        ended = [thread for thread in core.threads if thread.left <= ROUNDING_NS]
        core.threads = [thread for thread in core.threads if thread.left > ROUNDING_NS]
        for thread in ended:
            thread.account.add(-thread.nw)
        if not core.threads:
            self._take_over(core)
        self._share(core)
        for thread in ended:
            thread.done()

    def _take_over(self, core: _Core) -> None:
        fullest = max(self._cores, key=lambda other: len(other.threads))
        if len(fullest.threads) > 1:
            self._advance(fullest)
            self._advance(core)
            core.threads.append(fullest.threads.pop())
            self._share(fullest)
