"""Conditions of ``expect``, ``absent`` and ``until``: what is on the display, in the log, said, or so."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from emulator.core.events import Event, SpeechSpoken
from emulator.core.log import Record
from emulator.core.topics import event_types
from emulator.core.units import S
from emulator.core.yaml import Node
from emulator.flows import values
from emulator.flows.match import Match, read_match
from emulator.flows.play import Play
from emulator.flows.state import read_state

WITHIN = 2 * S
KINDS = ("hud", "event", "spoken", "state")
LAST = 6  # so many events are told when something did not come true
NOISE = frozenset(
    {"slices.ran", "ap.clocked", "power.sampled", "battery.sampled", "heat.sampled", "hud.measured", "hold.changed"}
)


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that can come true.

    Attributes:
        expected: What it says, for messages.
        holds: Whether it is true now, or has happened since the last acting step began.
        found: What is there instead, for messages.
        matches: For an event: whether a record is one of those meant.
    """

    expected: str
    holds: Callable[[Play], bool]
    found: Callable[[Play], str]
    matches: Callable[[Record], bool] | None = None


def conditions(node: Node, step: str, within_ns: int = WITHIN) -> tuple[list[Condition], int]:
    """Read the value of a judging step: its conditions, and how long they may take.

    Raises:
        FlowFileError: If a key, topic, field or value is unknown.
    """
    value = node.mapping(step)
    found: list[Condition] = []
    rest = dict(value)
    if "within" in rest:
        within_ns = values.duration(rest.pop("within"), "within")
    own = _fields(rest)  # ``state`` of call.changed is its field, not the state of the glasses
    if "hud" in rest:
        found.append(_hud(rest.pop("hud")))
    if "spoken" in rest:
        found.append(_spoken(rest.pop("spoken")))
    if "state" in rest and "state" not in own:
        found += [Condition(c.expected, c.holds, c.found) for c in read_state(rest.pop("state"))]
    if "event" in rest:
        found.append(_event(rest.pop("event"), node, rest))
    elif rest:
        key = next(iter(rest))
        values.check_known(node.keys[key], key, f"key of {step}", (*KINDS, "within"))
    if not found:
        node.fail(f"{step}: expected one of {', '.join(KINDS)}")
    return found, within_ns


def event_named(node: Node) -> Condition:
    """Return the condition that an event of the topic at ``node`` happened."""
    return _event(node, node, {})


def failure(play: Play, node: Node, step: str, wanted: list[Condition], within_ns: int) -> str:
    """Return why a step failed: place, what was expected, what was there instead, and when."""
    verb = "came true, but must not" if step == "absent" else "did not come true"
    lines = [f"{node.place}: {step} {verb} within {within_ns / S:g} s, at {play.now_ns / S:.3f} s of virtual time"]
    for condition in wanted:
        there = "" if condition.holds(play) else f"\n    instead:  {condition.found(play)}"
        lines.append(f"    expected: {condition.expected}{there}")
    lines.append(f"    since the step before: {_last_events(play)}")
    return "\n".join(lines)


def _fields(value: dict[str, Node]) -> list[str]:
    topic = value["event"].value if "event" in value else None
    kind = event_types().get(topic) if isinstance(topic, str) else None
    return [f.name for f in fields(kind)] if kind is not None else []


# --- display ---------------------------------------------------------------------------------------------------


def _hud(node: Node) -> Condition:
    if not isinstance(node.value, dict):
        text = node.text("hud")
        return Condition(f"hud {text!r}", lambda play: text in play.glasses.visible_text, _display)
    value = node.mapping("hud", ("id", "text", "contains", "regex", "visible", "count"))
    wanted: dict[str, Any] = {key: item.plain for key, item in value.items()}
    for key in ("id", "text", "contains", "regex"):
        if key in value:
            wanted[key] = value[key].text(key)
    if "regex" in value:
        _regex(value["regex"])
    number = values.count(value["count"], "count") if "count" in value else None
    visible = values.flag(value["visible"], "visible") if "visible" in value else True
    if not set(value) & {"id", "text", "contains", "regex"}:
        node.fail("hud: expected a text, or one of id, text, contains, regex")

    def holds(play: Play) -> bool:
        found = _texts(play, wanted)
        if number is not None:
            return len(found) == number
        return bool(found) == visible

    return Condition(f"hud {_words(wanted)}", holds, lambda play: _display(play, wanted.get("id")))


