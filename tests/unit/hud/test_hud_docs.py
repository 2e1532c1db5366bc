"""What docs/huds.md shows is a document; what it lists is what there is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from emulator.core.errors import HudError
from emulator.core.profile import load_profile
from emulator.hud._cv import cv2
from emulator.hud.document import parse_document
from emulator.hud.icons import icons
from emulator.hud.layout import preview
from emulator.hud.reader import SHARED, Reader
from emulator.hud.sizes import BOXES, LEVELS, STYLES

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "huds.md").read_text("utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: text.splitlines()[0].split()[1])
def test_an_example_of_the_page_is_a_screen(text):
    document = parse_document(text, "docs/huds.md")
    for name in ("quark_s1", "rokid_glasses", "brilliant_halo"):
        display = load_profile(name).display
        assert display is not None
        for state in document.states:
            drawing = preview(document, state, display)
            assert drawing.ops
            assert name != "quark_s1" or not any(element.cut for element in drawing.elements)


@pytest.mark.parametrize(("right", "wrong"), [("bind: speed", "bind: sped"), ("w: $wide", "w: 9pt")])
def test_a_mistake_in_the_first_example_is_told_as_the_page_says(right, wrong):
    with pytest.raises(HudError) as error:
        parse_document(EXAMPLES[0].replace(right, wrong), "bike.hud.yaml")
    assert f"\n    {error.value}\n" in PAGE


@pytest.mark.parametrize("word", sorted({*SHARED, *STYLES, *LEVELS, *BOXES}))
def test_every_shared_key_and_every_word_is_on_the_page(word):
    assert f"`{word}`" in PAGE


@pytest.mark.parametrize("kind", sorted(Reader({}, {}, {}, Path()).kinds))
def test_every_kind_of_node_is_on_the_page(kind):
    assert re.search(rf"^\| .*`{kind}`.* \|", PAGE, re.MULTILINE)


def test_the_page_lists_the_icons():
    listed = PAGE.partition("outlines on a grid of 24:\n\n")[2].partition(".\n")[0]
    assert re.split(r",\s+", listed.strip()) == sorted(icons())


def test_the_sizes_of_the_styles_are_those_of_the_page():
    ppd = load_profile("quark_s1").display
    assert ppd is not None
    for name, style in STYLES.items():
        row = next(line for line in PAGE.splitlines() if re.match(rf"\| .*`{name}`.*°", line))
        assert f"| {style.em_deg:g}° | {style.em_deg * ppd.px_per_deg:.0f} px |" in row
        assert row.endswith("| bold |" if style.bold else "| regular |")


@pytest.mark.gui
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="pixels are the same on Linux only")
def test_the_picture_of_the_page_shows_the_screens_as_they_are(tmp_path):
    """Else: python examples/preview_a_screen.py docs/images --one, and mv docs/images/quark_s1.png docs/images/screens.png."""
    command = [sys.executable, str(ROOT / "examples" / "preview_a_screen.py"), str(tmp_path), "--one"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=120)
    shown, kept = (
        cv2.imread(str(path)) for path in (tmp_path / "quark_s1.png", ROOT / "docs" / "images" / "screens.png")
    )
    assert shown.shape == kept.shape
    assert np.array_equal(shown, kept)
