"""Faults: what breaks when somebody injects one, and what the device does about it.

| kind | takes | what happens |
|---|---|---|
| ``mcu-crash`` | | holds of the mcu's parts and the phone's link are gone; watchdog, Android takes over, reconnect |
| ``ap-hang`` | | Android makes no progress until its watchdog reboots it |
| ``message-loss`` | ``count``, or ``amount`` (share) and ``for_ms`` | mailbox messages are lost, repeated, given up |
| ``link-loss`` | ``for_ms`` | the phone is out of reach for so long |
| ``brown-out`` | | the bus drops for a moment: Android reboots, the RTOS survives |
| ``gauge-offset`` | ``amount`` of the level | the gauges are put off |
| ``seeded`` | ``amount`` an hour, ``for_ms`` | the first four, at random; same seed, same faults |

A pulled pack, a hot day and a low battery are actions of their own (``RemovePack``, ``SetAmbient``, ``SetLevel``).
"""

from __future__ import annotations

from functools import partial
from random import Random

from emulator.core.actions import InjectFault
from emulator.core.errors import UsageError, nearest
from emulator.core.events import (
    BrownedOut,
    GaugeShifted,
    LinkLost,
    LinkRestored,
    McuRecovered,
    PowerChanged,
)
from emulator.core.kernel import Kernel, Timer
from emulator.core.log import EventLog, Record
from emulator.core.profile import Profile
from emulator.core.units import MS, S
from emulator.devices.battery.packs import Packs
from emulator.devices.parts import Parts
from emulator.devices.system import System

SOURCE = "faults"
KINDS = ("mcu-crash", "ap-hang", "message-loss", "link-loss", "brown-out", "gauge-offset", "seeded")
SEEDED = ("mcu-crash", "ap-hang", "message-loss", "link-loss")
MCU_PARTS = frozenset({"bt", "stream", "mics", "speaker"})  # what hangs on the mcu
BLUETOOTH = "bluetooth"
SHORT_LOSS_MS = 5_000  # of the link, when nobody says for how long
HOUR_NS = 3_600 * S


def check_fault(fault: InjectFault, profile: Profile) -> None:
    """Refuse a fault that makes no sense on this device.

    Raises:
        UsageError: If the kind is unknown, a number is out of range, or the device has not got what is to break.
    """
    if fault.kind not in KINDS:
        raise UsageError(f"no fault {fault.kind!r}{nearest(fault.kind, KINDS)}")
    needed = {"mcu-crash": "mcu", "ap-hang": "ap", "brown-out": "ap"}.get(fault.kind)
    if needed and needed not in profile.processors:
        raise UsageError(f"{fault.kind}: {profile.name} has no {needed}")
    if fault.kind == "message-loss" and profile.mailbox is None:
        raise UsageError(f"message-loss: {profile.name} has no mailbox, its {''.join(profile.processors)} is alone")
    if fault.for_ms < 0 or fault.count < 0:
        raise UsageError(f"{fault.kind}: for_ms and count must not be negative")
    least, most = {"gauge-offset": (-1.0, 1.0), "message-loss": (0.0, 1.0)}.get(fault.kind, (0.0, 3_600.0))
    if not least <= fault.amount <= most:
        raise UsageError(f"{fault.kind}: amount: expected {least:g} to {most:g}, got {fault.amount:g}")
    if fault.kind == "message-loss" and not (fault.count or (fault.amount and fault.for_ms)):
        raise UsageError("message-loss: expected a count, or an amount and for_ms")
    if fault.kind == "seeded" and not (fault.amount and fault.for_ms):
        raise UsageError("seeded: expected an amount (faults an hour) and for_ms")


