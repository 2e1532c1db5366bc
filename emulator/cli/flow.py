"""``glasses flow``: run, check and list flow files."""

from __future__ import annotations

from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from emulator.cli._interrupt import Interruptible
from emulator.cli.command import Command
from emulator.core.units import S
from emulator.core.user_data import user_folder

if TYPE_CHECKING:
    from emulator.flows.flow import Flow
    from emulator.flows.play import Play, Verdict

LOOK_NS = 10 * S  # virtual time between two looks at Ctrl-C


def add_arguments(parser: ArgumentParser) -> None:
    """Add ``run``, ``check`` and ``list``."""
    words = parser.add_subparsers(required=True, metavar="run|check|list")
    run_parser = words.add_parser("run", help="play flows in virtual time and judge them")
    run_parser.add_argument("file", nargs="+", help="a *.flow.yaml, a folder of them, or the name of one that ships")
    run_parser.add_argument("--profile", help="device to play on instead of the flow's")
    run_parser.add_argument("--seed", type=int, help="session seed instead of the flow's")
    run_parser.add_argument("--log", type=Path, metavar="OUT.jsonl", help="write the log; further runs get OUT-2.jsonl")
    run_parser.add_argument("--junit", type=Path, metavar="OUT.xml", help="write a JUnit report")
    run_parser.add_argument(
        "--data", default="", metavar="DIR", help="folder of trips, wallet and prices; else a new one"
    )
    run_parser.add_argument("--live", action=BooleanOptionalAction, help="let services ask their vendors")
    run_parser.add_argument("--update-golden", action="store_true", help="rewrite the goldens of snapshot steps")
    run_parser.set_defaults(flow_word=run_flows)
    check_parser = words.add_parser("check", help="read flow files and say what is wrong with them")
    check_parser.add_argument("file", nargs="+")
    check_parser.set_defaults(flow_word=check_flows)
    words.add_parser("list", help="list the flows that ship").set_defaults(flow_word=list_flows)


def run(arguments: Namespace) -> int:
    """Do ``glasses flow run|check|list``."""
    return int(arguments.flow_word(arguments))


def run_flows(arguments: Namespace) -> int:
    """Play each flow; all files are read before the first one runs. Returns 1 if one failed."""
    from emulator.flows.find import find_flows
    from emulator.flows.flow import load_flow
    from emulator.flows.report import write_junit

    verdicts: list[Verdict] = []
    try:
        for flow in [load_flow(path) for path in find_flows(arguments.file)]:
            _play(flow, arguments, verdicts)
    finally:
        if arguments.junit:
            write_junit(verdicts, arguments.junit)
    failed = sum(not verdict.passed for verdict in verdicts)
    print(f"{len(verdicts)} runs, {failed} failed")
    return 1 if failed else 0


def check_flows(arguments: Namespace) -> int:
    """Read each file; the first wrong one is an error."""
    from emulator.flows.find import find_flows
    from emulator.flows.flow import load_flow

    for path in find_flows(arguments.file):
        flow = load_flow(path)
        print(f"ok  {path}  {flow.name}  ({len(flow.variants)} runs, {len(flow.variants[0].steps)} steps)")
    return 0


def list_flows(_: Namespace) -> int:
    """Print name, length and title of each flow that ships."""
    from emulator.flows.find import shipped_flows
    from emulator.flows.flow import load_flow

    for path in shipped_flows():
        flow = load_flow(path)
        print(f"{flow.id:12} {len(flow.variants[0].steps):3} steps  {flow.name}  [{', '.join(flow.tags)}]")
    return 0


def _play(flow: Flow, arguments: Namespace, verdicts: list[Verdict]) -> None:
    from emulator.flows.report import line
    from emulator.flows.run import runs

    how = {"data": user_folder(arguments.data), "live": bool(arguments.live), "update_golden": arguments.update_golden}
    for play in runs(flow, profile=arguments.profile, seed=arguments.seed, **how):
        try:
            with Interruptible() as interrupt:
                while not (play.over or interrupt.asked):
                    ended = partial(_ended, play, interrupt)
                    play.glasses.run_until(play.now_ns + LOOK_NS, stop=ended)
            verdicts += [play.verdict] if play.verdict is not None else []
        finally:
            play.glasses.close()
            if arguments.log:
                play.glasses.save_log(_numbered(arguments.log, len(verdicts)))
        print(line(verdicts[-1]), flush=True)


def _ended(play: Play, interrupt: Interruptible) -> bool:
    return play.over or interrupt.asked


def _numbered(path: Path, number: int) -> Path:
    return path if number < 2 else path.with_name(f"{path.stem}-{number}{path.suffix}")


COMMAND = Command("flow", "run, check and list flow files", add_arguments, run)
