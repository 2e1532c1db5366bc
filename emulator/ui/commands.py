"""What keys and buttons of the window do besides touching the glasses, by name (``keymap.py``)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from emulator.core.actions import SetLight, Wear
from emulator.ui.desk import Desk
from emulator.ui.documents import Documents
from emulator.ui.recording import Recording
from emulator.ui.stage import Stage

if TYPE_CHECKING:
    from emulator.ui.window import Window

LIGHT_STEP = 10**0.25  # four presses are a factor of ten
DARK_LUX, BRIGHT_LUX = 1.0, 100_000.0


class Commands:
    """The verbs of the window."""

    def __init__(self, desk: Desk, stage: Stage, recording: Recording, documents: Documents) -> None:
        self._desk, self._stage, self._recording, self._documents = desk, stage, recording, documents
        self.window: Window | None = None

    def table(self) -> dict[str, Callable[[str], None]]:
        """Return every command by name; each takes the rest of its line in the key map."""
        return {
            "wear": lambda _: self._desk.do(Wear(not self._desk.glasses.device.sensors.worn)),
            "darker": lambda _: self._light(1 / LIGHT_STEP),
            "brighter": lambda _: self._light(LIGHT_STEP),
            "adapted": lambda _: self._stage.set_adapted(not self._stage.adapted),
            "zoom": lambda _: self._zoom(),
            "pause": lambda _: self._desk.toggle_pause(),
            "speed": lambda rest: self._desk.set_speed(float(rest)),
            "screenshot": lambda _: self._picture(),
            "record": lambda _: self._recording.toggle(),
            "language": lambda _: self.language(),
            "theme": lambda _: self.theme(),
            "clean": lambda _: self._of_window().toggle_clean(),
            "help": lambda _: self._of_window().help.toggle(),
            "say": lambda _: self._of_window().focus_input(),
        }

    def language(self) -> None:
        """Speak the other language: window and glasses."""
        language = "en" if self._desk.texts.language == "zh" else "zh"
        self._desk.texts.speak(language)
        self._desk.store.keep("language", language)
        self._desk.change("language", language)

    def theme(self) -> None:
        """Wear the next theme."""
        mode = self._desk.look.cycle()
        self._desk.store.keep("theme", mode)
        self._desk.info(self._desk.texts("theme.now", mode=self._desk.texts(f"theme.{mode}")))

    def open_documents(self) -> None:
        """Open the folder of HUD documents in the desktop's file manager."""
        self._desk.info(self._desk.texts("documents.folder", path=self._documents.folder))
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._documents.folder)))

    def _zoom(self) -> None:
        zoom = self._stage.cycle_zoom()
        self._desk.info(self._desk.texts("zoom.close" if not zoom else "zoom.factor", n=f"{zoom:g}"))

    def _light(self, factor: float) -> None:
        lux = min(BRIGHT_LUX, max(DARK_LUX, self._stage.optics().lux * factor))
        digits = 1 - math.floor(math.log10(lux))
        self._desk.do(SetLight(float(round(lux, digits))))

    def _picture(self) -> None:
        self._recording.picture()

    def _of_window(self) -> Window:
        assert self.window is not None  # set before any key can come
        return self.window
