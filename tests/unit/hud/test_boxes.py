"""Boxes: rows, columns and stacks place their items as flexbox does; what has no room shrinks, cuts or leaves."""

from __future__ import annotations

import logging
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.hud.boxes import Boxes
from emulator.hud.display_list import Box
from emulator.hud.document import parse_document
from emulator.hud.nodes import Group, Node, Spacer, Text
from emulator.hud.sizes import NONE, STYLES, Size
from emulator.hud.text import shape
from emulator.hud.tree import Item, Tree

PPD = 20.0  # pixels per degree
HEAD = """
hud: x
samples:
  a: {word: hi, long: "a fairly long sentence of several words", share: 0.5, none: "", index: 1,
      items: [{label: one}, {label: two}, {label: three}, {label: four}, {label: five}]}
tokens: {wide: 60px}
"""


def placed(root: str, w: float = 400.0, h: float = 100.0) -> dict[str, Box]:
    """Return the boxes, by id, of ``root`` in a box of ``w`` x ``h``."""
    document = parse_document(f"{HEAD}root: {root}\n", "x.hud.yaml")
    item = Tree(document.samples["a"], 640.0, PPD).item(document.root)
    assert item is not None
    return {found.node.id: box for found, box in Boxes(PPD).place(item, Box(0.0, 0.0, w, h)) if found.node.id}


def spacer(name: str, w: float, h: float = 10.0, more: str = "") -> str:
    return f"{{spacer: {{id: {name}, w: {w}px, h: {h}px{more}}}}}"


def row(*items: str, more: str = "") -> str:
    return f"{{row: {{items: [{', '.join(items)}]{more}}}}}"


def column(*items: str, more: str = "") -> str:
    return f"{{column: {{items: [{', '.join(items)}]{more}}}}}"


def text_width(words: str, style: str = "body") -> float:
    return shape(words, STYLES[style].bold).advance_em * STYLES[style].em_deg * PPD


def test_a_row_puts_one_item_after_the_other_with_gaps():
    boxes = placed(row(spacer("a", 30), spacer("b", 50), more=", gap: 5px"))
    assert boxes == {"a": Box(0, 0, 30, 10), "b": Box(35, 0, 50, 10)}


def test_a_column_puts_one_item_below_the_other():
    boxes = placed(column(spacer("a", 30, 10), spacer("b", 50, 20), more=", gap: 5px"))
    assert boxes == {"a": Box(0, 0, 30, 10), "b": Box(0, 15, 50, 20)}


def test_a_stack_puts_items_on_top_of_each_other():
    stack = f"{{stack: {{align: center, items: [{spacer('a', 30)}, {spacer('b', 50, 20)}]}}}}"
    assert placed(stack) == {"a": Box(185, 45, 30, 10), "b": Box(175, 40, 50, 20)}


@pytest.mark.parametrize(
    ("justify", "starts"), [("start", [0, 30]), ("center", [170, 200]), ("end", [340, 370]), ("between", [0, 370])]
)
def test_justify_says_where_free_room_goes(justify, starts):
    boxes = placed(row(spacer("a", 30), spacer("b", 30), more=f", justify: {justify}"))
    assert [boxes["a"].x, boxes["b"].x] == starts


@pytest.mark.parametrize(("align", "y"), [("start", 0), ("center", 45), ("end", 90)])
def test_align_says_where_items_stand_across(align, y):
    assert placed(row(spacer("a", 30), more=f", align: {align}"))["a"] == Box(0, y, 30, 10)


def test_an_item_may_stand_elsewhere_than_its_siblings():
    boxes = placed(row(spacer("a", 30), spacer("b", 30, more=", align-self: end"), more=", align: center"))
    assert (boxes["a"].y, boxes["b"].y) == (45, 90)


def test_stretch_makes_an_item_as_high_as_its_row_unless_it_has_a_height():
    boxes = placed(row("{row: {id: a, items: []}}", spacer("b", 30, 10), more=", align: stretch"))
    assert (boxes["a"].h, boxes["b"].h) == (100, 10)


def test_an_item_that_grows_takes_what_is_left():
    boxes = placed(row(spacer("a", 30), spacer("b", 10, more=", grow: 1"), spacer("c", 60), more=", gap: 5px"))
    assert boxes["b"] == Box(35, 0, 300, 10)
    assert boxes["c"].x == 340


def test_items_that_grow_become_equal_where_their_contents_let_them():
    boxes = placed(row(spacer("a", 30, more=", grow: 1"), spacer("m", 20), spacer("b", 100, more=", grow: 1")))
    assert (boxes["a"].w, boxes["b"].w, boxes["m"].x) == (190, 190, 190)
    boxes = placed(row(spacer("a", 30, more=", grow: 1"), spacer("m", 20), spacer("b", 300, more=", grow: 1")))
    assert (boxes["a"].w, boxes["b"].w) == (80, 300)


def test_growth_goes_by_weight():
    boxes = placed(row(spacer("a", 0, more=", grow: 1"), spacer("b", 0, more=", grow: 3")))
    assert (boxes["a"].w, boxes["b"].w) == (100, 300)


