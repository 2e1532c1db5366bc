"""The phone: its map is moved and searched, its pages read what the glasses hand over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, QPoint, QPointF, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from emulator.core.actions import Locate, LosePosition
from emulator.core.events import HandedOver
from emulator.maps.street_map import ATTRIBUTION, ATTRIBUTION_URL
from emulator.ui.keys import takes
from emulator.ui.phone.inbox_tab import code_in
from emulator.ui.qr_view import QrView
from emulator.vision.still_search import search_still
from tests.gui.desk_probe import Probe
from tests.gui.phone_pages import KAIVOKATU, map_of

pytestmark = pytest.mark.gui

Open = Callable[..., Probe]
FRAME_MS = 8.0


@pytest.fixture(scope="module")
def shared(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Probe]:
    """One window for all tests that only look at it or move the map."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("phone")
        patch.setenv("HOME", str(home))
        patch.delenv("GLASSES_DATA", raising=False)
        probe = Probe(qapp, home)
        yield probe
        probe.close()


def hand_over(probe: Probe, app: str, kind: str, **data: Any) -> None:
    """Let an app hand something over."""
    probe.desk.glasses.log.emit(HandedOver(app, kind, data), app)
    probe.settle()


def test_every_page_says_what_it_is_for_while_it_is_empty(shared: Probe):
    probe = shared
    panel = probe.panel("phone")
    for name in ("pay", "prices", "inbox"):
        panel.show_tab(name)
        probe.until(panel.tabs[name].none.isVisible, name)
        assert len(panel.tabs[name].none.text.text()) > 30


def test_a_mistyped_street_is_found_and_chosen_with_the_keys(shared: Probe):
    probe = shared
    tab = map_of(probe)
    tab.search.clear()
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


def test_what_is_nowhere_is_told(shared: Probe):
    probe = shared
    tab = map_of(probe)
    tab.search.clear()
    probe.write(tab.search, "qqqqzzzz")
    probe.until(tab.search.results.isVisible, "an answer")
    assert "qqqqzzzz" in tab.search.results.item(0).text()
    QTest.keyClick(tab.search, Qt.Key.Key_Return)
    assert tab.search.results.isVisible()
    tab.search.fold()


def test_dragging_moves_the_map_and_chooses_nothing(shared: Probe):
    probe = shared
    tab = map_of(probe)
    view = tab.view
    asked: list[object] = []
    view.picked.connect(lambda *at: asked.append(at))
    middle = view.rect().center()
    before = view.point_at(QPointF(middle))
    QTest.mousePress(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
    QTest.mouseMove(view, middle + QPoint(40, 0))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle + QPoint(40, 0))
    assert view.place(before).x() == pytest.approx(middle.x() + 40, abs=1)
    assert not asked


def test_the_wheel_zooms_at_the_cursor(shared: Probe):
    probe = shared
    view = map_of(probe).view
    at = QPointF(60, 40)
    before, scale = view.point_at(at), view.px_per_m
    up = (QPoint(0, 0), QPoint(0, 240), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier)
    view.wheelEvent(QWheelEvent(at, view.mapToGlobal(at), *up, Qt.ScrollPhase.NoScrollPhase, False))
    assert view.px_per_m > 1.3 * scale
    assert (view.place(before) - at).manhattanLength() < 2


def test_the_map_takes_the_keys_that_move_it(shared: Probe):
    probe = shared
    view = map_of(probe).view
    view.setFocus()
    scale, x = view.px_per_m, view.point_at(QPointF(0, 0)).lon
    assert takes(view, Qt.Key.Key_Right)
    assert not takes(view, Qt.Key.Key_Space)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.point_at(QPointF(0, 0)).lon > x
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.px_per_m > scale


def test_a_frame_of_a_moving_map_takes_less_than_8_ms(shared: Probe):
    probe = shared
    view = map_of(probe).view
    view.go_to(KAIVOKATU, px_per_m=1.6)
    taken = []
    for step in range(60):
        view.pan(7, 3 if step % 2 else -2)
        probe.app.processEvents()
        taken.append(view.paint_ms)
    assert sorted(taken)[len(taken) // 2] < FRAME_MS


def test_a_hidden_map_rests(shared: Probe):
    probe = shared
    panel, view = probe.panel("phone"), map_of(probe).view
    panel.show_tab("inbox")
    probe.app.processEvents()
    view.paint_ms = -1.0
    probe.desk.do(Locate(KAIVOKATU.lat, KAIVOKATU.lon))
    probe.settle()
    view.go_to(KAIVOKATU, px_per_m=3.0)
    probe.app.processEvents()
    assert view.paint_ms == -1.0


def test_the_copyright_is_always_there_and_leads_to_its_page(shared: Probe):
    probe = shared
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


def test_the_line_below_tells_position_and_loss(shared: Probe):
    probe = shared
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


def test_prices_are_listed_by_what_one_pays(shared: Probe):
    probe = shared
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


def test_a_code_to_pay_with_the_phone_is_drawn_so_that_it_reads(shared: Probe):
    probe = shared
    panel = probe.panel("phone")
    panel.show_tab("inbox")
    link = "alipays://platformapi/startapp?saId=10000007&qrcode=https%3A%2F%2Fqr.alipay.com%2Ffkx01234abcd"
    hand_over(probe, "pay", "pay-on-phone", link=link)
    hand_over(probe, "notes", "memo", text="<b>milk</b>")
    inbox = panel.tabs["inbox"]
    pay, memo = inbox.cards[-2:]
    image = pay.code.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    found, _ = search_still(np.ascontiguousarray(rows[:, : image.width()]))
    assert [one.text for one in found] == [code_in(link)] == ["https://qr.alipay.com/fkx01234abcd"]
    probe.click(pay.copy)
    assert QGuiApplication.clipboard().text() == link
    texts = [label.text() for label in memo.findChildren(QLabel)]
    assert "text: <b>milk</b>" in texts
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in memo.findChildren(QLabel)[-1:])


@pytest.mark.usefixtures("qapp")
def test_a_text_too_long_for_a_code_has_none():
    assert QrView("x" * 2_000).side == 0
