"""Discrete-event kernel: the only clock of the device, its agenda and its tasks.

Time is ``int`` nanoseconds since power-on. The agenda is ordered by ``(t_ns, late, seq)``: at one instant
everything the device does comes before anything the world does, and equals run in the order in which they
were scheduled, so a run is a pure function of its actions. The idea is SimPy's ``Environment.schedule``; tasks
are plain coroutines instead of generators.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from heapq import heappop, heappush
from typing import Any, Generic, TypeVar

T = TypeVar("T")
Callback = Callable[[], None]
LATE = 1 << 62  # added to ``seq``: sorts after every early entry of the same instant


class Cancelled(BaseException):
    """Thrown into a task that has been cancelled, for example by barge-in."""


class Timer:
    """A callback due later; ``cancel()`` makes it a no-op."""

    __slots__ = ("callback", "t_ns")

    def __init__(self, t_ns: int, callback: Callback) -> None:
        self.t_ns = t_ns
        self.callback: Callback | None = callback

    def cancel(self) -> None:
        """Forget the callback; the agenda drops the entry when it comes up."""
        self.callback = None

    def fire(self) -> None:
        """Run the callback unless it was cancelled; runs once."""
        callback, self.callback = self.callback, None
        if callback is not None:
            callback()


class Future(Generic[T]):
    """A value that arrives later. Awaiting it parks the task until ``set()``."""

    __slots__ = ("_value", "_waiters", "done")

    def __init__(self) -> None:
        self.done = False
        self._value: T | None = None
        self._waiters: list[Callback] = []

    def set(self, value: T) -> None:
        """Resolve once and wake the waiters; later calls are ignored."""
        if self.done:
            return
        self.done, self._value = True, value
        waiters, self._waiters = self._waiters, []
        for wake in waiters:
            wake()

    def add_waiter(self, wake: Callback) -> None:
        """Call ``wake`` once the value is there; at once if it is."""
        if self.done:
            wake()
        else:
            self._waiters.append(wake)

    def __await__(self) -> Generator[Future[Any], None, T]:
        if not self.done:
            yield self
        return self._value  # type: ignore[return-value]  # set() stored a T


class Task:
    """One coroutine driven by the kernel; ``finished`` resolves when it is over."""

    def __init__(
        self,
        kernel: Kernel,
        coro: Coroutine[Any, None, None],
        name: str,
        failed: Callable[[Exception], None] | None,
    ) -> None:
        self._kernel, self._coro, self._failed = kernel, coro, failed
        self.name = name
        self._stepping = False
        self.finished: Future[None] = Future()
        kernel.after(0, self._step)

    @property
    def done(self) -> bool:
        """Say whether the coroutine has ended, failed or been cancelled."""
        return self.finished.done

    def cancel(self) -> None:
        """Throw ``Cancelled`` into the coroutine at its current await, or at the next one if it is what cancels.

        Raises:
            RuntimeError: If the coroutine swallows ``Cancelled``.
        """
        if self.done:
            return
        self.finished.set(None)
        if not self._stepping:
            self._throw()

    def _throw(self) -> None:
        try:
            self._coro.throw(Cancelled())
        except (Cancelled, StopIteration):
            return
        self._coro.close()
        raise RuntimeError(f"task {self.name!r} swallowed Cancelled")

    def _wake(self) -> None:
        self._kernel.after(0, self._step)

    def _step(self) -> None:
        if self.done:
            return
        self._stepping = True
        try:
            future: Future[Any] = self._coro.send(None)
        except StopIteration:
            self.finished.set(None)
        except Exception as error:
            self.finished.set(None)
            if self._failed is None:
                raise
            self._failed(error)
        else:
            if self.done:
                self._throw()
            else:
                future.add_waiter(self._wake)
        finally:
            self._stepping = False


class Kernel:
    """Owns the virtual clock and everything that is due on it.

    >>> kernel, seen = Kernel(), []
    >>> _ = kernel.after(2_000, lambda: seen.append("device"))
    >>> _ = kernel.after(2_000, lambda: seen.append("world"), late=True)
    >>> kernel.run_until(5_000)  # nothing stopped it
    False
    >>> seen, kernel.now_ns
    (['device', 'world'], 5000)
    """

    def __init__(self) -> None:
        self.now_ns = 0
        self.running = False
        self._agenda: list[tuple[int, int, Callback]] = []
        self._seq = 0

    def post(self, t_ns: int, callback: Callback) -> None:
        """Run ``callback`` at ``t_ns`` (>= now) without a handle: the fast path of schedulers."""
        self._seq = seq = self._seq + 1
        heappush(self._agenda, (t_ns, seq, callback))

    def at(self, t_ns: int, callback: Callback, *, late: bool = False) -> Timer:
        """Run ``callback`` at the instant ``t_ns`` and return its timer.

        Args:
            t_ns: Virtual nanoseconds since power-on, not before now.
            callback: What to run.
            late: Run after everything else due at that instant; for causes outside the device.

        Raises:
            ValueError: If ``t_ns`` has passed.
        """
        if t_ns < self.now_ns:
            raise ValueError(f"t_ns must be >= now ({self.now_ns}), got {t_ns}")
        timer = Timer(t_ns, callback)
        self._seq = seq = self._seq + 1
        heappush(self._agenda, (t_ns, seq + LATE if late else seq, timer.fire))
        return timer

    def after(self, delay_ns: int, callback: Callback, *, late: bool = False) -> Timer:
        """Run ``callback`` after ``delay_ns`` (>= 0) of virtual time; see ``at``."""
        return self.at(self.now_ns + delay_ns, callback, late=late)

    def sleep(self, delay_ns: int) -> Future[None]:
        """Return a future that resolves after ``delay_ns`` of virtual time."""
        future: Future[None] = Future()
        self.after(delay_ns, lambda: future.set(None))
        return future

    def spawn(
        self, coro: Coroutine[Any, None, None], name: str, failed: Callable[[Exception], None] | None = None
    ) -> Task:
        """Start driving ``coro``; its first step runs at the current instant.

        Args:
            coro: A coroutine that awaits futures of this kernel only.
            name: What it is called in messages.
            failed: Told of an exception that ends it; without it the exception leaves ``run_until``.
        """
        return Task(self, coro, name, failed)

    def run_until(self, t_ns: int, stop: Callable[[], bool] | None = None) -> bool:
        """Run every callback due up to and including ``t_ns``, then set the clock to it.

        Args:
            t_ns: Virtual time to reach.
            stop: Asked after each callback; if true, the clock stays where it is.

        Returns:
            Whether ``stop`` ended the run.

        Raises:
            RuntimeError: If called from inside a callback.
        """
        if self.running:
            raise RuntimeError("run_until() called from inside the kernel")
        self.running = True
        agenda = self._agenda
        try:
            while agenda and agenda[0][0] <= t_ns:
                self.now_ns, _, callback = heappop(agenda)
                callback()
                if stop is not None and stop():
                    return True
        finally:
            self.running = False
        self.now_ns = max(self.now_ns, t_ns)
        return False

    def next_due_ns(self) -> int | None:
        """Return when the next entry of the agenda is due, if there is one."""
        return self._agenda[0][0] if self._agenda else None
