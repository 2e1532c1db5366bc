"""Many cells and packs in arrays are the same cells and packs one by one."""

from __future__ import annotations

import numpy as np
import pytest

from emulator.core.profile import load_profile
from emulator.devices.battery.bus import share
from emulator.devices.battery.cell import Cell
from emulator.devices.battery.many import ManyCells, models_at, step_many
from emulator.devices.battery.many_packs import ManyPacks, share_many
from emulator.devices.battery.model import model_at
from emulator.devices.battery.pack import Pack

STATE = ("level", "front", "front_short", "back_short", "positive_short", "front_salt", "back_salt", "back_a")


def test_many_cells_step_as_one_by_one():
    """Each at its own temperature, with its own powers and steps, charged as well as discharged."""
    random = np.random.default_rng(3)
    levels, temps_c = random.uniform(0.5, 1.0, 24), random.uniform(5.0, 45.0, 24)
    ones = [Cell(model_at(t), level) for t, level in zip(temps_c, levels, strict=True)]
    many, models = ManyCells.rested(levels), models_at(temps_c)
    for _ in range(80):
        powers_w, spans_s = random.uniform(-0.3, 1.2, 24), random.uniform(0.05, 40.0, 24)
        currents_a, volts, holds = step_many(models, many, powers_w, spans_s)
        for k, cell in enumerate(ones):
            found = cell.at_power(powers_w[k])
            assert (found is not None) == holds[k]
            cell.advance(found[0] if found else 0.0, spans_s[k])
            if found:
                assert (currents_a[k], volts[k]) == pytest.approx(found, rel=1e-9, abs=1e-9)
    for name in STATE:
        np.testing.assert_allclose(getattr(many, name), [getattr(c, name) for c in ones], rtol=1e-9, atol=1e-9)


def test_a_cell_that_cannot_give_the_power_is_said_and_carries_nothing():
    many, models = ManyCells.rested([0.9, 0.02]), models_at([25.0, 25.0])
    current_a, volts, holds = step_many(models, many, np.array([5.0, 30.0]), 1.0)
    assert holds.tolist() == [True, False]
    assert current_a[0] > 1.0
    assert (current_a[1], volts[1], many.level[1]) == (0.0, 0.0, 0.02)


@pytest.mark.parametrize("slots", [1, 2, 3])
def test_many_buses_share_as_one_by_one(slots):
    random = np.random.default_rng(slots)
    volts, ohms = random.uniform(3.0, 4.2, (200, slots)), random.uniform(0.1, 0.6, (200, slots))
    powers_w = random.uniform(0.0, 9.0, 200)
    live = random.random((200, slots)) < 0.9
    bus_v, currents_a, holds = share_many(volts, ohms, live, powers_w)
    for k in range(200):
        point = share([(v, r) for v, r, on in zip(volts[k], ohms[k], live[k], strict=True) if on], powers_w[k])
        assert (point is not None) == holds[k]
        if point is not None:
            assert bus_v[k] == pytest.approx(point.bus_v, rel=1e-12)
            np.testing.assert_allclose(currents_a[k][live[k]], point.currents_a, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("levels", [(0.9, 0.9), (0.9, 0.55)], ids=["alike", "different"])
def test_many_packs_are_the_packs_of_one_device(levels):
    """Against the scalar packs and bus, solved to the end."""
    profile, random = load_profile("quark_s1"), np.random.default_rng(1)
    many = ManyPacks(profile.battery, [levels, levels], 25.0)
    ones = [Pack(name, profile.battery, 25.0, level) for name, level in zip(("left", "right"), levels, strict=True)]
    currents_a: tuple[float, ...] = (0.0, 0.0)
    for _ in range(200):
        power_w = random.choice([0.06, 0.3, 1.1])
        found = many.step(np.array([power_w, power_w]), 20.0)
        for _ in range(12):
            point = share([pack.source(i) for pack, i in zip(ones, currents_a, strict=True)], power_w)
            assert point is not None
            currents_a = point.currents_a
        for pack, current_a in zip(ones, currents_a, strict=True):
            pack.carry(current_a, 20.0)
        np.testing.assert_allclose(found.currents_a, [currents_a, currents_a], rtol=1e-9, atol=1e-9)
        assert point is not None
        assert found.bus_v == pytest.approx(point.bus_v, rel=1e-9)
    assert many.level == pytest.approx(np.mean([pack.cell.level for pack in ones]), abs=1e-9)


def test_currents_times_bus_volts_are_the_power():
    packs = ManyPacks(load_profile("quark_s1").battery, [[0.8, 0.3]] * 50, np.linspace(0.0, 45.0, 50))
    for power_w in (0.05, 1.0, 0.4, 1.8):
        point = packs.step(np.full(50, power_w), 10.0)
        np.testing.assert_allclose(point.bus_v * point.currents_a.sum(axis=-1), power_w, rtol=1e-12)


def test_packs_that_are_empty_give_nothing_more():
    packs = ManyPacks(load_profile("quark_s1").battery, [[0.05, 0.05], [1.0, 1.0]], 25.0)
    for _ in range(60):
        point = packs.step(np.array([0.5, 0.5]), 60.0)
    assert point.holds.tolist() == [False, True]
    assert packs.live[:, 0].tolist() == [False, True]


@pytest.mark.parametrize("levels", [(0.9, 0.9), (0.5, 0.3)], ids=["alike", "different"])
def test_what_the_tangent_clears_holds_when_it_is_solved(levels):
    """Over levels, powers and temperatures: the quick look and the solution say the same of every device."""
    random = np.random.default_rng(5)
    battery = load_profile("rokid_glasses" if levels[0] == levels[1] else "quark_s1").battery
    packs = ManyPacks(battery, np.outer(random.uniform(0.03, 0.5, 300), levels), random.uniform(5.0, 45.0, 300))
    for _ in range(3):
        packs.step(random.uniform(0.02, 0.4, 300), 60.0)
    powers_w = random.uniform(0.4, 6.0, 300)
    said = packs.hold(powers_w, battery.uvlo_v, passes=12)
    point = packs.solve(powers_w, passes=12)
    assert 50 < said.sum() < 250
    assert np.array_equal(said, point.holds & (point.bus_v >= battery.uvlo_v))


def test_a_look_at_what_packs_would_hold_leaves_them_as_they_are():
    ones, others = (ManyPacks(load_profile("quark_s1").battery, [[0.4, 0.4]] * 2, 25.0) for _ in range(2))
    for _ in range(5):
        ones.step(np.array([0.2, 0.4]), 60.0)
        others.step(np.array([0.2, 0.4]), 60.0)
        others.hold(np.array([1.0, 9.0]), 3.4)
    assert ones.level.tolist() == others.level.tolist()


def test_packs_that_are_picked_go_on_as_they_were():
    whole = ManyPacks(load_profile("quark_s1").battery, [[0.8, 0.7], [0.5, 0.4], [0.3, 0.2]], [20.0, 25.0, 30.0])
    powers_w = np.array([0.3, 0.5, 0.2])
    whole.step(powers_w, 60.0)
    part = whole.pick(np.array([0, 2]), np.array([20.0, 30.0]))
    found, expected = part.step(powers_w[[0, 2]], 60.0), whole.step(powers_w, 60.0)
    np.testing.assert_allclose(found.currents_a, expected.currents_a[[0, 2]], rtol=1e-9)
    assert part.level.tolist() == pytest.approx(whole.level[[0, 2]].tolist(), rel=1e-12)
