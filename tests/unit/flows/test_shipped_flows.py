"""The flows that ship play to their end, on the machine of whoever shows them."""

import pytest

from emulator.core.assets import asset
from emulator.flows.flow import load_flow
from emulator.flows.run import run_flow

SHIPPED = sorted(asset("flows").glob("*.flow.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=[path.name.partition(".")[0] for path in SHIPPED])
def test_a_flow_that_ships_passes(path):
    for verdict in run_flow(load_flow(path)):
        assert verdict.passed, str(verdict.error)
