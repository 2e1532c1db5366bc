"""The pytest plugin in a folder of its own: flows are tests, crashes fail, goldens are compared, Qt stays out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PASSES = 'flow: passes\nsteps:\n  - wear: "off"\n  - expect: {event: wear.changed}\n'
FAILS = "flow: fails\nsteps:\n  - expect: {hud: 不会出现, within: 10ms}\n"


@pytest.fixture
def run_pytest(tmp_path):
    def run(*words: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words]
        if not _installed():
            command[4:4] = ["-p", "emulator.pytest_plugin"]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    return run


def _installed() -> bool:
    from importlib.metadata import entry_points

    return any(point.name == "glasses_emulator" for point in entry_points(group="pytest11"))


def test_flow_files_are_tests(tmp_path, run_pytest):
    (tmp_path / "good.flow.yaml").write_text(PASSES, "utf-8")
    (tmp_path / "bad.flow.yaml").write_text(FAILS, "utf-8")
    (tmp_path / "wrong.flow.yaml").write_text("flow: x\nsteps:\n  - tapp: temple\n", "utf-8")
    (tmp_path / "failing").mkdir()
    (tmp_path / "failing" / "on-purpose.flow.yaml").write_text(FAILS, "utf-8")
    code, told = run_pytest("--continue-on-collection-errors")
    assert code == 1
    assert "1 failed, 1 passed, 1 error" in told
    assert "bad.flow.yaml:3:13: expect did not come true within 0.01 s" in told
    assert "wrong.flow.yaml:3:5: unknown step 'tapp'; did you mean 'tap'?" in told
    assert "Traceback" not in told


def test_each_run_of_a_sweep_is_a_test(tmp_path, run_pytest):
    text = "flow: x\nsweep: {d: [1ms, 2ms]}\nsteps:\n  - advance: ${d}\n"
    (tmp_path / "s.flow.yaml").write_text(text, "utf-8")
    code, told = run_pytest("-vv")
    assert code == 0
    assert "s[d=1ms]" in told
    assert "s[d=2ms]" in told


def test_the_fixture_makes_pairs_and_fails_on_a_crash(tmp_path, run_pytest):
    (tmp_path / "test_it.py").write_text(
        "import sys\n"
        "from emulator import Say\n"
        "from emulator.core.events import AppCrashed\n"
        "def test_use(glasses):\n"
        "    worn = glasses('quark_s1', language='en')\n"
        "    worn.do(Say('what time is it'))\n"
        "    worn.run_for(seconds=3)\n"
        "    assert not any(name.startswith('PySide6') for name in sys.modules)\n"
        "def test_crash(glasses):\n"
        "    glasses().log.emit(AppCrashed('music', 'OSError: x'), 'music')\n"
        "def test_crash_that_is_meant(glasses):\n"
        "    glasses.allow_crash('music')\n"
        "    glasses().log.emit(AppCrashed('music', 'OSError: x'), 'music')\n",
        "utf-8",
    )
    code, told = run_pytest()
    assert code == 1
    assert "3 passed, 1 error" in told
    assert "app 'music' crashed: OSError: x" in told


def test_a_golden_is_written_only_when_asked_for(tmp_path, run_pytest):
    (tmp_path / "test_it.py").write_text("def test_it(golden):\n    golden('a', 'a.txt')\n", "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")
    assert "there is no golden" in run_pytest()[1]
    assert run_pytest("--update-golden")[0] == 0
    assert run_pytest()[0] == 0
    (tmp_path / "tests" / "golden" / "a.txt").write_text("b", "utf-8")
    assert "a.txt differs; look, then --update-golden" in run_pytest()[1]
