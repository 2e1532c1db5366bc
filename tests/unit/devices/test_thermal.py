"""Heat: the exact step against an integrated ODE, limits with hysteresis, and what the device does at each of them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator import Glasses
from emulator.core.actions import SetAmbient, SetLight
from emulator.core.events import BrightnessChanged, HeatLimited, HeatSampled, HoldChanged
from emulator.core.profile import load_profile
from emulator.devices.thermal import TwoNodes, limit_step, nodes_of

NODES = TwoNodes(4.0, 22.0, 9.0, 14.0)
LIMITS_C = (40.0, 42.0, 43.0)


def integrate(nodes, die_k, skin_k, power_w, span_s, steps=4_000):
    """Return die and skin by the classic Runge-Kutta method, an independent way to the same numbers."""

    def slope(die, skin):
        across = (die - skin) / nodes.die_skin_k_per_w
        return (
            (power_w - across) / nodes.die_j_per_k,
            (across - skin / nodes.skin_air_k_per_w) / nodes.skin_j_per_k,
        )

    h = span_s / steps
    for _ in range(steps):
        a = slope(die_k, skin_k)
        b = slope(die_k + h / 2 * a[0], skin_k + h / 2 * a[1])
        c = slope(die_k + h / 2 * b[0], skin_k + h / 2 * b[1])
        d = slope(die_k + h * c[0], skin_k + h * c[1])
        die_k += h / 6 * (a[0] + 2 * b[0] + 2 * c[0] + d[0])
        skin_k += h / 6 * (a[1] + 2 * b[1] + 2 * c[1] + d[1])
    return die_k, skin_k


@settings(max_examples=25, deadline=None)
@given(st.floats(-5, 40), st.floats(-5, 30), st.floats(0, 3), st.floats(0.01, 900))
def test_a_step_equals_the_ode_to_1e_8(die_k, skin_k, power_w, span_s):
    exact = NODES.step(die_k, skin_k, power_w, span_s)
    assert exact == pytest.approx(integrate(NODES, die_k, skin_k, power_w, span_s), abs=1e-8)


@settings(max_examples=50, deadline=None)
@given(st.floats(0, 3), st.floats(0.1, 900), st.floats(0.01, 0.99))
def test_two_steps_equal_one(power_w, span_s, share):
    once = NODES.step(3.0, 1.0, power_w, span_s)
    halfway = NODES.step(3.0, 1.0, power_w, share * span_s)
    assert NODES.step(*halfway, power_w, (1 - share) * span_s) == pytest.approx(once, abs=1e-9)


def test_a_watt_and_a_quarter_ends_at_the_temperature_of_the_resistances():
    die_k, skin_k = NODES.step(0.0, 0.0, 1.26, 1e5)
    assert (die_k, skin_k) == pytest.approx((1.26 * 23.0, 1.26 * 14.0))
    assert 25.0 + skin_k == pytest.approx(42.6, abs=0.1)


def test_heat_stored_is_heat_put_in_less_heat_given_off():
    die_k = skin_k = given_off_j = 0.0
    for _ in range(20_000):
        before_k = skin_k
        die_k, skin_k = NODES.step(die_k, skin_k, 1.0, 0.05)
        given_off_j += 0.05 * (before_k + skin_k) / 2 / 14.0
    assert 4.0 * die_k + 22.0 * skin_k + given_off_j == pytest.approx(1_000.0, rel=1e-6)


@pytest.mark.parametrize(
    ("step", "skin_c", "expected"),
    [(0, 39.9, 0), (0, 40.0, 1), (0, 42.5, 2), (0, 50.0, 3), (1, 39.1, 1), (1, 38.9, 0), (3, 42.1, 3), (3, 41.9, 2),
     (3, 20.0, 0)],
)  # fmt: skip
def test_limits_hold_until_one_kelvin_below_them(step, skin_c, expected):
    assert limit_step(step, skin_c, LIMITS_C) == expected


def test_the_nodes_are_the_profile_s():
    thermal = load_profile("quark_s1").thermal
    nodes = nodes_of(thermal)
    assert (nodes.die_j_per_k, nodes.skin_air_k_per_w) == (thermal.die_j_per_k, thermal.skin_air_k_per_w)


@pytest.fixture
def worn():
    with Glasses("quark_s1", ambient_c=30.0) as glasses:
        yield glasses


def heat_to(glasses, skin_c):
    """Let the air heat the skin to ``skin_c``, and hold it there."""
    glasses.do(SetAmbient(skin_c + 12.0))
    glasses.run_until(glasses.now_ns + 3_600 * 10**9, lambda: glasses.device.thermal.skin_c >= skin_c)
    glasses.do(SetAmbient(skin_c - 0.6))
    glasses.run_for(seconds=11)


def test_the_first_limit_caps_the_clock_and_nothing_else(worn):
    heat_to(worn, 40.5)
    assert worn.device.thermal.step == 1
    assert worn.device.system.ap.governor.cap == worn.profile.thermal.cap_speed
    assert worn.device.parts.hold("video", "test").released is False


def test_the_second_limit_caps_the_brightness(worn):
    worn.do(SetLight(100_000.0))
    worn.device.display.light("test", "test")
    assert worn.device.display.level > 0.9
    heat_to(worn, 42.3)
    worn.device.display.light("test", "test")
    assert worn.device.thermal.step == 2
    assert worn.device.display.level == worn.profile.thermal.cap_brightness
    assert worn.events(BrightnessChanged)[-1].level == worn.profile.thermal.cap_brightness


def test_the_third_limit_stops_recording_until_the_skin_has_cooled(worn):
    video = worn.device.parts.hold("video", "camera")
    heat_to(worn, 43.5)
    assert worn.device.thermal.step == 3
    assert worn.device.parts.held("video") == {}
    assert worn.events(HoldChanged)[-1] == HoldChanged("video", "camera", 0)
    assert worn.device.parts.hold("video", "camera").released
    video.release()
    worn.do(SetAmbient(20.0))
    worn.run_for(seconds=1_200)
    assert worn.device.thermal.step == 0
    assert worn.device.system.ap.governor.cap == 1.0
    assert not worn.device.parts.hold("video", "camera").released


def test_each_change_of_the_limits_is_told_once(worn):
    heat_to(worn, 43.5)
    worn.do(SetAmbient(20.0))
    worn.run_for(seconds=1_200)
    told = [event.step for event in worn.events(HeatLimited)]
    assert told[-1] == 0
    assert all(a != b for a, b in itertools.pairwise(told))
    samples = worn.events(HeatSampled)
    assert max(sample.skin_c for sample in samples) >= 43.0
