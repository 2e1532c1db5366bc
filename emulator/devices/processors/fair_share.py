"""Weighted fair scheduling on several cores with a queue each: EEVDF, as Linux has it since 6.6.

Each job has a virtual time ``v`` that runs at 1024 / weight while it is on the core, and a virtual deadline one slice
ahead. The queue's virtual time is the weighted mean of its jobs. A job whose ``v`` is not past it is *eligible*
(its lag is not negative); of the eligible ones the earliest deadline runs. It is asked anew when a job arrives
(wake-up pre-emption), when the running one has used its slice, and when it ends. The running one keeps its core while
it is eligible and its slice is not used (``RUN_TO_PARITY``). A new job goes to an idle core or the least loaded queue
of those it may use (cpusets); a core that runs dry takes a waiting job over with its lag. The cores share a clock:
at a lower one work takes longer, while virtual time is that of the wall.

Sources: Linux ``Documentation/scheduler/sched-eevdf.rst``, ``kernel/sched/fair.c`` (``pick_eevdf``,
``update_deadline``, ``place_entity``); Stoica and Abdel-Wahab 1995.
"""

from __future__ import annotations

from functools import partial

from emulator.core.kernel import Kernel
from emulator.core.units import MS
from emulator.devices.processors.job import NICE_0_WEIGHT, Core, Job
from emulator.devices.processors.meter import Meter

SLICE_NS = 3 * MS
FULL = 1_000  # the clock in thousandths of the top one
_SHIFT = 20  # virtual time is kept in 2^-20 ns, so that weights divide it without loss that matters


