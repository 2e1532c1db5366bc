"""The shop: its codes are held before the camera, and what it shows as paid is what the ledger says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from emulator.core.actions import Say, Show
from emulator.core.events import HudShown
from emulator.ui.panels.shop import ShopPanel
from emulator.ui.qr_view import QrView
from emulator.vision.passes import PASSES, search, to_grey
from emulator.wallet.sandbox import START_FEN, Sandbox
from tests.gui.desk_probe import Probe

pytestmark = pytest.mark.gui

Open = Callable[..., Probe]


@pytest.fixture
def probe(open_probe: Open, tmp_path: Path) -> Probe:
    return open_probe(data=tmp_path / "stores")


def opened(probe: Probe):
    panel = probe.panel("shop")
    probe.until(lambda: len(panel.orders) >= 5, "the samples")
    return panel


def balance(probe: Probe) -> int:
    box = Sandbox(probe.desk.glasses.surroundings.data / "wallet", lambda: datetime.now(UTC), recover=False)
    found = box.ledger.balance_fen()
    box.__exit__(None, None, None)
    return found


def pay(probe: Probe, panel: ShopPanel, words: str) -> None:
    """Say so, hold the code up, and tap once the card is there; the wallet answers in wall time, so virtual time goes on in steps."""

    def shown(screen: str) -> bool:
        probe.run_for(100)
        return any(event.screen == screen for event in probe.events(HudShown))

    probe.desk.do(Say(words))
    probe.until(lambda: shown("pay-scan"), "the reticle", within_s=20)
    probe.click(panel.hold)
    assert probe.last(Show).content == panel.qr.text
    probe.until(lambda: shown("pay-card"), "the card", within_s=20)
    probe.run_for(1_000)
    probe.desk.glasses.gesture("temple", "tap")
    probe.until(lambda: shown("pay-result"), "the result", within_s=20)


def test_it_opens_behind_another_tab_and_is_labelled_as_sandbox(probe: Probe):
    assert probe.window.panel("shop").visibleRegion().isEmpty()
    assert not (probe.desk.glasses.surroundings.data / "wallet").exists()  # nothing is opened that nobody looks at
    panel = opened(probe)
    assert panel.label.text() == "SANDBOX"
    assert panel.list.entry is None or panel.list.entry.number == ""
    assert panel.qr.text.startswith("https://qr.alipay.com/fkx")


def test_the_code_on_the_screen_can_be_read(probe: Probe):
    panel = opened(probe)
    image = panel.qr.grab().toImage().convertToFormat(image_format())
    grey = to_grey(pixels(image))
    assert {code.text for by in PASSES for code in search(grey, by).codes} == {panel.qr.text}


def test_an_order_is_made_held_up_paid_by_the_glasses_and_given_back(probe: Probe):
    panel = opened(probe)
    panel.price.setText("12.5")
    panel.subject.setText("咖啡")
    probe.click(panel.make)
    probe.until(lambda: panel.list.entry is not None and panel.list.entry.title == "咖啡", "the order")
    assert panel.state.text() == "new"
    assert not panel.refund.isEnabled()
    pay(probe, panel, "扫码支付")
    probe.until(lambda: panel.state.text() == "paid", "the payment")
    assert balance(probe) == START_FEN - 1_250
    assert panel.qr.text == ""  # nothing to hold up any more
    probe.click(panel.refund)
    probe.until(lambda: panel.state.text() == "refunded", "the refund")
    assert balance(probe) == START_FEN


@pytest.mark.parametrize("text", ["", "0", "12.345", "abc", "-1"])
def test_what_is_no_amount_makes_no_order(probe: Probe, text: str):
    panel = opened(probe)
    panel.price.setText(text)
    probe.click(panel.make)
    assert "0.01" in panel.line.text()
    assert len(panel.orders) == 5


def test_a_wallet_that_cannot_be_used_is_told_in_a_line(open_probe: Open, tmp_path: Path):
    (tmp_path / "stores" / "wallet").mkdir(parents=True)
    (tmp_path / "stores" / "wallet" / "wallet.db").write_text("not a database, but long enough for one" * 40)
    probe = open_probe(data=tmp_path / "stores")
    panel = probe.panel("shop")
    probe.until(lambda: "cannot be used" in panel.line.text(), "the reason")
    assert not panel.hold.isEnabled()


@pytest.fixture
def vendor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Another gateway that speaks the vendor's protocol, and the keys for it."""
    with Sandbox(tmp_path / "vendor", lambda: datetime.now(UTC)) as box:
        monkeypatch.setenv("GLASSES_ALIPAY_APP_ID", box.account.app_id)
        monkeypatch.setenv("GLASSES_ALIPAY_APP_KEY", box.account.app_pem.decode())
        monkeypatch.setenv("GLASSES_ALIPAY_PUBLIC_KEY", box.account.platform_public_pem.decode())
        monkeypatch.setenv("GLASSES_ALIPAY_GATEWAY", box.account.url)
        yield box


def test_with_keys_an_order_is_made_at_the_vendor_s_sandbox_and_followed(
    open_probe: Open, tmp_path: Path, vendor: Sandbox
):
    probe = open_probe(data=tmp_path / "stores", live=True)
    panel = opened(probe)
    assert panel.vendor.isVisible()
    panel.vendor.setChecked(True)
    panel.price.setText("3")
    probe.click(panel.make)
    probe.until(lambda: panel.qr.text.startswith("https://qr.alipay.com/bax"), "the code")
    assert panel.label.text() == "LIVE"
    vendor.cashier.pay(vendor.cashier.resolve(panel.qr.text), "k1")
    panel._ask_vendor()
    probe.until(lambda: panel.state.text() == "paid", "the payment")


def image_format():
    from PySide6.QtGui import QImage

    return QImage.Format.Format_BGR888


def pixels(image):
    import numpy as np

    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


def test_no_text_is_no_code(probe: Probe):
    view = QrView()
    view.setParent(probe.window)
    view.show_text("")
    assert view.accessibleDescription() == ""
