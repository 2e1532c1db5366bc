"""The energy panel by probe: it adds up to the ledger and tells what the last use cost."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from emulator.core.events import PowerSampled
from emulator.ui.amounts import energy
from emulator.ui.panels.energy import WAYS
from tests.gui.desk_probe import Probe

pytestmark = pytest.mark.gui

Open = Callable[..., Probe]
SUM = "what is 12 times 7"


def used(probe: Probe, owner: str) -> float:
    """Return what ``owner`` used by the samples, mWh."""
    return sum(owners.get(owner, 0.0) for e in probe.events(PowerSampled) for owners in e.energy_mwh.values())


@pytest.mark.parametrize("way", WAYS)
def test_all_rows_add_up_to_the_ledger(open_probe: Open, way: str):
    probe = open_probe()
    panel = probe.panel("energy")
    probe.desk.say(SUM)
    probe.run_for(3_000)
    probe.desk.glasses.device.tell_all()
    probe.settle()
    ledger = math.fsum(mwh for owners in probe.desk.glasses.energy_mwh().values() for mwh in owners.values())
    panel.split.setCurrentIndex(WAYS.index(way))
    panel.draw()
    uses = {
        "feature": panel.used.by_feature,
        "component": panel.used.by_component,
        "processor": panel.used.by_processor,
    }
    assert math.fsum(use.energy_mwh for use in uses[way]()) == pytest.approx(ledger, rel=1e-6)
    assert sum(float(row.figures[1].removesuffix("%")) for row in panel.bars.rows) == pytest.approx(100, abs=0.5)


def test_the_budget_bar_tells_what_the_last_turn_cost(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("energy")
    probe.run_for(1_500)
    assert not panel.episodes.found
    probe.desk.say(SUM)
    probe.run_for(6_000)
    last = panel.episodes.last
    assert last.owner == "assistant"
    assert last.energy_mwh == pytest.approx(used(probe, "assistant"))
    assert panel.cost.text().startswith(energy(used(probe, "assistant")))
    assert panel.budget.isVisible()
    assert len(panel.budget.parts) == len(last.parts)


def test_a_later_use_is_told_by_itself(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("energy")
    probe.desk.say(SUM)
    probe.run_for(12_000)
    first = panel.episodes.last
    probe.desk.gesture("camera-key", "short")
    probe.run_for(8_000)
    assert panel.episodes.last.owner == "camera"
    probe.run_for(10_000)
    probe.desk.say(SUM)
    probe.run_for(6_000)
    again = panel.episodes.last
    assert again.owner == "assistant"
    assert again is not first
    assert first.energy_mwh + again.energy_mwh == pytest.approx(used(probe, "assistant"))


def test_hovering_a_component_tells_how_sure_its_powers_are(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("energy")
    probe.desk.say(SUM)
    probe.run_for(3_000)
    panel.split.setCurrentIndex(WAYS.index("component"))
    panel.draw()
    row = next(row for row in panel.bars.rows if row.name == "Android chip")
    idle_mw = probe.desk.glasses.profile.processors["ap"].idle_mw
    assert f"processors.ap.idle_mw = {idle_mw:g} · assumed · band 73–195" in row.tip
    assert probe.desk.glasses.profile.source("processors.ap.idle_mw").source in row.tip
