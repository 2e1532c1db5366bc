"""Which streets hang together: from where one gets into the main part of a network, and where one gets from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from emulator.maps.network import Network

Mask = NDArray[np.bool_]


def main_part(network: Network) -> tuple[Mask, Mask]:
    """Return for every segment whether it leads into the largest connected part, and whether it is led to from there.

    Any segment of the first kind has a way to any of the second.
    """
    states = [state for state in range(len(network.head)) if network.cost[network.edge(state)] >= 0]
    following: list[list[int]] = [[] for _ in network.head]
    for state in states:
        following[state] = [nxt for nxt, _ in network.moves(state)]
    before: list[list[int]] = [[] for _ in following]
    for state, nexts in enumerate(following):
        for nxt in nexts:
            before[nxt].append(state)
    main = _largest(states, following, before)
    return _segments(network, _reach(main, before)), _segments(network, _reach(main, following))


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
