"""Lines: broken as Chinese and Latin want it, never wider than their room, cut with an ellipsis."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.hud.lines import NOT_FIRST, NOT_LAST, break_lines, cut, fit_lines
from emulator.hud.text import shape


def test_latin_breaks_at_spaces():
    assert break_lines("The meeting at ten has moved", 6.0, False) == ("The meeting", "at ten has", "moved")


def test_chinese_breaks_anywhere_but_before_a_closing_mark():
    assert break_lines("记得带上样机，和充电盒", 6.0, False) == ("记得带上样", "机，和充电盒")


def test_chinese_does_not_end_a_line_with_an_opening_mark():
    assert break_lines("换算单位（公里）", 5.0, False) == ("换算单位", "（公里）")


def test_marks_that_follow_each_other_stay_together():
    assert break_lines("他说：“好吗？”然后走了", 7.0, False) == ("他说：“好", "吗？”然后走了")


def test_chinese_and_latin_may_part():
    assert break_lines("打开Bluetooth连接", 5.5, False) == ("打开", "Bluetooth", "连接")


def test_a_word_that_is_too_long_is_broken_anywhere():
    lines = break_lines("Donaudampfschifffahrtsgesellschaft", 6.0, False)
    assert "".join(lines) == "Donaudampfschifffahrtsgesellschaft"
    assert len(lines) > 2


def test_a_path_breaks_after_slashes_and_hyphens():
    assert break_lines("play/pause-button", 4.0, False) == ("play/", "pause-", "button")


def test_a_gesture_and_its_action_stay_on_one_line():
    assert break_lines("Slide · choose  Tap · change", 10.0, False) == ("Slide · choose", "Tap · change")


def test_line_feeds_are_kept_and_empty_lines_too():
    assert break_lines("one\n\ntwo", 9.0, False) == ("one", "", "two")


def test_where_not_one_character_has_room_there_are_no_lines():
    assert break_lines("中文", 0.5, False) == ()


def test_a_text_that_fits_is_left_alone():
    assert fit_lines("一二三", 3.0, 1, False) == (("一二三",), False)


def test_one_line_ends_in_an_ellipsis():
    assert fit_lines("十点的会改到三楼", 5.0, 1, False) == (("十点的会…",), True)


def test_latin_has_its_own_ellipsis():
    assert fit_lines("The meeting at ten", 6.0, 1, False) == (("The meeti...",), True)


def test_the_last_line_keeps_its_spaces_when_it_is_cut():
    assert fit_lines("The meeting at ten has moved to the third floor", 8.0, 2, False).lines == (
        "The meeting at",
        "ten has moved...",
    )


def test_line_feeds_become_spaces_in_a_single_line():
    assert fit_lines("one\ntwo", 9.0, 1, False) == (("one two",), False)


def test_without_room_for_an_ellipsis_nothing_is_left():
    assert cut("一二三", 0.4, False) == ""
    assert fit_lines("一二三", 0.4, 2, False) == ((), True)


WORDS = st.text(st.sampled_from("ab W…，。（）“”·-/ 中文字12\n'"), max_size=40)


@settings(max_examples=300, deadline=None)
@given(WORDS, st.floats(0.1, 12.0), st.booleans())
def test_no_line_is_wider_than_its_room_and_no_word_is_lost(text, width, bold):
    lines = break_lines(text, width, bold)
    assert all(shape(line, bold).advance_em <= width + 1e-5 for line in lines)
    kept = "".join(lines).replace(" ", "")
    assert kept in ("", text.replace(" ", "").replace("\n", ""))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(["中", "字，", "（文", "“好”"])).map("".join), st.floats(5.0, 12.0))
def test_no_line_begins_or_ends_with_a_mark_that_must_not(text, width):
    for before, after in pairwise(break_lines(text, width, False)):
        assert after[0] not in NOT_FIRST
        assert before[-1] not in NOT_LAST


@settings(max_examples=200, deadline=None)
@given(WORDS, st.floats(0.1, 12.0), st.integers(1, 4))
def test_cut_lines_fit_too(text, width, most):
    lines, was_cut = fit_lines(text, width, most, False)
    assert len(lines) <= most
    assert all(shape(line).advance_em <= width + 1e-5 for line in lines)
    if not was_cut:
        assert "".join(lines).replace(" ", "") == text.replace(" ", "").replace("\n", "")


@pytest.mark.parametrize("words", ["夸" * 3_000, "word " * 1_500, "x" * 3_000])
def test_a_long_text_is_broken_in_one_pass(words):
    assert len(break_lines(words, 20.0, False)) >= 70
