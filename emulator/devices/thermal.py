"""Heat: two nodes, die and skin, stepped exactly (docs/physics.md, "Heat")."""

from __future__ import annotations

import math
from dataclasses import dataclass

from emulator.core import profile as profiles
from emulator.core.actions import SetAmbient
from emulator.core.events import HeatLimited, HeatSampled
from emulator.core.kernel import Kernel
from emulator.core.log import EventLog, Record
from emulator.core.profile import Profile
from emulator.core.units import S
from emulator.devices.ledger import Ledger

SAMPLE_NS = 10 * S
HYSTERESIS_C = 1.0  # assumed: a limit is left again one kelvin below it
W_NS_PER_MWH = 3.6e9  # 1 mWh = 3.6 J = 3.6e9 W·ns


@dataclass(frozen=True, slots=True)
class TwoNodes:
    """Die and skin over the air: capacities in J/K, resistances die to skin and skin to air in K/W."""

    die_j_per_k: float
    skin_j_per_k: float
    die_skin_k_per_w: float
    skin_air_k_per_w: float

    def step(self, die_k: float, skin_k: float, power_w: float, span_s: float) -> tuple[float, float]:
        """Return die and skin temperature over the air after ``span_s`` of constant ``power_w``, in kelvin.

        Exact: two exponentials in the eigenbasis of the system's matrix.

        Source:
            docs/physics.md, "Heat".
        """
        a = -1.0 / (self.die_skin_k_per_w * self.die_j_per_k)
        c = 1.0 / (self.die_skin_k_per_w * self.skin_j_per_k)
        d = -c - 1.0 / (self.skin_air_k_per_w * self.skin_j_per_k)
        mean, half = (a + d) / 2.0, math.sqrt(((a - d) / 2.0) ** 2 - a * c)
        die_end, skin_end = power_w * (self.die_skin_k_per_w + self.skin_air_k_per_w), power_w * self.skin_air_k_per_w
        x, y = die_k - die_end, skin_k - skin_end
        # exp(A h) = e^(mean h) (cosh(half h) + sinh(half h) / half (A - mean)); A's upper right is -a
        slow, fast = math.exp((mean + half) * span_s), math.exp((mean - half) * span_s)
        even, odd = (slow + fast) / 2.0, (slow - fast) / (2.0 * half)
        die = die_end + even * x + odd * ((a - mean) * x - a * y)
        skin = skin_end + even * y + odd * (c * x + (d - mean) * y)
        return die, skin


class Thermal:
    """Temperatures of die and skin, sampled into the log; all power becomes heat at the die.

    Attributes:
        die_c: Temperature of the die.
        skin_c: Temperature of the surface that is worn.
        ambient_c: Temperature of the air.
        step: How many of the profile's skin limits are exceeded, 0 to 3, with hysteresis.
    """

    def __init__(self, kernel: Kernel, log: EventLog, ledger: Ledger, profile: Profile, ambient_c: float) -> None:
        self._kernel, self._log, self._ledger = kernel, log, ledger
        self._nodes, self._limits_c = nodes_of(profile.thermal), profile.thermal.limit_c
        self.die_c = self.skin_c = self.ambient_c = ambient_c
        self.step = 0
        self._since_ns, self._since_mwh = kernel.now_ns, ledger.total_mwh()
        log.subscribe(self._on_ambient, SetAmbient)
        kernel.post(kernel.now_ns, self._sample)

    def _advance(self) -> None:
        """Step to now with the mean power since the last step: exact energy, and far below the time constants."""
        span_ns, total_mwh = self._kernel.now_ns - self._since_ns, self._ledger.total_mwh()
        if span_ns:
            power_w = (total_mwh - self._since_mwh) * W_NS_PER_MWH / span_ns
            air = self.ambient_c
            die_k, skin_k = self._nodes.step(self.die_c - air, self.skin_c - air, power_w, span_ns / S)
            self.die_c, self.skin_c = air + die_k, air + skin_k
            self._since_ns, self._since_mwh = self._kernel.now_ns, total_mwh

    def _sample(self) -> None:
        self._advance()
        self._log.emit(HeatSampled(self.die_c, self.skin_c, self.ambient_c), "thermal")
        step = limit_step(self.step, self.skin_c, self._limits_c)
        if step != self.step:
            self.step = step
            self._log.emit(HeatLimited(step, self.skin_c), "thermal")
        self._kernel.post(self._kernel.now_ns + SAMPLE_NS, self._sample)

    def _on_ambient(self, record: Record) -> None:
        if isinstance(record.event, SetAmbient):
            self._advance()
            self.ambient_c = record.event.temp_c


def nodes_of(thermal: profiles.Thermal) -> TwoNodes:
    """Return the two nodes of a profile."""
    return TwoNodes(thermal.die_j_per_k, thermal.skin_j_per_k, thermal.die_skin_k_per_w, thermal.skin_air_k_per_w)


def limit_step(step: int, skin_c: float, limits_c: tuple[float, ...]) -> int:
    """Return how many limits hold now: one more at or above a limit, one less ``HYSTERESIS_C`` below it."""
    while step < len(limits_c) and skin_c >= limits_c[step]:
        step += 1
    while step > 0 and skin_c < limits_c[step - 1] - HYSTERESIS_C:
        step -= 1
    return step
