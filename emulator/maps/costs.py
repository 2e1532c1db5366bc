"""What a street costs whom: seconds for walking, cycling and driving, and how the three preferences weigh them.

Speeds, waits and weights are assumed values, chosen by us; lengths are the map's.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from emulator.maps.access import BIKE, CAR, KINDS, PUSH, WALK
from emulator.maps.street_map import CROSSING, LOCAL, ROUGH, SIDEWALK, SIGNAL, TUNNEL, StreetMap

Mode = Literal["walk", "bike", "car"]
Preference = Literal["best", "shortest", "quiet"]
MODES: tuple[Mode, ...] = get_args(Mode)
PREFERENCES: tuple[Preference, ...] = get_args(Preference)
BITS: dict[Mode, int] = {"walk": WALK, "bike": BIKE | PUSH, "car": CAR}

WALK_MPS, STEPS_MPS = 1.35, 0.6
PUSH_MPS, PUSH_STEPS_MPS = 1.2, 0.4
RIDE_KMH = {"cycleway": 18.0, "pedestrian": 9.0, "footway": 9.0, "living_street": 12.0, "service": 13.0}
RIDE_KMH |= {"path": 12.0, "track": 12.0, "bridleway": 10.0, "other": 12.0}
USUAL_RIDE_KMH = 16.0
PUSHED = 2  # a metre pushed counts as that many, when the shortest way by bicycle is sought
ROUGH_RIDE = 0.75  # of the speed
LIMIT_KEPT = 0.9  # cars drive this fraction of the limit
SIGNAL_MS, SIGNAL_WALK_MS, ZEBRA_MS = 5_000, 8_000, 2_000

Costs = NDArray[np.int64]


def edge_times_ms(street_map: StreetMap, mode: Mode) -> Costs:
    """Return the milliseconds of every edge, shape (2 * segments,); -1 where ``mode`` may not go."""
    segments = street_map.segments
    mps = np.repeat(_speeds(street_map, mode), 2)
    if mode == "bike":
        pushing = np.where(np.repeat(_is_kind(street_map, "steps"), 2), PUSH_STEPS_MPS, PUSH_MPS)
        mps = np.where(_rideable(street_map), mps, pushing)
    times = np.ceil(np.repeat(segments.mm, 2) / mps).astype(np.int64) + _waits(street_map, mode)
    return np.where(open_edges(street_map, mode), times, -1)


def edge_costs(street_map: StreetMap, mode: Mode, preference: Preference) -> Costs:
    """Return what the router adds up: millimetres for "shortest", else weighed milliseconds; -1 where closed."""
    times = edge_times_ms(street_map, mode)
    if preference == "shortest":
        lengths = np.repeat(street_map.segments.mm, 2).astype(np.int64)
        if mode == "bike":
            lengths = np.where(_rideable(street_map), lengths, PUSHED * lengths)
        return np.where(times < 0, -1, lengths)
    weights = np.array([_WEIGHTS[mode, preference].get(kind, 1.0) for kind in KINDS])[street_map.segments.kind]
    flags = street_map.segments.flags
    weights = weights * np.where(flags & LOCAL, 1.2 if mode == "walk" else 1.6, 1.0)
    if mode == "walk":  # tunnels that are made for deliveries
        weights = weights * np.where((flags & TUNNEL > 0) & _is_kind(street_map, "service"), 1.5, 1.0)
    if preference == "quiet":
        weights = weights * np.where(flags & SIDEWALK, 1.5, 1.0)
    return np.where(times < 0, -1, np.ceil(times * np.repeat(weights, 2)).astype(np.int64))


def open_edges(street_map: StreetMap, mode: Mode) -> NDArray[np.bool_]:
    """Say for every edge whether ``mode`` may go along it."""
    segments = street_map.segments
    return np.stack([segments.forward, segments.backward], axis=1).ravel() & BITS[mode] > 0


def turn_ms(turn_deg: float, mode: Mode, driving_side: str) -> int:
    """Return what a turn costs at a junction; right is positive. Across the oncoming traffic it is dearer.

    >>> turn_ms(5, "car", "right"), turn_ms(90, "car", "right"), turn_ms(-90, "car", "right"), turn_ms(90, "walk", "left")
    (0, 3000, 6000, 0)
    """
    size = abs(turn_deg)
    if mode == "walk" or size < 30.0:
        return 0
    if size > 160.0:
        return 30_000 if mode == "car" else 5_000
    near = (turn_deg > 0) == (driving_side == "right")
    return (3_000 if near else 6_000) if mode == "car" else (1_000 if near else 2_500)


def _speeds(street_map: StreetMap, mode: Mode) -> NDArray[np.float64]:
    segments = street_map.segments
    if mode == "walk":
        return np.where(_is_kind(street_map, "steps"), STEPS_MPS, WALK_MPS)
    if mode == "bike":
        ride = np.array([RIDE_KMH.get(kind, USUAL_RIDE_KMH) for kind in KINDS])[segments.kind] / 3.6
        return ride * np.where(segments.flags & ROUGH, ROUGH_RIDE, 1.0)
    return np.asarray(segments.kmh / 3.6 * LIMIT_KEPT)


def _waits(street_map: StreetMap, mode: Mode) -> Costs:
    segments, flags = street_map.segments, street_map.junctions.flags
    if mode == "walk":
        lights = (flags[segments.start] | flags[segments.end]) & SIGNAL > 0
        lights |= segments.signals > 0
        crossing = segments.flags & CROSSING > 0
        return np.repeat(np.where(crossing, np.where(lights, SIGNAL_WALK_MS, ZEBRA_MS), 0), 2)
    heads = np.stack([segments.end, segments.start], axis=1).ravel()
    lights_passed = np.repeat(segments.signals, 2).astype(np.int64) + (flags[heads] & SIGNAL > 0)
    return np.asarray(SIGNAL_MS * lights_passed)


def _rideable(street_map: StreetMap) -> NDArray[np.bool_]:
    segments = street_map.segments
    return np.stack([segments.forward & BIKE, segments.backward & BIKE], axis=1).ravel() > 0


def _is_kind(street_map: StreetMap, kind: str) -> NDArray[np.bool_]:
    return np.asarray(street_map.segments.kind == KINDS.index(kind))


def _weigh(big: float, middle: float, small: float, **others: float) -> dict[str, float]:
    """Return weights by size of the road: trunk and primary, secondary, tertiary."""
    weights = dict.fromkeys(KINDS[:6], big) | dict.fromkeys(KINDS[6:8], middle)
    return weights | dict.fromkeys(KINDS[8:10], small) | others


_WEIGHTS: dict[tuple[Mode, Preference], dict[str, float]] = {
    ("walk", "best"): _weigh(1.1, 1.05, 1.0),
    ("walk", "quiet"): _weigh(2.5, 2.0, 1.5, unclassified=1.2, residential=1.15, service=1.1),
    ("bike", "best"): _weigh(1.4, 1.25, 1.1, steps=1.5, track=1.1),
    ("bike", "quiet"): _weigh(3.0, 2.2, 1.6, unclassified=1.2, residential=1.1, steps=1.5),
    ("car", "best"): {},
    ("car", "quiet"): _weigh(1.8, 1.4, 1.15, motorway=1.5),
}
