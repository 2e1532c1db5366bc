"""One map as arrays: junctions, the street segments between them, names, and places to go to.

A segment runs from one junction to the next. An *edge* is one direction of it: ``2 * segment`` along, ``+ 1`` against.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
ATTRIBUTION_URL = "https://www.openstreetmap.org/copyright"

ROUNDABOUT, BRIDGE, TUNNEL, CROSSING, SIDEWALK, ROUGH, LOCAL = 1, 2, 4, 8, 16, 32, 64  # flags of a segment
SIGNAL, ZEBRA = 16, 32  # flags of a junction; the lower bits say whom a barrier stops (access.py)
E7 = 1e-7  # degrees are stored in units of this

Ints = NDArray[np.int32]


class Name(NamedTuple):
    """A name as it stands on the sign, in Chinese and English where known, and all others."""

    local: str
    zh: str = ""
    en: str = ""
    others: tuple[str, ...] = ()

    def language(self, language: str) -> str:
        """Return the name in ``language``, ``"zh"`` or ``"en"``, or else the local one."""
        return {"zh": self.zh, "en": self.en}.get(language) or self.local


class Box(NamedTuple):
    """The degrees a map covers."""

    south: float
    west: float
    north: float
    east: float


class Ban(NamedTuple):
    """A turn restriction: after the edges ``path[:-1]`` the last one must not follow, or, ``only``, nothing else may."""

    path: tuple[int, ...]
    only: bool
    modes: int


@dataclass(frozen=True, slots=True, eq=False)
class Junctions:
    """Where segments meet; shape (n,) each. Degrees times 1e7, and flags."""

    lat: Ints
    lon: Ints
    flags: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """Pieces of street between junctions; shape (n,) each but ``first`` (n + 1) and the shape's points.

    Attributes:
        start: Junction at the beginning.
        end: Junction at the end.
        first: Where the points of a segment begin in ``lat`` and ``lon``; ends included.
        lat: Degrees times 1e7 of all points.
        lon: Degrees times 1e7 of all points.
        mm: Length over the ground.
        forward: Bits of who may go along (access.py).
        backward: Bits of who may go against.
        kind: Index into ``access.KINDS``.
        flags: ``ROUNDABOUT`` and so on.
        kmh: What a car drives.
        signals: Traffic lights between the two ends.
        name: Index into the map's names, or -1.
        texts: Indices into the map's texts or -1: lanes along, lanes against, destination along; shape (n, 3).
    """

    start: Ints
    end: Ints
    first: Ints
    lat: Ints
    lon: Ints
    mm: Ints
    forward: NDArray[np.uint8]
    backward: NDArray[np.uint8]
    kind: NDArray[np.uint8]
    flags: NDArray[np.uint8]
    kmh: NDArray[np.uint8]
    signals: NDArray[np.uint8]
    name: Ints
    texts: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Sites:
    """Places to go to; shape (n,) each. ``category`` indexes the map's texts, ``name`` its names or is -1."""

    lat: Ints
    lon: Ints
    category: Ints
    name: Ints


@dataclass(frozen=True, slots=True, eq=False)
class StreetMap:
    """Everything known of one map.

    Attributes:
        title: What it is called on the command line.
        source: The file it was made from.
        sha256: Digest of that file.
        box: What it covers.
        driving_side: ``"right"`` or ``"left"``.
        names: Names of streets and places.
        texts: Lanes, destinations and categories.
        bans: Turn restrictions.
    """

    title: str
    source: str
    sha256: str
    box: Box
    driving_side: str
    names: tuple[Name, ...]
    texts: tuple[str, ...]
    bans: tuple[Ban, ...]
    junctions: Junctions
    segments: Segments
    sites: Sites

    def street(self, segment: int) -> Name | None:
        """Return the name of a segment's street."""
        index = int(self.segments.name[segment])
        return self.names[index] if index >= 0 else None

    def text(self, index: int) -> str:
        """Return one of the texts; ``""`` for -1."""
        return self.texts[index] if index >= 0 else ""

    def street_names(self) -> set[str]:
        """Return every street's local name."""
        return {self.names[index].local for index in np.unique(self.segments.name) if index >= 0}
