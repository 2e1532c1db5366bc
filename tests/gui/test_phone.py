"""The phone: its map tells the glasses where they are and where to go, its pages read what they hand over."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, QPoint, QPointF, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit

from emulator.core.actions import Locate, LosePosition, PhoneSent
from emulator.core.events import HandedOver
from emulator.maps.points import Wgs84Point
from emulator.maps.street_map import ATTRIBUTION, ATTRIBUTION_URL
from emulator.ui.keys import takes
from emulator.ui.phone.inbox_tab import Code, code_in
from emulator.ui.phone.marks import Here
from emulator.ui.phone.rows import Rows
from emulator.ui.phone.tab import in_sight
from emulator.vision.still_search import search_still
from emulator.wallet.sandbox import Sandbox
from tests.gui.desk_probe import Probe

pytestmark = pytest.mark.gui

Open = Callable[..., Probe]
KAIVOKATU = Wgs84Point(60.17036, 24.94325)
FRAME_MS = 8.0


def map_of(probe: Probe) -> Any:
    """Return the map's tab with the map of Helsinki, drawn."""
    panel = probe.panel("phone")
    tab = panel.tabs["map"]
    probe.until(lambda: tab.view.ground is not None, "a map")
    probe.until(lambda: tab.view._layer is not None and tab.view._layer.whole(tab.view._seen()), "its picture")
    return tab


def hand_over(probe: Probe, app: str, kind: str, **data: Any) -> None:
    """Let an app hand something over."""
    probe.desk.glasses.log.emit(HandedOver(app, kind, data), app)
    probe.settle()


# --- the map ---


def test_the_map_is_behind_the_transcript_until_it_is_wanted(open_probe: Open):
    probe = open_probe()
    probe.app.processEvents()
    assert not in_sight(probe.window.panel("phone"))
    assert in_sight(probe.window.panel("transcript"))
    phone: Any = probe.window.panel("phone")
    assert not phone.tabs["map"].view._work_timer.isActive()


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


def test_a_mistyped_street_is_found_and_chosen_with_the_keys(open_probe: Open):
    probe = open_probe()
    tab = map_of(probe)
    probe.write(tab.search, "Aleksanterinktu")
    probe.until(tab.search.results.isVisible, "the street")
    assert "Aleksanterinkatu" in tab.search.results.item(0).text()
    QTest.keyClick(tab.search, Qt.Key.Key_Down)
    assert tab.search.results.currentRow() == 1
    QTest.keyClick(tab.search, Qt.Key.Key_Up)
    QTest.keyClick(tab.search, Qt.Key.Key_Return)
    assert not tab.search.results.isVisible()
    assert tab.menu.actions()[0].text() == "Aleksanterinkatu"
    tab.menu.close()


def test_what_is_nowhere_is_told(open_probe: Open):
    probe = open_probe()
    tab = map_of(probe)
    probe.write(tab.search, "qqqqzzzz")
    probe.until(tab.search.results.isVisible, "an answer")
    assert "qqqqzzzz" in tab.search.results.item(0).text()
    QTest.keyClick(tab.search, Qt.Key.Key_Return)
    assert tab.menu is None


def test_dragging_moves_the_map_and_chooses_nothing(open_probe: Open):
    probe = open_probe()
    tab = map_of(probe)
    view = tab.view
    middle = view.rect().center()
    before = view.point_at(QPointF(middle))
    QTest.mousePress(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
    QTest.mouseMove(view, middle + QPoint(40, 0))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle + QPoint(40, 0))
    assert view.place(before).x() == pytest.approx(middle.x() + 40, abs=1)
    assert tab.menu is None


def test_the_wheel_zooms_at_the_cursor(open_probe: Open):
    probe = open_probe()
    view = map_of(probe).view
    at = QPointF(60, 40)
    before, scale = view.point_at(at), view.px_per_m
    up = (QPoint(0, 0), QPoint(0, 240), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier)
    view.wheelEvent(QWheelEvent(at, view.mapToGlobal(at), *up, Qt.ScrollPhase.NoScrollPhase, False))
    assert view.px_per_m > 1.3 * scale
    assert (view.place(before) - at).manhattanLength() < 2


