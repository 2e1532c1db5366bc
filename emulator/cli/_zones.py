"""Time zones that the command line names."""

from __future__ import annotations

from difflib import get_close_matches
from zoneinfo import available_timezones


def near_zone(name: str) -> str:
    """Return ``; did you mean 'Asia/Shanghai'?`` for a name that is nearly one, or a town's of one; else an example.

    >>> near_zone("Asia/Shangai"), near_zone("shanghai"), near_zone("Nowhere")
    ("; did you mean 'Asia/Shanghai'?", "; did you mean 'Asia/Shanghai'?", '; give one such as Asia/Shanghai')
    """
    zones = {zone.casefold(): zone for zone in sorted(available_timezones(), reverse=True) if "/" in zone}
    towns = {zone.rpartition("/")[2]: zone for zone in zones if not zone.startswith("etc/")}
    word = name.casefold()[:80].replace(" ", "_")
    for known in (zones, towns):
        close = get_close_matches(word, known, n=1, cutoff=0.75)
        if close:
            return f"; did you mean {zones[close[0] if known is zones else towns[close[0]]]!r}?"
    return "; give one such as Asia/Shanghai"
