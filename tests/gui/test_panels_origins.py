"""Every emulated value says on hovering how sure it is: the panels of the device and of the world."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.gui.desk_probe import Probe

pytestmark = pytest.mark.gui

Open = Callable[..., Probe]


def test_every_number_has_its_source_on_hovering(open_probe: Open):
    panel = open_probe().panel("device")
    groups = [panel.table.topLevelItem(i) for i in range(panel.table.topLevelItemCount())]
    numbers = [group.child(i) for group in groups for i in range(group.childCount())]
    assert len(numbers) > 60
    confidences = ("measured", "published", "derived", "assumed", "unknown")
    assert all(any(word in item.toolTip(1) for word in confidences) for item in numbers)
    assert any("band 73–195" in item.toolTip(1) for item in numbers)
    assert any("published: unknown" in item.toolTip(1) for item in numbers)


def test_what_a_device_has_and_what_a_setting_changes_says_how_sure_it_is(open_probe: Open):
    panel = open_probe().panel("device")
    for widget, key in (
        (panel.can, "audio.mics = 5"),
        (panel.can, "battery.swappable"),
        (panel.brightness, "display.nits_max"),
        (panel.volume, "audio.speaker_mw"),
        (panel.idle, "display.idle_off_s"),
        (panel.auto, "display.auto_brightness"),
        (panel.head_up, "display.head_up_wake"),
        (panel.profile, "computed by the model"),
    ):
        line = next(line for line in widget.toolTip().splitlines() if line.startswith(key))
        assert any(word in line for word in ("measured", "published", "derived", "assumed", "unknown")), line


def test_light_and_contrast_say_how_sure_they_are(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("world")
    profile = probe.desk.glasses.profile
    assert profile.display is not None
    assert "gives back 50 %" in panel.contrast.toolTip()
    assert f"display.nits_max = {profile.display.nits_max:g}" in panel.contrast.toolTip()
    assert profile.source("display.transmittance").source in panel.contrast.toolTip()
    assert "set by you" in panel.figure.toolTip()
    assert all("published · textbook" in button.toolTip() for button in panel.stops.values())
    probe.desk.switch_profile("quark_g1")
    assert not panel.contrast.toolTip()
