"""The battery panel by probe: gauge against truth, heat under its limits, what may be pulled, where numbers come from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QImage

from emulator.core.actions import ArrangePacks, Charge, InjectFault, RemovePack, SetAmbient, SetLevel
from emulator.core.events import BatterySampled, HeatSampled
from emulator.core.units import S
from emulator.ui.power_history import KEEP, PowerHistory
from emulator.ui.widgets import Choice
from tests.gui.desk_probe import Probe

pytestmark = pytest.mark.gui

Open = Callable[..., Probe]


def show(panel: Any, what: str, span_s: int = 60) -> None:
    """Choose what is plotted."""
    panel.split.setCurrentIndex(panel.split.findData(what))
    panel.span.setCurrentIndex(panel.span.findData(span_s))
    panel.draw()


def test_the_gauge_stands_beside_the_truth(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("battery")
    probe.run_for(2_000)
    probe.desk.do(InjectFault("gauge-offset", amount=-0.2))
    probe.run_for(3_000)
    show(panel, "level")
    sample = probe.last(BatterySampled)
    truth, told = (curve.label for curve in panel.lines.curves)
    assert f"{100 * sample.level:.1f}%" in truth
    assert f"{100 * np.mean([pack.gauge for pack in sample.packs]):.0f}%" in told
    assert sample.level - np.mean([pack.gauge for pack in sample.packs]) > 0.1
    assert panel.lines.isVisible()
    assert not panel.plot.isVisible()


def test_the_curve_of_truth_is_drawn_where_its_value_is(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("battery")
    probe.run_for(30_000)
    show(panel, "level")
    probe.settle()
    image = panel.lines.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    x, y = panel.lines.area().right() - 20, round(panel.lines.y_at(100 * probe.last(BatterySampled).level))
    wanted = probe.desk.look.color("accent")
    near = [image.pixelColor(x, at) for at in range(y - 3, y + 4)]
    assert min(abs(c.red() - wanted.red()) + abs(c.green() - wanted.green()) for c in near) < 80


def test_heat_shows_under_the_limits_and_what_each_sets_off(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("battery")
    probe.desk.do(SetAmbient(45.0))
    probe.run_for(20_000)
    show(panel, "heat")
    assert [limit.value for limit in panel.lines.limits] == list(probe.desk.glasses.profile.thermal.limit_c)
    assert "slower clock" in panel.lines.limits[0].label
    assert "recording stops" in panel.lines.limits[2].label
    assert f"{probe.last(HeatSampled).skin_c:.1f} °C" in panel.lines.curves[0].label
    assert panel.lines.y_at(43) < panel.lines.y_at(40) < panel.lines.y_at(probe.last(HeatSampled).skin_c)


def test_the_card_of_a_pack_says_whether_it_may_be_pulled(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("battery")
    probe.run_for(2_500)
    left, right = panel.packs
    assert left.state.swap == "safe"
    assert probe.desk.texts("swap.safe") in left.toolTip()
    probe.desk.do(RemovePack("left"))
    probe.run_for(2_500)
    assert right.state.swap == "only-pack"
    assert probe.desk.texts("swap.only-pack") in right.toolTip()


def test_charging_is_told_with_its_phase(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("battery")
    probe.run_for(2_000)
    probe.desk.do(Charge("clip"))
    probe.run_for(5_000)
    sample = probe.last(BatterySampled)
    assert probe.desk.texts(f"charging.{sample.charging}") in panel.bus.text()
    probe.desk.do(Charge("none"))
    probe.run_for(3_000)
    assert "bus" in panel.bus.text()


def test_figures_tell_their_source_on_hovering(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("battery")
    probe.run_for(2_000)
    source = probe.desk.glasses.profile.source("battery.capacity_mah")
    for widget in (panel.left, panel.packs[0]):
        assert "battery.capacity_mah = " in widget.toolTip()
        assert source.source in widget.toolTip()
        assert probe.desk.texts(f"confidence.{source.confidence}") in widget.toolTip()
    assert "band 73–195" in panel.power.toolTip()
    assert "thermal.limit_c" in panel.warmth.toolTip()


def choose(box: Choice, value: str) -> None:
    """Choose ``value`` as a hand does."""
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


@pytest.mark.parametrize("charger", ["case", "clip"])
def test_the_glasses_charge_from_what_is_chosen(open_probe: Open, charger: str):
    probe = open_probe()
    panel = probe.panel("battery")
    for slot in ("left", "right"):
        probe.desk.do(SetLevel(slot, 0.5))
    probe.run_for(1_000)
    choose(panel.charger, charger)
    probe.run_for(60_000)
    sample = probe.last(BatterySampled)
    assert (sample.charger, sample.charging) == (charger, "constant-current")
    assert all(pack.current_a < 0 and pack.level > 0.5 for pack in sample.packs)
    assert panel.bus.text() == f"CC charging · {sample.charger_mw:.0f} mW"
    choose(panel.charger, "none")
    probe.run_for(2_000)
    assert all(pack.current_a > 0 for pack in probe.last(BatterySampled).packs)


def test_the_packs_share_the_load_as_chosen(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("battery")
    probe.run_for(1_000)
    choose(panel.mode, "sequential")
    probe.run_for(2_000)
    sample = probe.last(BatterySampled)
    assert sample.mode == "sequential"
    assert sample.packs[0].current_a > 0
    assert sample.packs[1].current_a == 0


def test_charger_and_sharing_follow_what_others_do(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("battery")
    probe.desk.do(Charge("clip"))
    probe.desk.do(ArrangePacks("balanced"))
    probe.run_for(500)
    assert (panel.charger.currentText(), panel.mode.currentText()) == ("On the clip", "Balanced")
    probe.desk.switch_profile("even_g2")
    assert (panel.charger.currentData(), panel.mode.isEnabled()) == ("none", False)


def test_where_the_chargers_power_comes_from_is_told(open_probe: Open):
    tip = open_probe().panel("battery").charger.toolTip()
    assert "In the case: 2.5 W, 0.5C" in tip
    assert "assumed" in tip


def test_hours_of_power_stay_in_little_memory_and_every_mean_stays_exact():
    """16 h with a sample a second, in mW the number of the second: columns of two minutes show the mean of theirs."""
    history, seconds = PowerHistory(), np.arange(16 * 3_600)
    for second in seconds.tolist():
        history.add((second + 1) * S, 1_000.0, {"ap": {"camera": second / 3_600.0}}, "owner")
    assert len(history) < 3.5 * KEEP
    columns = history.bands(0, 16 * 3_600 * S, 480)["camera"]
    assert columns == pytest.approx(seconds.reshape(480, -1).mean(axis=1), abs=10.0)
    assert columns.mean() == pytest.approx(seconds.mean(), rel=1e-9)
    newest = history.bands((16 * 3_600 - 60) * S, 16 * 3_600 * S, 60)["camera"]
    assert newest == pytest.approx(seconds[-60:], rel=1e-6)


def test_the_stack_reaches_back_over_the_whole_session(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("battery")
    probe.run_for(2_000)
    for second in range(2, 3 * 3_600):
        panel.by["owner"].add((second + 1) * S, 1_000.0, {"ap": {"camera": 0.05}}, "owner")
    show(panel, "owner", 4 * 3_600)
    assert panel.span.currentText() == "4 h"
    bands = panel.plot.history.bands(0, 3 * 3_600 * S, 100)
    assert bands["camera"][1:] == pytest.approx(np.full(99, 180.0))
