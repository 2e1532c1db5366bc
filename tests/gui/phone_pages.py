"""Where the tests of the phone begin."""

from __future__ import annotations

from typing import Any

from emulator.maps.points import Wgs84Point
from tests.gui.desk_probe import Probe

KAIVOKATU = Wgs84Point(60.17036, 24.94325)


def map_of(probe: Probe) -> Any:
    """Return the map's tab with the map of Helsinki, drawn."""
    panel = probe.panel("phone")
    panel.show_tab("map")
    probe.window.activateWindow()  # after a menu, or another window
    probe.until(probe.window.isActiveWindow, "the window in front")
    tab = panel.tabs["map"]
    probe.until(lambda: tab.view.ground is not None, "a map")
    probe.until(lambda: tab.view._layer is not None and tab.view._layer.whole(tab.view._seen()), "its picture")
    return tab
