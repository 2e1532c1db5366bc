"""Android's weighted fair scheduler, and the power states around it."""

from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.core.events import HoldChanged, ProcessorChanged, SlicesRan
from emulator.core.kernel import Kernel
from emulator.core.log import EventLog
from emulator.core.units import MS, S
from emulator.devices.ledger import Ledger
from emulator.devices.processors.android import Android
from emulator.devices.processors.fair_share import SLICE_NS, FairShare
from emulator.devices.processors.job import Job, nice_weight
from emulator.devices.processors.meter import Meter
from emulator.devices.processors.slices import unpack

TIMEOUT_MS = 5_000


class Ends:
    """Collects when jobs end."""

    def __init__(self, kernel):
        self.kernel, self.at = kernel, {}

    def job(self, name, cost_ns, nice=0):
        def ended():
            self.at[name] = self.kernel.now_ns

        return Job(name, cost_ns, ended, weight=nice_weight(nice))


def pieces(log):
    events = [record.event for record in log.records if isinstance(record.event, SlicesRan)]
    return {core: [p for e in events if e.core == core for p in unpack(e)] for core in {e.core for e in events}}


def ran_ns(log, name, until_ns=1 << 62):
    return sum(
        max(0, min(p.end_ns, until_ns) - p.start_ns) for core in pieces(log).values() for p in core if p.task == name
    )


@pytest.fixture
def meter(kernel, log, ledger):
    return Meter(kernel, log, ledger, "ap", 170.0)


@pytest.fixture
def ap(kernel, log, ledger, profile):
    android = Android(kernel, log, ledger, profile.processors["ap"], lambda: TIMEOUT_MS)
    android.settle("suspended")
    return android


@pytest.mark.parametrize(("nice", "share"), [(0, 0.5), (5, 335 / 1359), (-5, 3121 / 4145), (10, 110 / 1134)])
def test_two_jobs_share_a_core_by_weight(kernel, log, meter, nice, share):
    ends, scheduler = Ends(kernel), FairShare(kernel, 1, meter)
    scheduler.add(ends.job("plain", 10 * S))
    scheduler.add(ends.job("other", 10 * S, nice))
    kernel.run_until(3 * S)
    meter.flush()
    assert ran_ns(log, "other") == pytest.approx(share * 3 * S, abs=2 * SLICE_NS)
    assert ran_ns(log, "other") + ran_ns(log, "plain") == 3 * S


def test_equals_alternate_in_slices_of_three_milliseconds(kernel, log, meter):
    ends, scheduler = Ends(kernel), FairShare(kernel, 1, meter)
    for name in "ab":
        scheduler.add(ends.job(name, 60 * MS))
    kernel.run_until(S)
    assert [piece.end_ns - piece.start_ns for piece in pieces(log)[0]][:30] == [3 * MS] * 30


def test_a_newcomer_has_no_claim_on_the_past(kernel, log, meter):
    ends, scheduler = Ends(kernel), FairShare(kernel, 1, meter)
    scheduler.add(ends.job("old", 10 * S))
    kernel.run_until(S)
    scheduler.add(ends.job("new", 10 * S))
    kernel.run_until(2 * S)
    meter.flush()
    assert ran_ns(log, "new") == pytest.approx(S / 2, abs=SLICE_NS)


def test_a_short_job_gets_the_core_within_a_slice_although_a_long_one_runs(kernel):
    ends, scheduler = Ends(kernel), FairShare(kernel, 1)
    scheduler.add(ends.job("long", S))
    kernel.after(100 * MS, lambda: scheduler.add(ends.job("short", MS)))
    kernel.run_until(2 * S)
    assert ends.at["short"] - 100 * MS <= SLICE_NS + MS
    assert ends.at["long"] == S + MS


