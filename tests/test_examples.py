"""Every script of ``examples/`` runs, and says what it is for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ARGUMENTS = {"hello_glasses": ["hello.png"], "battery_of_a_day": ["1"], "preview_a_screen": ["out"]}
SAYS = {
    "hello_glasses": ["answer: ", "200", "桃桃", "mWh", "picture: hello.png"],
    "battery_of_a_day": ["rtos_first: ", "always_android: "],
    "preview_a_screen": ["notification"],
}


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.py")), ids=lambda path: path.stem)
def test_an_example_runs(path, tmp_path):
    environment = os.environ | {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen", "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [sys.executable, str(path), *ARGUMENTS[path.stem]],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert [words for words in SAYS[path.stem] if words not in done.stdout] == []


def test_the_cheaper_policy_leaves_more(tmp_path):
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "battery_of_a_day.py"), "1"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    used = [float(line.split(", ")[1].split()[0]) for line in done.stdout.splitlines() if "mWh used" in line]
    assert used[0] < used[1]
