"""The drawing of the swim-lanes: states, slices, hand-overs, wake reasons, time axis; zoom, scroll and hover."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from emulator.core.units import S
from emulator.ui.desk import Desk
from emulator.ui.lane_marks import (
    STATE_ALPHA,
    STATE_COLOURS,
    TROUBLE_ALPHA,
    clock,
    draw_arrow,
    draw_cross,
    draw_row,
    rgb,
    state_pixels,
    stroke_pixels,
)
from emulator.ui.lane_tip import tip, tip_of_loss
from emulator.ui.lanes import Lane, mix
from emulator.ui.state_track import NOTABLE, StateTrack
from emulator.ui.work_history import Crossing, Loss, WorkHistory

GUTTER_PX, STRIP_PX, AXIS_PX, CROSS_PX, GAP_PX = 84, 20, 20, 34, 3
MIN_SPAN_S, MAX_SPAN_S = 0.02, 16 * 3_600.0
SLACK_PX = 4
LEAST_TEXT_PX = 70  # less says nothing
MOST_ARROWS = 250  # more are drawn as strokes, one a pixel
CORE_TEXT_PX = (8, 11)  # least and most
STEPS_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200)


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
        return QSize(900, 230)

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
            self.scroll_to(fixed_ns + round((1 - anchor) * self.span_s * S))
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

    def scroll_to(self, until_ns: int) -> None:
        """Put ``until_ns`` at the right edge; at or after now it is the live edge."""
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
            self._draw_grounds(p, rows)
            for key, lane in self._history().lanes.items():
                self._draw_lane(p, lane, rows[key])
            self._draw_crossings(p, rows)
            self._draw_losses(p, rows)
            self._draw_words(p, rows)
            p.restore()
            self._draw_gutter(p, rows)

    def _draw_gutter(self, p: QPainter, rows: dict[tuple[str, int], QRect]) -> None:
        look, words = self._desk.look, self._desk.texts
        middle = Qt.AlignmentFlag.AlignVCenter
        plain, small = p.font(), p.font()
        for (processor, core), row in rows.items():
            p.fillRect(QRect(0, row.top(), 3, row.height()), look.color("line"))
            cores = self._group(rows, processor)
            if core == 0:
                p.setPen(look.color("dim"))
                p.drawText(cores.adjusted(10, -6, 0, 6), middle, words(f"processor.{processor}"))
            if cores.height() > row.height():
                small.setPixelSize(min(CORE_TEXT_PX[1], max(CORE_TEXT_PX[0], row.height())))
                p.setFont(small)
                p.setPen(look.color("faint"))
                box = QRect(0, row.top() - 3, GUTTER_PX - 8, row.height() + 6)
                p.drawText(box, middle | Qt.AlignmentFlag.AlignRight, str(core))
                p.setFont(plain)
        p.setPen(look.color("faint"))
        if "ap" in self._history().states:
            p.drawText(QRect(10, 0, GUTTER_PX, STRIP_PX), middle, words("processors.state"))
        gap = self._gap(rows)
        if gap is not None:
            p.drawText(QRect(10, gap[0], GUTTER_PX, CROSS_PX), middle, words("mailbox"))

    def _group(self, rows: dict[tuple[str, int], QRect], processor: str) -> QRect:
        """Return the gutter beside all cores of ``processor``."""
        own = [row for (name, _), row in rows.items() if name == processor]
        return QRect(0, own[0].top(), GUTTER_PX, own[-1].bottom() - own[0].top() + 1)

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

    def _edges(self) -> npt.NDArray[np.int64]:
        """Return the times between the pixels, left to right."""
        width = max(1, round((self.width() - GUTTER_PX) * self.devicePixelRatioF()))
        return np.linspace(self.since_ns, self.until_ns, width + 1).astype(np.int64)

    def _draw_grounds(self, p: QPainter, rows: dict[tuple[str, int], QRect]) -> None:
        """Draw the states behind the lanes: the ap's also as a strip on top, the mcu's where it is not well."""
        edges = self._edges()
        for processor, track in self._history().states.items():
            if (processor, 0) not in rows:
                continue
            codes, ground = track.codes(edges), self._group(rows, processor)
            ground.moveLeft(GUTTER_PX)
            ground.setWidth(self.width() - GUTTER_PX)
            tints = STATE_ALPHA if processor == "ap" else TROUBLE_ALPHA
            draw_row(p, ground, state_pixels(self._desk.look, codes, tints))
            if processor == "ap":
                strip = state_pixels(self._desk.look, codes, dict.fromkeys(STATE_COLOURS, 255))
                draw_row(p, QRect(GUTTER_PX, 2, ground.width(), 3), strip)

    def _draw_words(self, p: QPainter, rows: dict[tuple[str, int], QRect]) -> None:
        """Write the states that last, and why Android woke or something broke, as far as there is room."""
        for processor, track in self._history().states.items():
            if (processor, 0) in rows:
                top = STRIP_PX if processor == "ap" else rows[processor, 0].bottom() - 4
                self._write_reasons(p, track, top, processor)
        if ("ap", 0) in rows:
            self._write_states(p, self._history().states["ap"])

    def _write_states(self, p: QPainter, track: StateTrack) -> None:
        ns_per_px = self.span_s * S / max(1, self.width() - GUTTER_PX)
        p.setPen(self._desk.look.color("faint"))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for state, until_ns in track.spans(self.since_ns, self.until_ns, round(190 * ns_per_px)):
            if state.state not in NOTABLE:
                box = QRectF(0, 5, self.x_at(until_ns) - 8, STRIP_PX - 5)
                p.drawText(box, flags, self._desk.texts.known("state", state.state))

    def _write_reasons(self, p: QPainter, track: StateTrack, base: int, processor: str) -> None:
        words, metrics = self._desk.texts, p.fontMetrics()
        state = track.next_notable(self.since_ns, self.until_ns)
        while state is not None:
            x = self.x_at(state.t_ns)
            bad = state.state in ("hung", "crashed")
            if processor == "mcu" or bad:
                text = f"✕ {words.known('state', state.state)} · {words.why(state.cause)}"
            else:
                text = f"▲ {words.known('owner', state.owner)} · {words.why(state.cause)}"
            follower = None if bad else track.next_notable(state.t_ns + 1, self.until_ns)
            end_x = self.width() + 6 if follower is None else self.x_at(follower.t_ns)
            room = max(0, round(end_x - x - 10))  # at the live edge it comes into sight bit by bit
            if follower is not None and room < LEAST_TEXT_PX:
                state = track.next_notable(max(self.time_at(x + 4), follower.t_ns), self.until_ns)
                continue
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            p.setPen(self._desk.look.color("bad" if bad else "warn"))
            p.drawText(QPointF(x + 2, base - 4), text)
            end_ns = self.time_at(x + metrics.horizontalAdvance(text) + 12)
            state = track.next_notable(max(end_ns, state.t_ns + 1), self.until_ns)

    def _draw_lane(self, p: QPainter, lane: Lane, row: QRect) -> None:
        edges = self._edges()
        width, shares = len(edges) - 1, lane.shares(edges)
        base = QColor(self._desk.look.color("line"))
        base.setAlpha(70)
        p.fillRect(row, base)
        if not shares:
            return
        colours = {task: rgb(self._desk.colours(task.partition("/")[0])) for task in shares}
        draw_row(p, row, mix(shares, colours, width))

    def _gap(self, rows: dict[tuple[str, int], QRect]) -> tuple[int, int] | None:
        ap = [row.bottom() for (processor, _), row in rows.items() if processor == "ap"]
        mcu = [row.top() for (processor, _), row in rows.items() if processor == "mcu"]
        return (ap[-1] + 2, mcu[0] - 2) if ap and mcu else None

    def crossings(self) -> list[Crossing]:
        """Return the messages in sight, oldest first."""
        return self._history().crossings(self.since_ns, self.until_ns)

    def losses(self) -> list[Loss]:
        """Return the messages in sight that were lost."""
        return self._history().losses_in(self.since_ns, self.until_ns)

    def _draw_strokes(self, p: QPainter, gap: tuple[int, int], times: npt.NDArray[np.int64]) -> None:
        """Draw more messages than can be told apart: darker where more of them crossed."""
        counts = np.histogram(times, self._edges())[0]
        box = QRect(GUTTER_PX, gap[0] + 4, self.width() - GUTTER_PX, gap[1] - gap[0] - 8)
        draw_row(p, box, stroke_pixels(self._desk.look, counts))

    def _draw_losses(self, p: QPainter, rows: dict[tuple[str, int], QRect]) -> None:
        """Cross out what was lost on the way."""
        gap = self._gap(rows)
        if gap is None:
            return
        p.setPen(QPen(self._desk.look.color("bad"), 2))
        y = (gap[0] + gap[1]) / 2
        for loss in self.losses()[-MOST_ARROWS:]:
            draw_cross(p, self.x_at(loss.t_ns), y)

    def _draw_crossings(self, p: QPainter, rows: dict[tuple[str, int], QRect]) -> None:
        gap = self._gap(rows)
        if gap is None:
            return
        times = self._history().crossing_times(self.since_ns, self.until_ns)
        if len(times) > MOST_ARROWS:
            self._draw_strokes(p, gap, times)
            return
        seen = self.crossings()
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        for crossing in seen:
            down = crossing.receiver == "mcu"
            start = QPointF(self.x_at(crossing.sent_ns), gap[0] if down else gap[1])
            end = QPointF(self.x_at(crossing.received_ns), gap[1] if down else gap[0])
            draw_arrow(p, start, end, self._desk.colours(crossing.owner))
        p.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    # --- hands ---

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the cursor; with Shift, or a sideways wheel, scroll."""
        sideways = event.angleDelta().x()
        if sideways or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            delta = sideways or event.angleDelta().y()
            self.scroll_to(self.until_ns - round(delta / 1200 * self.span_s * S))
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
            self.scroll_to(until_ns - round(moved * self.span_s * S))
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
                self.scroll_to(self.until_ns - step_ns)
            case Qt.Key.Key_Right:
                self.scroll_to(self.until_ns + step_ns)
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
            lost = [loss for loss in self.losses() if abs(self.x_at(loss.t_ns) - at.x()) <= SLACK_PX + 2]
            if lost:
                return tip_of_loss(self._desk.texts, lost[-1])
        return tip(self._desk.texts, self._history(), key, crossing, self.time_at(at.x()), slack_ns)
