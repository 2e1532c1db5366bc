"""The RTOS with shared resources: mutexes with priority inheritance, and equals that take turns."""

from __future__ import annotations

import runpy
from functools import partial
from itertools import count, repeat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.core.events import SlicesRan
from emulator.core.kernel import Kernel
from emulator.core.log import EventLog
from emulator.core.units import MS, S
from emulator.devices.ledger import Ledger
from emulator.devices.processors.inheriting import Inheriting
from emulator.devices.processors.job import Job
from emulator.devices.processors.meter import Meter
from emulator.devices.processors.mutex import Mutex, Plan, Section
from emulator.devices.processors.periodic import Periodic
from emulator.devices.processors.slices import unpack
from tests.unit.devices.lean_fixed_priority import FixedPriority

BENCH = Path(__file__).parents[2] / "bench" / "thirty_tasks.py"


class Desk:
    """A scheduler on one or more cores, and when the jobs on it end."""

    def __init__(self, cores=1, slice_ns=0):
        self.kernel = Kernel()
        self.log = EventLog(self.kernel)
        self.meter = Meter(self.kernel, self.log, Ledger(self.kernel), "mcu", 25.0)
        self.scheduler = Inheriting(self.kernel, cores, self.meter, slice_ns=slice_ns)
        self.ends_ms = {}

    def add(self, at_ms, name, cost_ms, priority, *sections):
        job = Job(name, round(cost_ms * MS), lambda: None, priority=priority)
        job.finished = lambda: self.ends_ms.__setitem__(name, self.kernel.now_ns / MS)
        if sections:
            job.plan = Plan([Section(round(a * MS), round(b * MS), mutex) for a, b, mutex in sections])
        self.kernel.after(round(at_ms * MS), partial(self.scheduler.add, job))
        return job

    def run(self, until_ms=10_000):
        self.kernel.run_until(round(until_ms * MS))
        self.meter.flush()
        return self.ends_ms

    def ran(self):
        events = [r.event for r in self.log.records if isinstance(r.event, SlicesRan)]
        return [(p.task, p.start_ns / MS, p.end_ns / MS) for e in events for p in unpack(e)]


def test_without_mutexes_the_schedule_is_the_published_one():
    """30,355 jobs and the sum of all response times to the nanosecond, as with SimPy."""
    pytest.importorskip("simpy")
    bench = runpy.run_path(str(BENCH))
    kernel = Kernel()
    schedulers, tasks = [Inheriting(kernel, cores) for cores in (1, 4)], []
    for group, priority, period_ns, offset_ns, times in bench["workload"]():
        job = Job("task", 0, lambda: None, priority=priority)
        task = Periodic(kernel, schedulers[group], job, period_ns, iter(times).__next__)
        task.start(offset_ns)
        tasks.append(task)
    kernel.run_until(bench["HORIZON_NS"])
    assert sum(task.done for task in tasks) == 30_355
    assert sum(task.response_ns for task in tasks) == 64_445_748_414
    assert sum(scheduler.preemptions for scheduler in schedulers) == 10_614


def test_a_mutex_is_held_by_one_at_a_time():
    desk, bus = Desk(), Mutex("bus")
    desk.add(0, "low", 10, 9, (2, 8, bus))
    desk.add(4, "high", 5, 1, (1, 3, bus))
    assert desk.run() == {"high": 13, "low": 15}
    assert desk.ran() == [("low", 0, 4), ("high", 4, 5), ("low", 5, 9), ("high", 9, 13), ("low", 13, 15)]
    assert desk.scheduler.blocks == 1


def test_who_holds_a_mutex_inherits_the_priority_so_the_middle_one_cannot_delay_the_high_one():
    """Mars Pathfinder: without inheritance ``middle`` would run for 100 ms before ``high``."""
    desk, bus = Desk(), Mutex("bus")
    low = desk.add(0, "low", 10, 9, (2, 8, bus))
    desk.add(3, "high", 4, 1, (0, 1, bus))
    desk.add(4, "middle", 100, 5)
    desk.run(until_ms=5)
    assert low.priority == 1
    assert desk.run() == {"high": 12, "middle": 112, "low": 114}
    assert low.priority == 9


