"""Amap's paths as routes of ours: Chinese actions become maneuvers, GCJ-02 lines become WGS-84.

Amap tells an action at the end of a step; here it stands at the beginning of the next one. The words are those of Amap's
guide to directions as far as known; one that is not known is ``continue``, and its text is kept.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from emulator.core.numerals import NUMERAL, to_number
from emulator.live.errors import NetworkError
from emulator.maps.costs import Mode
from emulator.maps.gcj02 import to_wgs84
from emulator.maps.packed import lat_lon
from emulator.maps.points import Gcj02Point, Plane, Wgs84Point, bearing_deg, line_m
from emulator.maps.streets import simplified

LONG, FINE_M = (
    50,
    0.5,
)  # a line of so many points is thinned, by no more than its points are exact: it goes into the log
_DIRECTIONS = (  # the first that is found; a turn before the word for going straight
    (r"调头|掉头", "uturn"),
    (r"左后", "sharp left"),
    (r"右后", "sharp right"),
    (r"左前|靠左|左岔|左侧|左边", "slight left"),
    (r"右前|靠右|右岔|右侧|右边", "slight right"),
    (r"左转|左拐|向左", "left"),
    (r"右转|右拐|向右", "right"),
    (r"直行|中间", "straight"),
)
_TYPES = (
    (r"到达目的地|到达终点", "arrive"),
    (r"离开环岛|驶出环岛", "exit roundabout"),
    (r"环岛", "roundabout"),
    (r"出口|驶出高速|离开高速|离开主路", "off ramp"),
    (r"进入匝道", "on ramp"),
    (r"汇入|进入主路|进入高速|进入辅路", "merge"),
    (r"岔|靠左|靠右", "fork"),
)
_EXIT = re.compile(rf"第\s*({NUMERAL})\s*(?:个)?出口")
_WAYS = (
    (r"人行横道|斑马线", "crossing"),
    (r"天桥|过街桥|桥梁", "bridge"),
    (r"地下通道|地铁通道|隧道", "tunnel"),
    (r"阶梯|台阶|楼梯|扶梯", "steps"),
)
_WALK_TYPES = {"1": "crossing", "3": "tunnel", "4": "bridge", "5": "tunnel", "8": "steps", "11": "bridge",
               "20": "steps", "22": "bridge", "23": "tunnel"}  # fmt: skip  # unchecked, services.md 9


def packed_path(path: dict[str, Any], mode: Mode, origin: Wgs84Point, target: Wgs84Point) -> dict[str, Any]:
    """Return a path of a reply as ``requests.py`` has a ROUTE.

    Raises:
        NetworkError: If something in it is missing or no number.
    """
    try:
        return _packed(path, mode, origin, target)
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise NetworkError(f"Amap: a route that cannot be read ({type(error).__name__})", "not-amap") from None


def maneuver_of(action: str, assistant: str = "") -> tuple[str, str | None, int | None]:
    """Return type, modifier and exit of what Amap says.

    >>> maneuver_of("向左前方行驶", "进入匝道"), maneuver_of("右转"), maneuver_of("进入环岛", "走第二出口")
    (('on ramp', 'slight left', None), ('turn', 'right', None), ('roundabout', None, 2))
    >>> maneuver_of("乘坐缆车")
    ('continue', 'straight', None)
    """
    both = f"{action} {assistant}"
    modifier = _first(_DIRECTIONS, action) or _first(_DIRECTIONS, assistant)
    kind = _first(_TYPES, both)
    if kind == "arrive":
        return kind, None, None
    if kind in ("roundabout", "exit roundabout"):
        number = _EXIT.search(both)
        return kind, modifier, round(to_number(number[1])) if number else None
    if kind is not None:
        return kind, modifier or "straight", None
    if modifier in (None, "straight"):
        return "continue", "straight", None
    return ("continue" if modifier == "uturn" else "turn"), modifier, None


def text_of(value: Any) -> str:
    """Return a scalar as text; Amap writes ``[]`` where there is none.

    >>> text_of([]), text_of(None), text_of(" 南京路 "), text_of(5)
    ('', '', '南京路', '5')
    """
    return "" if value is None or isinstance(value, list | dict | bool) else str(value).strip()


def listed(value: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the objects of a list; an object alone stands for a list of one, anything else for none."""
    found = value.get(name)
    if isinstance(found, dict):
        found = [found]
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _packed(path: dict[str, Any], mode: Mode, origin: Wgs84Point, target: Wgs84Point) -> dict[str, Any]:
    legs = [leg for leg in listed(path, "steps") if text_of(leg.get("polyline"))]
    geometry: list[Wgs84Point] = []
    firsts = []
    for leg in legs:
        line = _line(text_of(leg["polyline"]))
        same = bool(geometry) and lat_lon(geometry[-1]) == lat_lon(line[0])
        firsts.append(max(0, len(geometry) - 1 if same else len(geometry)))
        geometry += line[1:] if same else line
    if len(geometry) < 2:
        raise ValueError("no line")
    firsts.append(len(geometry) - 1)
    steps = [_depart(legs[0])]
    for before, leg in pairwise(legs):
        steps.append(_step(before, leg))
    steps.append({"type": "arrive", "modifier": None, "exit": None, "name": None, "way": "road", "duration_s": 0.0})
    for step, first, last in zip(steps, firsts, [*firsts[1:], len(geometry) - 1], strict=True):
        step |= {
            "first": first,
            "bearings": _bearings(geometry, first),
            "destination": "",
            "side": "right",
            "lanes": [],
        }
        step["distance_m"] = round(line_m(geometry[first : last + 1]), 1) if last > first else 0.0
    cost = path.get("cost")
    whole_s = text_of(cost.get("duration")) if isinstance(cost, dict) else text_of(path.get("duration"))
    return {
        "map": "amap",
        "mode": mode,
        "preference": "best",
        "origin": lat_lon(origin),
        "target": lat_lon(target),
        "length_m": round(line_m(geometry), 1),
        "duration_s": float(whole_s) if whole_s else sum(step["duration_s"] for step in steps),
        "geometry": [lat_lon(point) for point in geometry],
        "steps": steps,
    }


