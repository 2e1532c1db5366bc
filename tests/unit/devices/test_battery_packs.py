"""Packs: how they share, swap, brown out, age and charge; what goes in and out adds up."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from emulator.core.actions import ArrangePacks, Charge, InsertPack, RemovePack, SetLevel
from emulator.core.errors import UsageError
from emulator.core.events import BatterySampled, BrownedOut, ChargeChanged, PackInserted
from emulator.core.kernel import Kernel
from emulator.core.log import EventLog
from emulator.core.units import MS, S
from emulator.devices.battery.charger import FULL_C
from emulator.devices.battery.packs import Packs
from emulator.devices.ledger import Ledger


class Bench:
    """Packs with a ledger that a test sets."""

    def __init__(self, profile, levels=(0.8, 0.8), temp_c=25.0, **battery) -> None:
        slots = ("left", "right")[: len(levels)]
        self.profile = replace(profile, battery=replace(profile.battery, slots=slots, **battery))
        self.kernel = Kernel()
        self.log = EventLog(self.kernel)
        self.ledger = Ledger(self.kernel)
        self.packs = Packs(self.kernel, self.log, self.ledger, self.profile, levels, lambda: temp_c)
        self.packs.brown_out = lambda consequence: self.draw(0.0 if consequence == "power-off" else 20.0)

    def draw(self, mw):
        self.ledger.set("display", "test", mw)

    def run(self, seconds, mw=None):
        if mw is not None:
            self.draw(mw)
        self.kernel.run_until(self.kernel.now_ns + round(seconds * S))
        return self.sample()

    def do(self, action):
        self.log.emit(action, "user")

    def told(self, kind):
        return [record.event for record in self.log.records if isinstance(record.event, kind)]

    def sample(self):
        return self.told(BatterySampled)[-1]


@pytest.fixture
def bench_of(profile):
    """Return the function that makes packs at some levels, with changes of the profile's battery."""
    return partial(Bench, profile)


# --- modes ---


def test_in_parallel_a_fuller_pack_carries_all_until_voltages_meet(bench_of):
    bench = bench_of((1.0, 0.3))
    sample = bench.run(10, 300.0)
    assert sample.packs[0].current_a > 0.05
    assert sample.packs[1].current_a == 0.0


def test_in_sequence_the_first_pack_carries_all(bench_of):
    bench = bench_of((0.5, 0.9))
    bench.do(ArrangePacks("sequential"))
    sample = bench.run(10, 300.0)
    assert sample.mode == "sequential"
    assert sample.packs[0].current_a > 0.05
    assert sample.packs[1].current_a == 0.0


def test_in_sequence_the_second_pack_follows_the_first(bench_of):
    bench = bench_of((0.02, 0.9))
    bench.do(ArrangePacks("sequential"))
    first = bench.run(5, 300.0)
    last = bench.run(900)
    assert first.packs[1].current_a == 0.0
    assert last.packs[0].current_a == 0.0
    assert last.packs[1].current_a > 0.05
    assert not bench.told(BrownedOut)


def test_in_balance_packs_of_different_level_end_together(bench_of):
    bench = bench_of((0.5, 0.25))
    bench.do(ArrangePacks("balanced"))
    sample = bench.run(10, 300.0)
    assert sample.packs[0].current_a == pytest.approx(2.0 * sample.packs[1].current_a, rel=0.01)
    last = bench.run(1_800)
    assert last.packs[0].level == pytest.approx(2.0 * last.packs[1].level, rel=0.02)


def test_balance_burns_what_parallel_does_not(bench_of):
    burnt = {}
    for mode in ("parallel", "balanced"):
        bench = bench_of((0.9, 0.45))
        bench.do(ArrangePacks(mode))
        bench.run(600, 300.0)
        burnt[mode] = bench.packs.burnt_mwh
    assert burnt["parallel"] == 0.0
    assert 0.0 < burnt["balanced"] < 5.0


def test_an_unknown_mode_is_refused(bench_of):
    with pytest.raises(UsageError, match="no pack mode 'serial'"):
        bench_of().do(ArrangePacks("serial"))  # type: ignore[arg-type]


# --- energy ---


@pytest.mark.parametrize("mode", ["parallel", "sequential", "balanced"])
def test_what_the_ledger_draws_is_given_supplied_or_unserved(bench_of, mode):
    bench = bench_of((0.1, 0.03))
    bench.do(ArrangePacks(mode))
    bench.run(30, 400.0)
    bench.run(1, 900.0)
    bench.do(RemovePack("right"))
    bench.run(60, 80.0)
    bench.do(Charge("clip"))
    bench.run(30, 1_500.0)
    bench.run(30, 200.0)
    bench.do(Charge("none"))
    bench.run(1_800, 300.0)
    packs = bench.packs
    served = packs.given_mwh + packs.supplied_mwh + packs.unserved_mwh
    assert served == pytest.approx(bench.ledger.total_mwh(), rel=1e-12)
    assert min(packs.given_mwh, packs.supplied_mwh) > 0.0


