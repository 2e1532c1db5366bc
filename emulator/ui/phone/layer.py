"""Pictures of the ground at one scale: tiles that are drawn a few lines at a time, and the names of streets on top.

Whoever shows them says until when they may work, so that no frame waits for a picture; what is there is only copied.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from emulator.ui.phone.ground import MAIN, PATH, STREET, Area, Ground
from emulator.ui.phone.street_names import StreetNames
from emulator.ui.theme import Theme

TILE_PX = 256
KEPT_TILES = 96
CHUNK = 24  # lines drawn between two looks at the clock: some 0.4 ms
WIDTH_M = {PATH: 1.4, STREET: 6.0, MAIN: 9.0}  # drawn to scale where that is wider than the least; a design choice
LEAST_PX = {PATH: 0.8, STREET: 1.2, MAIN: 2.2}
MOST_PX = {PATH: 4.0, STREET: 18.0, MAIN: 24.0}
FROM_PX_PER_M = {PATH: 0.45, STREET: 0.03, MAIN: 0.0}  # finer lines are left out below
EDGE_PX = 1.0  # of the casing round a street, on either side

Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class MapColours:
    """Colours of the ground, by theme."""

    ground: str
    path: str
    street: str
    main: str
    edge: str
    name: str


COLOURS = {
    "dark": MapColours("#14181c", "#2b323a", "#39424c", "#56626f", "#14181c", "#aab4bf"),
    "light": MapColours("#e6e9ed", "#c9cfd6", "#ffffff", "#ffffff", "#b9c1ca", "#434c56"),
}


def map_colours(theme: Theme) -> MapColours:
    """Return the colours that go with a theme of the window."""
    return COLOURS[theme.name]


@dataclass(slots=True)
class _Tile:
    image: QImage
    todo: deque[tuple[QPen, list[int]]]


class Layer:
    """Everything drawn at ``scale`` pixels a metre and ``ratio`` device pixels a pixel."""

    def __init__(self, ground: Ground, scale: float, ratio: float, colours: MapColours, language: str) -> None:
        self.ground, self.scale, self.ratio, self.colours = ground, scale, ratio, colours
        self.names = StreetNames(ground, scale, ratio, colours.name, colours.ground, language)
        self._tiles: OrderedDict[Key, _Tile] = OrderedDict()
        self._pens = {weight: self._pen(weight) for weight in (PATH, STREET, MAIN)}

    def work(self, seen: Area, until_s: float) -> bool:
        """Draw on what is seen until ``perf_counter()`` is ``until_s``; return whether all is there."""
        for key in self._keys(seen):
            tile = self._tiles.get(key)
            if tile is None:
                if perf_counter() >= until_s:
                    return False
                tile = self._tiles[key] = _Tile(self._blank(), deque(self._plan(key)))
            while tile.todo:
                if perf_counter() >= until_s:
                    return False
                self._draw_some(key, tile)
            self._tiles.move_to_end(key)
        while len(self._tiles) > KEPT_TILES:
            self._tiles.popitem(last=False)
        return self.names.work(seen, until_s)

    def whole(self, seen: Area) -> bool:
        """Say whether every tile in sight is there."""
        tiles = (self._tiles.get(key) for key in self._keys(seen))
        return all(tile is not None and not tile.todo for tile in tiles)

    def draw(self, p: QPainter, seen: Area, factor: float, *, names: bool) -> None:
        """Copy what is there into a painter whose origin is the seen area's corner, ``factor`` times as large."""
        size = TILE_PX * factor
        left, top = seen.left * self.scale * factor, seen.top * self.scale * factor
        for column, row in self._keys(seen):
            tile = self._tiles.get((column, row))
            if tile is None:
                continue
            x, y = column * size - left, row * size - top
            if factor == 1.0:
                p.drawImage(QPointF(x, y), tile.image)  # whoever draws stands on whole device pixels
            else:
                p.drawImage(QRectF(x, y, size, size), tile.image)
        if names and factor == 1.0:
            self.names.draw(p, seen)

    # --- inside ---

    def _keys(self, seen: Area) -> list[Key]:
        """Return the tiles of an area, those in its middle first."""
        size = TILE_PX / self.scale
        columns = range(int(seen.left // size), int(seen.right // size) + 1)
        rows = range(int(seen.top // size), int(seen.bottom // size) + 1)
        x, y = (seen.left + seen.right) / 2 / size - 0.5, (seen.top + seen.bottom) / 2 / size - 0.5
        keys = [(column, row) for column in columns for row in rows]
        return sorted(keys, key=lambda key: abs(key[0] - x) + abs(key[1] - y))

    def _blank(self) -> QImage:
        side = round(TILE_PX * self.ratio)
        image = QImage(side, side, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(self.ratio)
        image.fill(QColor(self.colours.ground))
        return image

    def _plan(self, key: Key) -> Iterator[tuple[QPen, list[int]]]:
        """Yield what to draw on a tile, from back to front, in small portions."""
        size = TILE_PX / self.scale
        area = Area(key[0] * size, key[1] * size, (key[0] + 1) * size, (key[1] + 1) * size)
        area = area.grown((MOST_PX[MAIN] / 2 + EDGE_PX) / self.scale)
        lines = {
            weight: self.ground.inside(area, weight) if self.scale >= FROM_PX_PER_M[weight] else []
            for weight in (PATH, STREET, MAIN)
        }
        passes = [(self._pens[PATH][1], lines[PATH])]
        if self.scale >= FROM_PX_PER_M[PATH]:  # thinner streets have no room for an edge
            passes += [(self._pens[weight][0], lines[weight]) for weight in (STREET, MAIN)]
        passes += [(self._pens[weight][1], lines[weight]) for weight in (STREET, MAIN)]
        for pen, segments in passes:
            for first in range(0, len(segments), CHUNK):
                yield pen, segments[first : first + CHUNK]

    def _draw_some(self, key: Key, tile: _Tile) -> None:
        pen, segments = tile.todo.popleft()
        with QPainter(tile.image) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.translate(-key[0] * TILE_PX, -key[1] * TILE_PX)
            p.scale(self.scale, self.scale)
            p.setPen(pen)
            for segment in segments:
                p.drawPolyline(self.ground.line(segment))

    def _pen(self, weight: int) -> tuple[QPen, QPen]:
        """Return the pens of a weight's edge and of its fill; their widths are in metres."""
        colours = self.colours
        width_px = min(MOST_PX[weight], max(LEAST_PX[weight], WIDTH_M[weight] * self.scale))
        fill = {PATH: colours.path, STREET: colours.street, MAIN: colours.main}[weight]
        if self.scale < FROM_PX_PER_M[PATH] and colours.main == colours.street:
            fill = {PATH: colours.path, STREET: colours.path, MAIN: colours.edge}[weight]
        edge = _round(colours.edge, (width_px + 2 * EDGE_PX) / self.scale)
        return edge, _round(fill, width_px / self.scale)


def _round(colour: str, width: float) -> QPen:
    return QPen(QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
