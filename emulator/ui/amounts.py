"""Energy and time as people read them."""

from __future__ import annotations

from emulator.ui.texts import Texts


def energy(mwh: float) -> str:
    """Return ``12.3 mWh`` or ``45.6 µWh``.

    >>> energy(12.345), energy(0.0456), energy(-1.5)
    ('12.3 mWh', '45.6 µWh', '-1.50 mWh')
    """
    if abs(mwh) < 0.1:
        return f"{1000 * mwh:.1f} µWh"
    return f"{mwh:.2f} mWh" if abs(mwh) < 10 else f"{mwh:.1f} mWh"


def time(words: Texts, minutes: float, *, signed: bool = False) -> str:
    """Return a time in the unit that suits it: ``3 h``, ``12 min``, ``4.2 s``; ``signed`` puts a plus before a gain."""
    sign = "+" if signed and minutes > 0 else "−" if minutes < 0 else ""
    size = abs(minutes)
    if size >= 120:
        return sign + words("time.hours", n=f"{size / 60:.1f}")
    if size >= 1:
        return sign + words("time.minutes", n=f"{size:.1f}" if size < 10 else f"{size:.0f}")
    return sign + words("time.seconds", n=f"{60 * size:.1f}")


def span(words: Texts, seconds: float) -> str:
    """Return the length of a plot, which is a whole number of its unit: ``30 s``, ``10 min``, ``4 h``."""
    for unit, key in ((3_600, "span.hours"), (60, "span.minutes")):
        if seconds >= unit and (seconds % unit == 0 or unit == 60):
            return words(key, n=round(seconds / unit))
    return words("span.seconds", n=round(seconds))
