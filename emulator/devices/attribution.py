"""Who used what: the ledger's samples added up by feature, component and processor, from a log alone."""

from __future__ import annotations

import math
from dataclasses import dataclass

from emulator.core.events import PowerSampled
from emulator.core.units import MWH_PER_MW_NS

UWS_PER_MWH = 3.6e6  # 1 mWh = 3.6 J
NS_PER_MIN = 60_000_000_000
PROCESSORS = ("mcu", "ap")
PARTS = "parts"


class Sum:
    """A sum that keeps what rounding would lose (Neumaier), so that no order of adding shows.

    >>> total = Sum()
    >>> for number in (1.0, 1e100, 1.0, -1e100):
    ...     total.add(number)
    >>> total.value
    2.0
    """

    __slots__ = ("_lost", "_sum")

    def __init__(self) -> None:
        self._sum = self._lost = 0.0

    def add(self, number: float) -> None:
        """Add ``number``."""
        total = self._sum + number
        if abs(self._sum) >= abs(number):
            self._lost += (self._sum - total) + number
        else:
            self._lost += (number - total) + self._sum
        self._sum = total

    @property
    def value(self) -> float:
        """Return the sum so far."""
        return self._sum + self._lost


@dataclass(frozen=True, slots=True)
class Use:
    """What ``name`` used.

    Attributes:
        name: A feature (the ledger's owner), a component, or a processor.
        energy_mwh: Its energy.
        share: Its part of all energy, in [0, 1].
        minutes: How long the whole device runs on that energy, at the mean power of the session.
    """

    name: str
    energy_mwh: float
    share: float
    minutes: float


class Attribution:
    """Adds up ``PowerSampled``.

    Attributes:
        sampled_ns: Until when the samples reach.
    """

    def __init__(self) -> None:
        self._cells: dict[tuple[str, str], Sum] = {}
        self.sampled_ns = 0

    def add(self, t_ns: int, event: PowerSampled) -> None:
        """Add the interval that ends at ``t_ns``."""
        self.sampled_ns = t_ns
        for component, owners in event.energy_mwh.items():
            for owner, energy_mwh in owners.items():
                self._cells.setdefault((component, owner), Sum()).add(energy_mwh)

    @property
    def total_mwh(self) -> float:
        """Return the energy of all."""
        return math.fsum(cell.value for cell in self._cells.values())

    @property
    def mean_mw(self) -> float:
        """Return the mean power, 0 for no time."""
        return self.total_mwh / (self.sampled_ns * MWH_PER_MW_NS) if self.sampled_ns else 0.0

    def cells(self) -> dict[str, dict[str, float]]:
        """Return ``{component: {owner: mWh}}``."""
        found: dict[str, dict[str, float]] = {}
        for (component, owner), cell in self._cells.items():
            found.setdefault(component, {})[owner] = cell.value
        return found

    def by_feature(self) -> list[Use]:
        """Return what each owner used, most first."""
        return self._by({cell: cell[1] for cell in self._cells})

    def by_component(self) -> list[Use]:
        """Return what each component used, most first."""
        return self._by({cell: cell[0] for cell in self._cells})

    def by_processor(self) -> list[Use]:
        """Return what the mcu, the ap and all other parts together used, most first."""
        return self._by({cell: cell[0] if cell[0] in PROCESSORS else PARTS for cell in self._cells})

    def _by(self, names: dict[tuple[str, str], str]) -> list[Use]:
        parts: dict[str, list[float]] = {}
        for cell, name in names.items():
            parts.setdefault(name, []).append(self._cells[cell].value)
        total_mwh, span_min = self.total_mwh, self.sampled_ns / NS_PER_MIN
        sums = {name: math.fsum(values) for name, values in parts.items()}
        shares = {name: energy_mwh / total_mwh if total_mwh else 0.0 for name, energy_mwh in sums.items()}
        uses = [Use(name, energy_mwh, shares[name], shares[name] * span_min) for name, energy_mwh in sums.items()]
        return sorted(uses, key=lambda use: (-use.energy_mwh, use.name))
