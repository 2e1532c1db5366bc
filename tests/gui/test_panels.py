"""Every panel by probe: it draws for every device, tells what the log has, and its hands make actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from emulator.assistant.listener import ListenerStatus
from emulator.core.actions import InsertPack, RemovePack, Say, SetAmbient, SetLight, SetScene, SwitchPolicy
from emulator.core.discovery import discover
from emulator.core.events import (
    AnswerGiven,
    BatterySampled,
    MessageReceived,
    PackInserted,
    PackRemoved,
    PolicyChanged,
    PowerSampled,
    ProcessorChanged,
    SettingChanged,
    WorkFinished,
    WorkPlaced,
)
from emulator.core.profile import profile_ids
from emulator.ui.panels.battery import duration
from emulator.ui.panels.events import COLUMNS, SAMPLES
from tests.gui.desk_probe import Probe

pytestmark = pytest.mark.gui

Open = Callable[..., Probe]
PANELS = sorted(discover("emulator.ui.panels", "PANEL"))
SUM = "what is 12 times 7"


def colours(widget: QWidget) -> int:
    """Return how many colours the widget shows: an empty one has very few."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return len(np.unique(np.frombuffer(image.constBits(), np.uint32)))


def choose(box: Any, data: object) -> None:
    """Choose an item of a combo box as a hand does."""
    box.setCurrentIndex(box.findData(data))
    box.activated.emit(box.currentIndex())


@pytest.mark.parametrize("profile", profile_ids())
def test_every_panel_draws_every_device(open_probe: Open, profile: str):
    probe = open_probe(profile=profile)
    probe.run_for(800)
    probe.desk.say(SUM)
    probe.run_for(2_000)
    for name in PANELS:
        assert colours(probe.panel(name)) > 20, name


def test_panels_are_found_not_listed(open_probe: Open):
    probe = open_probe()
    assert sorted(probe.window.docks) == PANELS


# --- processors ---


def woken(open_probe: Open) -> tuple[Probe, Any]:
    """Return a probe whose Android was woken by a question, and its processors panel."""
    probe = open_probe()
    panel = probe.panel("processors")
    probe.run_for(500)
    probe.desk.say(SUM)
    probe.run_for(2_500)
    return probe, panel


def test_lanes_show_the_wake_and_for_whom(open_probe: Open):
    probe, panel = woken(open_probe)
    logged = [(e.state, e.cause, e.owner) for e in probe.events(ProcessorChanged) if e.processor == "ap"]
    assert [(s.state, s.cause, s.owner) for s in panel.history.states["ap"]] == logged
    resuming = next(s for s in panel.history.states["ap"] if s.state == "resuming")
    assert resuming.owner == "assistant"
    row = panel.view.rows()["ap", 0]
    tip = panel.view.tip_at(QPointF(panel.view.x_at(resuming.t_ns + 50_000_000), row.center().y()))
    assert "resuming" in tip
    assert "assistant" in tip
    assert "message: understand" in tip


