"""A thread that does one thing after the other."""

from __future__ import annotations

import gc
import threading
import weakref
from functools import partial
from time import perf_counter

import pytest

from emulator.live.threads import Worker


def _note(seen: list[tuple[int, str]], number: int) -> None:
    seen.append((number, threading.current_thread().name))


def test_everything_is_computed_in_one_thread_and_in_order():
    worker = Worker("test")
    seen: list[tuple[int, str]] = []
    futures = [worker.submit(partial(_note, seen, n)) for n in range(5)]
    for future in futures:
        future.result(5)
    worker.close(1)
    assert seen == [(n, "test") for n in range(5)]


def test_what_it_raises_comes_to_whoever_asks():
    worker = Worker("test")
    with pytest.raises(ZeroDivisionError):
        worker.submit(lambda: 1 / 0).result(5)
    assert worker.submit(lambda: 2).result(5) == 2
    worker.close(1)


def test_forgotten_without_an_end_it_ends_and_keeps_nothing():
    class Thing:
        def use(self) -> int:
            return 1

    worker, thing = Worker("test"), Thing()
    left = weakref.ref(thing)
    assert worker.submit(thing.use).result(5) == 1
    del thing
    thread = next(thread for thread in threading.enumerate() if thread.name == "test")
    end_s = perf_counter() + 2
    while left() is not None and perf_counter() < end_s:
        gc.collect()
    assert left() is None
    del worker
    gc.collect()
    thread.join(2)
    assert not thread.is_alive()


def test_it_ends_after_its_work_or_is_left_behind():
    before = threading.active_count()
    worker, go = Worker("test"), threading.Event()
    assert not worker.started
    stuck = worker.submit(go.wait)
    assert worker.busy
    began_s = perf_counter()
    worker.close(0.05)
    assert perf_counter() - began_s < 1
    go.set()
    assert stuck.result(5) is True
    for thread in threading.enumerate():
        if thread.name == "test":
            thread.join(5)
    assert threading.active_count() == before
