"""Whatever somebody writes into a document: it is refused with line and column, or it stays on the canvas."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace

from hypothesis import event, given, settings
from hypothesis import strategies as st

from emulator.core.errors import HudError
from emulator.core.profile import load_profile
from emulator.hud.display_list import Frame, Glyphs, Lines, Path
from emulator.hud.document import HudDocument, parse_document
from emulator.hud.layout import preview
from emulator.hud.svg import to_svg

DISPLAYS = [load_profile(name).display for name in ("quark_s1", "brilliant_halo", "rokid_glasses")]
PLACE = re.compile(r"x\.hud\.yaml:\d+:\d+: ")


def mostly(*good: object, bad: tuple[object, ...]) -> st.SearchStrategy:
    """Return a strategy that draws ``bad`` now and then."""
    return st.sampled_from([*good * (24 // len(good)), *bad[:1]] if bad else list(good))


SIZES = st.one_of(
    mostly("0px", "1deg", "18sp", "$icon", "9999deg", "0.01px", bad=("-1px",)),
    mostly("2px", "3deg", "30px", bad=("$none",)),
    st.floats(0, 60).map(lambda n: f"{n:.2f}px"),
)
EXTENTS = st.one_of(SIZES, mostly("50%", "100%", "300%", bad=("x",)))
NAMES = mostly("word", "long", "share", "items", "index", "item.label", "index.position", "status.time", bad=("wrod",))
SHARED = {
    "id": st.sampled_from(["a", "b"]),
    "w": EXTENTS,
    "h": EXTENTS,
    "min-w": EXTENTS,
    "min-h": EXTENTS,
    "grow": mostly(0, 1, 2.5, bad=(-1,)),
    "pad": st.one_of(SIZES, st.lists(SIZES, min_size=2, max_size=2)),
    "box": mostly("none", "outline", "thin", "filled", bad=("round",)),
    "radius": SIZES,
    "brightness": st.sampled_from(["bright", "mid", "dim"]),
    "align-self": st.sampled_from(["start", "center", "end", "stretch"]),
    "when": st.one_of(NAMES, st.just({"word": ["hi", "ho", ""]})),
    "unless": NAMES,
    "from-width": SIZES,
    "cover": st.booleans(),
}
SOURCES: dict[str, list[dict[str, st.SearchStrategy]]] = {  # a node needs one of these
    "text": [{"bind": NAMES}, {"format": mostly("plain", "{word} and {long}", bad=("{nothing}",))}],
    "icon": [{"bind": NAMES}, {"name": mostly("bell", "battery", bad=("bel",))}],
    "bar": [{"bind": NAMES}],
    "map": [{"bind": mostly("map", bad=("word",))}],
    "reticle": [{}],
    "spacer": [{}],
}
OWN: dict[str, dict[str, st.SearchStrategy]] = {
    "text": {
        "style": mostly("title", "body", "display", bad=("huge",)),
        "max-lines": mostly(1, 3, bad=(0,)),
        "scroll": NAMES,
        "align": st.sampled_from(["start", "center", "end"]),
    },
    "icon": {"size": SIZES, "level": NAMES},
    "bar": {},
    "map": {},
    "reticle": {"arm": SIZES},
    "spacer": {"bogus": st.just(1)},
}
GROUP = {
    "gap": SIZES,
    "align": st.sampled_from(["start", "center", "end", "stretch"]),
    "justify": st.sampled_from(["start", "center", "end", "between"]),
}
LIST = {
    "index": NAMES,
    "window": st.sampled_from([1, 3, 9]),
    "ring": st.booleans(),
    "direction": st.sampled_from(["row", "column"]),
    "gap": SIZES,
}


def body(keys: dict[str, st.SearchStrategy], rare: dict[str, st.SearchStrategy]) -> st.SearchStrategy:
    """Return a mapping with some of ``keys`` and a few of ``rare``."""
    shared = st.lists(st.sampled_from(sorted(rare)), max_size=3, unique=True)
    drawn = shared.flatmap(lambda names: st.fixed_dictionaries({name: rare[name] for name in names}))
    return st.tuples(st.fixed_dictionaries({}, optional=keys), drawn).map(lambda both: both[0] | both[1])


def grown(children: st.SearchStrategy) -> st.SearchStrategy:
    """Return groups and lists of ``children``."""
    items = st.lists(children, max_size=4)
    groups = st.tuples(st.sampled_from(["row", "column", "stack"]), body(GROUP, SHARED), items)
    lists = st.tuples(body(LIST, SHARED), children, children, st.just("items") | NAMES)
    return st.one_of(
        groups.map(lambda drawn: {drawn[0]: drawn[1] | {"items": drawn[2]}}),
        lists.map(lambda drawn: {"list": drawn[0] | {"item": drawn[1], "selected": drawn[2], "bind": drawn[3]}}),
    )


def leaf(kind: str) -> st.SearchStrategy:
    sources = st.one_of([st.fixed_dictionaries(source) for source in SOURCES[kind]])
    return st.tuples(body(OWN[kind], SHARED), sources).map(lambda both: {kind: both[0] | both[1]})


LEAVES = st.sampled_from(sorted(OWN)).flatmap(leaf)
TREES = st.recursive(LEAVES, grown, max_leaves=8)
WORDS = st.text(st.sampled_from("ab 中文，。😀\n"), max_size=30)
METRES = st.one_of(st.integers(-300, 300), st.floats(-1e7, 1e7))
POINTS = st.tuples(METRES, METRES).map(list)
LINES = st.fixed_dictionaries(
    {"tier": mostly("dim", "regular", "bright", bad=("brite",)), "points": st.lists(POINTS, min_size=2, max_size=5)}
)
MAPS = st.fixed_dictionaries(
    {"span_m": st.one_of(st.just(400), st.floats(1e-3, 1e7)), "lines": st.lists(LINES, max_size=4)},
    optional={
        "here": st.none() | st.tuples(METRES, METRES, st.floats(-400, 400)).map(list),
        "pin": st.none() | POINTS,
        "north_deg": st.none() | st.floats(-400, 400),
        "grid_m": st.none() | st.floats(1e-3, 1e4),
        "grid_at": POINTS,
    },
)
DATA = st.fixed_dictionaries(
    {
        "word": WORDS,
        "long": WORDS.map(lambda words: words * 4),
        "share": st.one_of(st.floats(-1, 2), st.none()),
        "index": st.integers(-2, 5),
        "items": st.lists(st.fixed_dictionaries({"label": WORDS}), max_size=4),
        "map": st.none() | MAPS,
    }
)


@settings(max_examples=400, deadline=None)
@given(TREES, DATA, st.sampled_from(["fill", "top", "center", "bottom"]))
def test_a_document_is_refused_with_its_place_or_stays_on_the_canvas(tree, data, anchor):
    text = json.dumps({"hud": "x", "samples": {"a": data}, "anchor": anchor, "root": tree}, ensure_ascii=False)
    document, refused = parsed(text)
    event("refused" if document is None else "drawn")
    if document is None:
        assert PLACE.match(refused), refused
        return
    for display in DISPLAYS:
        assert display is not None
        drawing = preview(document, "a", display)
        stays(drawing.elements, drawing.ops, display.canvas_px)
        assert to_svg(drawing).endswith("</svg>\n")


@settings(max_examples=60, deadline=None)
@given(TREES, DATA, DATA)
def test_what_is_remembered_of_earlier_data_changes_nothing(tree, first, second):
    """A document that showed other data before draws the same as one that never did."""
    text = json.dumps({"hud": "x", "samples": {"a": first, "b": second}, "root": tree}, ensure_ascii=False)
    document, _ = parsed(text)
    if document is None:
        return
    for display in DISPLAYS[:2]:
        assert display is not None
        for sample in ("a", "b", "a"):
            assert preview(document, sample, display) == preview(replace(document), sample, display)


def stays(elements, ops, canvas_px) -> None:
    width, height = canvas_px
    boxes = [element.box for element in elements] + [op.box for op in ops if isinstance(op, Frame)]
    for box in boxes:
        assert all(math.isfinite(edge) for edge in box)
        assert min(box.w, box.h) >= 0
        assert box.x >= -1e-6
        assert box.y >= -1e-6
        assert box.x + box.w <= width + 1e-6
        assert box.y + box.h <= height + 1e-6
    for op in ops:
        if isinstance(op, Glyphs):
            assert 0 <= op.x <= width
            assert 0 <= op.y <= height
        elif isinstance(op, Lines):
            for line in op.lines:
                assert all(-1e-6 <= x <= width + 1e-6 for x in line[0::2])
                assert all(-1e-6 <= y <= height + 1e-6 for y in line[1::2])
        elif isinstance(op, Path):
            assert all(math.isfinite(number) for number in (op.x, op.y, op.scale, op.stroke_px))


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("hudsamplesroot:{}[]- \n\"'#&*!|>%@`,?x1"), max_size=60))
def test_any_text_is_a_document_or_refused_with_its_place(text):
    document, refused = parsed(text)
    assert document is not None or refused.startswith("x.hud.yaml:")


def parsed(text: str) -> tuple[HudDocument | None, str]:
    """Return the document, or why it is refused."""
    try:
        return parse_document(text, "x.hud.yaml"), ""
    except HudError as error:
        return None, str(error)
