"""Make a map of an extract: cut streets into segments at junctions, drop what nobody may use, number the names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

from emulator.core.errors import MapError
from emulator.maps.access import KINDS, Access, car_kmh, way_access
from emulator.maps.bans import Link, turn_bans
from emulator.maps.extract import STEP, Extract, Progress, Way, name_of
from emulator.maps.points import Wgs84Point, earth_xyz
from emulator.maps.side import driving_side
from emulator.maps.sidewalks import named_sidewalks
from emulator.maps.street_map import (
    BRIDGE,
    CROSSING,
    LOCAL,
    ROUGH,
    ROUNDABOUT,
    SIDEWALK,
    SIGNAL,
    TUNNEL,
    Box,
    Junctions,
    Name,
    Segments,
    Sites,
    StreetMap,
)

ROUGH_SURFACES = frozenset(("cobblestone", "sett", "unhewn_cobblestone", "gravel", "pebblestone", "sand", "ground"))
BARRIERS = 15  # the lower bits of a node's flags
V = TypeVar("V", bound=Hashable)


class Piece(NamedTuple):
    """A segment while the map is made: the way, who may use it, and its first and last node in the way."""

    way: Way
    access: Access
    first: int
    last: int

    @property
    def ends(self) -> tuple[int, int]:
        """Return the OpenStreetMap ids of the two end nodes."""
        return self.way.nodes[self.first], self.way.nodes[self.last]


def build_map(found: Extract, title: str, path: Path, sha256: str, progress: Progress) -> StreetMap:
    """Make the map of what was found in ``path``.

    Raises:
        MapError: If there is no street in the extract.
    """
    pieces = _cut(found, progress)
    if not pieces:
        raise MapError(f"{path}: no streets in it; take an extract with highways, such as those of Geofabrik")
    progress("building", len(pieces))
    places: dict[int, tuple[float, float]] = {}
    for piece in pieces:
        for at in (piece.first, piece.last):
            places.setdefault(piece.way.nodes[at], (piece.way.lat[at], piece.way.lon[at]))
    numbers = {node: number for number, node in enumerate(places)}
    names: dict[Name, int] = {}
    texts: dict[str, int] = {}
    segments = _segments(pieces, numbers, found.node_flags, names, texts)
    segments = replace(segments, name=named_sidewalks(segments))
    sites = _sites(found, names, texts)
    box = found.box or _box(segments)
    links = [Link(piece.way.id, *piece.ends, *piece.access) for piece in pieces]
    return StreetMap(
        title=title,
        source=path.name,
        sha256=sha256,
        box=box,
        driving_side=driving_side(Wgs84Point((box.south + box.north) / 2, (box.west + box.east) / 2)),
        bans=turn_bans(found.restrictions, links),
        junctions=Junctions(
            _e7([place[0] for place in places.values()]),
            _e7([place[1] for place in places.values()]),
            np.array([found.node_flags.get(node, 0) for node in places], np.uint8),
        ),
        segments=segments,
        sites=sites,
        names=tuple(names),
        texts=tuple(texts),
    )


def _cut(found: Extract, progress: Progress) -> list[Piece]:
    usable = [(way, access) for way in found.ways if any(access := way_access(way.tags))]
    uses = Counter(node for way, _ in usable for node in way.nodes)
    pieces = []
    for count, (way, access) in enumerate(usable, 1):
        if count % STEP == 0:
            progress("cutting", count)
        first = 0
        for at in range(1, len(way.nodes)):
            node = way.nodes[at]
            if at == len(way.nodes) - 1 or uses[node] > 1 or found.node_flags.get(node, 0) & BARRIERS:
                pieces.append(Piece(way, access, first, at))
                first = at
    return pieces


def _segments(
    pieces: Sequence[Piece],
    numbers: Mapping[int, int],
    node_flags: Mapping[int, int],
    names: dict[Name, int],
    texts: dict[str, int],
) -> Segments:
    first = np.cumsum([0] + [piece.last - piece.first + 1 for piece in pieces], dtype=np.int32)
    lat = [value for piece in pieces for value in piece.way.lat[piece.first : piece.last + 1]]
    lon = [value for piece in pieces for value in piece.way.lon[piece.first : piece.last + 1]]
    kinds = [_kind(piece.way.tags) for piece in pieces]
    inner = [piece.way.nodes[piece.first + 1 : piece.last] for piece in pieces]
    return Segments(
        start=np.array([numbers[piece.ends[0]] for piece in pieces], np.int32),
        end=np.array([numbers[piece.ends[1]] for piece in pieces], np.int32),
        first=first,
        lat=_e7(lat),
        lon=_e7(lon),
        mm=_lengths_mm(np.array(lat), np.array(lon), first),
        forward=np.array([piece.access.forward for piece in pieces], np.uint8),
        backward=np.array([piece.access.backward for piece in pieces], np.uint8),
        kind=np.array([KINDS.index(kind) for kind in kinds], np.uint8),
        flags=np.array([_flags(piece.way.tags) for piece in pieces], np.uint8),
        kmh=np.array([car_kmh(piece.way.tags, kind) for piece, kind in zip(pieces, kinds, strict=True)], np.uint8),
        signals=np.array(
            [min(255, sum(bool(node_flags.get(node, 0) & SIGNAL) for node in nodes)) for nodes in inner], np.uint8
        ),
        name=np.array([_number(names, name_of(piece.way.tags)) for piece in pieces], np.int32),
        texts=np.array([[_number(texts, text) for text in _texts(piece.way.tags)] for piece in pieces], np.int32),
    )


def _sites(found: Extract, names: dict[Name, int], texts: dict[str, int]) -> Sites:
    sites = sorted(set(found.sites), key=lambda site: (site.category, site.name or Name(""), site.lat, site.lon))
    return Sites(
        lat=_e7([site.lat for site in sites]),
        lon=_e7([site.lon for site in sites]),
        category=np.array([_number(texts, site.category) for site in sites], np.int32),
        name=np.array([_number(names, site.name) for site in sites], np.int32),
    )


def _kind(tags: Mapping[str, str]) -> str:
    return tags["highway"] if tags["highway"] in KINDS else "other"


def _flags(tags: Mapping[str, str]) -> int:
    kind = tags["highway"]
    special = {tags.get("footway"), tags.get("cycleway"), tags.get("path")}
    local = {tags.get("access"), tags.get("vehicle"), tags.get("motor_vehicle"), tags.get("motorcar")}
    claims = {
        ROUNDABOUT: tags.get("junction") in ("roundabout", "circular"),
        BRIDGE: tags.get("bridge", "no") != "no",
        TUNNEL: tags.get("tunnel", "no") != "no",
        CROSSING: kind in ("footway", "cycleway", "path") and "crossing" in special,
        SIDEWALK: kind in ("footway", "path") and "sidewalk" in special,
        ROUGH: tags.get("surface") in ROUGH_SURFACES,
        LOCAL: bool(local & {"destination", "customers"}) or tags.get("service") in ("driveway", "parking_aisle"),
    }
    return sum(flag for flag, true in claims.items() if true)


def _texts(tags: Mapping[str, str]) -> tuple[str | None, str | None, str | None]:
    """Return the lanes along, the lanes against, and where the signs along point."""
    oneway = tags.get("oneway") in ("yes", "1", "true")
    along = tags.get("turn:lanes:forward") or (tags.get("turn:lanes") if oneway else None)
    return along, tags.get("turn:lanes:backward"), tags.get("destination:forward") or tags.get("destination")


def _lengths_mm(lat: np.ndarray, lon: np.ndarray, first: np.ndarray) -> np.ndarray:
    steps = np.linalg.norm(np.diff(earth_xyz(lat, lon), axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    lengths = along[first[1:] - 1] - along[first[:-1]]
    return np.asarray(np.ceil(lengths * 1000.0), np.int32)


def _box(segments: Segments) -> Box:
    lat, lon = segments.lat, segments.lon
    return Box(*(round(float(edge) * 1e-7, 7) for edge in (lat.min(), lon.min(), lat.max(), lon.max())))


def _e7(degrees: Sequence[float]) -> np.ndarray:
    return np.round(np.array(degrees, np.float64) * 1e7).astype(np.int32)


def _number(numbers: dict[V, int], value: V | None) -> int:
    return -1 if value is None else numbers.setdefault(value, len(numbers))
