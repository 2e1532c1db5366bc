"""Means, intervals and differences."""

import math

import numpy as np
import pytest

from emulator.fleet.statistics import interval, rows_of, share


def test_an_interval_covers_the_truth_as_often_as_it_says():
    """95 % of 2,000 samples of 40 days; the standard error of that count is 0.5 %."""
    rng = np.random.default_rng(1)
    found = [interval(rng.normal(7.0, 2.0, 40)) for _ in range(2_000)]
    covered = sum(one.low <= 7.0 <= one.high for one in found) / len(found)
    assert 0.925 < covered < 0.97


def test_one_day_has_no_interval():
    assert interval(np.array([3.0])).mean == 3.0
    assert math.isinf(interval(np.array([3.0])).high)


@pytest.mark.parametrize("count", [0, 1, 10])
def test_a_share_stays_between_nothing_and_all(count):
    found = share(count, 10)
    assert 0.0 <= found.low <= found.mean <= found.high <= 1.0
    assert found.high - found.low > 0.1


def test_other_policies_are_compared_with_the_first_on_the_same_days():
    from emulator.fleet.run import run_fleet
    from emulator.fleet.sweep import cases_of

    cases = cases_of({}, ["always_android", "rtos_first"], "quark_s1", "office")
    found = run_fleet(cases, 40, 1)
    first, second = rows_of(cases, found)
    assert first.less_mw is None
    assert second.less_mw is not None
    assert second.less_mw.mean == pytest.approx(first.mean_mw.mean - second.mean_mw.mean)
    wide = second.less_mw.high - second.less_mw.low
    assert wide < (first.mean_mw.high - first.mean_mw.low) + (second.mean_mw.high - second.mean_mw.low)
