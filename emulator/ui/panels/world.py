"""World: what stands behind the HUD, how bright it is there, and whether the HUD can be read in that light."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
)

from emulator.core.actions import SetLight
from emulator.core.events import BrightnessChanged
from emulator.core.log import Record
from emulator.core.profile import Profile
from emulator.ui.confidence import origin, weakest
from emulator.ui.desk import Desk
from emulator.ui.hold_button import HoldButton
from emulator.ui.panel import Card, Panel, heading, tone
from emulator.ui.texts import Texts
from emulator.ui.widgets import Choice, Slider

DIMMEST_LUX, BRIGHTEST_LUX = 1.0, 100_000.0
STEPS = 1_000
# Names of lights (device.md, section 4.1; textbook illuminances).
STOPS = ((5.0, "night"), (150.0, "home"), (400.0, "office"), (10_000.0, "overcast"), (100_000.0, "sun"))
READABLE, COMFORTABLE = 1.5, 3.0  # contrast ratios (device.md, section 4.1)
SEEN_BY = (
    "display.nits_max", "display.nits_min", "display.transmittance", "display.gamma", "display.bloom_share",
)  # fmt: skip
GROUND = 0.5 / 0.9  # a mid-bright background: half of the light comes back, against 0.9 of the white card


class WorldPanel(Panel):
    """Scene, light, contrast."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.lux = desk.glasses.start.lux
        self.scene = Choice(desk.look)
        self.scene.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.scene.activated.connect(lambda: desk.stage.choose(str(self.scene.currentData())))
        self.open = QPushButton()
        self.open.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.open.clicked.connect(self._on_open)
        self.hold = HoldButton(desk)
        self.status = QLabel()
        self.status.setWordWrap(True)
        tone(self.status, "faint")
        self.slider = Slider()
        self.slider.setRange(0, STEPS)
        self.slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.slider.setPageStep(STEPS // 10)
        self.slider.valueChanged.connect(self._on_slide)
        self.figure, self.contrast = QLabel(), QLabel()
        self.figure.setProperty("role", "figure")
        self.adapted = QCheckBox()
        self.adapted.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.adapted.toggled.connect(desk.stage.set_adapted)
        desk.stage.changed.connect(self.draw)
        self.words.bind(self.scene.setAccessibleName, "world.scene")
        self.words.bind(self.open.setText, "world.open")
        self.words.bind(self.open.setToolTip, "world.open.tip")
        self.words.bind(self.slider.setAccessibleName, "world.light")
        self.words.bind(self.slider.setToolTip, "world.light.tip")
        self.words.bind(self.adapted.setText, "world.adapted")
        self.words.bind(self.adapted.setToolTip, "world.adapted.tip")
        self._place()
        self.explain()
        self.draw()

    def attach(self) -> None:
        """Another pair in the same world."""
        self.lux = self.desk.glasses.start.lux

    def read(self, record: Record) -> None:
        """Follow the light."""
        match record.event:
            case SetLight(lux=lux):
                self.lux = lux
            case BrightnessChanged():
                pass  # the contrast is worked out anew in ``draw``

    def draw(self) -> None:
        """Show scene, light and contrast."""
        self._show_scenes()
        self.slider.blockSignals(True)
        self.slider.setValue(position(self.lux))
        self.slider.blockSignals(False)
        self.figure.setText(f"{rounded(self.lux):,} lx".replace(",", "\u2009"))
        self._show_contrast()
        line, calm = self.desk.stage.line()
        self.status.setText(line)
        tone(self.status, "faint" if calm else "warn")

    def _show_scenes(self) -> None:
        wanted = self.desk.stage.names()
        if [self.scene.itemData(i) for i in range(self.scene.count())] != wanted:
            self.scene.clear()
            for scene in wanted:
                self.scene.addItem("", scene)
        for i, scene in enumerate(wanted):
            _, _, place = scene.partition(":")
            self.scene.setItemText(i, place.rpartition("/")[2] or self.words.known("scene", scene))
        self.scene.setCurrentIndex(max(0, self.scene.findData(self.desk.stage.name)))

    def explain(self) -> None:
        """Say on hovering where the light and the contrast come from."""
        words, profile = self.words, self.desk.glasses.profile
        book = f"{words('confidence.published')} · {words('world.light.source')}"
        for lux, button in self.stops.items():
            button.setToolTip(f"{lux:,.0f} lx · {book}")
        self.figure.setToolTip(f"{words('world.light.set')}\n{words('world.light.names')} · {book}")
        self.contrast.setToolTip("" if profile.display is None else contrast_origin(words, profile))

    def _show_contrast(self) -> None:
        ratio = self.desk.stage.contrast(GROUND)
        if ratio is None:
            self.contrast.setText(self.words("world.no-display"))
            tone(self.contrast, "faint")
            return
        key = "good" if ratio >= COMFORTABLE else "marginal" if ratio >= READABLE else "lost"
        self.contrast.setText(self.words(f"world.contrast.{key}", ratio=f"{min(ratio, 999):.3g}"))
        tone(self.contrast, {"good": "accent", "marginal": "warn", "lost": "bad"}[key])

    def _place(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.scene, 1)
        row.addWidget(self.open)
        row.addWidget(self.hold)
        self.stops: dict[float, QPushButton] = {}
        stops = QGridLayout()
        stops.setSpacing(4)
        for column, (lux, name) in enumerate(STOPS):
            button = QPushButton()
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setProperty("role", "stop")
            button.clicked.connect(lambda _=False, lux=lux: self._set(lux))
            self.words.bind(button.setText, f"light.{name}")
            self.stops[lux] = button
            stops.addWidget(button, 0, column)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 4, 12, 10)
        box.setSpacing(8)
        box.addLayout(row)
        box.addWidget(self.status)
        box.addWidget(heading(self.desk, "world.light"))
        box.addWidget(self.figure)
        box.addWidget(self.slider)
        box.addLayout(stops)
        box.addWidget(self.contrast)
        box.addWidget(self.adapted)
        box.addStretch(1)

    def _on_slide(self, step: int) -> None:
        self._set(light(step))

    def _set(self, lux: float) -> None:
        self.desk.do(SetLight(float(rounded(lux))))
        self.look()

    def _on_open(self) -> None:
        dialog = QFileDialog(self, self.words("world.open"), "", self.words("world.files"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog, False)
        dialog.fileSelected.connect(lambda path: self.desk.stage.choose(of_file(path)))
        dialog.open()


def of_file(path: str) -> str:
    """Return the scene of a file: a still or a video."""
    still = path.lower().endswith((".png", ".jpg", ".jpeg", ".bmp", ".webp"))
    return f"{'still' if still else 'video'}:{path}"


def contrast_origin(words: Texts, profile: Profile) -> str:
    """Return where the contrast comes from: the display and the lens by the profile, the ground by us."""
    ground = words("world.contrast.ground", percent=f"{100 * GROUND * 0.9:.0f}")
    return "\n".join([ground, weakest(words, profile, *SEEN_BY), origin(words, profile, *SEEN_BY)])


def position(lux: float) -> int:
    """Return the slider's step of ``lux``; the scale is logarithmic."""
    span = math.log(BRIGHTEST_LUX / DIMMEST_LUX)
    return round(STEPS * math.log(min(max(lux, DIMMEST_LUX), BRIGHTEST_LUX) / DIMMEST_LUX) / span)


def light(step: int) -> float:
    """Return the lux of a slider's step."""
    return float(DIMMEST_LUX * (BRIGHTEST_LUX / DIMMEST_LUX) ** (step / STEPS))


def rounded(lux: float) -> int:
    """Return ``lux`` with two significant digits.

    >>> rounded(423.7), rounded(31_622.8)
    (420, 32000)
    """
    return round(float(f"{max(lux, 1.0):.2g}"))


PANEL = Card("world", "left", 1, WorldPanel, tab=1, share=100)
