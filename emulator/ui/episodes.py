"""What the last interactions cost: for each feature the energy from its first draw until it is quiet again."""

from __future__ import annotations

from dataclasses import dataclass, field

from emulator.core.events import PowerSampled
from emulator.core.units import S
from emulator.ui.colours import QUIET_OWNERS

QUIET_NS = 3 * S  # a feature without draw for so long is done
LEAST_MWH = 1e-5  # less is a rest of rounding
KEEP = 40


@dataclass(slots=True)
class Episode:
    """One use of a feature.

    Attributes:
        owner: The feature.
        since_ns, until_ns: From its first sample to its last.
        parts: Energy by component, mWh.
    """

    owner: str
    since_ns: int
    until_ns: int
    parts: dict[str, float] = field(default_factory=dict)

    @property
    def energy_mwh(self) -> float:
        """Return the energy of all parts."""
        return sum(self.parts.values())


class Episodes:
    """Follows the samples; ``found`` are the episodes, the one that drew last at the end."""

    def __init__(self) -> None:
        self.found: list[Episode] = []
        self._running: dict[str, Episode] = {}

    def add(self, t_ns: int, event: PowerSampled) -> None:
        """Take the sample that ends at ``t_ns``."""
        since_ns = t_ns - round(event.span_ms * 1e6)
        drawn: dict[str, dict[str, float]] = {}
        for component, owners in event.energy_mwh.items():
            for owner, energy_mwh in owners.items():
                if owner not in QUIET_OWNERS and energy_mwh > 0:
                    drawn.setdefault(owner, {})[component] = energy_mwh
        for owner, parts in sorted(drawn.items(), key=lambda item: sum(item[1].values())):
            if sum(parts.values()) >= LEAST_MWH:
                self._grow(owner, since_ns, t_ns, parts)

    def _grow(self, owner: str, since_ns: int, t_ns: int, parts: dict[str, float]) -> None:
        episode = self._running.get(owner)
        if episode is None or since_ns - episode.until_ns > QUIET_NS:
            episode = self._running[owner] = Episode(owner, since_ns, t_ns)
        else:
            self.found = [other for other in self.found if other is not episode]
        self.found.append(episode)
        del self.found[:-KEEP]
        episode.until_ns = t_ns
        for component, energy_mwh in parts.items():
            episode.parts[component] = episode.parts.get(component, 0.0) + energy_mwh

    @property
    def last(self) -> Episode | None:
        """Return the one that cost most of those that drew last."""
        return self.found[-1] if self.found else None
