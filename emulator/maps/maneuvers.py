"""Where along a path there is something to do: a traveller has a choice, or the street changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from emulator.maps.access import KINDS
from emulator.maps.line import Line
from emulator.maps.network import Network
from emulator.maps.points import turn_deg
from emulator.maps.route import modifier_of
from emulator.maps.street_map import ROUNDABOUT

LOOK_M = 12.0  # bearings are taken that far from a junction
STRAIGHT_DEG, WIDE_DEG, FORK_DEG = 25.0, 55.0, 45.0
TOGETHER_M = {"walk": 8.0, "bike": 10.0, "car": 15.0}  # two turns nearer to each other are one
_FAST = frozenset(("motorway", "trunk"))
_RAMPS = frozenset(("motorway_link", "trunk_link"))
_RANKS = dict(zip(KINDS, (0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 6, 6, 7, 6, 6, 6, 7, 6, 7), strict=True))
_MERGEABLE = frozenset(("turn", "continue", "end of road", "fork", "new name"))


@dataclass(frozen=True, slots=True)
class Mark:
    """A maneuver before the edge ``at`` of a path; ``onto`` is the edge whose street one is on after it."""

    at: int
    onto: int
    type: str
    modifier: str | None = None
    exit: int | None = None


@dataclass(frozen=True, slots=True)
class Trail:
    """A path with its measures: ``cuts[i]`` is where edge ``i`` begins on ``line``, in metres."""

    network: Network
    edges: Sequence[int]
    line: Line
    cuts: Sequence[float]

    def bearings(self, at: int, onto: int | None = None) -> tuple[float, float]:
        """Return the bearings before the edge ``at`` and after the beginning of ``onto``, which is ``at`` if None."""
        onto = at if onto is None else onto
        here, there = self.cuts[at], self.cuts[onto]
        after = self.line.bearing(there, min(self.cuts[onto + 1], there + LOOK_M))
        before = self.line.bearing(max(self.cuts[at - 1], here - LOOK_M), here) if at else after
        return before, after

    def turn(self, at: int, onto: int | None = None) -> float:
        """Return the degrees one turns there, right positive."""
        return turn_deg(*self.bearings(at, onto))

    def kind(self, edge: int) -> str:
        """Return the kind of street of an edge of the map."""
        return KINDS[self.network.map.segments.kind[edge >> 1]]

    def name(self, edge: int) -> str:
        """Return the local name of an edge's street; ``""`` for none."""
        name = self.network.map.street(edge >> 1)
        return name.local if name else ""

    def rounds(self, edge: int) -> bool:
        """Say whether an edge is part of a roundabout that one drives round."""
        return self.network.mode != "walk" and bool(self.network.map.segments.flags[edge >> 1] & ROUNDABOUT)


def find_marks(trail: Trail) -> list[Mark]:
    """Return the maneuvers in order, ``depart`` first; arriving is not among them."""
    marks = [Mark(0, 0, "depart")]
    at = 1
    while at < len(trail.edges):
        if trail.rounds(trail.edges[at]) and not trail.rounds(trail.edges[at - 1]):
            ring, at = _ring(trail, at)
            marks += ring
            continue
        found = _judge(trail, at)
        marks += [Mark(at, at, *found)] if found else []
        at += 1
    return _merged(trail, marks)


def _judge(trail: Trail, at: int) -> tuple[str, str] | None:
    """Return type and modifier of what to do between two edges, or None where one simply goes on."""
    before, after = trail.edges[at - 1], trail.edges[at]
    choices = [edge for edge in trail.network.onward(before) if edge != after]
    named = bool(trail.name(before) and trail.name(after))
    renamed = named and trail.name(before) != trail.name(after)
    turn = trail.turn(at)
    if trail.network.mode != "walk" and (ramp := _ramp(trail, before, after, turn)):
        return ramp
    if not choices:
        return ("new name", modifier_of(turn)) if renamed else _steps(trail, at)
    others = [trail.network.turn(before, edge) for edge in choices]
    if abs(turn) >= WIDE_DEG:
        ends = all(abs(other) >= WIDE_DEG for other in others) and any(other * turn < 0 for other in others)
        same = named and not renamed
        return "end of road" if ends else "continue" if same else "turn", modifier_of(turn)
    if fork := _fork(trail, before, after, turn, list(zip(choices, others, strict=True))):
        return fork
    if renamed:
        return "new name", modifier_of(turn)
    return _steps(trail, at)


