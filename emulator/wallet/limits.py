"""How much a day may be paid by which kind of code: PBOC 银发〔2017〕296号, as read in docs/wallet.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

Risk = Literal["A", "B", "C", "D"]  # D: a static code; A to C: a dynamic one by how well the payer was verified
RISKS: tuple[Risk, ...] = get_args(Risk)
_DAILY_FEN: Mapping[Risk, int | None] = {"A": None, "B": 500_000, "C": 100_000, "D": 50_000}


@dataclass(frozen=True, slots=True)
class Limits:
    """The most a day, in fen, by risk class; None is as agreed with the customer, so without a limit here."""

    daily_fen: Mapping[Risk, int | None] = field(default_factory=lambda: dict(_DAILY_FEN))

    def lowered(self, own: Mapping[Risk, int]) -> Limits:
        """Return the limits with the owner's own, which can be lower and never higher.

        >>> Limits().lowered({"D": 10_000, "C": 9_000_000}).daily_fen["D"], Limits().lowered({"C": 9_000_000}).daily_fen["C"]
        (10000, 100000)
        """
        both = {risk: [most for most in (self.daily_fen[risk], own.get(risk)) if most is not None] for risk in RISKS}
        return Limits({risk: min(found) if found else None for risk, found in both.items()})

    def left_fen(self, risk: Risk, paid_today_fen: int) -> int | None:
        """Return what may still be paid today, at least 0, or None without a limit.

        >>> Limits().left_fen("D", 49_900), Limits().left_fen("A", 1)
        (100, None)
        """
        most = self.daily_fen[risk]
        return None if most is None else max(0, most - paid_today_fen)
