"""The bridge to asyncio: live halves run on a loop in a thread of its own, their outcomes come back one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from threading import Thread
from time import perf_counter_ns
from typing import TypeVar

from emulator.core.units import MS
from emulator.live.errors import NetworkError, ServiceError
from emulator.live.http import Http

T = TypeVar("T")

LONGEST_S = 20.0  # a live call with all its tries
END_S = 1.0

Outcome = dict[str, object] | ServiceError
Arrived = Callable[[Outcome, int], None]


class Bridge:
    """Starts with the first call; ``close`` ends what still runs."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._http = Http()

    def ask(self, half: Callable[[Http], Awaitable[dict[str, object]]], arrived: Arrived) -> None:
        """Run a live half.

        Args:
            half: The call.
            arrived: Told, in the bridge's thread, the value or why there is none, and how many ms it took.
        """
        asyncio.run_coroutine_threadsafe(self._answer(half, arrived), self._started())

    def close(self) -> None:
        """Cancel what still runs and end the thread."""
        loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(_end_all(), loop)
        thread.join(END_S)

    async def _answer(self, half: Callable[[Http], Awaitable[dict[str, object]]], arrived: Arrived) -> None:
        began_ns = perf_counter_ns()
        outcome: Outcome
        try:
            outcome = await asyncio.wait_for(half(self._http), LONGEST_S)
        except ServiceError as error:
            outcome = error
        except TimeoutError:
            outcome = NetworkError(f"no answer within {LONGEST_S:g} s", "timeout", unknown=True)
        except Exception as error:  # the live call is a boundary: a bug in a connector must not end the session
            outcome = NetworkError(f"the connector broke: {type(error).__name__}", "broken", unknown=True)
        arrived(outcome, (perf_counter_ns() - began_ns) // MS)

    def _started(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = Thread(target=self._run, args=(self._loop,), name="live", daemon=True)
            self._thread.start()
        return self._loop

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(self._http.__aenter__())
        try:
            loop.run_forever()
            loop.run_until_complete(self._http.__aexit__(None, None, None))
        finally:
            loop.close()


async def _end_all() -> None:
    """Cancel every other task of this loop, then stop it."""
    loop = asyncio.get_running_loop()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    loop.stop()
