"""The payment account of the phone (沙箱): bind, limits, PIN, receipts. Everything stands in the wallet's own store."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from emulator.core.actions import PhoneSent, Reply
from emulator.core.events import HandedOver
from emulator.core.log import Record
from emulator.ui.desk import Desk
from emulator.ui.panel import heading, in_sight, tone
from emulator.ui.phone.account import Account, AccountDesk, DayLimit, Receipt
from emulator.ui.phone.dialogs import AmountQuestion, NewPinQuestion, PinQuestion, Question
from emulator.ui.phone.rows import Row, Rows
from emulator.ui.phone.tab import Empty, Tab, button
from emulator.ui.roll import Roll
from emulator.wallet.limits import Risk
from emulator.wallet.money import show_yuan

LOOK_MS = 1_000  # between two looks at the store while the page is in sight
PIN_KIND = "pay-pin"


class PayTab(Tab):
    """One page, from the account to its receipts."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.account: Account | None = None
        self.book: AccountDesk | None = None
        self.question: Question | None = None
        self._trouble, self._attempt = "", 0
        self._looked = False  # the store was read at least once
        self.balance, self.state = QLabel(), QLabel()
        self.balance.setProperty("role", "figure")
        self.state.setWordWrap(True)
        self.bind = button(desk, "phone.pay.unbind", self._on_bind)
        self.waiting = QFrame()
        self.waiting.setProperty("role", "card")
        self.waits = QLabel()
        self.waits.setTextFormat(Qt.TextFormat.PlainText)
        self.waits.setWordWrap(True)
        self.give = button(desk, "phone.pay.give-pin", self.ask_pin)
        self.pin = QLabel()
        self.pin.setWordWrap(True)
        self.set_pin = button(desk, "phone.pay.set-pin", self.ask_new_pin)
        self.above = button(desk, "phone.pay.above.button", self.ask_above, tip="phone.pay.above.tip")
        self.limits: dict[str, tuple[Rows, QPushButton]] = {}
        for risk in ("D", "C", "B", "A"):
            change = button(desk, "phone.pay.change", partial(self.ask_limit, risk), tip="phone.pay.change.tip")
            self.limits[risk] = Rows(desk.look), change
        self.receipts, self.payees = Rows(desk.look), Rows(desk.look)
        self.no_receipts, self.no_payees = QLabel(), QLabel()
        for label, key in ((self.no_receipts, "phone.pay.no-receipts"), (self.no_payees, "phone.pay.no-payees")):
            label.setWordWrap(True)
            tone(label, "faint")
            self.words.bind(label.setText, key)
        self.none = Empty(desk, "phone.pay.none.title", "phone.pay.none")
        self.begin = button(desk, "phone.pay.open", lambda: self._book().open())
        self.broken = QLabel()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_time)
        desk.ended.connect(self._end)
        self._place()

    # --- the log and the store ---

    def attach(self) -> None:
        """Another pair may have another wallet."""
        self._end()
        self.account, self._trouble, self._looked = None, "", False

    def read(self, record: Record) -> None:
        """Look into the store when the glasses did something with it."""
        match record.event:
            case HandedOver(kind="pay-pin") | Reply(engine="sandbox"):
                self._on_time()

    def draw(self) -> None:
        """Show the account, as it was read last."""
        account = self.account
        silent = self._trouble or not self._looked  # another program may hold the store
        page = self.broken_page if silent else self.none_page if account is None else self.page
        self.pages.setCurrentWidget(page)
        wrong = self.words("phone.pay.broken", error=self._trouble)
        self.broken.setText(wrong if self._trouble else self.words("phone.pay.reading"))
        tone(self.broken, "warn" if self._trouble else "faint")
        if self.book is None:
            self._book().look()
        if account is None:
            return
        self.balance.setText(f"¥{show_yuan(account.balance_fen)}")
        self.state.setText(self.words("phone.pay.bound" if account.bound else "phone.pay.unbound"))
        tone(self.state, "dim" if account.bound else "warn")
        self.bind.setText(self.words("phone.pay.unbind" if account.bound else "phone.pay.bind"))
        self._draw_pin(account)
        for limit in account.limits:
            self.limits[limit.risk][0].show_rows([self._limit(limit)])
        self.receipts.show_rows([self._receipt(receipt) for receipt in account.receipts])
        rows = [
            Row(who.name, f"¥{show_yuan(who.sum_fen)}", self.words("phone.pay.times", n=who.times))
            for who in account.payees
        ]
        self.payees.show_rows(rows)
        self.no_receipts.setVisible(not account.receipts)
        self.no_payees.setVisible(not rows)

    def _draw_pin(self, account: Account) -> None:
        waiting = account.waiting
        self.waiting.setVisible(waiting is not None)
        if waiting is not None:
            amount = show_yuan(waiting.amount_fen)
            self.waits.setText(self.words("phone.pay.waiting", payee=waiting.payee, amount=amount))
            self.give.setEnabled(account.pin == "ready")
        self.pin.setText(self.words(f"phone.pay.pin.{account.pin}"))
        tone(self.pin, {"ready": "dim", "unset": "dim", "locked": "bad"}[account.pin])
        self.set_pin.setText(self.words("phone.pay.set-pin" if account.pin == "unset" else "phone.pay.change-pin"))
        self.set_pin.setEnabled(account.pin != "locked")
        self.above.setText(self.words("phone.pay.above", amount=show_yuan(account.pin_above_fen)))

    def _limit(self, limit: DayLimit) -> Row:
        title = self.words(f"phone.pay.class.{limit.risk}")
        note = self.words("phone.pay.own") if limit.own else self.words("phone.pay.rule")
        if limit.most_fen is None or limit.left_fen is None:
            return Row(title, self.words("phone.pay.unlimited"), note)
        used_fen = limit.most_fen - limit.left_fen
        figure = self.words("phone.pay.used", used=show_yuan(used_fen), most=show_yuan(limit.most_fen))
        return Row(title, figure, note, share=used_fen / limit.most_fen if limit.most_fen else 1.0)

    def _receipt(self, receipt: Receipt) -> Row:
        note = " · ".join(part for part in (receipt.at[5:16], receipt.subject) if part)
        return Row(receipt.payee, f"−¥{show_yuan(receipt.amount_fen)}", note, self.words("phone.sandbox"))

    def _book(self) -> AccountDesk:
        if self.book is None:
            glasses = self.desk.glasses
            self.book = AccountDesk(glasses.surroundings.data / "wallet", glasses.device.now)
            self.book.read.connect(self._on_read)
            self.book.failed.connect(self._on_failed)
            self.book.answered.connect(self._on_answered)
        return self.book

    def _on_read(self, account: Account | None) -> None:
        if account != self.account or self._trouble or not self._looked:
            self.account, self._trouble, self._looked = account, "", True
            self.draw()

    def _on_failed(self, why: str) -> None:
        if self._trouble != why:
            self._trouble = why
            self.draw()

    def _on_time(self) -> None:
        if in_sight(self):
            self._book().look()

    def showEvent(self, event: QShowEvent) -> None:
        """Look now, and from time to time."""
        super().showEvent(event)
        self._on_time()
        self._timer.start(LOOK_MS)

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest."""
        super().hideEvent(event)
        self._timer.stop()

    def _end(self) -> None:
        if self.book is not None:
            self.book.stop()
            self.book.blockSignals(True)
            self.book = None

    # --- hands ---

    def _on_bind(self) -> None:
        if self.account is not None:
            self._book().bind(not self.account.bound)

    def ask_pin(self) -> None:
        """Ask for the PIN that a payment waits for."""
        if self.account is None or self.account.waiting is None:
            return
        waiting = self.account.waiting
        self._attempt = waiting.attempt
        text = self.words("phone.pay.waiting", payee=waiting.payee, amount=show_yuan(waiting.amount_fen))
        title = self.words("phone.pay.give-pin")
        self._ask(PinQuestion(self, self.words, title, text, lambda pin: self._book().give_pin(pin, waiting.attempt)))

    def ask_new_pin(self) -> None:
        """Ask for a new PIN."""
        if self.account is not None:
            old = self.account.pin != "unset"
            title = self.words("phone.pay.change-pin" if old else "phone.pay.set-pin")
            self._ask(NewPinQuestion(self, self.words, title, self._book().set_pin, old=old))

    def ask_above(self) -> None:
        """Ask above what the PIN is wanted."""
        if self.account is not None:
            title, text = self.words("phone.pay.above.button"), self.words("phone.pay.above.tip")
            now_fen = self.account.pin_above_fen
            self._ask(
                AmountQuestion(
                    self, self.words, title, text, now_fen, lambda fen: self._book().want_pin_above(fen or 0)
                )
            )

    def ask_limit(self, risk: Risk) -> None:
        """Ask for an own limit of a class."""
        if self.account is not None:
            title = self.words(f"phone.pay.class.{risk}")
            limit = next(limit for limit in self.account.limits if limit.risk == risk)
            now_fen = limit.most_fen if limit.own else None
            text = self.words("phone.pay.change.tip")
            self._ask(AmountQuestion(self, self.words, title, text, now_fen, lambda fen: self._book().limit(risk, fen)))

    def _ask(self, question: Question) -> None:
        self.question = question
        question.finished.connect(self._forget_question)
        question.open()

    def _forget_question(self) -> None:
        self.question = None

    def _on_answered(self, what: str, code: str) -> None:
        """Tell how a wish went: a dialog that waits for it, and glasses that wait for a PIN."""
        if what == "pin-given":
            state = {"": "given", "pin-wrong": "wrong", "pin-locked": "locked"}.get(code, "wrong")
            self.desk.do(PhoneSent(PIN_KIND, {"state": state, "attempt": self._attempt}))
        elif what == "bind" and not code:
            self.desk.do(PhoneSent("pay-account", {}))
        if self.question is None or what not in ("pin-given", "pin-set"):
            return
        if code:
            self.question.refuse(self.words.known("phone.pin", code))
        else:
            self.question.accept()

    def _place(self) -> None:
        self.pages = QStackedWidget()
        self.page, self.none_page, self.broken_page = Roll(self._filled()), QWidget(), QWidget()
        empty = QVBoxLayout(self.none_page)
        empty.addWidget(self.none, 2)
        empty.addWidget(self.begin, 0, Qt.AlignmentFlag.AlignHCenter)
        empty.addStretch(1)
        self.broken.setWordWrap(True)
        self.broken.setTextFormat(Qt.TextFormat.PlainText)
        self.broken.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        wrong = QVBoxLayout(self.broken_page)
        wrong.addStretch(1)
        wrong.addWidget(self.broken)
        wrong.addStretch(2)
        for page in (self.page, self.none_page, self.broken_page):
            self.pages.addWidget(page)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.pages)

    def _filled(self) -> QWidget:
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(0, 0, 6, 0)
        box.setSpacing(6)
        box.addWidget(self.waiting)
        box.addWidget(self._card())
        row = QHBoxLayout(self.waiting)
        row.addWidget(self.waits, 1)
        row.addWidget(self.give)
        box.addWidget(heading(self.desk, "phone.pay.pin"))
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.set_pin)
        row.addWidget(self.above)
        row.addStretch(1)
        box.addWidget(self.pin)
        box.addLayout(row)
        box.addWidget(heading(self.desk, "phone.pay.limits"))
        for rows, change in self.limits.values():
            row = QHBoxLayout()
            row.setSpacing(10)
            change.setProperty("role", "stop")
            row.addWidget(rows, 1)
            row.addWidget(change)
            box.addLayout(row)
        for title, none, rows in (
            ("phone.pay.receipts", self.no_receipts, self.receipts),
            ("phone.pay.payees", self.no_payees, self.payees),
        ):
            box.addWidget(heading(self.desk, title))
            box.addWidget(none)
            box.addWidget(rows)
        box.addStretch(1)
        return page

    def _card(self) -> QFrame:
        """Return the account: whose, how much, and whether the glasses may use it."""
        card = QFrame()
        card.setProperty("role", "card")
        name, label = QLabel(), QLabel()
        self.words.bind(name.setText, "phone.pay.account")
        self.words.bind(label.setText, "phone.sandbox")
        self.words.bind(label.setToolTip, "phone.sandbox.tip")
        label.setProperty("role", "tag")
        top, bottom = QHBoxLayout(), QHBoxLayout()
        top.addWidget(name)
        top.addWidget(label)
        top.addStretch(1)
        bottom.addWidget(self.balance)
        bottom.addStretch(1)
        bottom.addWidget(self.bind)
        self.bind.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        box = QVBoxLayout(card)
        box.setContentsMargins(12, 10, 12, 10)
        box.setSpacing(4)
        box.addLayout(top)
        box.addLayout(bottom)
        box.addWidget(self.state)
        return card
