"""What a flow holds before the camera is in the window's picture too, and goes when its time is over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog, QInputDialog

from emulator.core.actions import Show
from emulator.world._cv import cv2
from tests.gui.desk_probe import Probe

pytestmark = pytest.mark.gui
Open = Callable[..., Probe]
PAYLOAD = "https://example.org/pay?id=7"


def read(picture: np.ndarray) -> str:
    return str(cv2.QRCodeDetector().detectAndDecode(np.ascontiguousarray(picture[..., :3]))[0])


def test_a_code_is_in_the_view_while_it_is_held(open_probe: Open):
    probe = open_probe(profile="quark_g1", lux=400.0)  # no HUD stands before the code
    probe.desk.do(Show("qr", PAYLOAD, for_ms=2_000))
    probe.run_for(100)
    assert read(probe.picture()) == PAYLOAD
    assert read(probe.composed()) == PAYLOAD
    probe.run_for(2_000)
    assert read(probe.picture()) == ""
    assert probe.picture()[..., :3].max() == 0  # the black scene again, at once although it stands still


def test_what_cannot_be_held_is_one_line_in_the_notice(open_probe: Open, tmp_path: Path):
    probe = open_probe()
    probe.desk.do(Show("image", str(tmp_path / "none.png")))
    probe.settle()
    assert "none.png" in probe.notice
    assert probe.window.isVisible()


def test_a_sample_package_is_held_by_the_menu_of_the_world_and_known_to_the_assistant(open_probe: Open):
    probe = open_probe()
    hold = probe.panel("world").hold
    hold.menu_of_things.aboutToShow.emit()
    goods = hold.menu_of_things.actions()[0].menu()
    names = [action.text() for action in goods.actions()]
    assert names == sorted(names)
    assert len(names) == 20
    next(action for action in goods.actions() if action.text() == "Oat milk").trigger()
    probe.run_for(100)
    probe.desk.say("how much is this")
    probe.run_for(4_000)
    assert "Oat milk" in probe.desk.glasses.visible_text


def test_words_and_pictures_are_held_too_and_no_words_are_not(open_probe: Open, tmp_path: Path):
    probe = open_probe(profile="quark_g1", lux=400.0)
    cv2.imwrite(str(tmp_path / "red.png"), np.full((40, 60, 3), (0, 0, 200), np.uint8))
    hold = probe.panel("world").hold
    hold.menu_of_things.aboutToShow.emit()
    _, picture, words = hold.menu_of_things.actions()
    picture.trigger()
    dialog = hold.findChild(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "red.png"))
    dialog.reject()
    probe.run_for(100)
    middle = probe.picture()[probe.picture().shape[0] // 2, probe.picture().shape[1] // 2, :3]
    assert middle.max() > 100
    words.trigger()
    asked = hold.findChild(QInputDialog)
    asked.setTextValue("  ")
    asked.accept()
    probe.settle()
    assert [record.event.kind for record in probe.desk.glasses.log.records if isinstance(record.event, Show)] == [
        "image"
    ]
