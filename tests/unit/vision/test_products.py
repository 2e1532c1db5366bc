"""Packages found again on photos that are not the catalogue's; photos synthesised in ``package_photos.py``."""

import numpy as np
import pytest

from emulator.vision.features import describe, unpack
from emulator.vision.products import LEAST_INLIERS, Candidate, Finding, Products, thinned
from emulator.world.scene import open_scene
from tests.unit.vision.package_photos import KEYS, clutter, known, package, photo, products


@pytest.fixture(scope="module")
def catalogue():
    return products()


def test_answers_are_right_and_frequent(catalogue):
    """The bar of docs/services.md, "Prices", on a sample small enough for every run: 0.95 right, 65 % answered."""
    sure = right = 0
    for number in range(12):
        asked = number % len(KEYS)
        found = catalogue.find(photo(KEYS[asked], KEYS[asked - 7], seed=number, hard=1.4))
        sure += found.sure
        right += found.sure and found.candidates[0].item == asked
    assert sure >= 0.65 * 12
    assert right >= 0.95 * sure


def test_a_frame_without_a_package_is_not_answered(catalogue):
    for seed in range(4):
        assert not catalogue.find(clutter(np.random.default_rng(seed))).sure


@pytest.mark.parametrize("scene", ["office", "black"])
def test_a_scene_without_a_package_is_not_answered(catalogue, scene):
    assert not catalogue.find(open_scene(scene).frame_at(10**9)).sure


def test_a_package_held_small_in_a_wide_frame_is_found_in_its_middle(catalogue):
    frame = clutter(np.random.default_rng(5), (1280, 720))
    held = package("batteries")[::3, ::3]
    frame[280 : 280 + held.shape[0], 560 : 560 + held.shape[1]] = held
    found = catalogue.find(frame)
    assert found.sure
    assert KEYS[found.candidates[0].item] == "batteries"
    assert found.candidates[0].corners[0] == pytest.approx((560, 280), abs=6)


def test_a_package_at_the_edge_alone_is_no_answer(catalogue):
    frame = np.full((480, 640, 3), 120, np.uint8)
    held = package("oat-milk")[::3, ::3]
    frame[:160, :100] = held[:160, :100]
    found = catalogue.find(frame)
    assert [KEYS[one.item] for one in found.candidates][:1] == ["oat-milk"]
    assert not found.sure


def test_varieties_that_differ_in_colour_alone_are_told_apart():
    red = package("beef-noodles")
    blue = np.ascontiguousarray(red[..., ::-1])
    both = Products([known(0, red), known(1, blue)])
    assert both.find(red).candidates[0].item == 0
    assert both.find(blue).candidates[0].item == 1


def test_the_same_frame_is_found_the_same_way_twice(catalogue):
    frame = photo("rice", "tissues", seed=3)
    assert catalogue.find(frame) == catalogue.find(frame)
    few = ("rice", "oat-milk")
    assert products(few).find(frame) == products(few).find(frame)


def test_a_mirrored_package_is_none(catalogue):
    assert not catalogue.find(np.ascontiguousarray(package("rice")[:, ::-1])).sure


@pytest.mark.parametrize("shape", [(480, 640, 3), (1, 1, 3), (3, 2000, 3)])
def test_an_empty_or_tiny_frame_shows_nothing(catalogue, shape):
    assert catalogue.find(np.zeros(shape, np.uint8)) == Finding()


def test_an_empty_catalogue_finds_nothing():
    assert Products([]).find(package("rice")) == Finding()


def test_an_answer_needs_inliers_and_a_lead():
    def seen(*rows):
        return Finding(
            tuple(Candidate(i, score, inliers, 1.0, 0.5, 1.0, ()) for i, (score, inliers) in enumerate(rows))
        )

    assert seen((30.0, LEAST_INLIERS), (20.0, 12)).sure
    assert not seen((30.0, LEAST_INLIERS - 1)).sure
    assert not seen((30.0, LEAST_INLIERS), (20.1, 40)).sure
    assert seen((30.0, LEAST_INLIERS), (20.0, 12)).confidence == pytest.approx(0.6)
    assert Finding().confidence == 0.0


def test_a_large_catalogue_keeps_the_strongest_key_points():
    features = describe(package("rice"))
    few = thinned([known(number, package("rice"), features) for number in range(4)], most=1_000)
    assert all(np.array_equal(one.features.points, features.points[:250]) for one in few)
    assert all(np.array_equal(one.features.descriptors, features.descriptors[:250]) for one in few)
    assert len(thinned(few, most=1)[0].features.points) == 150


def test_key_points_survive_their_packing():
    features = describe(package("rice"))
    again = unpack(features.pack())
    assert np.array_equal(again.points, features.points)
    assert np.array_equal(again.descriptors, features.descriptors)
    with pytest.raises(ValueError, match="no key points"):
        unpack(features.pack()[:-1])
