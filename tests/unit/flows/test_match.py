"""Matching values of the log."""

from __future__ import annotations

import pytest

from emulator.core.errors import FlowFileError
from emulator.core.yaml import read_yaml
from emulator.flows.match import read_match


@pytest.mark.parametrize(
    ("wanted", "value", "fits"),
    [
        ("5", 5.0, True),
        ("1", True, False),
        ("true", True, True),
        ("true", 1, False),
        ("50%", 0.5, True),
        ("a", "a", True),
        ("a", "ab", False),
        ("{contains: a}", "bab", True),
        ("{regex: '^b.b$'}", "bab", True),
        ("{above: 20%, below: 0.3}", 0.25, True),
        ("{above: 20%, below: 0.3}", 0.3, False),
        ("{not: a}", "b", True),
        ("{not: {above: 1}}", 2, False),
        ("{x: 1}", {"x": 1, "y": 2}, True),
        ("{x: {contains: b}}", {"x": "abc"}, True),
        ("{x: 1}", {"y": 1}, False),
        ("{x: 1}", "x", False),
        ("[1, 2]", (1, 2), True),
        ("[1, 2]", (1,), False),
        ("{above: 1}", "2", False),
    ],
)
def test_a_value_fits_or_not(wanted, value, fits):
    assert read_match(read_yaml(wanted, "x")).fits(value) is fits


def test_a_broken_regular_expression_is_told_with_its_place():
    with pytest.raises(FlowFileError, match="x:1:9: regex: "):
        read_match(read_yaml("{regex: '('}", "x", FlowFileError))
