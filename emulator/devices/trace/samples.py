"""Packs, heat, light and the ap's clock as counters; packs also as the battery packets of an Android device."""

from __future__ import annotations

from emulator.core.events import (
    ApClocked,
    BatterySampled,
    BrightnessChanged,
    DisplayLit,
    DisplaySlept,
    Event,
    HeatSampled,
    HudMeasured,
    PackState,
    SessionStarted,
)
from emulator.core.profile import Profile
from emulator.devices.trace.packets import Packets
from emulator.devices.trace.protobuf import integer, message, single, text
from emulator.devices.trace.tracks import Tracks


class Samples:
    """Turns samples into counters."""

    def __init__(self, packets: Packets, tracks: Tracks, profile: Profile | None) -> None:
        self._packets, self._tracks = packets, tracks
        self._battery = profile.battery if profile else None
        ap = profile.processors.get("ap") if profile else None
        self._clocked = ap is not None and len(ap.opps) > 1
        self._nits = 0.0

    def read(self, t_ns: int, event: Event) -> None:
        """Write ``event``, if it is a sample."""
        match event:
            case BatterySampled():
                self._packs(t_ns, event)
            case SessionStarted() if self._clocked:
                self._count("ap", "ap.clock", "%", t_ns, 100.0)
            case ApClocked(speed):
                self._count("ap", "ap.clock", "%", t_ns, 100.0 * speed)
            case HeatSampled(die_c, skin_c, ambient_c):
                for name, temp_c in (("die", die_c), ("skin", skin_c), ("ambient", ambient_c)):
                    self._count("heat", f"heat.{name}", "°C", t_ns, temp_c)
            case HudMeasured(lit, picture_level):
                self._count("display", "display.lit_share", "", t_ns, lit)
                self._count("display", "display.picture_level", "", t_ns, picture_level)
            case BrightnessChanged(_, nits):
                self._nits = nits
                self._count("display", "display.nits", "nits", t_ns, nits)
            case DisplayLit():
                self._count("display", "display.nits", "nits", t_ns, self._nits)
            case DisplaySlept():
                self._count("display", "display.nits", "nits", t_ns, 0.0)

    def _packs(self, t_ns: int, event: BatterySampled) -> None:
        for number, pack in enumerate(event.packs):
            self._pack(t_ns, self._battery.slots[number] if self._battery else str(number), pack)
        self._android(t_ns, event)
        self._count("battery", "battery.level", "", t_ns, event.level)
        self._count("battery", "battery.bus", "V", t_ns, event.bus_v)
        self._count("battery", "battery.power", "mW", t_ns, event.power_mw)
        self._count("battery", "battery.minutes_left", "min", t_ns, event.left_min)
        self._count("heat", "heat.cell", "°C", t_ns, event.temp_c)

    def _pack(self, t_ns: int, name: str, pack: PackState) -> None:
        for what, unit, value in (
            ("present", "", float(pack.present)),
            ("level", "", pack.level),
            ("gauge", "", pack.gauge),
            ("voltage", "V", pack.voltage_v),
            ("current", "A", pack.current_a),
        ):
            self._count("battery", f"battery.{name}.{what}", unit, t_ns, value)
        self._battery_packet(t_ns, pack.gauge, pack.level, pack.current_a, pack.voltage_v, text(5, name))

    def _android(self, t_ns: int, event: BatterySampled) -> None:
        """Write all packs as the one battery that Android's own tables know."""
        present = [pack for pack in event.packs if pack.present]
        gauge = sum(pack.gauge for pack in present) / len(present) if present else 0.0
        level = sum(pack.level for pack in present)
        self._battery_packet(t_ns, gauge, level, sum(pack.current_a for pack in present), event.bus_v)

    def _battery_packet(
        self, t_ns: int, gauge: float, level: float, current_a: float, voltage_v: float, *name: bytes
    ) -> None:
        """Write a battery packet; ``level`` counts in packs, and Android counts what flows in."""
        capacity_mah = self._battery.capacity_mah if self._battery else None
        charge = b"" if capacity_mah is None else integer(1, round(level * capacity_mah * 1e3))
        current, voltage = integer(3, round(-current_a * 1e6)), integer(7, round(voltage_v * 1e6))
        self._packets.write(t_ns, message(38, charge, single(2, gauge * 100.0), current, voltage, *name))

    def _count(self, group: str, name: str, unit: str, t_ns: int, value: float) -> None:
        self._packets.count(self._tracks.counter(group, name, unit), t_ns, value)
