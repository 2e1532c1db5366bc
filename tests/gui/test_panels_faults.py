"""Every fault is one click away, and its panels show it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from emulator.core.actions import InjectFault
from emulator.core.events import (
    ApHung,
    BatteryLow,
    BatterySampled,
    BrownedOut,
    Event,
    GaugeShifted,
    HeatSampled,
    LinkLost,
    McuCrashed,
    McuRecovered,
    MessageLost,
    PackInserted,
    PackRemoved,
)
from emulator.ui.panels.faults import FAULTS, tell
from tests.gui.desk_probe import Probe

pytestmark = pytest.mark.gui

Open = Callable[..., Probe]
BROKEN: dict[str, type[Event]] = {
    "mcu-crash": McuCrashed,
    "ap-hang": ApHung,
    "message-loss": MessageLost,
    "link-loss": LinkLost,
    "brown-out": BrownedOut,
    "gauge-offset": GaugeShifted,
    "low-battery": BatteryLow,
}


def red(widget: QWidget) -> int:
    """Return how many pixels of the widget are red."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(-1, 4).astype(int)
    blue, green, red_ = pixels[:, 0], pixels[:, 1], pixels[:, 2]
    return int(((red_ > green + 50) & (red_ > blue + 50)).sum())


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_click_breaks_it_and_the_story_tells_it(open_probe: Open, name: str):
    probe = open_probe()
    panel = probe.panel("faults")
    probe.run_for(1_500)
    probe.click(panel.buttons[name])
    probe.desk.say("what is 12 times 7")
    probe.run_for(4_000)
    event = probe.last(BROKEN[name])
    assert tell(probe.desk.texts, event)
    assert tell(probe.desk.texts, event) in panel.told.text()


def test_a_hot_day_comes_with_a_click(open_probe: Open):
    probe = open_probe()
    probe.click(probe.panel("faults").buttons["hot"])
    probe.run_for(20_000)
    assert probe.last(HeatSampled).ambient_c == 45.0
    assert probe.panel("battery").ambient.value() == 45


def test_the_crash_shows_in_the_lanes_with_colour_and_words(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("processors")
    probe.run_for(2_000)
    calm = red(panel.view)
    probe.desk.do(InjectFault("mcu-crash"))
    probe.run_for(500)
    assert red(panel.view) > calm + 20
    crashed = next(state for state in panel.history.states["mcu"] if state.state == "crashed")
    row = panel.view.rows()["mcu", 0]
    tip = panel.view.tip_at(QPointF(panel.view.x_at(crashed.t_ns + 200_000_000), row.center().y()))
    assert "crashed" in tip
    probe.run_for(4_000)
    assert probe.events(McuRecovered)
    assert panel.history.state_at("mcu", probe.desk.glasses.now_ns).state == "idle"


def test_android_hangs_until_its_watchdog_reboots_it(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("processors")
    probe.desk.say("what is 12 times 7")
    probe.run_for(800)
    probe.desk.do(InjectFault("ap-hang"))
    probe.run_for(2_000)
    assert panel.history.state_at("ap", probe.desk.glasses.now_ns).state == "hung"
    probe.run_for(60_000)
    after = [state.state for state in panel.history.states["ap"]]
    assert after[after.index("hung") + 1 :][:2] == ["off", "booting"]


def test_a_lost_message_is_crossed_out(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("processors")
    probe.run_for(1_000)
    probe.desk.do(InjectFault("message-loss", count=2))
    probe.desk.say("what is 12 times 7")
    probe.run_for(3_000)
    assert [loss.event for loss in panel.view.losses()] == probe.events(MessageLost)
    loss, rows = panel.view.losses()[0], panel.view.rows()
    y = (rows["ap", 3].bottom() + rows["mcu", 0].top()) / 2
    tip = panel.view.tip_at(QPointF(panel.view.x_at(loss.t_ns), y))
    assert "Message lost" in tip
    assert "sent again" in tip


def test_low_packs_show_it(open_probe: Open):
    probe = open_probe()
    probe.click(probe.panel("faults").buttons["low-battery"])
    probe.run_for(2_500)
    assert all(pack.level < 0.07 for pack in probe.last(BatterySampled).packs)
    assert red(probe.panel("battery").packs[0]) > 60


def test_faults_at_random_come_at_the_chosen_rate(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("faults")
    panel.rate.setCurrentIndex(panel.rate.findData(600))
    probe.click(panel.buttons["seeded"])
    assert probe.last(InjectFault) == InjectFault("seeded", amount=600, for_ms=3_600_000)
    assert "600 an hour" in panel.told.text()
    probe.run_for(60_000)
    broken = [event for kind in (McuCrashed, ApHung, MessageLost, LinkLost) for event in probe.events(kind)]
    assert broken
    assert tell(probe.desk.texts, broken[0]) in panel.told.text()


def test_a_pack_is_pulled_and_pushed_in_again(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("faults")
    probe.run_for(1_000)
    assert panel.packs["left"].text() == "Pull left pack"
    probe.click(panel.packs["left"])
    assert probe.last(PackRemoved).pack == "left"
    assert panel.packs["left"].text() == "Insert left pack"
    probe.click(panel.packs["left"])
    assert probe.last(PackInserted).level == 1.0
    assert tell(probe.desk.texts, probe.last(PackRemoved)) in panel.told.text()
    assert panel.packs["left"].text() == "Pull left pack"


def test_a_battery_that_is_built_in_is_not_pulled(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("faults")
    probe.desk.switch_profile("even_g2")
    assert [button.isEnabled() for button in panel.packs.values()] == [False]


def test_what_a_device_has_not_got_cannot_break(open_probe: Open):
    probe = open_probe(profile="even_g2")
    panel = probe.panel("faults")
    processors = probe.desk.glasses.profile.processors
    for name in FAULTS:
        needs = {"mcu-crash": "mcu", "ap-hang": "ap", "brown-out": "ap"}.get(name)
        if needs is not None:
            assert panel.buttons[name].isEnabled() is (needs in processors)
