"""Data of a map on the HUD: what an app or a sample gives, checked once, as values in metres around the map's centre."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from emulator.core.errors import nearest
from emulator.core.yaml import Node as Yaml

TIERS = {"dim": "dim", "regular": "mid", "bright": "bright"}  # tier of a line: level of brightness
KEYS = ("span_m", "lines", "here", "pin", "north_deg", "grid_m", "grid_at")
LINE_KEYS = ("tier", "points")
MOST_M = 1e7  # from the centre: a quarter of the way round the Earth
MOST_POINTS = 20_000  # of all lines together: more are not seen on 640 pixels, and drawing stays short

Place = tuple[str | int, ...]  # keys and positions that lead to a value


class MapLine(NamedTuple):
    """A polyline: its tier, and x, y, x, y ... in metres."""

    tier: str
    xy_m: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class MapData:
    """What a map shows. Metres are east (x) and north (y) of its centre, angles clockwise from the top of the display.

    Attributes:
        span_m: What the shorter side of the box shows.
        lines: Streets and routes, drawn from dim to bright.
        here: Where the wearer is and where he heads: x, y, degrees; None for nowhere.
        pin: The destination; None for none.
        north_deg: Where north is; None shows no mark.
        grid_m: Distance of the lines of the grid, which goes along north; None for none.
        grid_at: Where two of its lines cross.
    """

    span_m: float
    lines: tuple[MapLine, ...] = ()
    here: tuple[float, ...] | None = None
    pin: tuple[float, ...] | None = None
    north_deg: float | None = None
    grid_m: float | None = None
    grid_at: tuple[float, ...] = (0.0, 0.0)


class MapError(ValueError):
    """A value is not a map; ``place`` leads to what is wrong, ``key`` says that it is the name of a key."""

    def __init__(self, place: Place, message: str, *, key: bool = False) -> None:
        super().__init__(message)
        self.place, self.key = place, key


def parse_map(value: Any) -> MapData:
    """Return the map that JSON data describes (docs/huds.md).

    >>> parse_map({"span_m": 400, "lines": [{"tier": "bright", "points": [[0, 0], [0, 80]]}]}).lines
    (MapLine(tier='bright', xy_m=(0, 0, 0, 80)),)

    Raises:
        MapError: If it is none.
    """
    _check_keys(value, KEYS, "a map", ())
    for key in ("span_m", "lines"):
        if key not in value:
            raise MapError((), f"a map needs the key {key!r}")
    lines = value["lines"]
    if not isinstance(lines, list | tuple):
        raise MapError(("lines",), f"expected a list of lines, got {lines!r}")
    found = tuple(_line(line, ("lines", number)) for number, line in enumerate(lines))
    if sum(len(line.xy_m) for line in found) > 2 * MOST_POINTS:
        raise MapError(("lines",), f"more than {MOST_POINTS} points")
    return MapData(
        span_m=_length(value, "span_m"),
        lines=found,
        here=_numbers(value, "here", 3, "[x_m, y_m, heading_deg]"),
        pin=_numbers(value, "pin", 2, "[x_m, y_m]"),
        north_deg=_number(value["north_deg"], ("north_deg",)) if value.get("north_deg") is not None else None,
        grid_m=_length(value, "grid_m") if value.get("grid_m") is not None else None,
        grid_at=_numbers(value, "grid_at", 2, "[x_m, y_m]") or (0.0, 0.0),
    )


def map_or_none(value: Any) -> MapData | None:
    """Return the map, or None where an app gave something else: that leaves a gap on the screen."""
    try:
        return parse_map(value)
    except MapError:
        return None


def check_map(sample: Yaml) -> None:
    """Check a map of the sample data; null is a map that is not there yet.

    Raises:
        HudError: If it is no map; with the place of what is wrong.
    """
    if sample.value is None:
        return
    try:
        parse_map(sample.plain)
    except MapError as wrong:
        at = sample
        for number, step in enumerate(wrong.place):
            at = _inside(at, step, named=wrong.key and number == len(wrong.place) - 1)
        at.fail(str(wrong))


def _inside(node: Yaml, step: str | int, *, named: bool) -> Yaml:
    """Return what is at ``step`` of a mapping or a list; ``named`` for the name of the key itself."""
    if isinstance(step, int):
        return node.sequence("list")[step]
    return node.keys[step] if named else node.mapping("mapping")[step]


def _line(value: Any, place: Place) -> MapLine:
    _check_keys(value, LINE_KEYS, "a line", place)
    for key in LINE_KEYS:
        if key not in value:
            raise MapError(place, f"a line needs the key {key!r}")
    tier, points = value["tier"], value["points"]
    if not isinstance(tier, str) or tier not in TIERS:
        raise MapError((*place, "tier"), f"tier: unknown value {tier!r}{nearest(str(tier), TIERS)}")
    if not isinstance(points, list | tuple) or len(points) < 2:
        raise MapError((*place, "points"), f"points: expected a list of two points or more, got {points!r}")
    return MapLine(tier, _flat(points) or _slowly(points, (*place, "points")))


def _flat(points: Sequence[Any]) -> tuple[float, ...]:
    """Return the numbers of ``points``; nothing if one is wrong. A city has thousands, so no loop of ours."""
    try:
        numbers = tuple(chain.from_iterable(points))
        right = set(map(len, points)) == {2} and set(map(type, numbers)) <= {int, float}
    except TypeError:
        return ()
    right = right and min(numbers) >= -MOST_M and max(numbers) <= MOST_M and math.isfinite(sum(numbers))
    return numbers if right else ()


def _slowly(points: Sequence[Any], place: Place) -> tuple[float, ...]:
    """Return the same, or find the point that is wrong."""
    return tuple(n for k, point in enumerate(points) for n in _tuple(point, (*place, k), 2, "[x_m, y_m]"))


def _check_keys(value: Any, known: tuple[str, ...], what: str, place: Place) -> None:
    if not isinstance(value, Mapping):
        raise MapError(place, f"{what}: expected a mapping, got {value!r}")
    for key in value:
        if key not in known:
            raise MapError((*place, key), f"unknown key {key!r} in {what}{nearest(str(key), known)}", key=True)


def _numbers(value: Mapping[str, Any], key: str, count: int, shape: str) -> tuple[float, ...] | None:
    return None if value.get(key) is None else _tuple(value[key], (key,), count, shape)


def _tuple(value: Any, place: Place, count: int, shape: str) -> tuple[float, ...]:
    if not isinstance(value, list | tuple) or len(value) != count:
        raise MapError(place, f"expected {shape}, got {value!r}")
    return tuple(_number(number, (*place, k)) for k, number in enumerate(value))


def _length(value: Mapping[str, Any], key: str) -> float:
    number = _number(value[key], (key,))
    if number <= 0:
        raise MapError((key,), f"{key}: expected more than 0 m, got {number!r}")
    return number


def _number(value: Any, place: Place) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -MOST_M <= value <= MOST_M:
        raise MapError(place, f"expected a number from {-MOST_M:.0f} to {MOST_M:.0f}, got {value!r}")
    return value
