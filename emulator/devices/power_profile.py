"""What Android would know of the power: a ``power_profile`` (mA a state), the time in each state, mAh an owner.

Android's method multiplies the current of a state with the time in it. The names are those of its
``power_profile.xml``; what it has no name for starts with ``glasses.``. Currents are the profile's powers over the
nominal voltage. The energy an owner used comes from the ledger, which is exact.

Source:
    https://source.android.com/docs/core/power/values
"""

from __future__ import annotations

from typing import Any

from emulator.core.events import (
    DisplayLit,
    DisplaySlept,
    Event,
    HoldChanged,
    PowerChanged,
    ProcessorChanged,
    SlicesRan,
)
from emulator.core.log import Record
from emulator.core.profile import Profile
from emulator.core.units import MS
from emulator.devices.attribution import Attribution
from emulator.devices.parts import part_powers_mw
from emulator.devices.processors.slices import unpack

PART_ITEMS = {
    "bt": "bluetooth.active",
    "wifi": "wifi.active",
    "camera": "camera.avg",
    "video": "video",
    "speaker": "audio",
    "mics": "glasses.mics",
    "stream": "glasses.stream",
}
AP_STATES = {
    "suspended": "cpu.suspend",
    "idle": "cpu.idle",
    "active": "cpu.idle",
    "resuming": "glasses.ap.resuming",
    "booting": "glasses.ap.resuming",
    "suspending": "glasses.ap.suspending",
}


class StateTimes:
    """Adds up how long each state lasted, read from a log record by record."""

    def __init__(self) -> None:
        self._ns: dict[str, int] = {"bluetooth.on": 0}
        self._since_ns: dict[str, int] = {"bluetooth.on": 0}
        self._holders: dict[str, set[str]] = {}
        self._ap = ""

    def read(self, record: Record) -> None:
        """Take in one record."""
        t_ns, event = record.t_ns, record.event
        match event:
            case SlicesRan():
                item = "cpu.core_power.cluster0" if event.processor == "ap" else f"glasses.{event.processor}.core"
                self._add(item, sum(end_ns - start_ns for start_ns, end_ns, _ in unpack(event)))
            case HoldChanged(component, owner, count) if component in PART_ITEMS:
                holders = self._holders.setdefault(component, set())
                (holders.add if count else holders.discard)(owner)
                self._switch(PART_ITEMS[component], bool(holders), t_ns)
            case ProcessorChanged():
                self._processor(t_ns, event)
            case _:
                self._device(t_ns, event)

    def times_ms(self, end_ns: int) -> dict[str, float]:
        """Return the time in each state up to ``end_ns``."""
        found = dict(self._ns)
        for item, since_ns in self._since_ns.items():
            found[item] = found.get(item, 0) + max(0, end_ns - since_ns)
        return {item: ns / MS for item, ns in sorted(found.items())}

    def _device(self, t_ns: int, event: Event) -> None:
        match event:
            case DisplayLit() | DisplaySlept():
                self._switch("screen.on", isinstance(event, DisplayLit), t_ns)
            case PowerChanged(state):
                self._switch("bluetooth.on", state != "off", t_ns)

    def _processor(self, t_ns: int, event: ProcessorChanged) -> None:
        if event.processor == "ap":
            item = AP_STATES.get(event.state, "")
            if item != self._ap:
                self._switch(self._ap, False, t_ns)
                self._switch(item, True, t_ns)
                self._ap = item
        else:
            self._switch(f"glasses.{event.processor}.idle", event.state == "idle", t_ns)

    def _switch(self, item: str, on: bool, t_ns: int) -> None:
        """Start or stop the clock of ``item``; nothing happens if it is so already."""
        since_ns = self._since_ns.get(item)
        if on and since_ns is None and item:
            self._since_ns[item] = t_ns
        elif not on and since_ns is not None:
            self._add(item, t_ns - self._since_ns.pop(item))

    def _add(self, item: str, ns: int) -> None:
        self._ns[item] = self._ns.get(item, 0) + ns


def power_profile(profile: Profile, used: Attribution, times_ms: dict[str, float]) -> dict[str, Any]:
    """Return the profile's currents in mA, the time in each state, and what each owner used in mAh, as JSON values."""
    volts = profile.battery.nominal_v
    uid_mah: dict[str, dict[str, float]] = {}
    for component, owners in used.cells().items():
        for owner, energy_mwh in owners.items():
            uid_mah.setdefault(owner, {})[component] = energy_mwh / volts
    return {
        "device": {"name": profile.name, "emulated": True, "voltage_v": volts},
        "item": {name: mw / volts for name, mw in _powers_mw(profile).items()}
        | {"battery.capacity": profile.battery.capacity_mah * len(profile.battery.slots)},
        "array": _arrays(profile, volts),
        "time_ms": times_ms,
        "uid_mah": uid_mah,
        "total_mah": used.total_mwh / volts,
    }


def _powers_mw(profile: Profile) -> dict[str, float]:
    found = {PART_ITEMS[part]: mw for part, mw in part_powers_mw(profile).items() if part in PART_ITEMS}
    found |= {"bluetooth.on": profile.radio.bt_idle_mw, "glasses.listening": profile.audio.listening_mw}
    if profile.display is not None:
        found |= {"screen.on": profile.display.static_mw, "screen.full": profile.display.full_mw}
    ap, mcu = profile.processors.get("ap"), profile.processors.get("mcu")
    if ap is not None:
        found |= {
            "cpu.suspend": ap.suspended_mw,
            "cpu.idle": ap.idle_mw - ap.suspended_mw,  # Android's is what idling adds
            "cpu.active": 0.0,  # a busy core adds its own, below
            "glasses.ap.resuming": ap.resume_mw,
            "glasses.ap.suspending": ap.suspend_mw,
        }
    if mcu is not None:
        found |= {"glasses.mcu.idle": mcu.idle_mw, "glasses.mcu.core": mcu.core_mw}
    return dict(sorted(found.items()))


def _arrays(profile: Profile, volts: float) -> dict[str, list[float]]:
    """Return the cluster of the ap: Android has kHz for speeds; here they are relative to the fastest one."""
    ap = profile.processors.get("ap")
    if ap is None:
        return {}
    points = [(opp.speed, opp.core_mw) for opp in ap.opps] or [(1.0, ap.core_mw)]
    return {
        "cpu.clusters.cores": [ap.cores],
        "cpu.core_speeds.cluster0": [speed for speed, _ in points],
        "cpu.core_power.cluster0": [core_mw / volts for _, core_mw in points],
    }
