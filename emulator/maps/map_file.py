"""A map in one file, ``NAME.glassmap``: a zip of numpy arrays with its names and origin as JSON.

It is a database derived from OpenStreetMap and, like the extract it was made from, under ODbL 1.0.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from dataclasses import fields
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import numpy as np

from emulator.core.errors import MapError
from emulator.maps.street_map import Ban, Box, Junctions, Name, Segments, Sites, StreetMap

SUFFIX = ".glassmap"
VERSION = 1  # of the format; another number cannot be read
_PARTS = {"junctions": Junctions, "segments": Segments, "sites": Sites}
P = TypeVar("P", Junctions, Segments, Sites)


def write_map(street_map: StreetMap, file: BinaryIO) -> None:
    """Write ``street_map`` to an open file."""
    arrays = {
        f"{part}.{field.name}": getattr(getattr(street_map, part), field.name)
        for part, kind in _PARTS.items()
        for field in fields(kind)
    }
    about = summary(street_map)
    rest = {"names": street_map.names, "texts": street_map.texts, "bans": street_map.bans}
    np.savez_compressed(file, about=_packed(about), rest=_packed(rest), **arrays)


def read_map(path: Path) -> StreetMap:
    """Read a map.

    Raises:
        MapError: If the file is no map, damaged, or of another version.
    """
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            about = _about(path, file)
            rest = _unpacked(file["rest"])
            return StreetMap(
                title=about["title"],
                source=about["source"],
                sha256=about["sha256"],
                box=Box(*about["box"]),
                driving_side=about["driving_side"],
                names=tuple(Name(local, zh, en, tuple(others)) for local, zh, en, others in rest["names"]),
                texts=tuple(rest["texts"]),
                bans=tuple(Ban(tuple(ban[0]), *ban[1:]) for ban in rest["bans"]),
                junctions=_part(Junctions, "junctions", file),
                segments=_part(Segments, "segments", file),
                sites=_part(Sites, "sites", file),
            )
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise _damaged(path, error) from None


def read_summary(path: Path) -> dict[str, Any]:
    """Read only what ``summary`` wrote.

    Raises:
        MapError: If the file is no map, damaged, or of another version.
    """
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            return _about(path, file)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise _damaged(path, error) from None


def summary(street_map: StreetMap) -> dict[str, Any]:
    """Return origin, extent and counts of a map, as JSON values."""
    return {
        "version": VERSION,
        "title": street_map.title,
        "source": street_map.source,
        "sha256": street_map.sha256,
        "licence": "ODbL-1.0",
        "box": list(street_map.box),
        "driving_side": street_map.driving_side,
        "segments": len(street_map.segments.start),
        "streets": len(street_map.street_names()),
        "places": len(street_map.sites.lat),
        "bans": len(street_map.bans),
        "km": round(float(street_map.segments.mm.sum(dtype=np.int64)) / 1e6, 1),
    }


def _about(path: Path, file: Any) -> dict[str, Any]:
    about: dict[str, Any] = _unpacked(file["about"])
    if about["version"] != VERSION:
        raise MapError(f"{path}: made by another version of the emulator; import the extract again")
    return about


def _part(kind: type[P], part: str, file: Any) -> P:
    return kind(**{field.name: file[f"{part}.{field.name}"] for field in fields(kind)})


def _damaged(path: Path, error: BaseException) -> MapError:
    if isinstance(error, FileNotFoundError):
        return MapError(f"{path}: no such file")
    told = "not of numbers" if "pickle" in str(error) else error or type(error).__name__  # numpy's advice helps nobody
    return MapError(f"{path}: damaged map, {told}; import the extract again")


def _packed(value: Any) -> np.ndarray:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return np.frombuffer(text.encode("utf-8"), np.uint8)


def _unpacked(array: np.ndarray) -> Any:
    return json.loads(array.tobytes().decode("utf-8"))
