"""The apps on one pair of glasses: started at power-on, stopped at power-off, told of when they crash."""

from __future__ import annotations

from functools import partial
from typing import Any

from emulator.assistant.intents import Grammar
from emulator.assistant.turn import Mind
from emulator.core.discovery import discover
from emulator.core.events import AppCrashed, HudHidden, PowerChanged, SessionStarted
from emulator.core.kernel import Task
from emulator.core.log import Record
from emulator.devices.device import Device
from emulator.hud.focus import Focus
from emulator.sdk import Context, Manifest
from emulator.services.qwen import Ask
from emulator.session.calls import Calls


class Shelf:
    """Runs the coroutine of each installed app and knows the words of all of them."""

    def __init__(self, device: Device, focus: Focus, calls: Calls, start: SessionStarted) -> None:
        self._device, self._focus, self._calls, self._start = device, focus, calls, start
        self._known: dict[str, Manifest] = discover("emulator.apps", "MANIFEST")
        self._run: dict[str, Any] = discover("emulator.apps", "run")
        self._tasks: dict[str, tuple[Task, Context]] = {}
        device.log.subscribe(self._on_power, PowerChanged)
        self._start_all()

    def mind(self) -> Mind:
        """Return what the assistant knows: patterns of all apps, and which of them lack hardware here."""
        intents = {i: p for app in self._order() for i, p in self._known[app].intents.items()}
        lacking = {
            intent: sorted(manifest.needs - self._device.profile.capabilities)[0]
            for app, manifest in self._known.items()
            if app not in self._start.apps and manifest.needs - self._device.profile.capabilities
            for intent in manifest.intents
        }
        grammar = Grammar(intents, self._device.profile.wake_phrases)
        return Mind(grammar, lambda words, owner: self._calls.call(Ask(words, self._language()), owner), lacking)

    def _order(self) -> list[str]:
        rest = [app for app in self._known if app not in self._start.apps]
        return [*self._start.apps, *rest]

    def _language(self) -> str:
        return str(self._device.settings["language"])

    def _start_all(self) -> None:
        row = tuple((app, self._known[app]) for app in self._start.apps if self._known[app].icon)
        for app in self._start.apps:
            ctx = Context(app, self._known[app], self._device, self._focus, self._calls.call, row)
            task = self._device.kernel.spawn(self._run[app](ctx), app, partial(self._crash, app))
            self._tasks[app] = (task, ctx)

    def _stop_all(self) -> None:
        for task, ctx in self._tasks.values():
            task.cancel()
            ctx.dispose()
        self._tasks.clear()
        self._focus.clear()

    def _crash(self, app: str, error: Exception) -> None:
        self._tasks[app][1].dispose()
        self._focus.leave(app)
        for layer in ("launcher", "app", "transient"):
            self._device.log.emit(HudHidden(app, layer), app)
        self._device.log.emit(AppCrashed(app, f"{type(error).__name__}: {error}"), app)

    def _on_power(self, record: Record) -> None:
        match record.event:
            case PowerChanged(state="off"):
                self._stop_all()
            case PowerChanged(state="on") if not self._tasks:
                self._start_all()
