"""Quantities with units, as people write them in YAML: ``1.5s``, ``0.25deg``, ``62%``."""

from __future__ import annotations

import re

MS = 1_000_000
S = 1_000_000_000
MWH_PER_MW_NS = 1.0 / 3.6e12  # 1 mWh = 3.6 J = 3.6e12 mW·ns

_QUANTITY = re.compile(r"\s*([+-]?\d{1,18}(?:\.\d{1,18})?)\s*([a-zA-Z%]*)\s*\Z")
_DURATION_NS = {"ns": 1, "us": 1_000, "ms": MS, "s": S, "min": 60 * S, "h": 3_600 * S}


def split_quantity(text: str) -> tuple[float, str]:
    """Split ``"1.5s"`` into ``(1.5, "s")``.

    Raises:
        ValueError: If ``text`` is not a number with an optional unit.
    """
    found = _QUANTITY.match(text)
    if not found:
        raise ValueError(f"expected a number with a unit, got {text!r}")
    return float(found[1]), found[2]


def duration_ns(text: str) -> int:
    """Return the nanoseconds of ``"30s"``, ``"1.5 min"``, ``"200ms"``.

    >>> duration_ns("1.5s")
    1500000000

    Raises:
        ValueError: If the number or its unit is missing or unknown.
    """
    number, unit = split_quantity(text)
    if unit not in _DURATION_NS:
        raise ValueError(f"expected a duration such as 1.5s or 200ms, got {text!r}")
    return round(number * _DURATION_NS[unit])


def quantise(number: float) -> float:
    """Return ``number`` with nine significant digits: what the log keeps of a float."""
    return float(f"{number:.9g}")
