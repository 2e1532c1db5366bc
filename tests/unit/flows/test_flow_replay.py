"""A flow that asks services replays byte for byte from its log alone: nothing is looked up, nothing is asked again."""

from pathlib import Path

import pytest

from emulator.flows.flow import load_flow
from emulator.flows.run import runs
from emulator.session.replay import replay

FLOWS = Path(__file__).resolve().parents[2] / "flows"
ASKING = [
    "navigation-wrong-turn", "navigation-track", "pay/pay-by-voice", "pay/pay-taken-off-in-the-hold", "shopping-asked",
    "shopping-add", "travel-flight", "travel-scan", "notes",
]  # fmt: skip


@pytest.mark.parametrize("name", ASKING)
def test_it_replays(name):
    for play in runs(load_flow(FLOWS / f"{name}.flow.yaml")):
        assert play.finish().passed
        play.glasses.close()
        log = play.glasses.log
        assert replay(log.records).log.to_jsonl() == log.to_jsonl()
