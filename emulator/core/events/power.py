"""Events of power, packs, heat."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.core.events.base import Event


@dataclass(frozen=True, slots=True)
class PowerSampled(Event, topic="power.sampled"):
    """Energy since the previous sample, from the exact ledger.

    Attributes:
        span_ms: Length of the interval.
        total_mw: Mean power of the interval.
        energy_mwh: ``{component: {owner: mWh}}`` of the interval, entries that are not zero.
    """

    span_ms: float
    total_mw: float
    energy_mwh: dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class PackState:
    """One pack in a battery sample.

    Attributes:
        present: Whether it sits in its slot; if not, all else is zero.
        level: True level in [0, 1].
        gauge: Level that the device reports.
        voltage_v: At its contacts.
        current_a: What it carries; negative while it is charged.
        capacity_mah: What it holds when full, ageing included.
        swap: Whether it may be pulled: ``safe``, ``fixed``, ``only-pack``, ``weak`` (``devices/battery/swap.py``).
        alone_mw: What the other packs give before the bus browns out.
    """

    present: bool
    level: float
    gauge: float
    voltage_v: float
    current_a: float
    capacity_mah: float = 0.0
    swap: str = ""
    alone_mw: float = 0.0


@dataclass(frozen=True, slots=True)
class BatterySampled(Event, topic="battery.sampled"):
    """Packs, bus and forecast.

    Attributes:
        packs: One state per slot.
        bus_v: Voltage of the bus behind the diodes.
        power_mw: Power drawn from the packs now.
        level: Charge of all present packs over their capacity, in [0, 1].
        left_min: Minutes left if it goes on as in the last ``left_basis_s``; ``left_low_min`` and ``left_high_min`` the
            band: how the power varied in that time, and what the profile does not know (``devices/battery/forecast.py``).
        temp_c: Cell temperature.
        left_basis_s: Seconds of use that the forecast stands on, 300 at most; 0 before the first.
        mode: How the packs share the load: ``parallel``, ``sequential`` or ``balanced``.
        charger: ``case``, ``clip`` or ``none``.
        charging: ``none``, ``constant-current``, ``constant-voltage`` or ``full``.
        charger_mw: Power taken from the charger, device and packs.
        hold_up_ms: How long the capacitor behind the diodes feeds the device without any pack.
        need_mw: The most that a pack left alone must give: the peak of the last minute, or Android resuming.
    """

    packs: tuple[PackState, ...]
    bus_v: float
    power_mw: float
    level: float
    left_min: float
    left_low_min: float
    left_high_min: float
    temp_c: float
    left_basis_s: float = 0.0
    mode: str = "parallel"
    charger: str = "none"
    charging: str = "none"
    charger_mw: float = 0.0
    hold_up_ms: float = 0.0
    need_mw: float = 0.0


@dataclass(frozen=True, slots=True)
class HeatSampled(Event, topic="heat.sampled"):
    """Temperatures of die, skin and air."""

    die_c: float
    skin_c: float
    ambient_c: float


@dataclass(frozen=True, slots=True)
class HeatLimited(Event, topic="heat.limited"):
    """The skin passed a limit: ``step`` of the profile's limits (0 to 3) hold now."""

    step: int
    skin_c: float


@dataclass(frozen=True, slots=True)
class BatteryLow(Event, topic="battery.ran_low"):
    """The reported level fell to ``threshold`` (0.2, 0.1 or 0.05) or below; ``level`` is what is reported."""

    threshold: float
    level: float


@dataclass(frozen=True, slots=True)
class PackRemoved(Event, topic="pack.removed"):
    """Pack in slot ``pack`` (``left`` or ``right``) was pulled at true ``level``."""

    pack: str
    level: float


@dataclass(frozen=True, slots=True)
class PackInserted(Event, topic="pack.inserted"):
    """A pack at true ``level`` sits in slot ``pack`` (``left`` or ``right``)."""

    pack: str
    level: float


@dataclass(frozen=True, slots=True)
class BrownedOut(Event, topic="device.browned_out"):
    """The packs could not give the power asked for.

    Attributes:
        power_mw: What was asked for.
        consequence: ``ap-reboot`` (Android starts again, the RTOS goes on) or ``power-off``.
        why: ``no-pack``, ``empty`` (their protection opened) or ``peak`` (the bus fell below ``limit_mw``'s voltage).
        limit_mw: What the packs could give.
    """

    power_mw: float
    consequence: str
    why: str = ""
    limit_mw: float = 0.0


@dataclass(frozen=True, slots=True)
class ChargeChanged(Event, topic="charge.changed"):
    """Charging from ``charger`` is in another phase: ``none``, ``constant-current``, ``constant-voltage`` or ``full``."""

    charger: str
    phase: str


@dataclass(frozen=True, slots=True)
class PowerChanged(Event, topic="device.powered"):
    """The glasses were switched on or off, or went to standby: ``state`` is ``on``, ``off`` or ``standby``."""

    state: str
    cause: str
