"""Layout: screens one over the other, what they cover, how they fade, and where the safe area ends."""

from __future__ import annotations

import pytest

from emulator.core.assets import asset
from emulator.core.profile import Display, load_profile
from emulator.hud.display_list import DisplayList
from emulator.hud.document import load_documents, parse_document
from emulator.hud.layout import (
    BENEATH_LEVEL,
    MOST_REMEMBERED,
    _memory,
    fading_until_ns,
    lay_out,
    preview,
    safe_room,
)
from emulator.hud.sizes import LEVELS, px_per_deg
from emulator.hud.state import HudState, Slot


def display_of(profile: str) -> Display:
    found = load_profile(profile).display
    assert found is not None
    return found


S1 = display_of("quark_s1")
DOCUMENTS = load_documents(asset("huds"))
MS = 1_000_000


def slot(screen: str, layer: str = "transient", shown_ms: int = 0, sample: str = "") -> Slot:
    document = DOCUMENTS[screen]
    return Slot(screen, layer, screen, document.samples[sample or document.states[0]], shown_ms * MS)


def levels(state: HudState, at_ms: int | None = None) -> dict[str, float]:
    """Return the code value of every element by its text."""
    at_ns = None if at_ms is None else at_ms * MS
    return {element.text: element.level for element in lay_out(state, DOCUMENTS, S1, at_ns).elements if element.text}


LAUNCHER, PILL, CARD = slot("launcher", "launcher"), slot("notification", shown_ms=1000), slot("notification-card")
STATUS = {"time": "09:41", "battery": "86%", "level": 0.86}


def test_a_dark_display_shows_nothing():
    assert lay_out(HudState(False, (LAUNCHER,)), DOCUMENTS, S1).ops == ()


def test_a_screen_without_a_document_is_left_out():
    assert lay_out(HudState(True, (Slot("x", "app", "nowhere", {}),)), DOCUMENTS, S1).ops == ()


def test_status_values_reach_every_screen():
    assert {"09:41", "86%"} <= set(levels(HudState(True, (LAUNCHER,), STATUS)))


def test_brightness_has_three_tiers():
    text = "hud: x\nsamples: {a: {w: x}}\nroot: {column: {items: [%s]}}\n"
    nodes = ", ".join(f"{{text: {{format: {tier}, brightness: {tier}}}}}" for tier in LEVELS)
    drawing = preview(parse_document(text % nodes, "x.hud.yaml"), "a", S1)
    assert {element.text: element.level for element in drawing.elements} == LEVELS


def test_what_is_under_a_pill_is_dimmed():
    alone, under = (levels(HudState(True, slots))["相机"] for slots in ((LAUNCHER,), (LAUNCHER, PILL)))
    assert under == pytest.approx(alone * BENEATH_LEVEL["dim"])


def test_words_behind_a_pill_and_hints_that_no_longer_hold_are_hidden():
    shown = levels(HudState(True, (LAUNCHER, PILL), STATUS))
    assert "09:41" not in shown
    assert "滑动·切换" not in shown
    assert shown["单击·展开"] == LEVELS["mid"]


def test_what_is_under_a_card_is_hidden():
    assert "相机" not in levels(HudState(True, (LAUNCHER, CARD)))


def test_a_pill_that_comes_brightens_while_the_rest_dims():
    state = HudState(True, (LAUNCHER, PILL))
    shown = [levels(state, ms) for ms in range(1000, 1300, 50)]
    pills = [words.get("钉钉 | 桃桃", 0.0) for words in shown]
    icons = [words["相机"] for words in shown]
    assert pills[0] == 0.0
    assert pills[-1] == 1.0
    assert pills == sorted(pills)
    assert icons == sorted(icons, reverse=True)


def test_words_in_the_way_are_gone_before_the_pill_is_bright():
    shown = levels(HudState(True, (LAUNCHER, PILL), STATUS), 1000 + 130)
    assert "09:41" not in shown
    assert 0.4 < shown["钉钉 | 桃桃"] < 0.6


