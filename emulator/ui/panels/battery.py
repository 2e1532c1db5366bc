"""Battery: the packs, the power now and lately by owner, how long it will last, and how warm it gets."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout

from emulator.core.actions import ArrangePacks, Charge, InsertPack, RemovePack, SetAmbient
from emulator.core.events import Action, BatterySampled, HeatSampled, PackInserted, PackRemoved, PowerSampled
from emulator.core.log import Record
from emulator.devices.battery.arrange import PackMode
from emulator.devices.battery.charger import SUPPLIES
from emulator.ui.amounts import span
from emulator.ui.confidence import origin
from emulator.ui.desk import Desk
from emulator.ui.pack_view import PackView
from emulator.ui.panel import Card, Panel, heading, tone
from emulator.ui.power_history import PowerHistory
from emulator.ui.power_plot import PowerPlot
from emulator.ui.trend_plot import Curve, Limit, Trend, TrendPlot
from emulator.ui.widgets import Choice, Slider

COLDEST_C, HOTTEST_C = -20, 50
SPANS_S = (60, 600, 3_600, 4 * 3_600, 16 * 3_600)


class BatteryPanel(Panel):
    """Level per pack, voltage, power, time left with band, temperature."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.sample: BatterySampled | None = None
        self.heat: HeatSampled | None = None
        self.by = {"owner": PowerHistory(), "component": PowerHistory()}
        self.packs: list[PackView] = []
        self.pack_row = QHBoxLayout()
        self.left, self.band, self.power, self.bus = QLabel(), QLabel(), QLabel(), QLabel()
        for label in (self.left, self.power):
            label.setProperty("role", "figure")
        for label in (self.band, self.bus):
            tone(label, "dim")
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.warmth = QLabel()
        tone(self.warmth, "dim")
        self.plot, self.lines = PowerPlot(desk), TrendPlot(desk)
        self.trends = new_trends()
        self.split = Choice(desk.look)
        self.span = Choice(desk.look)
        for by in (*self.by, *self.trends):
            self.split.addItem("", by)
        for seconds in SPANS_S:
            self.span.addItem("", seconds)
        for box in (self.split, self.span):
            box.activated.connect(self.draw)
        self.charger, self.mode = Choice(desk.look), Choice(desk.look)
        for charger in ("none", *(name for name in SUPPLIES if name != "none")):
            self.charger.addItem("", charger)
        for mode in get_args(PackMode):
            self.mode.addItem("", mode)
        self.charger.activated.connect(lambda: self._act(Charge(self.charger.currentData())))
        self.mode.activated.connect(lambda: self._act(ArrangePacks(self.mode.currentData())))
        self.ambient = Slider()
        self.ambient.setRange(COLDEST_C, HOTTEST_C)
        self.ambient.setValue(round(desk.glasses.start.ambient_c))
        self.ambient.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.ambient.valueChanged.connect(self._on_ambient)
        self.words.bind(self.ambient.setAccessibleName, "battery.ambient")
        self.words.bind(self.ambient.setToolTip, "battery.ambient.tip")
        self.words.bind(self.split.setAccessibleName, "battery.split")
        self.words.bind(self.span.setAccessibleName, "battery.span")
        self.words.bind(self.plot.setAccessibleName, "battery.power")
        self.words.bind(self.charger.setAccessibleName, "battery.charger")
        self.words.bind(self.mode.setAccessibleName, "battery.mode")
        self.words.bind(self.mode.setToolTip, "battery.mode.tip")
        self._place()
        self.attach()
        self.explain()

    def attach(self) -> None:
        """Show the slots of another pair."""
        self.sample = self.heat = None
        self.by = {"owner": PowerHistory(), "component": PowerHistory()}
        self.trends = new_trends()
        for old in self.packs:
            self.pack_row.removeWidget(old)
            old.deleteLater()
        self.packs = [PackView(self.desk, slot) for slot in self.desk.glasses.profile.battery.slots]
        for pack in self.packs:
            pack.clicked.connect(lambda pack=pack: self._swap(pack))
            self.pack_row.addWidget(pack)
        self.mode.setEnabled(len(self.packs) > 1)
        self._choose(self.charger, "none")
        self._choose(self.mode, "parallel")
        self.draw()

    def read(self, record: Record) -> None:
        """Take in samples."""
        match record.event:
            case BatterySampled():
                self.sample = record.event
                self.trends["level"].add(record.t_ns, 100 * self.sample.level, 100 * gauge(self.sample))
            case HeatSampled():
                self.heat = record.event
                self.trends["heat"].add(record.t_ns, self.heat.skin_c, self.heat.die_c)
            case PowerSampled(span_ms=span_ms, energy_mwh=energy_mwh):
                for by, history in self.by.items():
                    history.add(record.t_ns, span_ms, energy_mwh, by)
            case SetAmbient(temp_c=temp_c):
                self.ambient.blockSignals(True)
                self.ambient.setValue(round(temp_c))
                self.ambient.blockSignals(False)
            case Charge(charger):
                self._choose(self.charger, charger)
            case ArrangePacks(mode):
                self._choose(self.mode, mode)
            case PackRemoved() | PackInserted():
                pass  # the sample that comes with it has it all

    def draw(self) -> None:
        """Show the last samples."""
        sample = self.sample
        swappable = self.desk.glasses.profile.battery.swappable
        for i, pack in enumerate(self.packs):
            pack.show_state(sample.packs[i] if sample else None, swappable=swappable)
        self.left.setText(duration(sample.left_min) if sample else "–")
        self.band.setText(self._band())
        self.power.setText(f"{sample.power_mw:.0f} mW" if sample else "–")
        self.bus.setText(self._bus())
        self._show_warmth()
        self._show_plot(self.split.currentData())

    def explain(self) -> None:
        """Name the choices, and say on hovering where the numbers behind each figure come from."""
        words = self.words
        for i in range(self.split.count()):
            self.split.setItemText(i, words("battery.by." + self.split.itemData(i)))
        for i in range(self.span.count()):
            self.span.setItemText(i, span(words, self.span.itemData(i)))
        for i in range(self.charger.count()):
            self.charger.setItemText(i, words("charger." + self.charger.itemData(i)))
        for i in range(self.mode.count()):
            self.mode.setItemText(i, words("packs." + self.mode.itemData(i)))
        self._tell_origins()

    def _show_plot(self, what: str) -> None:
        self.plot.setVisible(what in self.by)
        self.lines.setVisible(what in self.trends)
        self.plot.history = self.by.get(what, self.plot.history)
        self.plot.span_s = self.lines.span_s = float(self.span.currentData())
        if what in self.trends and len(self.trends[what]):
            self.lines.trend = self.trends[what]
            self._draw_level(self.lines.trend) if what == "level" else self._draw_heat(self.lines.trend)
        self.plot.update()
        self.lines.update()

    def _draw_level(self, trend: Trend) -> None:
        """Show what the gauge says over what is true, close enough that a percent can be told."""
        look, words, lines = self.desk.look, self.words, self.lines
        true, told = trend.last("level"), trend.last("gauge")
        lines.unit, lines.limits = "%", ()
        least = trend.least(("level", "gauge"), self.desk.glasses.now_ns - round(lines.span_s * 1e9))
        lines.bounds = (max(0.0, 10.0 * ((least - 2) // 10)), 100.0)
        lines.curves = (
            Curve("level", look.color("accent"), f"{words('battery.truth')} {true:.1f}%"),
            Curve("gauge", look.color("text"), f"{words('battery.gauge')} {told:.0f}%", steps=True),
        )

    def _draw_heat(self, trend: Trend) -> None:
        """Show skin and die under the limits of the skin and what each of them sets off."""
        look, words, lines = self.desk.look, self.words, self.lines
        limits_c = self.desk.glasses.profile.thermal.limit_c
        lines.unit = "°C"
        lines.bounds = (20.0 if trend.last("skin") > 20 else -20.0, max(50.0, limits_c[-1] + 5, trend.last("die") + 2))
        lines.limits = tuple(
            Limit(c, f"{c:g} {words(f'heat.limit.{i}')}", look.color("warn" if i < 2 else "bad"))
            for i, c in enumerate(limits_c)
        )
        lines.curves = (
            Curve("skin", look.color("accent"), f"{words('heat.skin')} {trend.last('skin'):.1f} °C"),
            Curve("die", look.color("dim"), f"{words('heat.die')} {trend.last('die'):.1f} °C"),
        )

    def _bus(self) -> str:
        """Return the voltage of the bus, and the charger if there is one."""
        sample = self.sample
        if sample is None:
            return ""
        if sample.charger != "none":
            phase = self.words.known("charging", sample.charging)
            return self.words("battery.charging", phase=phase, power=f"{sample.charger_mw:.0f}")
        return self.words("battery.bus", bus=f"{sample.bus_v:.3f}")

    def _tell_origins(self) -> None:
        words, profile = self.words, self.desk.glasses.profile
        powers = ("processors.mcu.idle_mw", "processors.ap.idle_mw", "processors.ap.core_mw", "display.full_mw")
        cell = ("battery.capacity_mah", "battery.nominal_v", "battery.series_ohm")
        self.power.setToolTip(origin(words, profile, *powers))
        self.left.setToolTip(origin(words, profile, *cell, *powers))
        self.bus.setToolTip(origin(words, profile, *cell[1:], "battery.uvlo_v"))
        watts = (
            f"{words('charger.' + name)}: {s.power_w:g} W, {s.rate_c:g}C" for name, s in SUPPLIES.items() if s.power_w
        )
        assumed = words("origin.weakest", confidence=words("confidence.assumed"))
        self.charger.setToolTip("\n".join([words("battery.charger"), *watts, assumed]))
        limits = (f"{c:g} °C: {words(f'heat.limit.{i}')}" for i, c in enumerate(profile.thermal.limit_c))
        keys = ("thermal.limit_c", "thermal.skin_air_k_per_w", "thermal.skin_j_per_k")
        self.warmth.setToolTip("\n".join([*limits, origin(words, profile, *keys)]))

    def _band(self) -> str:
        """Return the band of the time left; the forecast knows none while the power stays the same."""
        if self.sample is None:
            return ""
        low, high = duration(self.sample.left_low_min), duration(self.sample.left_high_min)
        return self.words("battery.band", low=low, high=high) if low != high else self.words("battery.steady")

    def _show_warmth(self) -> None:
        ambient_c = self.ambient.value()
        if self.heat is None:
            self.warmth.setText(self.words("battery.air", air=ambient_c))
            return
        limit_c = self.desk.glasses.profile.thermal.limit_c[0]
        tone(self.warmth, "warn" if self.heat.skin_c >= limit_c else "dim")
        text = self.words("battery.warmth", skin=f"{self.heat.skin_c:.1f}", die=f"{self.heat.die_c:.1f}", air=ambient_c)
        self.warmth.setText(text)

    def _place(self) -> None:
        figures = QGridLayout()
        figures.setHorizontalSpacing(16)
        figures.setVerticalSpacing(0)
        for column, (title, figure, below) in enumerate(
            (("battery.left", self.left, self.band), ("battery.power", self.power, self.bus))
        ):
            figures.addWidget(heading(self.desk, title), 0, column)
            figures.addWidget(figure, 1, column)
            figures.addWidget(below, 2, column)
            figures.setColumnStretch(column, 1)
        care, bar = QHBoxLayout(), QHBoxLayout()
        care.addWidget(self.charger, 1)
        care.addWidget(self.mode, 1)
        bar.addWidget(self.split)
        bar.addWidget(self.span)
        bar.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 4, 12, 10)
        box.setSpacing(10)
        self.pack_row.setSpacing(8)
        box.addLayout(self.pack_row)
        box.addLayout(care)
        box.addLayout(figures)
        box.addLayout(bar)
        box.addWidget(self.plot, 1)
        box.addWidget(self.lines, 1)
        box.addWidget(self.warmth)
        box.addWidget(self.ambient)

    def _swap(self, pack: PackView) -> None:
        present = pack.state is not None and pack.state.present
        self._act(RemovePack(pack.slot) if present else InsertPack(pack.slot, 1.0))

    def _act(self, action: Action) -> None:
        self.desk.do(action)
        self.look()

    def _choose(self, box: Choice, value: str) -> None:
        box.setCurrentIndex(box.findData(value))

    def _on_ambient(self, temp_c: int) -> None:
        self.desk.do(SetAmbient(float(temp_c)))
        self._show_warmth()


def new_trends() -> dict[str, Trend]:
    """Return what is plotted as lines: nothing yet."""
    return {"level": Trend(("level", "gauge")), "heat": Trend(("skin", "die"))}


def gauge(sample: BatterySampled) -> float:
    """Return the level that the gauges report for all packs together."""
    capacity_mah = sum(pack.capacity_mah for pack in sample.packs if pack.present)
    told_mah = sum(pack.gauge * pack.capacity_mah for pack in sample.packs if pack.present)
    return told_mah / capacity_mah if capacity_mah else 0.0


def duration(minutes: float) -> str:
    """Return ``3:05 h``, ``42 min``, or ``> 99 h``.

    >>> duration(185.0), duration(42.4), duration(1e9)
    ('3:05 h', '42 min', '> 99 h')
    """
    if minutes >= 99 * 60:
        return "> 99 h"
    if minutes >= 60:
        return f"{int(minutes) // 60}:{int(minutes) % 60:02d} h"
    return f"{minutes:.0f} min"


PANEL = Card("battery", "right", 0, BatteryPanel, share=110)