def test_bus_volts_times_amperes_are_the_power(bench_of):
    bench = bench_of((0.9, 0.86))
    for mw in (50.0, 400.0, 1_500.0):
        sample = bench.run(3, mw)
        assert sample.bus_v * sum(pack.current_a for pack in sample.packs) * 1000.0 == pytest.approx(mw, rel=1e-7)


def test_charge_out_of_a_pack_lowers_its_level_by_as_much(bench_of):
    bench = bench_of((0.9,))
    before = bench.run(1, 300.0).packs[0].level
    charge_mas = sum(1000.0 * bench.run(1, 300.0).packs[0].current_a for _ in range(60))
    after = bench.sample().packs[0].level
    assert (before - after) * 136.0 * 3600.0 == pytest.approx(charge_mas, rel=1e-6)


# --- hot swap, brown-out ---


def test_a_pull_under_the_load_of_the_other_pack_is_no_brown_out(bench_of):
    bench = bench_of()
    bench.run(2, 600.0)
    bench.do(RemovePack("left"))
    sample = bench.run(2)
    assert not bench.told(BrownedOut)
    assert not sample.packs[0].present
    assert sample.packs[1].current_a > 0.1


def test_without_a_pack_the_capacitor_holds_for_c_times_the_squares(bench_of):
    """t = C (V1^2 - V2^2) / 2 P, then the device is off."""
    bench = bench_of((0.8,))
    bench.run(2, 300.0)
    bus_v = bench.packs.bus_v
    expected_ms = 150e-6 * (bus_v**2 - 3.2**2) / 2.0 / 0.3 * 1e3
    assert bench.sample().hold_up_ms == pytest.approx(expected_ms, rel=1e-6)
    pulled_ns = bench.kernel.now_ns
    bench.do(RemovePack("left"))
    bench.run(0.01)
    (told,) = [record for record in bench.log.records if isinstance(record.event, BrownedOut)]
    assert (told.t_ns - pulled_ns) / MS == pytest.approx(expected_ms, abs=1e-3)
    assert told.event == BrownedOut(300.0, "power-off", "no-pack", 0.0)


def test_a_pack_back_in_time_saves_the_device(bench_of):
    bench = bench_of((0.8,))
    bench.run(2, 100.0)
    bench.do(RemovePack("left"))
    bench.run(0.001)
    bench.do(InsertPack("left", 0.9))
    bench.run(1)
    assert not bench.told(BrownedOut)


def test_a_peak_that_the_packs_cannot_give_restarts_android_and_says_how_much_they_could(bench_of):
    bench = bench_of((0.12,), uvlo_v=3.4)
    bench.run(2, 100.0)
    bench.run(1, 3_000.0)
    (told,) = bench.told(BrownedOut)
    assert (told.power_mw, told.consequence, told.why) == (3_000.0, "ap-reboot", "peak")
    assert 550.0 < told.limit_mw < 3_000.0


def test_an_empty_pack_switches_the_device_off_and_says_so(bench_of):
    bench = bench_of((0.01,), uvlo_v=2.9)
    bench.run(3_600, 300.0)
    (told,) = bench.told(BrownedOut)
    assert (told.consequence, told.why) == ("power-off", "empty")


@pytest.mark.parametrize(
    ("levels", "mw", "verdict"),
    [((0.8, 0.8), 300.0, "safe"), ((0.8, 0.02), 300.0, "weak"), ((0.8,), 300.0, "only-pack"), ((0.8,), 0.0, "safe")],
)
def test_each_pack_says_whether_it_may_be_pulled(bench_of, levels, mw, verdict):
    bench = bench_of(levels, uvlo_v=3.4)
    assert bench.run(3, mw).packs[0].swap == verdict


def test_a_fixed_pack_is_never_safe_to_pull(bench_of):
    assert bench_of((0.8,), swappable=False).run(3, 100.0).packs[0].swap == "fixed"


def test_a_pull_that_is_safe_survives_the_need_and_one_that_is_weak_does_not(bench_of):
    """The indicator against what happens: the need of the last minute comes again after the pull."""
    for levels, survives in (((0.8, 0.6), True), ((0.8, 0.01), False)):
        bench = bench_of(levels, uvlo_v=3.4)
        bench.run(5, 1_800.0)
        sample = bench.run(2, 50.0)
        assert (sample.packs[0].swap == "safe") is survives
        assert sample.need_mw == 1_800.0
        bench.do(RemovePack("left"))
        bench.run(1, 1_800.0)
        assert (not bench.told(BrownedOut)) is survives


def test_a_peak_is_forgotten_after_two_minutes(bench_of):
    bench = bench_of()
    bench.run(2, 1_800.0)
    assert bench.run(130, 50.0).need_mw == 550.0  # what Android draws when it resumes


# --- age ---


