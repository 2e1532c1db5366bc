import numpy as np
import pytest

from emulator.vision.passes import PASSES, search, to_grey
from emulator.vision.still_search import search_still
from tests.unit.vision.drawn_codes import ALIPAY, draw_code, street, worsen

AS_IS, SMOOTHED, ENLARGED = PASSES


def read(frame, by):
    return [code.text for code in search(frame, by).codes]


@pytest.mark.parametrize("degrees", [0, 30, 45, 90, 137, 180, 270])
def test_a_code_is_read_at_any_rotation(degrees):
    assert read(draw_code(street(), ALIPAY, (500, 250), 200, degrees=degrees), AS_IS) == [ALIPAY]


def test_a_code_light_on_dark_is_read():
    assert read(draw_code(street(), ALIPAY, (500, 250), 200, invert=True), AS_IS) == [ALIPAY]


@pytest.mark.parametrize("tilt_deg", [20, 35, 50])
def test_a_code_seen_from_the_side_is_read(tilt_deg):
    codes, state = search_still(draw_code(street(), ALIPAY, (500, 250), 150, degrees=10, tilt_deg=tilt_deg))
    assert ([code.text for code in codes], state) == ([ALIPAY], "read")


def test_corners_are_in_pixels_of_the_frame_whatever_the_pass():
    frame = draw_code(street(), ALIPAY, (500, 250), 200)
    for by in PASSES:
        first = search(frame, by).codes[0].corners[0]
        assert first == pytest.approx((500 + 4 * 8, 250 + 4 * 8), abs=8)  # the quiet zone is four modules


def test_only_the_smoothed_pass_reads_in_the_dark():
    frame = worsen(draw_code(street(), ALIPAY, (500, 250), 110), blur=0.7, light=0.1, noise=5)
    assert [bool(read(frame, by)) for by in PASSES] == [False, True, False]
    codes, _ = search_still(frame)
    assert [code.found_by for code in codes] == ["smoothed"]


def test_only_the_enlarged_pass_reads_a_blurred_tilted_code():
    frame = worsen(draw_code(street(), ALIPAY, (500, 250), 130, tilt_deg=50), blur=1.5, noise=2)
    assert [bool(read(frame, by)) for by in PASSES] == [False, False, True]


def test_bytes_come_along_as_they_stand():
    """This text is written in kanji mode, so its bytes are Shift-JIS."""
    frame = draw_code(street(), "支付宝", (500, 250), 200)
    code = search(frame, AS_IS).codes[0]
    assert (code.text, code.data) == ("支付宝", "支付宝".encode("shift_jis"))


def test_a_frame_of_1080_lines_is_not_enlarged():
    assert not ENLARGED.fits(np.zeros((1080, 1920), np.uint8))
    assert SMOOTHED.fits(np.zeros((1080, 1920), np.uint8))


@pytest.mark.parametrize("shape", [(720, 1280), (1, 1), (2, 900), (40, 3)])
def test_frames_without_anything_are_no_trouble(shape):
    for level in (0, 128, 255):
        assert search_still(np.full(shape, level, np.uint8)) == ((), "searching")


def test_noise_is_no_code():
    noise = np.random.default_rng(1).integers(0, 256, (720, 1280), np.uint8)
    assert search_still(noise)[0] == ()


def test_colour_frames_become_grey():
    frame = np.zeros((4, 6, 3), np.uint8)
    frame[..., 1] = 255
    assert to_grey(frame).shape == (4, 6)
    assert to_grey(frame)[0, 0] == 150  # green's share of luminance


def test_two_codes_on_one_picture_are_both_told():
    frame = draw_code(draw_code(street(), ALIPAY, (200, 200), 180), "HELLO", (800, 200), 180)
    codes, state = search_still(frame)
    assert {code.text for code in codes} == {ALIPAY, "HELLO"}
    assert state == "two"


def test_one_content_twice_on_a_picture_is_one_code():
    frame = draw_code(draw_code(street(), ALIPAY, (200, 200), 180), ALIPAY, (800, 200), 180)
    codes, state = search_still(frame)
    assert (len(codes), state) == (1, "read")
