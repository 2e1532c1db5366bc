"""What a catalogue knows of a product: its names, its offers, and what they come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from emulator.services.shopping.quantities import Quantity, show_quantity

STALE = timedelta(days=7)  # assumed: shops change the prices of groceries by the week
OFFERS_SHOWN = 6  # in a reply


@dataclass(frozen=True, slots=True)
class Offer:
    """A shop's price at a time; amounts are whole hundredths of the currency (fen).

    Attributes:
        shop: Its name.
        price_fen: > 0.
        shipping_fen: >= 0.
        coupon_fen: >= 0, taken off.
        currency: Three letters of ISO 4217.
        at: When it was seen, aware.
    """

    shop: str
    price_fen: int
    at: datetime
    shipping_fen: int = 0
    coupon_fen: int = 0
    currency: str = "CNY"

    @property
    def total_fen(self) -> int:
        """What one pays."""
        return max(0, self.price_fen + self.shipping_fen - self.coupon_fen)


@dataclass(frozen=True, slots=True)
class Item:
    """A product.

    Attributes:
        key: Its name in files.
        name_zh: Chinese name, or "".
        name_en: English name, or "".
        brand_zh: Chinese brand, or "".
        brand: Brand in Latin letters, or "".
        quantity: What is in it, or None.
        sample: Whether it and its prices are invented.
    """

    key: str
    name_zh: str = ""
    name_en: str = ""
    brand_zh: str = ""
    brand: str = ""
    quantity: Quantity | None = None
    sample: bool = False

    def name(self, language: str) -> str:
        """Return its name in ``zh`` or ``en``, or else the other one."""
        return (self.name_zh or self.name_en) if language == "zh" else (self.name_en or self.name_zh)


@dataclass(frozen=True, slots=True)
class Prices:
    """What the offers of a product come to, in one currency.

    Attributes:
        current: The latest offer of each shop, what one pays least first; stale ones only if all are.
        mean_fen: Mean of what one pays, rounded half up.
        lowest_ever: The offer with the least that one ever paid.
        currency: The one that most shops ask.
        stale: Whether even the newest is older than ``STALE``.
    """

    current: tuple[Offer, ...]
    mean_fen: int
    lowest_ever: Offer
    currency: str
    stale: bool

    @property
    def as_of(self) -> datetime:
        """When the newest of them was seen."""
        return max(offer.at for offer in self.current)


def sum_up(offers: Sequence[Offer], now: datetime) -> Prices | None:
    """Return what offers come to at ``now``, or None if there are none."""
    if not offers:
        return None
    votes = Counter(currency for currency, _ in {(offer.currency, offer.shop) for offer in offers})
    currency = min(votes, key=lambda one: (-votes[one], one != "CNY", one))
    history = [offer for offer in offers if offer.currency == currency]
    latest = {offer.shop: offer for offer in sorted(history, key=lambda one: one.at)}
    fresh = [offer for offer in latest.values() if now - offer.at <= STALE]
    current = sorted(fresh or latest.values(), key=lambda one: (one.total_fen, one.shop))
    total = sum(offer.total_fen for offer in current)
    mean_fen = (2 * total + len(current)) // (2 * len(current))
    lowest = min(history, key=lambda one: (one.total_fen, one.at))
    return Prices(tuple(current), mean_fen, lowest, currency, not fresh)


def to_reply(item: Item, prices: Prices | None, language: str) -> dict[str, Any]:
    """Return a product and its prices as JSON can hold them; amounts are in fen."""
    told: dict[str, Any] = {
        "key": item.key,
        "name": item.name(language),
        "name_zh": item.name_zh,
        "name_en": item.name_en,
        "brand": (item.brand_zh or item.brand) if language == "zh" else (item.brand or item.brand_zh),
        "quantity": show_quantity(item.quantity) if item.quantity else "",
        "sample": item.sample,
    }
    return told | (_prices_to_reply(item.quantity, prices) if prices else {"mean_fen": None, "offers": []})


def _prices_to_reply(quantity: Quantity | None, prices: Prices) -> dict[str, Any]:
    lowest, ever = prices.current[0], prices.lowest_ever
    return {
        "currency": prices.currency,
        "mean_fen": prices.mean_fen,
        "lowest_fen": lowest.total_fen,
        "lowest_shop": lowest.shop,
        "lowest_ever_fen": ever.total_fen,
        "lowest_ever_at": ever.at.date().isoformat(),
        "unit_fen": quantity.unit_fen(lowest.total_fen) if quantity else None,
        "unit": f"{quantity.per} {quantity.unit}" if quantity else "",
        "as_of": prices.as_of.date().isoformat(),
        "stale": prices.stale,
        "offers": [
            {
                "shop": offer.shop,
                "price_fen": offer.price_fen,
                "shipping_fen": offer.shipping_fen,
                "coupon_fen": offer.coupon_fen,
                "total_fen": offer.total_fen,
                "at": offer.at.date().isoformat(),
            }
            for offer in prices.current[:OFFERS_SHOWN]
        ],
    }
