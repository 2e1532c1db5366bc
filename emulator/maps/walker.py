"""A simulated traveller along a line: speed, noise of a receiver, a stop, a wrong turn. All chance is handed in."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from emulator.core.units import S
from emulator.maps.fix import Fix
from emulator.maps.line import Line
from emulator.maps.network import Network
from emulator.maps.points import Plane, Wgs84Point
from emulator.maps.route import Route


@dataclass(frozen=True, slots=True)
class Gait:
    """How somebody moves and how well they are measured.

    Attributes:
        speed_mps: Over the ground.
        sigma_m: Standard deviation of each coordinate; it is reported as the accuracy.
        correlation: Of the error from one second to the next (Gauss-Markov), 0 to 1.
        stop_at_m: Where they stand still, or None.
        stop_s: How long.
        period_ns: Between two fixes.
    """

    speed_mps: float = 1.4
    sigma_m: float = 4.0
    correlation: float = 0.95
    stop_at_m: float | None = None
    stop_s: float = 0.0
    period_ns: int = S


def walk(points: Sequence[Wgs84Point], gait: Gait, rng: Random, start_ns: int = 0) -> Iterator[Fix]:
    """Yield the fixes of somebody who walks the whole line, and stands at its end for one more."""
    line = Line.of(points)
    period_s = gait.period_ns / S
    kept = gait.correlation**period_s
    east, north = (rng.gauss(0.0, gait.sigma_m) for _ in range(2))
    t_ns, moved_s, stopped_s = start_ns, 0.0, 0.0
    while True:
        along = min(moved_s * gait.speed_mps, line.length_m)
        stands = gait.stop_at_m is not None and along >= gait.stop_at_m and stopped_s < gait.stop_s
        x, y = line.xy(along)
        end = along >= line.length_m
        speed = 0.0 if stands or end else gait.speed_mps
        here = max(0.0, min(along, line.length_m - 1.0))
        heading = (line.bearing(here, here + 3.0) + rng.gauss(0.0, 3.0)) % 360.0
        yield Fix(t_ns, line.plane.point(x + east, y + north), gait.sigma_m, speed, heading if speed else None)
        if end:
            return
        east, north = (kept * e + math.sqrt(1 - kept * kept) * rng.gauss(0.0, gait.sigma_m) for e in (east, north))
        t_ns += gait.period_ns
        stopped_s, moved_s = (stopped_s + period_s, moved_s) if stands else (stopped_s, moved_s + period_s)


def wrong_turn(network: Network, route: Route, after_m: float, stray_m: float, rng: Random) -> list[Wgs84Point]:
    """Return the line of somebody who leaves ``route`` at a junction, ``after_m`` metres on or later, for ``stray_m``.

    Where no junction that late has another street, it is the route's own line.
    """
    line = Line.of(route.geometry)
    at = 0
    for edge, following in pairwise(route.edges):
        at = route.geometry.index(network.shape(edge)[-1], at)
        if line.along[at] < after_m:
            continue
        others = [other for other in network.onward(edge) if other not in (following, edge ^ 1)]
        others = [other for other in others if other not in route.edges and other ^ 1 not in route.edges]
        if others:
            return [*route.geometry[: at + 1], *_stray(network, rng.choice(others), set(route.edges), stray_m, rng)]
    return list(route.geometry)


def stand(last: Fix, seconds: int | None, rng: Random) -> Iterator[Fix]:
    """Yield the fixes of somebody who stands where ``last`` was, once a second; for ever if ``seconds`` is None."""
    plane, t_ns, number = Plane(last.point), last.t_ns, 0
    while seconds is None or number < seconds:
        number, t_ns = number + 1, t_ns + S
        east, north = (rng.gauss(0.0, 0.2 * last.accuracy_m) for _ in range(2))
        yield Fix(t_ns, plane.point(east, north), last.accuracy_m, 0.0)


def astray(route: Route, after_m: float, stray_m: float) -> list[Wgs84Point]:
    """Return the line of somebody who misses the first turn ``after_m`` metres on or later, and goes straight on.

    No map is needed, so it may lead through houses.
    """
    line = Line.of(route.geometry)
    turns = [step for step in route.steps[1:-1] if step.maneuver.modifier not in (None, "straight")]
    missed = next((step.first for step in turns if line.along[step.first] >= after_m), len(route.geometry) - 1)
    at_m = line.along[missed]
    turn = math.radians(line.bearing(max(0.0, at_m - 10.0), at_m))
    x, y = line.xy(at_m)
    return [*route.geometry[: missed + 1], line.plane.point(x + stray_m * math.sin(turn), y + stray_m * math.cos(turn))]


def _stray(network: Network, edge: int, avoided: set[int], metres: float, rng: Random) -> list[Wgs84Point]:
    """Return the points of a way that goes on as straight as it can for some metres."""
    points: list[Wgs84Point] = []
    while metres > 0:
        points += network.shape(edge)[1:]
        metres -= network.mm[edge] / 1e3
        onward = [other for other in network.onward(edge) if other not in avoided and other ^ 1 not in avoided]
        if not onward:
            break
        edge = min(onward, key=lambda other: (abs(network.turn(edge, other)), rng.random()))
    return points
