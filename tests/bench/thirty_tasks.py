"""The 30-task workload of simulation.md, section 2.1, for the product's schedulers and for SimPy.

Global fixed priority in both groups: 14 tasks on 1 core, 16 on 4 cores. The next job of a task is released at
max(its period, the end of the last one). Both engines must give the same schedule.
"""

import functools
from typing import NamedTuple

import numpy as np
import simpy

from emulator.core.kernel import Kernel
from emulator.core.log import EventLog
from emulator.devices.ledger import Ledger
from emulator.devices.processors.inheriting import Inheriting
from emulator.devices.processors.job import Job
from emulator.devices.processors.meter import Meter
from emulator.devices.processors.periodic import Periodic

MS = 1_000_000
HORIZON_NS = 20_000_000_000
CORES = (1, 4)
CORE_MW = (25.0, 170.0)


class Schedule(NamedTuple):
    done: int
    preemptions: int
    releases: int
    response_ns: int


EXPECTED = Schedule(done=30_355, preemptions=10_614, releases=30_359, response_ns=64_445_748_414)


@functools.cache
def workload(seed=1, horizon_s=20):
    """Return (group, priority, period_ns, offset_ns, running times in ns) for each task."""
    rng = np.random.default_rng(seed)
    rtos_ms = [5, 5, 8, 10, 10, 16, 20, 20, 33, 40, 50, 100, 250, 1000]
    android_ms = [8, 11, 16, 16, 20, 33, 33, 40, 50, 66, 100, 100, 200, 500, 1000, 2000]
    tasks = []
    for group, periods_ms, load in ((0, rtos_ms, 0.60), (1, android_ms, 2.2)):
        shares = rng.dirichlet(np.ones(len(periods_ms)) * 3) * load
        for priority, (period_ms, share) in enumerate(zip(periods_ms, shares, strict=True)):
            period = int(period_ms * MS + rng.integers(0, 1000))
            mean = max(2000, int(share * period))
            n = int(horizon_s * 1e9) // period + 3
            times = (mean * (0.5 + rng.random(n))).astype(np.int64)
            tasks.append((group, priority, period, int(rng.integers(0, period)), times.tolist()))
    return tasks


def prepare_product(*, ledger_on):
    """Return a kernel with the workload on it, the ledger and the function that reads the schedule."""
    kernel = Kernel()
    ledger, log = Ledger(kernel), EventLog(kernel)
    names = ("mcu", "ap")
    meters = [Meter(kernel, log, ledger, names[g], CORE_MW[g]) if ledger_on else None for g in (0, 1)]
    schedulers = [Inheriting(kernel, CORES[g], meters[g]) for g in (0, 1)]
    tasks = []
    for number, (group, priority, period_ns, offset_ns, times) in enumerate(workload()):
        meter, owner = meters[group], f"owner{number}"
        job = Job(f"{owner}/task", 0, lambda: None, account=meter and meter.account(owner), priority=priority)
        task = Periodic(kernel, schedulers[group], job, period_ns, iter(times).__next__)
        task.start(offset_ns)
        tasks.append(task)

    def schedule():
        return Schedule(
            sum(task.done for task in tasks),
            sum(scheduler.preemptions for scheduler in schedulers),
            sum(task.releases for task in tasks),
            sum(task.response_ns for task in tasks),
        )

    return kernel, log, ledger, schedule


def prepare_simpy():
    """Return a SimPy environment with the same workload in SimPy's own idiom, and what reads the schedule."""
    env = simpy.Environment()
    cores = [simpy.PreemptiveResource(env, capacity=n) for n in CORES]
    count = {"done": 0, "preemptions": 0, "releases": 0, "response_ns": 0}

    def task(core, priority, period_ns, offset_ns, times):
        yield env.timeout(offset_ns)
        for left in times:
            released = env.now
            count["releases"] += 1
            while left:
                with core.request(priority=priority) as request:
                    yield request
                    started = env.now
                    try:
                        yield env.timeout(left)
                        left = 0
                    except simpy.Interrupt:
                        left -= int(env.now - started)
                        count["preemptions"] += 1
            count["done"] += 1
            count["response_ns"] += int(env.now - released)
            yield env.timeout(max(released + period_ns - env.now, 0))

    for group, priority, period_ns, offset_ns, times in workload():
        env.process(task(cores[group], priority, period_ns, offset_ns, times))
    return env, lambda: Schedule(**count)
