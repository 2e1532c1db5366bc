"""The loop of live halves: what comes back, and how it ends whatever a connector does."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from time import perf_counter, sleep

import pytest

from emulator.live.bridge import Bridge, Half, Outcome
from emulator.live.errors import NetworkError, QuotaError
from tests.unit.live.vendor import Given, serving

WITHIN_S = 1.0


class Asking:
    """A bridge and what came back over it."""

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self._came: SimpleQueue[tuple[Outcome, int]] = SimpleQueue()

    def ask(self, half: Half) -> Callable[[], None]:
        return self.bridge.ask(half, lambda outcome, ms: self._came.put((outcome, ms)))

    def answer(self, half: Half) -> tuple[Outcome, int]:
        self.ask(half)
        return self._came.get(timeout=5)

    @property
    def silent(self) -> bool:
        return self._came.empty()


@pytest.fixture
def asking() -> Iterator[Asking]:
    before = set(threading.enumerate())
    made = Asking(Bridge(longest_s=0.3))
    yield made
    made.bridge.close()
    assert {thread.name for thread in set(threading.enumerate()) - before} == set()


def test_a_value_comes_back_as_the_log_will_have_it(asking: Asking):
    async def half(_http):
        await asyncio.sleep(0.02)
        return {"points": ((1, 2.5),), "name": "茶"}

    value, ms = asking.answer(half)
    assert value == {"points": [[1, 2.5]], "name": "茶"}
    assert ms >= 20


def test_an_error_of_a_service_comes_back_as_it_is(asking: Asking):
    async def half(_http):
        raise QuotaError("used up", "10003")

    value, _ = asking.answer(half)
    assert isinstance(value, QuotaError)
    assert value.code == "10003"


def test_a_bug_in_a_connector_comes_back_without_its_text(asking: Asking):
    async def wrong(_http):
        raise KeyError("sk-0123456789abcdef")

    async def no_json(_http):
        return {"when": object()}

    async def no_number(_http):
        return {"eta": float("nan")}

    for half, name in ((wrong, "KeyError at test_bridge.py:"), (no_json, "TypeError"), (no_number, "ValueError")):
        value, _ = asking.answer(half)
        assert isinstance(value, NetworkError)
        assert name in str(value)
        assert "0123456789" not in str(value)


def test_a_connector_that_is_none_comes_back_as_a_bug(asking: Asking):
    value, _ = asking.answer(lambda _http: {"not": "awaitable"})  # type: ignore[arg-type, return-value]
    assert isinstance(value, NetworkError)


def test_a_call_has_its_time(asking: Asking):
    async def half(_http):
        await asyncio.sleep(60)
        return {}

    value, ms = asking.answer(half)
    assert isinstance(value, NetworkError)
    assert (value.code, value.unknown) == ("timeout", True)
    assert 300 <= ms < 2_000


def test_calls_do_not_wait_for_each_other(asking: Asking):
    async def slow(_http):
        await asyncio.sleep(0.25)
        return {"slow": True}

    async def quick(_http):
        return {"slow": False}

    asking.ask(slow)
    assert asking.answer(quick)[0] == {"slow": False}


def test_a_call_can_be_ended(asking: Asking):
    ended = threading.Event()

    async def half(_http):
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()
        return {}

    end = asking.ask(half)
    sleep(0.05)
    end()
    assert ended.wait(1)
    asking.bridge.close()
    assert asking.silent


def test_the_end_does_not_wait_for_a_hanging_server():
    with serving(lambda _asked, vendor: Given((b"{}",) if vendor.gone.wait(30) else ())) as vendor:
        asking = Asking(Bridge())
        asking.ask(lambda http: http.get_json(vendor.url))
        while not vendor.asked:
            sleep(0.01)
        began_s = perf_counter()
        asking.bridge.close()
        assert perf_counter() - began_s < WITHIN_S
        assert asking.silent


def test_the_end_does_not_wait_for_a_connector_that_will_not_go():
    async def stubborn(_http):
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                if perf_counter() > end_s:
                    raise

    end_s = perf_counter() + 1.5
    asking = Asking(Bridge())
    asking.ask(stubborn)
    sleep(0.05)
    began_s = perf_counter()
    asking.bridge.close()
    assert perf_counter() - began_s < WITHIN_S


def test_after_its_end_it_starts_again(asking: Asking):
    async def half(_http):
        return {"n": 1}

    assert asking.answer(half)[0] == {"n": 1}
    asking.bridge.close()
    asking.bridge.close()
    assert asking.answer(half)[0] == {"n": 1}


def test_no_program_waits_for_a_name_that_is_not_found():
    """Looking up a name blocks a thread; the program ends all the same, and says nothing."""
    code = """
import asyncio, time
from emulator.live.bridge import Bridge
async def half(http):
    await asyncio.get_running_loop().run_in_executor(None, time.sleep, 20)
bridge = Bridge()
bridge.ask(half, print)
time.sleep(0.1)
bridge.close()
"""
    began_s = perf_counter()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=15)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert perf_counter() - began_s < 10
