"""The command line: exit codes, one-line errors, complete files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from junitparser import JUnitXml

from emulator.cli import main
from emulator.cli.run import has_display
from emulator.core.log import read_log

ROOT = Path(__file__).parents[3]
PASSES = 'flow: passes\nsteps:\n  - say: 一加一等于多少\n  - expect: {spoken: "2", within: 4s}\n'
FAILS = "flow: fails\nsteps:\n  - advance: 100ms\n  - expect: {hud: 不会出现, within: 200ms}\n"


@pytest.fixture
def flow_file(tmp_path):
    def write(text: str, name: str = "a.flow.yaml") -> str:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return str(path)

    return write


def test_a_flow_that_passes_exits_0_and_writes_log_and_report(flow_file, tmp_path, capsys):
    log, report = tmp_path / "out.jsonl", tmp_path / "out.xml"
    assert main(["flow", "run", flow_file(PASSES), "--log", str(log), "--junit", str(report)]) == 0
    assert capsys.readouterr().out.endswith("1 runs, 0 failed\n")
    records = read_log(log)
    assert (records[0].event.topic, records[-1].event.topic) == ("session.started", "session.ended")
    assert [case.result for suite in JUnitXml.fromfile(str(report)) for case in suite] == [[]]


def test_a_flow_that_fails_exits_1_and_says_what_was_there(flow_file, tmp_path, capsys):
    report = tmp_path / "out.xml"
    assert main(["flow", "run", flow_file(FAILS), "--junit", str(report)]) == 1
    told = capsys.readouterr().out
    assert "a.flow.yaml:4:13: expect did not come true within 0.2 s, at 0.300 s of virtual time" in told
    assert "expected: hud '不会出现'" in told
    assert "instead:  the display shows " in told
    (case,) = next(iter(JUnitXml.fromfile(str(report))))
    assert "不会出现" in case.result[0].text


def test_a_wrong_flow_file_exits_2_with_one_line(flow_file, capsys):
    assert main(["flow", "run", flow_file("flow: x\nsteps:\n  - tapp: temple\n")]) == 2
    told = capsys.readouterr().err
    assert told.startswith("glasses: ")
    assert told.endswith("a.flow.yaml:3:5: unknown step 'tapp'; did you mean 'tap'?\n")
    assert told.count("\n") == 1


def test_no_flow_runs_when_a_later_file_is_wrong(flow_file, capsys):
    good, bad = flow_file(PASSES), flow_file("flow: x\n", "b.flow.yaml")
    assert main(["flow", "run", good, bad]) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["flow", "run", "smok"], "no flow 'smok'; did you mean 'smoke'?"),
        (["flow", "run", "smoke", "--profile", "quark_s2"], "no device profile 'quark_s2'; did you mean 'quark_s1'?"),
        (["replay", "nowhere.jsonl"], "nowhere.jsonl: cannot read the log"),
        (["profiles", "show", "quark_s2"], "no device profile 'quark_s2'; did you mean 'quark_s1'?"),
        (["run", "--offscreen"], "off-screen, say how long: --for 20s, or what to play: --flow tour"),
    ],
)
def test_what_is_not_there_exits_2_with_one_line(words, message, capsys):
    assert main(words) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"glasses: {message}")
    assert told.count("\n") == 1


def test_an_unknown_option_exits_2(capsys):
    with pytest.raises(SystemExit) as raised:
        main(["flow", "run", "smoke", "--jnuit", "x"])
    assert raised.value.code == 2
    assert "--jnuit" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["--fps", "0"],
        ["--fps", "x"],
        ["--lux", "-1"],
        ["--lux", "bright"],
        ["--speed", "fast"],
        ["--for", "20"],
        ["--speed", "-1"],
    ],
)
def test_a_senseless_number_exits_2_and_names_the_option(words, capsys):
    with pytest.raises(SystemExit) as raised:
        main(["run", *words])
    assert raised.value.code == 2
    assert f"argument {words[0]}: " in capsys.readouterr().err


def test_each_run_of_a_sweep_gets_its_own_log(flow_file, tmp_path):
    text = "flow: x\nsweep: {d: [10ms, 20ms]}\nsteps:\n  - advance: ${d}\n"
    assert main(["flow", "run", flow_file(text), "--log", str(tmp_path / "out.jsonl")]) == 0
    assert [read_log(tmp_path / name)[-1].t_ns for name in ("out.jsonl", "out-2.jsonl")] == [10_000_000, 20_000_000]


def test_a_log_replays_byte_for_byte(tmp_path, capsys):
    log, again = tmp_path / "out.jsonl", tmp_path / "again.jsonl"
    assert main(["flow", "run", "smoke", "--log", str(log)]) == 0
    assert main(["replay", str(log), "--log", str(again)]) == 0
    assert "byte for byte" in capsys.readouterr().out
    assert again.read_bytes() == log.read_bytes()


def test_a_log_that_was_changed_is_told_with_the_first_record_that_differs(flow_file, tmp_path, capsys):
    log = tmp_path / "out.jsonl"
    assert main(["flow", "run", flow_file(PASSES), "--log", str(log)]) == 0
    lines = log.read_text("utf-8").splitlines(keepends=True)
    number = next(n for n, text in enumerate(lines, 1) if '"speech.spoken"' in text)
    lines[number - 1] = lines[number - 1].replace('"duration_ms":', '"duration_ms":1')
    log.write_text("".join(lines), "utf-8")
    assert main(["replay", str(log)]) == 1
    assert f"differs: {log}:{number}:1: the first record that is not the same" in capsys.readouterr().out


def test_profiles_are_listed_and_every_number_is_shown_with_its_source(capsys):
    assert main(["profiles"]) == 0
    assert "quark_g1" in capsys.readouterr().out
    assert main(["profiles", "show", "quark_s1"]) == 0
    told = capsys.readouterr().out
    assert "display.nits_max" in told
    assert "published" in told


def test_shipped_flows_are_listed_and_checked(capsys):
    assert main(["flow", "list"]) == 0
    listed = capsys.readouterr().out
    assert "smoke" in listed
    assert "tour" in listed
    assert main(["flow", "check", "smoke", "tour"]) == 0


def test_the_version_is_quick_and_needs_no_qt():
    code = (
        "import sys, emulator.cli; emulator.cli.main(['--version']);"
        "sys.exit(any(name.startswith(('PySide6', 'numpy', 'cv2', 'ruamel')) for name in sys.modules))"
    )
    began = time.process_time(), time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()[0]) == (0, "glasses")
    assert time.perf_counter() - began[1] < 3  # 0.07 s on an idle machine; this one is shared


def test_python_m_emulator_is_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "emulator", "flow", "list"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "smoke" in done.stdout) == (0, True)


def test_a_reader_that_goes_away_is_not_an_error():
    done = subprocess.run(
        f"{sys.executable} -m emulator profiles show quark_s1 | head -1; exit ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""


def test_a_window_needs_a_display():
    assert not has_display("linux", {})
    assert has_display("linux", {"WAYLAND_DISPLAY": "wayland-0"})
    assert has_display("win32", {})


def test_junit_is_written_even_if_a_flow_is_broken_off(flow_file, tmp_path):
    report = tmp_path / "out.xml"
    broken = PASSES.replace("flow: passes", "flow: x\ngiven: {battery: {middle: 5%}}")
    assert main(["flow", "run", flow_file(PASSES), flow_file(broken, "b.flow.yaml"), "--junit", str(report)]) == 2
    assert len(list(next(iter(JUnitXml.fromfile(str(report)))))) == 1
    assert Path(report).read_text("utf-8").startswith("<?xml")


def test_an_interrupted_flow_leaves_a_log_that_replays(flow_file, tmp_path):
    text = "flow: long\nsteps:\n  - say: 现在几点\n  - advance: 1000h\n"
    process = subprocess.Popen(
        [sys.executable, "-m", "emulator", "flow", "run", flow_file(text), "--log", str(tmp_path / "a.jsonl")]
    )
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 130
    assert main(["replay", str(tmp_path / "a.jsonl")]) == 0


@pytest.mark.parametrize(
    ("missing", "words", "told"),
    [
        ("PySide6", ["run", "--offscreen", "--for", "100ms", "--screenshot", "x.png"], "PySide6 is not installed"),
        ("cv2", ["run", "--offscreen", "--for", "100ms", "--log", "x.jsonl"], "cv2 is not installed"),
        ("uharfbuzz", ["flow", "run", "smoke"], "uharfbuzz is not installed"),
        ("PySide6", ["flow", "run", "smoke"], ""),
        ("pyaudio", ["run", "--offscreen", "--for", "100ms", "--log", "x.jsonl"], ""),
    ],
)
def test_without_a_package_what_needs_it_is_one_line_and_the_rest_works(tmp_path, missing, words, told):
    blocked = (
        "import sys\n"
        "class Block:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.partition('.')[0] == {missing!r}:\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n"
        "sys.meta_path.insert(0, Block())\n"
        "from emulator.cli import main\n"
        f"sys.exit(main({words!r}))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", blocked], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == (2 if told else 0)
    assert done.stderr == (f"glasses: {told}; `glasses doctor` says what mends it\n" if told else "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux")
@pytest.mark.parametrize("words", [["profiles"], ["map", "list", "--json"]])
def test_output_that_cannot_be_written_is_told_in_one_line(words):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "emulator", *words], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.stderr.count(b"\n") == 1, done.stderr.decode()
