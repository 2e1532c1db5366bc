"""QR codes on the display: a reader that is not ours reads them off the pixels."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from emulator.core.profile import load_profile
from emulator.hud.document import parse_document
from emulator.hud.layout import preview
from emulator.hud.qr_code import MOST_BYTES, light_runs
from emulator.hud.raster import picture_of

pytestmark = pytest.mark.gui
SCREEN = """
hud: pairing
samples: {{it: {{code: "{text}"}}}}
root: {{column: {{align: center, items: [{{qr: {{bind: code, size: {size}, id: pairing.code, brightness: bright}}}}]}}}}
"""


def drawn(text: str, size: str = "9deg", profile: str = "quark_s1"):
    display = load_profile(profile).display
    assert display
    return preview(parse_document(SCREEN.format(text=text, size=size), "x.hud.yaml"), "it", display)


@pytest.mark.parametrize("text", ["https://qr.alipay.com/fkx00000", "你好，千问", "A" * 120])
def test_a_reader_reads_the_code_off_the_pixels(text):
    grey = picture_of(load_profile("quark_s1"), drawn(text))[..., 1]
    page = np.pad(np.kron(grey > 127, np.ones((3, 3))) * 255, 60, constant_values=255).astype(np.uint8)
    assert cv2.QRCodeDetector().detectAndDecode(page)[0] == text


def test_its_text_is_what_flows_look_at():
    (element,) = drawn("pair-00FT").elements
    assert (element.id, element.text, element.cut) == ("pairing.code", "pair-00FT", False)


def test_a_code_without_room_is_told_and_not_drawn():
    drawing = drawn("A" * 300, size="1deg")
    assert (drawing.ops, drawing.elements[0].cut) == ((), True)


def test_no_text_and_too_much_text_have_no_code():
    assert light_runs("") == light_runs("x" * (MOST_BYTES + 1)) == (0, ())
