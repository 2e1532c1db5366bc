"""Requests of many days: the law of the usage, and the same days in any pieces."""

import numpy as np
import pytest

from emulator.core.profile import load_profile
from emulator.devices.usage import load_usage
from emulator.fleet.draw import BLOCK, draw


@pytest.fixture(scope="module")
def s1():
    return load_profile("quark_s1")


def counts(requests):
    return {name: int((requests.feature == k).sum()) for k, name in enumerate(requests.names)}


def test_every_feature_comes_as_often_as_the_usage_says(s1):
    """Within five standard deviations of a Poisson count, for features that nothing else causes."""
    usage = load_usage("reference")
    found = counts(draw(usage, s1, 3, range(BLOCK)))
    for name in ("notification", "glance", "music", "call", "record", "navigation", "teleprompter"):
        mean = usage.features[name].per_day * BLOCK
        assert abs(found[name] - mean) < 5.0 * mean**0.5


def test_repeats_follow_their_cause(s1):
    """Voice and photo cause each other: means solve two linear equations."""
    usage = load_usage("reference")
    found = counts(draw(usage, s1, 3, range(BLOCK)))
    causes = np.array([[0.45, 0.1], [0.05, 0.45]])  # what voice and photo cause of voice, of photo
    first = np.array([22.0, 14.0 + 0.1 * 5.0])
    voice, photo = np.linalg.solve(np.eye(2) - causes, first) * BLOCK
    assert found["voice"] == pytest.approx(voice, rel=0.03)
    assert found["photo"] == pytest.approx(photo, rel=0.03)


def test_windows_hold_what_is_wanted_in_them(s1):
    usage = load_usage("commuter")
    requests = draw(usage, s1, 1, range(BLOCK))
    music = requests.t_s[requests.feature == requests.names.index("music")] / 3_600.0
    windows = usage.features["music"].windows_h
    assert music.size > 100
    assert np.all(np.any([(music >= start) & (music <= end) for start, end in windows], axis=0))


def test_rate_multiplies_what_is_wanted(s1):
    usage = load_usage("office")
    once, thrice = (draw(usage, s1, 1, range(BLOCK), rate).day.size for rate in (1.0, 3.0))
    assert thrice == pytest.approx(3 * once, rel=0.05)


def test_pieces_have_the_days_of_the_whole(s1):
    usage = load_usage("reference")
    whole = draw(usage, s1, 5, range(2 * BLOCK))
    later = draw(usage, s1, 5, range(BLOCK, 2 * BLOCK))
    kept = whole.day >= BLOCK
    assert np.array_equal(whole.t_s[kept], later.t_s)
    assert np.array_equal(whole.feature[kept], later.feature)
    assert np.array_equal(whole.day[kept] - BLOCK, later.day)
    assert whole.arrivals(BLOCK + 7) == later.arrivals(7)
    assert whole.false_hints_ns(BLOCK + 7) == later.false_hints_ns(7)


def test_another_seed_is_another_fleet(s1):
    usage = load_usage("reference")
    assert draw(usage, s1, 1, range(3)).arrivals(0) != draw(usage, s1, 2, range(3)).arrivals(0)


def test_a_device_without_a_part_has_the_same_days_without_it():
    """The notifications of a day do not depend on whether the device has a camera."""
    usage = load_usage("reference")
    with_camera, without = (draw(usage, load_profile(name), 1, range(20)) for name in ("quark_s1", "even_g2"))
    times = [r.t_s[r.feature == r.names.index("notification")] for r in (with_camera, without)]
    assert "photo" not in without.names
    assert np.array_equal(*times)


def test_requests_are_in_order(s1):
    requests = draw(load_usage("tourist"), s1, 1, range(BLOCK))
    assert np.all(np.diff(requests.day) >= 0)
    same = np.diff(requests.day) == 0
    assert np.all(np.diff(requests.t_s)[same] >= 0.0)


def test_a_usage_that_asks_for_nothing_has_no_requests(s1):
    assert draw(load_usage("standby_only"), s1, 1, range(10)).day.size == 0
