"""GPX tracks, routes and waypoints as fixes. Source: topografix.com/GPX/1/1, the schema of GPX 1.1; 1.0 is read too."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

from emulator.core.errors import FileError
from emulator.core.units import S
from emulator.maps.fix import Fix
from emulator.maps.points import Wgs84Point, distance_m

MOST_BYTES = 100_000_000
USUAL_ACCURACY_M = 5.0
HDOP_M = 4.0  # accuracy of a receiver under open sky, for each unit of dilution; assumed
PLAIN_MPS = 1.4  # where a file has no times


def read_gpx(path: Path) -> list[Fix]:
    """Return the points of all tracks, or else of all routes, in order; times count from the first.

    Points without a time, or with one that is not later, follow at walking speed.

    Raises:
        FileError: If the file is no GPX, or holds no point.
    """
    root = _parse(path)
    kinds = ("trkpt", "rtept", "wpt")
    points = next((found for kind in kinds if (found := [e for e in root.iter() if _tag(e) == kind])), [])
    fixes: list[Fix] = []
    begin: datetime | None = None
    for element in points:
        point = _point(element)
        if point is None:
            raise FileError(f"{path}: a point without lat and lon in degrees")
        fields = {_tag(child): (child.text or "").strip() for child in element.iter() if child is not element}
        time = _time(fields.get("time", ""))
        begin = begin or time
        t_ns = round((time - begin).total_seconds() * S) if time and begin else -1
        if fixes and t_ns <= fixes[-1].t_ns:
            t_ns = fixes[-1].t_ns + max(1, round(distance_m(fixes[-1].point, point) / PLAIN_MPS * S))
        accuracy = HDOP_M * value if (value := _number(fields.get("hdop", ""))) else USUAL_ACCURACY_M
        speed, course = _number(fields.get("speed", "")), _number(fields.get("course", ""))
        fixes.append(Fix(max(t_ns, 0), point, accuracy, speed, course))
    if not fixes:
        raise FileError(f"{path}: no track, route or waypoint in it")
    return fixes


def _parse(path: Path) -> ElementTree.Element:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise FileError(f"{path}: larger than {MOST_BYTES // 1_000_000} MB; cut it")
        data = path.read_bytes()
    except OSError as error:
        raise FileError(f"{path}: cannot read the file ({error.strerror})") from None
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise FileError(f"{path}: a GPX file has no DOCTYPE; this one is refused")
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise FileError(f"{path}: not a readable GPX file ({error})") from None
    if _tag(root) != "gpx":
        raise FileError(f"{path}: not a GPX file; its root is <{_tag(root)}>")
    return root


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _point(element: ElementTree.Element) -> Wgs84Point | None:
    lat, lon = _number(element.get("lat", "")), _number(element.get("lon", ""))
    if lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return None
    return Wgs84Point(lat, lon)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _time(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
