"""The trips on the phone: imported from files, folders and an address, removed and brought back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QToolButton

from emulator.core.actions import PhoneSent
from emulator.services.travel.store import FILE
from emulator.ui.phone.rows import Rows
from tests.gui.desk_probe import Probe
from tests.unit.live.vendor import Asked, Given, Vendor, serving

pytestmark = pytest.mark.gui

Open = Callable[..., Probe]
FLIGHT = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:one
SUMMARY:Flight LH489 Munich (MUC) to Frankfurt (FRA)
DTSTART:20301128T100500Z
DTEND:20301128T110000Z
END:VEVENT
END:VCALENDAR
"""


def trips_of(probe: Probe) -> Any:
    """Return the page of the trips."""
    panel = probe.panel("phone")
    panel.show_tab("trips")
    probe.settle()
    return panel.tabs["trips"]


def test_a_folder_is_imported_and_what_is_wrong_is_told_by_file_and_line(open_probe: Open, tmp_path: Path):
    folder = tmp_path / "trips"
    folder.mkdir()
    (folder / "flight.ics").write_text(FLIGHT)
    (folder / "torn.ics").write_text("BEGIN:VCALENDAR\nSUMMARY:x\n")
    probe = open_probe(data=str(tmp_path / "data"))
    tab = trips_of(probe)
    assert tab.none.isVisible()
    tab.take([folder])
    probe.until(lambda: tab.trips, "a trip")
    assert [trip["number"] for trip in tab.trips] == ["LH489"]
    assert tab.told.text() == "1 new, 0 changed, 0 known"
    assert "torn.ics:1:" in tab.troubles.text()
    assert probe.last(PhoneSent) == PhoneSent("trips", {})


def test_a_removed_trip_comes_back(open_probe: Open, tmp_path: Path):
    (tmp_path / "flight.ics").write_text(FLIGHT)
    probe = open_probe(data=str(tmp_path / "data"))
    tab = trips_of(probe)
    tab.take([tmp_path / "flight.ics"])
    probe.until(lambda: tab.trips, "a trip")
    probe.click(tab.list.findChildren(QToolButton)[0])
    probe.until(lambda: not tab.trips, "no trip")
    probe.until(tab.act.isVisible, "an offer to undo it")
    assert tab.act.text() == "Undo"
    probe.click(tab.act)
    probe.until(lambda: [trip["number"] for trip in tab.trips] == ["LH489"], "the trip")
    assert len([event for event in probe.events(PhoneSent) if event.kind == "trips"]) == 3


def test_an_import_that_is_cancelled_keeps_what_was_read(open_probe: Open, tmp_path: Path):
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(300):
        (folder / f"{number:03}.ics").write_text(
            FLIGHT.replace("UID:one", f"UID:{number}").replace("489", str(number + 100))
        )
    probe = open_probe(data=str(tmp_path / "data"))
    tab = trips_of(probe)
    tab.take([folder])
    probe.until(tab.act.isVisible, "an offer to cancel it")
    assert tab.progress.isVisible()
    probe.click(tab.act)
    probe.until(lambda: tab.told.text().startswith("Cancelled"), "the end")
    probe.until(lambda: 0 < len(tab.trips) < 300, "some of it")
    assert not tab.progress.isVisible()


def test_an_address_must_be_https(open_probe: Open, tmp_path: Path):
    probe = open_probe(data=str(tmp_path / "data"))
    tab = trips_of(probe)
    tab.ask_address()
    tab.question.url.setText("http://example.org/me.ics")
    probe.click(tab.question.ok)
    assert tab.question.wrong.text() == "An address that begins with https://"
    tab.question.reject()
    tab.fetch("https://127.0.0.1:9/me.ics?token=hunter2")
    probe.until(lambda: "127.0.0.1:9/me.ics" in tab.troubles.text(), "that nobody answers", 20)
    assert "hunter2" not in tab.troubles.text()
    assert "hunter2" not in probe.desk.glasses.log.to_jsonl()


def test_a_slow_calendar_is_shown_once_it_has_come_as_live(
    open_probe: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    come = threading.Event()

    def slow(_: Asked, __: Vendor) -> Given:
        come.wait(5)
        return Given((FLIGHT.encode(),), headers={"Content-Type": "text/calendar"})

    with serving(slow) as site:
        monkeypatch.setenv("GLASSES_TRIPS_CALENDAR", f"{site.url}/me.ics")
        probe = open_probe(data=str(tmp_path / "data"), live=True)
        tab = trips_of(probe)

        def later(found: Callable[[], Any]) -> Any:
            probe.desk.glasses.run_for(ms=20)
            probe.settle()
            return found()

        probe.desk.say("refresh my trips")
        probe.until(lambda: later(lambda: site.asked), "a question")
        assert not [trips for _ in range(10) if (trips := later(lambda: tab.trips))]
        come.set()
        probe.until(lambda: later(lambda: tab.trips), "a trip")
    (rows,) = tab.list.findChildren(Rows)
    assert rows.rows[0].note.split(" · ")[-1] == "live"


def test_a_store_that_is_none_is_told(open_probe: Open, tmp_path: Path):
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / FILE).write_bytes(b"this is no database, but it is long enough to look at" * 20)
    probe = open_probe(data=str(folder))
    tab = trips_of(probe)
    probe.until(lambda: FILE in tab.troubles.text(), "what is wrong")
