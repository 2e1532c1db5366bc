"""``glasses policies``: the same days under every policy: power, packs, wakes, latencies, missed deadlines, regret."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from typing import TYPE_CHECKING

from emulator.cli.command import Command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emulator.devices.policy_day import PolicyRow

HEAD = ("policy", "mW", "packs/day", "wakes", "android p50", "p95 ms", "either p95", "missed", "regret mW", "least")


def add_arguments(parser: ArgumentParser) -> None:
    """Add the device, the usage, and how many days of it."""
    parser.add_argument("--profile", default="quark_s1", help="id of a device, or a *.toml (default: %(default)s)")
    parser.add_argument("--usage", default="reference", help="id of a usage, or a *.toml (default: %(default)s)")
    parser.add_argument("--policy", metavar="A,B", help="only these policies (default: all)")
    parser.add_argument("--seeds", type=int, default=5, metavar="N", help="number of days (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=1.0, help="multiplies how often everything is wanted")
    parser.add_argument("--band", default="calibrated", help="low, calibrated or high: end of the unknown numbers")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: Namespace) -> int:
    """Compare and print."""
    from emulator.core.bands import with_band
    from emulator.core.errors import UsageError
    from emulator.core.profile import load_profile
    from emulator.devices.policy_day import compare
    from emulator.devices.system import find_policy, policy_ids
    from emulator.devices.usage import load_usage

    if arguments.seeds < 1:
        raise UsageError(f"--seeds: expected 1 or more, got {arguments.seeds}")
    if not 0.0 < arguments.rate < 100.0:
        raise UsageError(f"--rate: expected more than 0 and less than 100, got {arguments.rate}")
    chosen = policy_ids()
    if arguments.policy:
        chosen = [name.strip().replace("-", "_") for name in arguments.policy.split(",")]
        for name in chosen:
            find_policy(name)
    profile = with_band(load_profile(arguments.profile), arguments.band)
    usage = load_usage(arguments.usage)
    rows = compare(profile, chosen, usage, range(arguments.seeds), arguments.rate)
    rows.sort(key=lambda row: -row.mean_mw)
    if arguments.json:
        told = {"profile": profile.id, "usage": usage.id, "band": arguments.band, "seeds": arguments.seeds}
        print(json.dumps({**told, "rate": arguments.rate, "policies": [asdict(row) for row in rows]}, indent=2))
        return 0
    print(f"{profile.name}, {usage.name}, {arguments.seeds} days of {usage.hours:g} h, numbers {arguments.band}")
    print(table(rows))
    return 0


def table(rows: Sequence[PolicyRow]) -> str:
    """Return the rows as text, one policy a line."""
    lines = [HEAD]
    for row in rows:
        lines.append(
            (
                row.policy, f"{row.mean_mw:.1f}", f"{row.packs_per_day:.2f}", f"{row.wakes:.0f}",
                f"{row.android_p50_ms:.0f}", f"{row.android_p95_ms:.0f}", f"{row.either_p95_ms:.0f}",
                f"{row.missed:.1f}", f"{row.regret_mw:.2f}", f"{row.least_regret_mw:.2f}",
            )
        )  # fmt: skip
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width) for at, (cell, width) in enumerate(cells)
        ).rstrip()
        for cells in (zip(line, widths, strict=True) for line in lines)
    )


COMMAND = Command("policies", "compare where work runs and when Android sleeps", add_arguments, run)
