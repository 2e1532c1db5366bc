import pytest

from emulator.core.units import MS
from emulator.vision.scanner import TEXTS, Scanner
from tests.unit.vision.drawn_codes import ALIPAY, draw_code, street, worsen

EMPTY = street()
ALIPAY_FRAME = draw_code(EMPTY, ALIPAY, (500, 250), 200)
OTHER_FRAME = draw_code(EMPTY, "https://example.org/menu", (500, 250), 200)
BOTH_FRAME = draw_code(draw_code(EMPTY, ALIPAY, (200, 200), 180), "https://example.org/menu", (800, 200), 180)


def hide(frame, corner, side):
    """Cover the middle of a code, so that only its finder patterns are left."""
    covered = frame.copy()
    covered[corner[1] : corner[1] + side, corner[0] : corner[0] + side] = 128
    return covered


TINY_FRAME = hide(draw_code(EMPTY, ALIPAY, (500, 250), 80), (536, 286), 32)
UNCLEAR_FRAME = hide(draw_code(EMPTY, ALIPAY, (500, 250), 200), (590, 340), 80)


def states(*shown):
    """Return the state after each (frame, ms)."""
    scanner = Scanner()
    return [scanner.look(frame, ms * MS).state for frame, ms in shown]


def test_two_agreeing_reads_make_a_code():
    scanner = Scanner()
    assert scanner.look(ALIPAY_FRAME, 0).state == "reading"
    second = scanner.look(ALIPAY_FRAME, 33 * MS)
    assert second.state == "read"
    assert second.code is not None
    assert second.code.text == ALIPAY


def test_reads_agree_at_a_second_and_no_later():
    assert states((ALIPAY_FRAME, 0), (ALIPAY_FRAME, 1_000))[-1] == "read"
    assert states((ALIPAY_FRAME, 0), (ALIPAY_FRAME, 1_001))[-1] == "reading"


def test_one_frame_taken_twice_is_one_read():
    assert states((ALIPAY_FRAME, 5), (ALIPAY_FRAME, 5), (ALIPAY_FRAME, 5)) == ["reading"] * 3


def test_a_frame_without_a_code_between_two_reads_does_no_harm():
    assert states((ALIPAY_FRAME, 0), (EMPTY, 33), (ALIPAY_FRAME, 66))[-1] == "read"


def test_a_code_that_left_is_forgotten_after_a_second():
    assert states((ALIPAY_FRAME, 0), (ALIPAY_FRAME, 33), (EMPTY, 500), (EMPTY, 1_034))[2:] == ["read", "searching"]


def test_two_codes_in_one_frame_are_told_at_once():
    sighting = Scanner().look(BOTH_FRAME, 0)
    assert (sighting.state, sighting.code) == ("two", None)


def test_reads_that_differ_within_a_second_are_two_codes():
    """A sticker beside the code may be read by another pass than the code is."""
    assert states((ALIPAY_FRAME, 0), (OTHER_FRAME, 33), (ALIPAY_FRAME, 66), (OTHER_FRAME, 99))[1:] == ["two"] * 3


def test_turning_to_another_code_reads_it_once_the_first_is_a_second_old():
    turned = [(OTHER_FRAME, ms) for ms in range(100, 1_300, 100)]
    assert states((ALIPAY_FRAME, 0), *turned)[-1] == "read"


def test_a_code_too_small_to_read_asks_to_move_closer():
    assert "closer" in states(*((TINY_FRAME, 33 * n) for n in range(3)))


def test_a_large_code_that_is_blurred_asks_to_hold_still():
    told = states(*((UNCLEAR_FRAME, 33 * n) for n in range(3)))
    assert "steady" in told
    assert "closer" not in told


def test_a_hint_stays_while_the_passes_take_turns_and_then_goes():
    scanner = Scanner()
    for n in range(3):
        scanner.look(TINY_FRAME, n * 33 * MS)
    assert scanner.look(EMPTY, 200 * MS).state == "closer"
    assert scanner.look(EMPTY, 600 * MS).state == "searching"


def test_passes_take_turns_while_nothing_is_read():
    scanner = Scanner()
    names = [scanner.look(EMPTY, n * 33 * MS).searched_by for n in range(6)]
    assert names == ["as is", "smoothed", "enlarged"] * 2


def test_the_pass_that_read_confirms():
    """At two frames a second there is no time for the others."""
    scanner = Scanner()
    dark = worsen(draw_code(EMPTY, ALIPAY, (500, 250), 110), blur=0.7, light=0.1, noise=5)
    seen = [scanner.look(dark, n * 500 * MS) for n in range(3)]
    assert [one.searched_by for one in seen] == ["as is", "smoothed", "smoothed"]
    assert seen[-1].state == "read"


def test_a_clock_that_jumps_back_starts_anew():
    assert states((ALIPAY_FRAME, 5_000), (ALIPAY_FRAME, 100), (ALIPAY_FRAME, 133)) == ["reading", "reading", "read"]


def test_a_clock_that_jumps_ahead_lets_no_old_read_count():
    assert states((ALIPAY_FRAME, 0), (ALIPAY_FRAME, 86_400_000))[-1] == "reading"


def test_forgetting_starts_anew():
    scanner = Scanner()
    scanner.look(ALIPAY_FRAME, 0)
    scanner.forget()
    assert scanner.look(ALIPAY_FRAME, 33 * MS).state == "reading"


def test_same_frames_and_times_give_same_sightings():
    shown = [(EMPTY, 0), (TINY_FRAME, 33), (ALIPAY_FRAME, 66), (ALIPAY_FRAME, 99)]
    assert states(*shown) == states(*shown)


@pytest.mark.parametrize("state", TEXTS)
def test_every_state_has_words_in_both_languages(state):
    assert TEXTS[state]["zh"]
    assert TEXTS[state]["en"]
