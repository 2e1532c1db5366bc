"""Shaping: the bundled font has the characters of GB 2312, kerns, and shows what it lacks as boxes."""

from __future__ import annotations

import itertools

import pytest

from emulator.hud.text import glyph_ink, is_chinese, shape


def gb2312() -> str:
    """Return the 7,445 characters of GB 2312 (GB/T 2312-1980: rows 1-9 and 16-87)."""
    found = []
    for high, low in itertools.product(range(0xA1, 0xF8), range(0xA1, 0xFF)):
        try:
            found.append(bytes((high, low)).decode("gb2312"))
        except UnicodeDecodeError:
            continue
    return "".join(found)


@pytest.mark.parametrize("bold", [False, True])
def test_all_of_gb_2312_is_there(bold):
    assert len(gb2312()) == 7445
    assert shape(gb2312(), bold).missing == ""


@pytest.mark.parametrize("bold", [False, True])
def test_a_chinese_character_is_one_em_wide(bold):
    shaped = shape("夸克同学", bold)
    assert shaped.advance_em == pytest.approx(4.0)
    assert shaped.xs_em == pytest.approx((0.0, 1.0, 2.0, 3.0))


def test_pairs_of_letters_are_kerned():
    apart = sum(shape(letter).advance_em for letter in "AVTo")
    assert shape("AVTo").advance_em < 0.97 * apart


def test_a_character_that_the_font_lacks_is_a_box_and_is_told():
    shaped = shape("a😀b")
    assert shaped.missing == "😀"
    assert shaped.glyphs[1] == 0
    assert glyph_ink(0, False).area_em2 > 0


def test_the_middle_dot_is_wide_in_chinese_and_narrow_in_english():
    wide = shape("单击·桌面").advance_em - shape("单击桌面").advance_em
    narrow = shape("Tap·home").advance_em - shape("Tap").advance_em - shape("home").advance_em
    assert wide == pytest.approx(1.0)
    assert narrow == pytest.approx(0.5, abs=0.02)


def test_edges_say_where_each_character_begins():
    shaped = shape("中a中")
    assert shaped.edges_em[0] == 0.0
    assert shaped.edges_em[-1] == pytest.approx(shaped.advance_em)
    assert shaped.edges_em[1] == pytest.approx(1.0)
    assert list(shaped.edges_em) == sorted(shaped.edges_em)


def test_no_words_are_no_glyphs():
    assert shape("").glyphs == ()
    assert shape("").advance_em == 0.0


def test_marks_and_direction_do_not_turn_a_line_round():
    assert shape("שלום").xs_em == tuple(sorted(shape("שלום").xs_em))


@pytest.mark.parametrize(("text", "chinese"), [("Tap · home", False), ("“…”", False), ("，", True), ("a中", True)])
def test_chinese_is_told_from_its_characters(text, chinese):
    assert is_chinese(text) is chinese


def test_a_bold_glyph_has_more_ink():
    regular, bold = shape("夸").glyphs[0], shape("夸", True).glyphs[0]
    assert 0.05 < glyph_ink(regular, False).area_em2 < glyph_ink(bold, True).area_em2 < 0.6
