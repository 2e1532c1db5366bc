"""Maps as drawn: cut exactly at the box, as bright and thick as their tier, turned as they are told."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.profile import load_profile
from emulator.hud.display_list import Box, DisplayList, Lines, Op, Path, lit
from emulator.hud.document import parse_document
from emulator.hud.layout import preview
from emulator.hud.map_data import MapData, MapLine, parse_map
from emulator.hud.map_draw import clip, map_ops
from emulator.hud.raster import picture_of
from emulator.hud.sizes import LEVELS

S1 = load_profile("quark_s1")
BOX = Box(100.0, 40.0, 240.0, 160.0)
PPD = 26.4
ROUTE = MapLine("bright", (-500, 0, 500, 0))


def ops(data: MapData, box: Box = BOX) -> list[Op]:
    return list(map_ops(data, box, PPD, 1.0))


def pixels(data: MapData, box: Box = BOX) -> np.ndarray:
    return picture_of(S1, DisplayList(tuple(ops(data, box)), (), (640, 288)))[..., 1]


def ends(codes: np.ndarray) -> tuple[int, int, int, int]:
    """Return the left, top, right and bottom edge of what is lit."""
    rows, columns = np.nonzero(codes)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


@given(st.lists(st.tuples(st.floats(-30, 30), st.floats(-30, 30)), min_size=2, max_size=8))
def test_cutting_keeps_what_is_inside_and_nothing_else(points):
    """Checked against points along the line: each is on a part if it is in the box."""
    box = Box(-10, -10, 20, 20)
    parts = list(clip(tuple(n for point in points for n in point), box))
    for part in parts:
        assert all(-10 - 1e-9 <= n <= 10 + 1e-9 for n in part)
    for (x0, y0), (x1, y1) in pairwise(points):
        for k in range(21):
            x, y = x0 + (x1 - x0) * k / 20, y0 + (y1 - y0) * k / 20
            if max(abs(x), abs(y)) < 10 - 1e-6:
                assert min(distance(x, y, part) for part in parts) < 1e-6


def distance(x: float, y: float, part: tuple[float, ...]) -> float:
    """Return how far a point is from a polyline."""
    found = []
    for x0, y0, x1, y1 in zip(part[0::2], part[1::2], part[2::2], part[3::2], strict=False):
        length = (x1 - x0) ** 2 + (y1 - y0) ** 2
        at = min(1.0, max(0.0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length)) if length else 0.0
        found.append(math.dist((x, y), (x0 + at * (x1 - x0), y0 + at * (y1 - y0))))
    return min(found)


def test_a_line_that_leaves_and_comes_back_is_two_parts():
    assert list(clip((2, 2, 15, 2, 15, 8, 2, 8), Box(0, 0, 10, 10))) == [(2, 2, 10.0, 2.0), (10.0, 8.0, 2, 8)]


def test_the_shorter_side_shows_the_span():
    (line,) = ops(MapData(400, (MapLine("dim", (-100, -100, 100, 100)),)))
    assert isinstance(line, Lines)
    assert line.lines == ((180.0, 160.0, 260.0, 80.0),)  # 200 m of the 400 are 80 of the 160 pixels, north is up


@pytest.mark.gui
def test_a_route_ends_at_the_box_with_all_of_its_ink():
    left, top, right, bottom = ends(pixels(MapData(400, (ROUTE,))))
    assert (left, right) == (100, 340)
    assert bottom - top in (3, 4)


@pytest.mark.gui
@pytest.mark.parametrize(("tier", "level", "wide"), [("dim", "dim", 1), ("regular", "mid", 2), ("bright", "bright", 3)])
def test_a_tier_has_its_brightness_and_its_width(tier, level, wide):
    codes = pixels(MapData(400, (MapLine(tier, (-500, 1.25, 500, 1.25)),)))  # 119.5 pixels from the top
    column = codes[:, 200] / 255
    assert column.max() == pytest.approx(LEVELS[level], abs=0.01)
    assert column.sum() == pytest.approx(wide * LEVELS[level], rel=0.02)


def test_a_finer_display_has_thicker_lines():
    (line,) = map_ops(MapData(400, (ROUTE,)), BOX, 2 * PPD, 1.0)
    assert isinstance(line, Lines)
    assert line.stroke_px == 6


@pytest.mark.gui
@pytest.mark.parametrize(("heading", "dx", "dy"), [(0, 0, -1), (90, 1, 0), (180, 0, 1), (-90, -1, 0)])
def test_the_arrow_points_where_the_wearer_heads(heading, dx, dy):
    """Its tip is thin and its tail wide: most of its light lies behind the middle."""
    codes = pixels(MapData(400, (), (0, 0, heading)))[80:161, 180:261].astype(float)
    rows, columns = np.indices(codes.shape) - 40
    behind = (columns * dx + rows * dy < 0) * codes
    assert behind.sum() > 0.6 * codes.sum()


@pytest.mark.gui
def test_signs_at_the_edge_stay_inside_and_signs_outside_are_not_drawn():
    for x, y in ((299, 199), (-299, -199)):
        left, top, right, bottom = ends(pixels(MapData(400, (), (x, y, 45), (x, y))))
        assert (left >= 100, top >= 40, right <= 340, bottom <= 200) == (True, True, True, True)
    assert ops(MapData(400, (), (301, 0, 0), (0, 201))) == []


@pytest.mark.gui
def test_a_sign_stands_off_the_route():
    """A ring of darkness is between the arrow and the line it stands on."""
    row = pixels(MapData(400, (ROUTE,), (0, 0, 0)))[120, 100:340] > 20
    assert np.count_nonzero(np.diff(row.astype(int)) == 1) >= 2


@pytest.mark.gui
def test_the_pin_points_at_its_place_and_has_a_hole():
    codes = pixels(MapData(400, (), None, (0, 0)))
    left, top, right, bottom = ends(codes)
    assert bottom in (120, 121)
    assert (left + right) / 2 == pytest.approx(220, abs=0.5)
    middle = codes[top:bottom, 219:221].max(axis=1)
    assert middle[7] < 100 < middle[2]


@pytest.mark.parametrize(("north", "dx", "dy"), [(0, 0, -1), (90, 1, 0), (-90, -1, 0)])
def test_the_letter_of_the_north_mark_goes_round_and_stays_upright(north, dx, dy):
    *_, south, _, letter = ops(MapData(400, north_deg=north))
    assert isinstance(letter, Path)
    assert isinstance(south, Path)
    assert (math.copysign(1, letter.x - south.x) if dx else 0) == dx
    assert (math.copysign(1, letter.y - south.y) if dy else 0) == dy
    upright = ops(MapData(400, north_deg=0))[-1]
    assert isinstance(upright, Path)
    assert letter.commands == upright.commands


@pytest.mark.parametrize(("pin", "right", "low"), [(None, True, False), ((270, 170), False, False)])
def test_the_north_mark_is_in_a_corner_that_is_free(pin, right, low):
    mark = ops(MapData(400, (), None, pin, north_deg=0))[0]
    assert isinstance(mark, Path)
    assert (mark.x > 220, mark.y > 120) == (right, low)


def test_a_small_map_has_no_north_mark():
    assert ops(MapData(400, north_deg=0), Box(0, 0, 60, 60)) == []


@pytest.mark.gui
def test_a_grid_that_stands_upright_is_one_pixel_wide():
    codes = pixels(MapData(400, grid_m=100, grid_at=(30, 10)))
    assert np.count_nonzero(codes[45]) == 6
    assert set(np.unique(codes)) == {0, round(255 * LEVELS["dim"] / 2)}


def test_a_grid_goes_along_north():
    (grid,) = ops(MapData(400, north_deg=30, grid_m=100))[:1]
    assert isinstance(grid, Lines)
    angles = {round(math.degrees(math.atan2(x1 - x0, y0 - y1))) % 180 for x0, y0, x1, y1 in grid.lines}
    assert angles == {30, 120}


def test_a_grid_too_fine_to_see_is_left_out():
    assert ops(MapData(400, grid_m=10)) == []


@pytest.mark.gui
@pytest.mark.parametrize("turn", [0.0, 33.0])
def test_the_light_of_a_map_is_that_of_its_pixels(turn):
    lines = (MapLine("dim", (-300, 80, 300, 120)), MapLine("regular", (-80, -300, -60, 300)), ROUTE)
    data = MapData(400, lines, (0, 0, 10), (150, 0), turn, 100)
    codes = pixels(data) / 255
    share, light = lit(DisplayList(tuple(ops(data)), (), (640, 288)))
    assert share == pytest.approx((codes > 0).mean(), rel=0.25)
    assert light == pytest.approx((codes**2.2).mean(), rel=0.1)


@pytest.mark.parametrize(
    ("keys", "w", "h"),
    [("", 9.0, 6.0), (", w: 6deg", 6.0, 4.0), (", h: 3deg", 4.5, 3.0), (", w: 5deg, h: 5deg", 5.0, 5.0)],
)
def test_a_map_is_as_large_as_its_keys_say(keys, w, h):
    text = f"hud: x\nsamples: {{a: {{map: {{span_m: 9, lines: []}}}}}}\nroot: {{row: {{items: [{{map: {{bind: map, id: m{keys}}}}}]}}}}\n"
    assert S1.display is not None
    (element,) = preview(parse_document(text, "x.hud.yaml"), "a", S1.display).elements
    assert (element.box.w, element.box.h) == pytest.approx((w * S1.display.px_per_deg, h * S1.display.px_per_deg))


def test_lines_beside_the_box_cost_nothing():
    far = {"tier": "dim", "points": [[900, 0], [950, 10]]}
    assert ops(parse_map({"span_m": 400, "lines": [far]})) == []
