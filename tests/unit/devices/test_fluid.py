"""The parts of the fluid, each by itself."""

from dataclasses import replace

import pytest

from emulator import Glasses
from emulator.core.events import PowerSampled
from emulator.core.profile import load_profile
from emulator.core.units import MS, S
from emulator.devices.fluid.activity import load_activity
from emulator.devices.fluid.day import draw_day, simulate_day
from emulator.devices.fluid.device import Conditions, FluidDevice
from emulator.devices.fluid.endurance import capped_share, play_window
from emulator.devices.fluid.mcu import FluidMcu
from emulator.devices.fluid.parts import FluidParts
from emulator.devices.fluid.shared_cores import SharedCores
from emulator.devices.fluid.supply import Supply
from emulator.devices.ledger import Ledger
from emulator.devices.system import find_policy
from emulator.devices.usage import Arrival, load_usage
from emulator.devices.work import Work


@pytest.fixture
def ledger(kernel):
    return Ledger(kernel)


@pytest.fixture
def s1():
    return load_profile("quark_s1")


def cores_of(profile, kernel, **changes):
    spec = replace(profile.processors["ap"], opps=(), **changes)
    return SharedCores(kernel, spec)


def run_threads(kernel, cores, account, *runs_ms):
    """Run threads of these lengths from now on; return when each ended, in ms."""
    ends = {}
    for number, run_ms in enumerate(runs_ms):
        cores.add(account, run_ms * MS, lambda number=number: ends.update({number: kernel.now_ns / MS}))
    kernel.run_until(kernel.now_ns + 10 * S)
    return [ends[number] for number in range(len(runs_ms))]


def test_threads_on_enough_cores_do_not_wait(kernel, ledger, profile):
    cores = cores_of(profile, kernel, cores=4)
    assert run_threads(kernel, cores, ledger.account("ap", "a"), 100, 200, 50) == [100.0, 200.0, 50.0]


def test_three_threads_on_two_cores_share_and_take_over(kernel, ledger, profile):
    """Two share a core until the other core is free at 100 ms; then both run alone."""
    cores = cores_of(profile, kernel, cores=2)
    assert run_threads(kernel, cores, ledger.account("ap", "a"), 100, 100, 100) == [150.0, 100.0, 150.0]


def test_energy_of_a_thread_is_that_of_its_running_time(kernel, ledger, profile):
    cores = cores_of(profile, kernel, cores=1)
    run_threads(kernel, cores, ledger.account("ap", "a"), 300, 600)
    assert ledger.total_mwh() == pytest.approx(170.0 * 0.9 / 3_600.0, rel=1e-6)


def test_a_heavier_thread_gets_more(kernel, ledger, profile):
    ends: dict[str, float] = {}
    cores = cores_of(profile, kernel, cores=1)
    account = ledger.account("ap", "a")
    cores.add(account, 300 * MS, lambda: ends.update(heavy=kernel.now_ns / MS), weight=3_072)
    cores.add(account, 300 * MS, lambda: ends.update(light=kernel.now_ns / MS), weight=1_024)
    kernel.run_until(2 * S)
    assert ends == {"heavy": pytest.approx(400.0), "light": pytest.approx(600.0)}


def test_the_mcu_serves_in_turn_and_its_load_slows_it(kernel, ledger, s1):
    mcu, ends = FluidMcu(kernel, ledger, s1, s1.processors["mcu"]), []
    for _ in range(2):
        mcu.run("app", 10.0, lambda: ends.append(kernel.now_ns / MS))
    kernel.run_until(S)
    one_ms = 10.0 / (1.0 - mcu.load)
    assert ends == [pytest.approx(one_ms), pytest.approx(2 * one_ms)]


def test_a_part_held_twice_draws_once_and_is_split(ledger, s1):
    parts = FluidParts(ledger, s1)
    parts.switch("call", "speaker", 44.0, 1)
    parts.switch("music", "speaker", 44.0, 1)
    assert ledger.power_mw()["speaker"] == {"call": 22.0, "music": 22.0}
    parts.switch("call", "speaker", 44.0, -1)
    assert ledger.power_mw()["speaker"] == {"music": 44.0}


def test_pictures_share_the_lit_display_and_add_their_light(ledger, s1):
    parts = FluidParts(ledger, s1)
    parts.switch("card", "display", 46.0 + 8.0, 1)
    parts.switch("route", "display", 46.0 + 13.0, 1)
    assert ledger.power_mw()["display"] == {"card": 23.0 + 8.0, "route": 23.0 + 13.0}
    parts.limit("display", 0.5)
    assert ledger.power_mw()["display"] == {"card": 23.0 + 4.0, "route": 23.0 + 6.5}


def test_heat_stops_recording_and_lets_it_go_on(ledger, s1):
    parts = FluidParts(ledger, s1)
    parts.switch("film", "video", 832.0, 1)
    parts.limit("video", 0.0)
    assert "video" not in ledger.power_mw()
    parts.limit("video", 1.0)
    assert ledger.power_mw()["video"] == {"film": 832.0}


def test_packs_that_are_alike_are_those_computed_apart(s1):
    """Both packs at one level are one group; a hair of difference makes two, and hardly another result."""
    alike, apart = Supply(s1, [0.8, 0.8], 25.0), Supply(s1, [0.8, 0.8 + 1e-9], 25.0)
    for supply in (alike, apart):
        for _ in range(60):
            supply.step(0.4, 60.0, 25.0)
    assert alike.levels == pytest.approx(apart.levels, abs=1e-6)
    assert alike.given_mwh == pytest.approx(400.0)


