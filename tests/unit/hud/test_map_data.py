"""Maps as data: what is right becomes a value, what is wrong is told with its place in the document."""

from __future__ import annotations

import json

import pytest

from emulator.core.errors import HudError
from emulator.core.profile import load_profile
from emulator.hud.document import parse_document
from emulator.hud.layout import preview
from emulator.hud.map_data import MapData, MapLine, map_or_none, parse_map

LINE = {"tier": "bright", "points": [[0, 0], [0, 80.5]]}
RIGHT = {"span_m": 400.0, "lines": [LINE]}
DISPLAY = load_profile("quark_s1").display
HEAD = "hud: x\nroot: {map: {bind: map}}\nsamples:\n  a:\n    map: "  # the map stands in line 5, column 10


def test_a_map_is_frozen_values():
    given = RIGHT | {"here": [1, 2, 90], "pin": [3, 4], "north_deg": 0.0, "grid_m": 100.0, "grid_at": [5, 6]}
    line = MapLine("bright", (0, 0, 0, 80.5))
    assert parse_map(given) == MapData(400.0, (line,), (1, 2, 90), (3, 4), 0.0, 100.0, (5, 6))


def test_what_is_null_or_left_out_is_not_there():
    nothing = dict.fromkeys(("here", "pin", "north_deg", "grid_m", "grid_at"))
    assert parse_map(RIGHT | nothing) == parse_map(RIGHT)


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "",
        [],
        {},
        {"lines": [LINE]},
        RIGHT | {"span_m": "400"},
        RIGHT | {"lines": {"tier": "dim"}},
        RIGHT | {"lines": [None]},
        RIGHT | {"lines": [LINE | {"tier": ["dim"]}]},
        RIGHT | {"lines": [LINE | {"points": [[0, 0], [0, float("nan")]]}]},
        RIGHT | {"lines": [LINE | {"points": [[0, 0], [0, 10**400]]}]},
        RIGHT | {"lines": [LINE | {"points": [[0, 0], [False, True]]}]},
        RIGHT | {"lines": [LINE | {"points": ["ab", "cd"]}]},
        RIGHT | {"lines": [LINE | {"points": [[0, 0], [0, 1, 2], [3]]}]},
        RIGHT | {"lines": [LINE | {"points": [[0, 0]] * 20_001}]},
        RIGHT | {"here": [0, 0]},
        RIGHT | {"north_deg": float("inf")},
        RIGHT | {"grid_m": -1},
    ],
)
def test_what_an_app_gives_wrongly_leaves_a_gap(wrong):
    assert map_or_none(wrong) is None
    assert DISPLAY is not None
    document = parse_document(f"{HEAD}{json.dumps(RIGHT)}\n", "x.hud.yaml")
    given = type(document)(
        **{name: getattr(document, name) for name in document.__slots__} | {"samples": {"a": {"map": wrong}}}
    )
    assert preview(given, "a", DISPLAY).ops == ()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("{lines: []}", "5:10: a map needs the key 'span_m'"),
        ("{span_m: 0, lines: []}", "5:19: span_m: expected more than 0 m, got 0"),
        ("{span_m: far, lines: []}", "5:19: expected a number from -10000000 to 10000000, got 'far'"),
        ("{span: 1, lines: []}", "5:11: unknown key 'span' in a map; did you mean 'span_m'?"),
        ("{span_m: 1, lines: [{points: [[0, 0], [1, 1]]}]}", "5:30: a line needs the key 'tier'"),
        ("{span_m: 1, lines: [{tier: brite, points: [[0, 0], [1, 1]]}]}", "5:37: tier: unknown value 'brite'; did you mean 'bright'?"),
        ("{span_m: 1, lines: [{tier: dim, points: [[0, 0]]}]}", "5:50: points: expected a list of two points or more"),
        ("{span_m: 1, lines: [{tier: dim, points: [[0, 0], [1]]}]}", "5:59: expected [x_m, y_m], got [1]"),
        ("{span_m: 1, lines: [{tier: dim, points: [[0, 0], [1, x]]}]}", "5:63: expected a number from"),
        ("{span_m: 1, lines: [{tier: dim, dots: []}]}", "5:42: unknown key 'dots' in a line"),
        ("{span_m: 1, lines: [], here: [0, 0]}", "5:39: expected [x_m, y_m, heading_deg], got [0, 0]"),
        ("{span_m: 1, lines: [], grid_m: true}", "5:41: expected a number from"),
        ("3", "5:10: a map: expected a mapping, got 3"),
    ],
)  # fmt: skip
def test_a_wrong_sample_is_told_with_its_place(wrong, told):
    with pytest.raises(HudError) as error:
        parse_document(f"{HEAD}{wrong}\n", "x.hud.yaml")
    assert str(error.value).startswith(f"x.hud.yaml:{told}")


def test_every_sample_and_every_entry_of_a_list_is_looked_at():
    text = "hud: x\nroot: {list: {bind: ways, item: {map: {bind: item.map}}}}\nsamples: {a: {ways: [{map: null}]}, b: {ways: [{map: 3}]}}\n"
    with pytest.raises(HudError, match=r"x\.hud\.yaml:3:54: a map: expected a mapping, got 3"):
        parse_document(text, "x.hud.yaml")
