"""The bridge to asyncio: live halves run on a loop in a thread of its own, their outcomes come back one by one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from threading import Thread
from time import perf_counter_ns
from typing import Any

from emulator.core.units import MS
from emulator.live.errors import NetworkError, ServiceError, broken
from emulator.live.http import Http
from emulator.live.threads import Daemons

LONGEST_S = 20.0  # a live call with all its tries
END_S = 0.8

Outcome = dict[str, Any] | ServiceError
Arrived = Callable[[Outcome, int], None]
Half = Callable[[Http], Awaitable[dict[str, Any]]]


class Bridge:
    """Starts with the first call; ``close`` ends what still runs."""

    def __init__(self, longest_s: float = LONGEST_S) -> None:
        self.longest_s = longest_s
        self._running: tuple[asyncio.AbstractEventLoop, Http] | None = None
        self._thread: Thread | None = None

    def ask(self, half: Half, arrived: Arrived) -> Callable[[], None]:
        """Run a live half.

        Args:
            half: The call.
            arrived: Told, in the bridge's thread, the value or why there is none, and how many ms it took.

        Returns:
            What ends the call; ``arrived`` is not told then.
        """
        loop, http = self._started()
        call = asyncio.run_coroutine_threadsafe(self._answer(half, http, arrived), loop)

        def end() -> None:
            call.cancel()

        return end

    def close(self) -> None:
        """Cancel what still runs and end the thread, within a second whatever a connector does."""
        running, thread, self._running, self._thread = self._running, self._thread, None, None
        if running is None or thread is None:
            return
        loop, _ = running
        loop.call_soon_threadsafe(loop.stop)
        thread.join(END_S)

    async def _answer(self, half: Half, http: Http, arrived: Arrived) -> None:
        began_ns = perf_counter_ns()
        outcome: Outcome
        try:
            async with asyncio.timeout(self.longest_s):
                # as it will be in the log: lists for tuples, and nothing that is no JSON
                outcome = json.loads(json.dumps(await half(http), allow_nan=False))
        except ServiceError as error:
            outcome = error
        except TimeoutError:
            outcome = NetworkError("no answer in time", "timeout", unknown=True)
        except Exception as error:  # the live call is a boundary: a bug in a connector must not end the session
            outcome = broken(error)
        arrived(outcome, (perf_counter_ns() - began_ns) // MS)

    def _started(self) -> tuple[asyncio.AbstractEventLoop, Http]:
        if self._running is None:
            loop, http = asyncio.new_event_loop(), Http()
            loop.set_default_executor(Daemons())
            self._running = (loop, http)
            self._thread = Thread(target=_run, args=self._running, name="live", daemon=True)
            self._thread.start()
        return self._running


def _run(loop: asyncio.AbstractEventLoop, http: Http) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        loop.run_until_complete(_end(http))
    finally:
        loop.close()


async def _end(http: Http) -> None:
    """Cancel all other tasks of this loop and close what is open; who does not listen is left behind."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    if others:
        await asyncio.wait(others, timeout=END_S / 2)
    with suppress(TimeoutError):
        await asyncio.wait_for(http.close(), END_S / 4)
