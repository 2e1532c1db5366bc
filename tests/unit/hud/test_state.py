"""The fold: which app's screen is on the display at any moment."""

from __future__ import annotations

from functools import reduce as fold

import pytest

from emulator.core.events import DisplayLit, DisplaySlept, Event, HudHidden, HudMeasured, HudShown, PowerChanged
from emulator.core.log import Record
from emulator.hud.state import HudState, reduce


def after(*events: Event) -> HudState:
    """Return the state after ``events``, a second apart, on a lit display."""
    records = [Record(seq, seq * 10**9, "test", event) for seq, event in enumerate((DisplayLit("touch"), *events))]
    return fold(reduce, records, HudState())


def shown(app: str, layer: str, screen: str = "", **data: object) -> HudShown:
    return HudShown(app, screen or app, layer, data)


def visible(state: HudState) -> list[str]:
    return [slot.screen for slot in state.visible]


LAUNCHER, CLOCK = shown("launcher", "launcher"), shown("launcher", "launcher", "clock")
MUSIC, NOTES = shown("music", "app"), shown("notes", "app")
PILL, CALL = shown("notifications", "transient", "notification"), shown("phone", "transient", "call")


@pytest.mark.parametrize(
    ("events", "screens"),
    [
        ([], []),
        ([LAUNCHER], ["launcher"]),
        ([LAUNCHER, MUSIC], ["music"]),
        ([MUSIC, LAUNCHER], ["music"]),
        ([LAUNCHER, MUSIC, NOTES], ["notes"]),
        ([LAUNCHER, MUSIC, NOTES, HudHidden("notes", "app")], ["music"]),
        ([LAUNCHER, MUSIC, HudHidden("music", "app")], ["launcher"]),
        ([LAUNCHER, PILL], ["launcher", "notification"]),
        ([LAUNCHER, MUSIC, PILL], ["music", "notification"]),
        ([PILL, LAUNCHER, MUSIC], ["music", "notification"]),
        ([LAUNCHER, PILL, CALL], ["launcher", "call"]),
        ([LAUNCHER, PILL, CALL, PILL], ["launcher", "notification"]),
        ([LAUNCHER, PILL, CALL, HudHidden("phone", "transient")], ["launcher", "notification"]),
        ([LAUNCHER, PILL, HudHidden("phone", "transient")], ["launcher", "notification"]),
        ([LAUNCHER, CLOCK], ["clock"]),
    ],
)
def test_a_transient_stands_over_the_app_and_the_app_over_the_launcher(events, screens):
    assert visible(after(*events)) == screens


def test_a_display_that_is_off_shows_nothing_and_keeps_what_the_apps_show():
    assert visible(after(LAUNCHER, PILL, DisplaySlept("idle"))) == []
    assert visible(after(LAUNCHER, PILL, DisplaySlept("idle"), DisplayLit("wear"))) == ["launcher", "notification"]


def test_power_off_forgets_all():
    assert after(LAUNCHER, PILL, PowerChanged("off", "power-key")) == HudState()
    assert visible(after(LAUNCHER, PowerChanged("off", "power-key"), DisplayLit("power-key"))) == []


def test_status_values_are_for_every_screen_and_no_screen_themselves():
    state = after(LAUNCHER, shown("clock", "status", time="09:41"))
    assert visible(state) == ["launcher"]
    assert dict(state.status) == {"time": "09:41"}


def test_new_data_replace_the_old_ones():
    state = after(shown("music", "app", line="a"), shown("music", "app", line="b"))
    assert [dict(slot.data) for slot in state.slots] == [{"line": "b"}]


def test_new_data_do_not_make_a_screen_come_again():
    state = after(
        shown("phone", "transient", "call", timer="00:01"), shown("phone", "transient", "call", timer="00:02")
    )
    assert state.slots[0].shown_ns == 10**9


def test_another_screen_of_the_same_app_comes_anew():
    state = after(PILL, shown("notifications", "transient", "notification-card"))
    assert [(slot.screen, slot.shown_ns) for slot in state.slots] == [("notification-card", 2 * 10**9)]


def test_what_was_seen_and_is_hidden_leaves():
    state = after(LAUNCHER, PILL, HudHidden("notifications", "transient"))
    assert [(slot.screen, t_ns) for slot, t_ns in state.leaving] == [("notification", 3 * 10**9)]


def test_what_was_covered_and_is_hidden_does_not_leave():
    assert after(LAUNCHER, MUSIC, HudHidden("launcher", "launcher")).leaving == ()


def test_nothing_leaves_a_dark_display():
    assert after(LAUNCHER, PILL, HudHidden("notifications", "transient"), DisplaySlept("idle")).leaving == ()
    assert after(LAUNCHER, PILL, DisplaySlept("idle"), HudHidden("notifications", "transient")).leaving == ()


def test_other_events_leave_the_state_as_it_is():
    state = after(LAUNCHER)
    assert reduce(state, Record(9, 9, "hud", HudMeasured(0.1, 0.1))) is state
    assert reduce(state, Record(9, 9, "hud", HudHidden("music", "app"))) is state
