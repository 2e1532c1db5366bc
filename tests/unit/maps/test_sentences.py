"""Sentences: the whole grid of type, modifier, name, destination, exit, side and mode, in both languages."""

from __future__ import annotations

import re
from itertools import product

import pytest

from emulator.maps.costs import MODES
from emulator.maps.lanes import lanes_for
from emulator.maps.points import Wgs84Point
from emulator.maps.route import MODIFIERS, TYPES, WAYS, Lane, Maneuver, Step, modifier_of
from emulator.maps.sentences import LANGUAGES, announcement, phrase, sentence
from emulator.maps.street_map import Name

STREET = Name("南京东路", "南京东路", "Nanjing Road East")
WORDS = {
    "zh": {"left": "左", "right": "右", "straight": "直行|继续直行|前方|中间", "uturn": "掉头|身后|绕回来"},
    "en": {"left": "left", "right": "right", "straight": "straight", "uturn": "U-turn|behind|back|way round|you came"},
}
OTHER = {"left": ("右", "right"), "right": ("左", "left")}
RINGS = ("roundabout", "rotary")
SAYS_EXIT = (*RINGS, "roundabout turn", "exit roundabout", "exit rotary")
UNNAMED = ("arrive",)
NO_SIGNS = ("arrive", "depart", "notification")


def step(kind, modifier=None, name=None, destination="", exit_number=None, side="right", way="road"):
    maneuver = Maneuver(kind, modifier, exit_number, Wgs84Point(0, 0), 0, 92)
    return Step(maneuver, name, destination, way, 0.0, 100.0, 60.0, side, (), 0)


def grid():
    return product(
        (*TYPES, "teleport"),
        (None, *MODIFIERS),
        (None, STREET),
        ("", "人民广场;外滩"),
        (None, 2),
        ("right", "left"),
        MODES,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_grid_is_said_rightly(language):
    """Direction, street, sign and exit are in it; nothing is left of the template; no doubled space or comma."""
    count = 0
    for kind, modifier, name, destination, exit_number, side, mode in grid():
        text = sentence(step(kind, modifier, name, destination, exit_number, side), mode, language)
        about = (kind, modifier, exit_number, text)
        assert not re.search(r"[\[\]{}_]|  |,,|，，|, ,| ,|[，, ]$", text), about
        assert text[0] == text[0].upper(), about
        if kind not in UNNAMED and name:
            assert name.language(language) in text, about
        if destination and kind not in NO_SIGNS:
            assert "人民广场" in text, about
            assert "外滩" in text, about
        if kind in SAYS_EXIT and exit_number:
            assert {"zh": "第二出口", "en": "second exit"}[language] in text, about
        if modifier and not (kind in RINGS and exit_number):
            direction = modifier.split()[-1]
            bare = text.replace("南京东路", "").replace("Nanjing Road East", "")
            assert re.search(WORDS[language][direction], bare), about
            if direction in OTHER:
                assert OTHER[direction][LANGUAGES.index(language)] not in bare, about
        if language == "zh":
            assert not re.search("[A-Za-z]", text), about
        count += 1
    assert count == 18 * 9 * 2 * 2 * 2 * 2 * 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_modifier_sounds_different_at_a_turn(language):
    said = {sentence(step("turn", modifier), "walk", language) for modifier in (None, *MODIFIERS)}
    assert len(said) == 9


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_way_is_said(language):
    said = {sentence(step("turn", "left", way=way), "walk", language) for way in WAYS}
    assert len(said) == 5


def test_an_unknown_type_is_said_as_a_turn():
    assert sentence(step("teleport", "left"), "walk", "zh") == sentence(step("turn", "left"), "walk", "zh") == "左转"


def test_where_no_side_is_given_the_driving_side_tells():
    assert sentence(step("off ramp"), "car", "en") == "Take the exit slightly right"
    assert sentence(step("off ramp", side="left"), "car", "en") == "Take the exit slightly left"
    assert sentence(step("merge"), "car", "zh") == "向左前方汇入主路"


def test_names_in_the_language_that_is_spoken():
    name = Name("Senaatintori", "参议院广场", "Senate Square")
    assert sentence(step("turn", "right", name), "walk", "zh") == "右转，进入参议院广场"
    assert sentence(step("turn", "right", name), "walk", "en") == "Turn right onto Senate Square"
    assert sentence(step("turn", "right", Name("Kaivokatu")), "walk", "zh") == "右转，进入 Kaivokatu"


@pytest.mark.parametrize(
    ("language", "metres", "text"),
    [
        ("zh", 0, "左转，进入南京东路"),
        ("zh", 50, "50米后左转，进入南京东路"),
        ("zh", 1_200, "1.2公里后左转，进入南京东路"),
        ("en", 0, "Turn left onto Nanjing Road East"),
        ("en", 200, "In 200 metres, turn left onto Nanjing Road East"),
        ("en", 2_000, "In 2 kilometres, turn left onto Nanjing Road East"),
    ],
)
def test_announcements_say_the_distance(language, metres, text):
    assert announcement(step("turn", "left", STREET), "walk", language, metres) == text


def test_what_follows_at_once_is_said_with_it():
    second = step("turn", "right")
    assert announcement(step("turn", "left"), "walk", "zh", 50, second) == "50米后左转，然后右转"
    assert announcement(step("turn", "left"), "walk", "en", 0, second) == "Turn left, then turn right"


def test_fixed_phrases_are_there_in_both_languages():
    for name in ("rerouting", "rerouted", "no_signal", "no_way"):
        assert phrase(name, "zh") != phrase(name, "en")


def test_turns_by_degrees():
    assert [modifier_of(turn) for turn in (-179, -150, -90, -40, 0, 24, 26, 55, 130, 171)] == [
        *("uturn", "sharp left", "left", "slight left", "straight", "straight"),
        *("slight right", "right", "sharp right", "uturn"),
    ]


@pytest.mark.parametrize(
    ("text", "modifier", "valid"),
    [
        ("left|through|right", "left", [True, False, False]),
        ("left|through;right", "right", [False, True]),
        ("left||right", "straight", [False, True, False]),
        ("none|slight_right", "right", [False, True]),
        ("left|left;through", "slight left", [True, True]),
        ("reverse|left", "uturn", [True, False]),
        ("left|through", "sharp right", [False, False]),
        ("through|through", None, [True, True]),
    ],
)
def test_lanes_that_serve_a_turn(text, modifier, valid):
    assert [lane.valid for lane in lanes_for(text, modifier)] == valid


def test_no_lanes_are_no_lanes():
    assert lanes_for("", "left") == ()
    assert lanes_for("left", "left") == (Lane(("left",), True),)


def test_a_name_in_latin_letters_stands_apart_from_chinese_and_a_chinese_one_does_not():
    along = step("continue", "left", Name("Kaivokatu"), "Kluuvi;人民广场")
    assert sentence(along, "walk", "zh") == "左转，继续沿 Kaivokatu 走，往 Kluuvi、人民广场方向"
    assert sentence(step("continue", "left", STREET), "walk", "zh") == "左转，继续沿南京东路走"
    assert sentence(step("depart", "left", Name("S32申嘉湖高速")), "car", "zh") == "向左出发，沿S32申嘉湖高速行驶"
    following = step("turn", "right", Name("E4"), way="crossing")
    said = announcement(along, "walk", "zh", 200, following)
    assert said == "200米后左转，继续沿 Kaivokatu 走，往 Kluuvi、人民广场方向，然后右转，进入 E4，过马路"
