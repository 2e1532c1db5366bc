"""A map as operations: grid, streets and route cut at its box, pin, the wearer's arrow and a north mark."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from emulator.hud.display_list import Box, Lines, Op, Path
from emulator.hud.icons import ROUND, Command
from emulator.hud.map_data import TIERS, MapData
from emulator.hud.sizes import LEVELS

STROKES = {"dim": 1, "regular": 2, "bright": 3}  # pixels at the density of the S1
S1_PX_PER_DEG = 26.4  # 640 pixels over 24.2 degrees (device.md, 1.3)
GRID_LEVEL = 0.5  # of dim: it lies beneath dim streets
GRID_LEAST_DEG = 0.25  # a closer grid would be an area
HERE_DEG, PIN_DEG, NORTH_DEG = 0.75, 0.85, 0.62  # heights of arrow and pin, length of the needle
LETTER_DEG = 0.3  # 18 arcmin
HALO_PX = 2.0  # of darkness around a sign, so that it stands off the lines
ARROW = ((0.0, -0.5), (0.4, 0.5), (0.0, 0.28), (-0.4, 0.5))  # of height 1, its point up
ARROW_REACH = math.hypot(0.4, 0.5)  # from its middle, however it is turned
NEEDLE = (  # northern half, southern half, both; of length 1
    ((0.0, -0.5), (0.2, 0.0), (-0.2, 0.0)),
    ((0.0, 0.5), (-0.2, 0.0), (0.2, 0.0)),
    ((0.0, -0.5), (0.2, 0.0), (0.0, 0.5), (-0.2, 0.0)),
)
QUARTERS = {0.0: (1.0, 0.0), 90.0: (0.0, 1.0), 180.0: (-1.0, 0.0), 270.0: (0.0, -1.0)}  # cosine, sine
LETTER: tuple[Command, ...] = (("M", (-0.35, 0.5)), ("L", (-0.35, -0.5)), ("L", (0.35, 0.5)), ("L", (0.35, -0.5)))
LETTER_PX = 1.5

Point = tuple[float, float]
Segment = tuple[float, float, float, float]


@lru_cache(maxsize=4)
def map_ops(data: MapData, box: Box, px_per_deg: float, dim: float) -> tuple[Op, ...]:
    """Return what draws ``data`` in ``box``, from back to front; nothing of it leaves the box.

    Args:
        data: The map.
        box: Where it stands, in display pixels; its shorter side shows ``data.span_m``.
        px_per_deg: Pixels in a degree.
        dim: What code values are scaled by, in [0, 1].
    """
    if min(box.w, box.h) < 1.0:
        return ()
    view = _View(data, box, px_per_deg, dim)
    lines = chain.from_iterable(view.lines(tier) for tier in TIERS)
    return (*view.grid(), *lines, *view.north(), *view.pin(), *view.here())


def clip(line: tuple[float, ...], box: Box) -> Iterator[tuple[float, ...]]:
    """Yield the parts of a polyline (x, y, x, y ...) that are inside ``box`` (Liang and Barsky, 1984).

    >>> list(clip((-5, 5, 15, 5, 15, 7, 5, 7), Box(0, 0, 10, 10)))
    [(0.0, 5.0, 10.0, 5.0), (10.0, 7.0, 5, 7)]
    """
    xs, ys = line[0::2], line[1::2]
    left, top, right, bottom = box.x, box.y, box.x + box.w, box.y + box.h
    if max(xs) < left or min(xs) > right or max(ys) < top or min(ys) > bottom:
        return
    if min(xs) >= left and max(xs) <= right and min(ys) >= top and max(ys) <= bottom:
        yield line
        return
    part: list[float] = []
    for x0, y0, x1, y1 in zip(xs, ys, xs[1:], ys[1:], strict=False):
        if left <= x0 <= right and left <= x1 <= right and top <= y0 <= bottom and top <= y1 <= bottom:
            found: Segment | None = (x0, y0, x1, y1)
        else:
            found = _clip_one(x0, y0, x1, y1, (left, top, right, bottom))
        if found is None or (part and (part[-2], part[-1]) != found[:2]):
            if part:
                yield tuple(part)
            part = []
        if found is not None:
            part += found[2:] if part else found
    if part:
        yield tuple(part)


def _clip_one(x0: float, y0: float, x1: float, y1: float, edges: Segment) -> Segment | None:
    """Return what is inside of one segment: where it enters and where it leaves."""
    left, top, right, bottom = edges
    dx, dy = x1 - x0, y1 - y0
    enters, leaves = 0.0, 1.0
    for step, room in ((-dx, x0 - left), (dx, right - x0), (-dy, y0 - top), (dy, bottom - y0)):
        if step == 0:
            if room < 0:
                return None
        elif step < 0:
            enters = max(enters, room / step)
        else:
            leaves = min(leaves, room / step)
    if enters >= leaves:
        return None
    first = (x0 + enters * dx, y0 + enters * dy) if enters > 0 else (x0, y0)
    last = (x0 + leaves * dx, y0 + leaves * dy) if leaves < 1 else (x1, y1)
    return (*first, *last)


class _View:
    """Metres to pixels, and the parts of the picture."""

    def __init__(self, data: MapData, box: Box, px_per_deg: float, dim: float) -> None:
        self._data, self._box, self._ppd, self._dim = data, box, px_per_deg, dim
        self._scale = min(box.w, box.h) / data.span_m
        self._x, self._y = box.x + box.w / 2, box.y + box.h / 2

    def lines(self, tier: str) -> Iterator[Op]:
        """Yield the lines of one tier as one operation."""
        x, y, scale = self._x, self._y, self._scale
        stroke = self._stroke(tier)
        room = _shrunk(self._box, stroke / 2)
        found: list[tuple[float, ...]] = []
        for line in self._data.lines:
            if line.tier == tier:
                xy = [0.0] * len(line.xy_m)
                xy[0::2] = [x + east * scale for east in line.xy_m[0::2]]
                xy[1::2] = [y - north * scale for north in line.xy_m[1::2]]
                found += clip(tuple(xy), room)
        if found:
            yield Lines(tuple(found), stroke, LEVELS[TIERS[tier]] * self._dim)

    def grid(self) -> Iterator[Op]:
        """Yield the grid: one pixel wide, on whole pixels where it stands upright."""
        data = self._data
        spacing = (data.grid_m or 0.0) * self._scale
        if spacing < GRID_LEAST_DEG * self._ppd:
            return
        at, room = self._place(*data.grid_at), _shrunk(self._box, 0.5)
        turn = data.north_deg or 0.0
        found = [line for way in (turn, turn + 90.0) for line in _hatch(room, at, spacing, way)]
        if found:
            yield Lines(tuple(found), 1.0, LEVELS["dim"] * GRID_LEVEL * self._dim)

    def pin(self) -> Iterator[Op]:
        """Yield the pin, its point on the destination."""
        if self._data.pin is None or not _holds(self._box, at := self._place(*self._data.pin)):
            return
        high = PIN_DEG * self._ppd
        x, y = self._kept((at[0], at[1] - high / 2), 0.36 * high, high / 2)
        yield from self._sign(_pin(), x, y, high)

    def here(self) -> Iterator[Op]:
        """Yield the arrow, turned to where the wearer heads."""
        if self._data.here is None or not _holds(self._box, at := self._place(*self._data.here[:2])):
            return
        high = HERE_DEG * self._ppd
        reach = ARROW_REACH * high
        yield from self._sign(_closed(_turned(ARROW, self._data.here[2])), *self._kept(at, reach, reach), high)

    def north(self) -> Iterator[Op]:
        """Yield a needle in a corner that is free, the upper right one first, with an N at its northern end."""
        turn = self._data.north_deg
        long, letter = NORTH_DEG * self._ppd, LETTER_DEG * self._ppd
        reach = long / 2 + 1.3 * letter + HALO_PX
        if turn is None or 4 * reach > min(self._box.w, self._box.h):
            return
        x, y = self._corner(reach)
        level, halo = LEVELS["mid"] * self._dim, 2 * HALO_PX
        north, south, whole = (_closed(_turned(part, turn)) for part in NEEDLE)
        ((dx, dy),) = _turned(((0.0, -long / 2 - 0.7 * letter),), turn)
        yield Path(x, y, long, whole, halo, 0.0)
        yield Path(x, y, long, whole, 0.0, 0.0)
        yield Path(x, y, long, north, 0.0, level)
        yield Path(x, y, long, south, 1.0, level)
        yield Path(x + dx, y + dy, letter, LETTER, halo + LETTER_PX, 0.0)
        yield Path(x + dx, y + dy, letter, LETTER, LETTER_PX, level)

    def _corner(self, reach: float) -> Point:
        """Return the middle of a mark of radius ``reach`` in a corner where neither pin nor arrow is."""
        box, away = _shrunk(self._box, reach), reach + PIN_DEG * self._ppd / 2
        signs = [self._place(*at[:2]) for at in (self._data.pin, self._data.here) if at is not None]
        corners = [(box.x + x * box.w, box.y + y * box.h) for y in (0, 1) for x in (1, 0)]
        free = [corner for corner in corners if all(math.dist(corner, sign) > away for sign in signs)]
        return (free or corners)[0]

    def _sign(self, outline: tuple[Command, ...], x: float, y: float, high: float) -> Iterator[Op]:
        yield Path(x, y, high, outline, 2 * HALO_PX, 0.0)
        yield Path(x, y, high, outline, 0.0, LEVELS["bright"] * self._dim)

    def _stroke(self, tier: str) -> float:
        return float(max(1, round(STROKES[tier] * self._ppd / S1_PX_PER_DEG)))

    def _place(self, east_m: float, north_m: float) -> Point:
        return self._x + east_m * self._scale, self._y - north_m * self._scale

    def _kept(self, at: Point, half_w: float, half_h: float) -> Point:
        """Return where the middle of a sign stands so that all of it, with its halo, is in the box."""
        box = _shrunk(self._box, HALO_PX)
        half_w, half_h = min(half_w, box.w / 2), min(half_h, box.h / 2)
        x = min(max(at[0], box.x + half_w), box.x + box.w - half_w)
        return x, min(max(at[1], box.y + half_h), box.y + box.h - half_h)


def _hatch(room: Box, at: Point, spacing: float, turn_deg: float) -> Iterator[tuple[float, ...]]:
    """Yield parallel lines in ``room`` that go ``turn_deg`` clockwise from up, one of them through ``at``."""
    cos, sin = _direction(turn_deg)
    reach = math.hypot(room.w, room.h)
    x, y = room.x + room.w / 2, room.y + room.h / 2
    off = (at[0] - x) * cos + (at[1] - y) * sin  # of ``at``, across the lines
    first, last = (math.ceil((-reach / 2 - off) / spacing), math.floor((reach / 2 - off) / spacing))
    for number in range(first, last + 1):
        across = off + number * spacing
        px, py = x + across * cos, y + across * sin
        px, py = (math.floor(px) + 0.5 if sin == 0 else px), (math.floor(py) + 0.5 if cos == 0 else py)
        yield from clip((px - reach * sin, py + reach * cos, px + reach * sin, py - reach * cos), room)


def _direction(turn_deg: float) -> Point:
    """Return cosine and sine, exact for quarter turns."""
    return QUARTERS.get(turn_deg % 360) or (math.cos(math.radians(turn_deg)), math.sin(math.radians(turn_deg)))


def _turned(points: tuple[Point, ...], turn_deg: float) -> tuple[Point, ...]:
    cos, sin = _direction(turn_deg)
    return tuple((x * cos - y * sin, x * sin + y * cos) for x, y in points)


def _closed(points: tuple[Point, ...]) -> tuple[Command, ...]:
    return (("M", points[0]), *(("L", point) for point in points[1:]), ("Z", ()))


def _pin() -> tuple[Command, ...]:
    """Return a drop of height 1 with a hole in it, its point at the bottom."""
    r, k, y = 0.33, 0.33 * ROUND, -0.17
    h, j = 0.13, 0.13 * ROUND
    return (
        ("M", (0.0, 0.5)),
        ("C", (-0.1, 0.3, -r, 0.1, -r, y)),
        ("C", (-r, y - k, -k, y - r, 0.0, y - r)),
        ("C", (k, y - r, r, y - k, r, y)),
        ("C", (r, 0.1, 0.1, 0.3, 0.0, 0.5)),
        ("Z", ()),
        ("M", (0.0, y - h)),
        ("C", (-j, y - h, -h, y - j, -h, y)),
        ("C", (-h, y + j, -j, y + h, 0.0, y + h)),
        ("C", (j, y + h, h, y + j, h, y)),
        ("C", (h, y - j, j, y - h, 0.0, y - h)),
        ("Z", ()),
    )


def _shrunk(box: Box, by: float) -> Box:
    by = min(by, box.w / 2, box.h / 2)
    return Box(box.x + by, box.y + by, box.w - 2 * by, box.h - 2 * by)


def _holds(box: Box, at: Point) -> bool:
    return box.x <= at[0] <= box.x + box.w and box.y <= at[1] <= box.y + box.h
