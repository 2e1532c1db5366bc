"""``glasses day``: a day with the glasses in a blink: power by feature and part, packs, wakes, latency, heat."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from emulator.cli.command import Command

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emulator.core.profile import Profile
    from emulator.devices.fluid.day import Day
    from emulator.devices.fluid.requests import Served
    from emulator.devices.usage import Usage

HOUR_NS = 3_600_000_000_000
NOTHING_MWH = 0.0005  # what is less shows as 0.000


def add_arguments(parser: ArgumentParser) -> None:
    """Add device, policy, usage and what is around."""
    parser.add_argument("--policy", default="rtos_first", help="where work runs (default: %(default)s)")
    parser.add_argument("--profile", default="quark_s1", help="id of a device, or a *.toml (default: %(default)s)")
    parser.add_argument("--usage", default="reference", help="id of a usage, or a *.toml (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="which day (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=1.0, help="multiplies how often everything is wanted")
    parser.add_argument("--band", default="calibrated", help="low, calibrated or high: end of the unknown numbers")
    parser.add_argument("--level", type=float, default=1.0, help="charge of the packs at first, 0 to 1")
    parser.add_argument("--ambient-c", type=float, default=25.0, metavar="C", help="temperature of the air")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: Namespace) -> int:
    """Simulate and print; the time it took goes to stderr."""
    from emulator.core.bands import with_band
    from emulator.core.profile import load_profile
    from emulator.devices.fluid.day import draw_day
    from emulator.devices.fluid.device import Conditions
    from emulator.devices.system import find_policy
    from emulator.devices.usage import load_usage

    check(arguments)
    profile = with_band(load_profile(arguments.profile), arguments.band)
    usage = load_usage(arguments.usage)
    policy = find_policy(arguments.policy.replace("-", "_"))
    conditions = Conditions(arguments.level, arguments.ambient_c)
    since_s = time.process_time()
    day = draw_day(profile, policy, usage, arguments.seed, conditions, arguments.rate)
    took_s = time.process_time() - since_s
    told = {"policy": arguments.policy, "seed": arguments.seed, "rate": arguments.rate, "band": arguments.band}
    print(
        json.dumps(to_json(day, profile, usage, told), indent=2) if arguments.json else text(day, profile, usage, told)
    )
    print(f"simulated in {took_s:.3f} s of CPU time, {time.process_time():.3f} s with the start", file=sys.stderr)
    return 0


def check(arguments: Namespace) -> None:
    """Refuse numbers that make no sense.

    Raises:
        UsageError: If one is out of range.
    """
    from emulator.core.errors import UsageError

    ranges = {"rate": (0.0, 100.0), "level": (0.01, 1.0), "ambient_c": (-20.0, 50.0)}
    for name, (low, high) in ranges.items():
        value = getattr(arguments, name)
        if not low <= value <= high:
            raise UsageError(f"--{name.replace('_', '-')}: expected {low:g} to {high:g}, got {value:g}")


def text(day: Day, profile: Profile, usage: Usage, told: dict[str, Any]) -> str:
    """Return the day in lines and two tables."""
    lines = [
        f"{profile.name}, {usage.name.lower()}, {told['policy']}, seed {told['seed']}, numbers {told['band']}: "
        f"{day.span_ns / HOUR_NS:g} h",
        f"power     {day.mean_mw:.1f} mW on the mean, {day.total_mwh:.1f} mWh",
        f"packs     {day.packs:.2f} a day of {day.pack_mwh:.0f} mWh; {_packs(day, profile)}",
    ]
    if day.ap_state_ns:
        asleep = day.ap_state_ns.get("suspended", 0) / day.span_ns
        lines.append(f"android   {day.wakes} wakes, suspended {asleep:.1%} of the time")
    lines += [f"answers   {_answers(day.served)}", f"heat      {_heat(day, profile)}", ""]
    return "\n".join([*lines, *_features(day), "", *_components(day)])


def to_json(day: Day, profile: Profile, usage: Usage, told: dict[str, Any]) -> dict[str, Any]:
    """Return the day as JSON values."""
    return {
        "profile": profile.id,
        "usage": usage.id,
        **told,
        "hours": day.span_ns / HOUR_NS,
        "mean_mw": day.mean_mw,
        "total_mwh": day.total_mwh,
        "pack_mwh": day.pack_mwh,
        "packs_per_day": day.packs,
        "packs": {
            "lowest_level": dict(zip(profile.battery.slots, day.pack_levels, strict=True)),
            "given_mwh": day.given_mwh,
            "empty_h": None if day.dead_ns < 0 else day.dead_ns / HOUR_NS,
            "end": day.end or None,
            "end_mw": day.dead_mw or None,
        },
        "wakes": day.wakes,
        "ap_state_h": {state: ns / HOUR_NS for state, ns in day.ap_state_ns.items()},
        "answers": latency(day.served),
        "answers_by_feature": {name: latency(served) for name, served in _by_feature(day.served).items()},
        "answers_by_processor": {
            name: latency([s for s in day.served if s.processor == name]) for name in profile.processors
        },
        "heat": {
            "hottest_skin_c": day.hottest_c,
            "limits": [{"limit_c": profile.thermal.limit_c[n - 1], "h": t_ns / HOUR_NS} for t_ns, n in day.limits],
        },
        "by_feature_mwh": day.by_owner_mwh(),
        "by_component_mwh": day.by_component_mwh(),
        "energy_mwh": day.energy_mwh,
    }


def latency(served: Iterable[Served]) -> dict[str, Any]:
    """Return number, p50, p95 of the answers in ms, how many came late, and how many never."""
    from emulator.devices.policy_day import percentile

    served = list(served)
    answers_ms = [one.answer_ms for one in served if one.finished]
    return {
        "requests": len(served),
        "p50_ms": percentile(answers_ms, 0.5),
        "p95_ms": percentile(answers_ms, 0.95),
        "late": sum(one.finished and not one.in_time for one in served),
        "lost": sum(not one.finished for one in served),
    }


def _by_feature(served: Iterable[Served]) -> dict[str, list[Served]]:
    found: dict[str, list[Served]] = {}
    for one in served:
        found.setdefault(one.feature, []).append(one)
    return dict(sorted(found.items()))


def _packs(day: Day, profile: Profile) -> str:
    levels = ", ".join(
        f"{name} {level:.1%}" for name, level in zip(profile.battery.slots, day.pack_levels, strict=True)
    )
    if day.dead_ns < 0:
        return f"lowest {levels}"
    return (
        f"at their end after {day.dead_ns / HOUR_NS:.2f} h, {day.end} at {day.dead_mw:.0f} mW, with {levels}; "
        "the other figures are for the whole day"
    )


def _answers(served: Iterable[Served]) -> str:
    told = latency(served)
    lost = f", {told['lost']} lost" if told["lost"] else ""
    return (
        f"{told['requests']} requests, p50 {told['p50_ms']:.0f} ms, p95 {told['p95_ms']:.0f} ms, "
        f"{told['late']} late{lost}"
    )


def _heat(day: Day, profile: Profile) -> str:
    reached = [f"{profile.thermal.limit_c[n - 1]:g} C after {t_ns / HOUR_NS:.2f} h" for t_ns, n in day.limits]
    return f"skin {day.hottest_c:.1f} C at most, limits reached: {', '.join(reached) or 'none'}"


def _features(day: Day) -> list[str]:
    found = _by_feature(day.served)
    rows = [f"{'feature':14}{'mWh':>10}{'share':>8}{'times':>7}{'p50 ms':>9}{'p95 ms':>9}{'late':>6}"]
    for name, mwh in day.by_owner_mwh().items():
        row = f"{name:14}{mwh:10.3f}{mwh / day.total_mwh:8.1%}"
        if name in found:
            told = latency(found[name])
            row += f"{told['requests']:7d}{told['p50_ms']:9.0f}{told['p95_ms']:9.0f}{told['late']:6d}"
        rows.append(row)
    return rows


def _components(day: Day) -> list[str]:
    rows = [f"{'component':14}{'mWh':>10}{'share':>8}"]
    for name, mwh in day.by_component_mwh().items():
        if mwh >= NOTHING_MWH:
            rows.append(f"{name:14}{mwh:10.3f}{mwh / day.total_mwh:8.1%}")
    return rows


COMMAND = Command("day", "simulate a day with the glasses, with battery and heat", add_arguments, run)