def test_an_aged_pack_holds_less_and_gives_less(bench_of):
    bench = bench_of()
    bench.do(InsertPack("right", 0.8, 0.7, 2.0))
    sample = bench.run(5, 400.0)
    new, aged = sample.packs
    assert aged.capacity_mah == pytest.approx(0.7 * new.capacity_mah)
    assert aged.current_a < 0.7 * new.current_a
    assert sample.level == pytest.approx(0.8, abs=1e-3)


@pytest.mark.parametrize(
    ("action", "told"),
    [
        (InsertPack("left", 1.0, 0.0), "health: expected more than 0"),
        (InsertPack("left", 1.0, 1.2), "health: expected 0 to 1, got 1.2"),
        (InsertPack("left", 1.0, 1.0, 0.5), "resistance: expected 1 or more, got 0.5"),
    ],
)
def test_an_age_that_cannot_be_is_refused(bench_of, action, told):
    with pytest.raises(UsageError, match=told):
        bench_of().do(action)


# --- charging ---


def test_the_case_charges_with_constant_current_then_constant_voltage_until_full(bench_of):
    bench = bench_of((0.5, 0.5))
    bench.do(Charge("case"))
    bench.run(9_000, 30.0)
    assert [told.phase for told in bench.told(ChargeChanged)] == ["constant-current", "constant-voltage", "full"]
    samples = [e for e in bench.told(BatterySampled) if e.charging == "constant-voltage"]
    currents_a = [-sample.packs[0].current_a for sample in samples]
    assert currents_a == sorted(currents_a, reverse=True)
    assert currents_a[0] == pytest.approx(0.5 * 0.136, rel=0.01)
    assert currents_a[-1] == pytest.approx(FULL_C * 0.136, rel=0.03)
    assert max(pack.voltage_v for sample in samples for pack in sample.packs) <= 4.3 + 1e-3
    assert bench.sample().packs[0].level > 0.97


def test_the_clip_feeds_the_device_first_and_gives_the_packs_the_rest(bench_of):
    bench = bench_of((0.5, 0.5))
    bench.do(Charge("clip"))
    sample = bench.run(5, 400.0)
    assert sample.charger_mw == pytest.approx(400.0 + min(600.0, 2 * 0.25 * 136.0 * 3.9 / 0.9), rel=0.05)
    assert all(pack.current_a < 0.0 for pack in sample.packs)
    busy = bench.run(5, 1_600.0)
    assert busy.charger_mw == pytest.approx(1_000.0)
    assert busy.bus_v * sum(pack.current_a for pack in busy.packs) == pytest.approx(0.6, rel=1e-6)


def test_a_charged_pack_stays_full_until_it_has_fallen(bench_of):
    bench = bench_of((1.0,))
    bench.do(Charge("case"))
    sample = bench.run(600, 100.0)
    assert sample.charging == "full"
    assert sample.packs[0].current_a == 0.0
    assert bench.packs.given_mwh == 0.0


def test_an_empty_pack_wakes_up_on_the_charger(bench_of):
    bench = bench_of((0.005,))
    bench.run(1_800, 300.0)
    assert bench.told(BrownedOut)
    bench.do(Charge("case"))
    bench.run(600, 0.0)
    bench.do(Charge("none"))
    assert bench.run(5, 100.0).packs[0].current_a > 0.0


def test_what_goes_in_raises_level_and_gauge(bench_of):
    bench = bench_of((0.4,))
    bench.do(Charge("case"))
    sample = bench.run(1_800, 20.0)
    assert sample.packs[0].level == pytest.approx(0.4 + 0.25, abs=0.01)
    assert sample.packs[0].gauge == pytest.approx(sample.packs[0].level, abs=0.04)


# --- telling ---


def test_the_forecast_is_a_band_from_the_first_second_where_the_profile_has_bands():
    from emulator.core.profile import load_profile

    s1 = load_profile("quark_s1")
    kernel = Kernel()
    log, ledger = EventLog(kernel), Ledger(kernel)
    Packs(kernel, log, ledger, s1, [1.0, 1.0], lambda: 25.0)
    ledger.set("mcu", "test", 90.0)
    kernel.run_until(S)
    sample = [r.event for r in log.records if isinstance(r.event, BatterySampled)][-1]
    assert sample.left_basis_s == 1.0
    assert sample.left_low_min < 0.9 * sample.left_min < 1.1 * sample.left_min < sample.left_high_min


def test_a_swap_is_told_and_its_level_with_it(bench_of):
    bench = bench_of()
    bench.do(InsertPack("left", 0.33))
    assert bench.told(PackInserted) == [PackInserted("left", 0.33)]
    assert bench.sample().packs[0].level == 0.33


def test_setting_a_level_keeps_the_age(bench_of):
    bench = bench_of()
    bench.do(InsertPack("left", 1.0, 0.5))
    bench.do(SetLevel("left", 0.6))
    assert bench.sample().packs[0].capacity_mah == 68.0
