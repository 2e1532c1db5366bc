"""Money as integer fen; text only at the edges."""

from __future__ import annotations

import re

from emulator.core.numerals import NUMERAL, to_number

MOST_FEN = 10_000_000_000  # 100,000,000.00 yuan, the most Alipay's total_amount takes
SPOKEN = r"[0-9零〇一二两三四五六七八九十百千万点][0-9零〇一二两三四五六七八九十百千万点.,元块圆角毛分]*(?:整|钱)?"  # "十二块五"
_UNITS_FEN = {"元": 100, "块": 100, "圆": 100, "角": 10, "毛": 10, "分": 1}
_PART = re.compile(rf"(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|{NUMERAL})(?P<unit>[元块圆角毛分]?)")
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


def spoken_fen(text: str) -> int | None:
    """Return the fen of an amount as it is said in Chinese, or None if it is none, or no whole fen.

    >>> [spoken_fen(text) for text in ("十二块五", "一百二十三块四毛五", "十二块零五分", "五毛", "1,200元", "二十元整", "20.5")]
    [1250, 12345, 1205, 50, 120000, 2000, 2050]
    >>> [spoken_fen(text) for text in ("零元", "12.345元", "五毛三块", "三块五块")]
    [None, None, None, None]
    """
    parts = list(_PART.finditer(text := re.sub(r"[整钱]$", "", text)))
    if "".join(part[0] for part in parts) != text:
        return None
    fen, before_fen = 0.0, 1_000  # of the unit that was said before
    for part in parts:
        number = part["number"].replace(",", "")
        if part["unit"]:
            unit_fen = _UNITS_FEN[part["unit"]]
        elif before_fen == 100 and (number[0] in "0零〇" or len(number) == 2):
            unit_fen = 1  # 十二块零五, 12块05
        else:
            unit_fen = before_fen // 10  # 十二块五, 四毛五
        if unit_fen >= before_fen or unit_fen < 1:
            return None
        fen, before_fen = fen + to_number(number) * unit_fen, unit_fen
    return round(fen) if 0 < fen <= MOST_FEN and abs(fen - round(fen)) < 1e-6 else None


def show_yuan(fen: int) -> str:
    """Return an amount as Alipay writes it.

    >>> show_yuan(1230), show_yuan(-5)
    ('12.30', '-0.05')
    """
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"
