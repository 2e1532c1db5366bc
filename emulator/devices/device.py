"""The virtual hardware, wired from a profile: processors, ledger, packs, heat, display, controls, voice."""

from __future__ import annotations

from datetime import datetime, timedelta

from emulator.core.actions import (
    ChangeSetting,
    InjectFault,
    InsertPack,
    Press,
    RemovePack,
    SetClock,
    SetLevel,
    StartSpeech,
    SwitchPolicy,
    WakeHeard,
)
from emulator.core.errors import UsageError, nearest
from emulator.core.events import Action, BrownedOut, GestureRecognized, HeatLimited, PowerChanged, SessionStarted
from emulator.core.kernel import Kernel
from emulator.core.log import EventLog, Record
from emulator.core.moment import parse_moment
from emulator.core.profile import Profile
from emulator.devices.battery.packs import Packs
from emulator.devices.controls import Controls
from emulator.devices.display import DisplayPart
from emulator.devices.faults import Faults, check_fault
from emulator.devices.ledger import Ledger
from emulator.devices.parts import Parts
from emulator.devices.sensors import Sensors
from emulator.devices.settings import Settings
from emulator.devices.system import System, find_policy
from emulator.devices.thermal import Thermal
from emulator.devices.voice import Voice


class Device:
    """One pair of glasses. Parts react to actions in the log and tell events into it.

    Attributes:
        state: ``on``, ``standby`` or ``off``.
    """

    def __init__(self, profile: Profile, kernel: Kernel, log: EventLog, start: SessionStarted) -> None:
        self.profile, self.kernel, self.log = profile, kernel, log
        self._start_time = datetime.fromisoformat(start.start_time)
        self.state = "on"
        self.ledger = Ledger(kernel)
        self.settings = Settings(log, profile, start.language)
        self.sensors = Sensors(log, start.worn)
        self.system = System(kernel, log, self.ledger, profile, start.policy, worn=start.worn)
        self.parts = Parts(kernel, log, self.ledger, profile)
        self.display = DisplayPart(kernel, log, self.ledger, profile, self.settings, start)
        self.voice = Voice(kernel, log, profile, self.parts)
        self.controls = Controls(kernel, log, profile)
        self.thermal = Thermal(kernel, log, self.ledger, profile, start.ambient_c)
        self.packs = Packs(kernel, log, self.ledger, profile, start.pack_levels, lambda: self.thermal.skin_c)
        self.system.level, self.system.heat = (lambda: self.packs.gauge), (lambda: self.thermal.step)
        self.faults = Faults(kernel, log, profile, start.seed)
        self.faults.wire(self.system, self.parts, self.packs)
        log.subscribe(self._on_first_sign)
        log.subscribe(self._on_clock, SetClock)
        log.subscribe(self._on_gesture, GestureRecognized)
        log.subscribe(self._on_brown_out, BrownedOut)
        log.subscribe(self._on_heat, HeatLimited)

    def now(self) -> datetime:
        """Return the local time on the glasses, to the microsecond; after ``SetClock`` it goes on from there."""
        return self._start_time + timedelta(microseconds=self.kernel.now_ns // 1000)

    def check(self, action: Action) -> None:
        """Refuse an action that makes no sense on this device, before it is in the log.

        Raises:
            UsageError: If it names an unknown setting, value, policy, pack or fault, or a time that is none.
        """
        match action:
            case ChangeSetting(key, value):
                self.settings.check(key, value)
            case SwitchPolicy(policy):
                find_policy(policy)
            case SetClock(time):
                parse_moment(time, "time")
            case InjectFault():
                check_fault(action, self.profile)
            case RemovePack(pack) | InsertPack(pack) | SetLevel(pack):
                if pack not in self.profile.battery.slots:
                    raise UsageError(f"no pack slot {pack!r}{nearest(pack, self.profile.battery.slots)}")

    def tell_all(self) -> None:
        """Tell of all that ran and was used up to now, as at the end of a session."""
        self.system.tell()
        self.packs.tell_power()

    def set_power(self, state: str, cause: str) -> None:
        """Go to ``on``, ``standby`` or ``off``; nothing happens if already there."""
        if state == self.state:
            return
        previous, self.state = self.state, state
        if state == "off":
            self.voice.cut("power-off")
            self.display.sleep("power-off")
            self.parts.release_all()
            self.system.power_off()
        elif previous == "off":
            self.system.power_on()
        elif state == "standby":
            self.display.sleep("standby")
            self.system.standby()
        self.log.emit(PowerChanged(state, cause), "power")

    def _on_first_sign(self, record: Record) -> None:
        """Tell the policy of a finger or a wake word before it is known what they want."""
        match record.event:
            case Press():
                self.system.hint("touch-down")
            case WakeHeard() | StartSpeech():
                self.system.hint("wake-word")

    def _on_clock(self, record: Record) -> None:
        if isinstance(record.event, SetClock):
            self._start_time = parse_moment(record.event.time, "time") - timedelta(microseconds=record.t_ns // 1000)

    def _on_gesture(self, record: Record) -> None:
        match record.event:
            case GestureRecognized("power-key", "long"):
                self.set_power("on" if self.state == "off" else "off", "power-key")
            case GestureRecognized("power-key", "double") if self.state == "on":
                self.set_power("standby", "power-key")
            case GestureRecognized() if self.state == "standby":
                self.set_power("on", "control")

    def _on_heat(self, record: Record) -> None:
        """Cap the clock, then the brightness, then stop recording; all of it is undone when the skin has cooled."""
        if isinstance(record.event, HeatLimited):
            step, thermal = record.event.step, self.profile.thermal
            if self.system.ap:
                self.system.ap.governor.limit(thermal.cap_speed if step >= 1 else 1.0)
            self.display.limit(thermal.cap_brightness if step >= 2 else 1.0)
            self.parts.deny({"video"} if step >= 3 else ())

    def _on_brown_out(self, record: Record) -> None:
        match record.event:
            case BrownedOut(consequence="power-off"):
                self.set_power("off", "brown-out")
            case BrownedOut():
                self.system.brown_out()
