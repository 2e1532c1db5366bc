"""Sidewalks are called after the street they run along."""

from __future__ import annotations

import pytest


@pytest.fixture
def names(town, tmp_path):
    """Return a function that gives the street of each way of the town, which are not cut."""

    def read():
        street_map = town.map(tmp_path)
        streets = [street_map.street(segment) for segment in range(len(street_map.segments.start))]
        return [street.local if street else None for street in streets]

    return read


SIDEWALK = {"highway": "footway", "footway": "sidewalk"}


def test_a_sidewalk_is_called_after_its_street(town, names):
    town.way((0, 0), (0, 3), name="Main")
    town.way((0.1, 0.2), (0.1, 2.8), **SIDEWALK)
    town.way((-0.15, 2.8), (-0.15, 0.2), **SIDEWALK)
    assert names() == ["Main", "Main", "Main"]


def test_the_nearest_parallel_street_counts(town, names):
    town.way((0, 0), (0, 3), name="Main")
    town.way((0.3, 0), (0.3, 3), name="Other")
    town.way((-0.3, 1.5), (0.6, 1.5), name="Across")
    town.way((0.2, 0.2), (0.2, 2.8), **SIDEWALK)
    assert names()[-1] == "Other"


def test_other_footways_keep_no_name(town, names):
    town.way((0, 0), (0, 3), name="Main")
    town.way((0.1, 0.2), (0.1, 2.8), highway="footway")  # not tagged as a sidewalk
    town.way((0.1, 3.1), (0.3, 3.1), highway="footway", footway="crossing")
    town.way((0.6, 0.2), (0.6, 2.8), **SIDEWALK)  # too far away
    town.way((0.2, 1), (0.2, 1.2), name="", **SIDEWALK)
    assert names() == ["Main", None, None, None, "Main"]


def test_a_path_that_only_touches_the_street_keeps_no_name(town, names):
    town.way((0, 0), (0, 3), name="Main")
    town.way((0.1, 1), (0.1, 1.3), (2, 1.3), **SIDEWALK)
    assert names()[1] is None


def test_a_name_of_its_own_stays(town, names):
    town.way((0, 0), (0, 3), name="Main")
    town.way((0.1, 0.2), (0.1, 2.8), name="Promenade", **SIDEWALK)
    assert names() == ["Main", "Promenade"]
