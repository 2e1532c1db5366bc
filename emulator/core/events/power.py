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
    """One pack in a battery sample; ``level`` is the true level in [0, 1], ``gauge`` what the device reports."""

    present: bool
    level: float
    gauge: float
    voltage_v: float
    current_a: float


@dataclass(frozen=True, slots=True)
class BatterySampled(Event, topic="battery.sampled"):
    """Packs, bus and forecast.

    Attributes:
        packs: One state per slot.
        bus_v: Voltage of the bus behind the diodes.
        power_mw: Power drawn from the packs now.
        level: Charge of all present packs over their capacity, in [0, 1].
        left_min: Minutes left at the mean power of the last minutes; ``left_low_min`` and ``left_high_min`` the band.
        temp_c: Cell temperature.
    """

    packs: tuple[PackState, ...]
    bus_v: float
    power_mw: float
    level: float
    left_min: float
    left_low_min: float
    left_high_min: float
    temp_c: float


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
    """The packs could not give the power asked for; ``consequence`` says what follows."""

    power_mw: float
    consequence: str


@dataclass(frozen=True, slots=True)
class PowerChanged(Event, topic="device.powered"):
    """The glasses were switched on or off, or went to standby: ``state`` is ``on``, ``off`` or ``standby``."""

    state: str
    cause: str
