"""Energy: who used what, by feature, component or processor, and what the last use cost in minutes of battery."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout

from emulator.core.events import PowerSampled
from emulator.core.log import Record
from emulator.core.units import S
from emulator.devices.attribution import PROCESSORS, Attribution, Use
from emulator.devices.parts import always_mw
from emulator.ui.amounts import energy, time
from emulator.ui.confidence import origin, power_keys, weakest
from emulator.ui.desk import Desk
from emulator.ui.episodes import Episodes
from emulator.ui.panel import Card, Panel, tone
from emulator.ui.roll import Roll
from emulator.ui.use_bars import ROW_PX, Bar, BudgetBar, UseBars
from emulator.ui.widgets import Choice, Line

WAYS = ("feature", "component", "processor")


class EnergyPanel(Panel):
    """The budget bar of the last use, and the bars of all."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.used, self.episodes = Attribution(), Episodes()
        self.split = Choice(desk.look)
        for way in WAYS:
            self.split.addItem("", way)
        self.split.activated.connect(self.draw)
        self.split.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.words.bind(self.split.setAccessibleName, "energy.split")
        self.total, self.last, self.cost = Line(), Line(), QLabel()
        tone(self.total, "dim")
        tone(self.cost, "accent")
        self.budget, self.bars = BudgetBar(desk.look), UseBars(desk.look)
        self.words.bind(self.bars.setAccessibleName, "energy")
        self._place()
        self.draw()

    def attach(self) -> None:
        """Start over with another pair."""
        self.used, self.episodes = Attribution(), Episodes()

    def read(self, record: Record) -> None:
        """Add what was used."""
        if isinstance(record.event, PowerSampled):
            self.used.add(record.t_ns, record.event)
            self.episodes.add(record.t_ns, record.event)

    def draw(self) -> None:
        """Show words, the last use and all uses."""
        for i in range(self.split.count()):
            self.split.setItemText(i, self.words("energy.by." + self.split.itemData(i)))
        self.total.setText(
            self.words("energy.total", energy=energy(self.used.total_mwh), power=f"{self.used.mean_mw:.1f}")
        )
        self._show_last()
        uses = {
            "feature": self.used.by_feature,
            "component": self.used.by_component,
            "processor": self.used.by_processor,
        }[self.split.currentData()]()
        most = max((use.share for use in uses), default=1.0) or 1.0
        doubt = weakest(self.words, self.desk.glasses.profile)
        self.bars.show_rows([self._bar(use, most, doubt) for use in uses if use.energy_mwh > 0])

    def name(self, name: str) -> str:
        """Return what a row is called."""
        if self.split.currentData() == "processor" and name not in PROCESSORS:
            return self.words("energy.processor.parts")
        return self.words.known("owner", name)

    def _bar(self, use: Use, most: float, doubt: str) -> Bar:
        name, minutes = self.name(use.name), time(self.words, use.minutes)
        share = f"{100 * use.share:.1f}"
        tip = self.words("energy.row.tip", name=name, energy=energy(use.energy_mwh), share=share, minutes=minutes)
        profile, by_part = self.desk.glasses.profile, self.split.currentData() != "feature"
        known = origin(self.words, profile, *power_keys(profile, use.name)) if by_part else ""
        tip += f"\n\n{known}" if known else f"\n{doubt}"
        figures = (energy(use.energy_mwh), f"{share}%", minutes)
        return Bar(name, self._colour(use.name), use.share / most, figures, tip)

    def _colour(self, name: str) -> QColor:
        return self.desk.colours(name)

    def _show_last(self) -> None:
        last = self.episodes.last
        if last is None or not self.used.mean_mw:
            self.last.setText(self.words("energy.none"))
            tone(self.last, "faint")
            self.cost.setText("")
            self.budget.hide()
            return
        tone(self.last, "")
        self.budget.show()
        minutes = time(self.words, 60 * last.energy_mwh / self.used.mean_mw)
        self.last.setText(self.words("energy.last", what=self.words.known("owner", last.owner)))
        self.cost.setText(self.words("energy.cost", energy=energy(last.energy_mwh), minutes=minutes))
        idle_mw = self._idle_mw()
        tip = self.words(
            "energy.cost.tip",
            energy=energy(last.energy_mwh),
            seconds=f"{(last.until_ns - last.since_ns) / S:.1f}",
            power=f"{self.used.mean_mw:.1f}",
            minutes=minutes,
            idle=f"{idle_mw:.1f}",
            standby=time(self.words, 60 * last.energy_mwh / idle_mw) if idle_mw else "–",
        )
        parts = sorted(last.parts.items(), key=lambda part: -part[1])
        lines = [f"{self.words.known('owner', name)}  {energy(mwh)}" for name, mwh in parts]
        self.budget.show_parts([(self.desk.colours(name), mwh) for name, mwh in parts])
        for widget in (self.cost, self.budget):
            widget.setToolTip("\n".join([tip, "", *lines, weakest(self.words, self.desk.glasses.profile)]))

    def _idle_mw(self) -> float:
        """Return what the glasses draw while nothing is asked of them: mcu idle, Android suspended, Bluetooth idle."""
        profile = self.desk.glasses.profile
        mcu, ap = profile.processors.get("mcu"), profile.processors.get("ap")
        return (mcu.idle_mw if mcu else 0.0) + (ap.suspended_mw if ap else 0.0) + sum(always_mw(profile).values())

    def _place(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        first.addWidget(self.last, 1)
        first.addWidget(self.cost)
        second.addWidget(self.split)
        second.addSpacing(10)
        second.addWidget(self.total, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 4, 12, 10)
        box.setSpacing(6)
        box.addLayout(first)
        box.addWidget(self.budget)
        box.addLayout(second)
        box.addWidget(Roll(self.bars, ROW_PX), 1)


PANEL = Card("energy", "bottom", 2, EnergyPanel, tab=1)
