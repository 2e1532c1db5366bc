"""Gestures recognised from press, move and release, in virtual time, as the mcu of the glasses does it.

A press that may still become a double one is told only when the gap has passed. A timer that is due at the same
instant as a finger's action comes first, because the device comes before the world.
"""

from __future__ import annotations

from dataclasses import dataclass

from emulator.core.actions import Move, Press, Release
from emulator.core.errors import UsageError, nearest
from emulator.core.events import Action, CapabilityMissing, GestureRecognized, PowerChanged
from emulator.core.kernel import Kernel, Timer
from emulator.core.log import EventLog, Record
from emulator.core.profile import Profile
from emulator.core.units import MS

LONG_PRESS_MS = 660  # measured on the device: press to recognised long event (QLOG, device.md 3.3)
GAP_MS = 300  # release to next press; Android's ViewConfiguration.DOUBLE_TAP_TIMEOUT
POWER_LONG_MS = 3_000  # official tutorial p5
POWER_SHORT_MS = 1_000  # assumed: a longer press that is not long means nothing
LIGHT_TOUCH_MS = 150  # assumed: a finger that goes on to press is past the first stage by then
CHORD_MS = 5_000  # camera and power key, official tutorial p5
SLIDE_MM = 4.0  # assumed: above the jitter of a finger, below half of a temple pad
CHORD = "camera+power"
CHORD_KEYS = ("camera-key", "power-key")


@dataclass(frozen=True, slots=True)
class Zone:
    """What one control tells apart.

    Attributes:
        taps: Names for one, two, three presses in a row.
        long: Name of a held press.
        long_ms: It is told after so long.
        short_ms: A press that ends later is not a short one.
        slides: Names of a slide to the front and to the back, or empty.
        light: Name of a touch that does not press, or "".
    """

    taps: tuple[str, ...]
    long: str
    long_ms: int = LONG_PRESS_MS
    short_ms: int = LONG_PRESS_MS
    slides: tuple[str, ...] = ()
    light: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """All gestures of this control."""
        return (*self.taps, self.long, *self.slides, *((self.light,) if self.light else ()))


ZONES: dict[str, Zone] = {
    "temple": Zone(("tap", "double-tap", "triple-tap"), "long-press", slides=("swipe-forward", "swipe-back")),
    "media": Zone(
        ("squeeze", "squeeze-twice", "squeeze-thrice"), "squeeze-hold", slides=("slide-forward", "slide-back")
    ),
    "camera-key": Zone(("short",), "long", light="touch"),
    "power-key": Zone(("short", "double"), "long", long_ms=POWER_LONG_MS, short_ms=POWER_SHORT_MS),
}
GESTURES: dict[str, tuple[str, ...]] = {control: zone.names for control, zone in ZONES.items()} | {CHORD: ("re-pair",)}


@dataclass(slots=True)
class _Touch:
    """How far one control has got: ``done`` once the press has been told as a gesture, ``taps`` still untold."""

    down: bool = False
    light: bool = False
    done: bool = False
    since_ns: int = 0
    moved_mm: float = 0.0
    taps: int = 0
    held: Timer | None = None
    gap: Timer | None = None


