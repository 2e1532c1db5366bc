"""Focus: the last one who took a control has it."""

from __future__ import annotations

from emulator.hud.focus import Focus


def test_nobody_has_what_nobody_took():
    assert Focus().holder() == ""


def test_the_last_one_has_it_and_gives_it_back():
    focus = Focus()
    for name in ("launcher", "notes", "assistant"):
        focus.take(name)
    assert focus.holder() == "assistant"
    focus.leave("assistant")
    assert focus.holder() == "notes"


def test_taking_again_puts_a_name_on_top_once():
    focus = Focus()
    for name in ("launcher", "notes", "launcher"):
        focus.take(name)
    focus.leave("launcher")
    assert focus.holder() == "notes"


def test_the_one_below_may_leave_first():
    focus = Focus()
    for name in ("launcher", "notes", "pill"):
        focus.take(name)
    focus.leave("notes")
    assert focus.holder() == "pill"
    focus.leave("pill")
    assert focus.holder() == "launcher"


def test_each_control_has_its_own_stack():
    focus = Focus()
    focus.take("launcher")
    focus.take("music", "media")
    assert (focus.holder("temple"), focus.holder("media")) == ("launcher", "music")
    focus.leave("music")
    assert focus.holder("media") == ""


def test_power_off_forgets_everybody():
    focus = Focus()
    focus.take("launcher")
    focus.clear()
    assert focus.holder() == ""
