"""Flows that must fail: they test the harness. Each says in its first lines what it must be told."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.core.errors import EmulatorError
from emulator.flows.flow import load_flow
from emulator.flows.run import run_flow

FOLDER = Path(__file__).parents[2] / "flows" / "failing"
FLOWS = sorted(FOLDER.glob("*.flow.yaml"))
MARK = "# fails: "


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.name.removesuffix(".flow.yaml"))
def test_the_flow_fails_and_says_why(path):
    wanted = [line.removeprefix(MARK) for line in path.read_text("utf-8").splitlines() if line.startswith(MARK)]
    assert wanted
    (verdict,) = run_flow(load_flow(path))
    assert isinstance(verdict.error, EmulatorError)
    told = str(verdict.error)
    for text in wanted:
        assert text.format(path=path, folder=FOLDER) in told
    assert told.startswith(f"{path}:")