def test_the_running_job_keeps_its_slice_while_it_is_eligible(kernel):
    """RUN_TO_PARITY: slices of 3 ms since the start, so the one that began at 99 ms ends at 102 ms."""
    ends, scheduler = Ends(kernel), FairShare(kernel, 1)
    scheduler.add(ends.job("light", S, nice=10))
    kernel.after(100 * MS + 1, lambda: scheduler.add(ends.job("heavy", MS, nice=-10)))
    kernel.run_until(2 * S)
    assert ends.at["heavy"] == pytest.approx(103 * MS, abs=1)
    assert scheduler.preemptions == 1


def test_a_newcomer_interrupts_a_job_that_has_had_more_than_its_share(kernel):
    """Wake-up pre-emption: with two jobs the running one is ahead after half its slice, and no longer eligible."""
    ends, scheduler = Ends(kernel), FairShare(kernel, 1)
    for name in "ab":
        scheduler.add(ends.job(name, S))
    kernel.after(2 * MS, lambda: scheduler.add(ends.job("new", MS, nice=-10)))
    kernel.run_until(3 * S)
    assert ends.at["new"] == 3 * MS


def test_threads_spread_over_idle_cores(kernel):
    ends, scheduler = Ends(kernel), FairShare(kernel, 4)
    for number in range(4):
        scheduler.add(ends.job(f"t{number}", 100 * MS))
    kernel.run_until(S)
    assert set(ends.at.values()) == {100 * MS}


def test_a_core_that_runs_dry_takes_waiting_work_over(kernel):
    """Five equal jobs on four cores: the fifth does not wait for its first core's partner to end."""
    ends, scheduler = Ends(kernel), FairShare(kernel, 4)
    for number, cost_ms in enumerate((100, 10, 100, 100, 100)):
        scheduler.add(ends.job(f"t{number}", cost_ms * MS))
    kernel.run_until(S)
    assert max(ends.at.values()) <= 115 * MS


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(1, 30), st.integers(-10, 15), st.integers(0, 999)),
        min_size=1,
        max_size=20,
    ),
    st.integers(1, 4),
)
def test_every_job_runs_exactly_its_cost_and_no_core_idles_while_jobs_wait(jobs, cores):
    kernel = Kernel()
    log = EventLog(kernel)
    meter = Meter(kernel, log, Ledger(kernel), "ap", 170.0)
    scheduler, ends = FairShare(kernel, cores, meter), Ends(kernel)
    for number, (at_ms, cost_ms, nice, odd_ns) in enumerate(jobs):
        job = ends.job(f"j{number}", cost_ms * MS + odd_ns, nice)
        kernel.after(at_ms * MS, partial(scheduler.add, job))
    kernel.run_until(2 * S)
    for number, (_, cost_ms, _, odd_ns) in enumerate(jobs):
        assert ran_ns(log, f"j{number}") == cost_ms * MS + odd_ns
    ran = [piece for core in pieces(log).values() for piece in core]
    for t_ms in range(0, 700, 3):
        running = sum(piece.start_ns <= t_ms * MS < piece.end_ns for piece in ran)
        present = sum(jobs[n][0] <= t_ms and ends.at[f"j{n}"] > t_ms * MS for n in range(len(jobs)))
        assert running == min(cores, present)


def test_a_work_wakes_it_and_a_timeout_puts_it_to_sleep(kernel, log, ap):
    ap.need("photo")
    ap.when_awake("photo", "test", lambda: ap.run("photo/x", "photo", 100, 0, lambda: ap.leave("photo")))
    kernel.run_until(20 * S)
    assert states(log) == [
        (0, "suspended", "system"), (0, "resuming", "photo"), (350 * MS, "idle", "photo"),
        (350 * MS, "active", "photo"), (450 * MS, "idle", "photo"), (5_450 * MS, "suspending", "photo"),
        (5_650 * MS, "suspended", "system"),
    ]  # fmt: skip


