"""The agenda's order, timers, tasks and stopping."""

from __future__ import annotations

from functools import partial

import pytest

from emulator.core.kernel import Cancelled, Future, Kernel
from emulator.core.units import MS


def test_ties_run_in_the_order_of_scheduling_and_the_world_comes_last():
    kernel, seen = Kernel(), []
    kernel.at(5, lambda: seen.append("world 1"), late=True)
    kernel.at(5, lambda: seen.append("device 1"))
    kernel.at(5, lambda: seen.append("world 2"), late=True)
    kernel.post(5, lambda: seen.append("device 2"))
    kernel.at(4, lambda: seen.append("before"))
    kernel.run_until(5)
    assert seen == ["before", "device 1", "device 2", "world 1", "world 2"]


def test_what_the_device_schedules_at_this_instant_comes_before_the_world():
    kernel, seen = Kernel(), []

    def device() -> None:
        seen.append("device")
        kernel.after(0, lambda: seen.append("device again"))

    kernel.at(5, lambda: seen.append("world"), late=True)
    kernel.at(5, device)
    kernel.run_until(5)
    assert seen == ["device", "device again", "world"]


def test_a_cancelled_timer_does_nothing():
    kernel, seen = Kernel(), []
    timer = kernel.after(10, lambda: seen.append(1))
    timer.cancel()
    kernel.run_until(20)
    assert seen == []
    assert kernel.now_ns == 20


def test_the_past_is_refused():
    kernel = Kernel()
    kernel.run_until(100)
    with pytest.raises(ValueError, match=r"must be >= now \(100\), got 99"):
        kernel.at(99, lambda: None)


def test_run_until_includes_its_end_and_leaves_later_entries():
    kernel = Kernel()
    seen: list[int] = []
    for t_ns in (9, 10, 11):
        kernel.at(t_ns, partial(seen.append, t_ns))
    assert kernel.run_until(10) is False
    assert seen == [9, 10]
    assert kernel.next_due_ns() == 11


def test_stop_leaves_the_clock_at_the_callback_that_satisfied_it():
    kernel = Kernel()
    seen: list[int] = []
    for t_ns in (10, 20, 30):
        kernel.at(t_ns, partial(seen.append, t_ns))
    assert kernel.run_until(100, lambda: len(seen) == 2) is True
    assert kernel.now_ns == 20
    assert kernel.run_until(100) is False
    assert (seen, kernel.now_ns) == ([10, 20, 30], 100)


def test_running_inside_a_callback_is_refused_and_the_kernel_survives():
    kernel = Kernel()

    def run_again() -> None:
        kernel.run_until(5)

    kernel.after(0, run_again)
    with pytest.raises(RuntimeError, match="inside the kernel"):
        kernel.run_until(1)
    assert kernel.running is False
    kernel.run_until(10)
    assert kernel.now_ns == 10


def test_a_task_sleeps_in_virtual_time():
    kernel, seen = Kernel(), []

    async def nap() -> None:
        await kernel.sleep(3 * MS)
        seen.append(kernel.now_ns)

    task = kernel.spawn(nap(), "nap")
    kernel.run_until(10 * MS)
    assert seen == [3 * MS]
    assert task.done


def test_a_cancelled_task_cleans_up_and_wakes_no_more():
    kernel, seen = Kernel(), []

    async def work() -> None:
        try:
            await kernel.sleep(10)
            seen.append("woke")
        except Cancelled:
            seen.append("cancelled")
            raise

    task = kernel.spawn(work(), "work")
    kernel.run_until(5)
    task.cancel()
    task.cancel()
    kernel.run_until(50)
    assert seen == ["cancelled"]
    assert task.done


def test_a_task_that_causes_its_own_end_is_cancelled_at_its_next_await():
    """An app whose doing drains the battery is switched off by it, in the middle of its step."""
    kernel = Kernel()
    seen: list[str] = []

    async def work() -> None:
        try:
            task.cancel()
            seen.append("goes on to the next await")
            await kernel.sleep(10)
            seen.append("woke")
        except Cancelled:
            seen.append("cancelled")
            raise

    task = kernel.spawn(work(), "work")
    kernel.run_until(50)
    assert seen == ["goes on to the next await", "cancelled"]
    assert task.done


def test_a_task_that_swallows_cancelled_is_named():
    kernel = Kernel()

    async def stubborn() -> None:
        try:
            await kernel.sleep(10)
        except Cancelled:
            await kernel.sleep(10)

    task = kernel.spawn(stubborn(), "stubborn")
    kernel.run_until(5)
    with pytest.raises(RuntimeError, match="'stubborn' swallowed Cancelled"):
        task.cancel()


def test_a_failing_task_tells_its_owner_and_spares_the_others():
    kernel, seen = Kernel(), []

    async def fail() -> None:
        raise LookupError("no such thing")

    async def go_on() -> None:
        await kernel.sleep(1)
        seen.append("went on")

    kernel.spawn(fail(), "fail", lambda error: seen.append(str(error)))
    kernel.spawn(go_on(), "go on")
    kernel.run_until(5)
    assert seen == ["no such thing", "went on"]


def test_a_failing_task_without_owner_leaves_run_until():
    kernel = Kernel()

    async def fail() -> None:
        raise LookupError("no such thing")

    kernel.spawn(fail(), "fail")
    with pytest.raises(LookupError, match="no such thing"):
        kernel.run_until(5)


def test_a_future_is_set_once_and_may_be_awaited_late_and_by_many():
    kernel, seen = Kernel(), []
    future: Future[str] = Future()

    async def wait(name: str) -> None:
        seen.append((name, await future))

    kernel.spawn(wait("a"), "a")
    kernel.spawn(wait("b"), "b")
    kernel.at(5, lambda: future.set("first"))
    kernel.at(6, lambda: future.set("second"))
    kernel.run_until(10)
    kernel.spawn(wait("c"), "c")
    kernel.run_until(20)
    assert seen == [("a", "first"), ("b", "first"), ("c", "first")]
