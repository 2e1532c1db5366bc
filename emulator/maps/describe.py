"""Turn a path of edges into a route: its line, its steps, their names, lanes, lengths and times."""

from __future__ import annotations

from itertools import accumulate, pairwise

from emulator.maps.lanes import lanes_for
from emulator.maps.line import Line
from emulator.maps.maneuvers import Mark, Trail, find_marks
from emulator.maps.network import Network
from emulator.maps.points import Wgs84Point, bearing_deg, turn_deg
from emulator.maps.route import Lane, Maneuver, Route, Step
from emulator.maps.search import Path
from emulator.maps.snap import Spot
from emulator.maps.street_map import BRIDGE, CROSSING, TUNNEL, Name

ASIDE_M = 6.0  # a destination nearer to the line is on neither side
AHEAD_DEG = 30.0
NAME_WITHIN_M = 25.0  # a street's name counts that far after the turn into it
LANES_WITHIN_M = 40.0  # and arrows on the road that far before it


def describe(network: Network, path: Path, start: tuple[Wgs84Point, Spot], goal: tuple[Wgs84Point, Spot]) -> Route:
    """Return the route along ``path``; ``start`` and ``goal`` are what was asked for and where it is on a street."""
    (origin, start_spot), (target, goal_spot) = start, goal
    shapes = _shapes(network, path, start_spot, goal_spot)
    geometry = [shapes[0][0], *(point for shape in shapes for point in shape[1:])]
    firsts = list(accumulate((len(shape) - 1 for shape in shapes), initial=0))
    line = Line.of(geometry)
    lengths, times = _measures(network, path)
    trail = Trail(network, path.edges, line, [line.along[first] for first in firsts])
    marks = find_marks(trail)
    starts = [0.0, *accumulate(lengths)]
    steps = []
    for mark, until in zip(marks, [*(mark.at for mark in marks[1:]), len(path.edges)], strict=True):
        before, after = trail.bearings(mark.at, mark.onto)
        steps.append(
            Step(
                maneuver=Maneuver(
                    mark.type, mark.modifier, mark.exit, geometry[firsts[mark.at]], round(before), round(after)
                ),
                name=_name(trail, mark, until),
                destination=network.map.text(_text(network, path.edges[mark.onto], 2)),
                way=_way(trail, path.edges[mark.onto]),
                start_m=starts[mark.at],
                distance_m=starts[until] - starts[mark.at],
                duration_s=sum(times[mark.at : until]),
                driving_side=network.map.driving_side,
                lanes=_lanes(trail, mark),
                first=firsts[mark.at],
            )
        )
    steps.append(_arrival(trail, steps[-1], (target, goal_spot), starts[-1], len(geometry) - 1))
    return Route(
        map_title=network.map.title,
        mode=network.mode,
        preference=network.preference,
        origin=origin,
        target=target,
        length_m=starts[-1],
        duration_s=sum(times),
        steps=tuple(steps),
        geometry=tuple(geometry),
        edges=path.edges,
    )


def _shapes(network: Network, path: Path, start: Spot, goal: Spot) -> list[list[Wgs84Point]]:
    """Return the points of every edge, the first and the last cut where travel begins and ends."""
    shapes = [network.shape(edge) for edge in path.edges]
    shapes[-1] = [*_before(shapes[-1], path.leaves), goal.point]
    enters = path.enters / path.leaves if len(shapes) == 1 and path.leaves else path.enters
    shapes[0] = [start.point, *_before(shapes[0][::-1], 1.0 - min(enters, 1.0))[::-1]]
    return shapes


def _before(shape: list[Wgs84Point], fraction: float) -> list[Wgs84Point]:
    """Return the points of a line that lie before ``fraction`` of its length."""
    line = Line.of(shape)
    limit = fraction * line.length_m - 1e-6
    return [point for point, along in zip(shape, line.along, strict=True) if along < limit]


def _measures(network: Network, path: Path) -> tuple[list[float], list[float]]:
    """Return metres and seconds of every edge; a turn's time belongs to the edge before it."""
    shares = [1.0] * len(path.edges)
    shares[-1] = path.leaves
    shares[0] -= path.enters
    lengths = [network.mm[edge] / 1e3 * share for edge, share in zip(path.edges, shares, strict=True)]
    times = [network.time_ms[edge] / 1e3 * share for edge, share in zip(path.edges, shares, strict=True)]
    for i, (edge, following) in enumerate(pairwise(path.edges)):
        times[i] += network.turn_time_ms(edge, following) / 1e3
    return lengths, times


def _name(trail: Trail, mark: Mark, until: int) -> Name | None:
    """Return the street's name: the first one that begins soon after the maneuver."""
    for at in range(mark.onto, max(until, mark.onto + 1)):
        if trail.cuts[at] - trail.cuts[mark.onto] > NAME_WITHIN_M:
            break
        if (name := trail.network.map.street(trail.edges[at] >> 1)) is not None:
            return name
    return None


def _way(trail: Trail, edge: int) -> str:
    flags = trail.network.map.segments.flags[edge >> 1]
    if trail.kind(edge) == "steps":
        return "steps"
    return "crossing" if flags & CROSSING else "bridge" if flags & BRIDGE else "tunnel" if flags & TUNNEL else "road"


def _lanes(trail: Trail, mark: Mark) -> tuple[Lane, ...]:
    for at in range(mark.at - 1, -1, -1):
        edge = trail.edges[at]
        if text := trail.network.map.text(_text(trail.network, edge, edge & 1)):
            return lanes_for(text, mark.modifier)
        if trail.cuts[mark.at] - trail.cuts[at] > LANES_WITHIN_M:
            break
    return ()


def _text(network: Network, edge: int, column: int) -> int:
    """Return the number of a text of an edge; signs are known in the direction of the way only."""
    return -1 if column == 2 and edge & 1 else int(network.map.segments.texts[edge >> 1, column])


def _arrival(trail: Trail, last: Step, goal: tuple[Wgs84Point, Spot], length_m: float, index: int) -> Step:
    target, spot = goal
    bearing = trail.line.bearing(trail.line.length_m - 10.0, trail.line.length_m)
    side = None
    if spot.off_m > ASIDE_M:
        turn = turn_deg(bearing, bearing_deg(spot.point, target))
        side = "straight" if abs(turn) < AHEAD_DEG else "right" if turn > 0 else "left"
    maneuver = Maneuver("arrive", side, None, spot.point, round(bearing), round(bearing))
    return Step(maneuver, last.name, "", "road", length_m, 0.0, 0.0, last.driving_side, (), index)
