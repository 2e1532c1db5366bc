"""Android's cores: the clock that follows the load, and the cores that background work keeps to."""

from __future__ import annotations

from dataclasses import replace
from math import log2

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.core.events import ApClocked, SlicesRan, WorkFinished
from emulator.core.kernel import Kernel
from emulator.core.log import EventLog
from emulator.core.profile import Opp, Processor, load_profile
from emulator.core.units import MS, S
from emulator.devices.ledger import Ledger
from emulator.devices.processors.android import Android
from emulator.devices.processors.fair_share import FairShare
from emulator.devices.processors.governor import Governor, ramp
from emulator.devices.processors.job import Job
from emulator.devices.processors.slices import unpack
from emulator.devices.system import System
from emulator.devices.work import Work

OPPS = (Opp(0.35, 31.0), Opp(0.6, 70.0), Opp(0.8, 114.0), Opp(1.0, 170.0))
SPEC = Processor(
    os="android", cores=4, speed=14.0, idle_mw=137.0, core_mw=170.0, suspended_mw=24.0, resume_ms=350.0,
    resume_mw=550.0, suspend_ms=200.0, suspend_mw=385.0, boot_s=30.0, opps=OPPS, boost=0.6, background_cores=2,
)  # fmt: skip


def awake(spec=SPEC):
    """Return an Android that stays awake, with its kernel, ledger and log."""
    kernel = Kernel()
    log, ledger = EventLog(kernel), Ledger(kernel)
    android = Android(kernel, log, ledger, spec, lambda: None)
    android.settle("idle")
    android.need("app")
    return android, kernel, ledger, log


def run(android, kernel, cost_ms, *, background=False, threads=1):
    """Run a job to its end and return how long it took, in ms."""
    ends = []
    started_ns = kernel.now_ns
    for _ in range(threads):
        android.run("app/x", "app", cost_ms, 0, lambda: ends.append(kernel.now_ns), background=background)
    kernel.run_until(started_ns + 10 * S)
    return (max(ends) - started_ns) / MS


def test_foreground_starts_at_the_boost_and_ramps_to_the_top():
    android, kernel, _, _ = awake()
    clocks = []

    def note(opp):
        clocks.append((kernel.now_ns / MS, opp.speed))

    android.governor = Governor(kernel, SPEC, note)
    run(android, kernel, 500)
    assert [speed for _, speed in clocks] == [0.6, 0.8, 1.0]
    first_ms = 32 / 0.6 * log2(1.0 / (1.0 - 0.6 / 1.25))
    second_ms = 32 / 0.8 * log2((1.0 - 0.6 / 1.25) / (1.0 - 0.8 / 1.25))
    assert [at_ms for at_ms, _ in clocks] == pytest.approx([0.0, first_ms, first_ms + second_ms], abs=0.001)


def test_background_starts_at_the_slowest_point():
    android, kernel, _, _ = awake()
    assert run(android, kernel, 5, background=True) == pytest.approx(5 / 0.35, abs=0.001)


@pytest.mark.parametrize("cost_ms", [1, 20, 45, 220, 900])
def test_how_long_a_burst_takes_and_what_it_costs_is_foreseen(cost_ms):
    android, kernel, ledger, _ = awake()
    foreseen_ms, foreseen_mj = ramp(SPEC, cost_ms)
    assert run(android, kernel, cost_ms, threads=2) == pytest.approx(foreseen_ms, abs=0.01)
    cores_mj = ledger.total_mwh() * 3_600 - 137.0 * 10
    assert cores_mj == pytest.approx(2 * foreseen_mj, rel=1e-4)


def test_a_busy_processor_is_at_the_top_and_an_idle_one_forgets():
    android, kernel, _, _ = awake()
    run(android, kernel, 300)
    android.run("app/x", "app", 5_000, 0, lambda: None)
    kernel.run_until(kernel.now_ns + 400 * MS)
    assert android.governor.opp.speed == 1.0
    assert android.governor.utilisation > 0.99
    kernel.run_until(kernel.now_ns + 10 * S)
    assert android.governor.utilisation < 0.01
    assert run(android, kernel, 30) == pytest.approx(50.0)


