"""Finding streets, crossings and places: by name, with slips, by kind, nearest first."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.maps.places import Gazetteer
from emulator.maps.points import Wgs84Point
from emulator.maps.spelling import slips, sound
from emulator.maps.store import load_map
from tests.unit.maps.conftest import at

SHANGHAI = Path(__file__).parents[3].parent / "shared" / "data" / "maps" / "shanghai.osm"
STATION = Wgs84Point(60.1710, 24.9414)


@pytest.fixture(scope="module")
def helsinki():
    return Gazetteer(load_map("helsinki"))


@pytest.fixture(scope="module")
def shanghai():
    if not SHANGHAI.is_file():
        pytest.skip(f"{SHANGHAI} is not beside the checkout")
    pytest.importorskip("osmium")
    return Gazetteer(load_map(str(SHANGHAI)))


def names(places):
    return [place.name for place in places]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Aleksanterinkatu", "Aleksanterinkatu"),
        ("ALEKSANTERINKATU", "Aleksanterinkatu"),
        ("aleksanterinktu", "Aleksanterinkatu"),
        ("Alexanterinkatu", "Aleksanterinkatu"),
        ("Aleksantreinkatu", "Aleksanterinkatu"),
        ("aleksanteri", "Aleksanterinkatu"),
        ("Alexandersgatan", "Aleksanterinkatu"),  # Swedish
        ("etelaesplanadi", "Eteläesplanadi"),
        ("take me to Senaatintori", "Senaatintori"),
    ],
)
def test_a_street_or_square_is_found_however_it_is_typed(helsinki, typed, meant):
    assert names(helsinki.find(typed, STATION))[0] == meant


def test_what_is_not_there_is_not_found(helsinki):
    assert helsinki.find("Champs-Élysées", STATION) == []
    assert helsinki.find("", STATION) == []
    assert helsinki.find("!?", STATION) == []


@pytest.mark.parametrize("typed", ["cafe", "coffee", "咖啡", "附近的咖啡馆", "the nearest coffee shop"])
def test_a_kind_of_place_gives_the_nearest_first(helsinki, typed):
    places = helsinki.find(typed, STATION)
    cafes = [place for place in places if place.slips == 0]
    assert {place.category for place in cafes} == {"amenity=cafe"}
    assert len(cafes) > 20
    assert [place.distance_m for place in cafes] == sorted(place.distance_m for place in cafes)


def test_from_elsewhere_others_are_nearest(helsinki):
    here, there = (helsinki.find("pharmacy", point)[0] for point in (STATION, Wgs84Point(60.1655, 24.9400)))
    assert here.point != there.point


def test_a_place_without_a_name_is_called_by_its_kind(helsinki):
    toilet = next(place for place in helsinki.find("厕所", STATION) if not place.names)
    assert (toilet.title("zh"), toilet.title("en")) == ("厕所", "toilets")


def test_an_exit_of_the_underground_says_what_it_is(helsinki):
    titles = [place.title("zh") for place in helsinki.find("地铁口", STATION)]
    assert "地铁口G" in titles


def test_two_streets_name_their_crossing(helsinki):
    crossing = helsinki.find("corner of Kaivokatu and Mikonkatu", STATION)[0]
    assert (crossing.category, crossing.name) == ("crossing", "Kaivokatu and Mikonkatu")
    assert crossing.point.lat == pytest.approx(60.1706, abs=3e-4)


def test_chinese_streets_and_crossings(shanghai):
    middle = Wgs84Point(31.23, 121.474)
    assert names(shanghai.find("威海路", middle))[0] == "威海路"
    assert names(shanghai.find("去南京西路怎么走", middle))[0] == "南京西路"
    crossing = shanghai.find("威海路与成都北路路口", middle)[0]
    assert (crossing.category, crossing.title("zh")) == ("crossing", "威海路与成都北路路口")


@pytest.mark.parametrize("typed", ["卫海路", "weihailu", "wei hai lu"])
def test_chinese_streets_by_sound(shanghai, typed):
    pytest.importorskip("pypinyin", reason="voice extra")
    assert names(shanghai.find(typed, Wgs84Point(31.23, 121.474)))[0] == "威海路"


def test_other_languages_and_nearest_point_of_a_street(town, tmp_path):
    town.way((0, 0), (4, 0), (8, 0), name="Main Street", name__zh="大街")
    town.node((1, 1), shop="bakery", name="Brot", name__en="Bread")
    found = Gazetteer(town.map(tmp_path))
    street = found.find("大街", at(7, 1))[0]
    assert (street.title("zh"), street.title("en")) == ("大街", "Main Street")
    assert street.point.lon == pytest.approx(at(8, 0).lon)
    assert found.find("bread", at(0, 0))[0].to_json() == {
        "name": "Brot",
        "name_zh": "Brot",
        "name_en": "Bread",
        "category": "shop=bakery",
        "lat": pytest.approx(at(1, 1).lat),
        "lon": pytest.approx(at(1, 1).lon),
        "distance_m": pytest.approx(141.4, abs=0.2),
    }


@pytest.mark.parametrize(
    ("a", "b", "count"), [("abc", "abc", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("abcd", "xbcy", 2), ("", "ab", 2)]
)
def test_slips_are_counted(a, b, count):
    assert slips(a, b, 3) == slips(b, a, 3) == count


def test_sounds_need_chinese_characters():
    assert sound("Kaivokatu") == ""
