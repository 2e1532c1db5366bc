"""Every device that ships plays the flow for any device, and its log replays byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.core.profile import profile_ids
from emulator.flows.flow import load_flow
from emulator.flows.run import runs
from emulator.session.replay import replay

FLOW = Path(__file__).parents[2] / "flows" / "any-device.flow.yaml"


@pytest.mark.parametrize("profile", profile_ids())
def test_a_device_plays_the_flow_and_replays(profile):
    for play in runs(load_flow(FLOW), profile=profile):
        verdict = play.finish()
        assert verdict.passed, verdict.error
        play.glasses.close()
        again = replay(play.glasses.log.records)
        assert again.log.to_jsonl() == play.glasses.log.to_jsonl()
