"""Shop: the sandbox merchant (沙箱), whose codes are held before the camera and whose orders the ledger tells of."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QVBoxLayout

from emulator.core.actions import Reply, Show
from emulator.core.log import Record
from emulator.live.bridge import Outcome
from emulator.live.errors import ServiceError
from emulator.live.secrets import read_secret, redact
from emulator.services.pay import SERVICE, ShopQuery, ShopRefund
from emulator.services.pay import ShopOrder as MakeOrder
from emulator.ui.desk import Desk
from emulator.ui.panel import Card, Panel, in_sight, tone
from emulator.ui.qr_view import QrView
from emulator.ui.shop_desk import ShopDesk
from emulator.ui.shop_list import Entry, ShopList
from emulator.wallet.money import parse_fen, show_yuan
from emulator.wallet.orders import ShopOrder

HOLD_MS = 6_000  # it is read in one, and a code behind the card makes that hard to read
FIELD_PX = 56
LIST_PX = 64  # a few orders; the rest scrolls
LOOK_MS = 1_000
VENDOR_MS = 5_000  # between two questions for an order that waits (services.md, 2.2)
STATES = {"TRADE_SUCCESS": "paid", "TRADE_FINISHED": "paid", "TRADE_CLOSED": "closed", "WAIT_BUYER_PAY": "waiting"}


class ShopPanel(Panel):
    """A code, large; a form for a new one; the orders."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.shop: ShopDesk | None = None
        self.static, self.orders = "", list[ShopOrder]()
        self.vendors: dict[str, Entry] = {}  # orders at the vendor's sandbox, by number
        self._count, self._trouble = 0, ""
        self.qr, self.title, self.amount, self.state, self.line = QrView(), QLabel(), QLabel(), QLabel(), QLabel()
        self.amount.setProperty("role", "figure")
        self.label = QLabel()
        self.label.setProperty("role", "tag")
        self.hold, self.refund, self.make = QPushButton(), QPushButton(), QPushButton()
        self.price, self.subject, self.vendor = QLineEdit(), QLineEdit(), QCheckBox()
        self.list = ShopList(desk)
        for button, key, act in (
            (self.hold, "hold", self.hold_up),
            (self.refund, "refund", self.give_back),
            (self.make, "make", self.make_order),
        ):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, act=act: act())
            self.words.bind(button.setText, f"shop.{key}")
            self.words.bind(button.setToolTip, f"shop.{key}.tip")
        self.price.setPlaceholderText("¥ 0.00")
        self.words.bind(self.price.setAccessibleName, "shop.amount")
        self.words.bind(self.subject.setPlaceholderText, "shop.subject")
        self.words.bind(self.vendor.setText, "shop.vendor")
        self.words.bind(self.vendor.setToolTip, "shop.vendor.tip")
        self.price.returnPressed.connect(self.make_order)
        self.subject.returnPressed.connect(self.make_order)
        self.list.chosen.connect(lambda _: self.draw())
        self._timer, self._vendor_timer = QTimer(self), QTimer(self)
        self._timer.timeout.connect(self._look)
        self._vendor_timer.timeout.connect(self._ask_vendor)
        desk.ended.connect(self._end)
        self._place()
        self.draw()

    # --- the log and the store ---

    def attach(self) -> None:
        """Another pair may have another wallet."""
        self._end()
        self.orders, self.vendors, self._trouble = [], {}, ""
        self._look()

    def read(self, record: Record) -> None:
        """Look at the orders when the glasses did something with them."""
        if isinstance(record.event, Reply) and record.event.engine == "sandbox":
            self._look()

    def showEvent(self, event: QShowEvent) -> None:
        """Open the shop, and look from time to time."""
        super().showEvent(event)
        self._look()
        self._timer.start(LOOK_MS)
        self._vendor_timer.start(VENDOR_MS)

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest."""
        super().hideEvent(event)
        self._timer.stop()
        self._vendor_timer.stop()

    def draw(self) -> None:
        """Show the chosen code, and the list."""
        words = self.words
        static = Entry("", words("shop.static"), words("shop.static.note"), self.static, "")
        entries = [static, *self.vendors.values()]
        entries += [Entry(o.number, o.subject, f"¥{show_yuan(o.amount_fen)}", o.code, o.state) for o in self.orders]
        self.list.show_entries(entries)
        entry = self.list.entry or static
        self.qr.show_text(entry.code if entry.state not in ("paid", "refunded", "closed") else "")
        self.title.setText(entry.title)
        self.amount.setText(entry.amount if entry.number else "¥ –")
        self.state.setText(words(f"shop.state.{entry.state}") if entry.state else words("shop.static.note"))
        tone(self.state, {"paid": "accent", "closed": "faint"}.get(entry.state, "dim"))
        half = "live" if entry.number in self.vendors else "sandbox"
        self.label.setText(words(f"shop.{half}"))
        self.label.setToolTip(words(f"shop.{half}.tip"))
        self.hold.setEnabled(bool(self.qr.text))
        self.refund.setEnabled(entry.state == "paid")
        line = (
            words("shop.broken", error=self._trouble) if self._trouble else "" if self.static else words("shop.opening")
        )
        self._say(line)

    # --- hands ---

    def hold_up(self) -> None:
        """Hold the code before the camera of the glasses."""
        if self.qr.text:
            self.desk.do(Show("qr", self.qr.text, "centre", HOLD_MS))

    def make_order(self) -> None:
        """Make a code for the amount in the form."""
        try:
            fen = parse_fen(self.price.text().strip())
        except ValueError:
            self._say(self.words("shop.bad-amount"))
            self.price.setFocus()
            return
        self._count += 1
        number = f"shop {self.desk.glasses.device.now():%Y%m%d %H%M%S} {self._count}"
        subject = self.subject.text().strip() or self.words("shop")
        if self.vendor.isVisible() and self.vendor.isChecked():
            self._shop().ask_vendor(MakeOrder(number, fen, subject), self._secrets())
            self.vendors[number] = Entry(number, subject, f"¥{show_yuan(fen)}", "", "new")
        else:
            self._shop().make(number, fen, subject)
        self.price.clear()
        self.subject.clear()

    def give_back(self) -> None:
        """Give back all of the chosen order."""
        entry = self.list.entry
        if entry is None or entry.state != "paid":
            return
        fen = parse_fen(entry.amount.removeprefix("¥"))
        if entry.number in self.vendors:
            self._shop().ask_vendor(ShopRefund(entry.number, fen), self._secrets())
        else:
            self._shop().refund(entry.number, fen)

    # --- the shop ---

    def _shop(self) -> ShopDesk:
        if self.shop is None:
            glasses = self.desk.glasses
            self.shop = ShopDesk(glasses.surroundings.data / "wallet", glasses.device.now)
            self.shop.listed.connect(self._on_listed)
            self.shop.failed.connect(self._on_failed)
            self.shop.made.connect(self.list.choose)
            self.shop.vendor.connect(self._on_vendor)
        return self.shop

    def _look(self) -> None:
        if not in_sight(self):
            return  # behind another tab nothing is opened
        known = all(secret.optional or read_secret(secret.name) for secret in SERVICE.secrets)
        self.vendor.setVisible(known and self.desk.glasses.calls.live)
        self._shop().look()

    def _on_listed(self, static: str, orders: list[ShopOrder]) -> None:
        if (static, orders, "") != (self.static, self.orders, self._trouble):
            self.static, self.orders, self._trouble = static, orders, ""
            self.draw()

    def _on_failed(self, why: str) -> None:
        self._trouble = why
        self.draw()

    def _on_vendor(self, request: object, outcome: Outcome) -> None:
        if isinstance(outcome, ServiceError):
            if outcome.kind != "not-found":  # until somebody has scanned it
                self._on_failed(redact(str(outcome)))
            return
        entry = self.vendors.get(str(outcome["number"]))
        if entry is None:
            return
        code, state = str(outcome.get("code", entry.code)), entry.state
        if isinstance(request, ShopQuery):
            state = STATES.get(str(outcome["status"]), state)
        if isinstance(request, ShopRefund):
            state = "refunded"
        self.vendors[entry.number] = entry._replace(code=code, state=state)
        self._trouble = ""
        self.draw()
        if isinstance(request, MakeOrder):
            self.list.choose(entry.number)

    def _ask_vendor(self) -> None:
        for entry in self.vendors.values():
            if entry.code and entry.state in ("new", "waiting"):
                self._shop().ask_vendor(ShopQuery(entry.number), self._secrets())

    def _secrets(self) -> dict[str, str]:
        found = {secret.name: read_secret(secret.name) for secret in SERVICE.secrets}
        return {name: value for name, value in found.items() if value is not None}

    def _end(self) -> None:
        if self.shop is not None:
            self.shop.blockSignals(True)
            self.shop.stop()
            self.shop = None

    def _say(self, line: str) -> None:
        self.line.setText(line)
        self.line.setVisible(bool(line))
        tone(self.line, "faint" if line == self.words("shop.opening") else "warn")

    def _place(self) -> None:
        form = QHBoxLayout()
        for field in (self.price, self.subject):
            field.setMinimumWidth(FIELD_PX)
        form.addWidget(self.price, 2)
        form.addWidget(self.subject, 3)
        form.addWidget(self.make)
        self.list.setMinimumHeight(LIST_PX)
        self.line.setWordWrap(True)
        self.line.setTextFormat(Qt.TextFormat.PlainText)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 4, 12, 10)
        whole.setSpacing(6)
        whole.addWidget(self._card())
        whole.addLayout(form)
        whole.addWidget(self.vendor)
        whole.addWidget(self.line)
        whole.addWidget(self.list, 1)

    def _card(self) -> QFrame:
        """Return the chosen code, large, with what can be done with it."""
        card, told = QFrame(), QVBoxLayout()
        card.setProperty("role", "card")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        for label in (self.title, self.state):  # what is long is cut, and no reason for a wider window
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        rows = ((self.title, self.label), (self.amount, self.state), (self.hold, self.refund))
        for left, right in rows:
            row = QHBoxLayout()
            row.setSpacing(8)
            row.addWidget(left, 1 if left is self.title else 0)
            row.addWidget(right, 1 if right is self.state else 0, Qt.AlignmentFlag.AlignVCenter)
            if left is self.hold:
                row.addStretch(1)
            told.addLayout(row)
        told.setSpacing(4)
        box = QHBoxLayout(card)
        box.setContentsMargins(8, 8, 8, 8)
        box.setSpacing(12)
        box.addWidget(self.qr)
        box.addLayout(told, 1)
        return card


PANEL = Card("shop", "right", 4, ShopPanel, tab=1)
