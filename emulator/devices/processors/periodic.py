"""A periodic task: releases one job a period, the next one not before the last one has ended."""

from __future__ import annotations

from collections.abc import Callable

from emulator.core.kernel import Kernel
from emulator.devices.processors.job import Job, Scheduler


class Periodic:
    """Releases ``job`` again and again on ``scheduler``.

    Attributes:
        releases, done: Jobs released and finished.
        response_ns, worst_ns: Sum and maximum of the time from release to end.
    """

    __slots__ = (
        "_cost_ns", "_kernel", "_period_ns", "_released_ns", "_running", "_scheduler",
        "done", "job", "releases", "response_ns", "worst_ns",
    )  # fmt: skip

    def __init__(
        self, kernel: Kernel, scheduler: Scheduler, job: Job, period_ns: int, cost_ns: Callable[[], int]
    ) -> None:
        """Make the task; ``cost_ns`` is asked for the running time of each job."""
        self._kernel, self._scheduler = kernel, scheduler
        self._period_ns, self._cost_ns = period_ns, cost_ns
        self._running, self._released_ns = False, 0
        self.releases = self.done = self.response_ns = self.worst_ns = 0
        self.job = job
        job.finished = self._finished

    def start(self, offset_ns: int = 0) -> None:
        """Release the first job ``offset_ns`` from now. A stopped task is not started again: make a new one."""
        self._running = True
        self._kernel.post(self._kernel.now_ns + offset_ns, self._release)

    def stop(self) -> None:
        """Release no more jobs; the one under way goes on."""
        self._running = False

    def _release(self) -> None:
        if not self._running:
            return
        self._released_ns = self._kernel.now_ns
        self.releases += 1
        job = self.job
        job.left_ns = self._cost_ns()
        self._scheduler.add(job)

    def _finished(self) -> None:
        kernel = self._kernel
        now_ns = kernel.now_ns
        response_ns = now_ns - self._released_ns
        self.done += 1
        self.response_ns += response_ns
        if response_ns > self.worst_ns:
            self.worst_ns = response_ns
        next_ns = self._released_ns + self._period_ns
        kernel.post(next_ns if next_ns > now_ns else now_ns, self._release)
