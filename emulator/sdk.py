"""What an app is, and the only object it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypedDict, TypeVar

from emulator.core.actions import AnswerCall, EndCall, Locate, LosePosition, Notify, PhoneSent, PlayTrack, Ring
from emulator.core.ear import Ear
from emulator.core.errors import CapabilityError
from emulator.core.events import (
    AnswerGiven,
    AppClosed,
    AppOpened,
    CapabilityMissing,
    Event,
    GestureRecognized,
    HandedOver,
    HudHidden,
    HudShown,
    IntentRecognized,
)
from emulator.core.kernel import Future
from emulator.core.log import Record
from emulator.core.units import MS
from emulator.devices.device import Device
from emulator.devices.work import Work
from emulator.hud.focus import Focus

E = TypeVar("E", bound=Event)
Patterns = str | tuple[str, ...]
HALVES = {"live": ("实时", "live"), "offline": ("离线", "offline"), "sandbox": ("沙箱", "sandbox")}  # of a service


@dataclass(frozen=True, slots=True)
class Manifest:
    """Identity, needs and costs of an app.

    Attributes:
        title: English name shown to the wearer.
        title_zh: Chinese name.
        icon: Icon in the launcher; "" keeps the app out of it.
        place: Order in the launcher.
        needs: What the device must have, for example ``{"display", "camera"}``; without it the app is not installed.
        intents: Intent id to regular expressions; named groups become slots.
        works: What the app computes, by name: its cost on either processor (simulation.md, 2.2).
        phone: What the companion phone may tell it: the kind of ``PhoneSent`` to a ``TypedDict`` of its data.
    """

    title: str
    title_zh: str = ""
    icon: str = ""
    place: int = 100
    needs: frozenset[str] = frozenset()
    intents: dict[str, Patterns] = field(default_factory=dict)
    works: tuple[Work, ...] = ()
    phone: dict[str, type] = field(default_factory=dict)


class NoData(TypedDict):
    """Data of what the phone tells by its kind alone."""


class Hold(Protocol):
    """A part kept on, or the display kept lit, until ``release()``."""

    def release(self) -> None:
        """Let go; a second call does nothing."""


class Context:
    """An app's hands: show, hide, sleep, next, hear, call, work, hold, say. Nothing else is reachable."""

    def __init__(
        self,
        app: str,
        manifest: Manifest,
        device: Device,
        focus: Focus,
        call: Callable[[Any, str], Future[Any]],
        launcher: tuple[tuple[str, Manifest], ...] = (),
    ) -> None:
        self.app, self.manifest, self.launcher = app, manifest, launcher
        self._device, self._focus, self._call = device, focus, call
        self._kernel, self._log = device.kernel, device.log
        self._ears: list[Ear[Any]] = []

    # --- what the app knows ---

    @property
    def language(self) -> str:
        """The language of the glasses now: ``zh`` or ``en``."""
        return str(self.setting("language"))

    def text(self, zh: str, en: str) -> str:
        """Return the one that is in the language of the glasses."""
        return zh if self.language == "zh" else en

    def setting(self, key: str) -> Any:
        """Return the value of a device setting (``devices/settings.py``)."""
        return self._device.settings[key]

    def has(self, need: str) -> bool:
        """Say whether the device has ``need``; if not, the log and so the wearer is told."""
        if need in self._device.profile.capabilities:
            return True
        self._log.emit(CapabilityMissing(self.app, need), self.app)
        return False

    def now(self) -> datetime:
        """Return the local time on the glasses: start of the session plus virtual time."""
        return self._device.now()

    @property
    def t_ns(self) -> int:
        """Virtual time since power-on; unlike ``now`` it never jumps."""
        return self._kernel.now_ns

    @property
    def uptime_ms(self) -> float:
        """``t_ns`` in milliseconds, as apps count their waits."""
        return self.t_ns / MS

    @property
    def canvas_deg(self) -> tuple[float, float]:
        """Width and height of what screens are laid out in; (0, 0) without a display."""
        display = self._device.profile.display
        if display is None:
            return 0.0, 0.0
        wide, high = display.safe_area_px[2:] or display.canvas_px
        return wide / display.px_per_deg, high / display.px_per_deg

    @property
    def camera_snap_ms(self) -> float:
        """How long the camera takes for a photo; 0 without a camera."""
        camera = self._device.profile.camera
        return camera.snap_ms if camera else 0.0

    @property
    def worn(self) -> bool:
        """Say whether the wear sensor sees a head."""
        return self._device.sensors.worn

    @property
    def linked(self) -> bool:
        """Say whether the phone is in reach."""
        return self._device.faults.linked

    @property
    def lit(self) -> bool:
        """Say whether the display is on."""
        return self._device.display.lit

    @property
    def battery_level(self) -> float:
        """What the gauge reports, in [0, 1]."""
        return self._device.packs.gauge

    # --- waiting ---

    async def sleep(self, ms: float) -> None:
        """Wait in virtual time."""
        await self._kernel.sleep(round(ms * MS))

    async def next(self, kind: type[E], where: Callable[[E], bool] = lambda _: True) -> E:
        """Wait for the next event of ``kind`` that satisfies ``where``."""
        future: Future[E] = Future()

        def notify(record: Record) -> None:
            if isinstance(record.event, kind) and where(record.event):
                future.set(record.event)

        stop = self._log.subscribe(notify, kind)
        try:
            return await future
        finally:
            stop()

    def hear(self, *kinds: type[E]) -> Ear[E]:
        """Listen to ``kinds`` from now on: taps and squeezes only with the focus, intents and openings only one's own."""
        ear: Ear[E] = Ear(
            self._kernel, self._log, lambda record: isinstance(record.event, kinds) and self._mine(record)
        )
        self._ears.append(ear)
        return ear

    def _mine(self, record: Record) -> bool:
        match record.event:
            case GestureRecognized("temple" as control) | GestureRecognized(
                "media" as control, "squeeze" | "squeeze-twice" | "squeeze-thrice" | "squeeze-hold"
            ):
                if control == "temple" and self._device.display.lit_since_ns == record.t_ns:
                    return False  # a touch on a dark display only wakes it
                return self._focus.holder(control) == self.app
            case GestureRecognized("camera-key", "touch" | "short"):
                return self._focus.holder("camera-key") in ("", self.app)  # whoever takes it in front has the key
            case IntentRecognized(intent=intent):
                return intent in self.manifest.intents
            case AppOpened(app=app) | AppClosed(app=app):
                return app == self.app
            case Notify() | Ring() | PlayTrack() | PhoneSent() | EndCall() | AnswerCall() | Locate() | LosePosition():
                return self._device.faults.linked  # what the phone sends while its link is lost never arrives
        return True

    # --- showing, speaking ---

    def show(self, screen: str, layer: str = "app", **data: Any) -> None:
        """Show HUD document ``screen`` with ``data`` for its bindings; replaces what the app showed in ``layer``."""
        self._log.emit(HudShown(self.app, screen, layer, data), self.app)

    def hide(self, layer: str = "app") -> None:
        """Take the app's screen in ``layer`` off the display."""
        self._log.emit(HudHidden(self.app, layer), self.app)

    def light(self) -> None:
        """Light the display for this app."""
        self._device.display.light(self.app, self.app)

    def sleep_display(self, cause: str) -> None:
        """Switch the display off."""
        self._device.display.sleep(cause)

    def keep_lit(self) -> Hold:
        """Keep the display from idling off until released."""
        return self._device.display.keep(self.app)

    def answer(self, text: str, *, turn: int = 0, engine: str = "offline", on_screen: bool = True) -> None:
        """Answer an intent: on the turn's screen unless ``on_screen`` is false, and aloud."""
        self._log.emit(AnswerGiven(text, engine, turn, on_screen), self.app)

    def say(self, text: str) -> Future[None]:
        """Speak ``text``; resolves when it is over. Without a speaker the captions alone tell it."""
        return self._device.voice.say(text, self.app, self.language)

    # --- focus ---

    def open(self, app: str) -> None:
        """Bring ``app`` to the front."""
        self._focus.take(app)
        self._log.emit(AppOpened(app), self.app)

    def close(self) -> None:
        """Leave the front: the screen goes, the launcher has the focus again."""
        self.hide()
        self._focus.leave(self.app)
        self._log.emit(AppClosed(self.app), self.app)

    def is_below(self, app: str) -> bool:
        """Say whether ``app`` came to the front after this one."""
        return self._focus.is_over(app, self.app)

    def take_focus(self, *controls: str) -> None:
        """Get the gestures of ``controls`` (``temple`` if none) without coming to the front: for a pill or a card."""
        for control in controls or ("temple",):
            self._focus.take(self.app, control)

    def leave_focus(self) -> None:
        """Give the gestures back."""
        self._focus.leave(self.app)

    # --- doing ---

    def call(self, request: Any) -> Future[Any]:
        """Ask a service; resolves with its value when the reply comes in, or ``{"error": kind, "reason": text}``."""
        return self._call(request, self.app)

    def half(self, reply: dict[str, Any]) -> str:
        """Return the word for who gave ``reply``: the vendor, this machine, or its sandbox."""
        return self.text(*HALVES[str(reply["engine"])])

    def hand_over(self, kind: str, **data: Any) -> None:
        """Hand something to the companion phone."""
        self._log.emit(HandedOver(self.app, kind, data), self.app)

    async def work(self, name: str) -> None:
        """Compute the manifest's work ``name`` on whichever processor the policy picks.

        Raises:
            KeyError: If the manifest has no such work.
        """
        found = {work.name: work for work in self.manifest.works}[name]
        await self._device.system.run(found)

    def hold(self, component: str) -> Hold:
        """Keep a part on (``camera``, ``video``, ``mics``, ``speaker``, ``wifi``, ``bt``, ``stream``).

        Raises:
            CapabilityError: If the device has no such part.
        """
        return self._device.parts.hold(component, self.app)

    def change(self, key: str, value: Any) -> None:
        """Change a device setting."""
        self._device.settings.change(key, value)

    def emit(self, event: Event) -> None:
        """Tell what happened; any reader of the log sees it."""
        self._log.emit(event, self.app)

    def dispose(self) -> None:
        """Stop listening; the session calls it when the app ends."""
        for ear in self._ears:
            ear.close()


__all__ = ["CapabilityError", "Context", "Ear", "Hold", "Manifest", "Work"]
