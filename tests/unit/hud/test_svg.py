"""SVG of a display list: well-formed, one element a line, words escaped."""

from __future__ import annotations

from xml.etree import ElementTree

from emulator.hud.display_list import Bitmap, Box, DisplayList, Frame, Glyphs, Path
from emulator.hud.picture import Picture
from emulator.hud.svg import to_svg

WHITE = Picture("white.png", 1, 1, "digest", bytes([255] * 4))
OPS = (
    Glyphs(1.0, 2.0, 20.0, True, (5,), (0.0,), 'a < b & "c"', 1.0),
    Frame(Box(1, 2, 3, 4), 0.5, 0.0, 0.42),
    Frame(Box(1, 2, 3, 4), 0.5, 2.0, 0.7),
    Path(10.0, 20.0, 2.0, (("M", (1.0, 1.0)), ("L", (2.0, 3.0)), ("Z", ())), 1.5, 1.0),
    Path(10.0, 20.0, 2.0, (("M", (1.0, 1.0)), ("C", (1.0, 2.0, 3.0, 4.0, 5.0, 6.0))), 0.0, 1.0),
    Bitmap(Box(1, 2, 3, 4), WHITE, 0.5),
)


def test_every_operation_is_one_element_in_its_own_line():
    text = to_svg(DisplayList(OPS, (), (640, 288)))
    root = ElementTree.fromstring(text)
    assert root.attrib["viewBox"] == "0 0 640 288"
    assert [child.tag.partition("}")[2] for child in root] == ["text", "rect", "rect", "path", "path", "image"]
    assert len(text.splitlines()) == len(OPS) + 2


def test_words_survive_as_they_are():
    root = ElementTree.fromstring(to_svg(DisplayList(OPS[:1], (), (10, 10))))
    assert root[0].text == 'a < b & "c"'


def test_a_path_is_moved_and_scaled():
    root = ElementTree.fromstring(to_svg(DisplayList(OPS[3:4], (), (10, 10))))
    assert root[0].attrib["d"] == "M12.00 22.00 L14.00 26.00 Z"


def test_a_level_is_a_grey_and_a_stroke_has_its_width():
    root = ElementTree.fromstring(to_svg(DisplayList(OPS[1:3], (), (10, 10))))
    assert root[0].attrib["fill"] == "#6b6b6b"
    assert (root[1].attrib["stroke"], root[1].attrib["stroke-width"]) == ("#b2b2b2", "2.00")


def test_equal_lists_give_equal_text():
    assert to_svg(DisplayList(OPS)) == to_svg(DisplayList(OPS))
