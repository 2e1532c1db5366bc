"""The off-screen run in processes of their own: video, picture and log, complete however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import cv2
import numpy as np
import pytest

from emulator.cli import main
from emulator.core.actions import EndSession
from emulator.core.log import read_log

pytestmark = pytest.mark.gui
FLOW = """flow: x
given: {scene: black}
steps:
  - advance: 500ms
  - notify: {app: 钉钉, title: 桃桃, text: 十点的会改到三楼会议室}
  - expect: {hud: 桃桃}
  - advance: 700ms
"""


@pytest.fixture
def glasses_run(tmp_path):
    started: list[subprocess.Popen[str]] = []

    def start(*words: str) -> subprocess.Popen[str]:
        environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
        environment.pop("QT_QPA_PLATFORM", None)
        process = subprocess.Popen(
            [sys.executable, "-m", "emulator", "run", *words],
            cwd=tmp_path,
            env=environment | {"PYTHONPATH": os.getcwd()},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def frames(path) -> list[np.ndarray]:
    video, found = cv2.VideoCapture(str(path)), []
    while (read := video.read())[0]:
        found.append(read[1])
    return found


def test_a_flow_becomes_video_picture_and_log(tmp_path, glasses_run):
    (tmp_path / "x.flow.yaml").write_text(FLOW, "utf-8")
    words = (
        "--flow",
        "x.flow.yaml",
        "--record",
        "out.webm",
        "--screenshot",
        "out.png",
        "--log",
        "out.jsonl",
        "--fps",
        "10",
    )
    process = glasses_run("--offscreen", *words)
    told, trouble = process.communicate(timeout=60)
    assert (process.returncode, trouble) == (0, "")
    assert "ok  x.flow.yaml  x" in told
    assert f"video: {tmp_path / 'out.webm'}" in told
    seen = frames(tmp_path / "out.webm")
    assert 17 <= len(seen) <= 19  # 1.2 s of flow and half a second more, at 10 frames a second
    assert seen[0].shape == (720, 1280, 3)
    before, after = seen[3], seen[-2]
    assert np.abs(before.astype(int) - after).max() > 60  # the pill is in the picture
    picture = cv2.imread(str(tmp_path / "out.png"))
    assert picture is not None
    green = picture[..., 1].astype(int) - picture[..., 2]
    assert (green > 60).sum() > 500  # light of the HUD
    badge = picture[:48, -112:].astype(int)
    assert (badge[..., 2] - badge[..., 0]).max() > 100  # EMULATED, in amber
    log = read_log(tmp_path / "out.jsonl")
    assert log[-1].event == EndSession()


def test_the_log_does_not_depend_on_filming(tmp_path, glasses_run):
    (tmp_path / "x.flow.yaml").write_text(FLOW.replace("given: {scene: black}\n", ""), "utf-8")
    for words in (("--log", "a.jsonl"), ("--log", "b.jsonl", "--record", "b.webm", "--fps", "7")):
        assert glasses_run("--offscreen", "--flow", "x.flow.yaml", "--for", "2s", *words).wait(60) == 0
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()


def test_a_video_file_is_the_scene(tmp_path, glasses_run):
    writer = cv2.VideoWriter(str(tmp_path / "in.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 10, (320, 180))
    for number in range(20):
        writer.write(np.full((180, 320, 3), (0, 0, 255) if number < 10 else (255, 0, 0), np.uint8))
    writer.release()
    words = ("--scene", "video:in.avi", "--for", "1.8s", "--record", "out.webm", "--fps", "10")
    assert glasses_run("--offscreen", *words).wait(60) == 0
    seen = frames(tmp_path / "out.webm")
    assert len(seen) == 18
    corner = [frame[600:, :200].mean((0, 1)) for frame in seen]
    assert corner[4][2] > 100 > corner[4][0]
    assert corner[14][0] > 100 > corner[14][2]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_leaves_complete_files(tmp_path, glasses_run, number, code):
    process = glasses_run("--offscreen", "--for", "10min", "--record", "out.webm", "--log", "out.jsonl")
    deadline = time.monotonic() + 30
    while not list(tmp_path.glob(".out.part*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1.5)
    process.send_signal(number)
    told = time.monotonic()
    assert process.wait(10) == code
    assert time.monotonic() - told < 3
    assert len(frames(tmp_path / "out.webm")) > 5
    assert read_log(tmp_path / "out.jsonl")[-1].event == EndSession()
    assert main(["replay", str(tmp_path / "out.jsonl")]) == 0
    assert list(tmp_path.glob(".out.part*")) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--scene", "video:none.mp4", "--for", "1s", "--record", "o.webm"), "glasses: none.mp4"),
        (("--scene", "offic", "--for", "1s"), "glasses: scene 'offic': unknown; did you mean 'office'?"),
        (("--flow", "none.flow.yaml"), "glasses: none.flow.yaml: cannot read the flow"),
        (("--for", "1s", "--record", "o.xyz"), "glasses: o.xyz: unknown kind of video"),
        (("--for", "1s", "--policy", "rtos_frist"), "glasses: unknown policy 'rtos_frist'; did you mean 'rtos_first'?"),
    ],
)
def test_what_cannot_be_opened_is_one_line(tmp_path, glasses_run, words, message):
    process = glasses_run("--offscreen", *words)
    _, trouble = process.communicate(timeout=60)
    assert process.returncode == 2
    assert trouble.startswith(message)
    assert trouble.count("\n") == 1
    assert list(tmp_path.glob("o.*")) == []


def test_without_a_display_a_run_is_off_screen(tmp_path, glasses_run):
    process = glasses_run("--for", "1s", "--log", "out.jsonl")
    _, trouble = process.communicate(timeout=60)
    assert process.returncode == 0
    assert trouble == "glasses: no display here, so this runs off-screen\n"
    assert read_log(tmp_path / "out.jsonl")[-1].t_ns == 1_000_000_000


@pytest.mark.slow
def test_without_a_display_and_without_a_wish_the_tour_is_filmed(tmp_path, glasses_run):
    process = glasses_run("--fps", "3")
    told, trouble = process.communicate(timeout=120)
    assert process.returncode == 0, told
    assert trouble.startswith("glasses: no display here, so this films the tour into glasses-tour.webm")
    assert f"video: {tmp_path / 'glasses-tour.webm'}" in told
    assert f"picture: {tmp_path / 'glasses-tour.png'}" in told
    assert 50 * 3 <= len(frames(tmp_path / "glasses-tour.webm")) <= 70 * 3
    assert cv2.imread(str(tmp_path / "glasses-tour.png")) is not None


def test_what_a_flow_shows_is_before_the_camera(tmp_path, glasses_run):
    (tmp_path / "x.flow.yaml").write_text(
        "flow: x\ngiven: {worn: false, scene: office}\nsteps:\n  - show: {qr: 'https://example.org/7', at: left}\n",
        "utf-8",
    )
    process = glasses_run("--offscreen", "--flow", "x.flow.yaml", "--screenshot", "out.png")
    assert process.communicate(timeout=60)[1] == ""
    picture = cv2.imread(str(tmp_path / "out.png"))
    assert picture is not None
    assert cv2.QRCodeDetector().detectAndDecode(picture)[0] == "https://example.org/7"
