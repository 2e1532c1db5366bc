"""Routes on the shipped map, in CPU time; the figure of issue 4 is at most 5 ms in the median, whole route and all.

Measured when written, walking: 2.3 ms "best", 2.2 ms "shortest"; search alone 1.6 ms, and 6.2 ms without the bound.
The bench fails at the figure, not at a margin of three: it is an absolute one.
Run: pytest -s tests/bench/bench_route.py
"""

import random
import statistics
import time

import pytest

from emulator.core.errors import RouteError
from emulator.maps.costs import MODES, PREFERENCES
from emulator.maps.points import Wgs84Point
from emulator.maps.router import Router
from emulator.maps.search import find_path
from emulator.maps.store import load_map

PAIRS = 200
MOST_MS = 5.0


@pytest.fixture(scope="module")
def router():
    return Router(load_map("helsinki"))


def pairs(router, seed):
    draw = random.Random(seed)
    south, west, north, east = router.map.box
    for _ in range(PAIRS):
        ends = [Wgs84Point(draw.uniform(south, north), draw.uniform(west, east)) for _ in range(2)]
        yield ends[0], ends[1]


@pytest.mark.parametrize("preference", PREFERENCES)
@pytest.mark.parametrize("mode", MODES)
def test_a_route_takes_five_milliseconds_at_most(router, mode, preference):
    spent = []
    for origin, target in pairs(router, 11):
        started = time.process_time()
        try:
            router.route(origin, target, mode, preference)
        except RouteError:  # no street for cars that near
            continue
        spent.append(1e3 * (time.process_time() - started))
    spent.sort()
    middle = statistics.median(spent)
    print(
        f"\n  {mode} {preference}: {middle:.2f} ms median, {spent[-len(spent) // 20]:.1f} ms p95, {len(spent)} routes"
    )
    assert len(spent) > 100
    assert middle <= MOST_MS


def test_the_bound_pays(router):
    """A* against the same search without its bound, interleaved."""
    network = router.network("walk", "shortest")
    spent = {True: 0.0, False: 0.0}
    for origin, target in pairs(router, 12):
        start, goal = router.nearest(origin, "walk"), router.nearest(target, "walk")
        for guided in (True, False):
            started = time.process_time()
            find_path(network, start, goal, guided=guided)
            spent[guided] += time.process_time() - started
    print(f"\n  guided {5 * spent[True]:.2f} ms, plain {5 * spent[False]:.2f} ms")
    assert spent[False] > 1.3 * spent[True]


def test_loading_the_map_is_quick():
    started = time.process_time()
    load_map("helsinki")
    spent = 1e3 * (time.process_time() - started)
    print(f"\n  {spent:.1f} ms")
    assert spent < 150
