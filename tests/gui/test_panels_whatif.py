"""The what-if panel by probe: what it tells is what a replay under the other policy comes to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator.core.events import WorkFinished
from emulator.session.what_if import compare
from emulator.ui.amounts import time
from emulator.ui.panels.whatif import whole
from tests.gui.desk_probe import Probe

pytestmark = pytest.mark.gui

Open = Callable[..., Probe]
SUM = "what is 12 times 7"


def asked(open_probe: Open, quiet_ms: float = 4_000) -> tuple[Probe, Any]:
    """Return a probe whose wearer asked something, and its panel while it replays."""
    probe = open_probe()
    panel = probe.panel("whatif")
    probe.run_for(1_000)
    probe.desk.say(SUM)
    probe.run_for(quiet_ms)
    probe.click(panel.button)
    return probe, panel


def test_every_other_policy_is_replayed_and_told(open_probe: Open):
    probe, panel = asked(open_probe, quiet_ms=60_000)
    records = list(probe.desk.glasses.log.records)
    assert panel.running
    assert panel.button.text() == probe.desk.texts("whatif.cancel")
    probe.until(lambda: not panel.running, "all replays", 60.0)
    assert {d.policy for d in panel.found} == set(panel.policies) - {"rtos_first"}
    told = next(d for d in panel.found if d.policy == "always_android")
    assert told == compare(records, "always_android")
    assert told.life_min < 0  # awake for nothing for a minute
    row = next(row for row in panel.bars.rows if row.name == "Always Android")
    assert row.figures[0] == time(probe.desk.texts, told.life_min, signed=True)
    half_ms = told.other.latency_p50_ms - told.recorded.latency_p50_ms
    most_ms = told.other.latency_p95_ms - told.recorded.latency_p95_ms
    assert row.figures[2] == f"{whole(half_ms)} / {whole(most_ms)} ms"
    assert f"p50 {told.other.latency_p50_ms:.0f} ms, p95 {told.other.latency_p95_ms:.0f} ms" in row.tip


def test_the_first_row_is_the_session_itself(open_probe: Open):
    probe, panel = asked(open_probe)
    works = probe.events(WorkFinished)
    probe.until(lambda: not panel.running, "all replays", 60.0)
    waits_ms = sorted(work.latency_ms for work in works)
    recorded = panel.found[0].recorded
    assert recorded.latency_p50_ms == waits_ms[(len(waits_ms) - 1) // 2]
    assert panel.bars.rows[0].figures[2] == f"{recorded.latency_p50_ms:.0f} / {recorded.latency_p95_ms:.0f} ms"
    assert f"p50 {recorded.latency_p50_ms:.0f}, p95" in panel.line.text()


def test_a_replay_is_cancelled_and_no_late_answer_shows(open_probe: Open):
    probe, panel = asked(open_probe)
    probe.click(panel.button)
    assert not panel.running
    assert panel.line.text() == probe.desk.texts("whatif.cancelled")
    thread = panel.replays.thread_of_work
    probe.until(lambda: not thread.is_alive(), "the end of the thread", 30.0)
    found = list(panel.found)
    probe.settle()
    assert panel.found == found
    assert len(found) < len(panel.asked)


def test_another_pair_forgets_what_was_found(open_probe: Open):
    probe, panel = asked(open_probe)
    probe.until(lambda: not panel.running, "all replays", 60.0)
    probe.desk.switch_profile("even_g2")
    probe.settle()
    assert not panel.found
    assert panel.line.text() == probe.desk.texts("whatif.hint")
