"""Which streets hang together: from where one gets into the main part of a network, and where one gets from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emulator.maps.network import Network

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class MainPart:
    """The largest connected part of a network, and what hangs on it.

    Attributes:
        leads_in: For every segment, whether there is a way from it into the part.
        led_to: For every segment, whether there is a way to it from the part.
        in_edges: Edges from which one gets in, whatever street one came from; and those from which one may.
        to_edges: Edges one gets to, free to go on as on any; and those one gets to at all.
    """

    leads_in: Mask
    led_to: Mask
    in_edges: tuple[frozenset[int], frozenset[int]]
    to_edges: tuple[frozenset[int], frozenset[int]]

    def cuts_off(self, starts: Iterable[int], goals: Sequence[int]) -> bool:
        """Say whether it is plain that there is no way from any of ``starts`` to any of ``goals``."""
        starts = list(starts)
        if all(edge in self.to_edges[0] for edge in starts) and not any(edge in self.to_edges[1] for edge in goals):
            return True
        return all(edge in self.in_edges[0] for edge in goals) and not any(edge in self.in_edges[1] for edge in starts)


def main_part(network: Network) -> MainPart:
    """Find it. Any segment that leads in has a way to any that is led to."""
    states = [state for state in range(len(network.head)) if network.cost[network.edge(state)] >= 0]
    following: list[list[int]] = [[] for _ in network.head]
    for state in states:
        following[state] = [nxt for nxt, _ in network.moves(state)]
    before: list[list[int]] = [[] for _ in following]
    for state, nexts in enumerate(following):
        for nxt in nexts:
            before[nxt].append(state)
    main = _largest(states, following, before)
    leading, led = _reach(main, before), _reach(main, following)
    astray = {network.edge(state) for state in set(states) - set(leading)}
    return MainPart(
        leads_in=_segments(network, leading),
        led_to=_segments(network, led),
        in_edges=(
            frozenset(network.edge(state) for state in leading) - astray,
            frozenset(state for state in leading if state < network.edges),
        ),
        to_edges=(
            frozenset(state for state in led if state < network.edges),
            frozenset(network.edge(state) for state in led),
        ),
    )


def _largest(states: Iterable[int], following: Sequence[Sequence[int]], before: Sequence[Sequence[int]]) -> list[int]:
    """Return the largest strongly connected part (Kosaraju), the first of equals."""
    order: list[int] = []
    seen = bytearray(len(following))
    for root in states:
        if seen[root]:
            continue
        seen[root] = 1
        stack = [(root, iter(following[root]))]
        while stack:
            state, rest = stack[-1]
            nxt = next((n for n in rest if not seen[n]), None)
            if nxt is None:
                order.append(state)
                stack.pop()
            else:
                seen[nxt] = 1
                stack.append((nxt, iter(following[nxt])))
    largest: list[int] = []
    taken = bytearray(len(following))
    for root in reversed(order):
        if not taken[root]:
            part = _reach([root], before, taken)
            largest = max(largest, part, key=len)
    return largest


def _reach(seeds: Iterable[int], links: Sequence[Sequence[int]], taken: bytearray | None = None) -> list[int]:
    """Return the states that can be reached from ``seeds`` over ``links``, without those already ``taken``."""
    taken = bytearray(len(links)) if taken is None else taken
    found = list(dict.fromkeys(seeds))
    for state in found:
        taken[state] = 1
    for state in found:  # grows while it is read
        for nxt in links[state]:
            if not taken[nxt]:
                taken[nxt] = 1
                found.append(nxt)
    return found


def _segments(network: Network, states: Iterable[int]) -> Mask:
    mask = np.zeros(network.edges // 2, np.bool_)
    mask[[network.edge(state) >> 1 for state in states]] = True
    return mask
