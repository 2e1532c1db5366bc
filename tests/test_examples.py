"""Every script of ``examples/`` runs, and says what it is for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ARGUMENTS = {"hello_glasses": ["hello.png"], "battery_of_a_day": ["0.5"], "preview_a_screen": ["out"]}
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
    if path.stem == "battery_of_a_day":
        rtos_first, always_android = re.findall(r"h, (\d+) mWh used", done.stdout)
        assert int(rtos_first) < int(always_android)
