"""When the ap is awake under a policy that looks back or ahead: need by need, asking the policy as the fluid does.

What ``merge.py`` does for all days at once needs one timeout for all. Here each day is walked through alone, with the
gaps that were seen so far and what is foreseen; everything else of such days is computed as arrays all the same.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from math import inf, isnan

import numpy as np

from emulator.core.units import MS, S
from emulator.devices.gaps import Gaps
from emulator.devices.policy import View
from emulator.devices.work import NEVER_NS
from emulator.fleet.draw import Ints
from emulator.fleet.merge import Awake, Needs
from emulator.fleet.template import Looking

NOBODY = -1  # owner of a first sign
NEVER_S = 1e9  # longer than any day
Spell = tuple[int, float, float, float]


def look(needs: Needs, owner: Ints, names: tuple[str, ...], days: int, looking: Looking, line_s: float) -> Awake:
    """Walk through ``needs``.

    Args:
        needs: Sorted by day and time; what is foreseen stands among them as a first sign.
        owner: Whose each is, as an index into ``names``; ``NOBODY`` for a first sign.
        names: Of the features.
        days: How many there are.
        looking: The policy.
        line_s: How long a message to the ap is on the line.
    """
    late_s, spells = np.zeros(needs.day.size), list[Spell]()
    edges = np.searchsorted(needs.day, np.arange(days + 1))
    times, spans, owners = needs.t_s.tolist(), needs.span_s.tolist(), owner.tolist()
    for day in range(days):
        rows = range(int(edges[day]), int(edges[day + 1]))
        walk = _Walk(looking, [round(times[row] * S) for row in rows if owners[row] != NOBODY])
        for row in rows:
            late_s[row] = walk.meet(times[row], spans[row], names[owners[row]] if owners[row] >= 0 else "", line_s)
        walk.rest()
        spells += [(day, *spell) for spell in (*walk.over, walk.now) if spell[0] > -inf]
    found = np.array(spells, np.float64).reshape(-1, 4)
    return Awake(late_s, found[:, 0].astype(np.intp), found[:, 1], found[:, 2], found[:, 3])


@dataclass(slots=True)
class _Walk:
    """The ap of one day, from need to need; times in s."""

    looking: Looking
    foreseen_ns: list[int]
    over: list[tuple[float, float, float]] = field(default_factory=list)
    gaps: Gaps = field(default_factory=Gaps)
    resumed_s: float = -inf
    awake_s: float = -inf
    until_s: float = -inf
    tail_s: float = 0.0
    needed_s: float = -inf
    owner: str = ""
    hinted: bool = False
    rested_s: float = -inf
    view: View = field(init=False)

    def __post_init__(self) -> None:
        self.view = View(self.looking.profile, {}, {}, 0.0, lambda: None)

    @property
    def now(self) -> tuple[float, float, float]:
        """When it resumed last, was awake, and begins to suspend."""
        return self.resumed_s, self.awake_s, self.until_s + self.tail_s

    def meet(self, t_s: float, span_s: float, owner: str, line_s: float) -> float:
        """Meet a need of ``owner`` for ``span_s``, NaN for a first sign, and return how late it is served."""
        spec = self.looking.profile.processors["ap"]
        if t_s > self.until_s:
            self.rest()
        if t_s > self.until_s + self.tail_s:
            if self.resumed_s > -inf:
                self.over.append(self.now)
            suspended_s = self.until_s + self.tail_s + spec.suspend_ms * MS / S
            self.resumed_s = max(t_s, suspended_s)
            self.awake_s = self.until_s = self.resumed_s + spec.resume_ms * MS / S
            self.hinted = isnan(span_s)
        if isnan(span_s):
            self.until_s = max(self.until_s, t_s)
            return 0.0
        self.gaps.end(round(t_s * S))
        self.hinted = False
        late_s = max(0.0, self.awake_s - t_s - line_s)
        end_s = t_s + late_s + span_s
        if end_s >= self.needed_s:
            self.needed_s, self.owner = end_s, owner
        self.until_s = max(self.until_s, end_s)
        return late_s

    def rest(self) -> None:
        """Nobody needs it any more: ask the policy for the tail."""
        if self.until_s == self.rested_s or self.until_s == -inf:
            return
        now_ns = round(self.until_s * S)
        if self.needed_s == self.until_s:
            self.gaps.begin(self.owner, now_ns)
        view = replace(
            self.view,
            now_ns=now_ns,
            last_owner=self.gaps.owner,
            gaps_ms=self.gaps.after(self.gaps.owner),
            hinted=self.hinted,
            next_ap_ns=self._next_ns(now_ns),
        )
        timeout_ms = self.looking.policy.timeout(view)
        self.tail_s = NEVER_S if timeout_ms is None else timeout_ms / 1_000.0
        self.rested_s = self.until_s

    def _next_ns(self, now_ns: int) -> int | None:
        if not self.looking.foresees:
            return None
        at = bisect_left(self.foreseen_ns, now_ns)
        return self.foreseen_ns[at] if at < len(self.foreseen_ns) else NEVER_NS
