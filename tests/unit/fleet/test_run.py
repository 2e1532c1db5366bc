"""The same fleet in any pieces and places: here, in processes, on a Dask cluster."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from emulator.core.errors import UsageError
from emulator.fleet.days import COLUMNS
from emulator.fleet.draw import BLOCK
from emulator.fleet.run import Place, run_fleet
from emulator.fleet.sweep import cases_of

DAYS = BLOCK + 20


@pytest.fixture(scope="module")
def cases():
    return cases_of({}, ["rtos_first", "prewake"], "even_g2", "office")


@pytest.fixture(scope="module")
def here(cases):
    return run_fleet(cases, DAYS, 7)


def same(found, expected):
    for mine, theirs in zip(found, expected, strict=True):
        for name in (*COLUMNS, "answers", "android"):
            assert np.array_equal(getattr(mine, name), getattr(theirs, name), equal_nan=True), name


def test_the_size_of_chunks_does_not_matter(cases, here):
    same(run_fleet(cases, DAYS, 7, Place(blocks=2)), here)


def test_processes_do_not_matter(cases, here):
    same(run_fleet(cases, DAYS, 7, Place(workers=2)), here)


def test_a_dask_cluster_does_not_matter(cases, here):
    """A scheduler and a worker of their own process, reached over loopback."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        assert cluster.scheduler_address.startswith("tcp://127.0.0.1:")
        same(run_fleet(cases, DAYS, 7, Place(dask=cluster.scheduler_address)), here)
    asyncio.set_event_loop(None)


def test_a_cluster_that_is_not_there_is_refused(cases):
    pytest.importorskip("distributed")
    with pytest.raises(UsageError, match=r"no scheduler at tcp://127\.0\.0\.1:9"):
        run_fleet(cases, 1, 1, Place(dask="tcp://127.0.0.1:9"))


def test_it_tells_how_far_it_is(cases):
    told: list[tuple[int, int]] = []
    run_fleet(cases[:1], DAYS, 7, progress=lambda done, total: told.append((done, total)))
    assert told == [(BLOCK, DAYS), (DAYS, DAYS)]


def test_more_days_begin_with_the_same_days(cases, here):
    fewer = run_fleet(cases, BLOCK, 7)
    assert np.array_equal(fewer[0].mean_mw, here[0].mean_mw[:BLOCK])


def test_ctrl_c_leaves_no_half_table_and_no_process(tmp_path):
    """Interrupted in the middle of a long run: exit code 130, no file, and nobody of its group is left."""
    out = tmp_path / "days.csv"
    words = ["fleet", "--days", "200000", "--workers", "2", "--out", str(out)]
    process = subprocess.Popen(
        [sys.executable, "-m", "emulator", *words], start_new_session=True, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    first = process.stderr.readline()
    assert first.startswith("fleet: ")
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert list(Path(tmp_path).iterdir()) == []
    deadline = time.monotonic() + 10.0
    while group_lives(process.pid):
        assert time.monotonic() < deadline
    assert not group_lives(process.pid)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="/proc tells which signals a process holds back")
def test_ctrl_c_is_for_the_parent_alone(tmp_path):
    """No worker gets it, the first as little as the others: its traceback would stand under the line of the end."""
    words = ["fleet", "--days", "200000", "--workers", "3", "--out", str(tmp_path / "days.csv")]
    process = subprocess.Popen(
        [sys.executable, "-m", "emulator", *words], start_new_session=True, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 30.0
    while len(found := workers_of(process.pid)) < 3:
        assert time.monotonic() < deadline
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=60)
    assert found == dict.fromkeys(found, True)


def workers_of(parent):
    """Return the spawned workers of a process, and whether each holds SIGINT back."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "status").read_text("utf-8")
            command = (folder / "cmdline").read_text("utf-8")
        except OSError:  # gone meanwhile
            continue
        if f"\nPPid:\t{parent}\n" in status and "spawn_main" in command:
            blocked = int(status.partition("SigBlk:")[2].split()[0], 16)
            found[folder.name] = bool(blocked >> (signal.SIGINT - 1) & 1)
    return found


def group_lives(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
