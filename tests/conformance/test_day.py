"""The day of the fluid: equal to the schedulers on shared windows, fast, and the same in any process."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from statistics import fmean

import pytest

from emulator.cli import main
from emulator.core.profile import load_profile
from emulator.devices.fluid.day import draw_day, simulate_day
from emulator.devices.fluid.requests import Served, play, scripts_of
from emulator.devices.policy_day import Scheduled
from emulator.devices.system import find_policy, policy_ids
from emulator.devices.usage import arrivals, load_usage

MINUTES, DENSER = 6, 60
HOURS = 16.0


def dense_window(profile, seed):
    """Return a reference day squeezed into minutes, and its requests."""
    whole = load_usage("reference")
    share = DENSER * MINUTES / (60.0 * HOURS)
    features = {name: replace(feature, per_day=feature.per_day * share) for name, feature in whole.features.items()}
    usage = replace(whole, hours=MINUTES / 60.0, features=features)
    return usage, arrivals(usage, profile, seed)


def on_schedulers(profile, policy_id, usage, requests):
    """Play the same requests job by job and slice by slice, with every periodic task of the mcu."""
    machine = Scheduled(profile, policy_id, worn=True, folded=False)
    scripts = scripts_of(usage, profile)
    served: list[Served] = []
    for request in requests:
        script = scripts[request.feature]
        if script.hint:
            hint_ns = max(0, request.t_ns - script.hint_ns)
            machine.kernel.post(hint_ns, partial(machine.system.hint, script.hint))
        machine.kernel.post(request.t_ns, partial(spawn, machine, script, served))
    machine.kernel.run_until(usage.day_ns)
    return machine, served


def spawn(machine, script, served):
    machine.kernel.spawn(play(script, machine, served), script.name)


def mean_ms(served, processor):
    return fmean(request.answer_ms for request in served if request.processor == processor)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("policy_id", ["rtos_first", "prewake"])
def test_fluid_and_schedulers_agree_on_dense_windows(policy_id, seed):
    """Energy of the whole within 0.1 %, of each feature within 0.5 %; mean latency on each processor within 2 %."""
    profile = load_profile("quark_s1")
    usage, requests = dense_window(profile, seed)
    day = simulate_day(profile, find_policy(policy_id), usage, requests)
    machine, served = on_schedulers(profile, policy_id, usage, requests)
    assert len(requests) > 60
    assert len(day.served) == len(served)
    assert day.total_mwh == pytest.approx(machine.ledger.total_mwh(), rel=1e-3)
    for processor in ("mcu", "ap"):
        assert mean_ms(day.served, processor) == pytest.approx(mean_ms(served, processor), rel=0.02)
    owners: dict[str, float] = {}
    for by_owner in machine.ledger.energy_mwh().values():
        for owner, mwh in by_owner.items():
            owners[owner] = owners.get(owner, 0.0) + mwh
    assert day.by_owner_mwh() == pytest.approx(owners, rel=5e-3)


@pytest.mark.parametrize("profile_id", ["even_g2", "inmo_go3"])
def test_devices_with_one_processor_agree_too(profile_id):
    profile = load_profile(profile_id)
    usage, requests = dense_window(profile, 1)
    day = simulate_day(profile, find_policy("rtos_first"), usage, requests)
    machine, served = on_schedulers(profile, "rtos_first", usage, requests)
    only = next(iter(profile.processors))
    assert day.total_mwh == pytest.approx(machine.ledger.total_mwh(), rel=1e-3)
    assert mean_ms(day.served, only) == pytest.approx(mean_ms(served, only), rel=0.02)


def test_same_wakes_as_the_schedulers():
    profile = load_profile("quark_s1")
    usage, requests = dense_window(profile, 4)
    day = simulate_day(profile, find_policy("android_suspend"), usage, requests)
    machine, _ = on_schedulers(profile, "android_suspend", usage, requests)
    woken = [r for r in machine.log.records if getattr(r.event, "state", "") == "resuming"]
    assert day.wakes == len(woken) > 0


def test_a_day_takes_less_than_a_fifth_of_a_second():
    profile, usage, policy = load_profile("quark_s1"), load_usage("reference"), find_policy("rtos_first")
    took_s = []
    for seed in range(3):
        since_s = time.process_time()
        draw_day(profile, policy, usage, seed)
        took_s.append(time.process_time() - since_s)
    assert min(took_s) < 0.2


def test_a_day_is_the_same_in_any_process():
    outs = set()
    for hash_seed in ("0", "4711"):
        command = [sys.executable, "-m", "emulator", "day", "--seed", "5", "--policy", "predictive", "--json"]
        env = {**os.environ, "PYTHONHASHSEED": hash_seed}
        outs.add(subprocess.run(command, capture_output=True, text=True, check=True, env=env).stdout)
    assert len(outs) == 1


@pytest.mark.parametrize("policy_id", policy_ids())
def test_every_energy_has_a_component_and_an_owner(policy_id, capsys):
    assert main(["day", "--policy", policy_id, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert sum(told["by_feature_mwh"].values()) == pytest.approx(told["total_mwh"], rel=1e-12)
    assert sum(told["by_component_mwh"].values()) == pytest.approx(told["total_mwh"], rel=1e-12)
    assert told["packs"]["given_mwh"] <= told["total_mwh"] * (1 + 1e-9)


def test_policies_rank_as_they_should():
    """Never asleep costs most, asleep without sense costs less, on the mcu first costs least; prewake is fastest."""
    profile, usage = load_profile("quark_s1"), load_usage("reference")
    days = {policy_id: draw_day(profile, find_policy(policy_id), usage, 1) for policy_id in policy_ids()}
    power = {policy_id: day.mean_mw for policy_id, day in days.items()}
    assert power["always_android"] > 2.5 * power["rtos_first"]
    assert power["rtos_first"] < power["android_suspend"] < power["always_android"]
    assert power["prewake"] == pytest.approx(power["rtos_first"], rel=0.02)
    assert power["oracle"] < power["rtos_first"]
    slow = {policy_id: mean_ms(day.served, "ap") for policy_id, day in days.items()}
    assert slow["prewake"] < slow["rtos_first"]
    assert slow["oracle"] <= slow["prewake"]
