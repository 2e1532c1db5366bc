"""Everything the glasses handed over to the phone, the newest first; a code to pay with the phone is drawn again."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QVBoxLayout

from emulator.core.events import HandedOver
from emulator.core.log import Record
from emulator.ui.desk import Desk
from emulator.ui.panel import tone
from emulator.ui.phone.card_list import CardList
from emulator.ui.phone.product import products_in, summary
from emulator.ui.phone.tab import Tab, app_name, button, time_of
from emulator.ui.qr_view import QrView
from emulator.ui.widgets import Line

MOST = 60  # kept; older ones are in the log
MOST_TEXT = 400


class InboxTab(Tab):
    """Cards, one for each thing."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.records: list[Record] = []
        self.cards: list[Card] = []
        self._shown: list[Record] = []
        self._language = ""
        self.list = CardList(desk, "phone.inbox.none.title", "phone.inbox.none")
        self.none = self.list.none
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.list)

    def attach(self) -> None:
        """Another pair has handed over nothing."""
        self.records.clear()

    def read(self, record: Record) -> None:
        """Keep what is handed over."""
        if isinstance(record.event, HandedOver):
            self.records = [*self.records, record][-MOST:]

    def draw(self) -> None:
        """Make the cards of what is new."""
        self.list.show_any(bool(self.records))
        if self._language != self.words.language or self._shown != self.records[: len(self._shown)]:
            self.list.drop(self.cards)
            self.cards, self._shown = [], []
        self._language = self.words.language
        for record in self.records[len(self._shown) :]:
            card = Card(self.desk, record)
            self.cards.append(card)
            self.list.put(card, 0)
        self._shown = list(self.records)


class Card(QFrame):
    """One thing: when, from which app, what."""

    def __init__(self, desk: Desk, record: Record) -> None:
        super().__init__()
        assert isinstance(record.event, HandedOver)  # the tab keeps no other
        self._desk, words, event = desk, desk.texts, record.event
        self.setProperty("role", "card")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        title, when = Line(), QLabel(time_of(desk, record.t_ns))
        title.setText(f"{app_name(event.app, words.language)} · {words.known('phone.kind', event.kind)}")
        tone(when, "faint")
        top = QHBoxLayout()
        top.addWidget(title, 1)
        top.addWidget(when)
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(12, 8, 12, 10)
        self.box.setSpacing(6)
        self.box.addLayout(top)
        link = event.data.get("link")
        if isinstance(link, str) and link:
            self._add_link(link)
        else:
            self._add_text(told(event.data, event.kind, desk))

    def _add_text(self, text: str) -> None:
        label = QLabel(text)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        tone(label, "dim")
        self.box.addWidget(label)

    def _add_link(self, link: str) -> None:
        """Show the code that was scanned, and the link that leads the phone's own wallet to it."""
        words = self._desk.texts
        self.code = QrView(code_in(link))
        self.code.setVisible(bool(self.code.side))
        hint = QLabel(words("phone.inbox.scan"))
        hint.setWordWrap(True)
        tone(hint, "dim")
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.code)
        row.addWidget(hint, 1)
        self.link = QLineEdit(link)
        self.link.setReadOnly(True)
        self.link.setCursorPosition(0)
        self.link.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.link.setAccessibleName(words("phone.inbox.link"))
        self.copy = button(self._desk, "phone.inbox.copy", self._copy)
        below = QHBoxLayout()
        below.setSpacing(6)
        below.addWidget(self.link, 1)
        below.addWidget(self.copy)
        self.box.addLayout(row)
        self.box.addLayout(below)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.link.text())
        self._desk.info(self._desk.texts("phone.inbox.copied"))


def code_in(link: str) -> str:
    """Return the code that an Alipay link carries, or the link itself (services.md, 2.1).

    >>> code_in("alipays://platformapi/startapp?saId=10000007&qrcode=https%3A%2F%2Fqr.alipay.com%2Ffkx1")
    'https://qr.alipay.com/fkx1'
    """
    found = parse_qs(urlsplit(link).query).get("qrcode")
    return found[0] if found else link


def told(data: dict[str, Any], kind: str, desk: Desk) -> str:
    """Return what was handed over, in words where the kind is known."""
    words = desk.texts
    if kind == "pay-pin":
        return words("phone.pay.waiting", payee=data.get("payee", "?"), amount=data.get("amount", "?"))
    products = list(products_in(data)) if kind == "price-list" else []
    if products:
        return "\n".join(words("phone.inbox.product", **summary(product, words.language)) for product in products)
    lines = [f"{name}: {_short(value)}" for name, value in data.items() if value not in ("", None, [], {})]
    return "\n".join(lines)[:MOST_TEXT]


def _short(value: Any) -> str:
    match value:
        case list():
            return ", ".join(_short(item) for item in value[:4]) + (" …" if len(value) > 4 else "")
        case dict():
            return ", ".join(str(item) for item in value.values() if isinstance(item, str | int | float))
    return str(value)
