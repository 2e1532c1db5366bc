"""What is held before the camera is in its frames: read back with OpenCV, as a camera's user would."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emulator.core.actions import Show
from emulator.core.errors import SceneError
from emulator.core.units import MS
from emulator.world._cv import cv2
from emulator.world.held import PLACES, Hand, Held, packages
from emulator.world.picture_file import write_png
from emulator.world.video_writer import VideoWriter

WORLD = np.full((720, 1280, 3), 90, np.uint8)
RED, BLUE = (0, 0, 200), (200, 0, 0)


def changed(frame: np.ndarray) -> tuple[float, float, float]:
    """Return centre and height of what differs from the world, as shares of the frame's height and width."""
    rows, columns = np.nonzero((frame != WORLD).any(axis=2))
    height, width = frame.shape[:2]
    y, x = (rows.min() + rows.max()) / 2 / height, (columns.min() + columns.max()) / 2 / width
    return float(x), float(y), float((rows.max() - rows.min() + 1) / height)


@pytest.mark.parametrize("payload", ["https://example.org/pay?id=7", "支付宝：二十元", "1" * 100])
def test_a_code_is_read_back_from_the_frame(payload):
    frame = Held("qr", payload, "centre", 0).over(WORLD, 0)
    assert cv2.QRCodeDetector().detectAndDecode(frame)[0] == payload
    assert (WORLD == 90).all()


@pytest.mark.parametrize("place", sorted(PLACES))
def test_it_is_where_it_is_said_to_be(place):
    x, y, height = changed(Held("qr", "hello", place, 0).over(WORLD, 0))
    assert (x, y) == pytest.approx(PLACES[place], abs=0.01)
    assert height == pytest.approx(0.22, abs=0.01)


def test_it_goes_when_its_time_is_over():
    held = Held("text", "出口", "centre", since_ns=5_000 * MS, for_ms=2_000)
    assert (held.over(WORLD, 6_999 * MS) != WORLD).any()
    assert held.over(WORLD, 7_000 * MS) is WORLD


def test_a_picture_is_held_as_it_is(tmp_path: Path):
    write_png(tmp_path / "a.png", np.full((40, 60, 3), RED, np.uint8))
    frame = Held("image", str(tmp_path / "a.png"), "centre", 0).over(WORLD, 0)
    assert frame[360, 640].tolist() == list(RED)


def test_every_package_is_held_near_enough_to_read_its_name():
    for key in packages():
        assert changed(Held("product", key, "centre", 0).over(WORLD, 0))[2] == pytest.approx(0.5, abs=0.01)
    with pytest.raises(SceneError, match=r"no package 'oat-silk'; did you mean 'oat-milk'\?"):
        Held("product", "oat-silk", "centre", 0)


def test_a_video_plays_from_the_moment_it_is_held(tmp_path: Path):
    with VideoWriter(tmp_path / "a.webm", (320, 180), 10) as writer:
        for number in range(20):
            writer.write(np.full((180, 320, 3), RED if number < 10 else BLUE, np.uint8))
    held = Held("video", str(tmp_path / "a.webm"), "centre", since_ns=3_000 * MS)
    for t_ms, colour in ((3_100, RED), (4_500, BLUE)):
        assert np.abs(held.over(WORLD, t_ms * MS)[360, 640].astype(int) - colour).max() < 12
    held.close()


@pytest.mark.parametrize("text", ["出口", "Gate 14 closes at ten", "长" * 200, "one\ntwo\nthree", ""])
def test_words_are_on_a_card_and_within_it(text):
    frame = Held("text", text, "centre", 0).over(WORLD, 0)
    _, _, height = changed(frame)
    assert height == pytest.approx(0.22, abs=0.01)
    ink = (frame < 60).all(axis=2)
    assert ink.any() == bool(text)
    edge = frame[(frame != WORLD).any(axis=2)]
    assert edge.max() == 225


@pytest.mark.parametrize(
    ("kind", "content", "message"),
    [
        ("qr", "x" * 5_000, "qr: 5000 characters do not fit a code"),
        ("image", "gone.png", "gone.png: No such file or directory; check the path"),
        ("video", "gone.webm", "gone.webm: No such file or directory; check the path"),
    ],
)
def test_what_cannot_be_held_is_one_line(kind, content, message):
    with pytest.raises(SceneError) as told:
        Held(kind, content, "centre", 0)
    assert str(told.value).startswith(message)


def test_a_hand_holds_the_last_thing_and_tells_once_that_its_time_is_over():
    hand = Hand()
    assert hand.over(WORLD, 0) is WORLD
    hand.take(Show("qr", "first"), 0)
    hand.take(Show("qr", "second", for_ms=1_000), 500 * MS)
    assert cv2.QRCodeDetector().detectAndDecode(hand.over(WORLD, 600 * MS))[0] == "second"
    assert [hand.changes(t_ms * MS) for t_ms in (600, 1_499, 1_500, 1_501)] == [False, False, True, False]
    assert hand.over(WORLD, 1_501 * MS) is WORLD


def test_what_cannot_be_held_leaves_what_was_held():
    hand = Hand()
    hand.take(Show("qr", "first"), 0)
    with pytest.raises(SceneError):
        hand.take(Show("image", "no-such.png"), 1)
    assert cv2.QRCodeDetector().detectAndDecode(hand.over(WORLD, 2))[0] == "first"
