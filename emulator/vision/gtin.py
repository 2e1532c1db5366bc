"""What a barcode on a product says: its number with a right check digit, as the 14 digits that GS1 compares by.

Source: GS1 General Specifications, sections 1.4 (GTIN, restricted circulation), 3.2 (application identifiers) and
7.9 (check digit); GS1 Digital Link: URI syntax (``/01/`` and the number).
"""

from __future__ import annotations

import re

LENGTHS = (8, 12, 13, 14)
_LINK = re.compile(r"https?://[^/\s]+(?:/[^?#\s]*)?/01/([0-9]{8,14})(?:[/?#].*)?", re.ASCII)
_ELEMENTS = re.compile(r"\x1d?01([0-9]{14})(?:.*)", re.ASCII | re.DOTALL)


def check_digit(body: str) -> int:
    """Return the check digit that follows ``body``: weights 3 and 1 from the right.

    >>> check_digit("978014300723"), check_digit("6901234")
    (4, 1)
    """
    return -sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(body))) % 10


def to_gtin(number: str) -> str | None:
    """Return a number of 8, 12, 13 or 14 digits as GTIN-14, or None if it is none: wrong length, wrong check digit.

    >>> to_gtin("9780143007234")
    '09780143007234'
    >>> to_gtin("9780143007235") is None, to_gtin("12") is None
    (True, True)
    """
    if len(number) not in LENGTHS or not (number.isascii() and number.isdigit()) or not int(number):
        return None
    return number.zfill(14) if check_digit(number[:-1]) == int(number[-1]) else None


def gtin_of(text: str) -> str | None:
    """Return the GTIN-14 that a code carries, or None: a code that names no product.

    Args:
        text: What the code says: digits, GS1 elements, or a GS1 Digital Link. A UPC-E comes expanded.

    >>> gtin_of("https://id.gs1.org/01/09506000134352/10/A1")
    '09506000134352'
    >>> gtin_of("01095060001343521726123110A1")
    '09506000134352'
    >>> gtin_of("https://qr.alipay.com/fkx0123") is None
    True
    """
    linked = _LINK.fullmatch(text)
    if linked:
        return to_gtin(linked[1])
    elements = None if text.isdigit() and len(text) in LENGTHS else _ELEMENTS.fullmatch(text)
    return to_gtin(elements[1]) if elements else to_gtin(text)
