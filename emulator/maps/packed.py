"""Routes as small JSON values and back, so that a logged reply holds all that is needed to follow one.

Positions keep six decimals (0.1 m), as one number of the log has nine digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from emulator.maps.points import Wgs84Point
from emulator.maps.route import Lane, Maneuver, Route, Step
from emulator.maps.street_map import Name

DECIMALS = 6


def packed(route: Route) -> dict[str, Any]:
    """Return ``route`` as the reply of ``PlanRoutes`` has it; the map's edges are left out."""
    return {
        "map": route.map_title,
        "mode": route.mode,
        "preference": route.preference,
        "origin": lat_lon(route.origin),
        "target": lat_lon(route.target),
        "length_m": round(route.length_m, 1),
        "duration_s": round(route.duration_s, 1),
        "geometry": [lat_lon(point) for point in route.geometry],
        "steps": [_packed_step(step) for step in route.steps],
    }


def unpacked(value: dict[str, Any]) -> Route:
    """Return the route that ``packed`` packed; it has no edges."""
    geometry = tuple(point_of(pair) for pair in value["geometry"])
    starts = accumulate((step["distance_m"] for step in value["steps"]), initial=0.0)
    steps = tuple(_step(step, start, geometry) for step, start in zip(value["steps"], starts, strict=False))
    return Route(
        map_title=value["map"],
        mode=value["mode"],
        preference=value["preference"],
        origin=point_of(value["origin"]),
        target=point_of(value["target"]),
        length_m=value["length_m"],
        duration_s=value["duration_s"],
        steps=steps,
        geometry=geometry,
        edges=(),
    )


def lat_lon(point: Wgs84Point) -> list[float]:
    """Return a position as ``[latitude, longitude]``.

    >>> lat_lon(Wgs84Point(60.17123449, 24.94))
    [60.171234, 24.94]
    """
    return [round(point.lat, DECIMALS), round(point.lon, DECIMALS)]


def point_of(pair: Sequence[float]) -> Wgs84Point:
    """Return the position of ``[latitude, longitude]``."""
    lat, lon = pair
    return Wgs84Point(lat, lon)


def _packed_step(step: Step) -> dict[str, Any]:
    maneuver = step.maneuver
    return {
        "type": maneuver.type,
        "modifier": maneuver.modifier,
        "exit": maneuver.exit,
        "first": step.first,
        "bearings": [maneuver.bearing_before, maneuver.bearing_after],
        "name": [step.name.local, step.name.zh, step.name.en] if step.name else None,
        "destination": step.destination,
        "way": step.way,
        "distance_m": round(step.distance_m, 1),
        "duration_s": round(step.duration_s, 1),
        "side": step.driving_side,
        "lanes": [[list(lane.indications), lane.valid] for lane in step.lanes],
    }


def _step(value: dict[str, Any], start_m: float, geometry: Sequence[Wgs84Point]) -> Step:
    before, after = value["bearings"]
    maneuver = Maneuver(
        value["type"], value["modifier"], value["exit"], geometry[value["first"]], round(before), round(after)
    )
    return Step(
        maneuver=maneuver,
        name=Name(*value["name"]) if value["name"] else None,
        destination=value["destination"],
        way=value["way"],
        start_m=start_m,
        distance_m=value["distance_m"],
        duration_s=value["duration_s"],
        driving_side=value["side"],
        lanes=tuple(Lane(tuple(indications), valid) for indications, valid in value["lanes"]),
        first=value["first"],
    )
