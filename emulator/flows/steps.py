"""The steps of a flow, one public function each; ``double_tap`` is the step ``double-tap``.

A step function checks its value when the file is read and returns what to do when its turn comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING

from emulator.core.actions import (
    AnswerCall,
    EndCall,
    MoveHead,
    Notify,
    PlayTrack,
    Press,
    Release,
    Ring,
    Say,
    SetAmbient,
    SetLevel,
    SetLight,
    SwitchPolicy,
    Wear,
)
from emulator.core.errors import ExpectationError, UsageError, nearest
from emulator.core.events import Action
from emulator.core.units import MS, S
from emulator.core.yaml import Node
from emulator.flows import values
from emulator.flows.check import checks
from emulator.flows.expect import conditions, event_named, failure
from emulator.flows.fault import read_fault
from emulator.flows.given import by_slot, changes, levels, read_policy, scene_and_lux
from emulator.flows.packs import read_charger, read_mode, read_pack
from emulator.flows.play import Doing, Play, Wait
from emulator.flows.shown import read_shown
from emulator.flows.snapshot import take_snapshot

if TYPE_CHECKING:
    from emulator.assistant.recognise import Voices

Act = Callable[[Play], Doing]

CONTROLS = ("temple", "media", "camera-key", "power-key")
DIRECTIONS = ("forward", "back")
HAND = 5  # fingers
SET = ("battery", "packs", "lux", "ambient", "scene", "policy", "track", "settings")
UNTIL_NS = 60 * S

# --- temple touch area -----------------------------------------------------------------------------------------


def tap(node: Node) -> Act:
    """``tap: temple`` confirms."""
    return _gesture(_temple(node), "tap")


def double_tap(node: Node) -> Act:
    """``double-tap: temple`` goes back."""
    return _gesture(_temple(node), "double-tap")


def triple_tap(node: Node) -> Act:
    """``triple-tap: temple`` goes home."""
    return _gesture(_temple(node), "triple-tap")


def long_press(node: Node) -> Act:
    """``long-press: temple`` calls the assistant."""
    return _gesture(_temple(node), "long-press")


def swipe(node: Node) -> Act:
    """``swipe: {where: temple, dir: forward|back}`` moves the selection."""
    value = node.mapping("swipe", ("where", "dir"))
    if "dir" not in value:
        node.fail("swipe: 'dir' is missing; expected {where: temple, dir: forward}")
    if "where" in value:
        _temple(value["where"])
    return _gesture("temple", f"swipe-{values.word(value['dir'], 'dir', DIRECTIONS)}")


# --- media area, keys ------------------------------------------------------------------------------------------


def squeeze(node: Node) -> Act:
    """``squeeze: once|twice|thrice|hold``."""
    how = values.word(node, "squeeze", ("once", "twice", "thrice", "hold"))
    return _gesture("media", "squeeze" if how == "once" else f"squeeze-{how}")


def slide(node: Node) -> Act:
    """``slide: forward|back`` on the media area is the volume."""
    return _gesture("media", f"slide-{values.word(node, 'slide', DIRECTIONS)}")


def camera_key(node: Node) -> Act:
    """``camera-key: touch|short|long``."""
    return _gesture("camera-key", values.word(node, "camera-key", ("touch", "short", "long")))


def power_key(node: Node) -> Act:
    """``power-key: short|long|double``."""
    return _gesture("power-key", values.word(node, "power-key", ("short", "long", "double")))


def press(node: Node) -> Act:
    """``press: camera-key`` or ``press: {control: camera-key, force: light|full, fingers: 1}``; until ``release``."""
    if not isinstance(node.value, dict):
        return _do(Press(values.word(node, "press", CONTROLS)))
    value = node.mapping("press", ("control", "force", "fingers"))
    if "control" not in value:
        node.fail(f"press: 'control' is missing; one of {', '.join(CONTROLS)}")
    force = values.word(value["force"], "force", ("light", "full")) if "force" in value else "full"
    fingers = values.count(value["fingers"], "fingers", 1, HAND) if "fingers" in value else 1
    return _do(Press(values.word(value["control"], "control", CONTROLS), force, fingers))


def release(node: Node) -> Act:
    """``release: camera-key``."""
    return _do(Release(values.word(node, "release", CONTROLS)))


# --- body ------------------------------------------------------------------------------------------------------


def wear(node: Node) -> Act:
    """``wear: "on"|"off"``."""
    return _do(Wear(values.word(node, "wear", ("on", "off")) == "on"))


def head(node: Node) -> Act:
    """``head: up|down|nod|shake``."""
    match values.word(node, "head", ("up", "down", "nod", "shake")):
        case "up" | "down" | "nod" | "shake" as motion:
            return _do(MoveHead(motion))
        case other:
            raise AssertionError(other)


# --- voice -----------------------------------------------------------------------------------------------------


def say(node: Node) -> Act:
    """``say: TEXT`` skips recognition; ``say: {wav: FILE, snr: 5dB}`` is heard through all of it."""
    if not isinstance(node.value, dict):
        return _do(Say(values.written(node, "say")))
    value = node.mapping("say", ("wav", "snr"))
    if "wav" not in value:
        node.fail("say: 'wav' is missing; expected a text or {wav: FILE, snr: 5dB}")
    path = values.beside(value["wav"], value["wav"].text("wav"), "wav")
    snr_db = values.decibels(value["snr"], "snr") if "snr" in value else None

    def act(play: Play) -> Doing:
        from emulator.assistant.recognise import recognise_wav

        glasses = play.glasses
        language = str(glasses.device.settings["language"])
        listening = glasses.assistant.listening or glasses.assistant.awaiting
        heard = recognise_wav(
            path, snr_db, glasses.start.seed, listening=listening, language=language, voices=_voices()
        )
        yield from _play(play, ((sound.offset_ns / MS, sound.action) for sound in heard))

    return act


# --- world -----------------------------------------------------------------------------------------------------


def show(node: Node) -> Act:
    """``show: {qr|image|text|video|product: CONTENT, at: centre, for: 2s}``: something is held before the camera."""
    return _do(read_shown(node))


def set_(node: Node) -> Act:
    """``set: {battery: 5%, lux: 20000lux, ambient: 31 °C, scene: street, policy: rtos_first, settings: {volume: 50%}}``."""
    value = node.mapping("set", SET)
    if not value:
        node.fail(f"set: expected at least one of {', '.join(SET)}")
    readers: dict[str, Callable[[Node], Action]] = {
        "lux": lambda n: SetLight(values.lux(n, "lux")),
        "ambient": lambda n: SetAmbient(values.celsius(n, "ambient")),
        "policy": lambda n: SwitchPolicy(read_policy(n)),
        "track": _track,
        "packs": read_mode,
    }
    actions = [readers[key](item) for key, item in value.items() if key in readers]
    if "scene" in value:
        scene, scene_lux = scene_and_lux(value["scene"])
        actions += [scene] if "lux" in value else [scene, SetLight(scene_lux)]
    if "settings" in value:
        actions += changes(value["settings"])
    wanted = levels(value["battery"]) if "battery" in value else {}

    def act(play: Play) -> Doing:
        slots = play.glasses.profile.battery.slots
        for slot, level in by_slot(wanted, slots).items():
            yield from play.do(SetLevel(slot, level))
        for action in actions:
            yield from play.do(action)

    return act


def notify(node: Node) -> Act:
    """``notify: {app: 钉钉, title: 桃桃, text: 下午开会}``."""
    value = node.mapping("notify", ("app", "title", "text"))
    if "app" not in value:
        node.fail("notify: 'app' is missing")
    title, text = (value[key].text(key) if key in value else "" for key in ("title", "text"))
    return _do(Notify(values.written(value["app"], "app"), title, text))


def call(node: Node) -> Act:
    """``call: {from: 妈妈}`` rings; ``call: {far-end: answers|hangs-up}`` is what the other side does."""
    value = node.mapping("call", ("from", "far-end"))
    if values.only_key(node, "call", ("from", "far-end")) == "from":
        return _do(Ring(values.written(value["from"], "from")))
    answers = values.word(value["far-end"], "far-end", ("answers", "hangs-up")) == "answers"
    return _do(AnswerCall() if answers else EndCall())


def pack(node: Node) -> Act:
    """``pack: {remove: left}`` or ``pack: {insert: left, level: 100%}`` (``flows/packs.py``)."""
    slot, action = read_pack(node)

    def act(play: Play) -> Doing:
        by_slot({slot: 1.0}, play.glasses.profile.battery.slots)
        yield from play.do(action)

    return act


def charge(node: Node) -> Act:
    """``charge: case``, ``clip`` or ``none``."""
    return _do(read_charger(node))


def fault(node: Node) -> Act:
    """``fault: mcu-crash`` or ``fault: {message-loss: {count: 2}}`` (``flows/fault.py``)."""
    actions = read_fault(node)

    def act(play: Play) -> Doing:
        for action in actions(play.glasses.profile.battery.slots):
            yield from play.do(action)

    return act


# --- time ------------------------------------------------------------------------------------------------------


def advance(node: Node) -> Act:
    """``advance: 30s`` of virtual time."""
    span_ns = values.duration(node, "advance")

    def act(play: Play) -> Doing:
        yield Wait(play.now_ns + span_ns)

    return act


def until(node: Node) -> Act:
    """``until: turn.ended``, or ``until: {event: call.changed, state: ended, within: 90s}``; waits 60 s at most."""
    if isinstance(node.value, dict):
        wanted, within_ns = conditions(node, "until", UNTIL_NS)
    else:
        wanted, within_ns = [event_named(node)], UNTIL_NS

    def act(play: Play) -> Doing:
        if not (yield Wait(play.now_ns + within_ns, lambda: all(condition.holds(play) for condition in wanted))):
            raise ExpectationError(failure(play, node, "until", wanted, within_ns))
        play.anchor_ns = play.now_ns

    return act


# --- judging ---------------------------------------------------------------------------------------------------


def expect(node: Node) -> Act:
    """``expect: {hud|event|spoken|state: ..., within: 1.5s}``: all of it comes true at one time."""
    wanted, within_ns = conditions(node, "expect")

    def act(play: Play) -> Doing:
        play.crashes_allowed += [condition.matches for condition in wanted if condition.matches is not None]
        if not (yield Wait(play.anchor_ns + within_ns, lambda: all(condition.holds(play) for condition in wanted))):
            raise ExpectationError(failure(play, node, "expect", wanted, within_ns))

    return act


def absent(node: Node) -> Act:
    """``absent: {hud|event|spoken|state: ..., within: 2s}``: it does not come true in all that time."""
    wanted, within_ns = conditions(node, "absent")

    def act(play: Play) -> Doing:
        if (yield Wait(play.anchor_ns + within_ns, lambda: all(condition.holds(play) for condition in wanted))):
            raise ExpectationError(failure(play, node, "absent", wanted, within_ns))

    return act


def check(node: Node) -> Act:
    """``check: {energy: {...}, deadline: {missed: 0}}``, at once."""
    wanted = checks(node)

    def act(play: Play) -> Doing:
        for judge in wanted:
            judge(play)
        yield from ()

    return act


def snapshot(node: Node) -> Act:
    """``snapshot: NAME`` compares the display with a golden beside the flow; ``--update-golden`` rewrites it."""
    if isinstance(node.value, dict):
        value = node.mapping("snapshot", ("name", "compare"))
        if "name" not in value:
            node.fail("snapshot: 'name' is missing")
        if "compare" in value:
            values.word(value["compare"], "compare", ("semantic",))
        node = value["name"]
    name = node.text("snapshot")
    if not name.replace("-", "").replace("_", "").isalnum():
        node.fail(f"snapshot: expected a name of letters, digits and dashes, got {name!r}")

    def act(play: Play) -> Doing:
        take_snapshot(play, node, name)
        yield from ()

    return act


# --- what several steps need -----------------------------------------------------------------------------------


def _do(action: Action) -> Act:
    return lambda play: play.do(action)


def _gesture(control: str, name: str) -> Act:
    """Make a gesture; the step is over when the finger has left."""

    def act(play: Play) -> Doing:
        if control not in play.glasses.profile.controls:
            raise UsageError(
                f"{play.glasses.profile.name} has no {control}{nearest(control, play.glasses.profile.controls)}"
            )
        yield Wait(play.now_ns + round(play.glasses.gesture(control, name) * MS))

    return act


def _play(play: Play, sequence: Iterable[tuple[float, Action]]) -> Doing:
    yield Wait(play.now_ns + round(play.glasses.play(sequence) * MS))


def _track(node: Node) -> Action:
    """Read what the phone plays: ``{title: 夜曲, artist: 某某, playing: true, line: 歌词}``."""
    value = node.mapping("track", ("title", "artist", "playing", "line"))
    if not value:
        node.fail("track: expected title, artist, playing or line")
    title, artist, line = (value[key].text(key) if key in value else "" for key in ("title", "artist", "line"))
    return PlayTrack(title, artist, values.flag(value["playing"], "playing") if "playing" in value else True, line)


@cache
def _voices() -> Voices:
    """Load the engines once a process: a second."""
    from emulator.assistant.recognise import load_voices

    return load_voices()


def _temple(node: Node) -> str:
    return values.word(node, "where", ("temple",))
