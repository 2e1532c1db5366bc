"""What goes wrong while the window is up: it stays up, keeps the last good picture, and says so in one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from emulator.core.assets import asset
from emulator.world._cv import cv2
from tests.gui.desk_probe import Probe
from tests.gui.mjpeg import MjpegCamera
from tests.gui.program import STRIP, Program, wait_for

pytestmark = pytest.mark.gui

Start = Callable[..., Program]
Open = Callable[..., Probe]


@pytest.fixture
def camera() -> Iterator[MjpegCamera]:
    camera = MjpegCamera(size_px=(640, 360))
    yield camera
    camera.unplug()


def warns(program: Program) -> bool:
    """Say whether the strip below the view has a text in amber."""
    blue, _, red = np.moveaxis(program.screen.pixels(**STRIP).astype(np.int16), 2, 0)
    return int((red - blue > 100).sum()) > 40


def test_a_lost_camera_is_told_and_taken_up_again(program: Start, camera: MjpegCamera):
    run = program("--scene", camera.scene)
    run.wait_for_hud()
    wait_for(lambda: np.median(run.view()) > 40, "the camera's grey in the view")
    assert not warns(run)
    camera.unplug()
    wait_for(lambda: warns(run), "a line on the lost camera")
    assert np.median(run.view()) > 40, "the last picture stays"
    again = MjpegCamera(camera.port, size_px=(640, 360))
    try:
        wait_for(lambda: not warns(run), "a calm line again")
    finally:
        again.unplug()
    assert run.close().code == 0


def test_a_machine_without_sound_gets_no_dialog(program: Start, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere")
    run = program("--scene", "black", voice=True)
    run.wait_for_hud()
    before = run.hud()
    run.screen.tap("Right")
    wait_for(lambda: (run.hud() != before).mean() > 0.002, "another HUD after the key")
    assert len(run.screen.windows(run.process.pid)) == 1
    ended = run.close()
    assert ended.code == 0
    assert "Traceback" not in ended.errors


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (("--profile", "quark_s9"), "quark_s9"),
        (("--profile", "{broken}/bad.toml"), "bad.toml:2:"),
        (("--documents", "{broken}"), "launcher.hud.yaml:3:1: unknown key 'rooot'"),
        (("--flow", "{broken}/bad.flow.yaml"), "bad.flow.yaml:3:5: unknown step 'tapp'"),
        (("--policy", "rtos_frist"), "rtos_first"),
    ],
)
def test_what_cannot_be_read_at_the_start_is_one_line(
    program: Start, tmp_path: Path, options: tuple[str, str], line: str
):
    (tmp_path / "bad.toml").write_text('name = "Broken"\n[battery\n', "utf-8")
    (tmp_path / "launcher.hud.yaml").write_text("hud: launcher\nsamples: {}\nrooot: {}\n", "utf-8")
    (tmp_path / "bad.flow.yaml").write_text("flow: broken\nsteps:\n  - tapp: temple\n", "utf-8")
    run = program(*(word.format(broken=tmp_path) for word in options))
    ended = run.end(lambda: None, within_s=20)
    assert ended.code == 2
    assert line in ended.errors
    assert len(ended.errors.strip().splitlines()) == 1, ended.errors


def test_an_unreadable_scene_keeps_the_picture_and_names_the_file(open_probe: Open, tmp_path: Path):
    probe = open_probe(scene="office")
    probe.until(lambda: probe.stage.line()[0].startswith("Office"), "the office")
    before = probe.picture()
    torn = tmp_path / "torn.mp4"
    torn.write_bytes(b"no video at all")
    probe.stage.choose(f"video:{torn}")
    probe.until(lambda: probe.notice, "a line")
    assert str(torn) in probe.notice
    assert "\n" not in probe.notice
    probe.click(probe.window.notice.close_button)
    assert not probe.notice
    assert np.array_equal(probe.picture(), before)


def test_a_scene_that_is_there_again_takes_the_line_away(open_probe: Open, tmp_path: Path):
    probe = open_probe()
    probe.stage.choose(f"still:{tmp_path / 'none.png'}")
    probe.until(lambda: probe.notice, "a line")
    cv2.imwrite(str(tmp_path / "some.png"), np.full((90, 160, 3), 120, np.uint8))
    probe.stage.choose(f"still:{tmp_path / 'some.png'}")
    probe.until(lambda: not probe.notice, "no line any more")
    assert probe.picture()[-1, 0].max() > 60


def test_an_unreadable_profile_keeps_the_glasses_that_are_worn(open_probe: Open, tmp_path: Path):
    probe = open_probe()
    torn = tmp_path / "torn.toml"
    torn.write_text(asset("profiles/quark_s1.toml").read_text("utf-8").replace("capacity_mah", "capacity_mha"), "utf-8")
    worn = probe.desk.glasses
    probe.desk.switch_profile(str(torn))
    probe.settle()
    assert "torn.toml" in probe.notice
    assert "capacity_mah" in probe.notice, "the remedy"
    assert probe.desk.glasses is worn
    assert not worn.closed


def test_a_log_that_cannot_be_written_is_told(open_probe: Open, tmp_path: Path):
    (tmp_path / "a file").touch()
    probe = open_probe(log=str(tmp_path / "a file" / "run.jsonl"))
    probe.desk.switch_profile("quark_g1")
    assert "a file" in probe.notice


def test_an_error_in_a_slot_is_a_line_and_the_window_goes_on(open_probe: Open):
    probe = open_probe()
    probe.desk.change("brightness", "as bright as can be")
    probe.settle()
    assert probe.notice
    probe.run_for(500)
    assert probe.window.isVisible()
