"""A turn on the display: an answer that is too long for it is slid through, and no further."""

from __future__ import annotations

from emulator import Glasses, Say


def scrolls(worn: Glasses) -> int:
    """Return the first line shown of the answer."""
    (turn,) = (slot for slot in worn.hud.slots if slot.screen == "turn")
    return int(turn.data["scroll"])


def slide(worn: Glasses, direction: str, times: int) -> None:
    for _ in range(times):
        worn.run_for(ms=worn.gesture("temple", f"swipe-{direction}") + 100)


def test_an_answer_that_fits_does_not_scroll():
    with Glasses("quark_s1") as worn:
        worn.do(Say("一百二十加八十等于多少"))
        worn.run_for(seconds=2)
        slide(worn, "forward", 2)
        assert "200" in worn.visible_text
        assert scrolls(worn) == 0


def test_a_slide_past_the_end_need_not_be_slid_back():
    with Glasses("brilliant_halo") as worn:  # the smallest canvas: its longest answer has more lines than room
        worn.do(Say("法国的首都是哪里"))
        worn.run_for(seconds=2)
        slide(worn, "forward", 9)
        last = scrolls(worn)
        assert last > 0
        slide(worn, "back", 1)
        assert scrolls(worn) < last
