"""A fleet in pieces: the same chunks here, in processes of this machine, or on a Dask cluster.

A chunk is a case, a range of days and the seed; nothing else goes into it, so that no place or order changes a result.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from multiprocessing import resource_tracker
from typing import Any

from emulator.core.errors import CapabilityError, UsageError
from emulator.fleet.days import Days, join, run_days
from emulator.fleet.draw import BLOCK
from emulator.fleet.sweep import Case
from emulator.fleet.template import Templates, templates_of

AHEAD = 4  # chunks that each worker has waiting
CONNECT_S = 5

Progress = Callable[[int, int], None]
"""Told how many days are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fleet runs, and in what pieces.

    Attributes:
        workers: Processes on this machine; 1 for none but this one.
        dask: Address of a scheduler (``tcp://host:port``), instead; "" for none.
        blocks: Blocks of days in a piece.
    """

    workers: int = 1
    dask: str = ""
    blocks: int = 1


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some days of one case, whole blocks but for the end of the fleet."""

    case: Case
    seed: int
    days: range
    templates: Templates | None

    def run(self) -> Days:
        """Run them, block by block, so that the size of a chunk does not matter to the last bit."""
        firsts = range(self.days.start, self.days.stop, BLOCK)
        return join(
            [run_days(self.case, self.seed, range(k, min(k + BLOCK, self.days.stop)), self.templates) for k in firsts]
        )


HERE = Place()


def chunks_of(cases: Sequence[Case], days: int, seed: int, blocks: int = 1) -> list[Chunk]:
    """Cut ``days`` of every case into chunks of ``blocks`` blocks."""
    size, found = blocks * BLOCK, list[Chunk]()
    for case in cases:
        templates = templates_of(case.profile, case.policy, case.usage)
        found += [Chunk(case, seed, range(k, min(days, k + size)), templates) for k in range(0, days, size)]
    return found


def run_fleet(
    cases: Sequence[Case],
    days: int,
    seed: int,
    place: Place = HERE,
    progress: Progress = lambda _done, _all: None,
) -> list[Days]:
    """Run ``days`` of every case and return them case by case.

    Args:
        cases: Devices, usages and policies.
        days: How many of each.
        seed: Same seed, same days, for every case.
        place: Where.
        progress: Told after each chunk.

    Raises:
        UsageError: If the cluster cannot be reached.
        CapabilityError: If Dask is not installed.
    """
    chunks = chunks_of(cases, days, seed, place.blocks)
    found: dict[int, Days] = {}
    done, total = 0, days * len(cases)
    for number, result in _everywhere(chunks, place):
        found[number] = result
        done += len(chunks[number].days)
        progress(done, total)
    each = len(chunks) // len(cases)
    return [join([found[first + part] for part in range(each)]) for first in range(0, len(chunks), each)]


def _everywhere(chunks: Sequence[Chunk], place: Place) -> Iterator[tuple[int, Days]]:
    if place.dask:
        return _on_dask(chunks, place.dask)
    return _in_processes(chunks, place.workers) if place.workers > 1 and len(chunks) > 1 else _here(chunks)


def _here(chunks: Sequence[Chunk]) -> Iterator[tuple[int, Days]]:
    for number, chunk in enumerate(chunks):
        yield number, chunk.run()


def _in_processes(chunks: Sequence[Chunk], workers: int) -> Iterator[tuple[int, Days]]:
    """Yield results as they come; on Ctrl-C nothing of it is left running."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(workers, len(chunks)), mp_context=context)
    waiting: dict[Future[Days], int] = {}
    todo = enumerate(chunks)
    try:
        with _deaf():  # a pool that spawns starts one worker a chunk, until there are as many as it may have
            for number, chunk in islice(todo, workers):
                waiting[pool.submit(chunk.run)] = number
        for number, chunk in todo:
            while len(waiting) >= workers * AHEAD:
                yield from _finished(waiting)
            waiting[pool.submit(chunk.run)] = number
        while waiting:
            yield from _finished(waiting)
    except BrokenProcessPool as error:
        raise CapabilityError("a worker process was killed; is there enough memory?") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _finished(waiting: dict[Future[Days], int]) -> Iterator[tuple[int, Days]]:
    done, _ = wait(waiting, return_when=FIRST_COMPLETED)
    for future in sorted(done, key=lambda one: waiting[one]):
        yield waiting.pop(future), future.result()


@contextmanager
def _deaf() -> Iterator[None]:
    """Hold Ctrl-C back; processes that start meanwhile never get it. It is for the parent, which ends them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # its start would let signals in again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _on_dask(chunks: Sequence[Chunk], address: str) -> Iterator[tuple[int, Days]]:
    try:
        dask: Any = import_module("distributed")
    except ImportError as error:
        raise CapabilityError("--dask needs the extra 'fleet': pip install 'glasses-emulator[fleet]'") from error
    try:
        client = dask.Client(address, timeout=CONNECT_S)
    except (OSError, ValueError) as error:
        raise UsageError(f"--dask: no scheduler at {address}: {error}") from error
    with client:
        numbers = {client.submit(chunk.run, pure=False): number for number, chunk in enumerate(chunks)}
        try:
            for future, result in dask.as_completed(list(numbers), with_results=True):
                yield numbers[future], result
        finally:
            client.cancel(list(numbers))
