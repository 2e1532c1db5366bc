"""Fuel gauge of one pack: an extended Kalman filter on (level, depletion), fed by imperfect sensors.

It believes in a simpler cell than the one that it measures (``surface``), of a capacity and resistance that are not
quite right, and it knows nothing of the cell's state. What it reports moves in steps of 1 %: down while the pack is
discharged, up while it is charged (simulation.md, section 8; docs/battery.md, "Gauge").
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from emulator.devices.battery.model import CHARGE_AH
from emulator.devices.battery.surface import SurfaceModel

LEVEL_NOISE, DEPLETION_NOISE = 2e-5**2, 1e-4**2  # a sample
VOLTAGE_NOISE_V, NOISE_OHM = 0.012, 0.1
UNSURE, SETTLED = 0.2**2, 1e-6  # variance of level and depletion of a pack just identified
SAMPLE_S = 5.0
STEPS = 100  # what is reported are whole hundredths
DEAD_BAND = 0.5  # of a step, on top of half a step, before the reported one follows
REST_A = 0.002  # less than this is neither discharge nor charge


@dataclass(frozen=True, slots=True)
class GaugeErrors:
    """What is wrong with the sensors, and with what the gauge believes of the cell.

    Attributes:
        current_gain: Of the current sensor; ``current_offset_a`` is added.
        voltage_bias_v: Of the voltage sensor.
        ocv_bias_v: Of the open-circuit voltage believed.
        capacity: Believed over true capacity.
        resistance: Factor on the ohms believed.
    """

    current_gain: float = 1.0
    current_offset_a: float = 0.0
    voltage_bias_v: float = 0.0
    ocv_bias_v: float = 0.0
    capacity: float = 1.0
    resistance: float = 1.0


# Assumed, simulation.md 8; the ADC is the SC7613's, device.md 1.2
TYPICAL = GaugeErrors(1.01, 0.0003, 0.001, 0.0, 0.97, 1.2)


class Gauge:
    """Follows one cell of ``CHARGE_AH`` by voltage and current; ``reported`` is what the device tells the wearer.

    Attributes:
        level: The filter's estimate, in [0, 1].
    """

    def __init__(self, model: SurfaceModel, rest_v: float, errors: GaugeErrors = TYPICAL) -> None:
        """Start with a pack that shows ``rest_v`` without load."""
        self._errors = errors
        self.identify(model, rest_v)

    @property
    def reported(self) -> float:
        """What is told, in whole hundredths, in [0, 1]."""
        return self._step / STEPS

    def identify(self, model: SurfaceModel, rest_v: float) -> None:
        """Start anew with a pack that shows ``rest_v`` without load: at that voltage's level, and unsure of it."""
        self.level = model.level_of(rest_v + self._errors.voltage_bias_v - self._errors.ocv_bias_v)
        self._depletion = self._electrolyte_v = 0.0
        self._p_level, self._p_cross, self._p_depletion = UNSURE, 0.0, SETTLED
        self._span_s = self._charge_as = 0.0
        self._step = round(self.level * STEPS)

    def shift(self, amount: float) -> None:
        """Be off by ``amount`` of the level more, as after a fault; corrections go on from there."""
        self.level = min(max(self.level + amount, 0.0), 1.0)
        self._step = round(self.level * STEPS)

    def sample(self, model: SurfaceModel, current_a: float, voltage_v: float, span_s: float) -> None:
        """Take in ``span_s`` of cell current, and the voltage at its end; corrects every ``SAMPLE_S``."""
        errors = self._errors
        seen_a = current_a * errors.current_gain + errors.current_offset_a
        self._span_s += span_s
        self._charge_as += seen_a * span_s
        if self._span_s >= SAMPLE_S:
            mean_a = self._charge_as / self._span_s
            self._predict(model, mean_a, self._span_s)
            self._correct(model, seen_a, voltage_v + errors.voltage_bias_v - errors.ocv_bias_v)
            self._span_s = self._charge_as = 0.0
            self._report(mean_a)

    def _predict(self, model: SurfaceModel, current_a: float, span_s: float) -> None:
        fit = model.parameters
        fade, fade_e = math.exp(-span_s / fit.tau_s), math.exp(-span_s / fit.tau_e_s)
        self.level -= current_a * span_s / (3600.0 * CHARGE_AH * self._errors.capacity)
        self._depletion = self._depletion * fade + fit.k_per_a * current_a * (1.0 - fade)
        self._electrolyte_v = self._electrolyte_v * fade_e + fit.r_e_ohm * current_a * (1.0 - fade_e)
        self._p_level += LEVEL_NOISE
        self._p_cross *= fade
        self._p_depletion = self._p_depletion * fade * fade + DEPLETION_NOISE

    def _correct(self, model: SurfaceModel, current_a: float, voltage_v: float) -> None:
        surface = self.level - self._depletion
        drop_v = self._electrolyte_v + model.drop_v(self.level, current_a, self._errors.resistance)
        slope_v = model.slope_v(surface)
        to_level = slope_v * (self._p_level - self._p_cross)
        to_depletion = slope_v * (self._p_cross - self._p_depletion)
        spread = slope_v * (to_level - to_depletion) + VOLTAGE_NOISE_V**2 + (NOISE_OHM * current_a) ** 2
        surprise_v = voltage_v - (model.open_v(surface) - drop_v)
        self.level = min(max(self.level + to_level / spread * surprise_v, 0.0), 1.0)
        self._depletion += to_depletion / spread * surprise_v
        self._p_level -= to_level * to_level / spread
        self._p_cross -= to_level * to_depletion / spread
        self._p_depletion -= to_depletion * to_depletion / spread

    def _report(self, current_a: float) -> None:
        """Follow the estimate by one step at most, in the direction of the charge only."""
        ahead = self.level * STEPS - self._step
        if ahead < -DEAD_BAND and current_a > -REST_A:
            self._step -= 1
        elif ahead > DEAD_BAND and current_a < -REST_A:
            self._step += 1
