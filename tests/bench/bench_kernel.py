"""The product's kernel and schedulers against SimPy 4 on the 30-task workload; CPU time, interleaved, one run.

Targets (issue 2): at least 5 times SimPy's event rate with the ledger off, 2 times with ledger, owners, slices and log.
The tests fail at a third of what was measured when they were written, or at the target if that is higher.
Run: pytest -s tests/bench/bench_kernel.py
"""

import gc
import time

import pytest

thirty_tasks = pytest.importorskip("thirty_tasks", reason="needs simpy")

ROUNDS = 5
TARGET_OFF, TARGET_ON = 5.0, 2.0


@pytest.fixture(scope="module")
def cpu_s():
    """Return the least CPU seconds of each engine for the same 20 simulated seconds."""
    best = {}
    for _ in range(ROUNDS):
        for name, run in (("simpy", run_simpy), ("off", run_off), ("on", run_on)):
            gc.collect()
            best[name] = min(best.get(name, 1e9), run())
    logical = 2 * thirty_tasks.EXPECTED.releases + thirty_tasks.EXPECTED.preemptions
    print()  # noqa: T201  the figures are what a benchmark is for
    for name, seconds in best.items():
        ratio = best["simpy"] / seconds
        rate = logical / seconds / 1e3
        print(f"  {name:6} {seconds * 1e3:7.1f} ms  {rate:7.0f} k events/s  {ratio:5.1f} x SimPy")  # noqa: T201
    return best


def test_ledger_off_is_five_times_simpy(cpu_s):
    assert cpu_s["simpy"] / cpu_s["off"] >= TARGET_OFF


def test_ledger_and_owners_on_is_twice_simpy(cpu_s):
    assert cpu_s["simpy"] / cpu_s["on"] >= TARGET_ON


def run_simpy():
    env, schedule = thirty_tasks.prepare_simpy()
    started = time.process_time()
    env.run(until=thirty_tasks.HORIZON_NS + 1)
    spent = time.process_time() - started
    assert schedule() == thirty_tasks.EXPECTED
    return spent


def run_off():
    return run_product(ledger_on=False)


def run_on():
    return run_product(ledger_on=True)


def run_product(*, ledger_on):
    kernel, _, _, schedule = thirty_tasks.prepare_product(ledger_on=ledger_on)
    started = time.process_time()
    kernel.run_until(thirty_tasks.HORIZON_NS)
    spent = time.process_time() - started
    assert schedule() == thirty_tasks.EXPECTED
    return spent
