"""The RTOS: fixed priority, pre-emptive, tickless; its own periodic load stays within its response-time bounds."""

import runpy
from functools import partial
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
from emulator.devices.processors.rtos import BACKGROUND, Rtos
from emulator.devices.processors.slices import unpack

BENCH = Path(__file__).parents[2] / "bench" / "thirty_tasks.py"


class Ends:
    """Collects when jobs end."""

    def __init__(self, kernel):
        self.kernel, self.at = kernel, {}

    def job(self, name, cost_ns, priority=0, weight=1024):
        def ended():
            self.at[name] = self.kernel.now_ns

        return Job(name, cost_ns, ended, priority=priority, weight=weight)


def start(log, ledger, kernel, profile, worn=True):
    mcu = Rtos(kernel, log, ledger, profile, profile.processors["mcu"])
    mcu.worn = worn
    mcu.settle()
    return mcu


def slices(log, processor="mcu"):
    found = [record.event for record in log.records if isinstance(record.event, SlicesRan)]
    return [piece for event in found if event.processor == processor for piece in unpack(event)]


@pytest.mark.parametrize("ledger_on", [False, True], ids=["ledger off", "ledger and owners on"])
def test_thirty_tasks_give_the_published_schedule(ledger_on):
    pytest.importorskip("simpy")
    bench = runpy.run_path(str(BENCH))
    kernel, log, ledger, schedule = bench["prepare_product"](ledger_on=ledger_on)
    kernel.run_until(bench["HORIZON_NS"])
    assert schedule() == (30_355, 10_614, 30_359, 64_445_748_414)
    if ledger_on:
        busy_ns = {name: sum(s.end_ns - s.start_ns for s in slices(log, name)) for name in ("mcu", "ap")}
        mwh = (busy_ns["mcu"] * 25.0 + busy_ns["ap"] * 170.0) / 3.6e12
        assert ledger.total_mwh() == pytest.approx(mwh, rel=1e-12)
        for owner, paid_mwh in ledger.energy_mwh()["ap"].items():
            own_ns = sum(s.end_ns - s.start_ns for s in slices(log, "ap") if s.task == f"{owner}/task")
            assert paid_mwh == pytest.approx(own_ns * 170.0 / 3.6e12, rel=1e-12)


def test_a_more_important_job_interrupts_and_the_rest_is_done_later(kernel):
    ends, scheduler = Ends(kernel), Inheriting(kernel, 1)
    scheduler.add(ends.job("slow", 10 * MS, priority=5))
    kernel.after(4 * MS, lambda: scheduler.add(ends.job("urgent", 3 * MS, priority=1)))
    kernel.run_until(S)
    assert ends.at == {"urgent": 7 * MS, "slow": 13 * MS}
    assert scheduler.preemptions == 1


def test_equals_are_served_in_order_and_do_not_interrupt(kernel):
    ends, scheduler = Ends(kernel), Inheriting(kernel, 1)
    for name in ("first", "second", "third"):
        scheduler.add(ends.job(name, 2 * MS, priority=5))
    kernel.run_until(S)
    assert ends.at == {"first": 2 * MS, "second": 4 * MS, "third": 6 * MS}
    assert scheduler.preemptions == 0


def test_a_job_that_ends_when_another_arrives_is_not_interrupted(kernel):
    ends, scheduler = Ends(kernel), Inheriting(kernel, 1)
    kernel.after(4 * MS, lambda: scheduler.add(ends.job("urgent", MS, priority=1)))  # due before the end, same instant
    scheduler.add(ends.job("slow", 4 * MS, priority=5))
    kernel.run_until(S)
    assert ends.at == {"slow": 4 * MS, "urgent": 5 * MS}
    assert scheduler.preemptions == 0


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 15), st.integers(0, 5)), min_size=1, max_size=25),
    st.integers(1, 3),
)
def test_no_work_is_lost_and_no_core_idles_while_jobs_wait(jobs, cores):
    """Each job runs exactly its cost; busy time is what a work-conserving scheduler must give."""
    kernel = Kernel()
    log = EventLog(kernel)
    scheduler = Inheriting(kernel, cores, Meter(kernel, log, Ledger(kernel), "mcu", 25.0))
    ends = Ends(kernel)
    for number, (at_ms, cost_ms, priority) in enumerate(jobs):
        job = ends.job(f"j{number}", cost_ms * MS, priority)
        kernel.after(at_ms * MS, partial(scheduler.add, job))
    kernel.run_until(2 * S)
    ran = slices(log)
    for number, (at_ms, cost_ms, _) in enumerate(jobs):
        mine = [piece for piece in ran if piece.task == f"j{number}"]
        assert sum(piece.end_ns - piece.start_ns for piece in mine) == cost_ms * MS
        assert min(piece.start_ns for piece in mine) >= at_ms * MS
        assert max(piece.end_ns for piece in mine) == ends.at[f"j{number}"]
    for t_ms in range(0, 460, 1):
        running = sum(piece.start_ns <= t_ms * MS < piece.end_ns for piece in ran)
        present = sum(jobs[n][0] <= t_ms and ends.at[f"j{n}"] > t_ms * MS for n in range(len(jobs)))
        assert running == min(cores, present)


def test_background_responses_stay_within_response_time_analysis(kernel, log, ledger, profile):
    """All tasks are released together at the start: the critical instant, so the bound is even reached."""
    mcu = start(log, ledger, kernel, profile)
    kernel.run_until(12 * S)
    for task in BACKGROUND:
        assert mcu.tasks[task.name].worst_ns == response_bound_ns(task), task.name
        assert response_bound_ns(task) <= task.period_ms * MS, f"{task.name} would miss its period"
        assert mcu.tasks[task.name].releases == 12_000 // task.period_ms + 1


def response_bound_ns(task):
    """Return the fixed point of R = C + sum over more important tasks of ceil(R / T) C."""
    above = [
        (other.period_ms * MS, round(other.cost_ms * MS)) for other in BACKGROUND if other.priority < task.priority
    ]
    cost_ns = bound_ns = round(task.cost_ms * MS)
    while True:
        longer_ns = cost_ns + sum(-(-bound_ns // period_ns) * other_ns for period_ns, other_ns in above)
        if longer_ns == bound_ns:
            return bound_ns
        bound_ns = longer_ns


def test_what_only_makes_sense_on_a_head_rests_off_it(kernel, log, ledger, profile):
    mcu = start(log, ledger, kernel, profile, worn=False)
    assert sorted(mcu.tasks) == ["bt", "hub", "imu"]
    mcu.wear(True)
    assert set(mcu.tasks) == {task.name for task in BACKGROUND}
    kernel.run_until(S)
    mcu.wear(False)
    kernel.run_until(3 * S)
    late = {piece.task for piece in slices(log) if piece.start_ns > 1_300 * MS}
    assert late == {"system/bt", "system/hub", "system/imu"}


def test_the_idle_power_and_each_slice_are_in_the_ledger(kernel, log, ledger, profile):
    start(log, ledger, kernel, profile)
    kernel.run_until(3 * S)
    busy_ns = sum(piece.end_ns - piece.start_ns for piece in slices(log))
    assert ledger.total_mwh() == pytest.approx((6.0 * 3 * S + 25.0 * busy_ns) / 3.6e12, rel=1e-12)
    assert busy_ns == round(sum(task.cost_ms / task.period_ms for task in BACKGROUND) * 3_000) * MS
