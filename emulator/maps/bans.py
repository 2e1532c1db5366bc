"""Turn restrictions of OpenStreetMap as sequences of edges. Source: wiki.openstreetmap.org/wiki/Relation:restriction.

Restrictions with hours count always; ``restriction:conditional`` counts never. Where a way runs through the junction
and could be meant in two ways, the restriction is left out: such relations are mistakes of mapping.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from emulator.maps.access import BIKE, CAR
from emulator.maps.extract import Restriction
from emulator.maps.street_map import Ban

LONGEST = 40  # segments of a restriction that goes over ways
_MODES = {"restriction": CAR | BIKE, "restriction:motorcar": CAR, "restriction:motor_vehicle": CAR}
_MODES |= {"restriction:bicycle": BIKE}
_EXCEPT = {"motorcar": CAR, "motor_vehicle": CAR, "bicycle": BIKE}


class Link(NamedTuple):
    """A segment for this purpose: its way, its two OpenStreetMap nodes, and who may use it along and against."""

    way: int
    start: int
    end: int
    forward: int
    backward: int


class _Ends(NamedTuple):
    tail: int
    head: int


def turn_bans(restrictions: Iterable[Restriction], links: Sequence[Link]) -> tuple[Ban, ...]:
    """Return the bans; edges are numbered as in ``street_map``."""
    edges: defaultdict[int, dict[int, _Ends]] = defaultdict(dict)  # of each way, those that a vehicle may use
    for segment, link in enumerate(links):
        if link.forward & (CAR | BIKE):
            edges[link.way][2 * segment] = _Ends(link.start, link.end)
        if link.backward & (CAR | BIKE):
            edges[link.way][2 * segment + 1] = _Ends(link.end, link.start)
    found = []
    for restriction in restrictions:
        value, modes = _rule(restriction.tags)
        if modes and value.startswith(("no_", "only_")):
            found += [Ban(path, value.startswith("only_"), modes) for path in _paths(restriction, value, edges)]
    return tuple(found)


def _rule(tags: Mapping[str, str]) -> tuple[str, int]:
    """Return what is forbidden or demanded, and for whom."""
    for key, modes in _MODES.items():
        if key in tags:
            for who in tags.get("except", "").split(";"):
                modes &= ~_EXCEPT.get(who.strip(), 0)
            return tags[key], modes
    return "", 0


def _paths(restriction: Restriction, value: str, edges: Mapping[int, Mapping[int, _Ends]]) -> Iterator[tuple[int, ...]]:
    for origin in restriction.origins:
        for target in restriction.targets:
            if restriction.via_nodes:
                paths = _at_node(edges.get(origin, {}), edges.get(target, {}), restriction.via_nodes[0])
            else:
                ways = [edges.get(way, {}) for way in (origin, *restriction.via_ways, target)]
                paths = _over_ways(ways)
            paths = [path for path in paths if path[0] != path[-1] ^ 1 or value.endswith("u_turn")]
            if len(paths) == 1:
                yield paths[0]


def _at_node(origin: Mapping[int, _Ends], target: Mapping[int, _Ends], node: int) -> list[tuple[int, ...]]:
    arriving = [edge for edge, ends in origin.items() if ends.head == node]
    leaving = [edge for edge, ends in target.items() if ends.tail == node]
    return [(a, b) for a in arriving for b in leaving]


def _over_ways(ways: Sequence[Mapping[int, _Ends]]) -> list[tuple[int, ...]]:
    """Return every path from the first way over the middle ones to the last, without turning back."""
    found: list[tuple[int, ...]] = []
    open_paths: list[tuple[tuple[int, ...], int]] = [((edge,), 0) for edge in ways[0]]
    while open_paths:
        path, stage = open_paths.pop()
        head = ways[stage][path[-1]].head
        for following in (stage, stage + 1) if stage else (stage + 1,):
            for edge, ends in ways[following].items():
                if ends.tail != head or edge in path or edge == path[-1] ^ 1:
                    continue
                if following == len(ways) - 1:
                    found.append((*path, edge))
                elif len(path) < LONGEST:
                    open_paths.append(((*path, edge), following))
    return sorted(found)
