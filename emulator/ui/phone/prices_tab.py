"""The price lists that the glasses handed over: each product with its offers, what one pays least first."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout

from emulator.core.events import HandedOver
from emulator.core.log import Record
from emulator.ui.desk import Desk
from emulator.ui.panel import tone
from emulator.ui.phone.card_list import CardList
from emulator.ui.phone.product import link_of, offers_in, products_in, quantity_of, sign_of, title_of
from emulator.ui.phone.rows import Row, Rows
from emulator.ui.phone.tab import Tab, button, time_of
from emulator.ui.widgets import Line
from emulator.wallet.money import show_yuan

KIND = "price-list"
MOST, FIRST = 20, 3  # lists kept; offers in sight before more is asked for


class PricesTab(Tab):
    """A card for each product, the newest list first."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.records: list[Record] = []
        self.cards: list[ProductCard] = []
        self._shown: list[Record] = []
        self._language = ""
        self.list = CardList(desk, "phone.prices.none.title", "phone.prices.none")
        self.none = self.list.none
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.list)

    def attach(self) -> None:
        """Another pair has looked at nothing."""
        self.records = []

    def read(self, record: Record) -> None:
        """Keep the price lists."""
        if isinstance(record.event, HandedOver) and record.event.kind == KIND:
            self.records = [*self.records, record][-MOST:]

    def draw(self) -> None:
        """Make the cards anew where lists have come."""
        self.list.show_any(bool(self.records))
        if self._shown == self.records and self._language == self.words.language:
            return
        self._shown, self._language = list(self.records), self.words.language
        self.list.drop(self.cards)
        self.cards = [
            ProductCard(self.desk, product, record.t_ns, str(record.event.data.get("label", "")))
            for record in reversed(self.records)
            if isinstance(record.event, HandedOver)
            for product in products_in(record.event.data)
        ]
        for number, card in enumerate(self.cards):
            self.list.put(card, number)


class ProductCard(QFrame):
    """One product: name, mean, and its offers; more of them when asked."""

    def __init__(self, desk: Desk, product: dict[str, Any], t_ns: int, half: str) -> None:
        super().__init__()
        self._desk, self._product, words = desk, product, desk.texts
        self.setProperty("role", "card")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.name, when, self.mean = Line(), QLabel(time_of(desk, t_ns)), QLabel()
        self.name.setText(title_of(product, words.language))
        self.name.setProperty("role", "heading")
        tone(when, "faint")
        top = QHBoxLayout()
        top.addWidget(self.name, 1)
        if product.get("sample"):
            tag = QLabel(words("phone.sample"))
            tag.setProperty("role", "tag")
            tag.setToolTip(words("phone.sample.tip"))
            top.addWidget(tag)
        top.addWidget(when)
        self.mean.setTextFormat(Qt.TextFormat.PlainText)
        self.mean.setWordWrap(True)
        tone(self.mean, "dim")
        self.stale = QLabel(words("phone.prices.stale", day=product.get("as_of", "")))
        self.stale.setVisible(bool(product.get("stale")))
        tone(self.stale, "warn")
        self.rows = Rows(desk.look)
        self.more = button(desk, "phone.prices.more", self._on_more)
        self.visit = button(desk, "phone.prices.visit", self._on_visit)
        self._half, self._all = half, False
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 8, 12, 8)
        box.setSpacing(4)
        box.addLayout(top)
        box.addWidget(self.mean)
        box.addWidget(self.stale)
        box.addWidget(self.rows)
        acts = QHBoxLayout()
        acts.addWidget(self.more)
        acts.addWidget(self.visit)
        acts.addStretch(1)
        box.addLayout(acts)
        self.mean.setText(self._mean())
        self._draw()

    def _on_more(self) -> None:
        self._all = not self._all
        self._draw()

    def _draw(self) -> None:
        offers = offers_in(self._product)
        self.rows.show_rows([self._row(offer) for offer in (offers if self._all else offers[:FIRST])])
        self.more.setVisible(len(offers) > FIRST)
        self.visit.setVisible(bool(offers) and link_of(offers[0]) is not None)
        words = self._desk.texts
        self.more.setText(words("phone.prices.less" if self._all else "phone.prices.more", n=len(offers) - FIRST))

    def _on_visit(self) -> None:
        """Open the cheapest shop's page, because it was clicked."""
        link = link_of(offers_in(self._product)[0])
        if link is not None:
            QDesktopServices.openUrl(link)

    def _mean(self) -> str:
        product, words = self._product, self._desk.texts
        if not offers_in(product):
            return words("phone.prices.no-offers")
        sign = sign_of(product)
        lines = [words("phone.prices.mean", mean=sign + show_yuan(int(product.get("mean_fen") or 0)))]
        if product.get("lowest_ever_fen"):
            lowest, day = sign + show_yuan(int(product["lowest_ever_fen"])), product.get("lowest_ever_at", "")
            lines.append(words("phone.prices.ever", lowest=lowest, day=day))
        lines += [words("phone.prices.affiliate")] if product.get("affiliate") else []
        return " · ".join([*lines, self._half] if self._half else lines)

    def _row(self, offer: dict[str, Any]) -> Row:
        words, sign = self._desk.texts, sign_of(self._product)
        total_fen, notes = int(offer["total_fen"]), [str(offer.get("at", ""))]
        quantity = quantity_of(self._product)
        if quantity is not None:
            price, per = sign + show_yuan(quantity.unit_fen(total_fen)), f"{quantity.per} {quantity.unit}"
            if quantity.unit == "piece":
                notes.append(words("phone.prices.each", price=price))
            else:
                notes.append(f"{price} / {per}")
        if offer.get("shipping_fen"):
            notes.append(words("phone.prices.shipping", amount=sign + show_yuan(int(offer["shipping_fen"]))))
        if offer.get("coupon_fen"):
            notes.append(words("phone.prices.coupon", amount=sign + show_yuan(int(offer["coupon_fen"]))))
        return Row(str(offer.get("shop", "")), sign + show_yuan(total_fen), " · ".join(n for n in notes if n))
