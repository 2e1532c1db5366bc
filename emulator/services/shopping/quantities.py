"""How much is in a package, as whole thousandths of a gram, millilitre or piece; and what a hundred of them cost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from emulator.core.errors import quoted

Unit = Literal["g", "ml", "piece"]
UNITS: dict[str, tuple[Unit, int]] = {  # what is written: the unit and how many thousandths of it
    "mg": ("g", 1),
    "g": ("g", 1_000),
    "克": ("g", 1_000),
    "kg": ("g", 1_000_000),
    "千克": ("g", 1_000_000),
    "公斤": ("g", 1_000_000),
    "斤": ("g", 500_000),
    "ml": ("ml", 1_000),
    "毫升": ("ml", 1_000),
    "cl": ("ml", 10_000),
    "dl": ("ml", 100_000),
    "l": ("ml", 1_000_000),
    "升": ("ml", 1_000_000),
    **dict.fromkeys(
        (
            "",
            "pc",
            "pcs",
            "piece",
            "pieces",
            "x",
            "个",
            "件",
            "片",
            "粒",
            "节",
            "只",
            "支",
            "枚",
            "抽",
            "张",
            "包",
            "袋",
        ),
        ("piece", 1_000),
    ),
}
_QUANTITY = re.compile(r"(?:([0-9]{1,4})\s*[x×*]\s*)?([0-9]{1,6}(?:\.[0-9]{1,3})?)\s*([a-z一-鿿]*)", re.ASCII)
MOST_MILLI = 10**12


@dataclass(frozen=True, slots=True)
class Quantity:
    """``milli`` thousandths of ``unit``, at least one."""

    milli: int
    unit: Unit

    @property
    def per(self) -> int:
        """How many units a unit price is of: 100 g, 100 ml, one piece."""
        return 1 if self.unit == "piece" else 100

    def unit_fen(self, fen: int) -> int:
        """Return what ``per`` units cost if the package costs ``fen``, rounded half up.

        >>> Quantity(500_000, "ml").unit_fen(450), Quantity(8_000, "piece").unit_fen(1_690)
        (90, 211)
        """
        return (2 * fen * self.per * 1_000 + self.milli) // (2 * self.milli)


def parse_quantity(text: str) -> Quantity:
    """Read what a package says.

    Raises:
        ValueError: If it is no quantity.

    >>> parse_quantity("6 x 250 ml"), parse_quantity("1.5 kg").milli, parse_quantity("2斤").unit
    (Quantity(milli=1500000, unit='ml'), 1500000, 'g')
    """
    found = _QUANTITY.fullmatch(text.strip().lower())
    if not found or found[3] not in UNITS:
        raise ValueError(f"{quoted(text)} is no quantity; write 500 g, 1.5 L, 6 x 250 ml or 8 pcs")
    unit, thousandths = UNITS[found[3]]
    milli = int(found[1] or 1) * Decimal(found[2]) * thousandths
    if milli != int(milli) or not 1 <= milli <= MOST_MILLI:
        raise ValueError(f"{quoted(text)} is no quantity that a package holds")
    return Quantity(int(milli), unit)


def show_quantity(quantity: Quantity) -> str:
    """Return a quantity for people.

    >>> show_quantity(Quantity(1_500_000, "ml")), show_quantity(Quantity(70_000, "g"))
    ('1.5 L', '70 g')
    """
    large = {"g": "kg", "ml": "L", "piece": ""}[quantity.unit]
    value, unit = Decimal(quantity.milli) / 1_000, {"piece": "pcs"}.get(quantity.unit, quantity.unit)
    if large and value >= 1_000:
        value, unit = value / 1_000, large
    return f"{value.normalize():f} {unit}"
