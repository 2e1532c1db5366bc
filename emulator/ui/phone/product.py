"""What a price list says of a product, as ``services/shopping/goods.py`` writes it; read with care, as it comes from a log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QUrl

from emulator.services.shopping.quantities import Quantity, parse_quantity
from emulator.wallet.money import show_yuan

SIGNS = {"CNY": "¥", "EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}


def products_in(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the products of what was handed over, whether it is one or a list of candidates."""
    if "offers" in data:
        yield data
        return
    for value in data.values():
        for product in value if isinstance(value, list) else (value,):
            if isinstance(product, dict) and "offers" in product:
                yield product


def offers_in(product: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the offers of a product, what one pays least first."""
    offers = [offer for offer in product["offers"] if "total_fen" in offer]
    return sorted(offers, key=lambda offer: (int(offer["total_fen"]), str(offer.get("shop", ""))))


def link_of(offer: dict[str, Any]) -> QUrl | None:
    """Return the page of an offer; only https, as it comes from the network.

    >>> link_of({"link": "https://s.click.taobao.com/x"}) is None, link_of({"link": "file:///etc/passwd"}) is None
    (False, True)
    """
    url = QUrl(str(offer.get("link", "")), QUrl.ParsingMode.StrictMode)
    return url if url.isValid() and url.scheme() == "https" and url.host() else None


def title_of(product: dict[str, Any], language: str) -> str:
    """Return name and quantity in the language of the window."""
    name = product.get(f"name_{language}") or product.get("name") or product.get("key", "")
    return " · ".join(part for part in (str(name), str(product.get("quantity", ""))) if part)


def quantity_of(product: dict[str, Any]) -> Quantity | None:
    """Return what is in a package, if it says so."""
    try:
        return parse_quantity(str(product.get("quantity", "")))
    except ValueError:
        return None


def sign_of(product: dict[str, Any]) -> str:
    """Return the sign of a product's currency, or its letters and a space."""
    currency = str(product.get("currency", "CNY"))
    return SIGNS.get(currency, f"{currency} ")


def summary(product: dict[str, Any], language: str) -> dict[str, str]:
    """Return name, mean and number of offers, for one line."""
    mean = sign_of(product) + show_yuan(int(product.get("mean_fen") or 0))
    return {"name": title_of(product, language), "mean": mean, "n": str(len(offers_in(product)))}
