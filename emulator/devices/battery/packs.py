"""The packs of the device: they give what the ledger draws, and tell the log about it every second.

Between samples the many small slices of the processors cost nothing: the packs step at the interval's mean power,
whose energy is the ledger's own. A power beyond what they can give is looked at at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import get_args

from emulator.core.actions import ArrangePacks, Charge, InsertPack, RemovePack, SetLevel
from emulator.core.errors import UsageError, nearest
from emulator.core.events import (
    BatteryLow,
    BatterySampled,
    BrownedOut,
    CapabilityMissing,
    ChargeChanged,
    PackInserted,
    PackRemoved,
    PackState,
    PowerSampled,
)
from emulator.core.kernel import Kernel, Timer
from emulator.core.log import EventLog, Record
from emulator.core.profile import Profile
from emulator.core.units import MS, S
from emulator.devices.battery.arrange import PackMode, Shared, arrange
from emulator.devices.battery.charger import SUPPLIES, Charger
from emulator.devices.battery.forecast import Forecast, energy_left_mwh
from emulator.devices.battery.model import model_at
from emulator.devices.battery.pack import Health, Pack
from emulator.devices.battery.swap import judge, limit_w
from emulator.devices.ledger import Ledger

SOURCE = "packs"
SAMPLE_NS = S
AT_ONCE_MW = 50.0  # a change of the drawn power that is worth a step of its own ...
LEAST_STEP_NS = 20 * MS  # ... if the last one is at least so long ago
PEAK_NS = 60 * S  # how long a peak of the drawn power is kept in mind, at least; twice that at most
LOW_LEVELS = (0.2, 0.1, 0.05)  # the usual warnings of a phone (assumed)
W_NS_PER_MWH = 3.6e9


class Packs:
    """One or two packs behind ideal diodes.

    Attributes:
        packs: One for each slot of the profile, in its order.
        mode: How they share the load.
        bus_v: Voltage behind the diodes.
        power_mw: Mean power of the last step.
        given_mwh: Energy taken out of the packs at the bus.
        supplied_mwh: Energy that a charger gave to the device.
        charged_mwh: Energy put into the packs at their contacts.
        burnt_mwh: Energy that balancing took out of the packs beside ``given_mwh``.
        unserved_mwh: What the ledger drew while nothing could give it (hold-up capacitor, brown-out).
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
        self.mode: PackMode = "parallel"
        self.power_mw = self.given_mwh = self.supplied_mwh = self.charged_mwh = self.burnt_mwh = self.unserved_mwh = 0.0
        self.bus_v = max(pack.voltage_v for pack in self.packs)
        self.brown_out: Callable[[str], None] = lambda _: None
        self._forecast, self._charger = Forecast(profile), Charger(profile.battery)
        self._phase, self._charger_w = "none", 0.0
        self._step_ns, self._step_mwh = kernel.now_ns, ledger.total_mwh()
        self._sample_ns, self._sampled = kernel.now_ns, ledger.energy_mwh()
        self._limit_w = self._reach_w()
        self._peak_ns, self._peak_mw, self._last_peak_mw = kernel.now_ns, 0.0, 0.0
        self._browned_ns = -1
        self._failing = self._dead = False  # telling of a brown-out; switched off by one, until the draw is gone
        self._dying: Timer | None = None
        self._warned = sum(self.gauge <= level for level in LOW_LEVELS)
        log.subscribe(self._on_remove, RemovePack)
        log.subscribe(self._on_insert, InsertPack)
        log.subscribe(self._on_level, SetLevel)
        log.subscribe(self._on_charge, Charge)
        log.subscribe(self._on_arrange, ArrangePacks)
        ledger.watch(self._on_change, AT_ONCE_MW)
        kernel.post(kernel.now_ns, self._tick)

    @property
    def level(self) -> float:
        """True charge of the present packs over their capacity, in [0, 1]; 0 without a pack."""
        there = [pack for pack in self.packs if pack.present]
        capacity_mah = sum(pack.capacity_mah for pack in there)
        return sum(max(0.0, p.cell.level) * p.capacity_mah for p in there) / capacity_mah if there else 0.0

    @property
    def gauge(self) -> float:
        """What the device reports as its level, in [0, 1]."""
        reported = [pack.gauge.reported for pack in self.packs if pack.present]
        return sum(reported) / len(reported) if reported else 0.0

    def limit_mw(self) -> float:
        """Return the power that pulls the bus down to the brown-out voltage, as the cells are now."""
        return 1000.0 * self._reach_w()

    def hold_up_ms(self, power_mw: float) -> float:
        """Return how long the capacitor behind the diodes holds the bus above brown-out at ``power_mw``."""
        square = self.bus_v**2 - self._battery.uvlo_v**2
        return self._battery.hold_up_uf * max(0.0, square) / 2.0 / power_mw if power_mw > 0.0 else float("inf")

    def need_mw(self) -> float:
        """Return the most that packs must be able to give: the peak of the last minute, or Android resuming."""
        peak_mw = max(self._peak_mw, self._last_peak_mw, self._ledger.total_mw)
        return max(peak_mw, 1000.0 * (self._reboot_w or 0.0)) if peak_mw > 0.0 else 0.0

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
        total_mw = self._ledger.total_mw
        self._peak_mw = max(self._peak_mw, total_mw)
        if total_mw > 1000.0 * self._limit_w:
            self._step()
            self._kernel.post(self._kernel.now_ns, self._check)  # when what is under way at this instant is done
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
        if self._charger.source == "none":
            currents_a = self._discharge(power_w, energy_mwh, span_s)
        else:
            currents_a = self._charge(power_w, energy_mwh, span_s)
        temp_c = self._temp_c()
        for pack in self.packs:
            pack.warm(temp_c)
            pack.carry(currents_a.get(pack.name, 0.0), span_s)
        self._limit_w = self._reach_w()

    def _discharge(self, power_w: float, energy_mwh: float, span_s: float) -> dict[str, float]:
        """Let the live packs give ``power_w``; return their currents by slot."""
        live = [pack for pack in self.packs if pack.live]
        point = self._share(live, power_w)
        if point is None:
            self.unserved_mwh += energy_mwh
            point = Shared(0.0, (0.0,) * len(live))
        else:
            self.given_mwh += energy_mwh
            self.burnt_mwh += point.lost_w * span_s / 3.6
        self.bus_v = point.bus_v
        return dict(zip([pack.name for pack in live], point.currents_a, strict=True))

    def _charge(self, power_w: float, energy_mwh: float, span_s: float) -> dict[str, float]:
        """Feed the device from the charger first; let the packs give what lacks, or take what is left."""
        relieved_w = self._charger.relieves_w(power_w)
        relieved_mwh = energy_mwh * relieved_w / power_w if power_w > 0.0 else 0.0
        self.supplied_mwh += relieved_mwh
        if relieved_w < power_w:
            self._charger_w = relieved_w
            self._set_phase("none")
            return self._discharge(power_w - relieved_w, energy_mwh - relieved_mwh, span_s)
        there = [pack for pack in self.packs if pack.present]
        charging = self._charger.charge(there, power_w)
        self._charger_w = relieved_w + charging.power_w
        self.charged_mwh += charging.into_w * span_s / 3.6
        self._set_phase(charging.phase)
        currents_a = {pack.name: 0.0 - current_a for pack, current_a in zip(there, charging.currents_a, strict=True)}
        self.bus_v = max((volts for volts, _ in self._sources()), default=self._charger.full_v)
        return currents_a

    def _set_phase(self, phase: str) -> None:
        if phase != self._phase:
            self._phase = phase
            self._log.emit(ChargeChanged(self._charger.source, phase), SOURCE)

    def _share(self, live: list[Pack], power_w: float) -> Shared | None:
        return arrange(self.mode, live, power_w, self._battery.uvlo_v)

    def _sources(self) -> list[tuple[float, float]]:
        return [pack.source(pack.current_a) for pack in self.packs if pack.live]

    def _reach_w(self) -> float:
        """Return the power that the live packs and the charger give at the brown-out voltage."""
        live = [pack for pack in self.packs if pack.live]
        return limit_w(live, self._battery.uvlo_v) + SUPPLIES[self._charger.source].power_w

    # --- brown-out ---

    def _check(self) -> None:
        """Brown out if the packs cannot give the power that is drawn now."""
        power_mw = self._ledger.total_mw
        self._dead = self._dead and power_mw > 0.0
        if self._failing or self._dead or self._dying is not None or self._holds(power_mw / 1000.0):
            return
        helps = self._browned_ns < self._kernel.now_ns  # a reboot: not twice at one instant
        self._browned_ns = self._kernel.now_ns
        reboots = helps and self._reboot_w is not None and self._holds(self._reboot_w)
        self._brown_out(power_mw, "ap-reboot" if reboots else "power-off")

    def _holds(self, power_w: float) -> bool:
        power_w -= self._charger.relieves_w(power_w)
        if power_w <= 0.0:
            return True
        point = self._share([pack for pack in self.packs if pack.live], power_w)
        return point is not None and point.bus_v >= self._battery.uvlo_v

    def _brown_out(self, power_mw: float, consequence: str) -> None:
        self._failing = True  # what follows changes the ledger again
        self._dead = consequence == "power-off"
        there = [pack for pack in self.packs if pack.present]
        why = "peak" if any(pack.live for pack in there) else "empty" if there else "no-pack"
        self._log.emit(BrownedOut(power_mw, consequence, why, self.limit_mw()), SOURCE)
        self.brown_out(consequence)
        self._failing = False

    def _die(self) -> None:
        """No pack is left and the capacitor is empty."""
        self._dying = None
        power_mw = self._ledger.total_mw
        if not any(pack.live for pack in self.packs) and power_mw > 0.0 and not self._holds(power_mw / 1000.0):
            self._step()
            self._brown_out(power_mw, "power-off")

    # --- from outside ---

    def _on_remove(self, record: Record) -> None:
        if isinstance(record.event, RemovePack):
            pack = self._pack(record.event.pack)
            if pack.present and self._swappable():
                self._pull(pack)
                self._after_swap()

    def _on_insert(self, record: Record) -> None:
        if isinstance(record.event, InsertPack):
            pack, level = self._pack(record.event.pack), _share_of_one("level", record.event.level)
            health = _health(record.event)
            if self._swappable():
                if pack.present:
                    self._pull(pack)
                self._step()
                pack.refill(level, health)
                self._log.emit(PackInserted(pack.name, level), SOURCE)
                self._after_swap()

    def _on_level(self, record: Record) -> None:
        if isinstance(record.event, SetLevel):
            pack, level = self._pack(record.event.pack), _share_of_one("level", record.event.level)
            if pack.present:
                self._step()
                pack.set_level(level)
                self._after_swap()

    def _on_charge(self, record: Record) -> None:
        if isinstance(record.event, Charge) and record.event.charger != self._charger.source:
            self._step()
            self._set_phase("none")
            self._charger.connect(record.event.charger)
            self._charger_w = 0.0
            self._after_swap()

    def _on_arrange(self, record: Record) -> None:
        if isinstance(record.event, ArrangePacks):
            if record.event.mode not in get_args(PackMode):
                raise UsageError(f"no pack mode {record.event.mode!r}{nearest(record.event.mode, get_args(PackMode))}")
            self._step()
            self.mode = record.event.mode
            self._check()

    def _pull(self, pack: Pack) -> None:
        self._step()
        pack.present, pack.current_a = False, 0.0
        self._log.emit(PackRemoved(pack.name, pack.cell.level), SOURCE)

    def _after_swap(self) -> None:
        """Look at the bus as it is now; without any source the capacitor holds it for less than a millisecond."""
        self._limit_w = self._reach_w()
        power_mw = self._ledger.total_mw
        if any(pack.live for pack in self.packs) or self._charger.source != "none":
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
        if self._kernel.now_ns - self._peak_ns >= PEAK_NS:
            self._peak_ns, self._last_peak_mw, self._peak_mw = self._kernel.now_ns, self._peak_mw, self._ledger.total_mw
        temp_c, need_mw = self._temp_c(), self.need_mw()
        model = model_at(temp_c, self._battery.ocv_shift_v)
        least_v = max(self._battery.uvlo_v, self._battery.cutoff_v)
        live = [(pack.cell.level, pack.capacity_mah) for pack in self.packs if pack.live]
        left = self._forecast.left(energy_left_mwh(model, live, least_v))
        event = BatterySampled(
            packs=tuple(self._state(pack, need_mw) for pack in self.packs),
            bus_v=self.bus_v,
            power_mw=self.power_mw,
            level=self.level,
            left_min=left.minutes,
            left_low_min=left.low_min,
            left_high_min=left.high_min,
            temp_c=temp_c,
            left_basis_s=left.basis_s,
            mode=self.mode,
            charger=self._charger.source,
            charging=self._phase,
            charger_mw=1000.0 * self._charger_w,
            hold_up_ms=self.hold_up_ms(self._ledger.total_mw) if self._ledger.total_mw > 0.0 else 0.0,
            need_mw=need_mw,
        )
        self._log.emit(event, SOURCE)
        self._warn()

    def _state(self, pack: Pack, need_mw: float) -> PackState:
        swap = judge(pack, self.packs, self._battery, need_mw / 1000.0)
        return pack.state(swap.verdict, swap.alone_mw)

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
        by_component = {component: sum(owners.values()) for component, owners in drawn.items()}
        self._sample_ns, self._sampled = self._kernel.now_ns, now
        self._forecast.add(span_ns / S, by_component)
        total_mwh = sum(by_component.values())
        self._log.emit(PowerSampled(span_ns / MS, total_mwh * W_NS_PER_MWH * 1000.0 / span_ns, drawn), SOURCE)

    def _warn(self) -> None:
        gauge = self.gauge
        while self._warned < len(LOW_LEVELS) and gauge <= LOW_LEVELS[self._warned]:
            self._log.emit(BatteryLow(LOW_LEVELS[self._warned], gauge), SOURCE)
            self._warned += 1


def _share_of_one(name: str, number: float) -> float:
    if not 0.0 <= number <= 1.0:
        raise UsageError(f"{name}: expected 0 to 1, got {number}")
    return number


def _health(action: InsertPack) -> Health:
    if _share_of_one("health", action.health) == 0.0:
        raise UsageError("health: expected more than 0, what a pack can still hold")
    if not action.resistance >= 1.0:
        raise UsageError(f"resistance: expected 1 or more, got {action.resistance}")
    return Health(action.health, action.resistance)
