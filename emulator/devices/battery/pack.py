"""One removable battery: a cell scaled to the rated capacity, its gauge, and whether it is there."""

from __future__ import annotations

from emulator.core import profile as profiles
from emulator.core.events import PackState
from emulator.devices.battery.cell import CHARGE_AH, Cell, CellModel
from emulator.devices.battery.gauge import Gauge


class Pack:
    """A pack in slot ``name``. Currents are the pack's own unless they say cell.

    Attributes:
        present: Whether it sits in its slot.
        spent: Whether its protection has switched it off, empty.
        current_a: What it carries now.
        charge_as: Charge drawn since it was put in.
    """

    __slots__ = ("_scale", "_series_ohm", "cell", "current_a", "gauge", "name", "present", "spent", "voltage_v")

    def __init__(self, name: str, battery: profiles.Battery, model: CellModel, level: float) -> None:
        self.name, self._series_ohm = name, battery.series_ohm
        self._scale = battery.capacity_mah / 1000.0 / CHARGE_AH
        self.cell = Cell(model, level)
        self.gauge = Gauge(model, model.open_v(level))
        self.present, self.spent, self.current_a = True, False, 0.0
        self.voltage_v = model.open_v(level)

    @property
    def live(self) -> bool:
        """Say whether it can carry current."""
        return self.present and not self.spent

    def refill(self, level: float) -> None:
        """Become a rested pack at ``level``; the gauge identifies it anew."""
        model = self.cell.model
        self.cell = Cell(model, level)
        self.present, self.spent, self.current_a = True, False, 0.0
        self.voltage_v = model.open_v(level)
        self.gauge.identify(model, self.voltage_v)

    def source(self, current_a: float) -> tuple[float, float]:
        """Return voltage and resistance at the bus, linearised around ``current_a``."""
        volts, ohm = self.cell.source(current_a / self._scale)
        return volts, ohm / self._scale + self._series_ohm

    def carry(self, current_a: float, span_s: float, cutoff_v: float) -> None:
        """Carry ``current_a`` for ``span_s``; below ``cutoff_v`` its protection opens."""
        cell_a = current_a / self._scale
        self.cell.advance(cell_a, span_s)
        self.current_a, self.voltage_v = current_a, self.cell.voltage_v(cell_a)
        if self.present:
            self.gauge.sample(self.cell.model, cell_a, self.voltage_v, span_s)
        if self.voltage_v < cutoff_v or self.cell.level <= 0.0:
            self.spent = self.live or self.spent

    def state(self) -> PackState:
        """Return the pack as the log keeps it; an empty slot shows zeros."""
        if not self.present:
            return PackState(False, 0.0, 0.0, 0.0, 0.0)
        return PackState(True, max(0.0, self.cell.level), self.gauge.reported, self.voltage_v, self.current_a)
