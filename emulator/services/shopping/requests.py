"""What may be asked about products."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identify:
    """Say which product the camera sees now, or the kept ``photo`` shows, and what it costs."""

    photo: bool = False


@dataclass(frozen=True, slots=True)
class FindProduct:
    """Say what the product that ``words`` name costs; ``key`` names one of the catalogue instead."""

    words: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class AddProduct:
    """Add what the camera sees now to the user's catalogue; ``price_fen`` is 0 if nobody said."""

    name: str
    price_fen: int = 0


REQUESTS = (Identify, FindProduct, AddProduct)
