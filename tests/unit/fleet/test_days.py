"""Days as arrays against the same days played on the fluid: energy within 0.1 %, and the rest with it."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from emulator.devices.policies.rtos_first import POLICY as RTOS_FIRST
from emulator.fleet.days import COLUMNS, classes, join, quantile_ms, run_days
from emulator.fleet.run import chunks_of
from emulator.fleet.sweep import cases_of
from emulator.fleet.template import templates_of

FEW = 3


def case_of(policy_id, profile="quark_s1", usage="reference"):
    return cases_of({}, [policy_id], profile, usage)[0]


def both_ways(case, days=FEW):
    templates = templates_of(case.profile, case.policy, case.usage)
    assert templates is not None
    return run_days(case, 2, range(days), templates), run_days(case, 2, range(days), None)


@pytest.mark.parametrize(
    ("policy_id", "profile", "usage"),
    [
        ("rtos_first", "quark_s1", "reference"),
        ("prewake", "quark_s1", "commuter"),
        ("android_suspend", "quark_s1", "tourist"),
        ("always_android", "inmo_go3", "office"),
        ("rtos_first", "even_g2", "office"),
        ("rtos_first", "xiaomi_ai", "heavy_video"),
        ("rtos_first", "meta_ray_ban_display", "standby_only"),
        ("predictive", "quark_s1", "reference"),
        ("predictive", "inmo_go3", "office"),
        ("oracle", "inmo_go3", "tourist"),
        ("oracle", "quark_s1", "commuter"),
    ],
)
def test_arrays_agree_with_the_fluid(policy_id, profile, usage):
    """Energy 0.1 %, every wake and late answer, skin, charge, and the end of the packs to a few minutes."""
    arrays, fluid = both_ways(case_of(policy_id, profile, usage))
    assert arrays.mean_mw == pytest.approx(fluid.mean_mw, rel=1e-3)
    assert arrays.packs == pytest.approx(fluid.packs, rel=1e-3)
    assert np.array_equal(arrays.wakes, fluid.wakes)
    assert np.array_equal(arrays.requests, fluid.requests)
    assert np.abs(arrays.late - fluid.late).max() <= 2
    assert arrays.hottest_c == pytest.approx(fluid.hottest_c, abs=0.2)
    assert np.array_equal(np.isnan(arrays.lasted_h), np.isnan(fluid.lasted_h))
    assert np.nan_to_num(arrays.lasted_h) == pytest.approx(np.nan_to_num(fluid.lasted_h), abs=0.2)
    lasted = np.isnan(fluid.lasted_h)
    bursts = 1.5e-2 if usage == "heavy_video" else 2e-3  # what they lose in the cells beyond their mean
    assert arrays.level[lasted] == pytest.approx(fluid.level[lasted], abs=bursts)
    for share in (0.5, 0.95):
        assert quantile_ms(arrays.answers, share) == pytest.approx(quantile_ms(fluid.answers, share), rel=0.05, abs=0.2)


def test_a_day_on_which_heat_caps_something_is_played_on_the_fluid():
    """In a hot place filming reaches skin limits; what they cap is not in templates."""
    case = replace(case_of("rtos_first", "xiaomi_ai", "heavy_video"), ambient_c=36.0)
    arrays, fluid = both_ways(case, 2)
    assert fluid.limits.max() >= 1
    hot = arrays.limits > 0
    assert hot.any()
    for name in COLUMNS:
        assert getattr(arrays, name)[hot].tolist() == pytest.approx(getattr(fluid, name)[hot].tolist(), nan_ok=True)


@dataclass(frozen=True, slots=True)
class Careful:
    """RTOS first, with a shorter tail on a low charge: nothing that a template or its needs could tell."""

    def place(self, work, view):
        return RTOS_FIRST.place(work, view)

    def timeout(self, view):
        return 1_000 if view.level < 0.2 else 5_000

    def hint(self, hint, view):  # noqa: ARG002  never
        return False


def test_a_policy_that_asks_for_the_charge_is_played_on_the_fluid():
    case = replace(case_of("rtos_first"), policy=Careful())
    assert templates_of(case.profile, case.policy, case.usage) is None
    days = chunks_of([case], 2, 1)[0].run()
    assert days.mean_mw.size == 2
    assert np.all((days.mean_mw > 40.0) & (days.mean_mw < 80.0))


def test_options_of_a_policy_reach_the_templates():
    case = case_of("rtos_first")
    eager = replace(RTOS_FIRST, idle_ms=0)
    templates = templates_of(case.profile, eager, case.usage)
    assert templates is not None
    assert templates.timeout_s == 0.0


def test_days_join_in_order():
    case = case_of("rtos_first", "even_g2", "office")
    templates = templates_of(case.profile, case.policy, case.usage)
    one = run_days(case, 1, range(4), templates)
    joined = join([one, one])
    assert joined.mean_mw.tolist() == one.mean_mw.tolist() * 2
    assert joined.answers.sum() == 2 * one.answers.sum()


def test_quantiles_come_from_classes_of_one_percent():
    values = np.array([20.0] * 90 + [400.0] * 10)
    counted = classes(values)
    assert counted.sum() == 100
    assert quantile_ms(counted, 0.5) == pytest.approx(20.0, rel=0.01)
    assert quantile_ms(counted, 0.95) == pytest.approx(400.0, rel=0.01)
    assert quantile_ms(classes(np.zeros(0)), 0.5) == 0.0
