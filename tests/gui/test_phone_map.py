"""The map of the phone tells the glasses where they are and where to go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emulator.core.actions import Locate, LosePosition, PhoneSent
from emulator.maps.points import Wgs84Point
from emulator.ui.panel import in_sight
from emulator.ui.phone.marks import Here
from tests.gui.desk_probe import Probe
from tests.gui.phone_pages import KAIVOKATU, map_of

pytestmark = pytest.mark.gui

Open = Callable[..., Probe]


def test_the_map_is_behind_the_transcript_until_it_is_wanted(open_probe: Open):
    probe = open_probe()
    probe.app.processEvents()
    assert not in_sight(probe.window.panel("phone"))
    assert in_sight(probe.window.panel("transcript"))
    phone: Any = probe.window.panel("phone")
    assert phone.tabs["map"].view.ground is None, "no map is opened before somebody looks"


def test_a_click_says_here_and_there(open_probe: Open):
    probe = open_probe()
    tab = map_of(probe)
    tab.view.go_to(KAIVOKATU, px_per_m=4.0)
    probe.click(tab.view)
    go, here = tab.menu.actions()[-2:]
    assert "Kaivokatu" in tab.menu.actions()[0].text()
    here.trigger()
    at = probe.last(Locate)
    assert (at.lat_deg, at.lon_deg) == pytest.approx((KAIVOKATU.lat, KAIVOKATU.lon), abs=2e-5)
    assert at.sensor == "phone"
    go.trigger()
    sent = probe.last(PhoneSent)
    assert sent.kind == "destination"
    assert sent.data["name"] == "Kaivokatu"
    assert sent.data["lat_deg"] == pytest.approx(KAIVOKATU.lat, abs=2e-5)
    tab.menu.close()
    probe.settle()
    assert tab.view.pin is not None
    assert tab.view.here == Here(Wgs84Point(at.lat_deg, at.lon_deg), 5.0)


def test_the_walker_goes_along_the_route_of_the_glasses(open_probe: Open):
    probe = open_probe()
    tab = map_of(probe)
    tab.more.setChecked(True)
    assert not tab.walk.walk.isEnabled()
    tab.be_here(KAIVOKATU)
    probe.run_for(500)
    tab.go_there(Wgs84Point(60.1690, 24.9470), "the corner")
    probe.run_for(1_000)
    probe.desk.gesture("temple", "tap")  # on foot

    def routes() -> bool:
        probe.run_for(100)
        return bool(tab.routes)

    probe.until(routes, "routes")
    probe.settle()
    assert all(len(way) > 2 for way in tab.view._ways)
    assert len(tab.view._ways) == len(tab.routes)
    tab.walk.speed.setValue(60)
    count = len(probe.events(Locate))
    probe.click(tab.walk.walk)
    probe.run_for(5_000)
    moved = probe.events(Locate)[count:]
    assert len(moved) >= 4
    assert {at.sensor for at in moved} == {"walker"}
    assert tab.walk.walk.text() == "Stop"
    probe.click(tab.walk.lose)
    assert probe.last(LosePosition).sensor == "walker"


def test_a_track_is_played(open_probe: Open, tmp_path: Path):
    probe = open_probe()
    tab = map_of(probe)
    track = tmp_path / "way.gpx"
    points = "".join(
        f'<trkpt lat="60.17{n}" lon="24.943"><time>2026-01-01T00:00:0{n}Z</time></trkpt>' for n in range(3)
    )
    track.write_text(
        f'<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{points}</trkseg></trk></gpx>'
    )
    tab.walk.follow(str(track))
    probe.run_for(2_500)
    assert [at.sensor for at in probe.events(Locate)][-3:] == ["gpx"] * 3
    (tmp_path / "bad.gpx").write_text("nothing")
    tab.walk.follow(str(tmp_path / "bad.gpx"))
    assert "bad.gpx" in tab.line.text()


def test_a_damaged_map_is_told_and_the_next_one_opens(
    open_probe: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("GLASSES_DATA", str(tmp_path / "data"))
    (tmp_path / "data" / "maps").mkdir(parents=True)
    (tmp_path / "data" / "maps" / "aaa.glassmap").write_bytes(b"no map")
    probe = open_probe()
    tab = map_of(probe)
    for name, claim in (("aaa", lambda: "aaa" in tab.line.text()), ("helsinki", lambda: tab.view.ground is not None)):
        tab.which.setCurrentIndex(tab.which.findText(name))
        tab.which.activated.emit(tab.which.currentIndex())
        probe.until(claim, name)


def test_another_pair_knows_neither_place_nor_way(open_probe: Open):
    probe = open_probe()
    tab = map_of(probe)
    tab.go_there(KAIVOKATU, "Kaivokatu")
    tab.be_here(Wgs84Point(60.1712, 24.9440))
    probe.settle()
    old = tab.walk.source
    for name in ("pay", "prices", "trips", "inbox"):
        panel: Any = probe.panel("phone")
        panel.show_tab(name)
        probe.settle()
    probe.desk.switch_profile("even_g2")
    probe.settle()
    assert tab.target is None
    assert tab.walk.source is not old
    assert tab.walk.source.glasses is probe.desk.glasses
    for name in panel.tabs:
        panel.show_tab(name)
        probe.settle()
