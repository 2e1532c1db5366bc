"""Device: which glasses these are, what they can do, their settings, and where every number comes from."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QFormLayout,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from emulator.core.errors import ProfileError
from emulator.core.events import BrightnessChanged, SettingChanged
from emulator.core.log import Record
from emulator.core.profile import Profile, load_profile, numbers, profile_ids
from emulator.ui.confidence import claim, origin, source_of, weakest
from emulator.ui.desk import Desk
from emulator.ui.panel import Card, Panel, tone
from emulator.ui.widgets import Choice, Slider

COUNTED = ("display.eyes", "camera.photo_px", "audio.mics", "audio.speakers")  # what tells what it has, by number
CLAIMED = ("radio.wifi", "battery.swappable")  # and without one
CAPABILITIES = ("display", "camera", "microphone", "speaker", "wifi", "swap")


class DevicePanel(Panel):
    """Profile, settings, numbers with sources."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.profile = Choice(desk.look)
        for profile_id in profile_ids():
            self.profile.addItem("", profile_id)
        self._told = ""  # the profile whose numbers are listed
        self.profile.activated.connect(self._on_profile)
        self.can = QLabel()
        self.can.setWordWrap(True)
        tone(self.can, "dim")
        self.brightness = self._slider("brightness")
        self.volume = self._slider("volume")
        self.auto, self.head_up = QCheckBox(), QCheckBox()
        self.auto.toggled.connect(lambda on: desk.change("auto_brightness", on))
        self.head_up.toggled.connect(lambda on: desk.change("head_up_wake", on))
        self.idle = Choice(desk.look)
        self.idle.activated.connect(lambda: desk.change("idle_off_s", self.idle.currentData()))
        for widget in (self.profile, self.auto, self.head_up, self.idle):
            widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.table = QTreeWidget()
        self.table.setColumnCount(2)
        self.table.setHeaderHidden(True)
        self.table.setIndentation(14)
        self.table.setUniformRowHeights(True)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.words.bind(self.profile.setAccessibleName, "device.profile")
        self.words.bind(self.auto.setText, "device.auto")
        self.words.bind(self.head_up.setText, "device.head-up")
        self.words.bind(self.idle.setAccessibleName, "device.idle")
        self.words.bind(self.table.setAccessibleName, "device.numbers")
        self._place()
        self.attach()
        self.explain()

    def attach(self) -> None:
        """Show another pair."""
        profile = self.desk.glasses.profile
        self.profile.setCurrentIndex(self.profile.findData(profile.id))
        self.idle.clear()
        if profile.display is not None:
            for seconds in profile.display.idle_off_options_s:
                self.idle.addItem("", seconds)
        self.draw()

    def read(self, record: Record) -> None:
        """Settings are read from the device when one has changed."""
        if isinstance(record.event, SettingChanged | BrightnessChanged):
            self._show_settings()

    def showEvent(self, event: QShowEvent) -> None:
        """Read the names and numbers only now: ten files, which the first picture should not wait for."""
        super().showEvent(event)
        for i in range(self.profile.count()):
            if not self.profile.itemText(i):
                self.profile.setItemText(i, profile_name(self.profile.itemData(i)))
        self.draw()

    def draw(self) -> None:
        """Show the numbers once, and the settings."""
        profile = self.desk.glasses.profile
        if self.isVisible() and self._told != profile.id:
            self._told = profile.id
            self._fill(profile)
        self._show_settings()

    def explain(self) -> None:
        """Say what the device has and lacks, and how sure that is."""
        profile = self.desk.glasses.profile
        there = [self.words(f"can.{name}") for name in CAPABILITIES if name in profile.capabilities]
        lacking = [self.words(f"can.{name}") for name in CAPABILITIES if name not in profile.capabilities]
        lines = [self.words("device.has", what=", ".join(there))]
        if lacking:
            lines.append(self.words("device.lacks", what=", ".join(lacking)))
        self.can.setText("\n".join(lines))
        for i in range(self.idle.count()):
            self.idle.setItemText(i, self.words("device.idle-off", n=self.idle.itemData(i)))
        self._tell_origins(profile)

    def _tell_origins(self, profile: Profile) -> None:
        """Say on hovering how sure what the device has, and what a setting changes, is."""
        words, has_display = self.words, profile.display is not None
        claims = [claim(words, profile, key) for key in CLAIMED]
        self.can.setToolTip("\n".join([origin(words, profile, *COUNTED), *claims]))
        self.profile.setToolTip(weakest(words, profile))
        light = ("display.nits_max", "display.nits_min", "display.static_mw", "display.full_mw")
        self.brightness.setToolTip(origin(words, profile, *light))
        self.volume.setToolTip(origin(words, profile, "audio.speaker_mw"))
        self.idle.setToolTip(origin(words, profile, "display.idle_off_s", "display.idle_off_options_s"))
        self.auto.setToolTip(claim(words, profile, "display.auto_brightness") if has_display else "")
        self.head_up.setToolTip(claim(words, profile, "display.head_up_wake") if has_display else "")

    def _show_settings(self) -> None:
        display = self.desk.glasses.profile.display
        self._set(self.brightness.setValue, round(100 * float(self.desk.setting("brightness", 0.5))), self.brightness)
        self._set(self.volume.setValue, round(100 * float(self.desk.setting("volume", 0.5))), self.volume)
        self._set(self.auto.setChecked, bool(self.desk.setting("auto_brightness", False)), self.auto)
        self._set(self.head_up.setChecked, bool(self.desk.setting("head_up_wake", False)), self.head_up)
        self.idle.setCurrentIndex(max(0, self.idle.findData(self.desk.setting("idle_off_s", 10))))
        for widget in (self.brightness, self.idle):
            widget.setEnabled(display is not None)
        self.auto.setEnabled(display is not None and display.auto_brightness)
        self.head_up.setEnabled(display is not None and display.head_up_wake)
        self.volume.setEnabled(self.desk.has("speaker"))

    def _set(self, setter: Any, value: Any, widget: Any) -> None:
        widget.blockSignals(True)
        setter(value)
        widget.blockSignals(False)

    def _slider(self, key: str) -> Slider:
        slider = Slider()
        slider.setRange(0, 100)
        slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        slider.valueChanged.connect(lambda percent: self.desk.change(key, percent / 100))
        self.words.bind(slider.setAccessibleName, f"device.{key}")
        return slider

    def _place(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(6)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for key, widget in (("brightness", self.brightness), ("volume", self.volume), ("idle", self.idle)):
            label = QLabel()
            tone(label, "dim")
            self.words.bind(label.setText, f"device.{key}")
            form.addRow(label, widget)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 4, 12, 10)
        box.setSpacing(8)
        box.addWidget(self.profile)
        box.addWidget(self.can)
        box.addLayout(form)
        box.addWidget(self.auto)
        box.addWidget(self.head_up)
        box.addWidget(self.table, 1)

    def _fill(self, profile: Profile) -> None:
        """List every number of the profile with its source on hovering."""
        self.table.clear()
        groups: dict[str, QTreeWidgetItem] = {}
        for key, value in numbers(profile).items():
            group, _, name = key.partition(".")
            if group not in groups:
                groups[group] = QTreeWidgetItem(self.table, [group])
                groups[group].setForeground(0, self.desk.look.color("dim"))
            item = QTreeWidgetItem(groups[group], [name or key, shown(value)])
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            why = self._why(profile, key)
            for column in (0, 1):
                item.setToolTip(column, why)

    def _why(self, profile: Profile, key: str) -> str:
        lines = [origin(self.words, profile, key)]
        source = source_of(profile, key)
        if source is not None and source.published:
            lines.append(self.words("device.published", value=source.published))
        return "\n".join(lines)

    def _on_profile(self) -> None:
        wanted = str(self.profile.currentData())
        if wanted != self.desk.glasses.profile.id:
            self.desk.switch_profile(wanted)
        self.profile.setCurrentIndex(self.profile.findData(self.desk.glasses.profile.id))


def profile_name(profile_id: str) -> str:
    """Return a profile's name, or its id where the file cannot be read."""
    try:
        return load_profile(profile_id).name
    except ProfileError:
        return profile_id


def shown(value: Any) -> str:
    """Return a number, or several, in short.

    >>> shown(0.25), shown((640, 288))
    ('0.25', '640 × 288')
    """
    return " × ".join(f"{v:g}" for v in value) if isinstance(value, tuple) else f"{value:g}"


PANEL = Card("device", "left", 2, DevicePanel, tab=1, share=100)
