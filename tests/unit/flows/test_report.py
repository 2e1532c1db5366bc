"""JUnit XML is read back by another library."""

from __future__ import annotations

import io

from junitparser import Error, Failure, JUnitXml

from emulator.core.errors import ExpectationError, UsageError
from emulator.core.units import S
from emulator.flows.play import Verdict
from emulator.flows.report import junit, line

PASSED = Verdict("calls", "a.flow.yaml", "", None, 1_500_000_000, 3)
FAILED = Verdict("calls", "a.flow.yaml", "d=1s", ExpectationError("a.flow.yaml:3:5: no\n  <b> & \x00"), S, 1)
BROKEN = Verdict("other", "b.flow.yaml", "", UsageError("b.flow.yaml:1:1: no pack"), 0, 0)


def test_a_junit_report_can_be_read_back():
    suites = list(JUnitXml.fromroot(JUnitXml.fromstring(junit([PASSED, FAILED, BROKEN]).encode())._elem))
    assert [(suite.name, suite.tests, suite.failures, suite.errors) for suite in suites] == [
        ("a.flow.yaml", 2, 1, 0),
        ("b.flow.yaml", 1, 0, 1),
    ]
    passed, failed = suites[0]
    assert (passed.name, passed.time, passed.result) == ("calls", 1.5, [])
    assert failed.name == "calls [d=1s]"
    assert isinstance(failed.result[0], Failure)
    assert failed.result[0].message == "a.flow.yaml:3:5: no"
    assert "<b> & " in failed.result[0].text
    assert isinstance(next(iter(suites[1])).result[0], Error)


def test_a_report_without_runs_is_still_xml():
    assert list(JUnitXml.fromfile(io.StringIO(junit([])))) == []


def test_a_line_tells_file_sweep_and_virtual_time():
    assert line(PASSED) == "ok  a.flow.yaml  calls  (3 steps, 1.500 s of virtual time)"
    assert line(FAILED).startswith(
        "FAILED  a.flow.yaml [d=1s]  calls  (1 steps, 1.000 s of virtual time)\n  a.flow.yaml:3:5"
    )