def test_inheritance_goes_through_a_chain_of_mutexes():
    desk, a, b = Desk(), Mutex("a"), Mutex("b")
    low = desk.add(0, "low", 6, 9, (1, 5, a))
    middle = desk.add(2, "middle", 6, 5, (0, 5, b), (1, 2, a))
    desk.add(4, "high", 2, 1, (0, 1, b))
    desk.add(4.5, "busy", 50, 3)
    desk.run(until_ms=4.6)
    assert (low.priority, middle.priority) == (1, 1)
    ends = desk.run()
    assert ends["high"] < ends["busy"] < ends["middle"] < ends["low"]


def test_the_most_important_waiter_gets_the_mutex_next():
    desk, bus = Desk(), Mutex("bus")
    desk.add(0, "holder", 10, 9, (1, 9, bus))
    desk.add(2, "second", 2, 5, (0, 2, bus))
    desk.add(3, "first", 2, 2, (0, 2, bus))
    ends = desk.run()
    assert ends["first"] < ends["second"] < ends["holder"]


def test_on_two_cores_a_released_waiter_takes_the_other_core():
    desk, bus = Desk(cores=2), Mutex("bus")
    desk.add(0, "a", 10, 5, (0, 4, bus))
    desk.add(0, "b", 10, 5, (0, 4, bus))
    assert desk.run() == {"a": 10, "b": 14}


def test_equals_take_turns():
    desk = Desk(slice_ns=2 * MS)
    desk.add(0, "a", 5, 3)
    desk.add(0, "b", 3, 3)
    assert desk.run() == {"b": 7, "a": 8}
    assert [task for task, _, _ in desk.ran()] == ["a", "b", "a", "b", "a"]


def test_a_turn_is_not_lost_to_a_more_important_job():
    desk = Desk(slice_ns=4 * MS)
    desk.add(0, "a", 6, 3)
    desk.add(0, "b", 6, 3)
    desk.add(1, "urgent", 1, 0)
    ends = desk.run()
    assert ends["urgent"] == 2
    assert desk.ran()[2][0] == "a"


def test_without_a_slice_equals_are_served_in_order():
    desk = Desk()
    desk.add(0, "a", 5, 3)
    desk.add(0, "b", 3, 3)
    assert desk.run() == {"a": 5, "b": 8}


def test_dropping_everything_frees_the_mutexes():
    desk, bus = Desk(), Mutex("bus")
    desk.add(0, "low", 10, 9, (1, 9, bus))
    desk.add(2, "high", 2, 1, (0, 2, bus))
    desk.run(until_ms=4)
    assert [job.name for job in desk.scheduler.clear()] == ["low", "high"]
    assert (bus.owner, bus.waiting) == (None, [])
    desk.add(1, "next", 3, 5, (0, 3, bus))
    assert desk.run()["next"] == 8


def test_sections_that_cross_are_refused():
    bus, flash = Mutex("bus"), Mutex("flash")
    with pytest.raises(ValueError, match="section of bus: crosses another one"):
        Plan([Section(0, 5, bus), Section(3, 8, flash)])
    with pytest.raises(ValueError, match="expected 0 <= start < end"):
        Plan([Section(5, 5, bus)])


