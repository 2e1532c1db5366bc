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
HEAVY_NW, HEAVY_NS = 300_000_000, 5 * S  # a load of its own: more than 0.3 W for more than 5 s
WEAKER = 1.5  # by how much the packs may have become weaker under a load since they were looked at


@dataclass(frozen=True, slots=True)
class Conditions:
    """Around the device.

    Attributes:
        pack_level: What the packs hold at first, in [0, 1].
        ambient_c: Temperature of the air.
        worn: Whether it is worn.
        brightness: Of the display, in [0, 1].
        bench_heat: If given, the device is on a cable and so many skin limits hold all the time.
    """

    pack_level: float = 1.0
    ambient_c: float = 25.0
    worn: bool = True
    brightness: float = 0.5
    bench_heat: int | None = None


class FluidDevice:
    """One pair of glasses for hours and days.

    Attributes:
        kernel, ledger: Its clock and its energy.
        system, parts, supply: What it is made of.
        skin_c, hottest_c: Temperature of the surface that is worn, now and at most.
        heat: How many skin limits hold, with hysteresis.
        limits: When each limit was first reached, (t_ns, limit from 1).
        peak_nw: Highest power drawn so far, to ``LEAST_MW``.
        dead_ns, dead_mw: When the packs could not give what was drawn, and how much that was; -1 and 0 while they can.
            From there on the device goes on as if on a cable.
    """

    def __init__(self, profile: Profile, policy: Policy, conditions: Conditions) -> None:
        self.kernel = Kernel()
        self.ledger = Ledger(self.kernel)
        self.system = FluidSystem(self.kernel, self.ledger, profile, policy, worn=conditions.worn)
        self.parts = FluidParts(self.ledger, profile)
        levels = [conditions.pack_level] * len(profile.battery.slots)
        self.supply = Supply(profile, levels, conditions.ambient_c)
        self._thermal, self._nodes = profile.thermal, nodes_of(profile.thermal)
        self._air_c = self._die_c = self.skin_c = self.hottest_c = conditions.ambient_c
        self._brightness = conditions.brightness
        self.heat, self.peak_nw, self._drawn_nw = 0, self.ledger.total_nw, self.ledger.total_nw
        self.dead_ns, self.dead_mw = -1, 0.0
        self.limits: list[tuple[int, int]] = []
        self._since_ns, self._since_mwh = 0, 0.0
        self.system.level = self._level
        self.system.heat = lambda: self.heat
        self.ledger.watch(self._on_change, LEAST_MW)
        if conditions.bench_heat is None:
            self.kernel.post(0, self._look)
        else:
            self.supply.stop("cable")
            self.limit(conditions.bench_heat)

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

    def limit(self, heat: int) -> None:
        """Let ``heat`` skin limits hold, 0 to 3: a slower clock, a dimmer display, no recording."""
        self.heat = heat
        if self.system.ap:
            self.system.ap.cores.governor.limit(self._thermal.cap_speed if heat >= 1 else 1.0)
        cap = self._thermal.cap_brightness if heat >= 2 else 1.0
        self.parts.limit("display", min(1.0, cap / self._brightness) if self._brightness else 1.0)
        self.parts.limit("video", 0.0 if heat >= 3 else 1.0)

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
                self._die(power_w)

    def _look(self) -> None:
        self.advance()
        heat = limit_step(self.heat, self.skin_c, self._thermal.limit_c)
        self.limits += [(self.kernel.now_ns, number) for number in range(len(self.limits) + 1, heat + 1)]
        if heat != self.heat:
            self.limit(heat)
        self._check(self.ledger.total_nw / 1e9)
        near = self.skin_c > self._thermal.limit_c[0] - NEAR_K
        self.kernel.post(self.kernel.now_ns + (SHORT_NS if near else LONG_NS), self._look)

    def _on_change(self) -> None:
        """The drawn power jumped: see whether the packs can give it, and whether they could what was drawn up to now."""
        before_nw, now_nw = self._drawn_nw, self.ledger.total_nw
        self._drawn_nw, self.peak_nw = now_nw, max(self.peak_nw, now_nw)
        if not self.supply.lasts:
            return
        if max(now_nw, before_nw * WEAKER) > 1e9 * self.supply.limit_w:
            self.advance()
            self._check(max(now_nw, before_nw) / 1e9)
        elif before_nw > HEAVY_NW and self.kernel.now_ns - self._since_ns > HEAVY_NS:
            self.advance()

    def _check(self, power_w: float) -> None:
        if not self.supply.lasts or self.supply.holds(power_w):
            return
        self.supply.stop("brown-out")
        self._die(power_w)

    def _die(self, power_w: float) -> None:
        self.dead_ns, self.dead_mw = self.kernel.now_ns, 1_000.0 * power_w

    def _level(self) -> float:
        levels = self.supply.levels
        return sum(levels) / len(levels)
