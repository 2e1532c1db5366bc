"""Names along the streets of a map: placed once, the important ones first, none over another; then only copied."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QGuiApplication, QImage, QPainter, QPainterPath, QPen

from emulator.ui.phone.ground import MAIN, Area, Ground

TEXT_PX = 11
HALO_PX = 3.0
FROM_PX_PER_M = {MAIN: 0.25, 1: 0.7}  # smaller maps have no room for names
FITS = 0.55  # a name may be so much longer than 1 / FITS of its piece of street: most go straight on
APART_PX = 280.0  # between two of the same name
REACH_PX = 9.0  # radius of the discs that a name keeps free of others


@dataclass(frozen=True, slots=True)
class _Written:
    image: QImage
    x: float  # of its middle, in pixels of the layer
    y: float


class StreetNames:
    """The names at one scale; where they once stand, they stay while the map is moved."""

    def __init__(self, ground: Ground, scale: float, ratio: float, colour: str, halo: str, language: str) -> None:
        self._ground, self._scale, self._ratio, self._language = ground, scale, ratio, language
        self._colour, self._halo = QColor(colour), QColor(halo)
        self._font = QFont(QGuiApplication.font())
        self._font.setPixelSize(TEXT_PX)
        self._metrics = QFontMetricsF(self._font)
        weights = ground.weight[ground.named]
        shown = np.zeros(len(weights), bool)
        for weight, least in FROM_PX_PER_M.items():
            shown |= (weights == weight) & (scale >= least)
        self._open = ground.named[shown]  # not yet tried, the important ones first
        self._anchors = ground.anchor[self._open]
        self._taken: defaultdict[tuple[int, int], list[tuple[float, float]]] = defaultdict(list)
        self._of_name: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
        self.written: list[_Written] = []

    def work(self, seen: Area, until_s: float) -> bool:
        """Try the names in and around ``seen`` until ``perf_counter()`` is ``until_s``; return whether all were."""
        if not len(self._open):
            return True
        around = seen.grown(max(seen.right - seen.left, seen.bottom - seen.top) / 4)
        x, y = self._anchors[:, 0], self._anchors[:, 1]
        near = np.flatnonzero((x >= around.left) & (x <= around.right) & (y >= around.top) & (y <= around.bottom))
        done = 0
        for at in near.tolist():
            if perf_counter() >= until_s:
                break
            self._try(int(self._open[at]), *self._anchors[at].tolist())
            done += 1
        if done:
            self._open = np.delete(self._open, near[:done])
            self._anchors = np.delete(self._anchors, near[:done], axis=0)
        return done == len(near)

    def draw(self, p: QPainter, seen: Area) -> None:
        """Copy the names in sight."""
        left, top = seen.left * self._scale, seen.top * self._scale
        right, bottom = seen.right * self._scale, seen.bottom * self._scale
        ratio = self._ratio

        def whole(px: float) -> float:
            return round(px * ratio) / ratio

        for name in self.written:
            half_w = name.image.width() / self._ratio / 2
            half_h = name.image.height() / self._ratio / 2
            if left - half_w < name.x < right + half_w and top - half_h < name.y < bottom + half_h:
                p.drawImage(QPointF(whole(name.x - half_w) - left, whole(name.y - half_h) - top), name.image)

    def _try(self, segment: int, x_m: float, y_m: float, turn_deg: float, length_m: float) -> None:
        name = self._ground.map.street(segment)
        text = name.language(self._language) if name else ""
        width = self._metrics.horizontalAdvance(text)
        x, y = x_m * self._scale, y_m * self._scale
        if not text or length_m * self._scale < FITS * width:
            return
        if any(math.hypot(x - other_x, y - other_y) < APART_PX for other_x, other_y in self._of_name[text]):
            return
        discs = list(_discs(x, y, turn_deg, width))
        if any(self._hit(disc) for disc in discs):
            return
        for disc in discs:
            self._taken[_cell(disc)].append(disc)
        self._of_name[text].append((x, y))
        self.written.append(_Written(self._write(text, width, turn_deg), x, y))

    def _hit(self, disc: tuple[float, float]) -> bool:
        column, row = _cell(disc)
        cells = ((column + i, row + j) for i in (-1, 0, 1) for j in (-1, 0, 1))
        return any(
            math.hypot(disc[0] - x, disc[1] - y) < 2 * REACH_PX for cell in cells for x, y in self._taken.get(cell, ())
        )

    def _write(self, text: str, width: float, turn_deg: float) -> QImage:
        """Return the text, turned, with a halo so that it can be read on the streets."""
        cos, sin = abs(math.cos(math.radians(turn_deg))), abs(math.sin(math.radians(turn_deg)))
        wide, high = width + 2 * HALO_PX, self._metrics.height() + 2 * HALO_PX
        w, h = math.ceil(wide * cos + high * sin), math.ceil(wide * sin + high * cos)
        image = QImage(round(w * self._ratio), round(h * self._ratio), QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(self._ratio)
        image.fill(Qt.GlobalColor.transparent)
        path = QPainterPath()
        path.addText(QPointF(-width / 2, self._metrics.capHeight() / 2), self._font, text)
        with QPainter(image) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.translate(w / 2, h / 2)
            p.rotate(turn_deg)
            round_pen = (Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
            p.strokePath(path, QPen(self._halo, HALO_PX, *round_pen))
            p.fillPath(path, self._colour)
        return image


def _cell(disc: tuple[float, float]) -> tuple[int, int]:
    return int(disc[0] // (2 * REACH_PX)), int(disc[1] // (2 * REACH_PX))


def _discs(x: float, y: float, turn_deg: float, width: float) -> list[tuple[float, float]]:
    """Return the middles of the discs that cover a name."""
    count = max(1, math.ceil(width / (1.5 * REACH_PX)))
    cos, sin = math.cos(math.radians(turn_deg)), math.sin(math.radians(turn_deg))
    steps = [width * ((n + 0.5) / count - 0.5) for n in range(count)]
    return [(x + step * cos, y + step * sin) for step in steps]
