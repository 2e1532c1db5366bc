"""Who may use a way in which direction, and how fast cars are on it: OpenStreetMap tags to numbers.

Sources: wiki.openstreetmap.org, Key:access (the most specific key counts), Key:oneway, Key:oneway:bicycle, Key:barrier;
the rule for walking is the filter of the reference measurements. Limits with a time ("7:00-9:00") count always.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

WALK, BIKE, PUSH, CAR = 1, 2, 4, 8  # PUSH: on foot beside the bicycle

KINDS = (
    "motorway",
    "motorway_link",
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "road",
    "pedestrian",
    "track",
    "cycleway",
    "footway",
    "path",
    "bridleway",
    "steps",
    "other",
)
CAR_KMH = dict(
    zip(KINDS, (110, 60, 80, 50, 60, 45, 50, 40, 45, 35, 40, 35, 12, 15, 30, 8, 15, 10, 8, 8, 8, 1, 15), strict=True)
)
CAR_KINDS = frozenset(KINDS[:15])
BIKE_KINDS = frozenset((*KINDS[2:15], "track", "cycleway", "path"))
PUSH_KINDS = frozenset(("pedestrian", "footway", "path", "cycleway", "steps", "bridleway", "other"))
NO_WALK = frozenset(
    [
        "motorway",
        "motorway_link",
        "construction",
        "proposed",
        "raceway",
        "abandoned",
        "platform",
        "corridor",
        "elevator",
        "bus_guideway",
        "planned",
        "razed",
        "rest_area",
        "services",
        "emergency_bay",
        "via_ferrata",
    ]
)
NO_WAY = frozenset(
    ["construction", "proposed", "raceway", "abandoned", "planned", "razed", "rest_area", "services", "emergency_bay"]
)
YES = frozenset(("yes", "designated", "permissive", "official"))
OPEN = YES | {"destination", "customers", "public", "unknown", "destination;customers"}
SHUT = frozenset(("no", "private", "permit", "residents", "delivery", "emergency", "agricultural", "forestry", "bus"))
STOPS_WHEELS = frozenset(
    [
        "bollard",
        "block",
        "jersey_barrier",
        "log",
        "planter",
        "chain",
        "cycle_barrier",
        "turnstile",
        "stile",
        "kissing_gate",
    ]
)
STOPS_BICYCLES = frozenset(("turnstile", "stile", "kissing_gate"))
STOPS_ALL = frozenset(("wall", "fence", "hedge", "city_wall", "guard_rail", "debris"))
_CAR_KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
_BIKE_KEYS = ("bicycle", "vehicle", "access")
_WALK_KEYS = ("foot", "access")
_SPEED = re.compile(r"(\d+(?:\.\d+)?)\s*(mph|knots)?")
_URBAN_KMH = {"walk": 6, "urban": 50, "living_street": 10, "rural": 80, "motorway": 120, "none": 130}
_BACK = {"forward": "backward", "backward": "forward"}


class Access(NamedTuple):
    """Bits of who may go along a way, and against it."""

    forward: int
    backward: int


def way_access(tags: Mapping[str, str]) -> Access:
    """Return who may use a ``highway`` way.

    >>> way_access({"highway": "residential", "oneway": "yes"})
    Access(forward=11, backward=1)
    >>> way_access({"highway": "steps"})
    Access(forward=5, backward=5)
    """
    if tags.get("area") == "yes" or tags["highway"] in NO_WAY:
        return Access(0, 0)
    forward, backward = (_one_direction(tags, direction) for direction in ("forward", "backward"))
    return Access(forward, backward)


def node_blocks(tags: Mapping[str, str]) -> int:
    """Return the bits of those whom a barrier on the way stops.

    >>> node_blocks({"barrier": "bollard"}) == CAR, node_blocks({"barrier": "gate", "access": "private"}) == WALK + BIKE + PUSH + CAR
    (True, True)
    """
    barrier = tags.get("barrier")
    if barrier is None:
        return 0
    stopped = (WALK | BIKE | PUSH | CAR) if barrier in STOPS_ALL else CAR if barrier in STOPS_WHEELS else 0
    stopped |= BIKE if barrier in STOPS_BICYCLES else 0
    for bits, keys in ((CAR, _CAR_KEYS), (BIKE, _BIKE_KEYS), (WALK | PUSH, _WALK_KEYS)):
        value = _most_specific(tags, keys, "")
        if value is not None:
            stopped = stopped & ~bits if value not in SHUT else stopped | bits
    return stopped


def car_kmh(tags: Mapping[str, str], kind: str) -> int:
    """Return what a car drives: the limit where one is tagged, else what is usual on such a way; 1 to 130.

    >>> car_kmh({"maxspeed": "30 mph"}, "residential"), car_kmh({"maxspeed": "FI:urban"}, "primary"), car_kmh({}, "service")
    (48, 50, 15)
    """
    limit = tags.get("maxspeed", "").partition(";")[0].strip()
    found = _SPEED.fullmatch(limit)
    if found:
        kmh = float(found[1]) * {"mph": 1.609344, "knots": 1.852}.get(found[2] or "", 1.0)
    else:
        kmh = float(_URBAN_KMH.get(limit.rpartition(":")[2], CAR_KMH[kind]))
    usual = CAR_KMH[kind]
    return min(130, max(1, round(kmh if kind in CAR_KINDS and kind != "service" else min(kmh, usual))))


def _one_direction(tags: Mapping[str, str], direction: str) -> int:
    bits = WALK if _walkable(tags, direction) else 0
    if not _against_oneway(tags, direction, "motor_vehicle") and _drivable(tags, direction):
        bits |= CAR
    if not _against_oneway(tags, direction, "bicycle") and _rideable(tags, direction):
        bits |= BIKE
    if bits & WALK and (tags["highway"] in PUSH_KINDS or tags.get("bicycle") == "dismount"):
        bits |= PUSH
    return bits


def _walkable(tags: Mapping[str, str], direction: str) -> bool:
    if tags["highway"] in NO_WALK or tags.get("foot") in ("no", "private", "use_sidepath"):
        return False
    if tags.get("oneway:foot") in ("yes", "-1"):
        return direction == ("backward" if tags["oneway:foot"] == "-1" else "forward")
    if tags.get("access") in ("no", "private"):
        return tags.get("foot") in YES
    return _most_specific(tags, ("foot",), direction) != "no"


def _drivable(tags: Mapping[str, str], direction: str) -> bool:
    value = _most_specific(tags, _CAR_KEYS, direction)
    if tags["highway"] in CAR_KINDS:
        return value is None or value in OPEN
    return tags["highway"] != "steps" and (tags.get("motorcar") in YES or tags.get("motor_vehicle") in YES)


def _rideable(tags: Mapping[str, str], direction: str) -> bool:
    value = _most_specific(tags, _BIKE_KEYS, direction)
    if tags["highway"] in BIKE_KINDS and tags.get("motorroad") != "yes":
        return value is None or value in OPEN
    return tags["highway"] != "steps" and tags.get("bicycle") in OPEN


def _most_specific(tags: Mapping[str, str], keys: tuple[str, ...], direction: str) -> str | None:
    for key in keys:
        value = tags.get(f"{key}:{direction}") or tags.get(key)
        if value is not None:
            return value
    return None


def _against_oneway(tags: Mapping[str, str], direction: str, who: str) -> bool:
    """Say whether ``direction`` runs against the one way of the street."""
    if who == "bicycle" and _bicycles_both_ways(tags):
        return False
    oneway = tags.get(f"oneway:{who}") or tags.get("oneway")
    if oneway is None:
        implied = tags.get("junction") in ("roundabout", "circular") or tags["highway"] == "motorway"
        oneway = "yes" if implied else "no"
    if oneway in ("reversible", "alternating"):
        return True
    allowed = {"yes": "forward", "true": "forward", "1": "forward", "-1": "backward", "reverse": "backward"}.get(oneway)
    return allowed is not None and direction == _BACK[allowed]


def _bicycles_both_ways(tags: Mapping[str, str]) -> bool:
    if tags.get("oneway:bicycle") == "no" or tags.get("bicycle:backward") in YES:
        return True
    sides = [tags.get(f"cycleway{side}", "") for side in ("", ":left", ":right", ":both")]
    if any(value.startswith("opposite") for value in sides):
        return True
    return any(tags.get(f"cycleway:{side}:oneway") in ("no", "-1") for side in ("left", "right", "both"))
