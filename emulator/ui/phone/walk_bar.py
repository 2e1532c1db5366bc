"""Where the positions come from: the simulated walker with its speed and slips, a track from a file, or nothing."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from emulator.core.errors import EmulatorError
from emulator.session.walk import WALKER, Stroll, Walk
from emulator.ui.desk import Desk
from emulator.ui.panel import tone
from emulator.ui.phone.tab import button
from emulator.ui.widgets import Slider

SLOWEST_MPS, FASTEST_MPS = 0.5, 15.0
SPEED_STEPS, USUAL_STEP = 100, 30  # logarithmic; the step of 1.4 m/s
MOST_NOISE_M, USUAL_NOISE_M = 30, 3
WRONG_AFTER_M, WRONG_SOON_M = 60.0, 10.0  # from the start, and on the way
SPEED_PX, NOISE_PX = 58, 40  # of the figures
SETTLE_MS = 300  # after a slider was moved the walker goes on with it


class WalkBar(QWidget):
    """Buttons and sliders of the one source of positions.

    Signals:
        changed: A wish was met, or not.

    Attributes:
        source: Gives the positions.
        trouble: Why the last wish could not be met, or "".
    """

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self._words = desk, desk.texts
        self.source = Walk(desk.glasses, by_itself=desk.play is None)
        self.trouble = ""
        self._speed_wanted = False
        self._ready = False
        self.walk = button(desk, "phone.walk.start", self._on_walk, tip="phone.walk.start.tip")
        self.wrong = button(desk, "phone.walk.wrong", self._on_wrong, tip="phone.walk.wrong.tip")
        self.track = button(desk, "phone.walk.track", self._on_track, tip="phone.walk.track.tip")
        self.lose = button(desk, "phone.walk.lose", self._on_lose, tip="phone.walk.lose.tip")
        self.speed, self.noise = Slider(), Slider()
        self.speed.setRange(0, SPEED_STEPS)
        self.speed.setValue(USUAL_STEP)
        self.noise.setRange(0, MOST_NOISE_M)
        self.noise.setValue(USUAL_NOISE_M)
        self.speed_text, self.noise_text = QLabel(), QLabel()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.timeout.connect(self._go_on)
        self.speed.valueChanged.connect(lambda _: self._on_slide(speed=True))
        self.noise.valueChanged.connect(lambda _: self._on_slide(speed=False))
        for slider, key in ((self.speed, "phone.walk.speed"), (self.noise, "phone.walk.noise")):
            self._words.bind(slider.setAccessibleName, key)
            self._words.bind(slider.setToolTip, key)
        self._place()
        desk.ended.connect(lambda: self.source.close())
        self.draw(ready=False)

    def attach(self) -> None:
        """Another pair: the old source ends."""
        self.source.close()
        self.source = Walk(self._desk.glasses, by_itself=self._desk.play is None)
        self.trouble = ""

    def stop(self) -> None:
        """Give no more positions."""
        self.source.stop()
        self.trouble = ""

    def draw(self, *, ready: bool) -> None:
        """Show what goes on; ``ready`` says whether there is a route to walk."""
        self._ready = ready
        walking = self.source.source != "" and self.source.source != "phone"
        self.walk.setText(self._words("phone.walk.stop" if walking else "phone.walk.start"))
        self.walk.setEnabled(walking or ready)
        self.wrong.setEnabled(ready)
        self.speed_text.setText(
            f"{speed_at(self.speed.value()):.1f} m/s" if self._speed_wanted else self._words("phone.walk.usual")
        )
        self.noise_text.setText(f"±{self.noise.value()} m")

    @property
    def stroll(self) -> Stroll:
        """How the walker is to walk."""
        speed = speed_at(self.speed.value()) if self._speed_wanted else None
        return Stroll(speed_mps=speed, sigma_m=float(self.noise.value()))

    def follow(self, path: str) -> None:
        """Take positions from a recorded track."""
        kind = "gpx" if path.lower().endswith((".gpx", ".xml")) else "nmea"
        self._try(lambda: self.source.follow(f"{kind}:{path}"))
        if not self.trouble:
            self._desk.info(self._words("phone.walk.playing", name=Path(path).name))

    # --- hands ---

    def _walker(self) -> Walk:
        """Return the source of the session's positions; it sets out by itself unless a flow says what happens."""
        return Walk(self._desk.glasses, by_itself=self._desk.play is None)

    def _on_walk(self) -> None:
        if self.source.source not in ("", "phone"):
            self._try(self.source.stop)
        else:
            self._try(lambda: self.source.start(self.stroll))

    def _on_wrong(self) -> None:
        after_m = WRONG_SOON_M if self.source.source == WALKER else WRONG_AFTER_M
        self._try(lambda: self.source.start(replace(self.stroll, wrong_turn_m=after_m)))

    def _on_lose(self) -> None:
        self._try(self.source.lose)

    def _on_track(self) -> None:
        dialog = QFileDialog(self, self._words("phone.walk.track.tip"), "", self._words("phone.walk.files"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.follow)
        dialog.open()

    def _on_slide(self, *, speed: bool) -> None:
        self._speed_wanted = self._speed_wanted or speed
        self.draw(ready=self._ready)
        self._settle.start(SETTLE_MS)

    def _go_on(self) -> None:
        """Let a walker that is on its way walk on as the sliders say."""
        if self.source.source == WALKER:
            self._try(lambda: self.source.start(self.stroll))

    def _try(self, act: Callable[[], object]) -> None:
        """Do it, let the session see it at once, and remember why it could not be done."""
        self.trouble = ""
        try:
            act()
            self._desk.glasses.run_for(0)
        except EmulatorError as error:
            self.trouble = str(error)
        self._desk.refreshed.emit()
        self.changed.emit()

    def _place(self) -> None:
        buttons, sliders = QHBoxLayout(), QHBoxLayout()
        buttons.setSpacing(5)
        sliders.setSpacing(6)
        for act in (self.walk, self.wrong, self.track, self.lose):
            act.setProperty("role", "stop")
            buttons.addWidget(act, 1)
        for slider, text, width in ((self.speed, self.speed_text, SPEED_PX), (self.noise, self.noise_text, NOISE_PX)):
            slider.setMinimumWidth(60)
            slider.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            text.setFixedWidth(width)
            tone(text, "dim")
            sliders.addWidget(slider, 1)
            sliders.addWidget(text)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addLayout(buttons)
        box.addLayout(sliders)


def speed_at(step: int) -> float:
    """Return the metres a second of the slider's step; the scale is logarithmic.

    >>> [round(speed_at(step), 1) for step in (0, 30, 100)]
    [0.5, 1.4, 15.0]
    """
    return SLOWEST_MPS * math.exp(math.log(FASTEST_MPS / SLOWEST_MPS) * step / SPEED_STEPS)
