"""Display lists: what is drawn as values, and how much light it makes."""

from __future__ import annotations

import numpy as np
import pytest

from emulator.core.assets import asset
from emulator.core.profile import load_profile
from emulator.hud.display_list import Bitmap, Box, DisplayList, Element, Frame, Glyphs, Path, lit, masked
from emulator.hud.document import load_documents
from emulator.hud.layout import preview
from emulator.hud.picture import Picture

S1 = load_profile("quark_s1")
assert S1.display is not None
DISPLAY = S1.display
DOCUMENTS = load_documents(asset("huds"))
CANVAS = 640 * 288


def drawn(*ops: object) -> DisplayList:
    return DisplayList(ops, (), (640, 288))  # type: ignore[arg-type]  # any operation


def test_the_visible_text_is_an_element_a_line():
    box = Box(0, 0, 1, 1)
    elements = (Element("a", "one", box, 1.0), Element("icon", "", box, 1.0), Element("", "two", box, 1.0))
    assert DisplayList(elements=elements).visible_text == "one\ntwo"


def test_boxes_meet_where_they_have_a_part_in_common():
    assert Box(0, 0, 10, 10).meets(Box(9, 9, 5, 5))
    assert not Box(0, 0, 10, 10).meets(Box(10, 0, 5, 5))
    assert not Box(0, 0, 10, 10).meets(Box(0, 11, 5, 5))


def test_nothing_drawn_is_no_light():
    assert lit(DisplayList()) == (0.0, 0.0)
    assert lit(drawn()) == (0.0, 0.0)
    assert lit(drawn(Frame(Box(0, 0, 99, 99), 0.0, 0.0, 0.0))) == (0.0, 0.0)


def test_a_full_canvas_is_full_light():
    share, light = lit(drawn(Frame(Box(0, 0, 640, 288), 0.0, 0.0, 1.0)))
    assert share == 1.0
    assert light == pytest.approx(1.0, abs=0.002)


def test_light_goes_with_the_power_2_2_of_the_level():
    half, full = (lit(drawn(Frame(Box(0, 0, 200, 200), 0.0, 0.0, level)))[1] for level in (0.5, 1.0))
    assert half == pytest.approx(full * 0.5**2.2)


def test_an_outline_lights_its_stroke_only():
    share, _ = lit(drawn(Frame(Box(0, 0, 200, 100), 0.0, 2.0, 1.0)))
    stroke = 2 * (200 + 100) * 2 - 4 * 4
    edge = 2 * (200 + 100) + 2 * (196 + 96)
    assert share * CANVAS == pytest.approx(stroke + edge / 2)


def test_a_stroked_path_lights_its_length_times_its_width():
    _, light = lit(drawn(Path(0, 0, 10.0, (("M", (0, 0)), ("L", (9, 0))), 8.0, 1.0)))
    assert light * CANVAS == pytest.approx(90 * 8, rel=0.1)


def test_a_picture_lights_what_is_not_black():
    half = np.zeros((2, 2, 4), np.uint8)
    half[:, 0] = 255
    picture = Picture("half.png", 2, 2, "digest", half.tobytes())
    share, light = lit(drawn(Bitmap(Box(0, 0, 100, 50), picture, 1.0)))
    assert share * CANVAS == pytest.approx(2_500)
    assert light * CANVAS == pytest.approx(2_500)


@pytest.mark.gui
@pytest.mark.parametrize("hud", sorted(DOCUMENTS))
def test_the_light_of_a_screen_is_that_of_its_pixels(hud):
    """Measured on all screens: light 0.94 to 1.05, lit pixels 0.95 to 1.19 of what the rasteriser makes."""
    from emulator.hud.raster import picture_of

    for sample in DOCUMENTS[hud].states:
        drawing = preview(DOCUMENTS[hud], sample, DISPLAY)
        codes = picture_of(S1, drawing)[..., 1] / 255
        share, light = lit(drawing)
        assert 0.9 <= share / (codes > 0).mean() <= 1.25, sample
        assert 0.9 <= light / (codes**2.2).mean() <= 1.1, sample


def test_what_is_private_is_a_bar_in_recordings():
    """Payee and amount of a payment; the rest of the card stays."""
    shown = preview(DOCUMENTS["pay-card"], "en", DISPLAY)
    kept = masked(shown)
    words = {op.text for op in kept.ops if isinstance(op, Glyphs)}
    assert words == {op.text for op in shown.ops if isinstance(op, Glyphs)} - {"¥32.00", "沙箱小店", "Latte"}
    assert [element.text for element in kept.elements if element.private] == ["•••"] * 3
    bars = [op for op in kept.ops if isinstance(op, Frame) and op not in shown.ops]
    assert len(bars) == 3
    assert "¥32.00" in shown.visible_text


def test_what_has_nothing_private_is_recorded_as_it_is():
    shown = preview(DOCUMENTS["notification-card"], DOCUMENTS["notification-card"].states[0], DISPLAY)
    assert masked(shown) is shown
