"""Money as integer fen; text only at the edges."""

from __future__ import annotations

import re

MOST_FEN = 10_000_000_000  # 100,000,000.00 yuan, the most Alipay's total_amount takes
_AMOUNT = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,2}))?", re.ASCII)


def parse_fen(text: str) -> int:
    """Return the fen of an amount in yuan.

    Raises:
        ValueError: If it is no amount of 0.01 to 100,000,000.00 yuan with at most two decimals.

    >>> parse_fen("12.3"), parse_fen("0.01")
    (1230, 1)
    """
    found = _AMOUNT.fullmatch(text)
    fen = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else 0
    if not 1 <= fen <= MOST_FEN:
        raise ValueError(f"{text!r} is no amount in yuan: 0.01 to 100000000.00, two decimals at most")
    return fen


def show_yuan(fen: int) -> str:
    """Return an amount as Alipay writes it.

    >>> show_yuan(1230), show_yuan(-5)
    ('12.30', '-0.05')
    """
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"