def _depart(leg: dict[str, Any]) -> dict[str, Any]:
    return {"type": "depart", "modifier": None, "exit": None} | _street(leg, "")


def _step(before: dict[str, Any], leg: dict[str, Any]) -> dict[str, Any]:
    """Return the maneuver between two of Amap's steps and what it says of the second."""
    navi = before.get("navi")
    action, assistant = ("", "")
    if isinstance(navi, dict):
        action, assistant = text_of(navi.get("action")), text_of(navi.get("assistant_action"))
    kind, modifier, number = maneuver_of(action, assistant)
    kind = "continue" if kind == "arrive" else kind  # a place on the way
    step = {"type": kind, "modifier": modifier, "exit": number} | _street(leg, f"{action} {assistant}")
    return step | {"text": action} if action and _first(_DIRECTIONS, action) is None else step


def _street(leg: dict[str, Any], said: str) -> dict[str, Any]:
    name = text_of(leg.get("road_name"))
    navi, cost = leg.get("navi"), leg.get("cost")
    walks = text_of(navi.get("walk_type")) if isinstance(navi, dict) else ""
    seconds = text_of(cost.get("duration")) if isinstance(cost, dict) else text_of(leg.get("duration"))
    return {
        "name": [name, name, ""] if name else None,
        "way": _WALK_TYPES.get(walks) or _first(_WAYS, said) or "road",
        "duration_s": float(seconds or 0),
    }


def _line(polyline: str) -> list[Wgs84Point]:
    pairs = (pair.split(",") for pair in polyline.split(";") if pair)
    points = [to_wgs84(Gcj02Point(float(lat), float(lon))) for lon, lat in pairs]
    if len(points) < LONG:
        return points
    plane = Plane(points[0])
    inner = simplified([plane.xy(point) for point in points], FINE_M)[1:-1]
    return [points[0], *(plane.point(*xy) for xy in inner), points[-1]]


def _bearings(geometry: list[Wgs84Point], at: int) -> list[int]:
    """Return the bearings before and after a point of a line; at an end both are the same."""
    after = bearing_deg(geometry[at], geometry[at + 1]) if at + 1 < len(geometry) else None
    before = bearing_deg(geometry[at - 1], geometry[at]) if at else after
    return [round(before or 0.0) % 360, round(after if after is not None else before or 0.0) % 360]


def _first(table: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((found for pattern, found in table if re.search(pattern, text)), None)
