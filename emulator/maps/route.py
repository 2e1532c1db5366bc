"""A way from here to there as values: line, steps, maneuvers. The maneuver model is OSRM's.

Source: project-osrm.org, HTTP API, StepManeuver object.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.maps.costs import Mode, Preference
from emulator.maps.points import Wgs84Point
from emulator.maps.street_map import Name

TYPES = (
    "turn",
    "new name",
    "depart",
    "arrive",
    "merge",
    "on ramp",
    "off ramp",
    "fork",
    "end of road",
    "continue",
    "roundabout",
    "rotary",
    "roundabout turn",
    "exit roundabout",
    "exit rotary",
    "notification",
    "use lane",
)
MODIFIERS = ("uturn", "sharp right", "right", "slight right", "straight", "slight left", "left", "sharp left")
WAYS = ("road", "crossing", "steps", "bridge", "tunnel")  # what a step begins on


@dataclass(frozen=True, slots=True)
class Maneuver:
    """What to do at a place.

    Attributes:
        type: One of ``TYPES``.
        modifier: One of ``MODIFIERS``, or None. Where one arrives, the side of the destination.
        exit: Which exit of a roundabout, from 1.
        point: Where.
        bearing_before: Degrees clockwise from north on the way there.
        bearing_after: Degrees on leaving.
    """

    type: str
    modifier: str | None
    exit: int | None
    point: Wgs84Point
    bearing_before: int
    bearing_after: int


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane before a maneuver, from the left: where it may go, and whether it serves this maneuver."""

    indications: tuple[str, ...]
    valid: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A maneuver and the way to the next one.

    Attributes:
        maneuver: What to do at its beginning.
        name: Of the street one is on after it.
        destination: What the signs say there; ``""`` if nothing.
        way: One of ``WAYS``: what it begins on.
        start_m: Metres from the beginning of the route.
        distance_m: Metres to the next maneuver.
        duration_s: Seconds to the next maneuver.
        driving_side: ``"right"`` or ``"left"``.
        lanes: Of the road before the maneuver, from the left; empty if unknown.
        first: Index of its first point in the route's geometry.
    """

    maneuver: Maneuver
    name: Name | None
    destination: str
    way: str
    start_m: float
    distance_m: float
    duration_s: float
    driving_side: str
    lanes: tuple[Lane, ...]
    first: int


@dataclass(frozen=True, slots=True)
class Route:
    """A way from ``origin`` to ``target``.

    Attributes:
        map_title: Name of the map.
        mode: Who travels.
        preference: What was sought.
        origin: Where it was asked to begin; the line begins on the nearest street.
        target: Where it was asked to end.
        length_m: Along the line.
        duration_s: Expected.
        steps: From ``depart`` to ``arrive``.
        geometry: The line.
        edges: The map's edges it uses.
    """

    map_title: str
    mode: Mode
    preference: Preference
    origin: Wgs84Point
    target: Wgs84Point
    length_m: float
    duration_s: float
    steps: tuple[Step, ...]
    geometry: tuple[Wgs84Point, ...]
    edges: tuple[int, ...]


def modifier_of(turn_deg: float) -> str:
    """Return the modifier of a turn, right positive.

    >>> [modifier_of(turn) for turn in (0, 40, -90, 150, 179)]
    ['straight', 'slight right', 'left', 'sharp right', 'uturn']
    """
    size = abs(turn_deg)
    if size < 25:
        return "straight"
    if size >= 170:
        return "uturn"
    side = "right" if turn_deg > 0 else "left"
    return f"slight {side}" if size < 55 else side if size < 130 else f"sharp {side}"


def lon_lat(point: Wgs84Point) -> list[float]:
    """Return a position as GeoJSON has it.

    >>> lon_lat(Wgs84Point(60.17, 24.94))
    [24.94, 60.17]
    """
    return [round(point.lon, 7), round(point.lat, 7)]


def to_json(route: Route) -> dict[str, Any]:
    """Return a route as JSON values; positions are [longitude, latitude] as in GeoJSON."""
    return {
        "map": route.map_title,
        "mode": route.mode,
        "preference": route.preference,
        "origin": lon_lat(route.origin),
        "target": lon_lat(route.target),
        "length_m": round(route.length_m, 1),
        "duration_s": round(route.duration_s, 1),
        "steps": [_step_json(step) for step in route.steps],
        "geometry": {"type": "LineString", "coordinates": [lon_lat(point) for point in route.geometry]},
    }


def _step_json(step: Step) -> dict[str, Any]:
    maneuver = step.maneuver
    return {
        "maneuver": {
            "type": maneuver.type,
            "modifier": maneuver.modifier,
            "exit": maneuver.exit,
            "location": lon_lat(maneuver.point),
            "bearing_before": maneuver.bearing_before,
            "bearing_after": maneuver.bearing_after,
        },
        "name": step.name.local if step.name else "",
        "name_zh": step.name.zh if step.name else "",
        "name_en": step.name.en if step.name else "",
        "destination": step.destination,
        "way": step.way,
        "distance_m": round(step.distance_m, 1),
        "duration_s": round(step.duration_s, 1),
        "driving_side": step.driving_side,
        "lanes": [{"indications": list(lane.indications), "valid": lane.valid} for lane in step.lanes],
    }
