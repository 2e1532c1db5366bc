"""Fixed priority with mutexes and time slices: the RTOS when its tasks share what only one can use.

A job that wants a mutex another one holds is blocked, and the holder inherits its priority until it leaves the mutex:
it cannot be kept waiting by jobs between the two. Equals take turns if there is a slice.

Source: Sha, Rajkumar and Lehoczky 1990; FreeRTOS mutexes and ``configUSE_TIME_SLICING``.
"""

from __future__ import annotations

from functools import partial
from heapq import heapify, heappop, heappush

from emulator.core.kernel import Kernel
from emulator.devices.processors.job import Core, Job
from emulator.devices.processors.meter import Meter
from emulator.devices.processors.mutex import Mutex, Plan

IDLE_RANK = 1 << 30  # of a core without a job: less important than any


class Inheriting:
    """Global fixed priority: the n most important ready jobs run on n cores; priorities are inherited.

    Attributes:
        preemptions: How often a job had to leave its core unfinished, for a more important one or an equal's turn.
        blocks: How often a job had to wait for a mutex.
    """

    def __init__(self, kernel: Kernel, cores: int, meter: Meter | None = None, *, slice_ns: int = 0) -> None:
        """Make it; equals take turns of ``slice_ns``, or are served in order if that is 0."""
        self._kernel, self._meter, self._slice_ns = kernel, meter, slice_ns
        self._ready: list[tuple[int, int, Job]] = []
        self._seq = 0
        self.preemptions = self.blocks = 0
        self.cores = [Core(number) for number in range(cores)]
        self._began_ns = [0] * cores
        self._turns = [False] * cores  # whether the next look at the core ends a turn among equals
        for core in self.cores:
            core.rank = IDLE_RANK
            core.due = partial(self._due, core)
        if meter is not None:
            meter.measure(self.cores)

    @property
    def busy(self) -> bool:
        """Say whether any core runs a job."""
        return any(core.job is not None for core in self.cores)

    def add(self, job: Job) -> None:
        """Run ``job`` at once if it is important enough, else let it wait."""
        self._seq = job.seq = self._seq + 1
        if job.plan is not None:
            job.plan.begin(job.priority, job.left_ns)
        self._arrive(job)

    def clear(self) -> list[Job]:
        """Drop all jobs, unfinished, and return them; blocked ones come last."""
        dropped = [job for _, _, job in sorted(self._ready, key=lambda entry: entry[:2])]
        self._ready.clear()
        for core in self.cores:
            if core.job is not None:
                self._charge(core)
                dropped.append(core.job)
                self._put(core, None)
        for job in dropped:  # grows on the way
            if job.plan is not None:
                for mutex in job.plan.held:
                    dropped += mutex.waiting
                    mutex.owner = None
                    mutex.waiting.clear()
                job.priority = job.plan.base
                job.plan.begin(job.plan.base, 0)
        return dropped

    def _arrive(self, job: Job) -> None:
        """Find a core for a job that is ready, or let it wait."""
        core = self.cores[0]
        for other in self.cores:
            if other.rank > core.rank:
                core = other
        if job.priority < core.rank:
            if core.job is None:
                self._put(core, job)
            elif core.end_ns == self._kernel.now_ns:  # it ends at this very instant: that comes first
                self._due(core)
                self._arrive(job)
            else:
                self._send_back(core, core.job)
                self._put(core, job)
            return
        heappush(self._ready, (job.priority, job.seq, job))
        if self._slice_ns:
            for other in self.cores:
                if other.job is not None and other.rank == job.priority and not self._turns[other.number]:
                    self._charge(other)
                    self._run_on(other)

    def _balance(self) -> None:
        """Give the cores to the most important jobs."""
        while self._ready:
            core = max(self.cores, key=lambda c: (c.rank, -c.number))
            if self._ready[0][0] >= core.rank:
                return
            if core.end_ns == self._kernel.now_ns:  # it ends at this very instant: that comes first
                self._due(core)
            else:
                self._change(core)

    def _change(self, core: Core) -> None:
        """Give ``core`` to the next job that is ready; the one on it waits, unfinished."""
        after = heappop(self._ready)[2]
        if core.job is not None:
            self._send_back(core, core.job)
        self._put(core, after)

    def _send_back(self, core: Core, job: Job) -> None:
        """Let the job of ``core`` wait, unfinished."""
        self._charge(core)
        self.preemptions += 1
        heappush(self._ready, (job.priority, job.seq, job))

    def _charge(self, core: Core) -> None:
        now_ns = self._kernel.now_ns
        if core.job is not None:
            core.job.left_ns -= now_ns - self._began_ns[core.number]
        self._began_ns[core.number] = now_ns

    def _put(self, core: Core, job: Job | None) -> None:
        """Give ``core`` to ``job``; what was on it has been charged."""
        if self._meter is not None and job is not core.job:
            self._meter.switch(core, core.job, job)
        core.job = job
        if job is None:
            core.rank, core.end_ns = IDLE_RANK, -1
        else:
            self._began_ns[core.number] = self._kernel.now_ns
            self._run_on(core)

    def _run_on(self, core: Core) -> None:
        """Look at ``core`` again when its job is done, takes or leaves a mutex, or its turn is over."""
        job = core.job
        assert job is not None
        core.rank, run_ns = job.priority, job.left_ns
        if job.plan is not None and job.plan.due_left_ns > 0:
            run_ns -= job.plan.due_left_ns
        if self._slice_ns:
            equals_wait = bool(self._ready) and self._ready[0][0] == job.priority
            self._turns[core.number] = equals_wait and run_ns > self._slice_ns
            if self._turns[core.number]:
                run_ns = self._slice_ns
        kernel = self._kernel
        core.end_ns = end_ns = kernel.now_ns + run_ns
        kernel.post(end_ns, core.due)

    def _due(self, core: Core) -> None:
        job, now_ns = core.job, self._kernel.now_ns
        if core.end_ns != now_ns or job is None:
            return
        job.left_ns -= now_ns - self._began_ns[core.number]
        self._began_ns[core.number] = now_ns
        plan, stepped = job.plan, False
        if plan is not None and plan.due_left_ns == job.left_ns:
            stepped = True
            if not self._pass_steps(job, plan):
                self._put(core, heappop(self._ready)[2] if self._ready else None)
                return
        if job.left_ns == 0:
            self._put(core, heappop(self._ready)[2] if self._ready else None)
            if stepped:
                self._balance()
            job.finished()
        elif self._turns[core.number] and self._ready and self._ready[0][0] <= job.priority:
            self._seq = job.seq = self._seq + 1
            self._change(core)
        else:
            self._run_on(core)
            if stepped:
                self._balance()

    def _pass_steps(self, job: Job, plan: Plan) -> bool:
        """Take and leave what is due now; return False if the job is blocked."""
        while plan.due_left_ns == job.left_ns:
            takes, mutex = plan.step()
            if takes and mutex.owner is not None:
                self._block(job, plan, mutex)
                return False
            plan.advance()
            if takes:
                mutex.owner = job
                plan.held.append(mutex)
            else:
                self._leave(job, plan, mutex)
        return True

    def _block(self, job: Job, plan: Plan, mutex: Mutex) -> None:
        """Let ``job`` wait for ``mutex``; who holds it, and whom that one waits for, inherit its priority."""
        self.blocks += 1
        mutex.waiting.append(job)
        plan.blocked = mutex
        wanted: Mutex | None = mutex
        while wanted is not None and wanted.owner is not None and wanted.owner.priority > job.priority:
            self._lift(wanted.owner, job.priority)
            wanted = wanted.owner.plan.blocked if wanted.owner.plan is not None else None

    def _leave(self, job: Job, plan: Plan, mutex: Mutex) -> None:
        """Pass ``mutex`` on to the most important job that waits for it."""
        plan.held.remove(mutex)
        mutex.owner = None
        if job.priority != plan.base:
            job.priority = min([plan.base, *(waiter.priority for held in plan.held for waiter in held.waiting)])
        if not mutex.waiting:
            return
        heir = min(mutex.waiting, key=lambda waiter: (waiter.priority, waiter.seq))
        mutex.waiting.remove(heir)
        mutex.owner = heir
        if heir.plan is not None:
            heir.plan.blocked = None
            heir.plan.held.append(mutex)
            heir.plan.advance()
        heir.priority = min([heir.priority, *(waiter.priority for waiter in mutex.waiting)])
        heappush(self._ready, (heir.priority, heir.seq, heir))

    def _lift(self, job: Job, priority: int) -> None:
        """Let ``job`` have a higher ``priority``, wherever it is."""
        job.priority = priority
        for core in self.cores:
            if core.job is job:
                core.rank = priority
                return
        waiting = [entry for entry in self._ready if entry[2] is not job]
        if len(waiting) < len(self._ready):
            waiting.append((priority, job.seq, job))
            heapify(waiting)
            self._ready = waiting
