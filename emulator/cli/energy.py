"""``glasses energy``: who used what, from a log; Android's kind of power profile and power rails to files."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emulator.cli.command import Command

if TYPE_CHECKING:
    from emulator.core.events import SessionStarted
    from emulator.devices.attribution import Attribution, Use
    from emulator.devices.power_profile import StateTimes
    from emulator.devices.rails import Rails

BY = ("feature", "component", "processor")


def add_arguments(parser: ArgumentParser) -> None:
    """Add the log, the grouping and the exports."""
    parser.add_argument("log", type=Path, help="a log in JSON lines")
    parser.add_argument("--by", choices=BY, help="only this table; all three by default")
    parser.add_argument("--json", action="store_true", help="print JSON: energies in mWh, shares in [0, 1]")
    parser.add_argument(
        "--rails", type=Path, metavar="FILE", help="write cumulative µWs of each component, .csv or .json"
    )
    parser.add_argument(
        "--power-profile",
        type=Path,
        metavar="FILE",
        help="write mA, time and mAh as Android's power_profile has them (JSON)",
    )


def run(arguments: Namespace) -> int:
    """Read the log once, write what is asked for, print."""
    from emulator.core.errors import UsageError

    rails: Path | None = arguments.rails
    if rails is not None and rails.suffix not in (".csv", ".json"):
        raise UsageError(f"--rails {rails}: expected a name that ends in .csv or .json")
    log = _Log(arguments.log)
    if rails is not None:
        _write(rails, "the rails", log.rails.to_csv() if rails.suffix == ".csv" else _rails_json(log.rails))
    if arguments.power_profile is not None:
        _write(arguments.power_profile, "the power profile", _json(log.power_profile()))
    kinds = BY if arguments.by is None else (arguments.by,)
    print(_json(as_json(log, kinds)).rstrip() if arguments.json else as_text(log, kinds))
    return 0


class _Log:
    """What this command reads from a log, in one pass."""

    def __init__(self, path: Path) -> None:
        from emulator.core.errors import LogError
        from emulator.core.events import PowerSampled, SessionStarted
        from emulator.core.log import stream_log
        from emulator.devices.attribution import Attribution
        from emulator.devices.power_profile import StateTimes
        from emulator.devices.rails import Rails

        self.path = path
        self.start: SessionStarted | None = None
        self.used: Attribution = Attribution()
        self.rails: Rails = Rails()
        self.times: StateTimes = StateTimes()
        self.end_ns = 0
        for record in stream_log(path):
            self.end_ns = record.t_ns
            if isinstance(record.event, PowerSampled):
                self.used.add(record.t_ns, record.event)
                self.rails.add(record.t_ns, record.event)
            elif isinstance(record.event, SessionStarted):
                self.start = record.event
            else:
                try:
                    self.times.read(record)
                except ValueError as error:
                    raise LogError(f"{path}: record {record.seq}: {error}") from error
        if not self.used.sampled_ns:
            raise LogError(f"{path}: holds no power.sampled, so nobody used anything")

    def uses(self, kind: str) -> list[Use]:
        """Return the table of one kind, most first."""
        used = self.used
        return {"feature": used.by_feature, "component": used.by_component, "processor": used.by_processor}[kind]()

    def power_profile(self) -> dict[str, Any]:
        """Return the power profile of the log's device.

        Raises:
            LogError: If the log does not say which device it is.
            ProfileError: If the device is not known here.
        """
        from emulator.core.errors import LogError
        from emulator.core.profile import load_profile
        from emulator.devices.power_profile import power_profile

        if self.start is None:
            raise LogError(f"{self.path}: holds no session.started, so the device is not known")
        return power_profile(load_profile(self.start.profile), self.used, self.times.times_ms(self.end_ns))


def as_text(log: _Log, kinds: tuple[str, ...]) -> str:
    """Return the tables: mWh, % of all, and how many minutes the whole device runs on that energy."""
    used = log.used
    lines = [f"{used.total_mwh:.3f} mWh in {used.sampled_ns / 1e9:.1f} s, {used.mean_mw:.1f} mW on average"]
    left_s = (log.end_ns - used.sampled_ns) / 1e9
    if left_s > 0:
        lines.append(f"the last {left_s:.3f} s of the log are not sampled")
    for kind in kinds:
        lines.append(f"\n{kind:20} {'mWh':>10} {'%':>6} {'min':>8}")
        for use in log.uses(kind):
            lines.append(f"{use.name:20} {use.energy_mwh:10.4f} {use.share * 100:6.1f} {use.minutes:8.3f}")
    return "\n".join(lines)


def as_json(log: _Log, kinds: tuple[str, ...]) -> dict[str, Any]:
    """Return the tables and the cells ``{component: {owner: mWh}}`` as JSON values."""
    import msgspec

    used = log.used
    return {
        "profile": log.start.profile if log.start else "",
        "policy": log.start.policy if log.start else "",
        "sampled_ns": used.sampled_ns,
        "end_ns": log.end_ns,
        "energy_mwh": used.total_mwh,
        "mean_mw": used.mean_mw,
        "by": {kind: msgspec.to_builtins(log.uses(kind)) for kind in kinds},
        "cells_mwh": used.cells(),
    }


def _rails_json(rails: Rails) -> str:
    return _json({"unit": "uWs", "t_ns": rails.times_ns, "rails": rails.readings_uws})


def _json(value: Any) -> str:
    import json

    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def _write(path: Path, what: str, text: str) -> None:
    from emulator.core.whole_file import whole_file

    with whole_file(path, what) as file:
        file.write(text.encode())


COMMAND = Command("energy", "say who used how much energy in a log", add_arguments, run)
