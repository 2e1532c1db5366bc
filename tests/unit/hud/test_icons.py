"""Icons: every one is a drawing on its grid, and everything that names one finds it."""

from __future__ import annotations

import math

import pytest

from emulator.core.discovery import discover
from emulator.core.errors import HudError
from emulator.core.yaml import read_yaml
from emulator.hud.icons import GRID, STROKE, icons, outline_size, parse_icon


@pytest.mark.parametrize("name", sorted(icons()))
def test_an_icon_stays_on_its_grid(name):
    drawing = icons()[name]
    assert drawing.strokes or drawing.fills
    for _, numbers in drawing.strokes:
        assert all(STROKE / 2 <= number <= GRID - STROKE / 2 for number in numbers)
    for _, numbers in drawing.fills:
        assert all(0 <= number <= GRID for number in numbers)


@pytest.mark.parametrize("name", sorted(icons()))
def test_an_outline_begins_with_a_move(name):
    for outline in (icons()[name].strokes, icons()[name].fills):
        assert not outline or outline[0][0] == "M"


def test_every_app_of_the_launcher_has_its_icon():
    named = {manifest.icon for manifest in discover("emulator.apps", "MANIFEST").values() if manifest.icon}
    assert named
    assert named <= set(icons())


def test_a_circle_is_round():
    drawing = parse_icon(read_yaml('{stroke: "O 12 12 5"}', "i.yaml", HudError))
    length, area = outline_size(drawing.strokes)
    assert length == pytest.approx(2 * math.pi * 5, rel=0.01)
    assert area == pytest.approx(math.pi * 25, rel=0.02)


def test_two_outlines_of_one_icon_do_not_count_the_way_between_them():
    drawing = parse_icon(read_yaml('{stroke: "M 0 0 L 3 4 M 20 20 L 20 21"}', "i.yaml", HudError))
    assert outline_size(drawing.strokes)[0] == pytest.approx(6.0)


@pytest.mark.parametrize(
    ("icon", "told"),
    [
        ('{stroke: "M 1 1 X 2 2"}', "1:10: expected one of M L C Z O, got 'X'"),
        ('{stroke: "M 1 one"}', "1:10: could not convert string to float: 'one'"),
        ('{stroke: "M 1"}', "1:10: M needs 2 numbers"),
        ('{strok: "M 1 1"}', "1:2: unknown key 'strok' in icon; did you mean 'stroke'?"),
        ("{stroke: 5}", "1:10: outline: expected text, got 5"),
        ('{stroke: "M 1 1", level: [1, 2]}', "1:26: level: expected four numbers"),
    ],
)
def test_a_wrong_icon_is_told_with_its_place(icon, told):
    with pytest.raises(HudError) as error:
        parse_icon(read_yaml(icon, "icons.yaml", HudError))
    assert str(error.value).startswith(f"icons.yaml:{told}")
