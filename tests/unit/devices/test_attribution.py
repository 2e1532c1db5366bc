"""Who used what: every table adds up to the total, over any session."""

import csv
import io
import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator import Glasses
from emulator.core.actions import InsertPack, MoveHead, Notify, RemovePack, Ring, Say, SwitchPolicy, Wear
from emulator.core.events import PowerSampled
from emulator.core.units import MS, S
from emulator.devices.attribution import UWS_PER_MWH, Attribution, Sum
from emulator.devices.power_profile import PART_ITEMS, StateTimes, power_profile
from emulator.devices.rails import Rails

ACTIONS = [
    Say("三千六百除以十五等于多少"),
    Say("拍照"),
    Notify("钉钉", "桃桃", "十点的会"),
    Ring("妈妈"),
    MoveHead("up"),
    Wear(False),
    Wear(True),
    RemovePack("left"),
    InsertPack("left", 0.7),
    SwitchPolicy("always_android"),
    ("temple", "tap"),
    ("camera-key", "long"),
    ("power-key", "long"),
]
NINE_DIGITS = 5e-9  # the log keeps so many of each number
SESSION = st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 4_000)), max_size=8)


def play(session):
    """Play (action, ms to the next one) pairs; the session ends on a whole second, with a sample of the ledger."""
    worn = Glasses("quark_s1")
    for action, pause_ms in session:
        worn.gesture(*action) if isinstance(action, tuple) else worn.do(action)
        worn.run_for(ms=pause_ms)
    worn.run_until((worn.now_ns // S + 1) * S)
    return worn


def attribute(worn):
    used = Attribution()
    for record in worn.log.records:
        if isinstance(record.event, PowerSampled):
            used.add(record.t_ns, record.event)
    return used


@pytest.fixture(scope="module")
def worn():
    return play([(Say("三千六百除以十五等于多少"), 9_000), (("camera-key", "short"), 4_000), (Ring("妈妈"), 6_000)])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SESSION)
def test_every_table_adds_up_to_the_ledger(session):
    worn = play(session)
    used = attribute(worn)
    logged = math.fsum(
        e for r in worn.log.records if isinstance(r.event, PowerSampled) for o in r.event.energy_mwh.values() for e in o.values()
    )  # fmt: skip
    assert used.total_mwh == pytest.approx(logged, rel=1e-12)
    assert used.total_mwh == pytest.approx(worn.device.ledger.total_mwh(), rel=NINE_DIGITS)
    for table in (used.by_feature(), used.by_component(), used.by_processor()):
        assert math.fsum(use.energy_mwh for use in table) == pytest.approx(used.total_mwh, rel=1e-12)
        assert math.fsum(use.share for use in table) == pytest.approx(1.0, rel=1e-12)
        assert math.fsum(use.minutes for use in table) == pytest.approx(used.sampled_ns / 60 / S, rel=1e-12)


def test_cells_are_the_ledger_s(worn):
    cells, ledger = attribute(worn).cells(), worn.energy_mwh()
    assert cells.keys() == ledger.keys()
    for component, owners in ledger.items():
        assert cells[component] == pytest.approx(owners, rel=1e-8)


def test_a_feature_costs_the_minutes_that_the_device_runs_on_its_energy(worn):
    used = attribute(worn)
    camera = next(use for use in used.by_feature() if use.name == "camera")
    assert camera.minutes == pytest.approx(camera.energy_mwh / used.mean_mw * 60)


def test_processors_and_parts_share_all_energy(worn):
    used = attribute(worn)
    by_component = {use.name: use.energy_mwh for use in used.by_component()}
    by_processor = {use.name: use.energy_mwh for use in used.by_processor()}
    assert set(by_processor) == {"mcu", "ap", "parts"}
    assert [by_processor[name] for name in ("mcu", "ap")] == [by_component[name] for name in ("mcu", "ap")]


def test_who_used_most_comes_first(worn):
    energies = [use.energy_mwh for use in attribute(worn).by_feature()]
    assert energies == sorted(energies, reverse=True)
    assert len(energies) > 3


@given(st.lists(st.floats(0, 1e6)))
def test_a_sum_loses_nothing(numbers):
    total = Sum()
    for number in numbers:
        total.add(number)
    assert total.value == pytest.approx(math.fsum(numbers), rel=1e-15)


def test_no_time_is_no_power():
    used = Attribution()
    assert (used.mean_mw, used.total_mwh, used.by_feature()) == (0.0, 0.0, [])


# --- exports -----------------------------------------------------------------------------------------------------


def test_rails_count_up_to_the_energy_of_each_component(worn):
    rails = Rails()
    for record in worn.log.records:
        if isinstance(record.event, PowerSampled):
            rails.add(record.t_ns, record.event)
    rows = list(csv.DictReader(io.StringIO(rails.to_csv())))
    for component, owners in attribute(worn).cells().items():
        readings = [float(row[component]) for row in rows]
        assert readings == sorted(readings)
        assert readings[0] == 0.0
        assert readings[-1] == pytest.approx(math.fsum(owners.values()) * UWS_PER_MWH, rel=1e-12)
    assert [int(row["t_ns"]) for row in rows] == [second * S for second in range(worn.now_ns // S + 1)]


@pytest.fixture(scope="module")
def android(worn):
    """What Android would know of the session."""
    times = StateTimes()
    for record in worn.log.records:
        times.read(record)
    return power_profile(worn.profile, attribute(worn), times.times_ms(worn.now_ns))


def test_current_times_time_of_a_part_is_its_energy_in_the_ledger(worn, android):
    """Android's method agrees with the ledger wherever the current of a state is constant."""
    items = PART_ITEMS | {"bt-idle": "bluetooth.on", "listening": "glasses.listening"}
    checked = 0
    for component, owners in worn.energy_mwh().items():
        if component in items:
            item = items[component]
            mah = android["item"][item] * android["time_ms"][item] / 3.6e6
            assert mah * worn.profile.battery.nominal_v == pytest.approx(sum(owners.values()), rel=1e-6), component
            checked += 1
    assert checked >= 5


def test_time_in_android_s_states_is_the_session(worn, android):
    names = ("cpu.suspend", "cpu.idle", "glasses.ap.resuming", "glasses.ap.suspending")
    assert sum(android["time_ms"].get(name, 0.0) for name in names) == pytest.approx(worn.now_ns / MS)


def test_owners_in_mah_add_up(worn, android):
    assert math.fsum(mah for used in android["uid_mah"].values() for mah in used.values()) == pytest.approx(
        android["total_mah"], rel=1e-12
    )
    assert android["total_mah"] * worn.profile.battery.nominal_v == pytest.approx(worn.device.ledger.total_mwh())


def test_a_device_without_android_has_no_cpu_items():
    worn = Glasses("even_g2")
    worn.run_for(seconds=1)
    items = power_profile(worn.profile, attribute(worn), {})["item"]
    assert not [name for name in items if name.startswith("cpu.")]
    assert items["glasses.mcu.core"] > 0
