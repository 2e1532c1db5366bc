"""The desk: what the window and its panels share. It holds the session, its pace, the words and the colours.

Panels read the log and ask the desk to act; the window places widgets. Whatever is decided in the window is
decided here or in the file of the thing itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from emulator.core.actions import ChangeSetting, Press, Release, Say
from emulator.core.errors import EmulatorError
from emulator.core.events import Action
from emulator.core.log import Record
from emulator.core.user_data import user_data
from emulator.devices.controls import ZONES, gesture_actions
from emulator.hud.document import load_documents
from emulator.session.glasses import Glasses
from emulator.session.pump import Pump
from emulator.session.walk import Walk, stand_at
from emulator.ui.colours import Colours
from emulator.ui.options import RunOptions
from emulator.ui.store import Store
from emulator.ui.texts import Texts
from emulator.ui.theme import Look

if TYPE_CHECKING:
    from emulator.flows.play import Play
    from emulator.ui.speech import Speech
    from emulator.ui.stage import Stage

SPEEDS = (1.0, 10.0, 100.0)
LIVE_MS, IDLE_MS = 16, 50  # between two ticks while something moves, and while nothing does
QUICK_MS, HASTY_S = 8, 0.2  # and for so long after a cause from outside: the answer comes soon
PANEL_S, CALM_PANEL_S = 1 / 12, 0.9  # panels are drawn at most so often; and while nothing moves
MANY = 6  # so many new records are more than the samples of a second at rest
FLICK = 4.0  # a slide by key is so much quicker than the usual one of 140 ms: 12 mm at 0.4 m/s
RESTLESS_S = 1.5  # for so long after a cause from outside the tick stays quick


class Desk(QObject):
    """One session at a time, paced by one timer.

    Signals:
        ticked: Virtual time may have moved; sent at every tick and at once after an action.
        refreshed: Panels should look at the log again.
        switched: ``glasses`` is another pair now.
        noticed: A line and its kind: ``info``, ``problem``, or ``mended`` for a problem that is none any more.
        paced: The speed changed.
        acted: Somebody did something.
        let_go: A finger left this control.
        ended: The run is over: stop what you started.
    """

    stage: Stage  # set once by the application, before panels are made
    speech: Speech

    ticked = Signal()
    refreshed = Signal()
    switched = Signal()
    noticed = Signal(str, str)
    paced = Signal()
    acted = Signal()
    let_go = Signal(str)
    ended = Signal()
    _measured = Signal(str)  # how the source of positions is, from its thread

    def __init__(self, options: RunOptions, texts: Texts, look: Look, store: Store) -> None:
        super().__init__()
        self.options, self.texts, self.look, self.store = options, texts, look, store
        self.colours = Colours()
        self.busy: Callable[[], bool] = lambda: False  # the stage says whether the picture moves
        self._sessions = 1
        self.play: Play | None = None
        self._judged = False
        self._seen, self._drawn_s, self._acted_s = 0, 0.0, 0.0
        self._before_pause = options.speed or 1.0
        self.glasses = self._start()
        self.pump = Pump(self.glasses, options.speed)
        self.receiver: Walk | None = None
        self._measured.connect(self.info, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.tick)

    # --- pace ---

    def start(self) -> None:
        """Let time run."""
        self._follow()
        self.pump.tick()
        self._timer.start(LIVE_MS)

    def tick(self) -> None:
        """Advance, tell the picture, and now and then the panels."""
        self.pump.tick()
        self.ticked.emit()
        now_s = perf_counter()
        rested_s = now_s - self._acted_s
        moving = self.busy() or rested_s < RESTLESS_S or self.pump.speed > 1
        self._refresh(now_s, calm=not moving)
        self._tell_verdict()
        wanted = QUICK_MS if rested_s < HASTY_S else LIVE_MS if moving else IDLE_MS
        if self._timer.isActive() and self._timer.interval() != wanted:
            self._timer.setInterval(wanted)

    def _refresh(self, now_s: float, *, calm: bool) -> None:
        """Let the panels look, if there is anything: seldom while nothing but samples comes."""
        records = len(self.glasses.log.records)
        fresh = records - self._seen
        least_s = CALM_PANEL_S if calm and fresh < MANY else PANEL_S
        if fresh and now_s - self._drawn_s >= least_s:
            self._drawn_s, self._seen = now_s, records
            self.refreshed.emit()

    def _tell_verdict(self) -> None:
        """Say once how the flow ended."""
        verdict = self.play.verdict if self.play is not None and not self._judged else None
        if verdict is not None:
            self._judged = True
            failed = str(verdict.error).partition("\n")[0]
            self.info(self.texts("flow.passed")) if verdict.error is None else self.problem(failed)

    @property
    def paused(self) -> bool:
        """Say whether virtual time stands still."""
        return self.pump.speed == 0

    def set_speed(self, speed: float) -> None:
        """Run at ``speed`` virtual seconds a second; 0 pauses."""
        if speed:
            self._before_pause = speed
        self.pump.speed = speed
        self.paced.emit()

    def toggle_pause(self) -> None:
        """Pause, or go on at the speed before."""
        self.set_speed(self._before_pause if self.paused else 0.0)

    # --- acting ---

    def do(self, action: Action) -> None:
        """Apply ``action`` now and let everything see it at once."""
        self.pump.tick()
        try:
            self.glasses.do(action)
            self.glasses.run_for(0)
        except EmulatorError as error:
            self.problem(str(error))
        self._after_act()

    def gesture(self, control: str, name: str) -> None:
        """Make a whole gesture, in virtual time; a slide is a flick of 35 ms, so that a key answers at once."""
        self.pump.tick()
        haste = FLICK if name in ZONES[control].slides else 1.0
        self.glasses.play((ms / haste, action) for ms, action in gesture_actions(control, name))
        self.glasses.run_for(0)
        self._after_act()

    def press(self, control: str, force: str = "full") -> None:
        """Put a finger down on ``control``, if these glasses have it."""
        if self.has(control):
            self.do(Press(control, force))

    def release(self, control: str) -> None:
        """Take the finger off ``control``."""
        if self.has(control):
            self.do(Release(control))
            self.let_go.emit(control)

    def say(self, text: str) -> None:
        """Let the wearer say ``text``."""
        if text.strip():
            self.do(Say(text.strip()))

    def change(self, key: str, value: Any) -> None:
        """Change a device setting."""
        self.do(ChangeSetting(key, value))

    def has(self, capability: str) -> bool:
        """Say whether the glasses have ``capability``."""
        return capability in self.glasses.profile.capabilities

    def _after_act(self) -> None:
        self._acted_s = perf_counter()
        self.acted.emit()
        self.ticked.emit()
        if self._timer.isActive():
            self._timer.setInterval(QUICK_MS)

    # --- the pair of glasses ---

    def switch_profile(self, profile: str) -> None:
        """Put on another pair; the old session ends and its log is written."""
        language, policy = str(self.setting("language", "zh")), self._policy()
        try:
            fresh = Glasses(profile, **self._how(language, policy))
        except EmulatorError as error:
            self.problem(str(error))
            return
        fresh.do(stand_at(self.options.position))
        self.finish()
        self._take(fresh)

    def setting(self, key: str, default: Any) -> Any:
        """Return a device setting, or ``default`` where the device has no such setting."""
        try:
            return self.glasses.device.settings[key]
        except (KeyError, EmulatorError):
            return default

    def finish(self) -> None:
        """End the session; its log is whole then, and on disk if one was asked for."""
        if self.glasses.closed:
            return
        if self.receiver is not None:
            self.receiver.close()
        self.glasses.close()
        if self.options.log:
            path = Path(self.options.log)
            if self._sessions > 1:
                path = path.with_name(f"{path.stem}-{self._sessions}{path.suffix}")
            try:
                self.glasses.save_log(path)
            except EmulatorError as error:
                self.problem(str(error))

    def stop(self) -> None:
        """Let time stand and end the session."""
        self._timer.stop()
        self.ended.emit()
        self.finish()

    # --- telling ---

    def info(self, text: str) -> None:
        """Show a line that goes by itself."""
        self.noticed.emit(text, "info")

    def problem(self, text: str) -> None:
        """Show what does not work and what mends it; stays until taken away."""
        self.noticed.emit(text, "problem")

    def mended(self, text: str) -> None:
        """Take problem ``text`` away."""
        self.noticed.emit(text, "mended")

    def _start(self) -> Glasses:
        options = self.options
        how = self._how(options.language or self.texts.language, options.policy)
        if not options.flow:
            glasses = Glasses(options.profile, **how)
            glasses.do(stand_at(options.position))
            return glasses
        from emulator.flows.run import begin

        self.play = begin(options.flow, profile=options.profile, **how)
        return self.play.glasses

    def _follow(self) -> None:
        """Take positions from where the window was told."""
        if not self.options.follow:
            return
        self.receiver = Walk(self.glasses)
        try:
            self.receiver.follow(self.options.follow, self._measured.emit)
        except EmulatorError as error:
            self.problem(str(error))

    def _take(self, fresh: Glasses) -> None:
        self._sessions += 1
        self.glasses, self._seen, self.play = fresh, 0, None
        self.colours = Colours()
        speed = self.pump.speed
        self.pump = Pump(fresh, speed)
        self._follow()
        self.switched.emit()
        self._after_act()
        self.refreshed.emit()

    def _how(self, language: str, policy: str) -> dict[str, Any]:
        how: dict[str, Any] = {"seed": self.options.seed, "language": language, "policy": policy}
        if self.options.lux is not None:
            how["lux"] = self.options.lux
        if self.options.documents:
            how["documents"] = load_documents(Path(self.options.documents))
        usual = not self.options.flow  # a flow is the same everywhere: nobody's keys, nobody's stores
        wanted = usual and self.store.text("live") != "off"  # the switch of the panel "Services"
        how["live"] = wanted if self.options.live is None else self.options.live
        how["data"] = user_data(self.options.data) if usual or self.options.data else None
        return how

    def _policy(self) -> str:
        return str(self.glasses.device.system.policy_id)


class Tail:
    """The records of the current session that its holder has not seen yet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._glasses, self._next = desk.glasses, 0

    def take(self) -> Iterator[Record]:
        """Return what is new since the last call; everything after another pair was put on."""
        if self._glasses is not self._desk.glasses:
            self._glasses, self._next = self._desk.glasses, 0
        records = self._glasses.log.records
        since, self._next = self._next, len(records)
        return iter(records[since:])


def speed_text(speed: float) -> str:
    """Return ``×10`` for 10.0."""
    return "max" if math.isinf(speed) else f"×{speed:g}"
