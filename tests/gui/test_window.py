"""The window around the panels: header, words, themes, clean view, remembered layout, pictures and videos."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from string import Formatter

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget

from emulator.core.actions import ChangeSetting, Notify
from emulator.core.discovery import discover
from emulator.ui.roll import Roll
from emulator.ui.text_table import TEXTS
from emulator.ui.theme import DARK, LIGHT
from emulator.world._cv import cv2
from tests.gui.desk_probe import Probe

pytestmark = pytest.mark.gui

Open = Callable[..., Probe]
UI = Path(__file__).parents[2] / "emulator" / "ui"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SAMPLE = "12 times 7"


def texts_of(window: QWidget) -> list[str]:
    """Return every text that a visible widget shows."""
    found: list[str] = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisibleTo(window):
            continue
        found.append(widget.toolTip())
        if isinstance(widget, QLabel | QAbstractButton):
            found.append(widget.text())
        if isinstance(widget, QLineEdit):
            found.append(widget.placeholderText())
    return [text for text in found if text]


# --- time ---


def test_time_stands_while_paused_and_runs_at_the_chosen_speed(open_probe: Open):
    probe = open_probe()
    header = probe.window.header
    begin_ns = probe.desk.glasses.now_ns
    probe.desk.tick()
    assert probe.desk.glasses.now_ns == begin_ns
    assert header.state.text() == "paused"
    for speed, button in header.speeds.items():
        probe.click(button)
        assert probe.desk.pump.speed == speed
        assert button.isChecked()
        assert header.state.text() == ""
    probe.until(lambda: probe.desk.glasses.now_ns - begin_ns > 5_000_000_000, "five seconds at a hundredfold speed", 2)
    probe.click(header.pause)
    assert probe.desk.paused
    probe.click(header.pause)
    assert probe.desk.pump.speed == 100.0


def test_the_header_tells_glasses_and_time(open_probe: Open):
    probe = open_probe()
    probe.run_for(65_000)
    assert probe.window.header.device.text() == probe.desk.glasses.profile.name
    assert "09:42:05" in probe.window.header.time.text()
    assert "0:01:05" in probe.window.header.time.text()


# --- words ---


def test_every_app_and_what_it_computes_has_a_name_in_both_languages():
    apps = discover("emulator.apps", "MANIFEST")
    assert {app for app in apps if f"owner.{app}" not in TEXTS} <= {"heat"}
    works = {work.name for manifest in apps.values() for work in manifest.works}
    assert {work for work in works if f"work.{work}" not in TEXTS} == set()


def test_every_text_has_both_languages_and_the_same_places():
    for key, (chinese, english) in TEXTS.items():
        assert chinese, key
        assert english, key
        assert not CHINESE.search(english) or key == "key.language", key
        places = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (chinese, english)]
        assert places[0] == places[1], key


def test_every_text_that_is_asked_for_is_there():
    asked = re.compile(r'(?:(?:words|texts|_button)\(|(?:bind|heading)\([\w.]+,)\s*"([a-z]+(?:[.-][\w.-]*\w)?)"')
    keys = {key for source in UI.rglob("*.py") for key in asked.findall(source.read_text("utf-8"))}
    assert len(keys) > 80
    assert keys <= set(TEXTS)


@pytest.mark.parametrize("profile", ["quark_s1", "quark_g1"])
def test_no_chinese_is_left_in_the_english_window(open_probe: Open, profile: str):
    probe = open_probe(profile=profile)
    for name in probe.window.docks:
        probe.panel(name)
    probe.run_for(500)
    probe.desk.say(SAMPLE)
    probe.run_for(2_500)
    assert len(texts_of(probe.window)) > 60
    assert [t for t in texts_of(probe.window) if CHINESE.search(t)] == ["中文"]  # the button that leads there


def test_a_click_speaks_the_other_language_in_window_and_glasses(open_probe: Open):
    probe = open_probe()
    probe.run_for(500)
    probe.click(probe.window.header.language)
    probe.run_for(500)
    assert probe.desk.texts.language == "zh"
    assert probe.last(ChangeSetting) == ChangeSetting("language", "zh")
    assert "相机" in probe.desk.glasses.visible_text
    titles = [dock.windowTitle() for dock in probe.window.docks.values()]
    assert all(CHINESE.search(title) for title in titles), titles
    labels = [w.text() for w in probe.window.panel("world").findChildren(QLabel) if w.property("role") == "heading"]
    assert all(CHINESE.search(label) for label in labels), labels
    probe.click(probe.window.header.language)
    assert probe.desk.texts.language == "en"
    assert [t for t in texts_of(probe.window) if CHINESE.search(t)] == ["中文"]


def test_the_strip_says_how_to_begin_what_is_said_and_what_happened(open_probe: Open):
    probe = open_probe()
    strip = probe.window.captions
    assert "Space tap" in strip.spoken.text()
    probe.run_for(500)
    probe.desk.say(SAMPLE)
    probe.run_for(1_500)
    assert (strip.heard.text(), "84" in strip.spoken.text()) == (SAMPLE, True)
    probe.run_for(20_000)
    assert not strip.heard.text()
    assert "Space tap" in strip.spoken.text()
    probe.desk.info("something happened")
    assert strip.spoken.text() == "something happened"


def test_a_reminder_is_no_answer_to_what_was_heard_before(open_probe: Open):
    probe = open_probe()
    strip = probe.window.captions
    probe.run_for(500)
    probe.desk.say("remind me in 10 seconds to drink water")
    probe.run_for(8_000)
    probe.desk.say("open settings")
    probe.until(lambda: strip.heard.text() == "open settings", "the words")
    for _ in range(40):
        if "water" in strip.spoken.text():
            break
        probe.run_for(200)
    assert (strip.heard.text(), "water" in strip.spoken.text()) == ("", True)


# --- looks ---


def test_the_theme_goes_from_dark_to_light(open_probe: Open):
    probe = open_probe()
    header = probe.window.header
    shown = {}
    for _ in range(3):
        probe.click(header.buttons["theme"])
        at = header.grab().toImage().pixelColor(QPoint(header.width() // 2, 3))
        shown[probe.desk.look.mode] = at.name()
    assert shown["dark"] == DARK.panel
    assert shown["light"] == LIGHT.panel


def test_the_clean_view_is_the_picture_alone_and_comes_back(open_probe: Open):
    probe = open_probe()
    window = probe.window
    window.docks["events"].hide()
    probe.app.processEvents()
    before = {name: dock.isVisible() for name, dock in window.docks.items()}
    probe.key(Qt.Key.Key_F11)
    assert not any(dock.isVisible() for dock in window.docks.values())
    assert not window.header.isVisible()
    assert not window.captions.isVisible()
    probe.until(lambda: window.view.size() == window.size(), "a view over the whole window")
    assert badge(pixels_of(window.view))
    probe.key(Qt.Key.Key_F11)
    probe.app.processEvents()
    assert {name: dock.isVisible() for name, dock in window.docks.items()} == before
    assert window.header.isVisible()


def pixels_of(widget: QWidget) -> np.ndarray:
    """Return what the widget shows: shape (h, w, 3), BGR."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., :3]


