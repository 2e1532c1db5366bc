"""The real program on a real screen: video through OpenCV, keys, pictures, the end, and what goes wrong on the way."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from emulator.core.log import read_log
from emulator.core.profile import load_profile
from emulator.world._cv import cv2
from emulator.world.video_writer import VideoWriter
from tests.gui.program import Program, wait_for
from tests.gui.screen import Pixels, Screen

pytestmark = pytest.mark.gui

Start = Callable[..., Program]
RED, BLUE = (40, 30, 160), (150, 60, 30)  # BGR
END_S = 1.0  # promised on a machine that does nothing else
MARGIN = 3
NEAR = 6  # code values that encoding and decoding may cost
CORNER = (slice(-60, None), slice(0, 60))  # of the view; the HUD never reaches it


def seen_code(code: int, transmittance: float) -> float:
    """Return what the eye behind the lens sees of an sRGB code: the equation of docs/physics.md, in floats."""
    value = code / 255
    light = transmittance * (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
    return 255 * (12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055)


def seen(colour: tuple[int, int, int]) -> Pixels:
    display = load_profile("quark_s1").display
    assert display is not None
    return np.array([seen_code(code, display.transmittance) for code in colour])


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Half a second of red, half a second of blue, for ever."""
    path = tmp_path / "two colours.avi"
    with VideoWriter(path, (640, 360), 30.0) as writer:
        for colour in (RED, BLUE):
            for _ in range(15):
                writer.write(np.full((360, 640, 3), colour, np.uint8))
    return path


def shows(program: Program, colour: tuple[int, int, int]) -> bool:
    corner = program.view()[CORNER].reshape(-1, 3)
    return bool(np.abs(np.median(corner, axis=0) - seen(colour)).max() <= NEAR)


def replays(log: Path) -> bool:
    again = log.with_name("again.jsonl")
    words: list[str | Path] = [sys.executable, "-m", "emulator", "replay", log, "--log", again]
    subprocess.run(words, check=True, timeout=60, cwd=Path(__file__).parents[2], capture_output=True)
    return again.read_bytes() == log.read_bytes()


def test_a_video_plays_and_a_key_changes_the_hud(program: Start, film: Path, screen: Screen, artifacts: Path):
    run = program("--scene", f"video:{film}")
    before = run.wait_for_hud()
    for colour in (RED, BLUE, RED):
        wait_for(partial(shows, run, colour), f"{colour} in the corner of the view")
    screen.tap("Right")
    wait_for(lambda: (run.hud() != before).mean() > 0.002, "another HUD after the key")
    picture = artifacts / "window.png"
    cv2.imwrite(str(picture), screen.pixels())
    print(f"\nscreenshot: {picture}")  # noqa: T201  for whoever wants to look
    assert run.close().code == 0


def test_a_typed_question_is_answered_with_captions(program: Start, tmp_path: Path, screen: Screen):
    log = tmp_path / "run.jsonl"
    run = program("--scene", "black", "--language", "en", "--log", log)
    run.wait_for_hud()
    assert not run.speaks()
    screen.tap("slash")
    screen.type("what time is it")
    screen.tap("Return")
    wait_for(run.speaks, "an answer in the captions")
    run.close()
    topics = [record.event.topic for record in read_log(log)]
    assert topics.index("text.said") < topics.index("answer.given")


@pytest.mark.parametrize("how", ["close", "interrupt"])
def test_the_end_comes_within_a_second_and_leaves_whole_files(
    program: Start, film: Path, tmp_path: Path, screen: Screen, how: str
):
    log, video, picture = (tmp_path / name for name in ("run.jsonl", "run.webm", "run.png"))
    run = program("--scene", f"video:{film}", "--log", log, "--record", video, "--screenshot", picture)
    before = run.wait_for_hud()
    screen.tap("Right")
    wait_for(lambda: (run.hud() != before).mean() > 0.002, "another HUD after the key")
    ended = run.close() if how == "close" else run.interrupt()
    assert ended.code == 0, ended.errors
    assert ended.took_s < MARGIN * END_S
    assert "Traceback" not in ended.errors
    assert read_log(log)[-1].event.topic == "session.ended"
    assert replays(log)
    assert frames_of(video) > 0
    assert cv2.imread(str(picture)).shape == (720, 1280, 3)
    assert not list(tmp_path.glob("*.part*")) + list(tmp_path.glob(".*.part*"))


def frames_of(video: Path) -> int:
    capture, count = cv2.VideoCapture(str(video)), 0
    while capture.read()[0]:
        count += 1
    capture.release()
    return count