def test_only_a_change_of_the_clock_is_told():
    android, kernel, _, log = awake()
    run(android, kernel, 300.0)
    run(android, kernel, 300.0)
    told = [record.event.speed for record in log.records if isinstance(record.event, ApClocked)]
    assert told == [0.6, 0.8, 1.0, 0.6, 0.8, 1.0]


def test_a_cap_holds_the_clock_down_and_the_work_takes_longer():
    android, kernel, _, _ = awake()
    android.governor.limit(0.6)
    assert run(android, kernel, 300) == pytest.approx(500.0)
    android.governor.limit(1.0)
    assert run(android, kernel, 300) < 340


def test_a_cap_that_comes_while_a_job_runs_slows_the_rest_of_it():
    android, kernel, _, _ = awake(replace(SPEC, boost=1.0))
    kernel.after(100 * MS, lambda: android.governor.limit(0.6))
    assert run(android, kernel, 160) == pytest.approx(200.0)


def test_the_clock_never_falls_below_the_slowest_point():
    android, kernel, _, _ = awake()
    android.governor.limit(0.1)
    assert run(android, kernel, 35) == pytest.approx(100.0)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 80), st.booleans()), min_size=1, max_size=12))
def test_every_job_gets_its_work_done_at_whatever_clock(jobs):
    """Work done is the integral of the clock over the time on a core: rebuilt from slices and clock changes."""
    android, kernel, ledger, log = awake()
    clock = [(0, 1.0, 170.0)]
    apply = android._set_clock

    def note(opp):
        clock.append((kernel.now_ns, opp.speed, opp.core_mw))
        apply(opp)

    android.governor = Governor(kernel, SPEC, note)
    for number, (at_ms, cost_ms, background) in enumerate(jobs):
        kernel.after(
            at_ms * MS,
            lambda n=number, c=cost_ms, b=background: android.run(f"app/{n}", "app", c, 0, lambda: None, background=b),
        )
    kernel.run_until(5 * S)
    pieces = [p for r in log.records if isinstance(r.event, SlicesRan) for p in unpack(r.event)]
    steps = [*zip(clock, [*clock[1:], (5 * S, 0.0, 0.0)], strict=True)]
    spent_mj = 0.0
    for number, (_, cost_ms, _) in enumerate(jobs):
        done_ns = 0.0
        for piece in (p for p in pieces if p.task == f"app/{number}"):
            for (since_ns, speed, core_mw), (until_ns, _, _) in steps:
                span_ns = max(0, min(piece.end_ns, until_ns) - max(piece.start_ns, since_ns))
                done_ns += span_ns * speed
                spent_mj += span_ns * core_mw / 1e9
        assert done_ns == pytest.approx(cost_ms * MS, abs=100)
    assert ledger.total_mwh() * 3_600 == pytest.approx(137.0 * 5 + spent_mj, rel=1e-9)


def test_background_work_keeps_to_its_cores_although_others_idle():
    kernel = Kernel()
    scheduler, ends = FairShare(kernel, 4, background_cores=2), []
    for _ in range(4):
        job = Job("app/upload", 30 * MS, lambda: ends.append(kernel.now_ns))
        job.background = True
        scheduler.add(job)
    assert [core.job is not None for core in scheduler.cores] == [False, False, True, True]
    kernel.run_until(S)
    assert max(ends) == 60 * MS


def test_a_foreground_core_that_runs_dry_does_not_take_background_work():
    kernel = Kernel()
    scheduler = FairShare(kernel, 2, background_cores=1)
    scheduler.add(Job("app/short", MS, lambda: None))
    for _ in range(2):
        job = Job("app/upload", 30 * MS, lambda: None)
        job.background = True
        scheduler.add(job)
    kernel.run_until(5 * MS)
    assert scheduler.cores[0].job is None


def test_background_work_is_slower_and_cheaper_than_the_same_in_the_foreground(kernel, log, ledger):
    system = System(kernel, log, ledger, load_profile("quark_s1"), "always_android")
    for background in (False, True):
        system.run(Work("encode", "camera", ap_ms=40, background=background))
        kernel.run_until(kernel.now_ns + 20 * S)
    front, back = (r.event for r in log.records if isinstance(r.event, WorkFinished))
    assert back.latency_ms > front.latency_ms
    assert back.energy_mwh < front.energy_mwh
