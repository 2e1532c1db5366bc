"""The payment account on the phone: its store is beside the session, and a PIN is in neither."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit

from emulator.core.actions import PhoneSent
from emulator.core.events import HandedOver
from emulator.ui.panel import in_sight
from emulator.ui.phone.rows import Rows
from emulator.wallet.sandbox import Sandbox
from tests.gui.desk_probe import Probe

pytestmark = pytest.mark.gui

Open = Callable[..., Probe]


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
    probe.until(tab.none.isVisible, "nothing yet")
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
    assert tab.payees.rows[0].note == "1×"


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
    probe.until(lambda: "wallet.db" in tab.broken.text(), "what is wrong")
    assert tab.broken.isVisible()


def test_the_phone_comes_forward_when_the_glasses_wait_for_the_pin(open_probe: Open):
    probe = open_probe()
    panel: Any = probe.window.panel("phone")
    assert panel.front == "map"
    event = HandedOver("pay", "pay-pin", {"attempt": 1, "payee": "A shop", "amount": "300.00"})
    probe.desk.glasses.log.emit(event, "pay")
    probe.settle()
    probe.app.processEvents()
    assert panel.front == "pay"
    assert in_sight(panel)
