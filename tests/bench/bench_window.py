"""The real window on a screen of its own: ``pytest -s tests/bench/bench_window.py`` prints the figures of docs/window.md.

Targets (machine: 2 cores, no GPU, nothing else running): first HUD frame in 2 s, under 350 MB with a 720p camera, under
3 % of a core when idle, a key on the HUD in 50 ms, a minute at 60 frames a second without growth. A test fails at three
times what was measured when it was written, so that only a real loss fails it; memory and growth do not depend on who
else is running, so their gates are the targets.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from statistics import median
from threading import Event
from time import monotonic, perf_counter, process_time

import numpy as np
import pytest

from emulator.core.actions import SetLight
from emulator.ui.app import make_application
from emulator.world._cv import cv2
from emulator.world.video_writer import VideoWriter
from tests.gui.desk_probe import Probe
from tests.gui.mjpeg import MjpegCamera
from tests.gui.program import Program, wait_for
from tests.gui.screen import Pixels, Screen, installed

pytestmark = pytest.mark.gui

MARGIN = 3
FIRST_S = 1.2  # measured, like the five below
IDLE_SHARE = 0.02
KEY_MS = 33.0
COMPOSE_RATIO, CLOSER_RATIO = 4.3, 10.5  # as far as the camera sees; enlarged so that the HUD fills the view
SEEN_HZ = 50.0  # of 60, told apart on the screen while keys keep the window busy
CAMERA_MB, GROWTH = 350.0, 0.05  # targets
STARTS, KEYS = 5, 40
SOAK_S, WARM_S = 60.0, 15.0
HUD = {"left": 640, "top": 280, "width": 320, "height": 120}  # of a window of 1600x1000, where the row of apps stands
CORNER = {"left": 360, "top": 690, "width": 4, "height": 4}  # of the view, where no HUD stands
BUSY = "Right Right space Escape Left Up Down u n z a t x c Escape v m bracketleft bracketright".split()  # noqa: SIM905
NOBODY = Event()

Start = Callable[..., Program]


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    if not installed():
        pytest.skip("Xvfb and xdotool are not installed: sudo apt-get install xvfb xdotool")
    screen = Screen(tmp_path_factory.mktemp("framebuffer"))
    yield screen
    screen.stop()


@pytest.fixture
def program(screen: Screen, tmp_path: Path) -> Iterator[Start]:
    running: list[Program] = []

    def start(*options: str | Path) -> Program:
        running.append(Program(screen, tmp_path / "home", *options))
        return running[-1]

    yield start
    for run in running:
        run.__exit__(None, None, None)


def cpu_s(pid: int) -> float:
    """Return the CPU time of process ``pid``, all threads, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_mb(pid: int) -> float:
    """Return the resident memory of process ``pid``."""
    line = next(x for x in Path(f"/proc/{pid}/status").read_text("ascii").splitlines() if x.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def hud_stands(screen: Screen) -> bool:
    return bool((screen.pixels(**HUD)[..., 1] > 120).sum() > 100)


def wait(seconds: float) -> None:
    """Let the program run."""
    NOBODY.wait(seconds)


def test_the_first_hud_frame_comes_soon(program: Start, screen: Screen):
    took = []
    for _ in range(STARTS):
        run = program("--scene", "black")
        wait_for(lambda: hud_stands(screen), f"a HUD; {run.errors}")
        took.append(perf_counter() - run.started_s)
        run.interrupt()
    best, middle = min(took), median(took)
    print(f"\nfirst HUD frame: {middle:.2f} s after the process starts, best {best:.2f} (target 2)")
    assert best <= MARGIN * FIRST_S


def test_a_camera_of_720p_fits_the_memory(program: Start, screen: Screen):
    camera = MjpegCamera()
    try:
        run = program("--scene", camera.scene)
        wait_for(lambda: np.median(screen.pixels(**CORNER)) > 40, "the camera's grey")
        wait(6.0)
        before, begin = cpu_s(run.process.pid), perf_counter()
        wait(4.0)
        share = (cpu_s(run.process.pid) - before) / (perf_counter() - begin)
        used = rss_mb(run.process.pid)
    finally:
        camera.unplug()
    print(f"\nwith a 720p camera: {used:.0f} MB (target {CAMERA_MB:.0f}), {100 * share:.0f} % of a core")
    assert used < CAMERA_MB


def test_idle_without_a_camera_costs_next_to_nothing(program: Start, screen: Screen, tmp_path: Path):
    still = tmp_path / "still.png"
    cv2.imwrite(str(still), np.full((720, 1280, 3), 90, np.uint8))
    run = program("--scene", f"still:{still}")
    wait_for(lambda: hud_stands(screen), f"a HUD; {run.errors}")
    wait_for(lambda: not hud_stands(screen), "the display to sleep after 10 s of rest", 20)
    wait(2.0)
    before, begin = cpu_s(run.process.pid), perf_counter()
    wait(8.0)
    share = (cpu_s(run.process.pid) - before) / (perf_counter() - begin)
    print(f"\nidle: {100 * share:.1f} % of a core (target 3)")
    assert share <= MARGIN * IDLE_SHARE


def test_a_key_is_on_the_hud_soon(program: Start, screen: Screen):
    run = program("--scene", "black")
    wait_for(lambda: hud_stands(screen), f"a HUD; {run.errors}")
    wait(1.5)
    took = []
    for number in range(KEYS):
        took.append(1_000 * key_to_pixels_s(screen, ("Right", "Left")[number % 2]))
        wait(0.35)  # the row comes to rest
    took.sort()
    p50, p95 = median(took), took[round(0.95 * (KEYS - 1))]
    print(f"\nkey to HUD pixels: p50 {p50:.0f} ms (target 50), p95 {p95:.0f} ms")
    assert p50 <= MARGIN * KEY_MS


def key_to_pixels_s(screen: Screen, key: str) -> float:
    before = screen.pixels(**HUD).astype(np.int16)
    begin = perf_counter()
    screen.tap(key)
    while (np.abs(screen.pixels(**HUD) - before).max(axis=2) > 60).sum() < 20:
        assert perf_counter() - begin < 2.0, f"nothing came of {key}"
        NOBODY.wait(0.0005)
    return perf_counter() - begin


def test_composing_in_the_window_costs_a_few_memcpys(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.bench_window", tmp_path],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    plain, closer = map(float, done.stdout.split())
    print(f"\ncompose 1280x720 in the window: {plain:.1f}x memcpy (target 8), looking closer {closer:.1f}x")
    assert plain <= MARGIN * COMPOSE_RATIO
    assert closer <= MARGIN * CLOSER_RATIO


def compose_ratios(folder: Path) -> tuple[float, float]:
    """Return the CPU time of all that the window does to a camera's frame, over that of a memcpy; and looking closer."""
    probe = Probe(make_application(["bench"]), folder)
    probe.desk.do(SetLight(400.0))
    probe.run_for(1_000)
    probe.stage.set_size(1280, 720)
    noise = np.random.default_rng(1).integers(0, 256, (720, 1280, 3), np.uint8)
    frames = [np.roll(noise, 31 * shift, axis=1) for shift in range(16)]  # more than the cache holds
    copy = np.empty_like(noise)

    def compose(frame: Pixels) -> None:
        probe.stage._frame = frame
        probe.stage._compose()

    def ratio() -> float:
        works: tuple[Callable[[Pixels], None], ...] = (lambda frame: np.copyto(copy, frame), compose)
        times: tuple[list[float], ...] = ([], [])
        for number in range(400):
            begin = process_time()
            works[number % 2](frames[number % 16])
            times[number % 2].append(process_time() - begin)
        return median(times[1][40:]) / median(times[0][40:])

    closer = ratio()
    probe.stage.zoom = 1.0
    found = (ratio(), closer)
    probe.close()
    return found


@pytest.fixture
def ramp(tmp_path: Path) -> Path:
    """A video at 60 Hz whose frames have eight greys by turns, so that each new one on the screen can be told."""
    path = tmp_path / "ramp.avi"
    with VideoWriter(path, (640, 360), 60.0) as writer:
        for number in range(120):
            writer.write(np.full((360, 640, 3), 50 + 20 * (number % 8), np.uint8))
    return path


@pytest.mark.slow
def test_a_minute_at_60_frames_a_second_neither_aborts_nor_grows(program: Start, screen: Screen, ramp: Path):
    run = program("--scene", f"video:{ramp}")
    wait_for(lambda: np.median(screen.pixels(**CORNER)) > 30, f"the video; {run.errors}")
    begin_s, due_s, warm_mb, keys = monotonic(), 1.0, 0.0, cycle(BUSY)
    seen, last = 0, 0
    while (passed_s := monotonic() - begin_s) < SOAK_S:
        assert run.process.poll() is None, run.errors
        if passed_s > due_s:
            due_s += 0.5
            screen.tap(next(keys))
        if not warm_mb and passed_s > WARM_S:
            warm_mb = rss_mb(run.process.pid)
        now = int(screen.pixels(**CORNER)[0, 0, 1])
        seen += abs(now - last) > 5
        last = now
        NOBODY.wait(0.002)
    growth = rss_mb(run.process.pid) / warm_mb - 1
    ended = run.interrupt()
    rate_hz = seen / SOAK_S
    print(f"\nsoak: {rate_hz:.1f} frames a second seen, {warm_mb:.0f} MB, growth {100 * growth:.1f} % (target 5)")
    assert "Traceback" not in ended.errors
    assert ended.code == 0, ended.errors
    assert growth < GROWTH
    assert rate_hz >= SEEN_HZ / MARGIN


if __name__ == "__main__":
    print(*compose_ratios(Path(sys.argv[1])))