@st.composite
def task_sets(draw):
    """Return (period ms, cost ms, critical section start and end share, which mutex) by priority, feasible or not."""
    number = draw(st.integers(2, 6))
    periods = sorted(draw(st.lists(st.sampled_from([5, 8, 10, 20, 25, 40, 50, 100]), min_size=number, max_size=number)))
    tasks = []
    for period in periods:
        cost = draw(st.integers(1, max(1, period // (number + 1))))
        start = draw(st.floats(0.0, 0.8))
        length = draw(st.floats(0.05, 0.9))
        tasks.append((period, cost, start, min(1.0, start + length), draw(st.sampled_from([None, 0, 1]))))
    offsets = draw(st.lists(st.integers(0, 30), min_size=number, max_size=number))
    return tasks, offsets


def bound_ns(tasks, rank):
    """Return the response-time bound with blocking under priority inheritance, or None if it exceeds the period.

    Blocking (Sha, Rajkumar, Lehoczky 1990): at most one section of each less important task, and at most one of each
    mutex that a task of this importance or more also uses.
    """

    def section_ns(task):
        return round(task[3] * task[1] * MS) - round(task[2] * task[1] * MS)

    shared = {m for m in (0, 1) if any(task[4] == m for task in tasks[: rank + 1])}
    lower = [task for task in tasks[rank + 1 :] if task[4] in shared]
    by_task = sum(section_ns(task) for task in lower)
    by_mutex = sum(max((section_ns(task) for task in lower if task[4] == m), default=0) for m in shared)
    own_ns = tasks[rank][1] * MS + min(by_task, by_mutex)
    response_ns = own_ns
    while True:
        next_ns = own_ns + sum(-(-response_ns // (t[0] * MS)) * t[1] * MS for t in tasks[:rank])
        if next_ns > tasks[rank][0] * MS:
            return None
        if next_ns == response_ns:
            return response_ns
        response_ns = next_ns


@settings(max_examples=60, deadline=None)
@given(task_sets())
def test_no_response_is_longer_than_response_time_analysis_with_blocking_allows(drawn):
    tasks, offsets = drawn
    kernel = Kernel()
    scheduler, mutexes, running = Inheriting(kernel, 1), (Mutex("a"), Mutex("b")), []
    for rank, ((period, cost, start, end, which), offset) in enumerate(zip(tasks, offsets, strict=True)):
        job = Job(f"t{rank}", 0, lambda: None, priority=rank)
        begin_ns, end_ns = round(start * cost * MS), round(end * cost * MS)
        if which is not None and end_ns > begin_ns:
            job.plan = Plan([Section(begin_ns, end_ns, mutexes[which])])
        periodic = Periodic(kernel, scheduler, job, period * MS, repeat(cost * MS).__next__)
        periodic.start(offset * MS)
        running.append(periodic)
    kernel.run_until(2 * S)
    for rank, periodic in enumerate(running):
        limit_ns = bound_ns(tasks, rank)
        if limit_ns is None:
            return  # from here on tasks may come late, and then analysis says nothing of the less important ones
        assert periodic.worst_ns <= limit_ns


JOBS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 15), st.integers(0, 3), st.booleans()), max_size=20)


@settings(max_examples=40, deadline=None)
@given(JOBS, st.integers(1, 3), st.sampled_from([0, 2]))
def test_every_job_runs_its_cost_and_at_most_one_holds_the_mutex(jobs, cores, slice_ms):
    desk, bus, numbers = Desk(cores, slice_ms * MS), Mutex("bus"), count()
    for at_ms, cost_ms, priority, uses in jobs:
        sections = ((cost_ms * 0.25, cost_ms * 0.75, bus),) if uses else ()
        desk.add(at_ms, f"j{next(numbers)}", cost_ms, priority, *sections)
    ends = desk.run()
    assert len(ends) == len(jobs)
    for number, (_, cost_ms, _, _) in enumerate(jobs):
        ran = sum(end - start for task, start, end in desk.ran() if task == f"j{number}")
        assert ran == pytest.approx(cost_ms)
    assert (bus.owner, bus.waiting) == (None, [])
    assert all(core.job is None for core in desk.scheduler.cores)


def test_the_lean_and_the_full_scheduler_agree_on_random_jobs():
    plain = Kernel()
    lean = FixedPriority(plain, 2)
    ends: dict[str, float] = {}

    def ended(name):
        ends[name] = plain.now_ns / MS

    desk = Desk(cores=2)
    for number in range(60):
        at_ms, cost_ms, priority = number * 7 % 97 + number / 1_000, 3 + number * 5 % 11 + 0.1, number * 3 % 5
        name = f"j{number}"
        job = Job(name, round(cost_ms * MS), partial(ended, name), priority=priority)
        plain.after(round(at_ms * MS), partial(lean.add, job))
        desk.add(at_ms, name, cost_ms, priority)
    plain.run_until(10 * S)
    assert desk.run() == ends
    assert desk.scheduler.preemptions == lean.preemptions
