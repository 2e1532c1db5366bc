"""Every example of docs/flows.md runs; the page names every step."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from emulator.flows.flow import parse_flow, step_table
from emulator.flows.run import run_flow
from emulator.flows.state import STATES

PAGE = (Path(__file__).parents[3] / "docs" / "flows.md").read_text("utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: text.splitlines()[0].removeprefix("flow: ")[:40])
def test_an_example_of_the_page_comes_true(text):
    for verdict in run_flow(parse_flow(text, "docs/flows.md")):
        assert verdict.passed, verdict.error


@pytest.mark.parametrize("step", sorted(step_table()))
def test_every_step_is_on_the_page(step):
    assert re.search(rf"\b{step}\b", PAGE)


def test_every_state_is_on_the_page():
    assert [name for name in STATES if f"`{name}`" not in PAGE and f"`{name}: " not in PAGE] == []
