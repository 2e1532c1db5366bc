"""``glasses map``: list, import and remove maps; find streets and places on one."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from emulator.cli.command import Command

COUNT = 10  # places that ``find`` prints


def add_arguments(parser: ArgumentParser) -> None:
    """Add ``list``, ``import``, ``remove`` and ``find``."""
    words = parser.add_subparsers(required=True, metavar="list|import|find|remove")
    list_parser = words.add_parser("list", help="the maps there are")
    list_parser.add_argument("--json", action="store_true", help="as JSON")
    list_parser.set_defaults(map_word=list_maps)
    import_parser = words.add_parser("import", help="make a map of an OpenStreetMap extract and keep it")
    import_parser.add_argument("file", type=Path, metavar="FILE.osm.pbf", help="an extract, such as Geofabrik's")
    import_parser.add_argument("--name", help="what to call it instead of the file's name")
    import_parser.set_defaults(map_word=import_one)
    find_parser = words.add_parser("find", help="find streets, crossings and places, in Chinese, English or as signed")
    find_parser.add_argument("text", help="a name, a kind of place (cafe, 地铁口), or two streets that cross")
    find_parser.add_argument("--map", default="helsinki", metavar="M", help="name of a map, or an extract")
    find_parser.add_argument("--near", metavar="LAT,LON", help="rank from here; else from the middle of the map")
    find_parser.add_argument("--language", choices=("zh", "en"), default="en", help="of the names")
    find_parser.add_argument("--json", action="store_true", help="as JSON")
    find_parser.set_defaults(map_word=find)
    remove_parser = words.add_parser("remove", help="delete an imported map")
    remove_parser.add_argument("name")
    remove_parser.set_defaults(map_word=remove)


def run(arguments: Namespace) -> int:
    """Do ``glasses map list|import|find|remove``."""
    return int(arguments.map_word(arguments))


def list_maps(arguments: Namespace) -> int:
    """Print name, extent and counts of every map; one that is damaged is named as such."""
    from emulator.core.errors import MapError
    from emulator.maps.map_file import read_summary
    from emulator.maps.store import shelves
    from emulator.maps.street_map import ATTRIBUTION, ATTRIBUTION_URL

    rows: list[dict[str, Any]] = []
    for shelf in shelves():
        try:
            about = read_summary(shelf.path)
        except MapError as error:
            print(f"glasses: {error}", file=sys.stderr)
            continue
        rows.append({**about, "title": shelf.title, "ships": shelf.ships, "bytes": shelf.path.stat().st_size})
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for row in rows:
        south, west, north, east = row["box"]
        box = f"{south:.4f},{west:.4f} to {north:.4f},{east:.4f}"
        counts = f"{row['km']:8.1f} km {row['streets']:6} streets {row['places']:6} places"
        print(f"{row['title']:20} {'ships' if row['ships'] else 'imported':8} {counts}  {box}  {row['source']}")
    print(f"{ATTRIBUTION}, {ATTRIBUTION_URL}")
    return 0


def import_one(arguments: Namespace) -> int:
    """Import one extract; Ctrl-C leaves the maps as they were."""
    from emulator.maps.store import import_map

    shown = _Progress()
    try:
        shelf = import_map(arguments.file, arguments.name, shown)
    finally:
        shown.end()
    print(f"{shelf.title}: {shelf.path}")
    print(f"try: glasses map find TEXT --map {shelf.title}")
    return 0


def find(arguments: Namespace) -> int:
    """Print what matches, best first; 1 if nothing does."""
    from emulator.core.errors import quoted
    from emulator.maps.places import Gazetteer
    from emulator.maps.points import Wgs84Point, parse_point
    from emulator.maps.sentences import distance_text
    from emulator.maps.store import load_map

    here = parse_point(arguments.near) if arguments.near else None
    street_map = load_map(arguments.map)
    south, west, north, east = street_map.box
    here = here or Wgs84Point((south + north) / 2, (west + east) / 2)
    places = Gazetteer(street_map).find(arguments.text, here)[:COUNT]
    if arguments.json:
        print(json.dumps([place.to_json() for place in places], ensure_ascii=False, indent=2))
        return 0 if places else 1
    for place in places:
        where = f"{place.point.lat:.6f},{place.point.lon:.6f}"
        name, kind = place.title(arguments.language), place.kind(arguments.language)
        print(f"{where}  {distance_text(place.distance_m, arguments.language):>8}  {name}  ({kind})")
    if not places:
        print(f"glasses: nothing like {quoted(arguments.text)} on the map {street_map.title}", file=sys.stderr)
    return 0 if places else 1


def remove(arguments: Namespace) -> int:
    """Delete one imported map."""
    from emulator.maps.store import remove_map

    print(f"removed {remove_map(arguments.name).path}")
    return 0


class _Progress:
    """One line on the terminal that is written over; on anything else one line for each stage."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._stage = ""

    def __call__(self, stage: str, count: int) -> None:
        if self._live:
            print(f"\r\x1b[K{stage}: {count:,}", end="", file=sys.stderr, flush=True)
        elif stage != self._stage:
            print(f"{stage} ...", file=sys.stderr, flush=True)
        self._stage = stage

    def end(self) -> None:
        """Leave the line."""
        if self._live and self._stage:
            print(file=sys.stderr)


COMMAND = Command("map", "list, import and search maps", add_arguments, run)
