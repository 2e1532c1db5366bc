"""Which map serves a position, kept open for the session with its router and its names."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cached_property

from emulator.core.errors import MapError
from emulator.live.errors import NotFoundError
from emulator.maps.fix import Fix
from emulator.maps.map_file import read_map, read_summary
from emulator.maps.places import Gazetteer
from emulator.maps.points import Plane, Wgs84Point
from emulator.maps.router import LIMIT_M, Router
from emulator.maps.store import Shelf, shelves
from emulator.maps.street_map import Box, StreetMap
from emulator.services.service import Here


@dataclass
class Ground:
    """One map, made ready to be asked."""

    map: StreetMap
    router: Router = field(init=False)

    def __post_init__(self) -> None:
        self.router = Router(self.map)

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """Its names; a fifth of a second is spent on them the first time."""
        return Gazetteer(self.map)


def fix_of(here: Here) -> Fix:
    """Return where the glasses are.

    Raises:
        NotFoundError: ``no-fix``.
    """
    if here.fix is None:
        text = {
            "zh": "还没有定位。请到开阔处，或在手机上选择位置",
            "en": "No position yet. Go outside, or choose one on the phone",
        }
        raise NotFoundError(text[here.language], "no-fix")
    return here.fix


def ground_at(here: Here, point: Wgs84Point) -> Ground:
    """Return the smallest map that covers ``point``, as far as a street may be away.

    Raises:
        NotFoundError: ``no-map``.
    """
    covering = [(area, shelf) for shelf in shelves() if (area := _area(shelf, point)) is not None]
    if not covering:
        text = {
            "zh": f"没有这里的地图（{point.lat:.2f}，{point.lon:.2f}）。请用 glasses map import 导入",
            "en": f"No map of {point.lat:.2f},{point.lon:.2f}. Add one: glasses map import FILE.osm.pbf",
        }
        raise NotFoundError(text[here.language], "no-map")
    _, shelf = min(covering, key=lambda found: found[0])
    name = f"map:{shelf.path}:{shelf.path.stat().st_mtime_ns}"  # an import in the meantime counts
    return here.opened(name, lambda: nullcontext(Ground(read_map(shelf.path))))


def _area(shelf: Shelf, point: Wgs84Point) -> float | None:
    """Return the square degrees that a map covers, or None if it does not cover ``point`` or cannot be read."""
    try:
        box = Box(*read_summary(shelf.path)["box"])
    except MapError:
        return None
    east, north = Plane(point).scale
    d_lat, d_lon = LIMIT_M / north, LIMIT_M / east
    inside = box.south - d_lat <= point.lat <= box.north + d_lat and box.west - d_lon <= point.lon <= box.east + d_lon
    return (box.north - box.south) * (box.east - box.west) if inside else None
