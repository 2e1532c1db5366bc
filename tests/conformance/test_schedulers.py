"""The schedulers against published results: SimPy's schedule, response-time analysis, EEVDF's lag bound, conservation.

Sources: the cross-engine workload of the reference (30 tasks, 20 s); Joseph and Pandya 1986, Sha, Rajkumar and
Lehoczky 1990 for response times with blocking; Stoica and Abdel-Wahab 1995 for the lag.
"""

from __future__ import annotations

import runpy
from functools import partial
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.core.events import SlicesRan
from emulator.core.kernel import Kernel
from emulator.core.log import EventLog
from emulator.core.profile import load_profile
from emulator.core.units import MS, S
from emulator.devices.ledger import Ledger
from emulator.devices.processors.fair_share import SLICE_NS, FairShare
from emulator.devices.processors.job import Job, nice_weight
from emulator.devices.processors.rtos import BACKGROUND, FOREGROUND
from emulator.devices.processors.slices import unpack
from emulator.devices.system import System
from emulator.devices.work import Work

BENCH = Path(__file__).parents[1] / "bench" / "thirty_tasks.py"
S1 = load_profile("quark_s1")


def test_thirty_tasks_give_the_schedule_of_simpy_to_the_nanosecond():
    pytest.importorskip("simpy")
    bench = runpy.run_path(str(BENCH))
    env, by_simpy = bench["prepare_simpy"]()
    env.run(until=bench["HORIZON_NS"] + 1)
    kernel, _, _, by_us = bench["prepare_product"](ledger_on=True)
    kernel.run_until(bench["HORIZON_NS"])
    assert by_us() == by_simpy() == (30_355, 10_614, 30_359, 64_445_748_414)


def bound_ns(task):
    """Return the least R = C + B + sum over more important tasks of ceil(R / T) C, for the tasks of the S1's mcu.

    B is the longest time that a less important one, or the work of an app, holds the bus of the sensors, if a task of
    this importance or more uses it too.
    """
    above = [other for other in BACKGROUND if other.priority < task.priority]
    shares = any(other.bus_ms for other in [*above, task])
    below = [round(other.bus_ms * MS) for other in BACKGROUND if other.priority > task.priority]
    own_ns = round(task.cost_ms * MS) + (max(below, default=0) if shares else 0)
    response_ns = own_ns
    while True:
        longer_ns = own_ns + sum(
            -(-response_ns // (other.period_ms * MS)) * round(other.cost_ms * MS) for other in above
        )
        if longer_ns == response_ns:
            return response_ns
        response_ns = longer_ns


@pytest.mark.parametrize("seed", range(3))
def test_no_response_of_the_rtos_is_longer_than_analysis_allows_with_apps_on_top(seed):
    kernel, random = Kernel(), Random(seed)
    system = System(kernel, EventLog(kernel), Ledger(kernel), S1, "rtos_first")
    for _ in range(2_000):
        kernel.run_until(kernel.now_ns + random.randrange(200 * MS))
        system.run(Work("pill", "notifications", mcu_ms=random.uniform(1, 60)))
    assert system.mcu is not None
    assert system.mcu.scheduler.blocks > 0, "no task ever waited for the bus: the test would show nothing"
    for task in BACKGROUND:
        if task.priority < FOREGROUND:
            assert system.mcu.tasks[task.name].worst_ns <= bound_ns(task) <= task.period_ms * MS, task.name


NICES = st.lists(st.integers(-20, 19), min_size=2, max_size=8)


@settings(max_examples=60, deadline=None)
@given(NICES, st.integers(1, 40))
def test_no_lag_exceeds_a_slice_while_the_same_jobs_compete(nices, odd):
    """|lag| <= the longest request, in running time: 3 ms for all."""
    kernel = Kernel()
    scheduler = FairShare(kernel, 1)
    jobs = [Job(f"j{n}", 100 * S, lambda: None, weight=nice_weight(nice)) for n, nice in enumerate(nices)]
    for job in jobs:
        scheduler.add(job)
    for step in range(1, 200):
        kernel.run_until(step * (odd * 97_001 + 311))
        assert max(abs(scheduler.lag_ns(job)) for job in jobs) <= SLICE_NS + 1


ARRIVALS = st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60), st.integers(-15, 15)), min_size=2, max_size=14)


@settings(max_examples=60, deadline=None)
@given(ARRIVALS)
def test_lags_stay_within_two_slices_while_jobs_come_and_go(arrivals):
    """One that leaves with a lag passes it on to those that stay: the bound of the kernel's own clamp, two slices."""
    kernel = Kernel()
    scheduler, jobs = FairShare(kernel, 1), []
    for number, (at_ms, cost_ms, nice) in enumerate(arrivals):
        job = Job(f"j{number}", cost_ms * MS + number, lambda: None, weight=nice_weight(nice))
        jobs.append(job)
        kernel.after(at_ms * MS, partial(scheduler.add, job))
    for step in range(1, 400):
        kernel.run_until(step * 1_313_131)
        lags_ns = [scheduler.lag_ns(job) for job in jobs]
        assert max(map(abs, lags_ns)) <= 2 * SLICE_NS + 1
        assert sum(lags_ns) == pytest.approx(0.0, abs=10.0)


def start(system, work):
    system.run(work)


WORKS = st.lists(
    st.tuples(st.integers(0, 20_000), st.sampled_from("abc"), st.integers(1, 400), st.integers(1, 6), st.booleans()),
    max_size=15,
)


@settings(max_examples=15, deadline=None)
@given(WORKS, st.sampled_from(["rtos_first", "android_suspend", "predictive", "always_android"]))
def test_owners_sum_to_the_total_and_the_total_to_the_integral_of_power(works, policy):
    kernel = Kernel()
    log, ledger = EventLog(kernel), Ledger(kernel)
    integral, last = 0, (0, 0)

    def integrate():
        nonlocal integral, last
        integral += last[1] * (kernel.now_ns - last[0])
        last = (kernel.now_ns, ledger.total_nw)

    ledger.watch(integrate)
    system = System(kernel, log, ledger, S1, policy)
    for at_ms, owner, cost_ms, threads, android in works:
        mcu_ms = None if android else cost_ms / 10
        work = Work("x", owner, mcu_ms=mcu_ms, ap_ms=cost_ms, ap_threads=threads, background=threads == 5)
        kernel.after(at_ms * MS, partial(start, system, work))
    kernel.run_until(40 * S)
    integrate()
    owners_mwh = sum(mwh for parts in ledger.energy_mwh().values() for mwh in parts.values())
    assert owners_mwh == pytest.approx(integral / 3.6e18, rel=1e-12)
    busy_ns = sum(p.end_ns - p.start_ns for r in log.records if isinstance(r.event, SlicesRan) for p in unpack(r.event))
    assert busy_ns > 0
