"""``glasses endurance``: one activity from full to empty, with a band for what is not known, and what ends it."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from emulator.cli.command import Command

if TYPE_CHECKING:
    from emulator.core.profile import Profile
    from emulator.devices.fluid.activity import Activity
    from emulator.devices.fluid.endurance import Endured

SHOWN = 8  # components in the table


def add_arguments(parser: ArgumentParser) -> None:
    """Add device, activity and policy."""
    parser.add_argument("--profile", default="quark_s1", help="id of a device, or a *.toml (default: %(default)s)")
    parser.add_argument("--activity", default="typical", help="standby, typical, video, music, navigation, teleprompter, continuous, or a *.toml (default: %(default)s)")  # fmt: skip
    parser.add_argument("--policy", default="rtos_first", help="where work runs (default: %(default)s)")
    parser.add_argument("--ambient-c", type=float, default=25.0, metavar="C", help="temperature of the air")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: Namespace) -> int:
    """Run the activity three times and print; 1 if the device cannot do it."""
    from emulator.core.errors import UsageError
    from emulator.core.profile import load_profile
    from emulator.devices.fluid.activity import load_activity
    from emulator.devices.fluid.endurance import LEVELS, endure
    from emulator.devices.system import find_policy

    if not -20.0 <= arguments.ambient_c <= 50.0:
        raise UsageError(f"--ambient-c: expected -20 to 50, got {arguments.ambient_c:g}")
    profile, activity = load_profile(arguments.profile), load_activity(arguments.activity)
    policy = find_policy(arguments.policy.replace("-", "_"))
    told = {"profile": profile.id, "activity": activity.id, "policy": arguments.policy}
    told["ambient_c"] = arguments.ambient_c
    missing = activity.missing(profile)
    if missing:
        return refuse(profile, activity, missing, told, arguments.json)
    runs = {name: endure(profile, activity, policy, level, arguments.ambient_c) for name, level in LEVELS.items()}
    if arguments.json:
        print(json.dumps({**told, **to_json(runs, profile)}, indent=2))
    else:
        print(text(runs, profile, activity))
    return 0


def refuse(profile: Profile, activity: Activity, missing: list[str], told: dict[str, Any], as_json: bool) -> int:
    """Say that the device cannot do it; return 1."""
    reason = f"{profile.name} cannot do this: {activity.name.lower()} needs {' and '.join(missing)}"
    if as_json:
        hours = {"hours_low": None, "hours": None, "hours_high": None}
        print(json.dumps({**told, "possible": False, "missing": missing, "reason": reason, **hours}, indent=2))
    print(f"glasses: {reason}", file=sys.stderr)
    return 1


def to_json(runs: dict[str, Endured], profile: Profile) -> dict[str, Any]:
    """Return the three runs as JSON values, the hours first."""
    middle = runs["hours"]
    return {
        "possible": True,
        **{name: run.hours for name, run in runs.items()},
        "limited_by": middle.limited_by,
        "mean_mw": sum(middle.mean_mw.values()),
        "shares": {name: mw / sum(middle.mean_mw.values()) for name, mw in middle.mean_mw.items()},
        "packs_mwh": profile.battery.capacity_mah * profile.battery.nominal_v * len(profile.battery.slots),
        "runs": {
            name: {
                "hours": run.hours,
                "paused_h": run.paused_h,
                "limited_by": run.limited_by,
                "end": run.end,
                "level_left": run.level,
                "mean_mw": run.mean_mw,
                "peak_mw": run.peak_mw,
                "hottest_skin_c": run.hottest_c,
                "limits": [{"limit_c": profile.thermal.limit_c[n - 1], "h": hours} for hours, n in run.limits],
            }
            for name, run in runs.items()
        },
    }


def text(runs: dict[str, Endured], profile: Profile, activity: Activity) -> str:
    """Return the hours, what ends it, and what takes most."""
    low, middle, high = (runs[name] for name in ("hours_low", "hours", "hours_high"))
    total_mw = sum(middle.mean_mw.values())
    battery = profile.battery
    packs = f"{len(battery.slots)} x {battery.capacity_mah:g} mAh"
    lines = [
        f"{profile.name}, {activity.name.lower()}, {packs} from full to empty",
        f"hours     {middle.hours:.2f}  ({low.hours:.2f} to {high.hours:.2f} over what is not known)",
        f"power     {total_mw:.1f} mW on the mean, {middle.peak_mw:.0f} mW at most",
        f"ends by   {_end(middle, profile)}",
        f"heat      {_heat(middle, profile)}; at the high end {_heat(low, profile)}",
        "",
        f"{'component':14}{'mW':>9}{'share':>8}{'low end':>10}{'high end':>10}",
    ]
    for name, mw in list(middle.mean_mw.items())[:SHOWN]:
        ends = f"{high.mean_mw.get(name, 0.0):10.2f}{low.mean_mw.get(name, 0.0):10.2f}"
        lines.append(f"{name:14}{mw:9.2f}{mw / total_mw:8.1%}{ends}")
    return "\n".join(lines)


def _end(run: Endured, profile: Profile) -> str:
    ends = {
        "brown-out": f"brown-out: the bus falls below {profile.battery.uvlo_v:g} V at the highest power",
        "cut-off": f"cut-off: the cells are at {profile.battery.cutoff_v:g} V",
    }
    return f"{ends.get(run.end, run.end)}, {run.level:.1%} of the charge left"


def _heat(run: Endured, profile: Profile) -> str:
    reached = [f"{profile.thermal.limit_c[n - 1]:g} C after {hours:.2f} h" for hours, n in run.limits]
    paused = f", {run.paused_h:.2f} h of pauses" if run.paused_h else ""
    return f"skin {run.hottest_c:.1f} C at most" + (f" ({', '.join(reached)}){paused}" if reached else "")


COMMAND = Command("endurance", "run one activity from full to empty", add_arguments, run)
