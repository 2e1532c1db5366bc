"""The scanner in CPU time: issue 4 asks 3 ms a frame in the median, one pass a frame, and 25 ms for all three.

Measured when written, 1280x720 without a code: as is 0.9, smoothed 1.4, enlarged 5.1 ms, the rotation 1.9 in the
median; noise everywhere: 6.7, 3.4 and 11.2. The figures are absolute, so the bench fails at them; the rest are ratios.
Run: pytest -s tests/bench/bench_scan.py
"""

import statistics
import time

import numpy as np
import pytest

from emulator.core.units import MS
from emulator.vision._cv import cv2
from emulator.vision.passes import PASSES, search
from emulator.vision.scanner import Scanner
from emulator.vision.still_search import search_still
from tests.unit.vision.drawn_codes import ALIPAY, draw_code, street, worsen

MOST_FRAME_MS, MOST_PICTURE_MS = 3.0, 25.0
FRAMES = 60


def cpu_ms(call, *arguments):
    started = time.process_time()
    call(*arguments)
    return 1e3 * (time.process_time() - started)


def median_ms(call, *arguments, times=15):
    return statistics.median(cpu_ms(call, *arguments) for _ in range(times))


def moving(count):
    """Yield frames of a street that goes by, with the noise of a sensor."""
    draw = np.random.default_rng(6)
    shapes = cv2.resize(draw.integers(30, 220, (18, 96)).astype(np.uint8), (3_840, 720), interpolation=cv2.INTER_CUBIC)
    for n in range(count):
        frame = shapes[:, 20 * n : 20 * n + 1_280] + draw.normal(0, 3, (720, 1_280))
        yield frame.clip(0, 255).astype(np.uint8)


def dense_noise():
    return np.random.default_rng(1).normal(60, 20, (720, 1_280)).clip(0, 255).astype(np.uint8)


def test_a_frame_without_a_code_takes_three_milliseconds():
    scanner = Scanner()
    spent = sorted(cpu_ms(scanner.look, frame, n * 33 * MS) for n, frame in enumerate(moving(FRAMES)))
    print(f"\n  {statistics.median(spent):.2f} ms median, {spent[-1]:.1f} ms at most")
    assert statistics.median(spent) <= MOST_FRAME_MS


@pytest.mark.parametrize("picture", [street, dense_noise], ids=["street", "noise"])
def test_all_three_passes_take_25_milliseconds(picture):
    grey = picture()
    spent = median_ms(search_still, grey)
    print(f"\n  {spent:.1f} ms; each {[round(median_ms(search, grey, by), 1) for by in PASSES]}")
    assert spent <= MOST_PICTURE_MS


def test_one_pass_a_frame_is_worth_it():
    """The middle frame of the rotation against all passes on each frame."""
    scanner, grey = Scanner(), street()
    rotating = statistics.median(cpu_ms(scanner.look, grey, n * 33 * MS) for n in range(30))
    every = median_ms(search_still, grey)
    print(f"\n  {every / rotating:.1f} times")
    assert every > 1.5 * rotating


def test_sharpening_before_enlarging_pays():
    """Against the order of the measurements: enlarge, then sharpen four times the pixels."""

    def enlarged_first(grey):
        large = cv2.resize(grey, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
        return cv2.addWeighted(large, 2.5, cv2.GaussianBlur(large, (0, 0), 3), -1.5, 0)

    grey = street()
    ratio = median_ms(enlarged_first, grey) / median_ms(PASSES[2].prepare, grey)
    print(f"\n  {ratio:.1f} times")
    assert ratio > 1.2


def test_a_dark_code_is_read_sooner_than_a_second_at_ten_frames_a_second():
    dark = worsen(draw_code(street(), ALIPAY, (500, 250), 110), blur=0.7, light=0.1, noise=5)
    scanner = Scanner()
    states = [scanner.look(dark, n * 100 * MS).state for n in range(10)]
    print(f"\n  read after {100 * states.index('read')} ms")
    assert "read" in states
