"""A* over the edges of a network: the cheapest path, exactly. All costs are integers, so ties are exact too."""

from __future__ import annotations

import math
from heapq import heappop, heappush
from typing import NamedTuple

from emulator.maps.network import Network
from emulator.maps.snap import Spot

GOAL = -1
FAR = 1 << 60


class Path(NamedTuple):
    """Edges in order; travel begins ``enters`` of the way along the first and stops ``leaves`` along the last."""

    edges: tuple[int, ...]
    enters: float
    leaves: float
    cost: int


def find_path(network: Network, start: Spot, goal: Spot, *, guided: bool = True) -> Path | None:
    """Return the cheapest path between two spots on segments, or None if there is none.

    Args:
        network: What may be used.
        start: Where it begins; both directions are tried.
        goal: Where it ends.
        guided: With the great-circle bound (A*); without it the search is Dijkstra's and finds the same cost.
    """
    cost = network.cost
    begins = {edge: _along(edge, start) for edge in network.open_edges(start.segment)}
    ends = {edge: _along(edge, goal) for edge in network.open_edges(goal.segment)}
    tails = {network.tail[edge] for edge in ends}
    bound = network.bounds(goal.point) if guided else [0] * len(network.map.junctions.lat)
    head, moves = network.head, network.moves
    best = [FAR] * len(head)
    came: dict[int, int] = {}
    done = bytearray(len(head))
    heap: list[tuple[int, int]] = []
    goal_cost, direct, last = FAR, False, (0, 0)
    for edge, at in begins.items():
        best[edge] = _part(cost[edge], 1.0 - at)
        heappush(heap, (best[edge] + bound[head[edge]], edge))
        if edge in ends and ends[edge] >= at and _part(cost[edge], ends[edge] - at) < goal_cost:
            goal_cost, direct, last = _part(cost[edge], ends[edge] - at), True, (edge, edge)
            heappush(heap, (goal_cost, GOAL))
    while heap:
        _, state = heappop(heap)
        if state == GOAL:
            break
        if done[state]:
            continue
        done[state] = 1
        spent = best[state]
        for following, price in moves(state):
            total = spent + price
            if total < best[following]:
                best[following] = total
                came[following] = state
                heappush(heap, (total + bound[head[following]], following))
        if head[state] in tails:
            for following, price in moves(state):
                edge = network.edge(following)
                if edge in ends:
                    total = spent + price - cost[edge] + _part(cost[edge], ends[edge])
                    if total < goal_cost:
                        goal_cost, direct, last = total, False, (state, edge)
                        heappush(heap, (total, GOAL))
    if goal_cost == FAR:
        return None
    edges = [last[1]]
    if not direct:
        state = last[0]
        edges.append(network.edge(state))
        while state in came:
            state = came[state]
            edges.append(network.edge(state))
    edges.reverse()
    return Path(tuple(edges), begins[edges[0]], ends[edges[-1]], goal_cost)


def _along(edge: int, spot: Spot) -> float:
    return 1.0 - spot.fraction if edge & 1 else spot.fraction


def _part(cost: int, fraction: float) -> int:
    return math.ceil(cost * fraction)