def test_padding_lies_inside_and_keeps_its_two_sizes_apart():
    assert placed(row(spacer("a", 30), more=", pad: [3px, 7px]"))["a"] == Box(7, 3, 30, 10)
    hugging = column(row(spacer("a", 30), more=", id: r, pad: [3px, 7px]"))
    assert placed(hugging)["r"] == Box(0, 0, 44, 16)


def test_a_least_size_holds_where_the_content_is_smaller():
    boxes = placed(row("{text: {id: t, bind: word, min-w: 90px, min-h: 40px}}", spacer("b", 10)))
    assert (boxes["t"].w, boxes["t"].h, boxes["b"].x) == (90, 40, 90)


def test_percentages_are_of_the_inside_of_the_parent():
    boxes = placed(row(spacer("a", 30), "{spacer: {id: p, w: 50%, h: 25%}}", more=", pad: [10px, 50px], gap: 20px"))
    assert boxes["p"] == Box(100, 10, 150, 20)


def test_tokens_stand_for_sizes():
    assert placed(row("{spacer: {id: a, w: $wide, h: 1px}}"))["a"].w == 60


def test_degrees_and_sp_follow_the_display():
    boxes = placed(row("{spacer: {id: d, w: 2deg, h: 1px}}", "{spacer: {id: s, w: 30sp, h: 1px}}"))
    assert (boxes["d"].w, boxes["s"].w) == (2 * PPD, PPD)


def test_a_text_is_as_wide_as_its_words_and_a_line_high():
    box = placed(row("{text: {id: t, bind: word}}"))["t"]
    style = STYLES["body"]
    assert box.w == pytest.approx(text_width("hi"))
    assert box.h == pytest.approx(style.em_deg * style.line_em * PPD)


def test_the_widest_text_gives_way_and_the_others_keep_their_width():
    boxes = placed(row("{text: {id: long, bind: long}}", "{text: {id: word, bind: word}}", spacer("s", 50)), w=200)
    assert boxes["word"].w == pytest.approx(text_width("hi"))
    assert boxes["s"].w == 50
    assert boxes["long"].w <= 200 - 50 - text_width("hi")


def test_two_long_texts_share_the_room_and_what_the_first_leaves_goes_to_the_second():
    boxes = placed(row("{text: {id: a, bind: long}}", "{text: {id: b, bind: long}}"), w=300)
    assert boxes["a"].w <= 150 < 300 - boxes["a"].w
    assert boxes["b"].w >= boxes["a"].w
    assert boxes["a"].w + boxes["b"].w <= 300


def test_a_bar_gives_way_before_words_do():
    boxes = placed(row("{bar: {id: bar, bind: share, w: 200px}}", "{text: {id: t, bind: long}}"), w=400)
    assert boxes["t"].w == pytest.approx(text_width("a fairly long sentence of several words"))
    assert boxes["bar"].w == pytest.approx(400 - boxes["t"].w)


def test_a_text_in_a_column_loses_lines_and_the_row_below_stays_on_the_canvas():
    boxes = placed(column("{text: {id: t, bind: long, max-lines: 9}}", spacer("foot", 10, 20)), w=80, h=60)
    assert boxes["foot"].y + boxes["foot"].h <= 60
    assert boxes["t"].h == pytest.approx(2 * STYLES["body"].line_em * STYLES["body"].em_deg * PPD)


def test_a_text_in_a_row_that_became_narrow_becomes_high():
    inner, line = "{text: {id: t, bind: long, max-lines: 9}}", STYLES["body"].line_em * STYLES["body"].em_deg * PPD
    assert placed(column(row(spacer("s", 100), inner, more=", id: r")), w=250)["r"].h > 1.9 * line


ENTRY = "{text: {bind: item.label, id: item}}"


def list_ids(more: str, w: float = 400.0, h: float = 400.0) -> list[str]:
    """Return the words of the entries of a list that are shown."""
    document = parse_document(
        f"{HEAD}root: {{list: {{bind: items, index: index, item: {ENTRY}, {more}}}}}\n", "x.hud.yaml"
    )
    item = Tree(document.samples["a"], 640.0, PPD).item(document.root)
    assert item is not None
    return [found.words for found, _ in Boxes(PPD).place(item, Box(0.0, 0.0, w, h)) if found.words]


def test_a_list_shows_the_window_around_the_selected_entry():
    assert list_ids("window: 3") == ["one", "two", "three"]


def test_a_ring_has_the_selected_entry_in_the_middle():
    assert list_ids("window: 5, ring: true") == ["five", "one", "two", "three", "four"]


def test_a_list_that_is_too_high_keeps_what_is_nearest_to_the_selected_entry():
    assert list_ids("window: 5", h=40.0) == ["one", "two"]


def test_a_ring_that_is_too_wide_loses_both_ends():
    assert list_ids("window: 5, ring: true, direction: row, gap: 20px", w=140.0) == ["one", "two", "three"]


