"""Energy of the ledger as power counters and as power rails, which count it up.

A power counter holds the mean power of each interval of the ledger from the interval's start to its end, so its
integral over time is the ledger's energy. After the last interval it keeps its value: what follows is not known.
"""

from __future__ import annotations

import math

from emulator.core.events import PowerSampled
from emulator.core.units import MWH_PER_MW_NS
from emulator.devices.attribution import UWS_PER_MWH, Sum
from emulator.devices.trace.packets import Packets
from emulator.devices.trace.protobuf import integer, message, text
from emulator.devices.trace.tracks import Tracks

SUBSYSTEM = "ledger"


class Energy:
    """Turns ``PowerSampled`` into counters by component, by owner and of all, and into one rail a component."""

    def __init__(self, packets: Packets, tracks: Tracks) -> None:
        self._packets, self._tracks = packets, tracks
        self._power: dict[int, float] = {}
        self._rails: dict[str, tuple[int, Sum]] = {}
        self._since_ns = 0

    def read(self, t_ns: int, event: PowerSampled) -> None:
        """Write the energy of the interval that ends at ``t_ns``."""
        if t_ns <= self._since_ns:
            return
        cells = event.energy_mwh
        energy = {
            self._track("power", "power.total"): math.fsum(e for owners in cells.values() for e in owners.values())
        }
        owned: dict[str, list[float]] = {}
        for component, owners in cells.items():
            energy[self._track("power", f"power.{component}")] = math.fsum(owners.values())
            for owner, energy_mwh in owners.items():
                owned.setdefault(owner, []).append(energy_mwh)
        for owner, parts in owned.items():
            energy[self._track("power by owner", f"power.owner.{owner}")] = math.fsum(parts)
        mwh_per_mw = MWH_PER_MW_NS * (t_ns - self._since_ns)
        for track in self._power | energy:
            self._hold(track, energy.get(track, 0.0) / mwh_per_mw)
        self._count_up(t_ns, {component: math.fsum(owners.values()) for component, owners in cells.items()})
        self._since_ns = t_ns

    def finish(self) -> None:
        """Say where the last interval ends."""
        for track, mw in self._power.items():
            self._packets.count(track, self._since_ns, mw)

    def _track(self, group: str, name: str) -> int:
        return self._tracks.counter(group, name, "mW")

    def _hold(self, track: int, mw: float) -> None:
        """Let ``track`` have ``mw`` from the start of the interval, if it is not so already."""
        if mw != self._power.get(track, 0.0 if self._since_ns else None):
            self._packets.count(track, self._since_ns, mw)
        self._power[track] = mw

    def _count_up(self, t_ns: int, energy_mwh: dict[str, float]) -> None:
        data = []
        for component, used_mwh in energy_mwh.items():
            if component not in self._rails:
                self._open_rail(component)
            index, total = self._rails[component]
            total.add(used_mwh)
            data.append(_reading(index, total.value))
        self._packets.write(t_ns, message(40, *data))

    def _open_rail(self, component: str) -> None:
        index = len(self._rails)
        self._rails[component] = (index, Sum())
        rail = message(1, integer(1, index), text(2, component), text(3, SUBSYSTEM))
        self._packets.write(self._since_ns, message(40, rail))
        self._packets.write(self._since_ns, message(40, _reading(index, 0.0)))


def _reading(index: int, energy_mwh: float) -> bytes:
    return message(2, integer(1, index), integer(3, round(energy_mwh * UWS_PER_MWH)))
