"""Routes on one map: snap both ends to streets, search, describe."""

from __future__ import annotations

import numpy as np

from emulator.core.errors import RouteError
from emulator.maps.components import MainPart, Mask, main_part
from emulator.maps.costs import PREFERENCES, Mode, Preference, open_edges
from emulator.maps.describe import describe
from emulator.maps.network import Network
from emulator.maps.points import Wgs84Point
from emulator.maps.route import Route
from emulator.maps.search import Path, find_path
from emulator.maps.snap import SnapIndex, Spot
from emulator.maps.street_map import StreetMap

LIMIT_M = 300.0  # farther from a street there is no route
_DOING: dict[Mode, str] = {"walk": "walking", "bike": "cycling", "car": "driving"}


class Router:
    """Finds routes; keeps what it worked out about the map for each mode and preference.

    >>> from emulator.maps.store import load_map
    >>> router = Router(load_map("helsinki"))
    >>> route = router.route(Wgs84Point(60.1699, 24.9384), Wgs84Point(60.1708, 24.9473), "walk")
    >>> route.steps[0].maneuver.type, route.steps[-1].maneuver.type, 600 < route.length_m < 800
    ('depart', 'arrive', True)
    """

    def __init__(self, street_map: StreetMap) -> None:
        self.map = street_map
        self._index = SnapIndex(street_map)
        self._usable: dict[Mode, Mask] = {}
        self._networks: dict[tuple[Mode, Preference], Network] = {}
        self._main: dict[Mode, MainPart] = {}

    def route(self, origin: Wgs84Point, target: Wgs84Point, mode: Mode, preference: Preference = "best") -> Route:
        """Return the best route.

        Raises:
            RouteError: If no street for ``mode`` is within ``LIMIT_M`` of an end.
        """
        network = self.network(mode, preference)
        start, goal = (self._spot(point, mode, self._streets(mode)) for point in (origin, target))
        main = self._main.get(mode)  # there once it was needed: it costs a look at every street
        cut_off = main is not None and main.cuts_off(
            network.open_edges(start.segment), network.open_edges(goal.segment)
        )
        path = None if cut_off else find_path(network, start, goal)
        if path is None:  # one of them is cut off: take the nearest streets that lead on
            start, goal, path = self._main_path(origin, target, mode, network)
        return describe(network, path, (origin, start), (target, goal))

    def alternatives(self, origin: Wgs84Point, target: Wgs84Point, mode: Mode) -> list[Route]:
        """Return the routes for every preference, "best" first, without those that take the same streets.

        Raises:
            RouteError: As ``route``.
        """
        routes: list[Route] = []
        for preference in PREFERENCES:
            route = self.route(origin, target, mode, preference)
            if all(route.edges != other.edges for other in routes):
                routes.append(route)
        return routes

    def network(self, mode: Mode, preference: Preference = "best") -> Network:
        """Return the network of a mode and preference."""
        key = (mode, preference)
        if key not in self._networks:
            self._networks[key] = Network(self.map, mode, preference)
        return self._networks[key]

    def nearest(self, point: Wgs84Point, mode: Mode) -> Spot | None:
        """Return the nearest spot on a street that ``mode`` may use, or None if there is none within ``LIMIT_M``."""
        return self._index.nearest(point, self._streets(mode), LIMIT_M)

    def _streets(self, mode: Mode) -> Mask:
        if mode not in self._usable:
            self._usable[mode] = np.asarray(open_edges(self.map, mode).reshape(-1, 2).any(axis=1))
        return self._usable[mode]

    def _spot(self, point: Wgs84Point, mode: Mode, streets: Mask) -> Spot:
        spot = self._index.nearest(point, streets, LIMIT_M)
        if spot is None:
            south, west, north, east = self.map.box
            covered = f"{south:.4f},{west:.4f} to {north:.4f},{east:.4f}"
            inside = south <= point.lat <= north and west <= point.lon <= east
            advice = "choose a position nearer to one" if inside else f"the map {self.map.title} covers {covered}"
            where = f"{point.lat:.5f},{point.lon:.5f}"
            raise RouteError(f"no street for {_DOING[mode]} within {LIMIT_M:g} m of {where}; {advice}")
        return spot

    def _main_path(
        self, origin: Wgs84Point, target: Wgs84Point, mode: Mode, network: Network
    ) -> tuple[Spot, Spot, Path]:
        if mode not in self._main:
            self._main[mode] = main_part(network)
        main = self._main[mode]
        start, goal = self._spot(origin, mode, main.leads_in), self._spot(target, mode, main.led_to)
        path = find_path(network, start, goal)
        if path is None:
            raise RouteError(f"no way for {_DOING[mode]} between these positions on {self.map.title}; try another mode")
        return start, goal, path
