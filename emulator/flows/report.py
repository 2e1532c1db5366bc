"""Reports of flow runs: JUnit XML for build servers, lines for people."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

from emulator.core.errors import ExpectationError
from emulator.core.units import S
from emulator.core.whole_file import whole_file
from emulator.flows.play import Verdict


def line(verdict: Verdict) -> str:
    """Return ``ok`` or ``FAILED`` with file, sweep value and virtual time, then why."""
    chosen = f" [{verdict.chosen}]" if verdict.chosen else ""
    head = f"{'ok' if verdict.passed else 'FAILED'}  {verdict.path}{chosen}  {verdict.flow}"
    told = f"{head}  ({verdict.steps} steps, {verdict.t_ns / S:.3f} s of virtual time)"
    return told if verdict.error is None else f"{told}\n  {verdict.error}"


def junit(verdicts: Iterable[Verdict]) -> str:
    """Return JUnit XML: a suite per flow file, a case per run; times are seconds of virtual time."""
    by_path: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_path.setdefault(verdict.path, []).append(verdict)
    root = ElementTree.Element("testsuites")
    for path, runs in by_path.items():
        root.append(_suite(path, runs))
    _count(root, [verdict for runs in by_path.values() for verdict in runs])
    ElementTree.indent(root)
    return ElementTree.tostring(root, "unicode", xml_declaration=True) + "\n"


def write_junit(verdicts: Iterable[Verdict], path: Path) -> None:
    """Write JUnit XML to ``path``.

    Raises:
        FileError: If it cannot be written.
    """
    with whole_file(path, "the report") as file:
        file.write(junit(verdicts).encode())


def _suite(path: str, runs: list[Verdict]) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", name=path)
    _count(suite, runs)
    for verdict in runs:
        name = f"{verdict.flow} [{verdict.chosen}]" if verdict.chosen else verdict.flow
        attributes = {"name": name, "classname": Path(path).name, "file": path, "time": f"{verdict.t_ns / S:.3f}"}
        case = ElementTree.SubElement(suite, "testcase", attributes)
        if verdict.error is not None:
            text = str(verdict.error)
            outcome = "failure" if isinstance(verdict.error, ExpectationError) else "error"
            kind = {"message": _clean(text.splitlines()[0]), "type": type(verdict.error).__name__}
            ElementTree.SubElement(case, outcome, kind).text = _clean(text)
    return suite


def _count(element: ElementTree.Element, runs: list[Verdict]) -> None:
    failures = sum(isinstance(verdict.error, ExpectationError) for verdict in runs)
    errors = sum(verdict.error is not None for verdict in runs) - failures
    element.set("tests", str(len(runs)))
    element.set("failures", str(failures))
    element.set("errors", str(errors))
    element.set("time", f"{sum(verdict.t_ns for verdict in runs) / S:.3f}")


def _clean(text: str) -> str:
    """Drop characters that XML 1.0 cannot hold."""
    return "".join(c for c in text if c in "\t\n" or (c >= " " and not "\ud800" <= c <= "\udfff" and c < "\ufffe"))
