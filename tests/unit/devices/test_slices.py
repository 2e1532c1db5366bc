"""Slices survive packing; the log of an idle hour stays small."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.events import SlicesRan
from emulator.core.units import MS, S
from emulator.devices.processors.slices import pack, unpack
from emulator.devices.system import System
from emulator.devices.work import Work

PIECE = st.tuples(st.integers(0, 10**10), st.integers(1, 10**10), st.sampled_from(["a/b", "c/d", "系统/x"]))


@given(st.integers(0, 10**14), st.lists(PIECE, min_size=1, max_size=400))
def test_what_is_packed_comes_back(since_ns, pieces):
    slices: list[tuple[int, int, str]] = []
    t_ns = since_ns
    for gap_ns, duration_ns, task in pieces:
        start_ns = t_ns + (gap_ns if slices else 0)
        t_ns = start_ns + duration_ns
        slices.append((start_ns, t_ns, task))
    tasks, data = pack(slices)
    assert unpack(SlicesRan("mcu", 0, since_ns, len(slices), tasks, data)) == slices


@pytest.mark.parametrize("data", ["", "AwAFAAUFAQAFAQ==", "gICA"])
def test_damaged_text_is_an_error(data):
    with pytest.raises(ValueError, match="slices"):
        unpack(SlicesRan("mcu", 0, 0, 7, ("a/b",), data))


def test_a_long_job_is_told_of_while_it_runs(kernel, log, ledger, profile):
    system = System(kernel, log, ledger, profile, "always_android")
    system.run(Work("encode", "camera", ap_ms=2_000))
    told = []
    log.subscribe(lambda record: told.append(record.t_ns), SlicesRan)
    kernel.run_until(2 * S)
    assert max(b - a for a, b in pairwise([0, *told])) <= 250 * MS


def test_neighbouring_windows_join_without_a_gap(kernel, log, ledger, profile):
    system = System(kernel, log, ledger, profile, "always_android")
    system.run(Work("encode", "camera", ap_ms=1_100))
    kernel.run_until(2 * S)
    events = [r.event for r in log.records if isinstance(r.event, SlicesRan) and r.event.processor == "ap"]
    pieces = [piece for event in events for piece in unpack(event)]
    assert all(a.end_ns == b.start_ns for a, b in pairwise(pieces))
    assert pieces[-1].end_ns - pieces[0].start_ns == 1_100 * MS


def test_an_idle_minute_is_small_in_the_log(kernel, log, ledger, profile):
    """The periodic load repeats every three seconds, so equal windows share their text in memory."""
    System(kernel, log, ledger, profile, "rtos_first")
    kernel.run_until(60 * S)
    events = [record.event for record in log.records if isinstance(record.event, SlicesRan)]
    assert len(events) <= 121
    assert sum(event.count for event in events) > 15_000
    assert len({id(event.data) for event in events}) < 20