def test_a_pill_that_goes_darkens_over_what_comes_back():
    state = HudState(True, (LAUNCHER,), leaving=((PILL, 5_000 * MS),))
    shown = levels(state, 5_100)
    assert shown["钉钉 | 桃桃"] == pytest.approx(0.5)
    assert BENEATH_LEVEL["dim"] < shown["相机"] < 1.0
    assert "钉钉 | 桃桃" not in levels(state, 5_200)


def test_the_settled_picture_is_that_after_all_fades():
    state = HudState(True, (LAUNCHER, PILL), STATUS, leaving=((CARD, 900 * MS),))
    until_ns = fading_until_ns(state, DOCUMENTS)
    assert lay_out(state, DOCUMENTS, S1, until_ns) == lay_out(state, DOCUMENTS, S1)
    assert lay_out(state, DOCUMENTS, S1, until_ns - 10 * MS) != lay_out(state, DOCUMENTS, S1)


def test_when_nothing_fades_the_picture_stands_still():
    assert fading_until_ns(HudState(True, (LAUNCHER,)), DOCUMENTS) == 0
    assert fading_until_ns(HudState(False, (PILL,)), DOCUMENTS) == 0
    assert fading_until_ns(HudState(True, (PILL,)), DOCUMENTS) == 1250 * MS


ANCHORED = "hud: x\nsamples: {a: {w: x}}\nanchor: %s\nroot: {column: {id: r, items: [{spacer: {h: 2deg}}]}}\n"


@pytest.mark.parametrize(("anchor", "share"), [("top", 0.0), ("center", 0.5), ("bottom", 1.0)])
def test_a_screen_is_anchored_in_the_safe_area(anchor, share):
    display = display_of("rokid_glasses")
    room = safe_room(display)
    box = preview(parse_document(ANCHORED % anchor, "x.hud.yaml"), "a", display).elements[0].box
    high = 2 * px_per_deg(display)
    assert (box.x, box.w) == (room.x, room.w)
    assert box.h == pytest.approx(high)
    assert box.y == pytest.approx(room.y + share * (room.h - high))


def test_a_screen_that_fills_takes_the_whole_safe_area():
    box = preview(parse_document(ANCHORED % "fill", "x.hud.yaml"), "a", S1).elements[0].box
    assert box == safe_room(S1)


def test_a_screen_with_a_width_stands_in_the_middle():
    text = "hud: x\nsamples: {a: {w: x}}\nroot: {column: {id: r, w: 10deg, h: 2deg, items: []}}\n"
    box = preview(parse_document(text, "x.hud.yaml"), "a", S1).elements[0].box
    assert box.x + box.w / 2 == pytest.approx(320)
    assert box.w == pytest.approx(10 * S1.px_per_deg)
    assert box.h == pytest.approx(2 * S1.px_per_deg)


def test_a_narrow_canvas_draws_everything_smaller():
    halo = display_of("brilliant_halo")
    assert px_per_deg(halo) == pytest.approx(0.78 * halo.px_per_deg)
    assert px_per_deg(S1) == S1.px_per_deg


def test_nodes_may_be_for_wide_or_narrow_canvases_only():
    text = "hud: x\nsamples: {a: {w: x}}\nroot: {row: {items: [{text: {format: wide, from-width: 12deg}}, {text: {format: narrow, to-width: 12deg}}]}}\n"
    document = parse_document(text, "x.hud.yaml")
    halo = display_of("brilliant_halo")
    assert [preview(document, "a", display).visible_text for display in (S1, halo)] == ["wide", "narrow"]


SCROLL = """
hud: x
samples: {a: {words: "%s", first: %d}}
root: {text: {bind: words, scroll: first, max-lines: 3, id: t}}
"""