def test_a_power_that_pulls_the_bus_down_is_not_held(s1):
    low = Supply(s1, [0.08, 0.08], 25.0)
    assert low.holds(0.1)
    assert not low.holds(4.0)


def test_a_day_goes_on_as_on_a_cable_when_the_packs_are_empty(s1):
    usage, policy = load_usage("reference"), find_policy("always_android")
    full = draw_day(s1, policy, usage, 1)
    low = draw_day(s1, policy, usage, 1, Conditions(pack_level=0.2))
    assert 0 < low.dead_ns < full.dead_ns
    assert low.end == "brown-out"
    assert low.dead_mw > 0.0
    assert low.total_mwh == pytest.approx(full.total_mwh, rel=1e-3)
    assert low.given_mwh < 0.25 * full.given_mwh


def test_a_hint_wakes_the_ap_ahead_of_the_request(s1):
    usage, request = load_usage("reference"), [Arrival(60 * S, "photo")]
    days = {name: simulate_day(s1, find_policy(name), usage, request) for name in ("rtos_first", "prewake", "oracle")}
    answers = {name: day.served[0].answer_ms for name, day in days.items()}
    wakes = {name: day.served[0].wake_ms for name, day in days.items()}
    assert wakes["rtos_first"] == pytest.approx(350.0, abs=2.0)
    assert wakes["prewake"] == pytest.approx(350.0 - 120.0, abs=2.0)
    assert wakes["oracle"] == 0.0
    assert answers["oracle"] < answers["prewake"] < answers["rtos_first"]


def test_skin_limits_are_told_once_each_and_cap_the_device(s1):
    """At 39 degrees of air the skin passes its limits while somebody films."""
    film = [Arrival(k * 60 * S, "clip") for k in range(60)]
    usage = replace(load_usage("heavy_video"), hours=1.0)
    hot = simulate_day(s1, find_policy("rtos_first"), usage, film, Conditions(ambient_c=39.0))
    cool = simulate_day(s1, find_policy("rtos_first"), usage, film, Conditions(ambient_c=5.0))
    assert [number for _, number in hot.limits] == [1, 2, 3]
    assert cool.limits == ()
    assert hot.by_component_mwh()["video"] < 0.8 * cool.by_component_mwh()["video"]


def test_on_a_bench_nothing_runs_empty_and_heat_is_as_told(s1):
    device = FluidDevice(s1, find_policy("rtos_first"), Conditions(pack_level=0.05, bench_heat=3))
    device.switch_on("film", (("video", 832.0),))
    device.kernel.run_until(3_600 * S)
    assert device.ledger.power_mw().get("video") is None
    assert device.dead_ns == -1


def test_a_device_with_one_processor_serves_what_two_would():
    usage = load_usage("reference")
    for profile_id in ("even_g2", "meta_ray_ban_display"):
        profile = load_profile(profile_id)
        day = draw_day(profile, find_policy("rtos_first"), usage, 1)
        assert {request.processor for request in day.served} == set(profile.processors)
        assert all(request.finished for request in day.served)


def test_background_work_keeps_to_its_cores(s1):
    """Four threads of 100 ms on the two cores of the background take 200 ms and more, in front half of that."""
    assert s1.processors["ap"].background_cores == 2
    latency_ms = {}
    for background in (True, False):
        device = FluidDevice(s1, find_policy("always_android"), Conditions(bench_heat=0))
        done = device.run(Work("sync", "sync", ap_ms=100.0, ap_threads=4, background=background))
        device.kernel.run_until(2 * S)
        latency_ms[background] = value_of(done)
    assert latency_ms[True] >= 200.0
    assert latency_ms[False] < 200.0


def value_of(future):
    """Return the latency in a resolved future."""
    try:
        next(future.__await__())
    except StopIteration as resolved:
        return resolved.value.latency_ms


def test_a_capped_clock_takes_less_for_the_same_work(s1):
    assert 0.5 < capped_share(s1) < 1.0


def test_numbers_of_an_activity_have_their_band():
    music = load_activity("music")
    assert music.awake_share(load_profile("quark_s1"), "calibrated") == 0.0
    ap_only = load_profile("inmo_go3")
    shares = [music.awake_share(ap_only, level) for level in ("low", "calibrated", "high")]
    assert shares == sorted(shares)
    assert shares[2] == 1.0
    assert music.awake_share(load_profile("even_g2"), "high") == 0.0


def test_a_day_that_asks_for_nothing_is_the_system_s(s1):
    day = draw_day(s1, find_policy("rtos_first"), load_usage("standby_only"), 1)
    assert day.wakes == 0
    assert set(day.by_owner_mwh()) == {"system"}


@pytest.mark.parametrize("profile_id", ["quark_s1", "inmo_go3", "meta_ray_ban_display", "xiaomi_ai"])
def test_a_day_that_asks_for_nothing_draws_what_standing_by_does(profile_id):
    """Nobody listens for nothing: with or without an mcu, in either model, and in the window's glasses."""
    profile, policy = load_profile(profile_id), find_policy("rtos_first")
    standing_mw = play_window(profile, load_activity("standby"), policy, "calibrated", 0).total_mw
    usage = replace(load_usage("standby_only"), features={}, hours=1.0)
    assert simulate_day(profile, policy, usage, ()).mean_mw == pytest.approx(standing_mw, rel=1e-3)
    with Glasses(profile_id, policy="rtos_first") as worn:
        worn.run_for(seconds=20)
        lowest_mw = min(sample.total_mw for sample in worn.events(PowerSampled))
    assert lowest_mw == pytest.approx(standing_mw, rel=0.01)
    assert (profile.audio.listening_mw > 0) is ("mcu" not in profile.processors)
