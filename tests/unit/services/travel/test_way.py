from dataclasses import replace
from pathlib import Path

import pytest

from emulator.maps.fix import Fix
from emulator.maps.points import Wgs84Point
from emulator.services.service import Here
from emulator.services.travel.agenda import Way
from emulator.services.travel.trip import Stop
from emulator.services.travel.way import way_to
from tests.unit.services.travel.trips import NOW, flight, train

OPEN: dict[str, object] = {}
ESPLANADI = Wgs84Point(60.1669, 24.9500)


def opened(name, make):
    if name not in OPEN:
        OPEN[name] = make().__enter__()
    return OPEN[name]


def way(trip, point):
    fix = Fix(0, point, 5.0) if point else None
    return way_to(trip, Here(NOW, "zh", Path(), fix, 0, lambda: None, opened))


def to(**stop):
    return train(origin=Stop("", zone="Europe/Helsinki", **stop))


def test_a_route_tells_the_way_where_a_map_has_both_ends():
    found = way(to(lat_deg=60.1713, lon_deg=24.9414), ESPLANADI)
    assert (found.by, 1 <= found.minutes <= 10) == ("route", True)


def test_a_station_is_found_on_the_map_by_its_name():
    by_name = way(replace(to(), origin=Stop("Helsinki")), ESPLANADI)
    assert by_name == way(to(lat_deg=60.1713198, lon_deg=24.9414566), ESPLANADI)


@pytest.mark.parametrize("name", ["", "Tampere", "Kamppi"])
def test_another_name_is_no_station_here(name):
    assert way(replace(to(), origin=Stop(name)), ESPLANADI) is None


def test_the_distance_tells_it_where_no_map_has_both_ends():
    assert way(flight(origin="HEL"), ESPLANADI) == Way(44, "distance")


def test_who_is_there_has_no_way():
    assert way(to(lat_deg=60.1670, lon_deg=24.9501), ESPLANADI) == Way(0, "distance")


@pytest.mark.parametrize(
    ("trip", "point"), [(flight(), None), (train(), Wgs84Point(30.2, 120.2)), (flight(), ESPLANADI)]
)
def test_without_a_place_or_from_another_country_there_is_no_way(trip, point):
    assert way(trip, point) is None
