"""Threads that no exit waits for: one that does a thing after the other, and as many as a loop asks for."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from threading import Thread
from typing import Any, ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")


class Worker:
    """One thread; what is opened, used and closed through it stays in one thread. It starts with the first task."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._tasks: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._last: Future[Any] | None = None

    @property
    def started(self) -> bool:
        """Say whether anything was ever submitted."""
        return self._thread is not None

    @property
    def busy(self) -> bool:
        """Say whether something is under way."""
        return self._last is not None and not self._last.done()

    def submit(self, compute: Callable[[], T]) -> Future[T]:
        """Compute after all that was submitted before."""
        if self._thread is None:
            self._thread = Thread(target=_work, args=(self._tasks,), name=self._name, daemon=True)
            self._thread.start()
            weakref.finalize(self, self._tasks.put, None).atexit = False  # forgotten without an end, it ends
        future: Future[T] = Future()
        self._last = future
        self._tasks.put((future, compute))
        return future

    def close(self, within_s: float) -> None:
        """End the thread after what was submitted; go on without it if that takes longer than ``within_s``."""
        if self._thread is None:
            return
        self._tasks.put(None)
        self._thread.join(within_s)
        self._thread = None


class Daemons(ThreadPoolExecutor):
    """A thread for each task. A name look-up without a network takes long, and a pool would keep the program for it."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Start ``fn`` in a thread of its own."""
        future: Future[T] = Future()
        Thread(target=settle, args=(future, lambda: fn(*args, **kwargs)), name="live-aside", daemon=True).start()
        return future


def _work(tasks: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None]) -> None:
    while (task := tasks.get()) is not None:
        settle(*task)
        del task  # while it waits for the next one it keeps nothing of the last


def settle(future: Future[T], compute: Callable[[], T]) -> None:
    """Give ``future`` what ``compute`` returns or raises."""
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(compute())
    except BaseException as error:  # as the executors of Python do: it is raised where the result is asked for
        future.set_exception(error)
