"""The drawing of the swim-lanes: states, slices, hand-overs, wake reasons, time axis; zoom, scroll and hover."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from emulator.core.units import S
from emulator.ui.desk import Desk
from emulator.ui.lane_tip import tip
from emulator.ui.lanes import Lane, mix
from emulator.ui.work_history import Crossing, State, WorkHistory

GUTTER_PX, STRIP_PX, AXIS_PX, CROSS_PX, GAP_PX = 84, 20, 20, 34, 3
MIN_SPAN_S, MAX_SPAN_S = 0.02, 600.0
SLACK_PX = 4
MOST_ARROWS = 250
STEPS_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300)


class LaneView(QWidget):
    """Shows ``WorkHistory`` between two times; ``moved`` tells of zoom and scroll."""

    moved = Signal()

    def __init__(self, desk: Desk, history: Callable[[], WorkHistory]) -> None:
        super().__init__()
        self._desk, self._history = desk, history
        self.span_s, self.live = 10.0, True
        self._until_ns = 0
        self._grabbed: tuple[float, int] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(150)

    def sizeHint(self) -> QSize:
        """Return a size at which every lane is legible."""
        return QSize(900, 200)

    # --- time and place ---

    @property
    def until_ns(self) -> int:
        """Virtual time at the right edge."""
        return self._desk.glasses.now_ns if self.live else self._until_ns

    @property
    def since_ns(self) -> int:
        """Virtual time at the left edge; negative before power-on."""
        return self.until_ns - round(self.span_s * S)

    def go_live(self) -> None:
        """Return to the live edge."""
        self.live = True
        self._changed()

    def zoom_to(self, span_s: float, anchor: float = 1.0) -> None:
        """Show ``span_s`` seconds; what is at ``anchor`` (0 left, 1 right) stays there."""
        fixed_ns = self.since_ns + round(anchor * self.span_s * S)
        self.span_s = min(MAX_SPAN_S, max(MIN_SPAN_S, span_s))
        if not (self.live and anchor > 0.95):
            self._scroll_to(fixed_ns + round((1 - anchor) * self.span_s * S))
        self._changed()

    def time_at(self, x: float) -> int:
        """Return the virtual time at pixel ``x``."""
        share = (x - GUTTER_PX) / max(1, self.width() - GUTTER_PX)
        return self.since_ns + round(share * self.span_s * S)

    def x_at(self, t_ns: int) -> float:
        """Return the pixel of virtual time ``t_ns``."""
        return GUTTER_PX + (t_ns - self.since_ns) / (self.span_s * S) * (self.width() - GUTTER_PX)

    def rows(self) -> dict[tuple[str, int], QRect]:
        """Return where each lane stands, Android above, RTOS below the mailbox."""
        lanes = list(self._history().lanes)
        both = len({p for p, _ in lanes}) == 2
        free = self.height() - STRIP_PX - AXIS_PX - (CROSS_PX if both else 0) - GAP_PX * len(lanes)
        height = max(8, min(30, free // max(1, len(lanes) + (1 if both else 0))))
        found, top = {}, STRIP_PX + GAP_PX
        for number, key in enumerate(lanes):
            if both and number and key[0] != lanes[number - 1][0]:
                top += CROSS_PX
            tall = min(40, 2 * height) if key[0] == "mcu" and both else height
            found[key] = QRect(GUTTER_PX, top, self.width() - GUTTER_PX, tall)
            top += tall + GAP_PX
        return found

    def _scroll_to(self, until_ns: int) -> None:
        now_ns = self._desk.glasses.now_ns
        self.live = until_ns >= now_ns
        self._until_ns = min(until_ns, now_ns)

    def _changed(self) -> None:
        self.update()
        self.moved.emit()

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  always whole
        """Draw everything from the history."""
        look, rows = self._desk.look, self.rows()
        with QPainter(self) as p:
            p.fillRect(self.rect(), look.color("plot"))
            if not rows:
                return
            p.save()
            p.setClipRect(QRect(GUTTER_PX, 0, self.width(), self.height()))
            self._draw_axis(p, max(r.bottom() for r in rows.values()))
            self._draw_states(p, rows)
            for key, lane in self._history().lanes.items():
                self._draw_lane(p, lane, rows[key])
            self._draw_crossings(p, rows)
            p.restore()
            self._draw_gutter(p, rows)

    def _draw_gutter(self, p: QPainter, rows: dict[tuple[str, int], QRect]) -> None:
        look, words = self._desk.look, self._desk.texts
        for (processor, core), row in rows.items():
            p.fillRect(QRect(0, row.top(), 3, row.height()), look.color("line"))
            p.setPen(look.color("dim" if core == 0 else "faint"))
            name = words(f"processor.{processor}") if core == 0 else words("processor.core", n=core)
            p.drawText(QRect(10, row.top() - 4, GUTTER_PX - 14, row.height() + 8), Qt.AlignmentFlag.AlignVCenter, name)
        p.setPen(look.color("faint"))
        if "ap" in self._history().states:
            p.drawText(QRect(10, 0, GUTTER_PX, STRIP_PX), Qt.AlignmentFlag.AlignVCenter, words("processors.state"))
        gap = self._gap(rows)
        if gap is not None:
            p.drawText(QRect(10, gap[0], GUTTER_PX, CROSS_PX), Qt.AlignmentFlag.AlignVCenter, words("mailbox"))

    def _draw_axis(self, p: QPainter, bottom: int) -> None:
        look = self._desk.look
        least_s = self.span_s * 90 / max(1, self.width() - GUTTER_PX)
        step_ns = round(next((s for s in STEPS_S if s >= least_s), STEPS_S[-1]) * S)
        t_ns = max(0, -(-self.since_ns // step_ns) * step_ns)
        while t_ns <= self.until_ns:
            x = round(self.x_at(t_ns))
            p.setPen(look.color("line"))
            p.drawLine(x, STRIP_PX, x, bottom)
            p.setPen(look.color("faint"))
            p.drawText(QRect(x + 4, bottom + 1, 120, AXIS_PX), Qt.AlignmentFlag.AlignVCenter, clock(t_ns, step_ns))
            t_ns += step_ns

    def _draw_states(self, p: QPainter, rows: dict[tuple[str, int], QRect]) -> None:
        ap = [row for (processor, _), row in rows.items() if processor == "ap"]
        states = self._history().states.get("ap", [])
        if not ap or not states:
            return
        bottom = ap[-1].bottom()
        text_end = 0.0
        for i, state in enumerate(states):
            until_ns = states[i + 1].t_ns if i + 1 < len(states) else self.until_ns
            if until_ns < self.since_ns or state.t_ns > self.until_ns:
                continue
            a, b = max(GUTTER_PX, self.x_at(state.t_ns)), self.x_at(until_ns)
            self._draw_state(p, state, QRectF(a, 0, max(1.0, b - a), bottom))
            if state.state in ("resuming", "booting") and self.x_at(state.t_ns) >= max(text_end, GUTTER_PX):
                text_end = self._draw_reason(p, state, self.x_at(state.t_ns))

    def _draw_state(self, p: QPainter, state: State, box: QRectF) -> None:
        color = QColor(self._desk.look.color(STATE_COLOURS.get(state.state, "line")))
        p.fillRect(QRectF(box.x(), 2, box.width(), 3), color)
        color.setAlpha(STATE_ALPHA.get(state.state, 24))
        p.fillRect(QRectF(box.x(), STRIP_PX, box.width(), box.height() - STRIP_PX), color)
        if state.state in ("resuming", "booting"):
            return
        text = self._desk.texts.known("state", state.state)
        if box.width() > p.fontMetrics().horizontalAdvance(text) + 150:
            p.setPen(self._desk.look.color("faint"))
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            p.drawText(QRectF(box.x(), 5, box.width() - 8, STRIP_PX - 5), flags, text)

    def _draw_reason(self, p: QPainter, state: State, x: float) -> float:
        """Write why the ap woke; return where the text ends."""
        words = self._desk.texts
        text = f"▲ {words.known('owner', state.owner)} · {words.why(state.cause)}"
        room = max(0, round(self.width() - x - 4))  # at the live edge it comes into sight bit by bit
        text = p.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        p.setPen(self._desk.look.color("warn"))
        p.drawText(QPointF(x + 2, STRIP_PX - 4), text)
        return x + p.fontMetrics().horizontalAdvance(text) + 12

    def _draw_lane(self, p: QPainter, lane: Lane, row: QRect) -> None:
        ratio = self.devicePixelRatioF()
        width = max(1, round(row.width() * ratio))
        edges = np.linspace(self.since_ns, self.until_ns, width + 1).astype(np.int64)
        shares = lane.shares(edges)
        base = QColor(self._desk.look.color("line"))
        base.setAlpha(70)
        p.fillRect(row, base)
        if not shares:
            return
        colours = {task: rgb(self._desk.colours(task.partition("/")[0])) for task in shares}
        pixels = mix(shares, colours, width)
        image = QImage(pixels.data, width, 1, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
        p.drawImage(row, image)

    def _gap(self, rows: dict[tuple[str, int], QRect]) -> tuple[int, int] | None:
        ap = [row.bottom() for (processor, _), row in rows.items() if processor == "ap"]
        mcu = [row.top() for (processor, _), row in rows.items() if processor == "mcu"]
        return (ap[-1] + 2, mcu[0] - 2) if ap and mcu else None

    def crossings(self) -> list[Crossing]:
        """Return the messages in sight, oldest first."""
        since, until = self.since_ns, self.until_ns
        return [c for c in self._history().crossings if c.received_ns >= since and c.sent_ns <= until]

    def _draw_crossings(self, p: QPainter, rows: dict[tuple[str, int], QRect]) -> None:
        gap, seen = self._gap(rows), self.crossings()
        if gap is None:
            return
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        for crossing in seen[-MOST_ARROWS:]:
            down = crossing.receiver == "mcu"
            start = QPointF(self.x_at(crossing.sent_ns), gap[0] if down else gap[1])
            end = QPointF(self.x_at(crossing.received_ns), gap[1] if down else gap[0])
            color = self._desk.colours(crossing.owner)
            p.setPen(QPen(color, 1.4))
            p.drawLine(start, end)
            p.setBrush(color)
            tip_y = end.y() + (-5 if down else 5)
            p.setPen(Qt.PenStyle.NoPen)
            p.drawPolygon(QPolygonF([end, QPointF(end.x() - 3.5, tip_y), QPointF(end.x() + 3.5, tip_y)]))
        p.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    # --- hands ---

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the cursor; with Shift, or a sideways wheel, scroll."""
        sideways = event.angleDelta().x()
        if sideways or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            delta = sideways or event.angleDelta().y()
            self._scroll_to(self.until_ns - round(delta / 1200 * self.span_s * S))
            self._changed()
        else:
            share = (event.position().x() - GUTTER_PX) / max(1, self.width() - GUTTER_PX)
            self.zoom_to(self.span_s * 0.85 ** (event.angleDelta().y() / 120), min(1.0, max(0.0, share)))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the time."""
        self._grabbed = (event.position().x(), self.until_ns)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the time along."""
        if self._grabbed is not None:
            x, until_ns = self._grabbed
            moved = (event.position().x() - x) / max(1, self.width() - GUTTER_PX)
            self._scroll_to(until_ns - round(moved * self.span_s * S))
            self._changed()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002  wherever it is
        """Let go."""
        self._grabbed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002  wherever it is
        """Return to the live edge."""
        self.go_live()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom with + and -, scroll with the arrows, go live with End."""
        step_ns = round(0.2 * self.span_s * S)
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom_to(self.span_s * 0.7)
            case Qt.Key.Key_Minus:
                self.zoom_to(self.span_s / 0.7)
            case Qt.Key.Key_Left:
                self._scroll_to(self.until_ns - step_ns)
            case Qt.Key.Key_Right:
                self._scroll_to(self.until_ns + step_ns)
            case Qt.Key.Key_End:
                self.live = True
            case _:
                super().keyPressEvent(event)
                return
        self._changed()

    def event(self, event: QEvent) -> bool:
        """Answer hovering with what lies there."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def tip_at(self, at: QPointF) -> str:
        """Return what lies at ``at`` in words (HTML), or ""."""
        slack_ns = round(SLACK_PX * self.span_s * S / max(1, self.width() - GUTTER_PX))
        rows = self.rows()
        key = next((k for k, row in rows.items() if row.adjusted(0, -2, 0, 2).contains(at.toPoint())), None)
        gap = self._gap(rows)
        crossing = None
        if gap and gap[0] <= at.y() <= gap[1]:
            near = [c for c in self.crossings() if abs(c.sent_ns - self.time_at(at.x())) < 2 * slack_ns + S // 200]
            crossing = min(near, key=lambda c: abs(c.sent_ns - self.time_at(at.x())), default=None)
        return tip(self._desk.texts, self._history(), key, crossing, self.time_at(at.x()), slack_ns)


STATE_COLOURS = {
    "off": "line",
    "booting": "warn",
    "suspended": "line",
    "resuming": "warn",
    "idle": "faint",
    "active": "accent",
    "suspending": "faint",
}
STATE_ALPHA = {"off": 0, "suspended": 0, "resuming": 70, "booting": 70, "idle": 36, "active": 26, "suspending": 60}


def rgb(color: QColor) -> tuple[int, int, int]:
    """Return red, green, blue, 0 to 255."""
    return color.red(), color.green(), color.blue()


def clock(t_ns: int, step_ns: int) -> str:
    """Return a time on the axis, as fine as its step: ``1:05`` or ``5.25 s``.

    >>> clock(65_000_000_000, 1_000_000_000), clock(5_250_000_000, 50_000_000)
    ('1:05', '5.25 s')
    """
    if step_ns >= S:
        minutes, seconds = divmod(t_ns // S, 60)
        return f"{minutes}:{seconds:02d}"
    digits = len(f"{step_ns / S:.9f}".rstrip("0").partition(".")[2])
    return f"{t_ns / S:.{digits}f} s"
