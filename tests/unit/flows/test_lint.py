"""What ``check: {lint: ...}`` finds on a display."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.core.actions import Notify, Say
from emulator.flows.lint import Defect, defects
from emulator.hud.display_list import Box, DisplayList, Element

SIZE_PX = (640, 400)


def words(text: str, x: float, y: float, w: float = 100.0, h: float = 20.0) -> Element:
    return Element("", text, Box(x, y, w, h), 1.0)


def found(*elements: Element) -> list[Defect]:
    return list(defects(DisplayList(elements=elements, size_px=SIZE_PX)))


def test_words_side_by_side_and_up_to_the_edge_are_in_order():
    assert found(words("a", 0, 0), words("b", 100, 0), words("c", 540, 380)) == []


def test_words_over_words_are_told_with_both():
    assert found(words("a", 0, 0), words("b", 90, 10)) == [Defect("overlap", "'a' is over 'b'")]


@pytest.mark.parametrize(("x", "y"), [(-2, 0), (0, -2), (545, 0), (0, 385)])
def test_words_beyond_an_edge_are_told(x, y):
    assert found(words("a", x, y)) == [Defect("outside", "'a' is outside of the display")]


def test_what_has_no_words_may_lie_anywhere():
    assert found(words("", -50, 0), words("a", 0, 0), words("", 0, 0)) == []


@pytest.mark.parametrize("profile", ["quark_s1", "even_g2", "brilliant_halo"])
def test_the_screens_that_ship_are_in_order(glasses: Any, profile: str):
    worn = glasses(profile)
    for action in (Say("一百二十加八十等于多少"), Notify("钉钉", "桃桃", "三点开会"), Say("打开设置")):
        worn.do(action)
        worn.run_for(seconds=2)
        assert list(defects(worn.display_list)) == []
