"""One click opens the session so far in Perfetto's own viewer, where that extra is installed."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote
from urllib.request import urlopen

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from emulator.core.events import SlicesRan
from emulator.remote.perfetto_ui import viewer_folder
from tests.gui.desk_probe import Probe

pytestmark = pytest.mark.gui

Open = Callable[..., Probe]


class Browser(QObject):
    """Takes what Qt would give to the system's browser."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []
        QDesktopServices.setUrlHandler("http", self, "take")  # type: ignore[arg-type]  # the stub wants bytes, Qt a str

    def leave(self) -> None:
        """Let Qt ask the system again."""
        QDesktopServices.unsetUrlHandler("http")

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        """Note the address."""
        self.urls.append(unquote(url.toString()))


@pytest.mark.skipif(viewer_folder() is None, reason="the extra `trace` is not installed")
def test_one_click_serves_the_trace_to_the_browser(open_probe: Open):
    probe, browser = open_probe(), Browser()
    panel = probe.panel("processors")
    probe.desk.say("what is 12 times 7")
    probe.run_for(3_000)
    before = probe.topics()
    probe.click(panel.trace)
    probe.until(lambda: browser.urls, "a browser", 20.0)
    browser.leave()
    address = browser.urls[0].rpartition("?url=")[2]
    with urlopen(address, timeout=5) as reply:  # 127.0.0.1
        trace = reply.read()
    assert b"assistant" in trace
    assert probe.events(SlicesRan)
    assert probe.topics() == before  # looking changes nothing
    page = browser.urls[0].partition("#")[0]
    with urlopen(page, timeout=5) as reply:
        assert b"<html" in reply.read().lower()
    probe.close()
    assert panel.trace.viewer is None


def test_without_the_viewer_the_button_says_how_to_get_it(open_probe: Open):
    probe = open_probe()
    button = probe.panel("processors").trace
    there = viewer_folder() is not None
    assert button.isEnabled() is there
    assert button.toolTip() == probe.desk.texts("trace.open.tip" if there else "trace.missing")
