"""What holds before the first step of a flow: the header's ``given``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emulator.core.actions import ChangeSetting, Locate, SetScene
from emulator.core.errors import SceneError, UsageError, nearest
from emulator.core.events import Action
from emulator.core.moment import parse_moment
from emulator.core.yaml import Node
from emulator.flows import values
from emulator.flows.shown import picture_beside


@dataclass(frozen=True, slots=True)
class Given:
    """What holds before the first step.

    Attributes:
        options: For ``Glasses``.
        levels: Level by pack slot, or under ``""`` for all of them.
        actions: Applied at power-on.
    """

    options: dict[str, Any]
    levels: dict[str, float]
    actions: tuple[Action, ...]


def read_given(node: Node | None) -> Given:
    """Read the mapping ``given``; unknown keys are errors."""
    if node is None:
        return Given({}, {}, ())
    given = node.mapping("given", (*READERS, "battery", "position", "scene", "settings"))
    actions: list[Action] = []
    options = {READERS[key][0]: READERS[key][1](item) for key, item in given.items() if key in READERS}
    if "scene" in given:
        scene, lux = scene_and_lux(given["scene"])
        actions.append(scene)
        options.setdefault("lux", lux)
    if "settings" in given:
        actions += changes(given["settings"])
    if "position" in given:
        actions.append(position(given["position"]))
    return Given(options, levels(given["battery"]) if "battery" in given else {}, tuple(actions))


def levels(node: Node) -> dict[str, float]:
    """Read ``62%`` for all packs, or ``{left: 62%, right: 5%}``; all packs are under ``""``."""
    if isinstance(node.value, dict):
        if not node.value or "" in node.value:
            node.fail("battery: expected a level, or one for each pack: {left: 62%, right: 80%}")
        return {slot: values.share(item, f"battery {slot}") for slot, item in node.value.items()}
    return {"": values.share(node, "battery")}


def by_slot(wanted: dict[str, float], slots: tuple[str, ...]) -> dict[str, float]:
    """Return the levels by slot of a device that has ``slots``.

    Raises:
        UsageError: If it has no such slot.
    """
    for slot in wanted:
        if slot and slot not in slots:
            raise UsageError(f"unknown pack {slot!r}{nearest(slot, slots)}")
    return {slot: wanted.get(slot, wanted.get("", 0.0)) for slot in slots if slot in wanted or "" in wanted}


def changes(node: Node) -> list[Action]:
    """Read ``{volume: 50%, language: en}`` as changes of device settings."""
    found: list[Action] = []
    for key, item in node.mapping("settings").items():
        check_setting(node.keys[key], key)
        found.append(ChangeSetting(key, _setting(key, item)))
    if not found:
        node.fail("settings: expected at least one, such as {volume: 50%}")
    return found


def position(node: Node) -> Locate:
    """Read ``"LAT,LON"`` in degrees."""
    from emulator.maps.points import parse_point

    try:
        point = parse_point(node.text("position"))
    except UsageError as error:
        node.fail(str(error))
    return Locate(point.lat, point.lon, sensor="flow")


def scene_and_lux(node: Node) -> tuple[SetScene, float]:
    """Read a scene's name, a file being beside the flow; return it with the light on it."""
    from emulator.world.scene import AUTOMATIC, ROOM_LUX, parse_scene

    text = node.text("scene")
    kind, colon, place = text.partition(":")
    if colon and kind in ("video", "still") and place:
        text = f"{kind}:{picture_beside(node, place, kind, 'scene')}"
    if text == AUTOMATIC:  # would look for a webcam now
        return SetScene(text), ROOM_LUX
    try:
        return SetScene(text), parse_scene(text).lux
    except SceneError as error:
        node.fail(str(error))


def check_setting(node: Node, key: str) -> None:
    """Fail at ``node`` unless ``key`` is a device setting."""
    from emulator.devices.settings import TABLE

    values.check_known(node, key, "setting", TABLE)


def read_policy(node: Node) -> str:
    """Return the id of a policy."""
    from emulator.devices.system import policy_ids

    return values.check_known(node, node.text("policy"), "policy", policy_ids())


def _setting(key: str, node: Node) -> Any:
    """Return the value of a setting, which some device may have: each has its own options for a few."""
    from emulator.devices.settings import TABLE

    value, row = values.setting(node), TABLE[key]
    kinds = (bool,) if isinstance(row.default, bool) else (str,) if isinstance(row.default, str) else (int, float)
    wrong_kind = not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds)
    fixed = isinstance(row.default, str | bool)
    if wrong_kind or (fixed and row.options and value not in row.options):
        words = ", ".join(str(option).lower() if fixed else str(option) for option in row.options)
        expected = f"one of {words}" if row.options else f"a number from {row.low:g} to {row.high:g}"
        node.fail(f"{key}: expected {expected}, got {node.plain!r}")
    if not row.options and not row.low <= value <= row.high:
        node.fail(f"{key}: expected a number from {row.low:g} to {row.high:g}, got {node.plain!r}")
    return value


def _time(node: Node) -> str:
    text = node.text("time")
    try:
        parse_moment(text, "time")
    except UsageError as error:
        node.fail(str(error))
    return text


READERS: dict[str, tuple[str, Callable[[Node], Any]]] = {  # key: option of Glasses, reader
    "worn": ("worn", lambda node: values.flag(node, "worn")),
    "ambient": ("ambient_c", lambda node: values.celsius(node, "ambient")),
    "lux": ("lux", lambda node: values.lux(node, "lux")),
    "time": ("start_time", _time),
    "language": ("language", lambda node: values.word(node, "language", ("zh", "en"))),
    "policy": ("policy", read_policy),
    "apps": ("apps", lambda node: tuple(app.text("apps") for app in node.sequence("apps"))),
}
