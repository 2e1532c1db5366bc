"""A map as the router sees it for one mode and preference: which edge may follow which, and at what cost.

States are edges, so that turns can be forbidden and cost something. A restriction that goes over whole streets needs
memory: on its way the traveller is on copies of the edges, whose moves are bent.
"""

from __future__ import annotations

import numpy as np

from emulator.maps.access import BIKE, CAR
from emulator.maps.costs import BITS, Mode, Preference, edge_costs, edge_times_ms, turn_ms
from emulator.maps.points import Wgs84Point, earth_xyz, turn_deg
from emulator.maps.street_map import E7, Ban, StreetMap

Moves = tuple[tuple[int, int], ...]  # (state, cost of the turn and the whole next edge)
Degrees = np.ndarray
SLACK_MM = 10.0  # snapped points lie that near to the true line


class Network:
    """Edges 0 to ``edges - 1`` are the map's; higher states are copies of them.

    Attributes:
        cost: Of every edge; -1 where it is closed.
        time_ms: Of every edge.
        mm: Length of every edge.
        head: Junction at the end of every state.
        tail: Junction at the beginning of every edge.
    """

    def __init__(self, street_map: StreetMap, mode: Mode, preference: Preference) -> None:
        self.map, self.mode, self.preference = street_map, mode, preference
        segments = street_map.segments
        costs = edge_costs(street_map, mode, preference)
        self.cost: list[int] = costs.tolist()
        self.time_ms: list[int] = edge_times_ms(street_map, mode).tolist()
        self.edges = len(self.cost)
        heads = np.stack([segments.end, segments.start], axis=1).ravel()
        tails = np.stack([segments.start, segments.end], axis=1).ravel()
        self.head: list[int] = heads.tolist()
        self.tail: list[int] = tails.tolist()
        self._leave, self._arrive = _bearings(street_map)
        order = np.argsort(tails, kind="stable")
        order = order[costs[order] >= 0]
        self._leaving: list[int] = order.tolist()
        self._first: list[int] = np.searchsorted(tails[order], np.arange(len(street_map.junctions.lat) + 1)).tolist()
        self._blocked: list[bool] = (street_map.junctions.flags & BITS[mode] == BITS[mode]).tolist()
        mm = np.repeat(segments.mm, 2)
        self.mm: list[int] = mm.tolist()
        self._points = [Wgs84Point(*place) for place in zip(*_degrees(street_map), strict=True)]
        self._cuts: list[int] = segments.first.tolist()
        counts = (costs >= 0) & (mm > 0)
        self._per_mm = float((costs[counts] / mm[counts]).min()) * (1 - 1e-9) if counts.any() else 0.0
        self._xyz = earth_xyz(street_map.junctions.lat * E7, street_map.junctions.lon * E7)
        self._copied: list[int] = []
        self._bent: dict[int, list[int]] = {}
        for ban in street_map.bans if mode in ("bike", "car") else ():
            if ban.modes & BITS[mode] & (BIKE | CAR):
                self._bend(ban)
        self._moves: list[Moves | None] = [None] * len(self.head)

    def edge(self, state: int) -> int:
        """Return the edge a state stands for."""
        return state if state < self.edges else self._copied[state - self.edges]

    def open_edges(self, segment: int) -> list[int]:
        """Return the directions of a segment that may be used."""
        return [edge for edge in (2 * segment, 2 * segment + 1) if self.cost[edge] >= 0]

    def shape(self, edge: int) -> list[Wgs84Point]:
        """Return the points of an edge in the order of travel."""
        points = self._points[self._cuts[edge >> 1] : self._cuts[(edge >> 1) + 1]]
        return points[::-1] if edge & 1 else points

    def moves(self, state: int) -> Moves:
        """Return the states that may follow, each with the cost of the turn and of the next edge."""
        known = self._moves[state]
        if known is None:
            edge = self.edge(state)
            following = self._following(state)
            known = tuple(
                (nxt, self._turn(edge, self.edge(nxt), len(following)) + self.cost[self.edge(nxt)]) for nxt in following
            )
            self._moves[state] = known
        return known

    def onward(self, edge: int) -> list[int]:
        """Return the edges that may follow ``edge``, restrictions aside; back only where nothing else goes on."""
        node = self.head[edge]
        back = [edge ^ 1] if self.cost[edge ^ 1] >= 0 else []
        if self._blocked[node]:
            return back
        onward = [nxt for nxt in self._leaving[self._first[node] : self._first[node + 1]] if nxt != edge ^ 1]
        return onward or back

    def turn_time_ms(self, edge: int, following: int) -> int:
        """Return the time that turning from one edge into the next takes."""
        if len(self.onward(edge)) < 2 and following != edge ^ 1:
            return 0
        return turn_ms(self.turn(edge, following), self.mode, self.map.driving_side)

    def turn(self, edge: int, following: int) -> float:
        """Return the degrees from one edge to the next, right positive."""
        return turn_deg(self._arrive[edge], self._leave[following])

    def bounds(self, goal: Wgs84Point) -> list[int]:
        """Return for every junction a cost that no way from there to ``goal`` can undercut."""
        target = earth_xyz(np.array([goal.lat]), np.array([goal.lon]))
        chord_mm = np.linalg.norm(self._xyz - target, axis=1) * 1000.0
        least: list[int] = np.floor(np.maximum(chord_mm - SLACK_MM, 0.0) * self._per_mm).astype(np.int64).tolist()
        return least

    def _turn(self, edge: int, following: int, choices: int) -> int:
        if self.preference == "shortest" or (choices < 2 and following != edge ^ 1):
            return 0
        return turn_ms(self.turn(edge, following), self.mode, self.map.driving_side)

    def _following(self, state: int) -> list[int]:
        return self._bent.get(state) or ([] if state in self._bent else self.onward(self.edge(state)))

    def _bend(self, ban: Ban) -> None:
        if any(self.cost[edge] < 0 for edge in ban.path[:-1]):
            return
        origins = [ban.path[0], *(self.edges + i for i, edge in enumerate(self._copied) if edge == ban.path[0])]
        for state in origins:
            self._bend_from(state, ban)

    def _bend_from(self, state: int, ban: Ban) -> None:
        for edge in ban.path[1:-1]:
            following = self._following(state)
            at = next((i for i, nxt in enumerate(following) if self.edge(nxt) == edge), None)
            if at is None:
                return
            copy = len(self.head)
            self._copied.append(edge)
            self.head.append(self.head[edge])
            self._bent[copy] = list(self._following(following[at]))
            self._bent[state] = [copy] if ban.only else [*following[:at], copy, *following[at + 1 :]]
            state = copy
        last, following = ban.path[-1], self._following(state)
        if ban.only:
            kept = [nxt for nxt in following if self.edge(nxt) == last]
            self._bent[state] = kept or following
        else:
            self._bent[state] = [nxt for nxt in following if self.edge(nxt) != last]


def _degrees(street_map: StreetMap) -> tuple[list[float], list[float]]:
    segments = street_map.segments
    return np.round(segments.lat * E7, 7).tolist(), np.round(segments.lon * E7, 7).tolist()


def _bearings(street_map: StreetMap) -> tuple[list[float], list[float]]:
    """Return the bearing of every edge at its beginning and at its end."""
    segments = street_map.segments
    lat, lon = segments.lat * E7, segments.lon * E7
    first, last = segments.first[:-1], segments.first[1:] - 1
    begins = _bearing(lat[first], lon[first], lat[first + 1], lon[first + 1])
    ends = _bearing(lat[last - 1], lon[last - 1], lat[last], lon[last])
    leave = np.stack([begins, ends + 180.0], axis=1).ravel() % 360.0
    arrive = np.stack([ends, begins + 180.0], axis=1).ravel() % 360.0
    return leave.tolist(), arrive.tolist()


def _bearing(lat_a: Degrees, lon_a: Degrees, lat_b: Degrees, lon_b: Degrees) -> Degrees:
    return np.asarray(np.degrees(np.arctan2((lon_b - lon_a) * np.cos(np.radians(lat_a)), lat_b - lat_a)))
