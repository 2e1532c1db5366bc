"""Power over time by owner, stacked, one column a pixel, from the energy of each sample.

What is older than an hour is kept ever more coarsely: a pause between two times that are kept is at most a thousandth of
its age, less than a pixel of any plot that reaches back so far. Energy is added up, so every mean stays exact.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

KEEP = 3_700  # samples: about an hour at one a second
FINENESS = 1_000  # of what is older: its age over the pause between two times that are kept
OTHERS = "…"
MOST_BANDS = 9

Bands = dict[str, npt.NDArray[np.float64]]


class PowerHistory:
    """Energy used up to each sample, by owner or by component: mean power between any two times is a difference."""

    def __init__(self) -> None:
        self._ends_ns = array("q")
        self._used: dict[str, array[float]] = {}  # mWh up to each end
        self._most = 2 * KEEP
        self.now: dict[str, float] = {}  # mW by name in the last sample

    def __len__(self) -> int:
        return len(self._ends_ns)

    def add(self, end_ns: int, span_ms: float, energy_mwh: Mapping[str, Mapping[str, float]], by: str) -> None:
        """Take a sample that ends at ``end_ns``; ``by`` is ``owner`` or ``component``."""
        if span_ms <= 0:
            return
        spent: dict[str, float] = {}
        for component, owners in energy_mwh.items():
            for owner, mwh in owners.items():
                name = owner if by == "owner" else component
                spent[name] = spent.get(name, 0.0) + mwh
        if not self._ends_ns:
            self._ends_ns.append(end_ns - round(span_ms * 1e6))
        self._ends_ns.append(end_ns)
        for name in (*self._used, *(n for n in spent if n not in self._used)):
            used = self._used.setdefault(name, array("d", bytes(8 * (len(self._ends_ns) - 1))))
            used.append(used[-1] + spent.get(name, 0.0))
        self.now = {name: mwh * 3.6e6 / span_ms for name, mwh in spent.items()}  # 1 mWh in 1 ms is 3.6e6 mW
        if len(self._ends_ns) > self._most:
            self._thin_out()

    def bands(self, since_ns: int, until_ns: int, width: int) -> Bands:
        """Return mean milliwatts by name for each of ``width`` pixels, largest first; the small ones are one band."""
        if len(self._ends_ns) < 2:
            return {}
        edges = np.linspace(since_ns, until_ns, width + 1)
        hours = (until_ns - since_ns) / width / 3.6e12
        ends = np.array(self._ends_ns, np.float64)
        used = {name: np.frombuffer(upto, np.float64) for name, upto in self._used.items()}
        rows = {name: np.diff(np.interp(edges, ends, upto)) / hours for name, upto in used.items()}
        order = sorted((n for n in rows if rows[n].any()), key=lambda name: (-float(rows[name].sum()), name))
        kept = {name: rows[name] for name in order[:MOST_BANDS]}
        rest = [rows[name] for name in order[MOST_BANDS:]]
        return kept | ({OTHERS: np.sum(rest, axis=0)} if rest else {})

    def _thin_out(self) -> None:
        """Keep of what is old as many times as its age asks for; the first one stays."""
        ends_ns, now_ns = self._ends_ns, self._ends_ns[-1]
        kept, last_ns = [0], ends_ns[0]
        for place in range(1, len(ends_ns) - KEEP):
            if (ends_ns[place + 1] - last_ns) * FINENESS > now_ns - last_ns:
                kept.append(place)
                last_ns = ends_ns[place]
        kept += range(len(ends_ns) - KEEP, len(ends_ns))
        self._ends_ns = array("q", [ends_ns[place] for place in kept])
        self._used = {name: array("d", [used[place] for place in kept]) for name, used in self._used.items()}
        self._most = len(kept) + KEEP


def stack(bands: Bands, height: int, full_mw: float) -> npt.NDArray[np.int16]:
    """Return for each pixel (row 0 on top) the index of its band, or -1 above the stack; shape (height, width).

    >>> import numpy as np
    >>> stack({"a": np.array([1.0, 2.0]), "b": np.array([1.0, 0.0])}, 4, 4.0).tolist()
    [[-1, -1], [-1, -1], [1, 0], [0, 0]]
    """
    if not bands:
        return np.full((height, 0), -1, np.int16)
    tops = np.cumsum(np.stack(list(bands.values())), axis=0) * (height / full_mw)
    level = np.arange(height - 0.5, -0.5, -1.0)[:, None]  # centre of each pixel row, above the ground line
    out = np.full((height, tops.shape[1]), -1, np.int16)
    for index in range(len(tops) - 1, -1, -1):
        out[level < tops[index]] = index
    return out


def nice_ceiling(value: float) -> float:
    """Return the next of 1, 2, 5, 10, 20 ... at or above ``value``, at least 10.

    >>> [nice_ceiling(v) for v in (3, 130, 900)]
    [10.0, 200.0, 1000.0]
    """
    ceiling = 10.0
    while True:
        for step in (1, 2, 5):
            if ceiling * step >= value:
                return ceiling * step
        ceiling *= 10
