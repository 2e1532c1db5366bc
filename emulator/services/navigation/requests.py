"""What navigation may be asked, and exactly what a reply holds. Both halves, the maps here and Amap, answer the same.

All positions are WGS-84 degrees, ``[latitude, longitude]`` with six decimals: a live half that speaks GCJ-02 converts on
both sides. Distances are metres, durations seconds. Names are in the language of the glasses where there is one.

Whatever cannot be answered is a ``ServiceError`` whose text the wearer reads, so it is in the language of the glasses
and says what to do. ``NotFoundError`` carries one of these codes: ``no-fix``, ``no-map``, ``no-place``, ``no-road``,
``no-way``.
"""

from __future__ import annotations

from dataclasses import dataclass

from emulator.maps.costs import Mode

MOST_PLACES = 6  # one screen counts 1/6 (device.md, F6)


@dataclass(frozen=True, slots=True)
class FindPlaces:
    """Search by what somebody said: ``附近的地铁口``, ``coffee``, ``Kaivokatu``, ``威海路与成都北路路口``.

    Reply::

        {"places": [{"name": "地铁站A口", "kind": "地铁口", "lat": 60.170912, "lon": 24.941504, "distance_m": 320.0}, ...],
         "attribution": "© OpenStreetMap contributors, ODbL 1.0"}

    At least one and at most ``MOST_PLACES``, best first; ``distance_m`` is as the crow flies. ``kind`` may be "".

    Raises:
        NotFoundError: ``no-place``; the text names the nearest spelling, if there is one.
    """

    words: str


@dataclass(frozen=True, slots=True)
class NearbyPlaces:
    """What is around: the nearest of the kinds of places one usually goes to, one or two of each, by distance.

    The reply is that of ``FindPlaces``.
    """


@dataclass(frozen=True, slots=True)
class PlanRoutes:
    """Routes from where the glasses are to a place, for one mode; ``only`` for the best one: asked on the way.

    Reply::

        {"routes": [ROUTE, ...],      # 1 to 3, the best first; none takes the same streets as another
         "attribution": "© OpenStreetMap contributors, ODbL 1.0"}    # Amap's: "高德地图" / "© Amap"

    A ROUTE is what ``maps/packed.py`` packs, and ``unpacked`` makes a ``maps.route.Route`` of it again::

        {"map": "helsinki",           # "amap" for the live half
         "mode": "walk", "preference": "best" | "shortest" | "quiet",
         "origin": [60.1699, 24.9384], "target": [60.1708, 24.9473],     # as asked for
         "length_m": 712.0, "duration_s": 540.0,
         "geometry": [[60.169912, 24.938401], ...],
         "steps": [{
             "type": "turn", "modifier": "left" | null, "exit": 2 | null,      # maps.route.TYPES, MODIFIERS
             "first": 12,              # index into geometry of the point where the maneuver is
             "bearings": [90, 0],      # before and after, degrees
             "name": ["Mannerheimintie", "", "Mannerheim Street"] | null,     # of the street after it: local, zh, en
             "destination": "",        # what signs say there
             "way": "road",            # maps.route.WAYS
             "distance_m": 120.0, "duration_s": 88.0,                         # to the next maneuver
             "side": "right",          # traffic keeps to
             "lanes": [[["left"], false], [["straight", "right"], true]]      # [] if unknown
         }, ...]}                      # "depart" first with first = 0, "arrive" last with 0 m and 0 s

    A live half whose alternatives have no such preference calls the first one ``best``, the shortest of the rest
    ``shortest`` and another one ``quiet``.

    Raises:
        NotFoundError: ``no-road`` (none near an end), ``no-way`` (none between them).
    """

    to_lat_deg: float
    to_lon_deg: float
    mode: Mode
    only: bool = False


@dataclass(frozen=True, slots=True)
class StreetsAround:
    """The streets of a square to draw beneath a route. Only the maps here answer it: Amap gives no streets.

    Reply::

        {"lines": [["dim" | "regular", [[60.170012, 24.940131], ...]], ...],
         "attribution": "© OpenStreetMap contributors, ODbL 1.0"}

    Attributes:
        lat_deg: Of the middle.
        lon_deg: Of the middle.
        span_m: Side of the square.
    """

    lat_deg: float
    lon_deg: float
    span_m: float


REQUESTS = (FindPlaces, NearbyPlaces, PlanRoutes, StreetsAround)
LIVE_REQUESTS = (FindPlaces, NearbyPlaces, PlanRoutes)
