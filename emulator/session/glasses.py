"""Glasses: puts the parts together. The one object that scripts, flows and the window hold."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from emulator.assistant.pipeline import Assistant
from emulator.core.actions import EndSession, ReloadHud, Reply
from emulator.core.assets import asset
from emulator.core.errors import UsageError
from emulator.core.events import Action, Event, HudMeasured, SessionStarted
from emulator.core.kernel import Kernel
from emulator.core.log import EventLog, Record
from emulator.core.profile import load_profile
from emulator.core.units import MS, S
from emulator.core.whole_file import whole_file
from emulator.devices.controls import gesture_actions
from emulator.devices.device import Device
from emulator.hud.display_list import DisplayList, Element, lit
from emulator.hud.document import HudDocument, load_documents, replace_document
from emulator.hud.focus import Focus
from emulator.hud.layout import fading_until_ns, lay_out
from emulator.hud.state import HudState, reduce
from emulator.hud.text import shape
from emulator.session.admit import admit
from emulator.session.calls import Calls
from emulator.session.shelf import Shelf
from emulator.session.start import session_start
from emulator.session.surroundings import Surroundings

if TYPE_CHECKING:
    import numpy as np

E = TypeVar("E", bound=Event)


class Glasses:
    """A pair of virtual glasses with apps on it.

    >>> from emulator import Glasses, Say
    >>> with Glasses("quark_s1") as worn:
    ...     worn.do(Say("一百二十加八十等于多少"))
    ...     worn.run_for(seconds=2)
    ...     "200" in worn.visible_text
    True
    """

    def __init__(
        self,
        profile: str = "quark_s1",
        *,
        start: SessionStarted | None = None,
        documents: dict[str, HudDocument] | None = None,
        replies: bool = True,
        data: Path | None = None,
        live: bool = False,
        **options: Any,
    ) -> None:
        """Switch a pair on.

        Args:
            profile: Id of a shipped profile, or the path of a ``*.toml``.
            start: The first record of a session to repeat; instead of ``options``.
            documents: HUD documents by id; the shipped ones if None.
            replies: Whether services answer; a replay feeds the logged replies instead.
            data: Folder of the user's stores (trips, wallet, prices); a temporary one if None.
            live: Whether services may ask their vendors where the user has given the keys (``docs/services.md``).
            **options: ``policy, seed, language, start_time, apps, worn, pack_levels, ambient_c, lux`` (``start.py``).
        """
        self.documents = dict(load_documents(asset("huds")) if documents is None else documents)
        self.profile = load_profile(start.profile if start else profile)
        self.start = start or session_start(profile, self.profile, self.documents, options)
        for bold in (False, True):
            shape("字", bold)  # without its font nothing can be shown, so that is told at once
        self.kernel = Kernel()
        self.log = EventLog(self.kernel)
        self.hud = HudState()
        self.closed = False
        self._answering = replies
        self._drawn: tuple[HudState, DisplayList] | None = None
        self._measured: HudMeasured | None = None
        self._inbox: queue.SimpleQueue[Action] = queue.SimpleQueue()
        self.log.emit(self.start, "session")
        self.log.subscribe(self._on_record)
        self.device = Device(self.profile, self.kernel, self.log, self.start)
        self.focus = Focus()
        self.surroundings = Surroundings(self.device, data)
        self.calls = Calls(self.device, self._answer, self.surroundings, answering=replies, live=live)
        self.apps = Shelf(self.device, self.focus, self.calls, self.start)
        self.assistant = Assistant(self.device, self.focus, self.apps.mind())
        self.kernel.run_until(0)

    # --- causes from outside ---

    def do(self, action: Action) -> None:
        """Apply ``action`` now: the single way anything reaches the device from outside (main thread only).

        Raises:
            UsageError: If a value is out of range, the action names a setting, policy or pack that is not there, or it
                is a reply that no service gave; nothing has happened then.
            HudError: If it is a HUD document that is wrong; the one before stays.
        """
        action = admit(action)
        if self._answering and isinstance(action, Reply):  # it could show another payee than the one that is paid
            raise UsageError("Reply: the services of this session answer themselves")
        self._apply(action)

    def _answer(self, reply: Action) -> None:
        self._apply(admit(reply))

    def _apply(self, action: Action) -> None:
        self.device.check(action)
        if isinstance(action, ReloadHud):
            replace_document(self.documents, action.hud, action.text)
        if not self.kernel.running:
            self.kernel.run_until(self.kernel.now_ns)
        self.log.emit(action, "outside")

    def post(self, action: Action) -> None:
        """Leave ``action`` in the inbox, from any thread; it is applied before time advances next."""
        self._inbox.put(action)

    def play(self, sequence: Iterable[tuple[float, Action]]) -> float:
        """Apply each action so many ms from now; return when the last one is due, in ms."""
        last_ms = 0.0
        for offset_ms, action in sequence:
            self.kernel.after(round(offset_ms * MS), partial(self.do, action), late=True)
            last_ms = max(last_ms, offset_ms)
        return last_ms

    def gesture(self, control: str, name: str) -> float:
        """Make gesture ``name`` on ``control`` (``devices/controls.py``); return how long it takes, in ms."""
        return self.play(gesture_actions(control, name))

    # --- time ---

    @property
    def now_ns(self) -> int:
        """Virtual nanoseconds since power-on."""
        return self.kernel.now_ns

    def run_for(self, ms: float = 0.0, seconds: float = 0.0) -> None:
        """Advance virtual time."""
        self.run_until(self.now_ns + round(ms * MS) + round(seconds * S))

    def run_until(self, t_ns: int, stop: Callable[[], bool] | None = None) -> bool:
        """Apply the inbox, then advance to ``t_ns`` or until ``stop`` is true; return whether ``stop`` ended it."""
        self.drain()
        while True:
            while self.calls.holding:
                if not self.calls.blocks:
                    return False
                self.calls.wait(stop or (lambda: False))
                if self.calls.holding and stop is not None and stop():
                    return True
            if not self.kernel.run_until(t_ns, lambda: self.calls.holding or (stop is not None and stop())):
                return False
            if not self.calls.holding:
                return True

    def drain(self) -> None:
        """Apply what other threads left in the inbox, and take the replies that are there."""
        self.calls.collect()
        while not self._inbox.empty():
            self.do(self._inbox.get())

    # --- what is seen, told and used ---

    @property
    def display_list(self) -> DisplayList:
        """What the display shows once all fades are over, as values."""
        if self._drawn is None or self._drawn[0] is not self.hud:
            self._drawn = (self.hud, self._lay_out())
        return self._drawn[1]

    @property
    def drawing(self) -> DisplayList:
        """What is drawn at this moment: as ``display_list``, but for screens that are fading in or out."""
        if self.profile.display is None or self.now_ns >= fading_until_ns(self.hud, self.documents):
            return self.display_list
        return lay_out(self.hud, self.documents, self.profile.display, self.now_ns)

    @property
    def elements(self) -> tuple[Element, ...]:
        """The visible elements with id, text and box."""
        return self.display_list.elements

    @property
    def visible_text(self) -> str:
        """The text on the display, line by line; empty when it is off."""
        return self.display_list.visible_text

    def picture(self) -> np.ndarray[Any, np.dtype[np.uint8]]:
        """Return the display's pixels at this moment: shape (h, w, 4), uint8, premultiplied BGRA. Needs Qt.

        Raises:
            CapabilityError: If the device has no display.
        """
        from emulator.hud.raster import picture_of

        return picture_of(self.profile, self.drawing)

    def events(self, kind: type[E]) -> list[E]:
        """Return all events of ``kind`` so far, in order."""
        return [record.event for record in self.log.records if isinstance(record.event, kind)]

    def energy_mwh(self) -> dict[str, dict[str, float]]:
        """Return the energy used so far: ``{component: {owner: mWh}}``."""
        return self.device.ledger.energy_mwh()

    # --- the end ---

    def close(self) -> None:
        """End the session; the log is complete then."""
        if not self.closed:
            self.closed = True
            self.drain()
            if not self.kernel.running:
                self.kernel.run_until(self.now_ns)  # what is due at this instant comes before the last words
            self.device.tell_all()
            self.do(EndSession())
            self.calls.close()  # and with them the surroundings

    def __enter__(self) -> Glasses:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def save_log(self, path: Path | str) -> None:
        """Write the log as JSON lines; an older file is replaced only when the new one is whole.

        Raises:
            FileError: If the file cannot be written.
        """
        with whole_file(Path(path), "the log") as file:
            file.write(self.log.to_jsonl().encode())

    # --- readers ---

    def _on_record(self, record: Record) -> None:
        if isinstance(record.event, ReloadHud):
            self.documents = replace_document(self.documents, record.event.hud, record.event.text)
            self._drawn = None
        before = self.hud
        self.hud = reduce(before, record)
        if self.hud is not before or isinstance(record.event, ReloadHud):
            self._measure()

    def _lay_out(self) -> DisplayList:
        if self.profile.display is None:
            return DisplayList()
        return lay_out(self.hud, self.documents, self.profile.display)

    def _measure(self) -> None:
        """Tell the display what it shows: the one forward loop from picture to power."""
        if self.profile.display is None:
            return
        share, level = lit(self.display_list)
        measured = HudMeasured(share, level).quantised()
        if measured != self._measured:
            self._measured = measured
            self.log.emit(measured, "hud")
