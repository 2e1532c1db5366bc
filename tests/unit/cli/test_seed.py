"""``--seed`` wins over a flow's own seed, 0 too; where it is not given the flow's own holds, or else 0."""

from __future__ import annotations

import pytest

from emulator.cli import main
from emulator.core.events import SessionStarted
from emulator.core.log import read_log

FLOW = "flow: x\nseed: 7\ngiven: {scene: black}\nsteps: [{advance: 10ms}]\n"


def seed_of(path) -> int:
    started = next(record.event for record in read_log(path) if isinstance(record.event, SessionStarted))
    return started.seed


@pytest.mark.parametrize(("words", "seed"), [([], 7), (["--seed", "0"], 0), (["--seed", "3"], 3)])
@pytest.mark.parametrize("command", [["run", "--offscreen", "--flow"], ["flow", "run"]], ids=["run", "flow run"])
def test_a_given_seed_wins_over_the_flows(tmp_path, command, words, seed):
    flow, log = tmp_path / "x.flow.yaml", tmp_path / "out.jsonl"
    flow.write_text(FLOW, "utf-8")
    assert main([*command, str(flow), *words, "--log", str(log)]) == 0
    assert seed_of(log) == seed


@pytest.mark.parametrize(("words", "seed"), [([], 0), (["--seed", "3"], 3)])
def test_without_a_flow_the_seed_is_0_or_the_given_one(tmp_path, words, seed):
    log = tmp_path / "out.jsonl"
    assert main(["run", "--offscreen", "--for", "100ms", *words, "--log", str(log)]) == 0
    assert seed_of(log) == seed