def _texts(play: Play, wanted: dict[str, Any]) -> list[str]:
    """Return the texts of the elements that fit; without an id the whole display counts for contains and regex."""
    elements = play.glasses.elements
    if "id" in wanted:
        elements = tuple(e for e in elements if fnmatchcase(e.id, wanted["id"]))
        texts = [element.text for element in elements]
    else:
        texts = [element.text for element in elements]
        if "text" not in wanted and "count" not in wanted:
            texts = [play.glasses.visible_text]
    return [text for text in texts if _fits(text, wanted)]


def _fits(text: str, wanted: dict[str, Any]) -> bool:
    return (
        wanted.get("text", text) == text
        and wanted.get("contains", "") in text
        and ("regex" not in wanted or re.search(wanted["regex"], text) is not None)
    )


def _display(play: Play, name: str | None = None) -> str:
    glasses = play.glasses
    if glasses.profile.display is None:
        return f"{glasses.profile.name} has no display"
    if not glasses.device.display.lit:
        return "the display is asleep"
    if name is not None:
        there = [element for element in glasses.elements if fnmatchcase(element.id, name)]
        if there:
            return ", ".join(f"{element.id} {element.text!r}" for element in there)
        ids = ", ".join(sorted({element.id for element in glasses.elements if element.id}))
        return f"no element {name!r}; there are {ids or 'none with an id'}"
    return f"the display shows {glasses.visible_text!r}"


# --- log -------------------------------------------------------------------------------------------------------


def _event(node: Node, parent: Node, wanted: dict[str, Node]) -> Condition:
    types = event_types()
    topic = values.check_known(node, node.text("event"), "event", types)
    known = [f.name for f in fields(types[topic])]
    matches: dict[str, Match] = {}
    for key, item in wanted.items():
        if key == "contains":
            matches[key] = read_match(item)
        else:
            values.check_known(parent.keys[key], key, f"field of {topic}", known)
            matches[key] = read_match(item)
    contains = wanted["contains"].text("contains") if "contains" in wanted else ""
    matches.pop("contains", None)

    def matching(record: Record) -> bool:
        return record.event.topic == topic and _event_fits(record.event, matches, contains)

    expected = " ".join([topic, *(f"{key}={match.expected}" for key, match in matches.items())])
    return Condition(
        f"event {expected}" + (f" contains {contains!r}" if contains else ""),
        lambda play: any(matching(record) for record in play.since()),
        lambda play: _same_topic(play, topic),
        matching,
    )


def _event_fits(event: Event, matches: dict[str, Match], contains: str) -> bool:
    plain = msgspec.to_builtins(event)
    if contains and not any(contains in text for text in _strings(plain)):
        return False
    return all(match.fits(plain[key]) for key, match in matches.items())


def _same_topic(play: Play, topic: str) -> str:
    same = [_told(record) for record in play.since() if record.event.topic == topic]
    return f"{'; '.join(same[-3:])}" if same else f"no {topic} since the step before"


def _spoken(node: Node) -> Condition:
    match = read_match(node, contains=True)

    def said(play: Play) -> list[str]:
        return [record.event.text for record in play.since() if isinstance(record.event, SpeechSpoken)]

    return Condition(
        f"spoken {match.expected}",
        lambda play: any(match.fits(text) for text in said(play)),
        lambda play: f"said: {'; '.join(said(play)) or 'nothing'}",
    )


def _last_events(play: Play) -> str:
    told = [_told(record) for record in play.since() if record.event.topic not in NOISE]
    return "; ".join(told[-LAST:]) or "nothing happened"


def _told(record: Record) -> str:
    named = ", ".join(f"{f.name}={_short(getattr(record.event, f.name))}" for f in fields(record.event))
    return f"{record.event.topic}({named}) at {record.t_ns / S:.3f} s"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _strings(plain: Any) -> list[str]:
    if isinstance(plain, dict):
        return [text for item in plain.values() for text in _strings(item)]
    if isinstance(plain, list | tuple):
        return [text for item in plain for text in _strings(item)]
    return [plain] if isinstance(plain, str) else []


def _regex(node: Node) -> None:
    try:
        re.compile(node.text("regex"))
    except re.error as error:
        node.fail(f"regex: {error}")


def _words(wanted: dict[str, Any]) -> str:
    return " ".join(f"{key}={value!r}" for key, value in wanted.items())
