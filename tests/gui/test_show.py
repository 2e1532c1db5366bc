"""What a flow holds before the camera is in the window's picture too, and goes when its time is over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

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
