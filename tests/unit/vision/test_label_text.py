"""What is written on packages, read from photos of them; the reader is the extra ``text``."""

import logging
from importlib.metadata import requires

import numpy as np
import pytest

from emulator.vision._cv import cv2
from emulator.vision.label_text import find_reader
from tests.unit.vision.package_photos import package, photo

READ = find_reader()
pytestmark = pytest.mark.skipif(READ is None, reason="needs the extra text")


def read(frame):
    assert READ is not None
    return READ(frame)


def test_the_reader_brings_no_second_opencv():
    """Two of them in one environment overwrite each other; rapidocr 3.10 asks for the headless one."""
    assert not [asked for asked in requires("rapidocr") or [] if "headless" in asked]


def test_chinese_and_english_are_read_off_a_package_in_order():
    lines = read(package("oat-milk"))
    texts = [line.text for line in lines]
    assert "燕麦奶" in texts
    assert "OAT MILK" in texts
    assert [line.middle[1] for line in lines] == sorted(line.middle[1] for line in lines)
    assert all(line.confidence >= 0.6 for line in lines)


def test_a_line_is_told_where_it_stands_and_how_tall_it_is():
    card = np.full((400, 800, 3), 225, np.uint8)
    cv2.putText(card, "KIVI", (500, 340), cv2.FONT_HERSHEY_SIMPLEX, 2.0, (20, 20, 20), 5)
    (line,) = read(card)
    assert line.text == "KIVI"
    assert line.middle == pytest.approx((555 / 800, 318 / 400), abs=0.02)
    assert 44 / 400 <= line.height < 2 * 44 / 400  # what is found around letters is taller than they are


def test_of_a_large_frame_the_middle_is_read_and_told_in_shares_of_the_whole():
    frame = np.full((1080, 1920, 3), 225, np.uint8)
    for text, at in (("KIVI", (900, 560)), ("OMENA", (20, 80))):
        cv2.putText(frame, text, at, cv2.FONT_HERSHEY_SIMPLEX, 2.0, (20, 20, 20), 5)
    (line,) = read(frame)
    assert line.text == "KIVI"
    assert line.middle == pytest.approx((955 / 1920, 538 / 1080), abs=0.02)


@pytest.mark.parametrize("shape", [(480, 640, 3), (1, 1, 3), (3, 2000, 3)])
def test_nothing_is_read_where_nothing_is_written(shape):
    assert read(np.full(shape, 90, np.uint8)) == ()


def test_reading_says_nothing_and_leaves_the_programs_logging_alone(capfd):
    before = logging.getLogger().level, list(logging.getLogger().handlers)
    read(photo("rice", "oat-milk", seed=1))
    assert (logging.getLogger().level, list(logging.getLogger().handlers)) == before
    assert capfd.readouterr() == ("", "")
