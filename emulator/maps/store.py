"""The maps there are: those that ship and those the user imported. A user's map hides a shipped one of its name.

Imported maps live in ``maps/`` of the user's data folder, or of ``GLASSES_DATA`` where that is set.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from emulator.core.assets import assets_dir
from emulator.core.errors import MapError, UsageError, nearest, quoted
from emulator.core.user_data import user_data
from emulator.maps.build import build_map
from emulator.maps.extract import Progress, missing, read_extract, silent
from emulator.maps.map_file import SUFFIX, read_map, write_map
from emulator.maps.street_map import StreetMap

_TITLE = re.compile(r"[\w][\w.-]{0,63}")


@dataclass(frozen=True, slots=True)
class Shelf:
    """A map that is there: its name, its file, and whether it came with the emulator."""

    title: str
    path: Path
    ships: bool


def maps_folder() -> Path:
    """Return where imported maps go; it may not exist yet."""
    return user_data() / "maps"


def shelves() -> list[Shelf]:
    """Return every map there is by name."""
    found = {path.stem.casefold(): Shelf(path.stem, path, True) for path in _files(assets_dir() / "maps")}
    found |= {path.stem.casefold(): Shelf(path.stem, path, False) for path in _files(maps_folder())}
    return [found[title] for title in sorted(found)]


def load_map(name: str) -> StreetMap:
    """Return the map called ``name``, or the one in the file ``name`` (an extract or a ``.glassmap``).

    Raises:
        MapError: If there is none, or it cannot be read.
    """
    known = {shelf.title.casefold(): shelf for shelf in shelves()}
    if name.casefold() in known:
        return read_map(known[name.casefold()].path)
    path = Path(name)
    if path.suffix == SUFFIX and path.is_file():
        return read_map(path)
    if path.is_file():
        return map_of(path, title_of(path))
    if os.sep in name or name.endswith((".pbf", ".osm", SUFFIX)) or (name and path.exists()):
        raise missing(path)
    titles = [shelf.title for shelf in known.values()]
    raise MapError(f"no map {quoted(name)}{nearest(name, titles)}; import one with: glasses map import FILE.osm.pbf")


def map_of(path: Path, title: str, progress: Progress = silent) -> StreetMap:
    """Read an extract and make a map of it, without keeping it.

    Raises:
        MapError: If the extract cannot be read or holds no street.
    """
    found = read_extract(path, progress)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return build_map(found, title, path, digest, progress)


def import_map(path: Path, title: str | None = None, progress: Progress = silent) -> Shelf:
    """Make a map of an extract and keep it. Whatever stops it, the maps that were there stay as they were.

    Raises:
        MapError: If the extract cannot be read or the map not be written.
        UsageError: If the name is none a file may have.
    """
    title = title or title_of(path)
    if not _TITLE.fullmatch(title):
        raise UsageError(
            f"{quoted(title)}: the name of a map is letters, digits, '.', '_' and '-'; give one with --name"
        )
    street_map = map_of(path, title, progress)
    progress("writing", len(street_map.segments.start))
    folder = maps_folder()
    target = folder / f"{title}{SUFFIX}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(".part", f"{title}.", folder)
        try:
            with os.fdopen(number, "wb") as file:
                write_map(street_map, file)
            os.replace(name, target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise MapError(
            f"{target}: cannot write the map ({error.strerror}); GLASSES_DATA names another folder"
        ) from None
    for path in _files(folder):  # the same name in other capitals
        if path.stem.casefold() == title.casefold() and path != target:
            path.unlink()
    return Shelf(title, target, False)


def remove_map(name: str) -> Shelf:
    """Delete an imported map.

    Raises:
        MapError: If there is none of that name, or it ships.
    """
    known = {shelf.title.casefold(): shelf for shelf in shelves()}
    shelf = known.get(name.casefold())
    if shelf is None:
        raise MapError(f"no map {quoted(name)}{nearest(name, [shelf.title for shelf in known.values()])}")
    if shelf.ships:
        raise MapError(f"{shelf.title}: this map came with the emulator and stays; only imported ones can be removed")
    shelf.path.unlink(missing_ok=True)
    return shelf


def title_of(path: Path) -> str:
    """Return the name of a map made from ``path``.

    >>> title_of(Path("/tmp/hangzhou-latest.osm.pbf")), title_of(Path("a b.osm"))
    ('hangzhou-latest', 'a-b')
    """
    stem = re.sub(r"(\.osh|\.osm)?(\.pbf|\.xml|\.bz2|\.gz|\.opl)*\Z|\.osm\Z", "", path.name)
    return re.sub(r"[^\w.-]+", "-", stem).strip("-.") or "map"


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{SUFFIX}"))
