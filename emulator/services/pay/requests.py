"""What may be asked of "pay". A payment takes all its steps in this order; none of them can be left out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """Ask how the account stands; ``bind`` binds (True) or unbinds (False) it first."""

    bind: bool | None = None


@dataclass(frozen=True, slots=True)
class Refuse:
    """Write down that a scan ended without a code that may be resolved: ``two-codes``, ``own-pay-code`` ..."""

    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class ResolveCode:
    """Classify the ``text`` of a code and find payee and amount.

    Attributes:
        text: Of the code, as it was read.
        amount_fen: What the payer said, or None.
    """

    text: str
    amount_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Challenge:
    """Ask that attempt ``attempt`` be confirmed; the minute to do so begins."""

    attempt: int


@dataclass(frozen=True, slots=True)
class Confirm:
    """The wearer confirmed payee and amount of ``attempt``: it is held for some seconds."""

    attempt: int


@dataclass(frozen=True, slots=True)
class Pay:
    """The time to cancel is over: pay ``attempt``."""

    attempt: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """Refuse ``attempt`` for ``reason``, if it is not on its way yet."""

    attempt: int
    reason: str = "cancelled"


@dataclass(frozen=True, slots=True)
class Query:
    """Ask the gateway how ``attempt`` ended."""

    attempt: int


@dataclass(frozen=True, slots=True)
class ShopOrder:
    """As a merchant: make an order and its code."""

    number: str
    amount_fen: int
    subject: str


@dataclass(frozen=True, slots=True)
class ShopQuery:
    """As a merchant: ask for an order."""

    number: str


@dataclass(frozen=True, slots=True)
class ShopRefund:
    """As a merchant: give back all of an order."""

    number: str
    amount_fen: int


WEARER = (Account, Refuse, ResolveCode, Challenge, Confirm, Pay, Cancel, Query)
SHOP = (ShopOrder, ShopQuery, ShopRefund)
