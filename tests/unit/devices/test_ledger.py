"""The ledger is exact: owners add up to the total, whatever the order of changes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.core.kernel import Kernel
from emulator.core.units import MWH_PER_MW_NS
from emulator.devices.ledger import Ledger

CHANGE = st.tuples(
    st.integers(0, 10**10), st.sampled_from(["ap", "camera", "wifi"]), st.sampled_from("abc"), st.floats(0, 2e3)
)


def sums(ledger):
    return sum(mwh for owners in ledger.energy_mwh().values() for mwh in owners.values())


@settings(max_examples=40, deadline=None)
@given(st.lists(CHANGE, max_size=60))
def test_owners_add_up_to_the_integral_of_the_total(changes):
    kernel = Kernel()
    ledger = Ledger(kernel)
    integral, last = 0.0, (0, 0.0)

    def integrate():
        nonlocal integral, last
        integral += last[1] * (kernel.now_ns - last[0])
        last = (kernel.now_ns, ledger.total_mw)

    ledger.watch(integrate)
    for gap_ns, component, owner, mw in changes:
        kernel.run_until(kernel.now_ns + gap_ns)
        ledger.set(component, owner, mw)
    kernel.run_until(kernel.now_ns + 10**9)
    integrate()
    assert sums(ledger) == pytest.approx(integral * MWH_PER_MW_NS, rel=1e-12, abs=1e-15)
    assert sums(ledger) == pytest.approx(ledger.total_mwh(), rel=1e-12, abs=1e-18)


def test_many_changes_leave_no_residue(ledger):
    account = ledger.account("mcu", "system")
    for _ in range(100_000):
        account.add(100_001)
        account.add(-100_001)
    assert ledger.total_mw == 0.0
    assert ledger.power_mw() == {}


def test_a_constant_draw_costs_power_times_time(kernel, ledger):
    ledger.set("display", "clock", 46.0)
    kernel.run_until(3_600_000_000_000)
    assert ledger.energy_mwh() == {"display": {"clock": pytest.approx(46.0, rel=1e-15)}}


def test_handing_over_keeps_the_total_and_splits_the_energy(kernel, ledger):
    ledger.set("ap", "photo", 170.0)
    told = []
    ledger.watch(lambda: told.append(ledger.total_mw))
    kernel.run_until(1_800_000_000_000)
    ledger.account("ap", "photo").hand_over(ledger.account("ap", "music"), 170_000_000)
    kernel.run_until(3_600_000_000_000)
    assert told == []
    assert ledger.energy_mwh()["ap"] == {"photo": pytest.approx(85.0), "music": pytest.approx(85.0)}


def test_a_watcher_with_a_threshold_misses_small_changes_but_not_their_sum(ledger):
    told = []
    ledger.watch(lambda: told.append(ledger.total_mw), least_mw=50.0)
    for mw in (20.0, 40.0, 60.0, 80.0, 0.0):
        ledger.set("wifi", "a", mw)
    assert told == [60.0, 0.0]


@pytest.mark.parametrize("mw", [-1.0, float("nan")])
def test_power_that_cannot_be_is_refused(ledger, mw):
    with pytest.raises(ValueError, match="mw must be >= 0"):
        ledger.set("ap", "x", mw)
