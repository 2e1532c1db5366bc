"""The screens that ship: legible, whole and inside the safe area on every device with a display."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.core.assets import asset
from emulator.core.events import HudShown
from emulator.core.profile import load_profile, profile_ids
from emulator.flows.flow import parse_flow
from emulator.flows.play import Play
from emulator.hud.display_list import Bitmap, Box, DisplayList, Frame, Glyphs, Lines, Op, lit
from emulator.hud.document import load_documents
from emulator.hud.layout import preview, safe_room
from emulator.hud.sizes import STYLES, px_per_deg
from emulator.hud.text import shape

DOCUMENTS = load_documents(asset("huds"))
DISPLAYS = {name: display for name in profile_ids() if (display := load_profile(name).display) is not None}
CASES = [(name, screen, sample) for name in DISPLAYS for screen in DOCUMENTS for sample in DOCUMENTS[screen].states]
ON_S1 = [(screen, sample) for name, screen, sample in CASES if name == "quark_s1"]
LEAST_LETTER_ARCMIN = 16.0  # NUREG-0700
LEAST_CHINESE_ARCMIN = 25.0
CAP_EM, HAN_EM = 0.733, 0.92  # heights of a capital and of a Chinese character
MOST_LIT = 0.10  # a proposal (device.md, 4.4); Quark's own screens light 1.2 to 6.8 %


def drawing(screen: str, sample: str, profile: str = "quark_s1") -> DisplayList:
    return preview(DOCUMENTS[screen], sample, DISPLAYS[profile])


def extent(op: Op) -> Box:
    """Return a box around what is inked."""
    if isinstance(op, Frame | Bitmap):
        return op.box
    if isinstance(op, Glyphs):
        width = shape(op.text, op.bold).advance_em * op.em_px
        return Box(op.x, op.y - 0.88 * op.em_px, width, op.em_px)
    if isinstance(op, Lines):
        xs, ys = [n for line in op.lines for n in line[0::2]], [n for line in op.lines for n in line[1::2]]
        return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
    xs = [op.x + n * op.scale for _, numbers in op.commands for n in numbers[0::2]]
    ys = [op.y + n * op.scale for _, numbers in op.commands for n in numbers[1::2]]
    return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def inside(box: Box, room: Box, slack: float) -> bool:
    return (
        box.x >= room.x - slack
        and box.y >= room.y - slack
        and box.x + box.w <= room.x + room.w + slack
        and box.y + box.h <= room.y + room.h + slack
    )


@pytest.mark.parametrize(("profile", "screen", "sample"), CASES)
def test_a_screen_stays_inside_the_safe_area(profile, screen, sample):
    """Half a stroke and the air of a line may reach into the margin, no further."""
    display = DISPLAYS[profile]
    slack = 0.15 * px_per_deg(display)
    for op in drawing(screen, sample, profile).ops:
        assert inside(extent(op), safe_room(display), slack), op


@pytest.mark.parametrize(("profile", "screen", "sample"), CASES)
def test_no_character_is_missing_and_something_is_shown(profile, screen, sample):
    found = drawing(screen, sample, profile)
    assert found.missing == ""
    assert found.ops


@pytest.mark.parametrize(("screen", "sample"), ON_S1)
def test_no_words_are_cut_on_the_s1_but_where_the_sample_is_long(screen, sample):
    cut = [element.text for element in drawing(screen, sample).elements if element.cut]
    assert not cut or sample.startswith("long")


@pytest.mark.parametrize(("screen", "sample"), ON_S1)
def test_a_screen_of_the_s1_lights_little(screen, sample):
    assert lit(drawing(screen, sample))[0] < MOST_LIT or sample.startswith("long")


@pytest.mark.parametrize("profile", sorted(DISPLAYS))
def test_letters_are_large_enough_to_read(profile):
    display = DISPLAYS[profile]
    for style in STYLES.values():
        em_arcmin = 60 * style.em_deg * px_per_deg(display) / display.px_per_deg
        assert CAP_EM * em_arcmin >= LEAST_LETTER_ARCMIN
        assert HAN_EM * em_arcmin >= LEAST_CHINESE_ARCMIN


@pytest.mark.parametrize(("style", "least", "most"), [("title", 20, 21), ("body", 17.5, 18.5), ("hint", 16, 18)])
def test_type_on_the_s1_is_as_large_as_in_its_tutorial(style, least, most):
    assert least <= STYLES[style].em_deg * DISPLAYS["quark_s1"].px_per_deg <= most


@pytest.mark.parametrize(("screen", "sample"), ON_S1)
def test_words_do_not_lie_on_words(screen, sample):
    boxes = [extent(op) for op in drawing(screen, sample).ops if isinstance(op, Glyphs)]
    for number, box in enumerate(boxes):
        smaller = Box(box.x + 1, box.y + 2, box.w - 2, box.h - 4)  # lines of one text may touch
        assert not any(smaller.meets(other) for other in boxes[number + 1 :])


@pytest.mark.parametrize("screen", sorted(DOCUMENTS))
def test_a_screen_is_named_as_its_file(screen):
    assert Path(DOCUMENTS[screen].path).name == f"{screen}.hud.yaml"


@pytest.mark.parametrize("screen", sorted(DOCUMENTS))
def test_every_sample_gives_the_same_names(screen):
    """Else a screen would show a gap where an app forgot a value."""
    names = [set(sample) for sample in DOCUMENTS[screen].samples.values()]
    assert all(found == names[0] for found in names)


def test_hints_stand_at_the_edges_and_the_wave_between():
    elements = {element.id: element.box for element in drawing("launcher", "zh").elements}
    room = safe_room(DISPLAYS["quark_s1"])
    right = elements["hint.right"]
    assert right.x + right.w == pytest.approx(room.x + room.w)
    assert elements["hint.left"].x < 60
    label = elements["launcher.label"]
    assert label.x + label.w / 2 == pytest.approx(320)


def test_the_counter_stands_right_of_the_box():
    found = drawing("settings", "zh")
    (box,) = [op.box for op in found.ops if isinstance(op, Frame) and op.stroke_px]
    counter = next(element.box for element in found.elements if element.id == "settings.counter")
    assert counter.x >= box.x + box.w
    assert box.y < counter.y + counter.h / 2 < box.y + box.h


def test_apps_show_only_what_a_screen_has_a_place_for():
    """On the tour: every value has a binding, and every binding its value."""
    flow = parse_flow((asset("flows") / "tour.flow.yaml").read_text("utf-8"), "tour.flow.yaml")
    glasses = flow.glasses(flow.variants[0])
    with glasses:
        Play(glasses, flow, flow.variants[0]).finish()
    shown = [event for event in glasses.events(HudShown) if event.layer != "status"]
    assert len({event.screen for event in shown}) > 6
    stray = {
        (event.screen, key) for event in shown for key in event.data if key not in DOCUMENTS[event.screen].bindings
    }
    assert stray == set()
    absent = {
        (event.screen, key) for event in shown for key in DOCUMENTS[event.screen].bindings if key not in event.data
    }
    assert absent == set()
