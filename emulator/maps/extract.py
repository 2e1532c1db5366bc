"""Read an OpenStreetMap file (``.osm.pbf``, ``.osm``, ``.osm.bz2`` ...) with ``osmium``: streets, restrictions, places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from emulator.core.errors import MapError
from emulator.maps.access import node_blocks
from emulator.maps.street_map import SIGNAL, ZEBRA, Box, Name

Progress = Callable[[str, int], None]  # what is being done, how many so far; may raise to stop it
STEP = 2_000  # objects between two reports

SITE_KEYS = (
    *("amenity", "shop", "tourism", "railway", "public_transport", "aeroway", "healthcare"),
    *("leisure", "historic", "office", "place", "highway"),
)
NAMELESS = frozenset(  # worth finding without a name
    (
        "amenity=toilets",
        "amenity=atm",
        "amenity=pharmacy",
        "amenity=bank",
        "amenity=fuel",
        "amenity=parking",
        "amenity=charging_station",
        "amenity=drinking_water",
        "amenity=cafe",
        "railway=subway_entrance",
    )
)
SOME = {  # of these keys only these values are places
    "highway": ("bus_stop", "services"),
    "railway": ("station", "halt", "subway_entrance", "tram_stop"),
    "place": ("square", "quarter", "neighbourhood", "suburb", "village", "town", "city", "island", "locality"),
}
NO_SITES = frozenset(("amenity=vending_machine", "amenity=bench", "amenity=waste_basket", "amenity=bicycle_parking"))
RESTRICTION_KEYS = ("restriction", "restriction:motorcar", "restriction:motor_vehicle", "restriction:bicycle")
OTHER_NAMES = (
    *("name:sv", "name:fi", "alt_name", "old_name", "short_name", "loc_name", "official_name", "int_name"),
    *("name:zh-Hant", "name:zh-Hans", "name:ja", "brand", "ref"),
)


class Way(NamedTuple):
    """A ``highway`` way, or the part of it whose nodes are in the file."""

    id: int
    tags: dict[str, str]
    nodes: list[int]
    lat: list[float]
    lon: list[float]


class Restriction(NamedTuple):
    """A turn restriction as tagged; ``via`` is one node or several ways."""

    tags: dict[str, str]
    origins: list[int]
    via_nodes: list[int]
    via_ways: list[int]
    targets: list[int]


class Site(NamedTuple):
    """A place to go to."""

    lat: float
    lon: float
    category: str
    name: Name | None


@dataclass(slots=True)
class Extract:
    """What one file holds."""

    ways: list[Way] = field(default_factory=list)
    node_flags: dict[int, int] = field(default_factory=dict)
    restrictions: list[Restriction] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    box: Box | None = None


def silent(_what: str, _count: int) -> None:
    """Report nothing."""


def read_extract(path: Path, progress: Progress = silent) -> Extract:
    """Read ``path``.

    Raises:
        MapError: If the file is missing, damaged, or ``osmium`` is not installed.
    """
    try:
        import osmium
    except ImportError:
        raise MapError(f"{path}: reading it needs osmium; pip install osmium") from None
    if not path.is_file():
        raise missing(path)
    found = Extract()
    try:
        processor = osmium.FileProcessor(path).with_locations().with_filter(osmium.filter.EmptyTagFilter())
        keys = ("highway", "barrier", "crossing", *SITE_KEYS, *RESTRICTION_KEYS)
        found.box = _box(processor.header.box())
        for count, thing in enumerate(processor.with_filter(osmium.filter.KeyFilter(*keys)), 1):
            _keep(found, thing)
            if count % STEP == 0:
                progress("reading", count)
    except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as error:
        what = str(error).partition("\n")[0] or type(error).__name__
        raise MapError(f"{path}: not a readable OpenStreetMap file ({what}); fetch it again") from None
    return found


def missing(path: Path) -> MapError:
    """Return why there is no extract at ``path``: nothing is there, or a folder is, or no file."""
    if path.is_dir():
        return MapError(f"{path}: a folder; name an extract in it, such as {path / 'hangzhou.osm.pbf'}")
    return MapError(f"{path}: {'not a file' if path.exists() else 'no such file'}")


def name_of(tags: Mapping[str, str]) -> Name | None:
    """Return the name in ``tags``, or the number of a road or exit; None if there is neither.

    >>> name_of({"name": "Senaatintori", "name:zh": "参议院广场", "name:sv": "Senatstorget"})
    Name(local='Senaatintori', zh='参议院广场', en='', others=('Senatstorget',))
    """
    local = tags.get("name") or tags.get("name:en") or tags.get("ref")
    if not local:
        return None
    zh, en = tags.get("name:zh", ""), tags.get("name:en", "")
    others = (part.strip() for key in OTHER_NAMES for part in tags.get(key, "").split(";"))
    return Name(local, zh, en, tuple(dict.fromkeys(o for o in others if o and o not in (local, zh, en))))


def category_of(tags: Mapping[str, str]) -> str:
    """Return ``key=value`` of what a place is; ``""`` if it is none.

    >>> category_of({"name": "Espresso House", "amenity": "cafe", "level": "1"})
    'amenity=cafe'
    """
    for key in SITE_KEYS:
        if key in tags:
            category = f"{key}={tags[key]}"
            if category not in NO_SITES and tags[key] in SOME.get(key, (tags[key],)):
                return category
    return ""


def _keep(found: Extract, thing: Any) -> None:
    tags = dict(thing.tags)
    if thing.is_node():
        flags = node_blocks(tags)
        flags |= SIGNAL if tags.get("highway") == "traffic_signals" or tags.get("crossing") == "traffic_signals" else 0
        flags |= ZEBRA if tags.get("highway") == "crossing" else 0
        if flags:
            found.node_flags[thing.id] = flags
        _keep_site(found, tags, [(thing.lat, thing.lon)])
    elif thing.is_way():
        runs = list(_runs(thing))
        if "highway" in tags:
            found.ways += [Way(thing.id, tags, *run) for run in runs]
        points = [(lat, lon) for run in runs for lat, lon in zip(run[1], run[2], strict=True)]
        _keep_site(found, tags, points)
    elif tags.get("type", "").startswith("restriction"):
        members = [(member.role, member.type, member.ref) for member in thing.members]
        found.restrictions.append(
            Restriction(
                tags,
                [ref for role, kind, ref in members if role == "from" and kind == "w"],
                [ref for role, kind, ref in members if role == "via" and kind == "n"],
                [ref for role, kind, ref in members if role == "via" and kind == "w"],
                [ref for role, kind, ref in members if role == "to" and kind == "w"],
            )
        )


def _runs(way: Any) -> Iterator[tuple[list[int], list[float], list[float]]]:
    """Yield the stretches of a way whose nodes are in the file, two nodes at least."""
    run: tuple[list[int], list[float], list[float]] = ([], [], [])
    for node in [*way.nodes, None]:
        if node is not None and node.location.valid():
            if not run[0] or run[0][-1] != node.ref:
                run[0].append(node.ref)
                run[1].append(node.lat)
                run[2].append(node.lon)
            continue
        if len(run[0]) > 1:
            yield run
        run = ([], [], [])


def _keep_site(found: Extract, tags: dict[str, str], points: list[tuple[float, float]]) -> None:
    category, name = category_of(tags), name_of(tags)
    if category and points and (name or category in NAMELESS):
        lat = sum(point[0] for point in points) / len(points)
        found.sites.append(Site(lat, sum(point[1] for point in points) / len(points), category, name))


def _box(box: Any) -> Box | None:
    if not box.valid():
        return None
    low, high = box.bottom_left, box.top_right
    return Box(low.lat, low.lon, high.lat, high.lon)
