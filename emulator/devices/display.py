"""The display as a part: when it is lit, how bright, for whom, and what it draws. Pictures are made elsewhere."""

from __future__ import annotations

import math

from emulator.core.actions import Press, SetLight
from emulator.core.events import (
    BrightnessChanged,
    CapabilityMissing,
    DisplayLit,
    DisplaySlept,
    Event,
    GestureRecognized,
    HeadMoved,
    HudMeasured,
    PowerChanged,
    RecordingChanged,
    SessionStarted,
    SettingChanged,
    WearChanged,
)
from emulator.core.kernel import Kernel, Timer
from emulator.core.log import EventLog, Record
from emulator.core.profile import Display, Profile
from emulator.core.units import S
from emulator.devices.ledger import Ledger
from emulator.devices.settings import Settings
from emulator.devices.work import Hold

SOURCE, SYSTEM = "display", "system"
CONTRAST = 7.0  # what read best in a HUD study (JSID 2021, device.md 4.1)
REFLECTANCE = 0.5  # assumed background, a wall of device.md 4.1
LEAST_STEP = 0.1  # assumed: automatic brightness follows changes of a tenth, so that it does not flicker


def auto_nits(lux: float, transmittance: float) -> float:
    """Return the luminance at the eye that gives ``CONTRAST`` against a wall lit with ``lux``.

    Source:
        device.md 4.1: contrast = 1 + L / (T · E · reflectance / pi).
    """
    return (CONTRAST - 1.0) * transmittance * lux * REFLECTANCE / math.pi


class DisplayPart:
    """Lit for an owner, who pays for it, until it idles off, the glasses come off or somebody puts it to sleep.

    Attributes:
        lit: Whether it is on.
        owner: Who lit it, or "".
        level: Luminance over the peak, in [0, 1].
        lit_since_ns: When it was last lit; a touch at that very instant only woke it.
    """

    def __init__(
        self,
        kernel: Kernel,
        log: EventLog,
        ledger: Ledger,
        profile: Profile,
        settings: Settings,
        start: SessionStarted,
    ) -> None:
        self._kernel, self._log, self._ledger, self._settings = kernel, log, ledger, settings
        self._display = profile.display
        self.lit, self.owner, self.level, self.lit_since_ns = False, "", -1.0, -1
        self._worn, self._state, self._lux = start.worn, "on", start.lux
        self._picture_level, self._cap = 0.0, 1.0
        self._keeps: dict[str, int] = {}
        self._idle_at_ns = 0
        self._timer: Timer | None = None
        if self._display is not None:
            log.subscribe(self._on_record)
            kernel.after(0, lambda: self._light("power-on", SYSTEM))

    def light(self, cause: str, owner: str) -> None:
        """Light the display for ``owner``, or restart the idle time if it is lit.

        Nothing happens while the glasses are not worn or not on; without a display the log says what is missing.
        """
        if self._display is None:
            self._log.emit(CapabilityMissing(owner, "display"), SOURCE)
        else:
            self._light(cause, owner)

    def sleep(self, cause: str) -> None:
        """Put the display to sleep; nothing happens if it sleeps."""
        if not self.lit:
            return
        self._ledger.set("display", self.owner, 0.0)
        self.lit, self.owner = False, ""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._log.emit(DisplaySlept(cause), SOURCE)

    def touch(self) -> None:
        """Restart the idle time: somebody uses the display."""
        self._idle_at_ns = self._kernel.now_ns + int(self._settings["idle_off_s"]) * S
        if self.lit and not self._keeps and (self._timer is None or self._timer.t_ns > self._idle_at_ns):
            self._arm()

    def keep(self, owner: str) -> Hold:
        """Keep a lit display from idling off until the hold is released; the idle time starts anew then."""
        self._keeps[owner] = self._keeps.get(owner, 0) + 1
        return Hold(lambda: self._let_go(owner))

    def _light(self, cause: str, owner: str) -> None:
        if not (self._worn and self._state == "on"):
            return
        if not self.lit:
            self.lit, self.owner, self.lit_since_ns = True, owner, self._kernel.now_ns
            self._set_brightness()
            self._draw()
            self._log.emit(DisplayLit(cause), SOURCE)
        self.touch()

    def limit(self, cap: float) -> None:
        """Stay within ``cap`` of the peak luminance from now on, in (0, 1]."""
        self._cap = cap
        self._follow(0.0)

    # --- idle time ---

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._kernel.at(self._idle_at_ns, self._idle)

    def _idle(self) -> None:
        self._timer = None
        if not self.lit or self._keeps:
            return
        if self._kernel.now_ns < self._idle_at_ns:  # touched since: one timer a time-out, not one a touch
            self._arm()
        else:
            self.sleep("idle")

    def _let_go(self, owner: str) -> None:
        self._keeps[owner] -= 1
        if self._keeps[owner] == 0:
            del self._keeps[owner]
        if not self._keeps:
            self.touch()

    # --- what happens around it ---

    def _on_record(self, record: Record) -> None:
        match record.event:
            case WearChanged(worn):
                self._worn = worn
                self._light("wear", SYSTEM) if worn else self.sleep("not-worn")
            case PowerChanged(state, cause):
                self._state = state
                self._light(cause, SYSTEM) if state == "on" else self.sleep("power-off" if state == "off" else state)
            case HeadMoved("up") if self._settings["head_up_wake"]:
                self._light("head-up", SYSTEM)
            case GestureRecognized("power-key", "short"):
                self.sleep("power-key") if self.lit else self._light("power-key", SYSTEM)
            case GestureRecognized("temple"):
                self._light("touch", SYSTEM)
            case RecordingChanged("video", True):
                self.sleep("recording")
            case HudMeasured(_, picture_level):
                self._picture_level = picture_level
                self._draw()
            case Press() if self.lit:
                self.touch()
            case event:
                self._on_light(event)

    def _on_light(self, event: Event) -> None:
        match event:
            case SetLight(lux):
                self._lux = lux
                self._follow(LEAST_STEP)
            case SettingChanged("brightness" | "auto_brightness"):
                self._follow(0.0)
            case SettingChanged("idle_off_s"):
                self.touch()

    # --- light and power ---

    def _follow(self, least: float) -> None:
        """Take over a new brightness if it is lit and the change is at least ``least`` of the present one."""
        if self.lit and self._display and abs(self._wanted(self._display) - self.level) >= least * self.level:
            self._set_brightness()
            self._draw()

    def _wanted(self, display: Display) -> float:
        if self._settings["auto_brightness"] and display.auto_brightness:
            nits = auto_nits(self._lux, display.transmittance)
        else:
            nits = float(self._settings["brightness"]) * display.nits_max
        return min(max(nits, display.nits_min), self._cap * display.nits_max) / display.nits_max

    def _set_brightness(self) -> None:
        if self._display is None:
            return
        level = self._wanted(self._display)
        if level != self.level:
            self.level = level
            self._log.emit(BrightnessChanged(level, level * self._display.nits_max), SOURCE)

    def _draw(self) -> None:
        if self.lit and self._display is not None:
            light_mw = self._display.full_mw * self._picture_level * self.level
            self._ledger.set("display", self.owner, self._display.static_mw + light_mw)