def test_the_map_takes_the_keys_that_move_it(open_probe: Open):
    probe = open_probe()
    view = map_of(probe).view
    view.setFocus()
    scale, x = view.px_per_m, view.point_at(QPointF(0, 0)).lon
    assert takes(view, Qt.Key.Key_Right)
    assert not takes(view, Qt.Key.Key_Space)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.point_at(QPointF(0, 0)).lon > x
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.px_per_m > scale


def test_a_frame_of_a_moving_map_takes_less_than_8_ms(open_probe: Open):
    probe = open_probe()
    view = map_of(probe).view
    view.go_to(KAIVOKATU, px_per_m=1.6)
    taken = []
    for step in range(60):
        view.pan(7, 3 if step % 2 else -2)
        probe.app.processEvents()
        taken.append(view.paint_ms)
    assert sorted(taken)[len(taken) // 2] < FRAME_MS


def test_a_hidden_map_rests(open_probe: Open):
    probe = open_probe()
    panel, view = probe.panel("phone"), map_of(probe).view
    panel.show_tab("inbox")
    probe.app.processEvents()
    view.paint_ms = -1.0
    probe.desk.do(Locate(KAIVOKATU.lat, KAIVOKATU.lon))
    probe.settle()
    view.go_to(KAIVOKATU, px_per_m=3.0)
    probe.app.processEvents()
    assert view.paint_ms == -1.0


def test_the_copyright_is_always_there_and_leads_to_its_page(open_probe: Open):
    probe = open_probe()
    tab = map_of(probe)
    opened = Opened()
    QDesktopServices.setUrlHandler("https", opened, "take")  # type: ignore[arg-type]  # the stub wants what fails
    try:
        assert tab.face.credit.isVisible()
        assert tab.face.credit.text() == ATTRIBUTION
        probe.click(tab.face.credit)
    finally:
        QDesktopServices.unsetUrlHandler("https")
    assert opened.urls == [ATTRIBUTION_URL]


class Opened(QObject):
    """Takes the place of the browser."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        """Remember what would be opened."""
        self.urls.append(url.toString())


def test_the_line_below_tells_position_and_loss(open_probe: Open):
    probe = open_probe()
    tab = map_of(probe)
    probe.desk.do(Locate(KAIVOKATU.lat, KAIVOKATU.lon, 12.0, 1.4, 90.0, "walker"))
    probe.settle()
    assert tab.line.text() == "±12 m · simulated walker"
    probe.desk.do(LosePosition("walker"))
    probe.settle()
    assert tab.line.text() == "Signal lost"
    assert tab.view.here.lost
    probe.desk.do(Locate(31.23, 121.47, 5.0, sensor="phone"))
    probe.settle()
    assert "Outside" in tab.line.text()


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
    assert len(tab.view._way) > 2
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


# --- paying ---


def paid(folder: Path, at: datetime, *, pin: str = "") -> int:
    """Pay 20 yuan out of a wallet as the glasses do, 30 seconds before ``at``; return an attempt that waits for the PIN."""
    times = [at - timedelta(seconds=30)]
    with Sandbox(folder, lambda: times[0]) as box:
        attempt = box.wallet.scan()
        box.wallet.classify(attempt.id, "alipay-static", box.shop_code)
        attempt = box.wallet.challenge(box.wallet.resolve(attempt.id, 2_000).id)
        box.wallet.confirm(attempt.id, attempt.nonce)
        times[0] += timedelta(seconds=7)
        box.wallet.receipt(box.wallet.pay(attempt.id, attempt.nonce).id)
        if not pin:
            return 0
        box.pins.set(pin)
        waits = box.wallet.scan()
        box.wallet.classify(waits.id, "alipay-static", box.shop_code)
        return box.wallet.challenge(box.wallet.resolve(waits.id, 30_000).id).id


def pay_of(probe: Probe) -> Any:
    """Return the page of the payment account."""
    panel = probe.panel("phone")
    panel.show_tab("pay")
    probe.settle()
    return panel.tabs["pay"]


def wallet_of(probe: Probe) -> Path:
    """Return the folder of the session's wallet."""
    return probe.desk.glasses.surroundings.data / "wallet"


def test_an_account_is_opened_bound_and_unbound(open_probe: Open):
    probe = open_probe()
    tab = pay_of(probe)
    assert tab.none.isVisible()
    probe.click(tab.begin)
    probe.until(lambda: tab.account is not None, "an account")
    assert tab.balance.text() == "¥10000.00"
    assert "sandbox" in [label.text() for label in tab.findChildren(QLabel)]
    probe.click(tab.bind)
    probe.until(lambda: not tab.account.bound, "unbound")
    assert tab.bind.text() == "Bind"
    assert probe.last(PhoneSent).kind == "pay-account"


def test_a_payment_shows_in_receipts_limits_and_payees(open_probe: Open):
    probe = open_probe()
    paid(wallet_of(probe), probe.desk.glasses.device.now())
    tab = pay_of(probe)
    probe.until(lambda: tab.account is not None, "an account")
    assert tab.balance.text() == "¥9980.00"
    assert [row.figure for row in tab.receipts.rows] == ["−¥20.00"]
    assert tab.receipts.rows[0].tag == "sandbox"
    assert tab.limits["D"][0].rows[0].figure == "20.00 of 500.00"
    assert tab.payees.rows[0].note == "1 times"


def test_the_pin_lets_a_payment_go_on_and_is_written_nowhere(open_probe: Open):
    probe = open_probe()
    pin = "294817"
    waits = paid(wallet_of(probe), probe.desk.glasses.device.now(), pin=pin)
    tab = pay_of(probe)
    probe.until(lambda: tab.account is not None and tab.account.waiting is not None, "the payment that waits")
    assert tab.account.waiting.attempt == waits
    probe.click(tab.give)
    assert tab.question.pin.echoMode() == QLineEdit.EchoMode.Password
    tab.question.pin.setText("111222")
    probe.click(tab.question.ok)
    probe.until(lambda: tab.question.wrong.text() == "The PIN is wrong", "a refusal")
    assert probe.last(PhoneSent) == PhoneSent("pay-pin", {"state": "wrong", "attempt": waits})
    tab.question.pin.setText(pin)
    probe.click(tab.question.ok)
    probe.until(lambda: tab.question is None, "the end of the question")
    assert probe.last(PhoneSent) == PhoneSent("pay-pin", {"state": "given", "attempt": waits})
    assert pin not in probe.desk.glasses.log.to_jsonl()
    probe.until(lambda: not tab.waiting.isVisible(), "nothing waits any more")


def test_a_pin_too_easy_to_guess_is_refused(open_probe: Open):
    probe = open_probe()
    paid(wallet_of(probe), probe.desk.glasses.device.now())
    tab = pay_of(probe)
    probe.until(lambda: tab.account is not None, "an account")
    tab.ask_new_pin()
    for field in (tab.question.pin, tab.question.again):
        field.setText("123456")
    probe.click(tab.question.ok)
    assert tab.question.wrong.text().startswith("Six digits")
    for field in (tab.question.pin, tab.question.again):
        field.setText("294817")
    probe.click(tab.question.ok)
    probe.until(lambda: tab.account.pin == "ready", "a PIN")


def test_a_limit_can_only_be_lowered(open_probe: Open):
    probe = open_probe()
    paid(wallet_of(probe), probe.desk.glasses.device.now())
    tab = pay_of(probe)
    probe.until(lambda: tab.account is not None, "an account")
    for amount, most in (("100", "20.00 of 100.00"), ("9000", "20.00 of 500.00")):
        tab.ask_limit("D")
        tab.question.amount.setText(amount)
        probe.click(tab.question.ok)
        rows = tab.limits["D"][0]
        probe.until(partial(shows, rows, most), most)


def shows(rows: Rows, figure: str) -> bool:
    """Say whether the first row has this figure."""
    return rows.rows[0].figure == figure


def test_a_wallet_that_cannot_be_read_is_told(open_probe: Open):
    probe = open_probe()
    folder = wallet_of(probe)
    folder.mkdir()
    (folder / "wallet.db").write_bytes(b"this is no database, but it is long enough to look at" * 20)
    os.chmod(folder / "wallet.db", 0o600)
    tab = pay_of(probe)
    probe.until(tab.broken.isVisible, "what is wrong")
    assert "wallet.db" in tab.broken.text()


# --- what is handed over ---

PRODUCT = {
    "name": "Oat milk",
    "name_zh": "燕麦奶",
    "quantity": "500 ml",
    "sample": True,
    "currency": "CNY",
    "mean_fen": 700,
    "lowest_ever_fen": 450,
    "lowest_ever_at": "2026-09-01",
    "stale": False,
    "as_of": "2026-11-24",
    "offers": [
        {"shop": shop, "price_fen": fen, "shipping_fen": 0, "coupon_fen": 0, "total_fen": fen, "at": "2026-11-24"}
        for shop, fen in (("D", 900), ("A", 500), ("C", 800), ("B", 600))
    ],
}


def test_prices_are_listed_by_what_one_pays(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("phone")
    hand_over(probe, "camera", "price-list", product=PRODUCT)
    assert panel.bar.tabText(2) == "Prices •"
    panel.show_tab("prices")
    card = panel.tabs["prices"].cards[0]
    assert [row.title for row in card.rows.rows] == ["A", "B", "C"]
    assert card.rows.rows[0].note == "2026-11-24 · ¥1.00 / 100 ml"
    probe.click(card.more)
    assert [row.title for row in card.rows.rows] == ["A", "B", "C", "D"]
    assert "sample" in [label.text() for label in card.findChildren(QLabel)]
    assert panel.bar.tabText(2) == "Prices"


def test_a_code_to_pay_with_the_phone_is_drawn_so_that_it_reads(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("phone")
    panel.show_tab("inbox")
    link = "alipays://platformapi/startapp?saId=10000007&qrcode=https%3A%2F%2Fqr.alipay.com%2Ffkx01234abcd"
    hand_over(probe, "pay", "pay-on-phone", link=link)
    hand_over(probe, "notes", "memo", text="<b>milk</b>")
    inbox = panel.tabs["inbox"]
    assert [card.box.count() for card in inbox.cards] == [3, 2]
    image = inbox.cards[0].code.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    found, _ = search_still(np.ascontiguousarray(rows[:, : image.width()]))
    assert [one.text for one in found] == [code_in(link)] == ["https://qr.alipay.com/fkx01234abcd"]
    probe.click(inbox.cards[0].copy)
    assert QGuiApplication.clipboard().text() == link
    texts = [label.text() for label in inbox.cards[1].findChildren(QLabel)]
    assert "text: <b>milk</b>" in texts
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in inbox.cards[1].findChildren(QLabel)[-1:])


@pytest.mark.usefixtures("qapp")
def test_a_text_too_long_for_a_code_has_none():
    assert Code("x" * 2_000).side == 0


def test_every_page_says_what_it_is_for_while_it_is_empty(open_probe: Open):
    probe = open_probe()
    panel = probe.panel("phone")
    for name in ("pay", "prices", "inbox"):
        panel.show_tab(name)
        probe.settle()
        assert panel.tabs[name].none.isVisible(), name
        assert len(panel.tabs[name].none.text.text()) > 30
