"""The drawn temple takes the mouse as a finger, and every key of the key map does what ``?`` says it does."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from emulator.cli.run import add_arguments
from emulator.core.actions import EndCall, Move, Notify, PlayTrack, Press, Release, Ring, SetLight, Wear
from emulator.core.events import CapabilityMissing, GestureRecognized, HeadMoved
from emulator.devices.controls import ZONES
from emulator.ui.keymap import BINDINGS, Binding
from emulator.ui.text_table import KEYS
from tests.gui.desk_probe import Probe

pytestmark = pytest.mark.gui

Open = Callable[..., Probe]
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
# gesture -> what the mouse does: how long it presses and rests, by turns, in ms
PRESSES = {
    ("temple", "tap"): (60,),
    ("temple", "double-tap"): (60, 120, 60),
    ("temple", "triple-tap"): (60, 120, 60, 120, 60),
    ("temple", "long-press"): (900,),
    ("media", "squeeze"): (80,),
    ("media", "squeeze-twice"): (80, 150, 80),
    ("media", "squeeze-thrice"): (80, 150, 80, 150, 80),
    ("media", "squeeze-hold"): (900,),
    ("camera-key", "short"): (120,),
    ("camera-key", "long"): (900,),
    ("power-key", "short"): (120,),
    ("power-key", "double"): (120, 120, 120),
    ("power-key", "long"): (3_200,),
}
DRAGS = {
    ("temple", "swipe-forward"): 30,
    ("temple", "swipe-back"): -30,
    ("media", "slide-forward"): 30,
    ("media", "slide-back"): -30,
}


def place(probe: Probe, zone: str) -> QPoint:
    at: QPoint = probe.panel("controls").temple.place_of(zone).toPoint()
    return at


def recognised(probe: Probe) -> list[tuple[str, str]]:
    return [(e.control, e.gesture) for e in probe.events(GestureRecognized)]


@pytest.mark.parametrize(("control", "gesture"), PRESSES)
def test_the_mouse_presses_like_a_finger(open_probe: Open, control: str, gesture: str):
    probe = open_probe()
    temple, at = probe.panel("controls").temple, place(probe, control)
    for turn, ms in enumerate(PRESSES[control, gesture]):
        if turn % 2 == 0:
            QTest.mousePress(temple, LEFT, pos=at)
            assert temple.held == control
            probe.run_for(ms)
            QTest.mouseRelease(temple, LEFT, pos=at)
        else:
            probe.run_for(ms)
    probe.run_for(600)
    assert recognised(probe) == [(control, gesture)]
    assert probe.desk.texts.known("gesture", gesture) in temple.told


@pytest.mark.parametrize(("control", "gesture"), DRAGS)
def test_the_mouse_drags_like_a_finger(open_probe: Open, control: str, gesture: str):
    probe = open_probe()
    temple, at = probe.panel("controls").temple, place(probe, control)
    QTest.mousePress(temple, LEFT, pos=at)
    for part in (1, 2, 3):
        probe.run_for(30)
        QTest.mouseMove(temple, at + QPoint(DRAGS[control, gesture] * part // 3, 0))
    QTest.mouseRelease(temple, LEFT, pos=at)
    probe.run_for(600)
    assert recognised(probe) == [(control, gesture)]
    assert sum(move.distance_mm for move in probe.events(Move)) == pytest.approx(
        DRAGS[control, gesture] / temple.width() * 150, rel=0.35
    )


def test_the_right_button_touches_the_camera_key_lightly(open_probe: Open):
    probe = open_probe()
    temple, at = probe.panel("controls").temple, place(probe, "camera-key")
    QTest.mousePress(temple, RIGHT, pos=at)
    probe.run_for(300)
    QTest.mouseRelease(temple, RIGHT, pos=at)
    probe.run_for(300)
    assert recognised(probe) == [("camera-key", "touch")]


def test_every_gesture_has_a_hand():
    tried = {*PRESSES, *DRAGS, ("camera-key", "touch")}
    assert tried == {(control, name) for control, zone in ZONES.items() for name in zone.names}


def test_a_control_that_is_not_there_takes_no_finger(open_probe: Open):
    probe = open_probe(profile="even_g2")
    temple = probe.panel("controls").temple
    absent = [zone for zone in ZONES if not probe.desk.has(zone)]
    assert absent
    for zone in absent:
        QTest.mousePress(temple, LEFT, pos=place(probe, zone))
        QTest.mouseRelease(temple, LEFT, pos=place(probe, zone))
    assert not probe.events(Press)
    assert not probe.events(CapabilityMissing)


def test_hovering_a_zone_tells_what_it_is_for(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("controls")
    QTest.mouseMove(panel.temple, place(probe, "camera-key"))
    probe.until(lambda: panel.hint.text().startswith("Camera key:"), "a hint")
    assert panel.temple.cursor().shape() == Qt.CursorShape.PointingHandCursor


def test_the_buttons_wear_nod_ring_and_play(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("controls")
    for button in (*panel.heads, panel.notify, panel.call, panel.music, panel.wear):
        probe.click(button)
        probe.run_for(400)
    assert [e.motion for e in probe.events(HeadMoved)] == ["up", "nod", "shake"]
    assert [probe.last(kind).topic for kind in (Notify, Ring, PlayTrack)] == [
        k.topic for k in (Notify, Ring, PlayTrack)
    ]
    assert probe.last(Wear).worn is False
    assert not panel.wear.isChecked()
    assert panel.call.text() == "Hang up"
    probe.click(panel.call)
    assert probe.events(EndCall)


# --- keys ---


def lux_went(direction: int) -> Callable[[Probe], bool]:
    return lambda p: direction * (p.last(SetLight).lux - 400.0) > 0


DOES: dict[str, Callable[[Probe], object]] = {
    "press temple": lambda p: recognised(p) == [("temple", "tap")],
    "gesture temple swipe-forward": lambda p: recognised(p) == [("temple", "swipe-forward")],
    "gesture temple swipe-back": lambda p: recognised(p) == [("temple", "swipe-back")],
    "gesture temple double-tap": lambda p: recognised(p) == [("temple", "double-tap")],
    "gesture temple triple-tap": lambda p: recognised(p) == [("temple", "triple-tap")],
    "press media": lambda p: recognised(p) == [("media", "squeeze")],
    "gesture media slide-forward": lambda p: recognised(p) == [("media", "slide-forward")],
    "gesture media slide-back": lambda p: recognised(p) == [("media", "slide-back")],
    "press camera-key": lambda p: recognised(p) == [("camera-key", "short")],
    "press camera-key light": lambda p: [e.force for e in p.events(Press)] == ["light"],
    "press power-key": lambda p: recognised(p) == [("power-key", "short")],
    "wear": lambda p: [e.worn for e in p.events(Wear)] == [False],
    "head up": lambda p: [e.motion for e in p.events(HeadMoved)] == ["up"],
    "head nod": lambda p: [e.motion for e in p.events(HeadMoved)] == ["nod"],
    "head shake": lambda p: [e.motion for e in p.events(HeadMoved)] == ["shake"],
    "darker": lux_went(-1),
    "brighter": lux_went(1),
    "adapted": lambda p: p.stage.adapted,
    "zoom": lambda p: p.stage.zoom == 1.0,
    "pause": lambda p: not p.desk.paused,  # a probe begins paused
    "speed 1": lambda p: p.desk.pump.speed == 1.0,
    "speed 10": lambda p: p.desk.pump.speed == 10.0,
    "speed 100": lambda p: p.desk.pump.speed == 100.0,
    "say": lambda p: QApplication.focusWidget() is p.panel("transcript").input,
    "screenshot": lambda p: list((p.folder / "Pictures").glob("*.png")) or list(p.folder.glob("*.png")),
    "record": lambda p: p.run.recording.running,
    "language": lambda p: p.desk.texts.language == "zh",
    "theme": lambda p: p.desk.look.mode == "dark",
    "clean": lambda p: not p.window.header.isVisible(),
    "help": lambda p: p.window.help.isVisible(),
}


@pytest.mark.parametrize("binding", BINDINGS, ids=lambda b: b.label)
def test_a_key_does_what_the_key_map_says(open_probe: Open, binding: Binding):
    probe = open_probe()
    probe.desk.do(SetLight(400.0))
    probe.run_for(200)
    assert not DOES[binding.act](probe)
    probe.key(binding.key, ms=60, shift=binding.shift)
    if not binding.act.startswith(("speed", "pause")):
        probe.run_for(900)
    probe.until(lambda: DOES[binding.act](probe), binding.act)


def test_a_key_held_down_is_one_long_press(open_probe: Open):
    probe = open_probe()
    view = probe.window.view
    QTest.keyPress(view, Qt.Key.Key_H)
    for _ in range(5):  # the keyboard repeats
        probe.run_for(200)
        QTest.sendKeyEvent(QTest.KeyAction.Press, view, Qt.Key.Key_H, "h", Qt.KeyboardModifier.NoModifier)
    QTest.keyRelease(view, Qt.Key.Key_H)
    probe.run_for(300)
    assert len(probe.events(Press)) == len(probe.events(Release)) == 1
    assert recognised(probe) == [("temple", "long-press")]


def test_a_text_box_has_its_keys_for_itself(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("transcript")
    probe.key(Qt.Key.Key_Slash)
    QTest.keyClicks(panel.input, "wunm 12[]")
    assert panel.input.text() == "wunm 12[]"
    assert not probe.events(Wear)
    QTest.keyClick(panel.input, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is probe.window.view
    assert not recognised(probe)


def test_the_help_lists_every_key_and_goes_at_any_key(open_probe: Open):
    probe = open_probe()
    probe.key(Qt.Key.Key_Question, shift=True)
    listed = {key: what for _, lines in probe.window.help.rows() for keys, what in lines for key in keys.split()}
    assert set(listed) == {binding.label for binding in BINDINGS}
    assert listed == {b.label: probe.desk.texts(f"key.{b.act}") for b in BINDINGS}
    QTest.keyClick(probe.window.help, Qt.Key.Key_W)
    assert not probe.window.help.isVisible()
    assert not probe.events(Wear)


MANUAL = Path(__file__).parents[2] / "docs" / "window.md"


def test_the_manual_lists_every_key():
    listed = set(re.findall(r"^\| `([^-`]\S*)` \| (.+?) \|$", MANUAL.read_text("utf-8"), re.MULTILINE))
    assert listed == {(b.label, KEYS[f"key.{b.act}"][1]) for b in BINDINGS}


def test_the_manual_lists_every_option():
    listed = set(re.findall(r"^\| `(--[\w-]+)", MANUAL.read_text("utf-8"), re.MULTILINE))
    parser = ArgumentParser(add_help=False)
    add_arguments(parser)
    assert listed == {action.option_strings[0] for action in parser._actions}
