"""Lines over time with their limits: gauge against truth, temperatures against what they set off."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from emulator.core.units import S
from emulator.ui.amounts import span
from emulator.ui.desk import Desk

AXIS_PX, FOOT_PX, ROW_PX, TOP_PX = 64, 18, 19, 6
KEEP = 60_000  # samples


class Trend:
    """Samples of some values over time."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._times = array("q")
        self._values = {name: array("d") for name in self.names}

    def __len__(self) -> int:
        return len(self._times)

    def add(self, t_ns: int, *values: float) -> None:
        """Append a sample, one value for each name."""
        self._times.append(t_ns)
        for name, value in zip(self.names, values, strict=True):
            self._values[name].append(value)
        if len(self._times) > 2 * KEEP:
            del self._times[:KEEP]
            for column in self._values.values():
                del column[:KEEP]

    def last(self, name: str) -> float:
        """Return the newest value of ``name``."""
        return self._values[name][-1]

    def least(self, names: Sequence[str], since_ns: int) -> float:
        """Return the lowest value of ``names`` from ``since_ns`` on; there is a sample."""
        a = min(int(np.searchsorted(np.frombuffer(self._times, np.int64), since_ns)), len(self) - 1)
        return min(float(np.min(np.frombuffer(self._values[name], np.float64)[a:])) for name in names)

    def at(self, name: str, times: npt.NDArray[np.int64], *, steps: bool = False) -> npt.NDArray[np.float64]:
        """Return the values of ``name`` at ``times``, NaN before the first; ``steps`` holds each until the next."""
        known, values = np.frombuffer(self._times, np.int64), np.frombuffer(self._values[name], np.float64)
        if not len(known):
            return np.full(len(times), np.nan)
        if steps:
            found = values[np.maximum(np.searchsorted(known, times, "right") - 1, 0)]
        else:
            found = np.interp(times, known, values)
        return np.where(times < known[0], np.nan, found)


class Curve(NamedTuple):
    """How a value of a trend is drawn; ``label`` is its line in the legend."""

    name: str
    color: QColor
    label: str
    steps: bool = False


class Limit(NamedTuple):
    """A level line: at ``value``, with what it means."""

    value: float
    label: str
    color: QColor


class TrendPlot(QWidget):
    """Draws the last ``span_s`` seconds of a trend."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.trend, self.span_s, self.unit = Trend(()), 60.0, ""
        self.curves: Sequence[Curve] = ()
        self.limits: Sequence[Limit] = ()
        self.bounds = (0.0, 1.0)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(150)

    def sizeHint(self) -> QSize:
        """Return a size with room for the legend."""
        return QSize(300, 250)

    def area(self) -> QRect:
        """Return where the curves are."""
        legend = len(self.curves) * ROW_PX + 6
        height = self.height() - FOOT_PX - legend - TOP_PX
        return QRect(AXIS_PX, TOP_PX, max(1, self.width() - AXIS_PX), max(1, height))

    def y_at(self, value: float) -> float:
        """Return the height of ``value`` in pixels."""
        area, (low, high) = self.area(), self.bounds
        return area.bottom() - (value - low) / (high - low) * (area.height() - 1)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  always whole
        """Draw axis, limits, curves and legend."""
        look, area = self._desk.look, self.area()
        with QPainter(self) as p:
            p.fillRect(self.rect(), look.color("panel"))
            p.fillRect(area, look.color("plot"))
            self._draw_axis(p, area)
            p.setClipRect(area)
            self._draw_limits(p, area)
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            for curve in reversed(self.curves):  # the first one on top
                self._draw_curve(p, area, curve)
            p.setClipping(False)
            self._draw_legend(p, area.bottom() + FOOT_PX + 6)

    def _draw_axis(self, p: QPainter, area: QRect) -> None:
        look, right = self._desk.look, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for value in (self.bounds[0], sum(self.bounds) / 2, self.bounds[1]):
            y = round(self.y_at(value))
            grid = QColor(look.color("faint"))
            grid.setAlpha(70)
            p.setPen(grid)
            p.drawLine(area.left(), y, area.right(), y)
            p.setPen(look.color("faint"))
            place = min(max(y - 9, 0), area.bottom() - 16)
            p.drawText(QRect(0, place, AXIS_PX - 6, 18), right, f"{value:.0f} {self.unit}")
        words, foot = self._desk.texts, QRect(area.left(), area.bottom() + 1, area.width(), FOOT_PX)
        p.drawText(foot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, "−" + span(words, self.span_s))
        p.drawText(foot, right, words("axis.now"))

    def _draw_limits(self, p: QPainter, area: QRect) -> None:
        top = self.y_at(max((limit.value for limit in self.limits), default=0.0))
        for number, limit in enumerate(self.limits):
            y = self.y_at(limit.value)
            p.setPen(QPen(limit.color, 1, Qt.PenStyle.DashLine))
            p.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            width = p.fontMetrics().horizontalAdvance(limit.label)
            place = area.left() + 6 + number * (area.width() - 12 - width) / max(1, len(self.limits) - 1)
            p.drawText(QPointF(place, top - 4), limit.label)

    def _draw_curve(self, p: QPainter, area: QRect, curve: Curve) -> None:
        until_ns = self._desk.glasses.now_ns
        times = np.linspace(until_ns - round(self.span_s * S), until_ns, area.width()).astype(np.int64)
        values = self.trend.at(curve.name, times, steps=curve.steps)
        points = [QPointF(area.left() + i, self.y_at(v)) for i, v in enumerate(values.tolist()) if isfinite(v)]
        p.setPen(QPen(curve.color, 1.6))
        p.drawPolyline(QPolygonF(points))

    def _draw_legend(self, p: QPainter, top: int) -> None:
        for number, curve in enumerate(self.curves):
            row = QRect(AXIS_PX, top + number * ROW_PX, self.width() - AXIS_PX, ROW_PX)
            p.fillRect(QRect(row.left(), row.top() + 8, 9, 3), curve.color)
            p.setPen(self._desk.look.color("dim"))
            p.drawText(row.adjusted(17, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, curve.label)
