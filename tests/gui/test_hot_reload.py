"""A HUD document saved in any editor is on the display at once; the device notices nothing, a typo changes nothing."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from emulator.core.actions import ReloadHud
from emulator.core.assets import asset
from tests.gui.desk_probe import Probe

pytestmark = pytest.mark.gui

Open = Callable[..., Probe]
MEASURED = {"hud.measured"}  # another picture draws another current: the one thing that may follow


@pytest.fixture
def launcher(tmp_path: Path) -> Path:
    """The launcher's document in a copy of the folder."""
    shutil.copytree(asset("huds"), tmp_path / "huds")
    return tmp_path / "huds" / "launcher.hud.yaml"


def save_in_place(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


def save_by_rename(path: Path, text: str) -> None:
    other = path.with_name("4913~")
    other.write_text(text, "utf-8")
    os.replace(other, path)


def larger(text: str) -> str:
    changed = text.replace("size: 2.5deg", "size: 3.2deg")
    assert changed != text
    return changed


def differs(probe: Probe, shown: np.ndarray) -> bool:
    return not np.array_equal(probe.picture(), shown)


@pytest.mark.parametrize("save", [save_in_place, save_by_rename])
def test_a_saved_document_is_on_the_display_and_nothing_else_changes(
    open_probe: Open, launcher: Path, save: Callable[[Path, str], None]
):
    probe = open_probe(documents=str(launcher.parent))
    probe.run_for(1_000)
    worn, before, topics = probe.desk.glasses, probe.picture(), probe.topics()
    state, now_ns = worn.hud, worn.now_ns
    first = launcher.read_text("utf-8")
    for text in (larger(first), first, larger(first)):  # the watch outlives a rename
        shown = probe.picture()
        save(launcher, text)
        probe.until(partial(differs, probe, shown), "another picture")
        probe.until(lambda: "launcher.hud.yaml" in probe.window.captions.spoken.text(), "a line on it")
    assert not np.array_equal(probe.picture(), before)
    assert probe.desk.glasses is worn
    assert (worn.hud, worn.now_ns) == (state, now_ns)
    assert set(probe.topics()[len(topics) :]) <= {"document.reloaded"} | MEASURED
    assert len(probe.events(ReloadHud)) == 3


@pytest.mark.parametrize("save", [save_in_place, save_by_rename])
def test_a_broken_document_keeps_the_picture_and_says_where(
    open_probe: Open, launcher: Path, save: Callable[[Path, str], None]
):
    probe = open_probe(documents=str(launcher.parent))
    probe.run_for(1_000)
    log = probe.topics()
    first, before = launcher.read_text("utf-8"), probe.composed()
    save(launcher, first.replace("gap: 0.95deg", "gapp: 0.95deg"))
    probe.until(lambda: probe.notice, "a line on the typo")
    assert re.search(r"launcher\.hud\.yaml:\d+:\d+: .*'gapp'.*'gap'", probe.notice), probe.notice
    assert "\n" not in probe.notice
    assert np.array_equal(probe.composed(), before)
    assert probe.topics() == log
    save(launcher, larger(first))
    probe.until(lambda: not probe.notice, "no line any more")
    assert not np.array_equal(probe.composed(), before)


def test_the_next_pair_wears_what_was_saved(open_probe: Open, launcher: Path):
    probe = open_probe(documents=str(launcher.parent))
    probe.run_for(500)
    save_in_place(launcher, larger(launcher.read_text("utf-8")))
    probe.until(lambda: probe.events(ReloadHud), "a reload")
    text = probe.last(ReloadHud).text
    probe.desk.switch_profile("even_g2")
    assert probe.desk.glasses.documents["launcher"].text == text


def test_a_new_document_is_taken_up(open_probe: Open, launcher: Path):
    probe = open_probe(documents=str(launcher.parent))
    save_by_rename(
        launcher.with_name("mine.hud.yaml"), launcher.read_text("utf-8").replace("hud: launcher", "hud: mine")
    )
    probe.until(lambda: probe.events(ReloadHud), "a reload")
    assert probe.last(ReloadHud).hud == "mine"
