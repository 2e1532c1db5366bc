"""The whole device as a fluid: processors, parts, heat and packs on one clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emulator.core.kernel import Future, Kernel
from emulator.core.profile import Profile
from emulator.core.units import S
from emulator.devices.fluid.parts import FluidParts
from emulator.devices.fluid.supply import LEAST_MW, Supply
from emulator.devices.fluid.system import FluidSystem
from emulator.devices.ledger import Ledger
from emulator.devices.policy import Policy
from emulator.devices.thermal import W_NS_PER_MWH, limit_step, nodes_of
from emulator.devices.work import Hold, Work, WorkDone

LONG_NS, SHORT_NS = 60 * S, 10 * S  # between two looks at packs and skin: far from a heat limit, and near one
NEAR_K = 4.0


@dataclass(frozen=True, slots=True)
class Conditions:
    """Around the device: what the packs hold at first, in [0, 1], the air, and whether it is worn."""

    pack_level: float = 1.0
    ambient_c: float = 25.0
    worn: bool = True


class FluidDevice:
    """One pair of glasses for hours and days.

    Attributes:
        kernel, ledger: Its clock and its energy.
        system, parts, supply: What it is made of.
        skin_c, hottest_c: Temperature of the surface that is worn, now and at most.
        heat: How many skin limits hold, with hysteresis.
        limits: When each limit was first reached, (t_ns, limit from 1).
        brown_outs: When the packs could not hold the bus, (t_ns, mW, consequence).
        dead_ns: When the packs were at their end; -1 while they last. The day goes on as if on a cable.
    """

    def __init__(self, profile: Profile, policy: Policy, conditions: Conditions) -> None:
        self.kernel = Kernel()
        self.ledger = Ledger(self.kernel)
        self.system = FluidSystem(self.kernel, self.ledger, profile, policy, worn=conditions.worn)
        self.parts = FluidParts(self.ledger, profile)
        levels = [conditions.pack_level] * len(profile.battery.slots)
        self.supply = Supply(profile, levels, conditions.ambient_c)
        ap = profile.processors.get("ap")
        self._reboot_w = None if ap is None else ap.resume_mw / 1000.0
        self._nodes, self._limits_c = nodes_of(profile.thermal), profile.thermal.limit_c
        self._air_c = self._die_c = self.skin_c = self.hottest_c = conditions.ambient_c
        self.heat, self.dead_ns = 0, -1
        self.limits: list[tuple[int, int]] = []
        self.brown_outs: list[tuple[int, float, str]] = []
        self._since_ns, self._since_mwh = 0, 0.0
        self.system.level = self._level
        self.system.heat = lambda: self.heat
        self.ledger.watch(self._on_change, LEAST_MW)
        self.kernel.post(0, self._look)

    # --- what plays requests ---

    def place(self, work: Work) -> str:
        """Return where the policy wants ``work``; "" for nowhere."""
        return self.system.place(work)

    def run(self, work: Work) -> Future[WorkDone]:
        """Start ``work``."""
        return self.system.run(work)

    def stay_awake(self, owner: str) -> Hold:
        """Keep the ap awake for ``owner``."""
        return self.system.stay_awake(owner)

    def switch_on(self, owner: str, powers_mw: Sequence[tuple[str, float]]) -> Hold:
        """Keep parts on, (component, mW), until the hold is released."""
        switch = self.parts.switch
        for component, mw in powers_mw:
            switch(owner, component, mw, 1)

        def release() -> None:
            for component, mw in powers_mw:
                switch(owner, component, mw, -1)

        return Hold(release)

    # --- heat and packs ---

    def advance(self) -> None:
        """Bring heat and packs to now with the mean power since the last time."""
        now_ns, total_mwh = self.kernel.now_ns, self.ledger.total_mwh()
        span_ns = now_ns - self._since_ns
        if span_ns <= 0:
            return
        power_w, span_s = (total_mwh - self._since_mwh) * W_NS_PER_MWH / span_ns, span_ns / S
        self._since_ns, self._since_mwh = now_ns, total_mwh
        air_c = self._air_c
        die_k, skin_k = self._nodes.step(self._die_c - air_c, self.skin_c - air_c, power_w, span_s)
        self._die_c, self.skin_c = air_c + die_k, air_c + skin_k
        self.hottest_c = max(self.hottest_c, self.skin_c)
        if self.supply.lasts:
            self.supply.step(power_w, span_s, self.skin_c)
            if not self.supply.lasts:
                self._die(1000.0 * power_w)

    def _look(self) -> None:
        self.advance()
        heat = limit_step(self.heat, self.skin_c, self._limits_c)
        if heat > self.heat:
            self.limits += [(self.kernel.now_ns, n) for n in range(self.heat + 1, heat + 1)]
        self.heat = heat
        self._check()
        near = self.skin_c > self._limits_c[0] - NEAR_K
        self.kernel.post(self.kernel.now_ns + (SHORT_NS if near else LONG_NS), self._look)

    def _on_change(self) -> None:
        """The drawn power jumped: see whether the packs can give it."""
        if self.supply.lasts and self.ledger.total_nw > 1e9 * self.supply.limit_w:
            self.advance()
            self._check()

    def _check(self) -> None:
        power_w = self.ledger.total_nw / 1e9
        if not self.supply.lasts or self.supply.holds(power_w):
            return
        if self._reboot_w is None or not self.supply.holds(self._reboot_w):
            self.supply.stop("brown-out")
            self._die(1000.0 * power_w)
            return
        self.brown_outs.append((self.kernel.now_ns, 1000.0 * power_w, "ap-reboot"))
        self.kernel.post(self.kernel.now_ns, self.system.brown_out)

    def _die(self, power_mw: float) -> None:
        self.dead_ns = self.kernel.now_ns
        if self.supply.end == "brown-out":
            self.brown_outs.append((self.kernel.now_ns, power_mw, "power-off"))

    def _level(self) -> float:
        levels = self.supply.levels
        return sum(levels) / len(levels)
