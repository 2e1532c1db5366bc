"""The JSON protocol of gpsd. Source: gpsd.gitlab.io/gpsd/gpsd_json.html, objects WATCH and TPV."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from emulator.core.units import S
from emulator.maps.fix import Fix
from emulator.maps.points import Wgs84Point

PORT = 2947
WATCH = b'?WATCH={"enable":true,"json":true};\r\n'
USUAL_ACCURACY_M = 5.0
SURE = 2.0  # gpsd's estimates of error hold with 95 %: two standard deviations
LONGEST = 16_384  # bytes of a line; a longer one is no answer of gpsd


class Reports:
    """Cut a stream of bytes into fixes; lines that are no position are passed over."""

    def __init__(self) -> None:
        self._rest = b""
        self._begin: datetime | None = None

    def feed(self, data: bytes) -> list[Fix]:
        """Return the fixes that are complete now."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        self._rest = self._rest[-LONGEST:]
        found = []
        for line in lines:
            report = _report(line)
            if report is None:
                continue
            fix, time = report
            self._begin = self._begin or time
            t_ns = round((time - self._begin).total_seconds() * S) if time and self._begin else 0
            found.append(Fix(max(t_ns, 0), fix.point, fix.accuracy_m, fix.speed_mps, fix.heading_deg))
        return found


def _report(line: bytes) -> tuple[Fix, datetime | None] | None:
    try:
        value: Any = json.loads(line)
    except ValueError:
        return None
    if not isinstance(value, dict) or value.get("class") != "TPV" or value.get("mode") not in (2, 3):
        return None
    lat, lon = _number(value.get("lat")), _number(value.get("lon"))
    if lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return None
    error = _number(value.get("eph"))
    if error is None:
        sides = [side for name in ("epx", "epy") if (side := _number(value.get(name))) is not None]
        error = max(sides, default=None)
    accuracy = error / SURE if error else USUAL_ACCURACY_M
    fix = Fix(0, Wgs84Point(lat, lon), accuracy, _number(value.get("speed")), _number(value.get("track")))
    return fix, _time(value.get("time"))


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _time(value: Any) -> datetime | None:
    try:
        time = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