def test_hovering_a_slice_tells_owner_why_there_and_energy(open_probe: Open):
    probe, panel = woken(open_probe)
    placed = next(e for e in probe.events(WorkPlaced) if e.work == "understand")
    done = next(e for e in probe.events(WorkFinished) if e.number == placed.number)
    lane = panel.history.lanes["ap", 0]
    start, end = lane.tracks["assistant/understand"].near(probe.desk.glasses.now_ns, probe.desk.glasses.now_ns)
    tip = panel.view.tip_at(QPointF(panel.view.x_at((start + end) // 2), panel.view.rows()["ap", 0].center().y()))
    assert "assistant · understand" in tip
    assert probe.desk.texts.known("reason", placed.reason) in tip
    assert f"{1000 * done.energy_mwh:.2f} µWh" in tip
    assert f"{done.latency_ms:.1f} ms" in tip


def test_a_slice_is_painted_in_the_colour_of_its_owner(open_probe: Open):
    probe, panel = woken(open_probe)
    span = panel.history.lanes["ap", 0].tracks["assistant/understand"]
    start, end = span.near(probe.desk.glasses.now_ns, probe.desk.glasses.now_ns)
    at = QPoint(round(panel.view.x_at((start + end) // 2)), panel.view.rows()["ap", 0].center().y())
    shown, wanted = panel.view.grab().toImage().pixelColor(at), probe.desk.colours("assistant")
    assert max(abs(shown.red() - wanted.red()), abs(shown.blue() - wanted.blue())) < 40


def test_hovering_a_hand_over_tells_what_crossed_the_mailbox(open_probe: Open):
    probe, panel = woken(open_probe)
    assert len(panel.view.crossings()) == len(probe.events(MessageReceived))
    crossing = panel.view.crossings()[0]
    rows = panel.view.rows()
    y = (rows["ap", 3].bottom() + rows["mcu", 0].top()) / 2
    tip = panel.view.tip_at(QPointF(panel.view.x_at(crossing.sent_ns), y))
    assert f"{crossing.size_bytes} B" in tip
    assert "RTOS → Android" in tip


def test_the_policy_is_switched_from_the_panel(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("processors")
    choose(panel.policy, "always_android")
    assert probe.last(SwitchPolicy).policy == "always_android"
    probe.run_for(1_000)
    assert probe.last(PolicyChanged).policy == "always_android"
    assert panel.policy.currentData() == "always_android"


def test_the_lanes_zoom_scroll_back_and_return_to_now(open_probe: Open):
    probe, panel = woken(open_probe)
    choose(panel.window_s, 60)
    assert panel.view.span_s == 60
    view = panel.view
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(300, 60))
    QTest.mouseMove(view, QPoint(420, 60))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(420, 60))
    assert not view.live
    assert not panel.live.isChecked()
    probe.click(panel.live)
    assert view.live
    assert view.until_ns == probe.desk.glasses.now_ns


# --- battery ---


def test_figures_are_those_of_the_last_sample(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("battery")
    probe.run_for(3_000)
    sample = probe.last(BatterySampled)
    assert panel.power.text() == f"{sample.power_mw:.0f} mW"
    assert f"{sample.bus_v:.3f} V" in panel.bus.text()
    hours, minutes = panel.left.text().removesuffix(" h").split(":")
    assert abs(60 * int(hours) + int(minutes) - sample.left_min) <= 1
    assert [pack.state for pack in panel.packs] == list(sample.packs)


def test_a_click_pulls_a_pack_and_another_pushes_a_full_one_in(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("battery")
    probe.run_for(1_500)
    left, right = panel.packs
    probe.click(left)
    assert probe.last(RemovePack).pack == "left"
    probe.run_for(1_500)
    assert probe.events(PackRemoved)
    assert not left.state.present
    assert right.state.present
    assert right.state.current_a > 1.8 * abs(left.state.current_a)
    assert left.toolTip().startswith("empty")
    probe.click(left)
    assert probe.last(InsertPack) == InsertPack("left", 1.0)
    probe.run_for(1_500)
    assert probe.events(PackInserted)
    assert left.state.present
    assert left.state.level > 0.99


def test_packs_that_cannot_be_swapped_stay(open_probe: Open):
    probe = open_probe(profile="even_g2")
    panel = probe.panel("battery")
    probe.run_for(1_500)
    probe.click(panel.packs[0])
    assert not probe.events(RemovePack)


def test_the_plot_adds_up_to_the_power_of_the_samples(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("battery")
    probe.run_for(500)
    probe.desk.say(SUM)
    probe.run_for(4_000)
    for by in ("owner", "component"):
        sample = probe.last(PowerSampled)
        mw = sum(mwh for owners in sample.energy_mwh.values() for mwh in owners.values()) * 3.6e6 / sample.span_ms
        assert sum(panel.by[by].now.values()) == pytest.approx(mw)
    choose(panel.split, "owner")
    panel.plot.grab()
    area = panel.plot.area()
    tip = panel.plot.tip_at(QPointF(area.right() - 2, area.center().y()))
    assert tip.splitlines()[0].startswith("Total")
    assert "assistant" in tip


def test_the_band_of_the_time_left_is_that_of_the_sample(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("battery")
    probe.desk.say(SUM)
    probe.run_for(20_000)
    sample = probe.last(BatterySampled)
    assert sample.left_low_min < sample.left_min < sample.left_high_min
    assert panel.band.text() == f"{duration(sample.left_low_min)} – {duration(sample.left_high_min)}"


def test_the_air_gets_colder_with_the_slider(open_probe: Open):
    probe = open_probe()
    probe.panel("battery").ambient.setValue(-10)
    assert probe.last(SetAmbient).temp_c == -10.0


# --- events ---


def test_the_filter_leaves_what_matches_every_word(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("events")
    probe.run_for(500)
    probe.desk.say(SUM)
    probe.run_for(2_000)
    shown = {record.event.topic for record in panel.table.rows}
    assert "turn.started" in shown
    assert not shown & SAMPLES
    probe.write(panel.filter, "answer 84")
    assert [record.event.topic for record in panel.table.rows] == [
        r.event.topic
        for r in probe.desk.glasses.log.records
        if r.event.topic.startswith("answer") and "84" in str(r.event)
    ]
    panel.filter.clear()
    panel.samples.setChecked(True)
    assert {"power.sampled", "slices.ran"} <= {record.event.topic for record in panel.table.rows}


def test_a_wide_panel_has_room_for_the_source(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("events")
    probe.run_for(500)
    source = COLUMNS.index("events.source")
    assert panel.view.isColumnHidden(source)
    probe.window.docks["events"].setFloating(True)
    probe.window.docks["events"].resize(900, 300)
    probe.until(lambda: not panel.view.isColumnHidden(source), "the column of sources")


# --- transcript ---


def test_what_is_typed_is_said_and_answered(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("transcript")
    probe.run_for(500)
    assert panel.empty.isVisible()
    probe.write(panel.input, SUM)
    QTest.keyClick(panel.input, Qt.Key.Key_Return)
    assert probe.last(Say).text == SUM
    assert panel.input.text() == ""
    probe.run_for(2_500)
    answer = probe.last(AnswerGiven)
    card = panel._cards[-1]
    assert card.heard.text() == SUM
    assert card.answer.text() == answer.text
    assert "84" in answer.text
    assert "typed" in card.foot.text()
    assert not panel.empty.isVisible()


def test_holding_the_button_is_a_long_press_that_listens(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("transcript")
    probe.run_for(500)
    QTest.mousePress(panel.talk, Qt.MouseButton.LeftButton)
    probe.run_for(900)
    assert panel.turns[-1].cause == "push-to-talk"
    QTest.mouseRelease(panel.talk, Qt.MouseButton.LeftButton)
    assert probe.topics().count("control.released") == 1


def test_a_missing_microphone_is_a_calm_line(open_probe: Open):
    probe = open_probe(voice=True)
    panel = probe.panel("transcript")
    probe.run.speech.told.emit(ListenerStatus(microphone="no microphone", vad="silero", stt="whisper_base"))
    probe.until(lambda: "no microphone" in panel.ear.text(), "a line on the microphone")
    assert "Type instead" in panel.ear.text()
    assert panel.ear.property("tone") == "faint"
    assert not panel.meter.isVisible()
    assert not probe.notice
    assert not [w for w in probe.app.topLevelWidgets() if w.isModal()]


# --- device ---


def test_another_device_is_put_on_live(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("device")
    probe.run_for(1_000)
    worn = probe.desk.glasses
    choose(panel.profile, "quark_g1")
    assert worn.closed
    assert worn.log.records[-1].event.topic == "session.ended"
    assert probe.desk.glasses.profile.id == "quark_g1"
    assert "Has no display" in panel.can.text()
    assert not panel.brightness.isEnabled()
    assert probe.window.header.device.text() == probe.desk.glasses.profile.name
    probe.desk.say(SUM)
    probe.run_for(2_500)
    assert "84" in probe.last(AnswerGiven).text
    assert "84" in probe.window.captions.spoken.text()


def test_settings_are_changed_and_followed(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("device")
    panel.volume.setValue(80)
    assert probe.last(SettingChanged).key == "volume"
    assert probe.desk.setting("volume", 0.0) == pytest.approx(0.8)
    probe.desk.change("brightness", 0.25)
    probe.settle()
    assert panel.brightness.value() == 25


# --- world ---


def test_the_light_slider_is_logarithmic_and_the_contrast_follows(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("world")
    panel.slider.setValue(0)
    assert probe.last(SetLight).lux == 1.0
    probe.run_for(3_000)
    assert panel.contrast.property("tone") == "accent"
    panel.slider.setValue(panel.slider.maximum())
    assert probe.last(SetLight).lux == 100_000.0
    assert panel.figure.text().replace("\u2009", "") == "100000 lx"
    probe.run_for(3_000)
    assert panel.contrast.property("tone") in ("warn", "bad")


def test_a_scene_is_chosen_and_logged(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("world")
    choose(panel.scene, "office")
    assert probe.last(SetScene).scene == "office"
    probe.until(lambda: panel.status.text() == "Office · built-in scene", "the office")
    assert probe.last(SetLight).lux == 400.0
    assert len(np.unique(probe.picture())) > 100


def test_the_adapted_eye_sees_the_world_undimmed(open_probe: Open):
    probe = open_probe(scene="office")
    panel = probe.panel("world")
    probe.until(lambda: panel.status.text() == "Office · built-in scene", "the office")
    dimmed = probe.picture()[-40:].mean()
    panel.adapted.setChecked(True)
    probe.settle()
    assert probe.picture()[-40:].mean() > dimmed + 2
