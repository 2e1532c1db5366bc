"""One battery pack as a card: level, gauge, voltage, current; click pulls it out or pushes one in."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from emulator.core.events import PackState
from emulator.ui.confidence import origin
from emulator.ui.desk import Desk

LOW_LEVEL, EMPTY_LEVEL = 0.2, 0.1
VERDICTS = {"safe": "accent", "weak": "warn", "only-pack": "bad"}
LEAST_PX = 128  # name and voltage side by side


class PackView(QWidget):
    """Draws pack ``slot``; ``clicked`` tells that it is to be pulled or pushed in."""

    clicked = Signal()

    def __init__(self, desk: Desk, slot: str) -> None:
        super().__init__()
        self._desk, self.slot = desk, slot
        self.state: PackState | None = None
        self.swappable = True
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setMinimumWidth(LEAST_PX)

    def sizeHint(self) -> QSize:
        """Return a size for a column of half a panel."""
        return QSize(140, 106)

    def show_state(self, state: PackState | None, *, swappable: bool) -> None:
        """Show ``state``; None: not known yet."""
        self.state, self.swappable = state, swappable
        words = self._desk.texts
        verdict = words(f"swap.{state.swap}") if state and state.swap in VERDICTS else ""
        act = "" if not swappable else words("battery.pull" if state and state.present else "battery.insert")
        known = origin(words, self._desk.glasses.profile, "battery.capacity_mah") if state and state.present else ""
        self.setToolTip("\n".join(line for line in (self.details(), verdict, act, known) if line))
        self.setAccessibleName(words("slot." + self.slot))
        self.setAccessibleDescription(self.details())
        self.setCursor(Qt.CursorShape.PointingHandCursor if swappable else Qt.CursorShape.ArrowCursor)
        self.update()

    def details(self) -> str:
        """Return gauge, true level, voltage and current in words."""
        words, state = self._desk.texts, self.state
        if state is None:
            return ""
        if not state.present:
            return words("battery.empty-slot")
        return words(
            "battery.details",
            gauge=f"{100 * state.gauge:.0f}",
            level=f"{100 * state.level:.1f}",
            voltage=f"{state.voltage_v:.3f}",
            current=f"{1000 * state.current_a:.1f}",
        )

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  always whole
        """Draw the card."""
        look, words, state = self._desk.look, self._desk.texts, self.state
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            card = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            ground = look.color("pressed" if self.underMouse() and self.swappable else "raised")
            p.setBrush(ground)
            p.setPen(QPen(look.color("accent") if self.hasFocus() else ground, 1))
            p.drawRoundedRect(card, 8, 8)
            p.setPen(look.color("dim"))
            line = card.adjusted(12, 9, -12, 0)
            p.drawText(line, Qt.AlignmentFlag.AlignTop, words("slot." + self.slot))
            if state is not None and state.swap in VERDICTS:
                after = line.x() + p.fontMetrics().horizontalAdvance(words("slot." + self.slot)) + 8
                p.setBrush(look.color(VERDICTS[state.swap]))
                p.setPen(Qt.PenStyle.NoPen)
                p.drawEllipse(QRectF(after, line.y() + p.fontMetrics().height() / 2 - 3.5, 7, 7))
            if state is None or not state.present:
                p.setPen(look.color("faint"))
                text = words("battery.empty-slot" if state else "battery.unknown")
                p.drawText(card, Qt.AlignmentFlag.AlignCenter, text)
                return
            font = p.font()
            p.setPen(look.color("dim"))
            right = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight
            p.drawText(line, right, f"{state.voltage_v:.2f} V")
            self._draw_cell(p, QRectF(card.x() + 12, card.y() + 36, card.width() - 28, 22), state)
            big = p.font()
            big.setPixelSize(17)
            big.setBold(True)
            p.setFont(big)
            p.setPen(look.color("text"))
            foot = card.adjusted(12, 66, -12, -8)
            gauge = f"{100 * state.gauge:.0f}%"
            p.drawText(foot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, gauge)
            room = foot.width() - p.fontMetrics().horizontalAdvance(gauge) - 8
            p.setFont(font)
            p.setPen(look.color("dim"))
            verdict = state.swap if self.underMouse() and state.swap in VERDICTS else ""
            true = words("battery.true", level=f"{100 * state.level:.1f}")
            if verdict:
                true = words(f"swap.{verdict}")
                p.setPen(look.color(VERDICTS[verdict]))
            if p.fontMetrics().horizontalAdvance(true) <= room:  # else the tip has it
                p.drawText(foot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, true)

    def _draw_cell(self, p: QPainter, box: QRectF, state: PackState) -> None:
        """Draw the cell: filled to the true level, a mark where the gauge says it is."""
        look = self._desk.look
        low = "bad" if state.level < EMPTY_LEVEL else "warn" if state.level < LOW_LEVEL else "accent"
        p.setPen(QPen(look.color("faint"), 1))
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.drawRoundedRect(box, 4, 4)
        p.fillRect(QRectF(box.right() + 1.5, box.center().y() - 4, 3, 8), look.color("faint"))
        inner = box.adjusted(2.5, 2.5, -2.5, -2.5)
        fill = QColor(look.color(low))
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(fill)
        p.drawRoundedRect(QRectF(inner.x(), inner.y(), max(2.0, inner.width() * state.level), inner.height()), 2, 2)
        mark = inner.x() + inner.width() * min(1.0, max(0.0, state.gauge))
        p.setPen(QPen(look.color("text"), 1.5))
        p.drawLine(round(mark), round(inner.y()) - 2, round(mark), round(inner.bottom()) + 2)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pull or push."""
        if self.rect().contains(event.position().toPoint()) and self.swappable:
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pull or push with Space or Enter."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return) and self.swappable and not event.isAutoRepeat():
            self.clicked.emit()
        else:
            super().keyPressEvent(event)
