"""Steps that move the wearer, one public function each; they make the positions that a phone would give."""

from __future__ import annotations

from collections.abc import Callable

from emulator.core.actions import Locate, LosePosition
from emulator.core.errors import EmulatorError
from emulator.core.units import S, split_quantity
from emulator.core.yaml import Node, describe
from emulator.flows import values
from emulator.flows.given import position
from emulator.flows.play import Doing, Play, Wait
from emulator.maps.feed import recorded
from emulator.session.walk import Stroll

Act = Callable[[Play], Doing]

SPEEDS_MPS = {"mps": 1.0, "kmh": 1 / 3.6}
METRES = {"m": 1.0, "km": 1_000.0}
WALK = ("speed", "noise", "wrong-turn", "stop", "for")


def walk(node: Node) -> Act:
    """``walk: {speed: 1.4mps, noise: 3m, wrong-turn: 200m, stop: {at: 50m, for: 20s}, for: 60s}`` along the route.

    The walker goes on behind the steps that follow, until the next ``walk``, ``locate`` or ``follow``; with ``for`` this
    step waits so long.
    """
    value = node.mapping("walk", WALK)
    stop = value["stop"].mapping("stop", ("at", "for")) if "stop" in value else {}
    if "stop" in value and set(stop) != {"at", "for"}:
        value["stop"].fail("stop: expected {at: 50m, for: 20s}")
    stroll = Stroll(
        speed_mps=_speed(value["speed"]) if "speed" in value else None,
        sigma_m=_metres(value["noise"], "noise") if "noise" in value else Stroll().sigma_m,
        wrong_turn_m=_metres(value["wrong-turn"], "wrong-turn") if "wrong-turn" in value else None,
        stop_at_m=_metres(stop["at"], "at") if stop else None,
        stop_s=values.duration(stop["for"], "for") / S if stop else 0.0,
    )
    span_ns = values.duration(value["for"], "for") if "for" in value else 0

    def act(play: Play) -> Doing:
        play.walk.start(stroll)
        yield Wait(play.now_ns + span_ns)

    return act


def locate(node: Node) -> Act:
    """``locate: "60.17,24.94"``, ``locate: {lat: 60.17, lon: 24.94, accuracy: 5m}``, or ``locate: lost``."""
    action = LosePosition("flow") if node.value == "lost" else _located(node)

    def act(play: Play) -> Doing:
        play.walk.stop()
        yield from play.do(action)

    return act


def follow(node: Node) -> Act:
    """``follow: walk.gpx`` or ``follow: {file: drive.nmea, for: 60s}`` gives the positions of a recorded track."""
    value = node.mapping("follow", ("file", "for")) if isinstance(node.value, dict) else {"file": node}
    if "file" not in value:
        node.fail("follow: 'file' is missing; expected a *.gpx or *.nmea beside the flow")
    path = values.beside(value["file"], value["file"].text("file"), "follow")
    kind = path.suffix.removeprefix(".").lower()
    source = f"{'nmea' if kind in ('nmea', 'log', 'txt') else 'gpx'}:{path}"
    try:
        if not recorded(source):
            value["file"].fail("follow: there is no position in it")
    except EmulatorError as error:
        value["file"].fail(str(error))
    span_ns = values.duration(value["for"], "for") if "for" in value else 0

    def act(play: Play) -> Doing:
        play.walk.follow(source)
        yield Wait(play.now_ns + span_ns)

    return act


def _located(node: Node) -> Locate:
    if not isinstance(node.value, dict):
        return position(node)
    value = node.mapping("locate", ("lat", "lon", "accuracy"))
    if not {"lat", "lon"} <= set(value):
        node.fail("locate: expected {lat: 60.17, lon: 24.94, accuracy: 5m}, LAT,LON or lost")
    lat, lon = (values.number(value[key], key) for key in ("lat", "lon"))
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        node.fail(f"locate: no place on earth: latitude {lat:g}, longitude {lon:g}")
    accuracy_m = _metres(value["accuracy"], "accuracy") if "accuracy" in value else 5.0
    return Locate(lat, lon, max(0.1, accuracy_m), sensor="flow")


def _metres(node: Node, what: str) -> float:
    return _amount(node, what, METRES, "a distance such as 200m")


def _speed(node: Node) -> float:
    speed = _amount(node, "speed", SPEEDS_MPS, "a speed such as 1.4mps or 5kmh")
    if not speed:
        node.fail("speed: expected more than 0")
    return speed


def _amount(node: Node, what: str, units: dict[str, float], expected: str) -> float:
    """Return a number with one of ``units``, which must be there; not negative."""
    if not isinstance(node.value, str):
        node.fail(f"{what}: expected {expected}, got {describe(node)}")
    try:
        number, unit = split_quantity(node.value)
    except ValueError as error:
        node.fail(f"{what}: {error}")
    if unit not in units or number < 0:
        node.fail(f"{what}: expected {expected}, got {node.value!r}")
    return number * units[unit]