def scrolled(first: int) -> tuple[str, int]:
    """Return the first line shown and how many arrows there are."""
    words = " ".join(f"word{number}" for number in range(60))
    drawing = preview(parse_document(SCROLL % (words, first), "x.hud.yaml"), "a", S1)
    lines = [op.text for op in drawing.ops if hasattr(op, "text")]
    assert len(lines) == 3
    return lines[0].split()[0], len(drawing.ops) - 3


def test_a_scrolling_text_begins_at_the_line_it_is_told():
    first, second = scrolled(0)[0], scrolled(1)[0]
    assert first == "word0"
    assert int(second[4:]) > 3


def test_arrows_say_that_there_is_more_above_or_below():
    assert [scrolled(first)[1] for first in (0, 1, 99)] == [1, 2, 1]


def test_scrolling_stops_at_the_last_line():
    assert scrolled(99) == scrolled(50)


def test_a_missing_character_is_reported_once():
    text = 'hud: x\nsamples: {a: {w: "😀😀ą"}}\nroot: {text: {bind: w}}\n'
    assert preview(parse_document(text, "x.hud.yaml"), "a", S1).missing == "😀ą"


def test_cut_words_are_marked_and_told_in_full():
    text = f'hud: x\nsamples: {{a: {{w: "{"长" * 60}"}}}}\nroot: {{text: {{bind: w, id: t}}}}\n'
    element = preview(parse_document(text, "x.hud.yaml"), "a", S1).elements[0]
    assert (element.cut, element.text) == (True, "长" * 60)


def test_data_of_the_wrong_kind_leave_a_gap_and_break_nothing():
    """An app may send what it likes: a list that is none, a level that is a word."""
    for document in DOCUMENTS.values():
        data = {name: object() for name in document.bindings}
        lay_out(HudState(True, (Slot("x", "app", document.id, data),)), DOCUMENTS, S1)


def test_a_long_session_does_not_grow():
    """What is remembered of a screen that is new every time is bounded, and forgotten now and then."""
    remembered = []
    for number in range(1_000):
        state = HudState(True, (Slot("turn", "app", "turn", {"phase": "answer", "answer": f"{number}"}),), STATUS)
        lay_out(state, DOCUMENTS, S1)
        memory = _memory(DOCUMENTS["turn"], S1)
        remembered.append(max(memory.items.remembered, len(memory.drawn), memory.boxes.remembered))
    assert max(remembered) < MOST_REMEMBERED + 200
    assert remembered[-1] < max(remembered)  # it was forgotten at least once


def test_a_map_that_moves_is_drawn_anew_in_the_same_place():
    text = "hud: x\nsamples: {a: {map: null}}\nroot: {map: {bind: map, id: m}}\n"
    document = parse_document(text, "x.hud.yaml")

    def shown(east_m: float) -> DisplayList:
        data = {"map": {"span_m": 100, "lines": [], "pin": [east_m, 0]}}
        return lay_out(HudState(True, (Slot("x", "app", "x", data),)), {"x": document}, S1)

    first, second, again = shown(0), shown(10), shown(0)
    assert first.elements == second.elements
    assert first.ops != second.ops
    assert first == again


def test_maps_of_a_list_show_each_its_own():
    text = (
        "hud: x\nsamples: {a: {ways: [{map: null}]}}\n"
        "root: {list: {bind: ways, item: {map: {bind: item.map, w: 2deg, h: 2deg}}}}\n"
    )
    ways = [
        {"map": {"span_m": 100, "lines": [{"tier": tier, "points": [[0, 0], [9, 9]]}]}} for tier in ("dim", "bright")
    ]
    state = HudState(True, (Slot("x", "app", "x", {"ways": [*ways, {"map": 3}]}),))
    drawing = lay_out(state, {"x": parse_document(text, "x.hud.yaml")}, S1)
    assert [op.level for op in drawing.ops] == [LEVELS["dim"], LEVELS["bright"]]
