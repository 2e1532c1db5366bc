"""The window's own parts in this process, off-screen, with time that stands until a test lets it go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

import numpy as np
from PySide6.QtCore import QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from emulator.core.events import Event
from emulator.ui.app import Application
from emulator.ui.options import RunOptions
from emulator.ui.panel import Panel
from emulator.ui.store import Store

E = TypeVar("E", bound=Event)
T = TypeVar("T")

STILL = RunOptions(voice=False, speed=0.0, scene="black", language="en", live=False)


class Probe:
    """An open window at rest: virtual time goes by ``run_for`` alone, so a test waits for nothing."""

    def __init__(self, app: QApplication, folder: Path, **options: Any) -> None:
        self.app, self.folder = app, folder
        self._closed = False
        self._heart = QTimer()
        self._heart.start(5)  # so that waiting for events ends
        self.run = Application(app, replace(STILL, **options), Store(folder / "window.ini"))
        self.desk, self.stage, self.window = self.run.desk, self.run.stage, self.run.window
        self.run.start()
        opening = self.desk.texts("status.opening")
        self.until(lambda: self.stage.image is not None and self.stage.line()[0] != opening, "a picture")

    def close(self) -> None:
        """End the run as the program does; may be called twice."""
        if self._closed:
            return
        self._closed = True
        self.window.close()
        self.run.stop()
        self._heart.stop()
        self.window.deleteLater()
        self.app.processEvents()
        QApplication.sendPostedEvents(None, 52)  # DeferredDelete

    # --- time ---

    def until(self, claim: Callable[[], T], what: str, within_s: float = 8.0) -> T:
        """Let Qt work until ``claim`` gives something true, and return it."""
        end = monotonic() + within_s
        while not (found := claim()):
            assert monotonic() < end, f"not within {within_s:g} s: {what}"
            self.app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        return found

    def run_for(self, ms: float) -> None:
        """Let virtual time go on, and let everything see it; time waits for what services compute."""
        calls = self.desk.glasses.calls
        paced, calls.paced = calls.paced, False
        self.desk.glasses.run_for(ms=ms)
        calls.paced = paced
        self.settle()

    def settle(self) -> None:
        """Let picture and panels catch up with the log."""
        self.desk.ticked.emit()
        self.desk.refreshed.emit()
        self.app.processEvents()

    # --- hands ---

    def key(self, key: Qt.Key, *, ms: float = 0.0, shift: bool = False) -> None:
        """Press a key, hold it for ``ms`` of virtual time, let it go."""
        modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        target = self.window.view
        QTest.keyPress(target, key, modifier)
        self.run_for(ms)
        QTest.keyRelease(target, key, modifier)
        self.settle()

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Click ``widget`` with the left button, in its middle or ``at``."""
        QTest.mouseClick(
            widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at or widget.rect().center()
        )
        self.settle()

    def write(self, field: QWidget, text: str) -> None:
        """Put the cursor into ``field`` and type."""
        field.setFocus()
        QTest.keyClicks(field, text)
        self.settle()

    # --- what is there ---

    def panel(self, name: str) -> Any:
        """Return panel ``name``, shown and up to date."""
        dock = self.window.docks[name]
        dock.show()
        dock.raise_()
        self.app.processEvents()
        panel = self.window.panel(name)
        assert isinstance(panel, Panel)
        panel.look()
        return panel

    def events(self, kind: type[E]) -> list[E]:
        """Return all events of ``kind`` so far."""
        return self.desk.glasses.events(kind)

    def last(self, kind: type[E]) -> E:
        """Return the newest event of ``kind``."""
        return self.events(kind)[-1]

    def topics(self) -> list[str]:
        """Return the topics of the log."""
        return [record.event.topic for record in self.desk.glasses.log.records]

    def picture(self) -> np.ndarray:
        """Return a copy of what the view shows."""
        assert self.stage.picture is not None
        return self.stage.picture.copy()

    def composed(self) -> np.ndarray:
        """Return a picture for a file, whatever the shape of the view: exact."""
        picture = self.stage.compose_at((640, 360))
        assert picture is not None
        return picture

    @property
    def notice(self) -> str:
        """The line above the view; empty if there is none."""
        return self.window.notice.text.text() if self.window.notice.isVisibleTo(self.window) else ""


def middle(widget: QWidget) -> QPointF:
    """Return the middle of ``widget``."""
    return QPointF(widget.rect().center())
