"""Routes on real maps against a plain search over the raw nodes, written here from the filter of the measurements.

The reference knows neither segments nor edges: it reads the extract, joins neighbouring nodes and runs Dijkstra. On
the same 200 pairs of the shipped map Valhalla 3.9.1 agreed too (docs/maps.md); it is too large to be a dependency.
"""

from __future__ import annotations

import heapq
import math
import random
import statistics
from itertools import pairwise
from pathlib import Path

import pytest

from emulator.core.assets import asset
from emulator.core.errors import RouteError
from emulator.maps.costs import MODES, PREFERENCES
from emulator.maps.points import Wgs84Point
from emulator.maps.router import Router
from emulator.maps.search import find_path
from emulator.maps.store import load_map

osmium = pytest.importorskip("osmium", reason="reading the raw extract needs osmium")

HELSINKI = asset("maps", "helsinki.osm.pbf")
SHANGHAI = Path(__file__).parents[2].parent / "shared" / "data" / "maps" / "shanghai.osm"
PAIRS = 200
RADIUS_M = 6_378_137.0
NO_WALK = {"motorway", "motorway_link", "construction", "proposed", "raceway", "abandoned", "platform", "corridor"}
NO_WALK |= {"elevator", "bus_guideway"}


def read_walks(path):
    """Return positions of nodes and the neighbours of each, for walking; nobody passes a shut gate or a fence."""
    places: dict[int, tuple[float, float]] = {}
    links: dict[int, dict[int, float]] = {}
    shut = set()
    for node in osmium.FileProcessor(path, osmium.osm.NODE).with_filter(osmium.filter.KeyFilter("barrier")):
        tags = dict(node.tags)
        if tags["barrier"] == "fence" or tags.get("foot", tags.get("access")) in ("no", "private"):
            shut.add(node.id)
    for way in osmium.FileProcessor(path).with_locations().with_filter(osmium.filter.KeyFilter("highway")):
        if not way.is_way():
            continue
        tags = dict(way.tags)
        closed = tags.get("access") in ("no", "private") and tags.get("foot") not in ("yes", "designated", "permissive")
        if tags["highway"] in NO_WALK or tags.get("area") == "yes" or tags.get("foot") in ("no", "private") or closed:
            continue
        nodes = [node for node in way.nodes if node.location.valid()]
        for node in nodes:
            places[node.ref] = (node.lat, node.lon)
        for a, b in pairwise(nodes):
            if {a.ref, b.ref} & shut:
                continue
            metres = haversine_m((a.lat, a.lon), (b.lat, b.lon))
            links.setdefault(a.ref, {})[b.ref] = metres
            links.setdefault(b.ref, {})[a.ref] = metres
    return places, links


def haversine_m(a, b):
    lat_a, lat_b = math.radians(a[0]), math.radians(b[0])
    half = math.sin((lat_b - lat_a) / 2) ** 2
    half += math.cos(lat_a) * math.cos(lat_b) * math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    return 2 * RADIUS_M * math.asin(math.sqrt(half))


def distances(links, source):
    """Return the metres to every node that can be reached."""
    best = {source: 0.0}
    heap = [(0.0, source)]
    while heap:
        spent, node = heapq.heappop(heap)
        if spent > best[node]:
            continue
        for other, metres in links[node].items():
            if spent + metres < best.get(other, math.inf):
                best[other] = spent + metres
                heapq.heappush(heap, (spent + metres, other))
    return best


