"""The packs of the device: they give what the ledger draws, and tell the log about it every second.

Between samples the many small slices of the processors cost nothing: the packs step at the interval's mean power,
whose energy is the ledger's own. A power beyond what they can give is looked at at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from emulator.core.actions import InsertPack, RemovePack, SetLevel
from emulator.core.errors import UsageError, nearest
from emulator.core.events import (
    BatteryLow,
    BatterySampled,
    BrownedOut,
    CapabilityMissing,
    PackInserted,
    PackRemoved,
    PowerSampled,
)
from emulator.core.kernel import Kernel, Timer
from emulator.core.log import EventLog, Record
from emulator.core.profile import Profile
from emulator.core.units import MS, S
from emulator.devices.battery.bus import PASSES, BusPoint, limit_w, share
from emulator.devices.battery.forecast import Forecast, energy_left_mwh
from emulator.devices.battery.model import model_at
from emulator.devices.battery.pack import NEW, Pack
from emulator.devices.ledger import Ledger

SOURCE = "packs"
SAMPLE_NS = S
AT_ONCE_MW = 50.0  # a change of the drawn power that is worth a step of its own ...
LEAST_STEP_NS = 20 * MS  # ... if the last one is at least so long ago
LOW_LEVELS = (0.2, 0.1, 0.05)  # the usual warnings of a phone (assumed)
W_NS_PER_MWH = 3.6e9


class Packs:
    """One or two packs behind ideal diodes.

    Attributes:
        packs: One for each slot of the profile, in its order.
        bus_v: Voltage behind the diodes.
        power_mw: Mean power of the last step.
        given_mwh: Energy taken out of the packs at the bus.
        unserved_mwh: What the ledger drew while the packs could not give it (hold-up capacitor, brown-out).
        brown_out: Called with the consequence, ``ap-reboot`` or ``power-off``, after the event.
    """

    def __init__(
        self,
        kernel: Kernel,
        log: EventLog,
        ledger: Ledger,
        profile: Profile,
        levels: Sequence[float],
        air: Callable[[], float],
    ) -> None:
        """Put a rested pack at each of ``levels`` into the slots; ``air`` tells the cells' temperature in C."""
        self._kernel, self._log, self._ledger = kernel, log, ledger
        self._battery, self._temp_c = profile.battery, air
        ap = profile.processors.get("ap")
        self._reboot_w = None if ap is None else ap.resume_mw / 1000.0
        named = zip(profile.battery.slots, levels, strict=True)
        self.packs = [Pack(name, profile.battery, air(), level) for name, level in named]
        self.power_mw = self.given_mwh = self.unserved_mwh = 0.0
        self.bus_v = max(pack.voltage_v for pack in self.packs)
        self.brown_out: Callable[[str], None] = lambda _: None
        self._forecast = Forecast()
        self._step_ns, self._step_mwh = kernel.now_ns, ledger.total_mwh()
        self._sample_ns, self._sampled = kernel.now_ns, ledger.energy_mwh()
        self._limit_w = limit_w(self._sources(), self._battery.uvlo_v)
        self._failing = self._dead = False  # telling of a brown-out; switched off by one, until the draw is gone
        self._dying: Timer | None = None
        self._warned = sum(self.gauge <= level for level in LOW_LEVELS)
        log.subscribe(self._on_remove, RemovePack)
        log.subscribe(self._on_insert, InsertPack)
        log.subscribe(self._on_level, SetLevel)
        ledger.watch(self._on_change, AT_ONCE_MW)
        kernel.post(kernel.now_ns, self._tick)

    @property
    def level(self) -> float:
        """True charge of the present packs over their capacity, in [0, 1]; 0 without a pack."""
        levels = [max(0.0, pack.cell.level) for pack in self.packs if pack.present]
        return sum(levels) / len(levels) if levels else 0.0

    @property
    def gauge(self) -> float:
        """What the device reports as its level, in [0, 1]."""
        reported = [pack.gauge.reported for pack in self.packs if pack.present]
        return sum(reported) / len(reported) if reported else 0.0

    def limit_mw(self) -> float:
        """Return the power that pulls the bus down to the brown-out voltage, as the cells are now."""
        return 1000.0 * limit_w(self._sources(), self._battery.uvlo_v)

    def hold_up_ms(self, power_mw: float) -> float:
        """Return how long the capacitor behind the diodes holds the bus above brown-out at ``power_mw``."""
        square = self.bus_v**2 - self._battery.uvlo_v**2
        return self._battery.hold_up_uf * max(0.0, square) / 2.0 / power_mw if power_mw > 0.0 else float("inf")

    # --- stepping ---

    def _tick(self) -> None:
        self._step()
        self._check()
        self._sample()
        self._kernel.post(self._kernel.now_ns + SAMPLE_NS, self._tick)

    def _on_change(self) -> None:
        """The drawn power changed: step at once if it matters."""
        if self._failing or self._dying is not None:
            return
        if self._ledger.total_mw > 1000.0 * self._limit_w:
            self._step()
            self._check()
        elif self._kernel.now_ns - self._step_ns >= LEAST_STEP_NS:
            self._step()

    def _step(self) -> None:
        """Advance all packs to now at the mean power since the last step."""
        span_ns, total_mwh = self._kernel.now_ns - self._step_ns, self._ledger.total_mwh()
        if span_ns <= 0:
            return
        energy_mwh, span_s = total_mwh - self._step_mwh, span_ns / S
        self._step_ns, self._step_mwh = self._kernel.now_ns, total_mwh
        power_w = energy_mwh * W_NS_PER_MWH / span_ns
        self.power_mw = 1000.0 * power_w
        self._forecast.add(span_s, energy_mwh)
        live = [pack for pack in self.packs if pack.live]
        point = self._solve(live, power_w)
        if point is None:
            self.unserved_mwh += energy_mwh
            point = BusPoint(0.0, (0.0,) * len(live))
        self.bus_v = point.bus_v
        self.given_mwh += point.bus_v * sum(point.currents_a) * span_s / 3.6
        currents_a = dict(zip([pack.name for pack in live], point.currents_a, strict=True))
        temp_c = self._temp_c()
        for pack in self.packs:
            pack.warm(temp_c)
            pack.carry(currents_a.get(pack.name, 0.0), span_s)
        self._limit_w = limit_w(self._sources(), self._battery.uvlo_v)

    def _solve(self, live: list[Pack], power_w: float) -> BusPoint | None:
        """Share ``power_w`` over ``live``, linearised anew at each pass; leaves the packs as they are."""
        currents_a = tuple(pack.current_a for pack in live)
        point = None
        for _ in range(PASSES):
            point = share([pack.source(i) for pack, i in zip(live, currents_a, strict=True)], power_w)
            if point is None:
                return None
            currents_a = point.currents_a
        return point

    def _sources(self) -> list[tuple[float, float]]:
        return [pack.source(pack.current_a) for pack in self.packs if pack.live]

    # --- brown-out ---

    def _check(self) -> None:
        """Brown out if the packs cannot give the power that is drawn now."""
        power_mw = self._ledger.total_mw
        self._dead = self._dead and power_mw > 0.0
        if self._failing or self._dead or self._dying is not None or self._holds(power_mw / 1000.0):
            return
        reboots = self._reboot_w is not None and self._holds(self._reboot_w)
        self._brown_out(power_mw, "ap-reboot" if reboots else "power-off")

    def _holds(self, power_w: float) -> bool:
        if power_w <= 0.0:
            return True
        point = self._solve([pack for pack in self.packs if pack.live], power_w)
        return point is not None and point.bus_v >= self._battery.uvlo_v

    def _brown_out(self, power_mw: float, consequence: str) -> None:
        self._failing = True  # what follows changes the ledger again
        self._dead = consequence == "power-off"
        self._log.emit(BrownedOut(power_mw, consequence), SOURCE)
        self.brown_out(consequence)
        self._failing = False

    def _die(self) -> None:
        """No pack is left and the capacitor is empty."""
        self._dying = None
        if not any(pack.live for pack in self.packs) and self._ledger.total_mw > 0.0:
            self._step()
            self._brown_out(self._ledger.total_mw, "power-off")

    # --- from outside ---

    def _on_remove(self, record: Record) -> None:
        if isinstance(record.event, RemovePack):
            pack = self._pack(record.event.pack)
            if pack.present and self._swappable():
                self._pull(pack)
                self._after_swap()

    def _on_insert(self, record: Record) -> None:
        if isinstance(record.event, InsertPack):
            pack, level = self._pack(record.event.pack), _share_of_one(record.event.level)
            if self._swappable():
                if pack.present:
                    self._pull(pack)
                self._step()
                pack.refill(level, NEW)
                self._log.emit(PackInserted(pack.name, level), SOURCE)
                self._after_swap()

    def _on_level(self, record: Record) -> None:
        if isinstance(record.event, SetLevel):
            pack, level = self._pack(record.event.pack), _share_of_one(record.event.level)
            if pack.present:
                self._step()
                pack.set_level(level)
                self._after_swap()

    def _pull(self, pack: Pack) -> None:
        self._step()
        pack.present, pack.current_a = False, 0.0
        self._log.emit(PackRemoved(pack.name, pack.cell.level), SOURCE)

    def _after_swap(self) -> None:
        """Look at the bus as it is now; without any pack the capacitor holds it for less than a millisecond."""
        self._limit_w = limit_w(self._sources(), self._battery.uvlo_v)
        power_mw = self._ledger.total_mw
        if any(pack.live for pack in self.packs):
            self._dead = False
            if self._dying is not None:
                self._dying.cancel()
                self._dying = None
            self._check()
        elif power_mw > 0.0 and self._dying is None:
            self._dying = self._kernel.after(round(self.hold_up_ms(power_mw) * MS), self._die)
        self._warned = sum(self.gauge <= level for level in LOW_LEVELS[: self._warned])
        self._sample()

    def _pack(self, name: str) -> Pack:
        found = {pack.name: pack for pack in self.packs}
        if name not in found:
            raise UsageError(f"no pack slot {name!r}{nearest(name, found)}")
        return found[name]

    def _swappable(self) -> bool:
        if not self._battery.swappable:
            self._log.emit(CapabilityMissing("wearer", "swap"), SOURCE)
        return self._battery.swappable

    # --- telling ---

    def _sample(self) -> None:
        self.tell_power()
        model = model_at(self._temp_c(), self._battery.ocv_shift_v)
        least_v = max(self._battery.uvlo_v, self._battery.cutoff_v)
        levels = [pack.cell.level for pack in self.packs if pack.live]
        left = self._forecast.left_min(energy_left_mwh(model, levels, self._battery.capacity_mah, least_v))
        states = tuple(pack.state() for pack in self.packs)
        event = BatterySampled(states, self.bus_v, self.power_mw, self.level, *left, self._temp_c())
        self._log.emit(event, SOURCE)
        self._warn()

    def tell_power(self) -> None:
        """Tell of the energy since the last sample."""
        span_ns = self._kernel.now_ns - self._sample_ns
        if span_ns <= 0:
            return
        now, before = self._ledger.energy_mwh(), self._sampled
        drawn: dict[str, dict[str, float]] = {}
        for component, owners in now.items():
            for owner, energy_mwh in owners.items():
                change_mwh = energy_mwh - before.get(component, {}).get(owner, 0.0)
                if change_mwh > 0.0:
                    drawn.setdefault(component, {})[owner] = change_mwh
        total_mwh = sum(sum(owners.values()) for owners in drawn.values())
        self._sample_ns, self._sampled = self._kernel.now_ns, now
        self._log.emit(PowerSampled(span_ns / MS, total_mwh * W_NS_PER_MWH * 1000.0 / span_ns, drawn), SOURCE)

    def _warn(self) -> None:
        gauge = self.gauge
        while self._warned < len(LOW_LEVELS) and gauge <= LOW_LEVELS[self._warned]:
            self._log.emit(BatteryLow(LOW_LEVELS[self._warned], gauge), SOURCE)
            self._warned += 1


def _share_of_one(level: float) -> float:
    if not 0.0 <= level <= 1.0:
        raise UsageError(f"level: expected 0 to 1, got {level}")
    return level
