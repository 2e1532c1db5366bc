"""One removable battery: a cell scaled to its capacity, its age, its gauge, and whether it is there."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.core import profile as profiles
from emulator.core.events import PackState
from emulator.devices.battery.cell import Cell
from emulator.devices.battery.gauge import Gauge
from emulator.devices.battery.model import CHARGE_AH, CellModel, model_at
from emulator.devices.battery.surface import SurfaceModel, surface_at

NEWTON, CLOSE_A = 16, 1e-6  # passes at most, and the change of current that ends them


@dataclass(frozen=True, slots=True)
class Health:
    """Age of a pack: what is left of the rated capacity, in (0, 1], and the factor on its resistance, >= 1."""

    capacity: float = 1.0
    resistance: float = 1.0


NEW = Health()


class Pack:
    """A pack in slot ``name``. Currents are the pack's own unless they say cell; positive on discharge.

    Attributes:
        present: Whether it sits in its slot.
        spent: Whether its protection has switched it off, empty.
        current_a: What it carries now.
        capacity_mah: What it holds now, full.
    """

    __slots__ = (
        "_battery",
        "_health",
        "_reach_a",
        "_scale",
        "_surface",
        "_temp_c",
        "capacity_mah",
        "cell",
        "current_a",
        "gauge",
        "name",
        "present",
        "spent",
        "voltage_v",
    )

    def __init__(self, name: str, battery: profiles.Battery, temp_c: float, level: float, health: Health = NEW) -> None:
        """Make a rested pack at ``level`` in [0, 1]."""
        self.name, self._battery, self._temp_c, self._health = name, battery, temp_c, health
        self._surface = surface_at(temp_c, battery.ocv_shift_v)
        self.gauge = Gauge(self._surface, self._model().open_v(level))
        self.refill(level, health)

    @property
    def live(self) -> bool:
        """Say whether it can carry current."""
        return self.present and not self.spent

    @property
    def surface(self) -> SurfaceModel:
        """What its gauge believes of the cell at this temperature."""
        return self._surface

    def refill(self, level: float, health: Health) -> None:
        """Become a rested pack at ``level``; the gauge identifies it anew."""
        self._health = health
        self.capacity_mah = self._battery.capacity_mah * health.capacity
        self._scale = self.capacity_mah / 1000.0 / CHARGE_AH
        model = self._model()
        self.cell = Cell(model, level)
        self.present, self.spent = True, False
        self.current_a = self._reach_a = 0.0
        self.voltage_v = model.open_v(level)
        self.gauge.identify(self._surface, self.voltage_v)

    def set_level(self, level: float) -> None:
        """Become the same pack, rested at ``level``."""
        self.refill(level, self._health)

    def warm(self, temp_c: float) -> None:
        """Bring the cell to ``temp_c``."""
        if temp_c != self._temp_c:
            self._temp_c = temp_c
            self.cell.warm(self._model())
            self._surface = surface_at(temp_c, self._battery.ocv_shift_v)

    def source(self, current_a: float) -> tuple[float, float]:
        """Return voltage and resistance at the bus, linearised around ``current_a``."""
        volts, ohm = self.cell.source(current_a / self._scale)
        return volts, ohm / self._scale + self._battery.series_ohm

    def at_voltage(self, voltage_v: float) -> float:
        """Return the current that takes the contacts to ``voltage_v``; negative if that charges the cell."""
        return self._at_voltage(voltage_v, self.current_a)

    def reach_w(self, least_v: float) -> float:
        """Return the power that takes the contacts down to ``least_v``, 0 if they are below already."""
        self._reach_a = self._at_voltage(least_v, self._reach_a)
        return least_v * max(0.0, self._reach_a)

    def _at_voltage(self, voltage_v: float, current_a: float) -> float:
        """Return the current at ``voltage_v``, looked for from ``current_a`` on."""
        for _ in range(NEWTON):
            volts, ohm = self.source(current_a)
            before_a, current_a = current_a, (volts - voltage_v) / ohm
            if abs(current_a - before_a) < CLOSE_A:
                break
        return current_a

    def carry(self, current_a: float, span_s: float) -> None:
        """Carry ``current_a`` for ``span_s``; below its cut-off its protection opens, charging closes it again."""
        cell_a = current_a / self._scale
        self.cell.advance(cell_a, span_s)
        self.current_a, self.voltage_v = current_a, self.cell.voltage_v(cell_a)
        if self.present:
            self.gauge.sample(self._surface, cell_a, self.voltage_v, span_s)
        if self.voltage_v < self._battery.cutoff_v or self.cell.level <= 0.0:
            self.spent = self.live or self.spent
        elif current_a < 0.0:
            self.spent = False

    def state(self, swap: str = "", alone_mw: float = 0.0) -> PackState:
        """Return the pack as the log keeps it, with what ``swap.judge`` said; an empty slot shows zeros."""
        if not self.present:
            return PackState(False, 0.0, 0.0, 0.0, 0.0)
        level = max(0.0, self.cell.level)
        return PackState(
            True, level, self.gauge.reported, self.voltage_v, self.current_a, self.capacity_mah, swap, alone_mw
        )

    def _model(self) -> CellModel:
        return model_at(self._temp_c, self._battery.ocv_shift_v, self._health.resistance)