class FairShare:
    """EEVDF on ``cores`` symmetric cores.

    Attributes:
        preemptions: How often a job had to leave its core unfinished.
        slice_ns: What a job asks for at a time.
    """

    def __init__(
        self,
        kernel: Kernel,
        cores: int,
        meter: Meter | None = None,
        *,
        slice_ns: int = SLICE_NS,
        background_cores: int = 0,
    ) -> None:
        """Make it; jobs of the background may use the last ``background_cores`` only, or all if that is 0."""
        self._kernel, self._meter, self.slice_ns = kernel, meter, slice_ns
        self._seq, self._speed = 0, FULL
        self.preemptions = 0
        self.cores = [Core(number) for number in range(cores)]
        self._background = self.cores[-background_cores:]
        self._waiting: list[list[Job]] = [[] for _ in self.cores]
        self._charged_ns = [0] * cores  # until when the running job's ``v`` and ``left_ns`` are up to date
        self._idle_v = [0] * cores
        for core in self.cores:
            core.due = partial(self._due, core)
        if meter is not None:
            meter.measure(self.cores)

    @property
    def busy(self) -> bool:
        """Say whether any core runs a job."""
        return any(core.job is not None for core in self.cores)

    @property
    def left_ns(self) -> int:
        """Return the running time at top speed that all jobs together still need."""
        now_ns = self._kernel.now_ns
        queued_ns = sum(job.left_ns for queue in self._waiting for job in queue)
        busy = [core for core in self.cores if core.job is not None]
        ran_ns = sum(now_ns - self._charged_ns[core.number] for core in busy) * self._speed // FULL
        return queued_ns + sum(core.job.left_ns for core in busy if core.job is not None) - ran_ns

    @property
    def foreground(self) -> bool:
        """Say whether any job runs that is not of the background."""
        return any(core.job is not None and not core.job.background for core in self.cores)

    def add(self, job: Job) -> None:
        """Put ``job`` on the emptiest queue, without lag; it runs at once if it comes first there."""
        self._seq = job.seq = self._seq + 1
        core = min(self._background if job.background else self.cores, key=self._weight)
        self._charge(core)
        self._place(job, core, 0)
        self._waiting[core.number].append(job)
        if core.job is None or core.end_ns != self._kernel.now_ns:  # one that ends right now comes first
            self._choose(core)

    def set_speed(self, share: float) -> None:
        """Run all cores at ``share`` of the top speed from now on, in (0, 1]."""
        for core in self.cores:
            self._charge(core)
        self._speed = max(1, round(share * FULL))
        for core in self.cores:
            if core.job is not None and core.end_ns != self._kernel.now_ns:
                self._arm(core, core.job)

    def clear(self) -> list[Job]:
        """Drop all jobs, unfinished, and return them."""
        dropped = []
        for core, queue in zip(self.cores, self._waiting, strict=True):
            self._charge(core)
            dropped += queue
            queue.clear()
            if core.job is not None:
                dropped.append(core.job)
                self._switch(core, None)
        return dropped

    def lag_ns(self, job: Job) -> float:
        """Return how much running time ``job`` is behind its fair share, or ahead if negative."""
        for core in self.cores:
            self._charge(core)
            jobs = self._jobs(core)
            if job in jobs:
                mean = sum(j.weight * j.v for j in jobs) / sum(j.weight for j in jobs)
                return (mean - job.v) * job.weight / (NICE_0_WEIGHT << _SHIFT)
        return 0.0

    def _jobs(self, core: Core) -> list[Job]:
        waiting = self._waiting[core.number]
        return [core.job, *waiting] if core.job is not None and core.job.left_ns else waiting

    def _weight(self, core: Core) -> int:
        running = 0 if core.job is None else core.job.weight
        return running + sum(job.weight for job in self._waiting[core.number])

    def _mean_v(self, core: Core) -> int:
        jobs = self._jobs(core)
        if not jobs:
            return self._idle_v[core.number]
        return sum(job.weight * job.v for job in jobs) // sum(job.weight for job in jobs)

    def _place(self, job: Job, core: Core, lag_v: int) -> None:
        job.v = self._mean_v(core) - lag_v
        job.deadline = job.v + _virtual(self.slice_ns, job)

    def _charge(self, core: Core) -> None:
        now_ns, job = self._kernel.now_ns, core.job
        ran_ns = now_ns - self._charged_ns[core.number]
        self._charged_ns[core.number] = now_ns
        if job is None or not ran_ns:
            return
        job.left_ns = (
            job.left_ns - ran_ns if self._speed == FULL else max(0, job.left_ns - ran_ns * self._speed // FULL)
        )
        if self._meter is not None:
            job.spent += ran_ns * self._meter.core_nw
        job.v += _virtual(ran_ns, job)
        if job.v >= job.deadline:
            slice_v = _virtual(self.slice_ns, job)
            job.deadline += ((job.v - job.deadline) // slice_v + 1) * slice_v
            if not self._waiting[core.number]:  # nobody could have taken the core when its slice ended
                job.picked = job.deadline

    def _choose(self, core: Core) -> None:
        """Run the eligible job with the earliest deadline; ``core`` has been charged."""
        jobs = self._jobs(core)
        if not jobs:
            return
        total = sum(job.weight for job in jobs)
        sum_v = sum(job.weight * job.v for job in jobs)
        best = core.job
        if best is None or not best.left_ns or best.picked != best.deadline or best.v * total > sum_v:
            eligible = [job for job in jobs if job.v * total <= sum_v]
            best = min(eligible, key=lambda job: (job.deadline, job.v, job.seq))
            best.picked = best.deadline
        if best is not core.job:
            queue = self._waiting[core.number]
            queue.remove(best)
            if core.job is not None and core.job.left_ns:
                self.preemptions += 1
                queue.append(core.job)
            self._switch(core, best)
        self._arm(core, best)

    def _arm(self, core: Core, job: Job) -> None:
        """Look at ``core`` again when ``job`` is done or, if others wait, its slice is used."""
        run_ns = job.left_ns if self._speed == FULL else -(-job.left_ns * FULL // self._speed)
        if self._waiting[core.number]:
            to_deadline_ns = -(-(job.deadline - job.v) * job.weight // (NICE_0_WEIGHT << _SHIFT))
            run_ns = min(run_ns, max(1, to_deadline_ns))
        end_ns = self._kernel.now_ns + run_ns
        if end_ns != core.end_ns:
            core.end_ns = end_ns
            self._kernel.post(end_ns, core.due)

    def _switch(self, core: Core, after: Job | None) -> None:
        if self._meter is not None:
            self._meter.switch(core, core.job, after)
        core.job = after
        core.end_ns = -1

    def _due(self, core: Core) -> None:
        if core.end_ns != self._kernel.now_ns or core.job is None:
            return
        self._charge(core)
        job = core.job
        core.end_ns = -1
        if job.left_ns > 0:
            self._choose(core)
            return
        self._idle_v[core.number] = max(self._idle_v[core.number], job.v)
        queue = self._waiting[core.number]
        if not queue:
            self._steal(core)
        if queue:
            self._choose(core)
        else:
            self._switch(core, None)
        job.finished()

    def _steal(self, core: Core) -> None:
        """Take the waiting job that is furthest behind from the most loaded queue, with its lag."""
        by_load = sorted(self.cores, key=lambda c: (-len(self._waiting[c.number]), -self._weight(c), c.number))
        for busiest in by_load:
            queue = self._waiting[busiest.number]
            movable = queue if core in self._background else [job for job in queue if not job.background]
            if movable:
                self._charge(busiest)
                job = min(movable, key=lambda j: (j.v, j.seq))
                lag_v = self._mean_v(busiest) - job.v
                queue.remove(job)
                self._place(job, core, lag_v)
                self._waiting[core.number].append(job)
                return


def _virtual(run_ns: int, job: Job) -> int:
    return -(-(run_ns * NICE_0_WEIGHT << _SHIFT) // job.weight)