def test_wake_tail_and_suspend_are_paid_by_who_caused_the_wake(kernel, ledger, ap):
    ap.need("photo")
    ap.when_awake("photo", "test", lambda: ap.run("photo/x", "photo", 100, 0, lambda: ap.leave("photo")))
    kernel.run_until(10 * S)
    photo_mj = 550 * 0.35 + 137 * 5.1 + 170 * 0.1 + 385 * 0.2
    system_mj = 24 * (10 - 5.65)
    assert ledger.energy_mwh()["ap"] == {
        "photo": pytest.approx(photo_mj / 3_600, rel=1e-12),
        "system": pytest.approx(system_mj / 3_600, rel=1e-12),
    }


def test_who_keeps_it_awake_in_anothers_tail_pays_from_there_on(kernel, ledger, ap):
    ap.hold("photo", "test").release()
    kernel.run_until(2 * S)
    hold = ap.hold("captions", "test")
    kernel.run_until(10 * S)
    hold.release()
    assert ap.keeper == "captions"
    assert ledger.energy_mwh()["ap"]["photo"] == pytest.approx((550 * 0.35 + 137 * 1.65) / 3_600, rel=1e-12)
    assert ledger.energy_mwh()["ap"]["captions"] == pytest.approx(137 * 8 / 3_600, rel=1e-12)


def test_holds_are_counted_per_owner_and_keep_it_awake(kernel, log, ap):
    holds = [ap.hold("captions", "test") for _ in range(2)]
    kernel.run_until(30 * S)
    holds[0].release()
    holds[0].release()
    kernel.run_until(60 * S)
    assert ap.state == "idle"
    holds[1].release()
    kernel.run_until(66 * S)
    assert ap.state == "suspended"
    assert [r.event.count for r in log.records if isinstance(r.event, HoldChanged)] == [1, 2, 1, 0]


def test_a_wake_while_it_suspends_lets_it_finish_and_resumes_at_once(kernel, log, ap):
    ap.hold("photo", "test").release()
    kernel.run_until(5_400 * MS)
    assert ap.state == "suspending"
    awake = []
    ap.when_awake("pay", "test", lambda: awake.append(kernel.now_ns))
    kernel.run_until(20 * S)
    assert awake == [5_550 * MS + 350 * MS]
    assert (5_550 * MS, "resuming", "pay") in states(log)


SCRIPT = st.lists(
    st.tuples(st.integers(0, 9_000), st.sampled_from("abc"), st.integers(1, 900), st.integers(1, 6)), max_size=12
)


@settings(max_examples=25, deadline=None)
@given(SCRIPT)
def test_energy_is_the_sum_of_state_power_times_time(profile, script):
    """Rebuilt from nothing but the log: states and slices."""
    kernel = Kernel()
    log, ledger = EventLog(kernel), Ledger(kernel)
    ap = Android(kernel, log, ledger, profile.processors["ap"], lambda: 1_500)
    ap.settle("suspended")

    def begin(owner, cost_ms, threads):
        def run():
            for _ in range(threads):
                ap.run(f"{owner}/x", owner, cost_ms, 0, lambda: ap.leave(owner))

        for _ in range(threads):
            ap.need(owner)
        ap.when_awake(owner, "test", run)

    for at_ms, *what in script:
        kernel.after(at_ms * MS, partial(begin, *what))
    kernel.run_until(30 * S)
    power_mw = {"suspended": 24.0, "resuming": 550.0, "suspending": 385.0, "idle": 137.0, "active": 137.0}
    told = [*states(log), (30 * S, "", "")]
    base = sum(power_mw[state] * (after[0] - t_ns) for (t_ns, state, _), after in pairwise(told))
    busy = sum(p.end_ns - p.start_ns for core in pieces(log).values() for p in core)
    assert busy == sum(cost_ms * threads for _, _, cost_ms, threads in script) * MS
    assert ledger.total_mwh() == pytest.approx((base + 170.0 * busy) / 3.6e12, rel=1e-12)
    assert set(ledger.energy_mwh().get("ap", {})) <= {"a", "b", "c", "system"}


def states(log):
    found = [record for record in log.records if isinstance(record.event, ProcessorChanged)]
    return [(record.t_ns, record.event.state, record.event.owner) for record in found]
