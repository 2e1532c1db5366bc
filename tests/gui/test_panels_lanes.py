"""The swim-lanes over hours and at the pixel: what is dense still shows, and every number tells its source."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from emulator.core.events import MessageReceived, MessageSent
from emulator.core.log import Record
from emulator.ui.lane_marks import clock
from emulator.ui.lane_view import MOST_ARROWS
from emulator.ui.state_track import KEEP, ORDER, State, StateTrack
from emulator.ui.trend_plot import Trend
from tests.gui.desk_probe import Probe

pytestmark = pytest.mark.gui

Open = Callable[..., Probe]
HOUR_NS = 3_600_000_000_000


def track_of(*states: tuple[int, str]) -> StateTrack:
    track = StateTrack()
    for t_ns, state in states:
        track.add(State(t_ns, state, "work", "system"))
    return track


def test_a_wake_shorter_than_a_pixel_still_shows():
    track = track_of((0, "suspended"), (500, "resuming"), (501, "active"), (502, "suspended"))
    shown = [ORDER[code] for code in track.codes(np.arange(0, 1_001, 100))]
    assert shown == ["suspended"] * 5 + ["resuming"] + ["suspended"] * 4


def test_before_the_first_state_nothing_is_known():
    track = track_of((250, "idle"), (350, "active"))
    shown = [ORDER[code] for code in track.codes(np.arange(-100, 501, 100))]
    assert shown == ["", "", "", "idle", "active", "active"]


def test_a_day_of_states_keeps_the_newest():
    track = track_of(*((i, ("idle", "active")[i % 2]) for i in range(2 * KEEP + 1)))
    assert len(track) == KEEP + 1
    at = track.at(2 * KEEP)
    assert at is not None
    assert at.t_ns == 2 * KEEP


def test_states_that_last_are_found_with_their_end():
    track = track_of((0, "idle"), (10, "active"), (1_000, "suspended"))
    assert [(state.state, end) for state, end in track.spans(0, 3_000, 500)] == [
        ("active", 1_000),
        ("suspended", 3_000),
    ]


def test_hours_are_told_as_hours():
    assert clock(2 * HOUR_NS + 61_000_000_000, 60_000_000_000) == "2:01:01"


def test_more_messages_than_fit_are_drawn_as_strokes(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("processors")
    view = panel.view
    view.zoom_to(4 * 3_600.0)
    probe.run_for(1_000)
    rows = view.rows()
    y = (rows["ap", 3].bottom() + rows["mcu", 0].top()) // 2
    x = view.width() - 2
    empty = view.grab().toImage().pixelColor(x, y)
    for number in range(1_000_000, 1_000_000 + 2 * MOST_ARROWS):
        panel.history.read(Record(0, 500_000_000, "mailbox", MessageSent(number, "mcu", "ap", 8, "x", "assistant")))
        panel.history.read(Record(0, 500_000_000, "mailbox", MessageReceived(number, "ap", 1.0)))
    assert len(view.crossings()) == 2 * MOST_ARROWS
    shown = [view.grab().toImage().pixelColor(at, y) for at in range(x - 2, x + 2)]
    assert any(color != empty for color in shown)


def test_a_state_tells_how_long_it_takes_and_how_sure_that_is(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("processors")
    probe.run_for(500)
    probe.desk.say("what is 12 times 7")
    probe.run_for(2_500)
    resuming = next(state for state in panel.history.states["ap"] if state.state == "resuming")
    at = QPointF(panel.view.x_at(resuming.t_ns + 50_000_000), panel.view.rows()["ap", 0].center().y())
    tip = panel.view.tip_at(at)
    assert "processors.ap.resume_ms" in tip
    assert "assumed · band 200–500" in tip


def test_a_trend_holds_steps_and_knows_nothing_before_its_first_sample():
    trend = Trend(("gauge",))
    trend.add(100, 50.0)
    trend.add(200, 49.0)
    found = trend.at("gauge", np.array([50, 150, 250]), steps=True)
    assert np.isnan(found[0])
    assert found[1:].tolist() == [50.0, 49.0]
