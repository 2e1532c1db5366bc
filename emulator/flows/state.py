"""Conditions on how the glasses are: ``state: {display: lit, ap: suspended, app: camera, battery: {below: 20%}}``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emulator.core.events import AppClosed, AppOpened, CallChanged, PhotoTaken, RecordingChanged
from emulator.core.yaml import Node
from emulator.flows.given import check_setting
from emulator.flows.match import Match, read_match
from emulator.flows.play import Play

if TYPE_CHECKING:
    from emulator.session.glasses import Glasses


@dataclass(frozen=True, slots=True)
class StateCondition:
    """One thing that is so, or not; see ``expect.Condition``."""

    expected: str
    holds: Callable[[Play], bool]
    found: Callable[[Play], str]


def read_state(node: Node) -> list[StateCondition]:
    """Read the mapping ``state``.

    Raises:
        FlowFileError: If a key is unknown.
    """
    found: list[StateCondition] = []
    for key, item in node.mapping("state", (*STATES, "settings")).items():
        if key == "settings":
            found += [_setting(item, name, value) for name, value in item.mapping("settings").items()]
        else:
            found.append(_condition(key, read_match(item), STATES[key]))
    return found


def _setting(node: Node, name: str, item: Node) -> StateCondition:
    check_setting(node.keys[name], name)
    return _condition(f"setting {name}", read_match(item), lambda glasses: glasses.device.settings[name])


def _condition(name: str, match: Match, read: Callable[[Glasses], Any]) -> StateCondition:
    return StateCondition(
        f"{name} {match.expected}",
        lambda play: match.fits(read(play.glasses)),
        lambda play: f"{name} is {read(play.glasses)!r}",
    )


def _display(glasses: Glasses) -> str:
    if glasses.profile.display is None:
        return "none"
    return "lit" if glasses.device.display.lit else "asleep"


def _app(glasses: Glasses) -> str:
    """Return the app in front, or ``launcher``."""
    for record in reversed(glasses.log.records):
        match record.event:
            case AppOpened(app=app):
                return app
            case AppClosed():
                return "launcher"
    return "launcher"


def _call(glasses: Glasses) -> str:
    calls = glasses.events(CallChanged)
    return calls[-1].state if calls else "none"


def _recording(glasses: Glasses) -> str:
    """Return ``video``, ``audio`` or ``none``."""
    last = {event.kind: event.active for event in glasses.events(RecordingChanged)}
    return next((kind for kind, active in last.items() if active), "none")


def _packs(glasses: Glasses) -> dict[str, bool]:
    """Return which slots hold a pack."""
    from emulator.core.events import BatterySampled

    samples = glasses.events(BatterySampled)
    slots = glasses.profile.battery.slots
    return dict(zip(slots, (pack.present for pack in samples[-1].packs), strict=True)) if samples else {}


def _charging(glasses: Glasses) -> str:
    """Return the phase: ``none``, ``constant-current``, ``constant-voltage`` or ``full``."""
    from emulator.core.events import ChargeChanged

    changes = glasses.events(ChargeChanged)
    return changes[-1].phase if changes else "none"


STATES: dict[str, Callable[[Glasses], Any]] = {
    "display": _display,
    "power": lambda glasses: glasses.device.state,
    "mcu": lambda glasses: glasses.device.system.states().get("mcu", "none"),
    "ap": lambda glasses: glasses.device.system.states().get("ap", "none"),
    "app": _app,
    "focus": lambda glasses: glasses.focus.holder(),
    "call": _call,
    "recording": _recording,
    "photos": lambda glasses: len(glasses.events(PhotoTaken)),
    "battery": lambda glasses: glasses.device.packs.level,
    "packs": _packs,
    "charging": _charging,
    "gauge": lambda glasses: glasses.device.packs.gauge,
    "link": lambda glasses: "up" if glasses.device.faults.linked else "lost",
    "heat": lambda glasses: glasses.device.thermal.step,
    "skin": lambda glasses: glasses.device.thermal.skin_c,
    "speaking": lambda glasses: glasses.device.voice.speaking,
    "listening": lambda glasses: glasses.assistant.listening,
    "worn": lambda glasses: glasses.device.sensors.worn,
}
