"""Processors: what ran on which core, when Android woke and for whom, and what crossed the mailbox.

Wheel zooms at the cursor, dragging scrolls back, End returns to the live edge. Hovering tells owner, work, why it
ran there and what it cost.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout

from emulator.core.actions import SwitchPolicy
from emulator.core.discovery import discover
from emulator.core.events import PolicyChanged
from emulator.core.log import Record
from emulator.ui.desk import Desk
from emulator.ui.lane_view import LaneView
from emulator.ui.panel import Card, Panel, tone
from emulator.ui.trace_button import TraceButton
from emulator.ui.widgets import Choice, Line
from emulator.ui.work_history import WorkHistory

WINDOWS_S = (10, 30, 60, 300, 600, 3_600, 4 * 3_600)

SPANS = ((3_600, "span.hours"), (60, "span.minutes"), (1, "span.seconds"))


class ProcessorsPanel(Panel):
    """The swim-lanes and, above them, policy and window."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.history = WorkHistory(desk.glasses.profile)
        self.view = LaneView(desk, lambda: self.history)
        self.policy = Choice(desk.look)
        for policy in discover("emulator.devices.policies", "POLICY"):
            self.policy.addItem("", policy)
        self.policy.activated.connect(self._on_policy)
        self.window_s = Choice(desk.look)
        for seconds in WINDOWS_S:
            self.window_s.addItem("", seconds)
        self.window_s.activated.connect(lambda: self.view.zoom_to(self.window_s.currentData()))
        self.live = QToolButton()
        self.live.setCheckable(True)
        self.live.setChecked(True)
        self.live.clicked.connect(self.view.go_live)
        self.trace = TraceButton(desk)
        self.states = Line()
        self.states.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        tone(self.states, "dim")
        for widget in (self.policy, self.window_s, self.live):
            widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.words.bind(self.live.setText, "processors.live")
        self.words.bind(self.live.setToolTip, "processors.live.tip")
        self.words.bind(self.policy.setAccessibleName, "processors.policy")
        self.words.bind(self.policy.setToolTip, "processors.policy.tip")
        self.words.bind(self.window_s.setAccessibleName, "processors.window")
        self.words.bind(self.view.setAccessibleName, "processors")
        self.view.moved.connect(self._show_window)
        bar = QHBoxLayout()
        bar.setSpacing(8)
        for widget in (self.policy, self.window_s, self.live, self.trace):
            bar.addWidget(widget)
        bar.addWidget(self.states, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 4, 12, 10)
        box.setSpacing(8)
        box.addLayout(bar)
        box.addWidget(self.view, 1)
        self.draw()

    def attach(self) -> None:
        """Start over with other processors."""
        self.history = WorkHistory(self.desk.glasses.profile)
        self.view.go_live()

    def read(self, record: Record) -> None:
        """Take in slices, states, messages and placements."""
        self.history.read(record)
        if isinstance(record.event, PolicyChanged):
            self._show_policy()

    def draw(self) -> None:
        """Show words and lanes."""
        self._show_policy()
        self._show_window()
        states = self.desk.glasses.device.system.states()
        shown = [
            f"{self.words('processor.' + p)} {self.words.known('state', self._seen(p, s))}" for p, s in states.items()
        ]
        self.states.setText("   ".join(reversed(shown)))
        self.view.update()

    def _seen(self, processor: str, state: str) -> str:
        """Return the state to show: one that hangs looks busy to the device."""
        known = self.history.state_at(processor, self.desk.glasses.now_ns)
        return "hung" if known is not None and known.state == "hung" else state

    def _show_policy(self) -> None:
        for i in range(self.policy.count()):
            self.policy.setItemText(i, self.words.known("policy", self.policy.itemData(i)))
        self.policy.setCurrentIndex(self.policy.findData(self.desk.glasses.device.system.policy_id))

    def _show_window(self) -> None:
        for i in range(self.window_s.count()):
            seconds = self.window_s.itemData(i)
            unit, key = next((u, k) for u, k in SPANS if seconds >= u)
            self.window_s.setItemText(i, self.words(key, n=seconds // unit))
        nearest = min(WINDOWS_S, key=lambda s: abs(s - self.view.span_s))
        self.window_s.setCurrentIndex(WINDOWS_S.index(nearest))
        self.live.setChecked(self.view.live)

    def _on_policy(self) -> None:
        self.desk.do(SwitchPolicy(str(self.policy.currentData())))


PANEL = Card("processors", "bottom", 0, ProcessorsPanel, share=160)
