"""Power rails, as a device with energy meters (ODPM) has them: one a component, energy counted up in µWs."""

from __future__ import annotations

import math

from emulator.core.events import PowerSampled
from emulator.devices.attribution import UWS_PER_MWH, Sum


class Rails:
    """Adds up ``PowerSampled`` and keeps each reading.

    Attributes:
        times_ns: When the meters were read, from 0 on.
    """

    def __init__(self) -> None:
        self.times_ns = [0]
        self._totals: dict[str, Sum] = {}
        self._readings: dict[str, list[float]] = {}

    def add(self, t_ns: int, event: PowerSampled) -> None:
        """Read the meters at ``t_ns``, the end of an interval."""
        for component, owners in event.energy_mwh.items():
            if component not in self._totals:
                self._totals[component] = Sum()
                self._readings[component] = [0.0] * len(self.times_ns)
            self._totals[component].add(math.fsum(owners.values()))
        self.times_ns.append(t_ns)
        for component, total in self._totals.items():
            self._readings[component].append(total.value * UWS_PER_MWH)

    @property
    def readings_uws(self) -> dict[str, list[float]]:
        """Return the readings of each rail, as many as ``times_ns``."""
        return {component: list(readings) for component, readings in self._readings.items()}

    def to_csv(self) -> str:
        """Return one line a reading: ``t_ns``, then each rail in µWs."""
        rows = zip(self.times_ns, *self._readings.values(), strict=True)
        return ",".join(["t_ns", *self._readings]) + "\n" + "".join(",".join(map(repr, row)) + "\n" for row in rows)
