"""A second opinion: fixed-priority pre-emptive scheduling without mutexes or turns, which the RTOS must agree with.

The arriving job pre-empts the least important running one if it is more important itself; what is left of the
pre-empted job is kept. Among equals the first come is served first, and goes on before those that came later.
"""

from __future__ import annotations

from functools import partial
from heapq import heappop, heappush

from emulator.core.kernel import Kernel
from emulator.devices.processors.job import Core, Job
from emulator.devices.processors.meter import Meter

IDLE_RANK = 1 << 30


class FixedPriority:
    """Global fixed priority: the n most important ready jobs run on n cores.

    Attributes:
        preemptions: How often a job had to leave its core unfinished.
    """

    def __init__(self, kernel: Kernel, cores: int, meter: Meter | None = None) -> None:
        self._kernel, self._meter = kernel, meter
        self._ready: list[tuple[int, int, Job]] = []
        self._seq = 0
        self.preemptions = 0
        self.cores = [Core(number) for number in range(cores)]
        for core in self.cores:
            core.rank = IDLE_RANK
            core.due = partial(self._end, core)
        if meter is not None:
            meter.measure(self.cores)

    @property
    def busy(self) -> bool:
        """Say whether any core runs a job."""
        return any(core.job is not None for core in self.cores)

    def add(self, job: Job) -> None:
        """Run ``job`` at once if it is important enough, else let it wait."""
        self._seq = job.seq = self._seq + 1
        cores = self.cores
        core = cores[0]
        for other in cores:
            if other.rank > core.rank:
                core = other
        rank = job.priority
        if rank >= core.rank:
            heappush(self._ready, (rank, job.seq, job))
            return
        kernel = self._kernel
        before = core.job
        if before is not None:
            left_ns = core.end_ns - kernel.now_ns
            if not left_ns:  # it ends at this very instant: that comes first
                self._end(core)
                self.add(job)
                return
            before.left_ns = left_ns
            self.preemptions += 1
            heappush(self._ready, (core.rank, before.seq, before))
        if self._meter is not None:
            self._meter.switch(core, before, job)
        core.job, core.rank = job, rank
        core.end_ns = end_ns = kernel.now_ns + job.left_ns
        kernel.post(end_ns, core.due)

    def clear(self) -> list[Job]:
        """Drop all jobs, unfinished, and return them."""
        dropped = [job for _, _, job in sorted(self._ready)]
        self._ready.clear()
        for core in self.cores:
            if core.job is not None:
                dropped.append(core.job)
                core.job.left_ns = core.end_ns - self._kernel.now_ns
                if self._meter is not None:
                    self._meter.switch(core, core.job, None)
                core.job, core.rank, core.end_ns = None, IDLE_RANK, -1
        return dropped

    def _end(self, core: Core) -> None:
        kernel = self._kernel
        if core.end_ns != kernel.now_ns:  # left over from a job that was pre-empted
            return
        job = core.job
        assert job is not None
        job.left_ns = 0
        if self._ready:
            core.rank, _, after = heappop(self._ready)
            core.end_ns = end_ns = kernel.now_ns + after.left_ns
            kernel.post(end_ns, core.due)
            if self._meter is not None:
                self._meter.switch(core, job, after)
            core.job = after
        else:
            if self._meter is not None:
                self._meter.switch(core, job, None)
            core.job, core.rank, core.end_ns = None, IDLE_RANK, -1
        job.finished()
