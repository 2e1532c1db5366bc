"""What if: the session so far under every other policy, in minutes of battery and in waiting."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout

from emulator.core.discovery import discover
from emulator.core.units import S
from emulator.session.what_if import Difference, Outcome
from emulator.ui.amounts import energy, time
from emulator.ui.confidence import weakest
from emulator.ui.desk import Desk
from emulator.ui.panel import Card, Panel, tone
from emulator.ui.replays import Replays
from emulator.ui.roll import Roll
from emulator.ui.use_bars import ROW_PX, Bar, UseBars
from emulator.ui.widgets import Line

NAME_PX, FIGURES_PX = 134, (64, 78, 112)
LEAST_MW = 0.05  # policies that differ by less are alike


class WhatIfPanel(Panel):
    """A button, and a bar for each policy: mean power, minutes gained, median and 95th percentile of the waiting."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.found: list[Difference] = []
        self._policy, self._told, self._span_ns = "", "whatif.hint", 0
        self._problem, self._number = "", 0
        self.policies = tuple(discover("emulator.devices.policies", "POLICY"))
        self.asked: tuple[str, ...] = ()
        self.replays = Replays()
        self.replays.began.connect(self._on_began)
        self.replays.found.connect(self._on_found)
        self.replays.failed.connect(self._on_failed)
        self.replays.ended.connect(self._on_ended)
        self.button = QPushButton()
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(self._on_button)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(4)
        self.line, self.bars = Line(), UseBars(desk.look, NAME_PX, FIGURES_PX)
        tone(self.line, "dim")
        self.words.bind(self.bars.setAccessibleName, "whatif")
        desk.ended.connect(self.replays.stop)
        self._place()
        self.draw()

    def attach(self) -> None:
        """What was found was of another session."""
        self._end("whatif.hint")
        self.found, self._problem = [], ""

    def draw(self) -> None:
        """Show how far it is and what was found."""
        running = self.running
        self.button.setText(self.words("whatif.cancel" if running else "whatif.run"))
        self.progress.setVisible(running)
        self.progress.setRange(0, max(1, len(self.asked)))
        self.progress.setValue(len(self.found))
        self.line.setText(self._line())
        if not self.found:
            self.bars.show_rows([])
            return
        recorded = self.found[0].recorded
        most_mw = max(recorded.mean_mw, *(d.other.mean_mw for d in self.found)) or 1.0
        rows = [self._base(recorded, most_mw)]
        rows += [self._bar(d, most_mw) for d in sorted(self.found, key=lambda d: d.other.mean_mw)]
        self.bars.show_rows(rows)

    def _line(self) -> str:
        policy = self.words.known("policy", self._policy)
        match self._told:
            case "whatif.running":
                return self.words("whatif.running", policy=policy, done=len(self.found), all=len(self.asked))
            case "whatif.failed":
                return self.words("whatif.failed", policy=policy, error=self._problem)
            case "whatif.base":
                base = self.found[0].recorded
                return self.words(
                    "whatif.base",
                    span=time(self.words, self._span_ns / (60 * S)),
                    energy=energy(base.energy_mwh),
                    power=f"{base.mean_mw:.1f}",
                    latency=f"{base.latency_ms:.0f}",
                    p50=f"{base.latency_p50_ms:.0f}",
                    p95=f"{base.latency_p95_ms:.0f}",
                )
            case told:
                return self.words(told)

    def _base(self, base: Outcome, most_mw: float) -> Bar:
        waited = f"{base.latency_p50_ms:.0f} / {base.latency_p95_ms:.0f} ms"
        figures = (f"{base.mean_mw:.1f} mW", energy(base.energy_mwh), waited)
        return Bar(
            self.words("whatif.now"), self.desk.look.color("faint"), base.mean_mw / most_mw, figures, self._line()
        )

    def _bar(self, d: Difference, most_mw: float) -> Bar:
        name, words = self.words.known("policy", d.policy), self.words
        gain, delta = time(words, d.life_min, signed=True), whole(d.latency_ms)
        more = ("+" if d.energy_mwh > 0 else "") + energy(d.energy_mwh).replace("-", "−")
        tip = words(
            "whatif.row.tip",
            policy=name,
            energy=energy(d.other.energy_mwh),
            more=more,
            life=time(words, d.other.life_min),
            gain=gain,
            latency=f"{d.other.latency_ms:.0f}",
            delta=delta,
            p50=f"{d.other.latency_p50_ms:.0f}",
            p95=f"{d.other.latency_p95_ms:.0f}",
            wake=f"{d.other.wake_ms:.0f}",
            missed=d.other.missed,
        )
        tip += "\n" + weakest(words, self.desk.glasses.profile)
        return Bar(name, self._colour(d), d.other.mean_mw / most_mw, (gain, more, waits(d)), tip)

    def _colour(self, d: Difference) -> QColor:
        more_mw = d.other.mean_mw - d.recorded.mean_mw
        return self.desk.look.color("faint" if abs(more_mw) < LEAST_MW else "warn" if more_mw > 0 else "accent")

    # --- the replays ---

    @property
    def running(self) -> bool:
        """Say whether a replay is under way."""
        return self._told == "whatif.running"

    def _on_button(self) -> None:
        if self.running:
            self._end("whatif.cancelled")
        else:
            self.compare()
        self.draw()

    def compare(self) -> None:
        """Replay what was done so far under all other policies."""
        glasses = self.desk.glasses
        current = glasses.device.system.policy_id
        self.asked = tuple(policy for policy in self.policies if policy != current)
        self.found, self._policy, self._span_ns, self._problem = [], self.asked[0], glasses.now_ns, ""
        self._told = "whatif.running"
        self._number = self.replays.start(glasses.log.records, self.asked, glasses.documents)

    def _end(self, told: str) -> None:
        self.replays.stop()
        self._number, self._told = 0, told

    def _on_began(self, number: int, policy: str) -> None:
        if number == self._number:
            self._policy = policy
            self.draw()

    def _on_found(self, number: int, difference: Difference) -> None:
        if number == self._number:
            self.found.append(difference)
            self.draw()

    def _on_failed(self, number: int, policy: str, error: str) -> None:
        if number == self._number:
            self._policy, self._problem = policy, error

    def _on_ended(self, number: int) -> None:
        if number == self._number:
            self._end("whatif.failed" if self._problem else "whatif.base")
            self.draw()

    def _place(self) -> None:
        bar = QHBoxLayout()
        bar.addWidget(self.button)
        bar.addSpacing(10)
        bar.addWidget(self.line, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 4, 12, 10)
        box.setSpacing(6)
        box.addLayout(bar)
        box.addWidget(self.progress)
        box.addWidget(Roll(self.bars, ROW_PX), 1)


def waits(d: Difference) -> str:
    """Return how much longer the median and the 95th percentile of the waiting are: ``−117 / +5 ms``."""
    half_ms = d.other.latency_p50_ms - d.recorded.latency_p50_ms
    most_ms = d.other.latency_p95_ms - d.recorded.latency_p95_ms
    return f"{whole(half_ms)} / {whole(most_ms)} ms"


def whole(number: float) -> str:
    """Return a difference without decimals, zero without a sign.

    >>> whole(-117.2), whole(0.2), whole(5.0)
    ('−117', '0', '+5')
    """
    return f"{number:+.0f}".replace("-", "−") if abs(number) >= 0.5 else "0"


PANEL = Card("whatif", "bottom", 3, WhatIfPanel, tab=1)