def _steps(trail: Trail, at: int) -> tuple[str, str] | None:
    """Return a notice where stairs begin straight ahead."""
    before, after = trail.edges[at - 1], trail.edges[at]
    begins = trail.kind(after) == "steps" and trail.kind(before) != "steps"
    return ("notification", modifier_of(trail.turn(at))) if begins else None


def _ramp(trail: Trail, before: int, after: int, turn: float) -> tuple[str, str] | None:
    old, new = trail.kind(before), trail.kind(after)
    side = "left" if turn < 0 else "right"
    if new in _RAMPS and old in _FAST:
        return "off ramp", f"slight {side}"
    if new in _RAMPS and old not in _RAMPS:
        return "on ramp", modifier_of(turn)
    if old in _RAMPS and new in _FAST:  # who has to straighten to the right came from the right, and goes to the left
        towards = "left" if turn > 0 else "right"
        return "merge", f"slight {towards}"
    return None


def _fork(
    trail: Trail, before: int, after: int, turn: float, others: list[tuple[int, float]]
) -> tuple[str, str] | None:
    """Return what to do where another street leads nearly the same way; it counts unless it is plainly smaller."""
    rank = _RANKS[trail.kind(after)]
    rivals = [
        (edge, other)
        for edge, other in others
        if abs(other) < WIDE_DEG and abs(other - turn) < 2 * FORK_DEG and _RANKS[trail.kind(edge)] <= rank + 1
    ]
    if not rivals:
        return None
    own = trail.name(before) == trail.name(after) != ""
    if own and abs(turn) < STRAIGHT_DEG and all(trail.name(edge) != trail.name(before) for edge, _ in rivals):
        return None
    straightest = all(abs(turn) < abs(other) - 10.0 for _, other in rivals)
    if straightest and abs(turn) < STRAIGHT_DEG:
        return None
    left, right = any(other < turn for _, other in rivals), any(other > turn for _, other in rivals)
    modifier = "straight" if left and right else "slight right" if left else "slight left"
    if abs(turn) >= STRAIGHT_DEG and any(abs(other) < STRAIGHT_DEG for _, other in rivals):
        return "turn", modifier_of(turn)
    return "fork", modifier


def _ring(trail: Trail, at: int) -> tuple[list[Mark], int]:
    """Return the maneuvers of a roundabout entered at ``at``, and the edge to go on with."""
    leaves = at
    exits = 0
    while leaves < len(trail.edges) and trail.rounds(trail.edges[leaves]):
        leaves += 1
        out = [edge for edge in trail.network.onward(trail.edges[leaves - 1]) if not trail.rounds(edge)]
        exits += bool(out)
    kind = "rotary" if trail.name(trail.edges[at]) else "roundabout"
    if leaves == len(trail.edges):
        return [Mark(at, at, kind, modifier_of(trail.turn(at)))], leaves
    turn = modifier_of(trail.turn(at, leaves))
    return [
        Mark(at, leaves, kind, turn, max(exits, 1)),
        Mark(leaves, leaves, f"exit {kind}", modifier_of(trail.turn(leaves)), max(exits, 1)),
    ], leaves + 1


def _merged(trail: Trail, marks: list[Mark]) -> list[Mark]:
    """Make one of two turns that follow at once, and none where they cancel out, as on the way round a corner."""
    merged: list[Mark] = []
    for mark in marks:
        last = merged[-1] if merged else None
        near = last is not None and trail.cuts[mark.at] - trail.cuts[last.onto] < TOGETHER_M[trail.network.mode]
        if last is None or not near or not {last.type, mark.type} <= _MERGEABLE:
            merged.append(mark)
            continue
        merged.pop()
        turn = trail.turn(last.at, mark.at)
        before, after = trail.name(trail.edges[last.at - 1]), trail.name(trail.edges[mark.at])
        if abs(turn) >= STRAIGHT_DEG:
            same = before == after != ""
            merged.append(replace(last, onto=mark.at, type="continue" if same else "turn", modifier=modifier_of(turn)))
        elif before and after and before != after:
            merged.append(replace(last, onto=mark.at, type="new name", modifier="straight"))
    return merged