class Faults:
    """Breaks things, and keeps the state of the link to the phone.

    Attributes:
        linked: Whether the phone can be reached.
    """

    def __init__(self, kernel: Kernel, log: EventLog, profile: Profile, seed: int) -> None:
        self._kernel, self._log, self._profile = kernel, log, profile
        self._random = Random(f"{seed}/faults")
        self.linked = True
        self._lost_ns = 0
        self._reconnect: Timer | None = None
        self._losing, self._share, self._until_ns = 0, 0.0, 0

    def wire(self, system: System, parts: Parts, packs: Packs) -> None:
        """Say what may break; faults are listened for from now on."""
        self._system, self._parts, self._packs = system, parts, packs
        system.lose_messages(self._loses)
        self._log.subscribe(self._on_fault, InjectFault)
        self._log.subscribe(self._on_recovered, McuRecovered)
        self._log.subscribe(self._on_power, PowerChanged)

    def _on_fault(self, record: Record) -> None:
        if isinstance(record.event, InjectFault):
            self._break(record.event)

    def _break(self, fault: InjectFault) -> None:
        match fault.kind:
            case "mcu-crash":
                self._crash_mcu()
            case "ap-hang":
                self._system.hang_ap("fault")
            case "message-loss":
                self._losing += fault.count
                if fault.for_ms:
                    self._share, self._until_ns = fault.amount, self._kernel.now_ns + fault.for_ms * MS
            case "link-loss":
                self._lose_link("out of reach", (fault.for_ms or SHORT_LOSS_MS) * MS + self._reconnect_ns)
            case "brown-out":
                if self._system.states().get("ap", "off") != "off":
                    self._log.emit(BrownedOut(self._packs.power_mw, "ap-reboot"), SOURCE)
            case "gauge-offset":
                self._shift_gauges(fault.amount)
            case "seeded":
                self._schedule(fault.amount, fault.for_ms * MS)

    # --- the mcu and the link ---

    def _crash_mcu(self) -> None:
        if self._system.states()["mcu"] not in ("idle", "active"):
            return
        self._parts.drop(MCU_PARTS)
        self._system.crash_mcu("fault")
        self._lose_link("mcu crashed", None)

    def _on_recovered(self, record: Record) -> None:
        if isinstance(record.event, McuRecovered) and not self.linked:
            self._restore_in(self._reconnect_ns)

    def _on_power(self, record: Record) -> None:
        """While it is off nothing reconnects; when it is on again the link is looked for anew."""
        match record.event:
            case PowerChanged("off"):
                self._stop_reconnecting()
            case PowerChanged("on") if not self.linked and self._reconnect is None:
                self._restore_in(self._reconnect_ns)

    @property
    def _reconnect_ns(self) -> int:
        return round(self._profile.radio.reconnect_s * S)

    def _lose_link(self, cause: str, back_ns: int | None) -> None:
        """Lose the phone, for ``back_ns`` or until somebody looks for it."""
        if self.linked:
            self.linked, self._lost_ns = False, self._kernel.now_ns
            self._log.emit(LinkLost(BLUETOOTH, cause), SOURCE)
        if back_ns is None:
            self._stop_reconnecting()
        else:
            self._restore_in(back_ns)

    def _restore_in(self, span_ns: int) -> None:
        self._stop_reconnecting()
        self._reconnect = self._kernel.after(span_ns, self._restore)

    def _restore(self) -> None:
        self.linked, self._reconnect = True, None
        self._log.emit(LinkRestored(BLUETOOTH, (self._kernel.now_ns - self._lost_ns) / MS), SOURCE)

    def _stop_reconnecting(self) -> None:
        if self._reconnect is not None:
            self._reconnect.cancel()
            self._reconnect = None

    # --- the rest ---

    def _loses(self) -> bool:
        """Say whether the message that goes over the line now is lost."""
        if self._losing:
            self._losing -= 1
            return True
        return self._kernel.now_ns < self._until_ns and self._random.random() < self._share

    def _shift_gauges(self, amount: float) -> None:
        for pack in self._packs.packs:
            if pack.present:
                before = pack.gauge.level
                pack.gauge.shift(amount)
                self._log.emit(GaugeShifted(pack.name, pack.gauge.level - before), SOURCE)

    def _schedule(self, per_hour: float, span_ns: int) -> None:
        """Plan faults at random, as a Poisson process."""
        t_ns = self._random.expovariate(per_hour / HOUR_NS)
        possible = [kind for kind in SEEDED if self._fits(kind)]
        while possible and t_ns < span_ns:
            fault = InjectFault(self._random.choice(possible), count=self._random.randint(1, 5))
            self._kernel.after(round(t_ns), partial(self._break, fault))
            t_ns += self._random.expovariate(per_hour / HOUR_NS)

    def _fits(self, kind: str) -> bool:
        try:
            check_fault(InjectFault(kind, count=1), self._profile)
        except UsageError:
            return False
        return True