class Controls:
    """The recogniser of all controls that the device has."""

    def __init__(self, kernel: Kernel, log: EventLog, profile: Profile) -> None:
        self._kernel, self._log = kernel, log
        self._there = profile.controls
        self._touches = {control: _Touch() for control in ZONES}
        self._chord: Timer | None = None
        self._off = False
        log.subscribe(self._on_record)

    def _on_record(self, record: Record) -> None:
        match record.event:
            case Press(control, force):
                if self._has(control):
                    self._press(control, force == "light")
            case Move(control, distance_mm):
                if self._has(control):
                    self._move(control, distance_mm)
            case Release(control):
                if self._has(control):
                    self._release(control)
            case PowerChanged(state):
                self._off = state == "off"

    def _has(self, control: str) -> bool:
        if control not in ZONES:
            raise UsageError(f"unknown control {control!r}{nearest(control, ZONES)}")
        if control not in self._there:
            self._log.emit(CapabilityMissing("wearer", control), "controls")
        return control in self._there

    def _press(self, control: str, light: bool) -> None:
        touch, zone = self._touches[control], ZONES[control]
        first, harder = not touch.down, touch.down and touch.light and not light
        if not (first or harder):
            return
        _cancel(touch.gap)
        _cancel(touch.held)
        touch.down, touch.done, touch.moved_mm, touch.since_ns = True, False, 0.0, self._kernel.now_ns
        touch.light = light and bool(zone.light)
        wait_ms = LIGHT_TOUCH_MS if touch.light else zone.long_ms
        touch.held = self._kernel.after(wait_ms * MS, lambda: self._hold(control))
        if not touch.light:
            self._begin_chord()

    def _move(self, control: str, distance_mm: float) -> None:
        touch, zone = self._touches[control], ZONES[control]
        if not touch.down or touch.done or not zone.slides:
            return
        touch.moved_mm += distance_mm
        if abs(touch.moved_mm) >= SLIDE_MM:
            self._finish(control, zone.slides[0 if touch.moved_mm > 0 else 1])

    def _release(self, control: str) -> None:
        touch, zone = self._touches[control], ZONES[control]
        if not touch.down:
            return
        touch.down = False
        _cancel(touch.held)
        if control in CHORD_KEYS:
            self._end_chord()
        if touch.done:
            return
        if touch.light:
            self._finish(control, zone.light)
        elif self._kernel.now_ns - touch.since_ns >= zone.short_ms * MS:
            self._flush(control)
        else:
            self._count(control)

    def _count(self, control: str) -> None:
        """One more short press; told at once if no longer row exists, else when the gap has passed."""
        touch = self._touches[control]
        touch.taps += 1
        if touch.taps == len(ZONES[control].taps):
            self._flush(control)
        else:
            touch.gap = self._kernel.after(GAP_MS * MS, lambda: self._flush(control))

    def _hold(self, control: str) -> None:
        touch, zone = self._touches[control], ZONES[control]
        self._finish(control, zone.light if touch.light else zone.long)

    def _finish(self, control: str, gesture: str) -> None:
        """Tell ``gesture`` of the present press, after the short presses that came before it."""
        touch = self._touches[control]
        touch.done = True
        _cancel(touch.held)
        self._flush(control)
        self._tell(control, gesture)

    def _flush(self, control: str) -> None:
        touch = self._touches[control]
        _cancel(touch.gap)
        taps, touch.taps = touch.taps, 0
        if taps:
            self._tell(control, ZONES[control].taps[taps - 1])

    def _begin_chord(self) -> None:
        keys = [self._touches[control] for control in CHORD_KEYS]
        if not all(key.down and not key.light for key in keys):
            return
        for key in keys:  # held together they mean one thing: neither counts on its own any more
            key.done = True
            _cancel(key.held)
        self._chord = self._kernel.after(CHORD_MS * MS, lambda: self._tell(CHORD, "re-pair"))

    def _end_chord(self) -> None:
        _cancel(self._chord)
        self._chord = None

    def _tell(self, control: str, gesture: str) -> None:
        if not self._off or (control, gesture) == ("power-key", "long"):
            self._log.emit(GestureRecognized(control, gesture), "controls")


def gesture_actions(control: str, name: str) -> tuple[tuple[float, Action], ...]:
    """Return how a hand makes gesture ``name`` on ``control``: actions with their offsets in ms.

    >>> gesture_actions("temple", "tap")
    ((0.0, Press(control='temple', force='full', fingers=1)), (80.0, Release(control='temple')))

    Raises:
        UsageError: If there is no such control or gesture; names the nearest one.
    """
    check_gesture(control, name)
    if control == CHORD:
        camera, power = CHORD_KEYS
        downs: tuple[tuple[float, Action], ...] = ((0.0, Press(camera)), (60.0, Press(power)))
        return (*downs, (5_200.0, Release(power)), (5_240.0, Release(camera)))
    zone = ZONES[control]
    if name == zone.light:
        return ((0.0, Press(control, "light")), (250.0, Release(control)))
    if name in zone.slides:
        step_mm = 2.0 if name == zone.slides[0] else -2.0
        moves = tuple((20.0 * n, Move(control, step_mm)) for n in range(1, 7))
        return ((0.0, Press(control)), *moves, (140.0, Release(control)))
    if name == zone.long:
        return (*_press_actions(control, 0.0), (zone.long_ms + 200.0, Release(control)))
    found: list[tuple[float, Action]] = []
    for number in range(zone.taps.index(name) + 1):
        found += [*_press_actions(control, 200.0 * number), (200.0 * number + 80.0, Release(control))]
    return tuple(found)


def check_gesture(control: str, name: str) -> None:
    """Fail unless ``control`` has gesture ``name``.

    Raises:
        UsageError: If there is no such control or gesture; names the nearest one.
    """
    if control not in GESTURES:
        raise UsageError(f"unknown control {control!r}{nearest(control, GESTURES)}")
    if name not in GESTURES[control]:
        raise UsageError(f"unknown gesture {name!r} of {control}{nearest(name, GESTURES[control])}")


def _press_actions(control: str, at_ms: float) -> tuple[tuple[float, Action], ...]:
    """Return a full press; a key with two stages passes the first one."""
    if ZONES[control].light:
        return ((at_ms, Press(control, "light")), (at_ms + 20.0, Press(control)))
    return ((at_ms, Press(control)),)


def _cancel(timer: Timer | None) -> None:
    if timer is not None:
        timer.cancel()