def ratios(path, router):
    """Return our shortest length over the reference's for pairs of nodes of the largest part."""
    places, links = read_walks(path)
    main: dict[int, float] = {}
    for node in links:
        if node not in main and len(found := distances(links, node)) > len(main):
            main = found
        if len(main) > len(links) / 2:
            break
    draw = random.Random(20261)
    nodes = [node for node in sorted(main) if on_street(router, Wgs84Point(*places[node]))]
    found = []
    for _ in range(PAIRS // 10):
        source = draw.choice(nodes)
        metres = distances(links, source)
        for target in draw.sample(nodes, 10):
            if metres[target] > 100:
                route = router.route(Wgs84Point(*places[source]), Wgs84Point(*places[target]), "walk", "shortest")
                found.append(route.length_m / metres[target])
    return found


def on_street(router, point):
    """Say whether the router begins right here, and not on the street above a tunnel."""
    spot = router.nearest(point, "walk")
    return spot is not None and spot.off_m < 0.001


@pytest.fixture(scope="module")
def helsinki():
    return Router(load_map("helsinki"))


def test_walks_in_helsinki_are_the_shortest(helsinki):
    """The sphere of the reference is 0.1 to 0.3 % off the ellipsoid here."""
    found = ratios(HELSINKI, helsinki)
    assert len(found) > 150
    assert statistics.median(found) == pytest.approx(1.0, abs=0.003)
    assert max(abs(ratio - 1) for ratio in found) < 0.005


def test_walks_in_shanghai_are_the_shortest():
    if not SHANGHAI.is_file():
        pytest.skip(f"{SHANGHAI} is not beside the checkout")
    found = ratios(SHANGHAI, Router(load_map(str(SHANGHAI))))
    assert len(found) > 150
    assert statistics.median(found) == pytest.approx(1.0, abs=0.003)
    assert max(abs(ratio - 1) for ratio in found) < 0.005


@pytest.mark.parametrize("preference", PREFERENCES)
@pytest.mark.parametrize("mode", MODES)
def test_guided_and_plain_search_find_the_same_cost(helsinki, mode, preference):
    """A* with the bound and without it (Dijkstra): equal to the last millimetre and millisecond."""
    draw = random.Random(f"{mode} {preference}")
    network = helsinki.network(mode, preference)
    spots = [spot for spot in (helsinki.nearest(anywhere(draw, helsinki), mode) for _ in range(120)) if spot]
    compared = 0
    for start, goal in zip(spots[::2], spots[1::2], strict=False):
        guided, plain = find_path(network, start, goal), find_path(network, start, goal, guided=False)
        assert (guided and guided.cost) == (plain and plain.cost)
        compared += guided is not None
    assert compared > 20


def anywhere(draw, router):
    south, west, north, east = router.map.box
    return Wgs84Point(draw.uniform(south, north), draw.uniform(west, east))


def test_every_turn_restriction_of_helsinki_holds(helsinki):
    """From the street before to the street after: never straight over the forbidden turn, always over the demanded."""
    checked = 0
    for preference in PREFERENCES:
        network = helsinki.network("car", preference)
        for ban in helsinki.map.bans:
            if len(ban.path) != 2 or min(network.cost[edge] for edge in ban.path) < 0:
                continue
            following = {network.edge(state) for state, _ in network.moves(ban.path[0])}
            assert (following == {ban.path[1]}) if ban.only else (ban.path[1] not in following)
            checked += 1
    assert checked > 60


@pytest.mark.parametrize("mode", MODES)
def test_no_route_uses_what_is_closed_to_it(helsinki, mode):
    draw = random.Random(mode)
    for _ in range(40):
        origin, target = anywhere(draw, helsinki), anywhere(draw, helsinki)
        if helsinki.nearest(origin, mode) is None or helsinki.nearest(target, mode) is None:
            continue
        try:
            route = helsinki.route(origin, target, mode)
        except RouteError as error:  # no street that leads on, near the edge of the map
            assert "no street for" in str(error)  # noqa: PT017
            continue
        network = helsinki.network(mode)
        assert min(network.cost[edge] for edge in route.edges) >= 0
        assert all(network.head[a] == network.tail[b] for a, b in pairwise(route.edges))
        assert route.length_m >= 0.99 * haversine_m(
            (route.geometry[0].lat, route.geometry[0].lon), (route.geometry[-1].lat, route.geometry[-1].lon)
        )
        assert route.steps[0].maneuver.type == "depart"
        assert route.steps[-1].maneuver.type == "arrive"


def test_a_route_does_not_depend_on_those_before_it(helsinki):
    """The router learns which streets are cut off; that must only make it quicker."""
    draw = random.Random(77)
    for _ in range(15):
        origin, target = anywhere(draw, helsinki), anywhere(draw, helsinki)
        assert Router(helsinki.map).route(origin, target, "bike") == helsinki.route(origin, target, "bike")
