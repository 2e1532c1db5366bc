"""Pixels: the same on every machine, as bright as the tiers say, and nothing outside its box."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest

from emulator.core.assets import asset
from emulator.core.errors import CapabilityError
from emulator.core.profile import load_profile
from emulator.hud.display_list import Bitmap, Box, DisplayList, Frame, Glyphs, Op
from emulator.hud.document import load_documents, parse_document
from emulator.hud.layout import preview
from emulator.hud.map_data import MapData, MapLine
from emulator.hud.map_draw import map_ops
from emulator.hud.picture import Picture
from emulator.hud.raster import LARGEST_RUN_PX, picture_of
from emulator.hud.sizes import LEVELS
from emulator.hud.text import glyph_ink, shape

pytestmark = pytest.mark.gui

S1 = load_profile("quark_s1")
assert S1.display is not None
DISPLAY = S1.display
SCREENS = ("launcher", "turn", "notification-card", "settings")


def pixels(*ops: Op) -> np.ndarray:
    return picture_of(S1, DisplayList(ops, (), (640, 288)))


def digest() -> str:
    """Return a digest of the pixels of a map, and of some screens in all their states."""
    documents = load_documents(asset("huds"))
    way = MapLine("bright", (-300, -40, 10, 25, 300, 160)), MapLine("dim", (-90, -300, 70, 300))
    drawn = map_ops(MapData(400, way, (10, 25, 33), (120, 70), 20, 100), Box(50, 30, 400, 220), 26.4, 1.0)
    mixed = hashlib.sha256(pixels(*drawn).tobytes())
    for screen in SCREENS:
        for sample in documents[screen].states:
            mixed.update(picture_of(S1, preview(documents[screen], sample, DISPLAY)).tobytes())
    return mixed.hexdigest()


def test_a_picture_is_premultiplied_bgra_of_the_canvas():
    picture = pixels(Frame(Box(10, 20, 30, 40), 0.0, 0.0, 1.0))
    assert picture.shape == (288, 640, 4)
    assert picture[40, 25].tolist() == [255, 255, 255, 255]
    assert picture[0, 0].tolist() == [0, 0, 0, 0]


def test_a_device_without_a_display_has_no_picture():
    with pytest.raises(CapabilityError, match="no display"):
        picture_of(load_profile("quark_g1"), DisplayList())


def test_the_same_list_gives_the_same_pixels():
    assert digest() == digest()


@pytest.mark.parametrize(
    "environment", [{"QT_FONT_DPI": "144"}, {"QT_SCALE_FACTOR": "2"}, {"FONTCONFIG_FILE": "/dev/null", "LC_ALL": "C"}]
)
def test_dpi_scale_and_desktop_fonts_do_not_move_a_pixel(environment):
    code = "from tests.unit.hud.test_raster import digest; print(digest())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"} | environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.strip() == digest()


@pytest.mark.parametrize("tier", sorted(LEVELS))
def test_a_tier_of_brightness_is_its_code_value(tier):
    text = f"hud: x\nsamples: {{a: {{w: x}}}}\nroot: {{column: {{items: [{{icon: {{name: record, size: 5deg, brightness: {tier}}}}}]}}}}\n"
    picture = picture_of(S1, preview(parse_document(text, "x.hud.yaml"), "a", DISPLAY))
    assert picture[..., 0].max() == round(255 * LEVELS[tier])


def test_a_frame_stays_in_its_box():
    picture = pixels(Frame(Box(10, 20, 30, 40), 8.0, 2.0, 1.0))
    rows, columns = np.nonzero(picture[..., 0])
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (20, 59, 10, 39)
    assert picture[40, 25, 0] == 0


def words(em_px: float, bold: bool = True) -> Glyphs:
    shaped = shape("09:48", bold)
    return Glyphs(20, 200, em_px, bold, shaped.glyphs, shaped.xs_em, "09:48", 1.0)


@pytest.mark.parametrize("em_px", [16.0, 40.0, LARGEST_RUN_PX, LARGEST_RUN_PX + 1, 130.0])
def test_words_have_the_ink_of_their_outlines_at_every_size(em_px):
    """Qt paints runs above 64 px as nothing; overlapping contours must not leave holes."""
    ink = sum(glyph_ink(glyph, True).area_em2 for glyph in words(em_px).glyphs) * em_px**2
    assert pixels(words(em_px))[..., 0].sum() / 255 == pytest.approx(ink, rel=0.06)


def test_words_are_where_they_were_measured():
    columns = np.nonzero(pixels(words(40.0))[..., 0].any(axis=0))[0]
    assert columns.min() >= 19
    assert columns.max() <= 20 + 40 * shape("09:48", True).advance_em + 1


def test_a_picture_fills_its_box_at_its_level():
    white = Picture("white.png", 2, 2, "digest", bytes([255] * 16))
    picture = pixels(Bitmap(Box(10, 10, 40, 20), white, 0.5))
    assert picture[20, 30].tolist() == [128, 128, 128, 255]
    assert picture[20, 60].tolist() == [0, 0, 0, 0]