def badge(picture: np.ndarray) -> bool:
    """Say whether there is an amber badge in the top right corner, BGR; nothing else there is amber."""
    corner = picture[:40, -110:].astype(np.int16)
    return int((corner[..., 2] - corner[..., 0] > 80).sum()) > 60


@pytest.mark.parametrize("profile", ["quark_s1", "quark_g1", "even_g2"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_panel_fits_its_place_at_the_first_start(open_probe: Open, profile: str, language: str):
    probe = open_probe(profile=profile, language=language)
    for dock in probe.window.docks.values():
        inside = dock.widget()
        if isinstance(inside, Roll) and dock.isVisible() and dock.objectName() != "device":
            assert inside.verticalScrollBar().maximum() == 0, dock.objectName()


def test_a_small_window_stays_small(open_probe: Open):
    probe = open_probe()
    probe.window.resize(1280, 800)
    probe.app.processEvents()
    assert (probe.window.width(), probe.window.height()) == (1280, 800)
    assert probe.window.view.width() > 500
    assert probe.window.view.height() > 300


# --- what is remembered ---


def test_layout_theme_language_and_scene_are_remembered(open_probe: Open):
    first = open_probe(scene="office")
    first.window.docks["events"].hide()
    first.window.resize(1400, 900)
    first.click(first.window.header.buttons["theme"])
    first.click(first.window.header.language)
    first.app.processEvents()
    mode = first.desk.look.mode
    first.close()
    second = open_probe(scene="", language="")
    assert not second.window.docks["events"].isVisible()
    assert second.window.docks["battery"].isVisible()
    assert (second.window.width(), second.window.height()) == (1400, 900)
    assert second.desk.look.mode == mode
    assert second.desk.texts.language == "zh"
    assert second.stage.name == "office"


def test_the_layout_can_be_reset(open_probe: Open):
    probe = open_probe()
    probe.window.docks["battery"].hide()
    probe.window.docks["world"].setFloating(True)
    reset = next(a for a in probe.window.header.menu.actions() if a.text() == probe.desk.texts("menu.reset"))
    reset.trigger()
    probe.app.processEvents()
    assert probe.window.docks["battery"].isVisible()
    assert not probe.window.docks["world"].isFloating()


def test_torn_settings_count_as_none(open_probe: Open, tmp_path: Path):
    (tmp_path / "window.ini").write_bytes(b"\x00[layout1\nstate=@ByteArray(\x01\x02)\n=\n")
    probe = open_probe()
    assert probe.window.docks["battery"].isVisible()


# --- files ---


def test_a_screenshot_is_a_badged_picture_of_the_view(open_probe: Open, tmp_path: Path):
    probe = open_probe(scene="office")
    probe.run_for(500)
    path = probe.run.recording.picture(tmp_path / "shot.png")
    assert path is not None
    probe.until(path.exists, "the picture")  # it has its name when it is whole
    picture = cv2.imread(str(path))
    assert picture.shape == (720, 1280, 3)
    assert badge(picture)
    green = picture[..., 1].astype(np.int16) - picture[..., 2]
    assert (green > 60).sum() > 500, "the HUD"


def test_a_video_starts_and_stops_with_the_key(open_probe: Open):
    probe = open_probe()
    probe.key(Qt.Key.Key_R)
    assert probe.window.header.buttons["record"].isChecked()
    path = probe.run.recording.path
    assert path is not None
    probe.until(lambda: probe.run.recording._shot > 5, "some frames")
    probe.key(Qt.Key.Key_R)
    assert not probe.window.header.buttons["record"].isChecked()
    capture = cv2.VideoCapture(str(path))
    there, frame = capture.read()
    capture.release()
    assert there
    assert badge(frame)
    assert str(path) in probe.window.captions.spoken.text()


def test_a_folder_that_cannot_be_written_is_told(open_probe: Open, tmp_path: Path):
    (tmp_path / "a file").touch()
    probe = open_probe()
    probe.run.recording.start(tmp_path / "a file" / "film.webm")
    assert "film.webm" in probe.notice
    probe.run.recording.picture(tmp_path / "a file" / "shot.png")
    probe.until(lambda: "shot.png" in probe.notice, "a line on the picture")


def test_a_flow_plays_in_the_window(open_probe: Open):
    probe = open_probe(flow="assets/flows/smoke.flow.yaml", speed=100.0)
    play = probe.desk.play
    assert play is not None
    probe.until(lambda: play.verdict is not None, "the end of the flow", 20)
    assert play.verdict is not None
    assert play.verdict.passed, play.verdict.error
    assert probe.run.stop() == 0


def test_a_flow_brings_its_own_scene_and_says_where_it_failed(open_probe: Open, tmp_path: Path):
    flow = tmp_path / "bright.flow.yaml"
    flow.write_text("flow: x\ngiven: {scene: sunlit-road}\nsteps:\n  - expect: {hud: nowhere, within: 1s}\n", "utf-8")
    probe = open_probe(flow=str(flow), scene="", speed=10.0)
    probe.until(lambda: f"{flow}:4:13: expect did not come true" in probe.notice, "what failed", 20)
    assert probe.desk.stage.name == "sunlit-road"
    assert probe.run.stop() == 1


def test_a_notification_stands_in_the_picture(open_probe: Open):
    probe = open_probe()
    probe.run_for(1_000)
    before = probe.picture()
    probe.desk.do(Notify("Messages", "Lin", "Seven at the usual place"))
    probe.run_for(1_500)
    assert "Lin" in probe.desk.glasses.visible_text
    assert (probe.picture() != before).any(axis=2).mean() > 0.01


def test_ears_that_were_closed_before_they_opened_stay_closed(open_probe: Open):
    probe = open_probe(voice=True)
    probe.close()
    probe.run.speech.start()  # what the timer of the start does, too late
    assert probe.run.speech.listener is None
