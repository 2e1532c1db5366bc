"""Opening a map and searching its names, in a thread: a city takes a second, and so does the first search in it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from emulator.core.errors import MapError
from emulator.maps.map_file import read_map
from emulator.maps.places import Gazetteer, Place
from emulator.maps.points import Plane, Wgs84Point
from emulator.maps.snap import SnapIndex
from emulator.maps.street_map import E7, Name, StreetMap

MOST = 8  # results shown
NEAR_M = 25.0  # so near a place or a street has the name of a point


class Finder(QObject):
    """One map at a time, and one search; of searches that wait only the newest counts.

    Signals:
        opened: The path, and a ``StreetMap`` or the ``MapError`` that says why there is none.
        found: The words, a list of ``Place``, and the nearest spelling where there is none.
    """

    opened = Signal(str, object)
    found = Signal(str, list, str)

    def __init__(self) -> None:
        super().__init__()
        self._map: StreetMap | None = None
        self._gazetteer: Gazetteer | None = None
        self._snaps: SnapIndex | None = None
        self._worker = ThreadPoolExecutor(1, "phone-map")
        self._number = 0

    def open(self, path: Path) -> None:
        """Read the map in ``path``; ``opened`` tells."""
        self._map, self._snaps = None, None
        self._number += 1
        self._worker.submit(self._open, path)

    def use(self, street_map: StreetMap) -> None:
        """Search ``street_map`` from now on."""
        self._map = street_map

    def find(self, words: str, here: Wgs84Point) -> None:
        """Search for ``words``, of equals the nearest to ``here`` first; ``found`` tells."""
        if self._map is not None:
            self._number += 1
            self._worker.submit(self._search, self._number, self._map, words, here)

    def cancel(self) -> None:
        """Let nothing be told of what was asked."""
        self._number += 1

    def stop(self) -> None:
        """End the thread."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def name_at(self, point: Wgs84Point, language: str) -> str:
        """Return the name of the place or street at ``point``, or "" if there is none within 25 m."""
        if self._map is None:
            return ""
        sites = self._map.sites
        named = np.flatnonzero(sites.name >= 0)
        if len(named):
            east, north = Plane(point).scale
            metres = np.hypot((sites.lon[named] * E7 - point.lon) * east, (sites.lat[named] * E7 - point.lat) * north)
            best = int(np.argmin(metres))
            if metres[best] <= NEAR_M / 2:
                place: Name = self._map.names[sites.name[named[best]]]
                return place.language(language)
        if self._snaps is None:
            self._snaps = SnapIndex(self._map)
        spot = self._snaps.nearest(point, self._map.segments.name >= 0, NEAR_M)
        street = self._map.street(spot.segment) if spot else None
        return street.language(language) if street else ""

    # --- in the thread ---

    def _open(self, path: Path) -> None:
        self._gazetteer = None
        try:
            self.opened.emit(str(path), read_map(path))
        except MapError as error:
            self.opened.emit(str(path), error)

    def _search(self, number: int, street_map: StreetMap, words: str, here: Wgs84Point) -> None:
        if number != self._number:
            return
        if self._gazetteer is None:
            self._gazetteer = Gazetteer(street_map)
        places: list[Place] = self._gazetteer.find(words, here)[:MOST]
        nearest = "" if places else self._gazetteer.nearest_name(words)
        if number == self._number:
            self.found.emit(words, places, nearest)
