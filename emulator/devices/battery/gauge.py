"""Fuel gauge of one pack: an extended Kalman filter on (level, depletion), fed by imperfect sensors.

It knows the cell's model, not its state. What it reports falls in steps of 1 % and never rises until another pack is
identified (simulation.md, section 8).
"""

from __future__ import annotations

import math

from emulator.devices.battery.cell import CHARGE_AH, Cell, CellModel

# Errors of the sensors and of what the gauge believes of the cell (assumed, simulation.md 8; ADC: SC7613, device.md 1.2)
CURRENT_GAIN, CURRENT_OFFSET_A, VOLTAGE_BIAS_V = 1.01, 0.0003, 0.001
BELIEVED_CAPACITY, BELIEVED_OHM = 0.97, 1.2
LEVEL_NOISE, DEPLETION_NOISE = 2e-5**2, 1e-4**2  # a sample
VOLTAGE_NOISE_V, NOISE_OHM = 0.012, 0.1
SURE, UNSURE = 0.01**2, 0.2**2
SAMPLE_S = 5.0
STEP = 0.01


class Gauge:
    """Follows one cell by voltage and current; ``reported`` is what the device tells the wearer.

    Attributes:
        level: The filter's estimate, in [0, 1].
        reported: Monotone, in whole percent.
    """

    def __init__(self, model: CellModel, rest_v: float) -> None:
        self.level = self.reported = 0.0
        self.identify(model, rest_v)

    def identify(self, model: CellModel, rest_v: float) -> None:
        """Start anew with a pack that shows ``rest_v`` without load."""
        self.level = level_of(model, rest_v + VOLTAGE_BIAS_V)
        self._depletion = self._electrolyte_v = 0.0
        self._p_level, self._p_cross, self._p_depletion = SURE, 0.0, 1e-6
        self._span_s = self._charge_as = 0.0
        self.reported = round(self.level / STEP) * STEP

    def sample(self, model: CellModel, current_a: float, voltage_v: float, span_s: float) -> None:
        """Take in ``span_s`` of cell current, and the voltage at its end; corrects every ``SAMPLE_S``."""
        self._span_s += span_s
        self._charge_as += (current_a * CURRENT_GAIN + CURRENT_OFFSET_A) * span_s
        if self._span_s >= SAMPLE_S:
            self._predict(model, self._charge_as / self._span_s, self._span_s)
            self._correct(model, current_a * CURRENT_GAIN + CURRENT_OFFSET_A, voltage_v + VOLTAGE_BIAS_V)
            self._span_s = self._charge_as = 0.0
            self._report()

    def _predict(self, model: CellModel, current_a: float, span_s: float) -> None:
        fit = model.parameters
        fade, fade_e = math.exp(-span_s / fit.tau_s), math.exp(-span_s / fit.tau_e_s)
        self.level -= current_a * span_s / (3600.0 * CHARGE_AH * BELIEVED_CAPACITY)
        self._depletion = self._depletion * fade + fit.k_per_a * current_a * (1.0 - fade)
        self._electrolyte_v = self._electrolyte_v * fade_e + fit.r_e_ohm * current_a * (1.0 - fade_e)
        self._p_level += LEVEL_NOISE
        self._p_cross *= fade
        self._p_depletion = self._p_depletion * fade * fade + DEPLETION_NOISE

    def _correct(self, model: CellModel, current_a: float, voltage_v: float) -> None:
        believed = Cell(model, self.level)
        believed.depletion, believed.electrolyte_v = self._depletion, self._electrolyte_v
        source_v, ohm = believed.source(current_a)
        slope_v = model.slope_v(self.level - self._depletion)
        to_level = slope_v * (self._p_level - self._p_cross)
        to_depletion = slope_v * (self._p_cross - self._p_depletion)
        spread = slope_v * (to_level - to_depletion) + VOLTAGE_NOISE_V**2 + (NOISE_OHM * current_a) ** 2
        surprise_v = voltage_v - (source_v - ohm * BELIEVED_OHM * current_a)
        self.level = min(max(self.level + to_level / spread * surprise_v, 0.0), 1.0)
        self._depletion += to_depletion / spread * surprise_v
        self._p_level -= to_level * to_level / spread
        self._p_cross -= to_level * to_depletion / spread
        self._p_depletion -= to_depletion * to_depletion / spread

    def _report(self) -> None:
        """Fall by whole percents, each when the estimate is half a percent below the one shown."""
        self.reported = min(self.reported, round(self.level / STEP) * STEP)


def level_of(model: CellModel, open_v: float) -> float:
    """Return the level in [0, 1] whose open-circuit voltage is ``open_v``; the table rises with level."""
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2.0
        low, high = (middle, high) if model.open_v(middle) < open_v else (low, middle)
    return (low + high) / 2.0