def test_nothing_leaves_its_parent_however_small_that_is():
    inner = row(spacer("a", 300, 80), "{text: {id: t, bind: long}}", "{icon: {id: i, name: bell, size: 90px}}")
    for w, h in ((400, 100), (50, 20), (3, 3), (0, 0)):
        for box in placed(column(inner, inner.replace("id: ", "id: b"), more=", gap: 30px, pad: 9px"), w, h).values():
            assert box.x >= 0
            assert box.y >= 0
            assert box.x + box.w <= w + 1e-6
            assert box.y + box.h <= h + 1e-6


def test_a_tree_as_deep_as_yaml_may_be_is_laid_out():
    node: Node = Text(id="t", format="a fairly long sentence of several words", max_lines=3)
    for depth in range(20):
        node = Group(kind="row" if depth % 2 else "column", items=(Spacer(width=Size(1, "px")), node, Text(format="x")))
    item = Tree({}, 640.0, PPD).item(node)
    assert item is not None
    assert len(Boxes(PPD).place(item, Box(0.0, 0.0, 300.0, 200.0))) == 61


# --- against Taffy ---

PIXELS = st.integers(0, 40).map(lambda n: Size(n / 2, "px"))
ALIGNS = ["start", "center", "end", "stretch"]
LEAVES = st.builds(Spacer, width=PIXELS, height=PIXELS, align=st.sampled_from(["", *ALIGNS[:3]]))


def groups(items: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.builds(
        Group,
        kind=st.sampled_from(["row", "column"]),
        items=st.lists(items, max_size=4).map(tuple),
        gap=PIXELS,
        pad=st.tuples(PIXELS, PIXELS),
        items_align=st.sampled_from(ALIGNS),
        justify=st.sampled_from(["start", "center", "end", "between"]),
        align=st.sampled_from(["", *ALIGNS]),
    ).flatmap(lambda group: st.integers(0, 7).map(lambda number: one_grows(group, number)))


def one_grows(group: Group, number: int) -> Group:
    """Let one item grow: with several our rule is another one. Not inside padding: Taffy counts that twice there."""
    if number >= len(group.items):
        return group
    items = tuple(replace(item, grow=1.0) if k == number else item for k, item in enumerate(group.items))
    return replace(group, items=items, pad=(NONE, NONE))


TREES = groups(st.recursive(LEAVES, groups, max_leaves=9))
TAFFY = {"start": "FLEX_START", "center": "CENTER", "end": "FLEX_END", "stretch": "STRETCH", "between": "SPACE_BETWEEN"}


@settings(max_examples=100, deadline=None)
@given(TREES)
def test_boxes_are_those_of_taffy_where_there_is_room(node):
    item = Tree({}, 640.0, PPD).item(replace(node, align=""))
    assert item is not None
    ours = [tuple(box) for _, box in Boxes(PPD).place(item, Box(0.0, 0.0, 3000.0, 2000.0))]
    assert ours == [pytest.approx(box, abs=0.01) for box in taffy_boxes(item, 3000.0, 2000.0)]


def taffy_boxes(item: Item, w: float, h: float) -> list[tuple[float, ...]]:
    """Return the boxes of ``item`` in a box of ``w`` x ``h`` as the flexbox engine Taffy places them."""
    handlers = list(logging.getLogger().handlers)
    from stretchable import Edge

    logging.getLogger().handlers[:] = handlers  # the import adds one of its own
    root = taffy_tree(item, size=(w, h))
    root.compute_layout((w, h), use_rounding=False)
    boxes: list[tuple[float, ...]] = []

    def walk(node: Any, x: float, y: float) -> None:
        box = node.get_box(Edge.BORDER)
        boxes.append((x + box.x, y + box.y, box.width, box.height))
        for child in node:
            walk(child, x + box.x, y + box.y)

    walk(root, 0.0, 0.0)
    return boxes


def taffy_tree(item: Item, **known: Any) -> Any:
    from stretchable import Node as Taffy
    from stretchable.style import AlignItems, AlignSelf, FlexDirection, JustifyContent

    node = item.node
    known |= {"flex_grow": node.grow, "flex_shrink": 0.0}
    if node.align:
        known["align_self"] = AlignSelf[TAFFY[node.align]]
    if not isinstance(node, Group):
        assert node.width is not None
        assert node.height is not None
        return Taffy(size=(node.width.px(PPD, 0.0), node.height.px(PPD, 0.0)), **known)
    (pad_y, pad_x), gap = (pad.px(PPD, 0.0) for pad in node.pad), node.gap.px(PPD, 0.0)
    found = Taffy(
        flex_direction=FlexDirection[node.kind.upper()],
        align_items=AlignItems[TAFFY[node.items_align]],
        justify_content=JustifyContent[TAFFY[node.justify]],
        gap=(gap, gap),
        padding=(pad_y, pad_x),
        **known,
    )
    for child in item.items:
        found.add(taffy_tree(child))
    return found


def test_numbers_stay_finite_with_absurd_sizes():
    boxes = placed(row(spacer("a", 999_999_999), "{icon: {id: i, name: bell, size: 99999999deg}}", more=", gap: 90px"))
    assert all(math.isfinite(edge) for box in boxes.values() for edge in box)
