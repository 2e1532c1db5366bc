"""``glasses doctor``: what was found, what is missing, and the one line that mends it.

Looks at the real things (opens the microphone, loads Qt in a process of its own), imports each only where it is looked
at, and goes on whatever is missing. The name of the home directory is not shown.
"""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from emulator.cli.command import Command
from emulator.core.errors import EmulatorError

Check = Callable[[], Iterator["Finding"]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report.

    Attributes:
        topic: What was looked for.
        found: Whether it is there and works.
        detail: Version, place or what went wrong.
        remedy: The one line that mends it, if it is missing.
        needed: Whether the main job, glasses with a picture, stands or falls with it.
    """

    topic: str
    found: bool
    detail: str
    remedy: str = ""
    needed: bool = False

    @property
    def mark(self) -> str:
        """``ok``, ``MISSING`` if needed, else ``missing``."""
        return "ok" if self.found else "MISSING" if self.needed else "missing"


def add_arguments(parser: ArgumentParser) -> None:
    """Add ``--json``."""
    parser.add_argument("--json", action="store_true", help="the report as JSON")


def run(arguments: Namespace) -> int:
    """Print the report; 1 if the main job cannot run."""
    findings = report()
    works = able(findings)
    if arguments.json:
        print(json.dumps({"works": works, "findings": [asdict(f) for f in findings]}, ensure_ascii=False, indent=1))
    else:
        print("\n".join(lines(findings)))
    return 0 if works else 1


def report() -> list[Finding]:
    """Look at everything, in the order of the report."""
    from emulator.cli._doctor_checks import CHECKS

    return [_without_home(finding) for topic, check in CHECKS.items() for finding in guarded(topic, check)]


def able(findings: list[Finding]) -> bool:
    """Say whether nothing that is needed is missing."""
    return all(finding.found or not finding.needed for finding in findings)


def guarded(topic: str, check: Check) -> Iterator[Finding]:
    """Yield what ``check`` finds; if it breaks for lack of something, say that instead."""
    try:
        yield from check()
    except (ImportError, OSError, EmulatorError, ValueError) as error:
        yield Finding(topic, False, f"cannot look: {_first_line(error)}", "install the packages again: scripts/run")


def lines(findings: list[Finding]) -> Iterator[str]:
    """Yield the report as text."""
    for finding in findings:
        yield f"{finding.mark:8} {finding.topic:20} {finding.detail}"
        if finding.remedy and not finding.found:
            yield f"{'':8} {'':20} -> {finding.remedy}"
    yield ""
    yield _verdict(findings)


def _verdict(findings: list[Finding]) -> str:
    missing = sum(not finding.found for finding in findings)
    if not able(findings):
        return "The glasses cannot be shown: mend what is MISSING."
    return f"The glasses work. Missing and of use: {missing}." if missing else "The glasses work. All is there."


def _without_home(finding: Finding) -> Finding:
    home = str(Path.home())
    if home in ("", os.sep):
        return finding
    return replace(finding, detail=finding.detail.replace(home, "~"), remedy=finding.remedy.replace(home, "~"))


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


COMMAND = Command("doctor", "what was found, what is missing, and what mends it", add_arguments, run)
