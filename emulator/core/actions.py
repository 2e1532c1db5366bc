"""Actions: everything that comes from outside the device, whoever causes it.

A finger, a voice, a camera frame that was decoded, a network reply, a flow step and a remote client all end in
``session.do(action)``. Actions are in the log like events; replay re-applies them and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from emulator.core.events import Action

Control = Literal["temple", "media", "camera-key", "power-key"]

# --- controls, body --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Press(Action, topic="control.pressed"):
    """A finger goes down on ``control`` (``temple`` is the display touch area); ``force`` is ``light`` or ``full``."""

    control: str
    force: str = "full"
    fingers: int = 1


@dataclass(frozen=True, slots=True)
class Move(Action, topic="control.moved"):
    """The finger on ``control`` moves by ``distance_mm``, towards the front of the glasses if positive."""

    control: str
    distance_mm: float


@dataclass(frozen=True, slots=True)
class Release(Action, topic="control.released"):
    """The finger leaves ``control``."""

    control: str


@dataclass(frozen=True, slots=True)
class Wear(Action, topic="glasses.worn"):
    """The glasses are put on (``worn``) or taken off."""

    worn: bool


@dataclass(frozen=True, slots=True)
class MoveHead(Action, topic="head.turned"):
    """The wearer's head goes ``up`` or ``down``, or makes a ``nod`` or a ``shake``."""

    motion: Literal["up", "down", "nod", "shake"]


# --- voice -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Say(Action, topic="text.said"):
    """The wearer says ``text``; recognition is skipped, all that follows it is not."""

    text: str


@dataclass(frozen=True, slots=True)
class WakeHeard(Action, topic="wake.heard"):
    """A wake phrase was heard in sound from outside."""

    phrase: str
    confidence: float


@dataclass(frozen=True, slots=True)
class StartSpeech(Action, topic="speech.started"):
    """Voice activity began."""


@dataclass(frozen=True, slots=True)
class EndSpeech(Action, topic="speech.ended"):
    """Voice activity ended after ``duration_ms``."""

    duration_ms: int


@dataclass(frozen=True, slots=True)
class Transcribe(Action, topic="speech.transcribed"):
    """An engine outside the virtual clock recognised ``text``.

    Attributes:
        text: The words, without the wake phrase.
        language: ``zh`` or ``en``.
        engine: Id of the engine.
        latency_ms: From the end of speech to this result, in wall time.
        audio: Reference or digest of the sound; samples never enter the log.
    """

    text: str
    language: str
    engine: str
    latency_ms: int
    audio: str = ""


@dataclass(frozen=True, slots=True)
class FailSpeech(Action, topic="speech.failed"):
    """Recognition did not work: ``reason`` says why and what to do."""

    reason: str


# --- world -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SetLight(Action, topic="light.set"):
    """The scene is lit with ``lux``."""

    lux: float


@dataclass(frozen=True, slots=True)
class SetScene(Action, topic="scene.set"):
    """The world behind the HUD is ``scene`` (see ``world/scene.py``)."""

    scene: str


@dataclass(frozen=True, slots=True)
class SetAmbient(Action, topic="ambient.set"):
    """The air around the glasses has ``temp_c``."""

    temp_c: float


@dataclass(frozen=True, slots=True)
class Show(Action, topic="object.shown"):
    """Something is held before the camera.

    Attributes:
        kind: ``qr``, ``image``, ``text``, ``video`` or ``product``.
        content: Payload, path, text, or the key of a sample package.
        at: ``centre``, ``left``, ``right``, ``top`` or ``bottom``.
        for_ms: How long it stays; 0 until the next one.
    """

    kind: str
    content: str
    at: str = "centre"
    for_ms: int = 0


@dataclass(frozen=True, slots=True)
class Locate(Action, topic="position.fixed"):
    """A position was measured, WGS-84.

    Attributes:
        lat_deg: Latitude, north positive, in [-90, 90].
        lon_deg: Longitude, east positive, in [-180, 180].
        accuracy_m: One standard deviation of a coordinate.
        speed_mps: Over the ground, or None if the source does not say.
        heading_deg: Course over the ground, clockwise from north, or None.
        sensor: What measured it: ``walker``, ``gpx``, ``nmea``, ``gpsd``, ``phone``.
    """

    lat_deg: float
    lon_deg: float
    accuracy_m: float = 5.0
    speed_mps: float | None = None
    heading_deg: float | None = None
    sensor: str = ""


@dataclass(frozen=True, slots=True)
class LosePosition(Action, topic="position.lost"):
    """Nothing measures the position any more."""

    sensor: str = ""


@dataclass(frozen=True, slots=True)
class SetClock(Action, topic="clock.set"):
    """The wall clock jumped to ``time``, ISO 8601 with its offset: a journey, a laptop that slept."""

    time: str


# --- phone -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PhoneSent(Action, topic="phone.sent"):
    """The companion phone tells the glasses something: ``kind`` says what, ``data`` is for the app that knows it."""

    kind: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Notify(Action, topic="phone.notified"):
    """The phone passes on a notification of ``app``."""

    app: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class PlayTrack(Action, topic="phone.played"):
    """The phone's player is at another track, or plays and pauses; ``line`` is the lyric line now."""

    title: str
    artist: str
    playing: bool
    line: str = ""


@dataclass(frozen=True, slots=True)
class Ring(Action, topic="phone.rang"):
    """Somebody calls; ``caller`` is the name the phone knows."""

    caller: str


@dataclass(frozen=True, slots=True)
class EndCall(Action, topic="phone.hung_up"):
    """The other side ends or takes no notice of the call."""


@dataclass(frozen=True, slots=True)
class AnswerCall(Action, topic="phone.answered"):
    """The other side takes an outgoing call."""


# --- device, set from outside ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RemovePack(Action, topic="pack.pulled"):
    """The wearer pulls the pack in slot ``pack``: ``left`` or ``right``."""

    pack: str


@dataclass(frozen=True, slots=True)
class InsertPack(Action, topic="pack.pushed"):
    """The wearer pushes a pack at ``level`` in [0, 1] into slot ``pack``.

    ``health`` is what age left of its capacity, in (0, 1]; ``resistance`` is the factor on its resistance, >= 1.
    """

    pack: str
    level: float = 1.0
    health: float = 1.0
    resistance: float = 1.0


@dataclass(frozen=True, slots=True)
class Charge(Action, topic="charger.connected"):
    """The glasses are laid into the ``case``, get the ``clip`` on the hinge, or have ``none`` of both any more."""

    charger: Literal["case", "clip", "none"]


@dataclass(frozen=True, slots=True)
class ArrangePacks(Action, topic="packs.arranged"):
    """The packs are to share the load in ``parallel``, ``sequential`` or ``balanced``."""

    mode: Literal["parallel", "sequential", "balanced"]


@dataclass(frozen=True, slots=True)
class SetLevel(Action, topic="level.set"):
    """A test or a demo sets the true level of the pack in slot ``pack``, in [0, 1]."""

    pack: str
    level: float


@dataclass(frozen=True, slots=True)
class ChangeSetting(Action, topic="setting.set"):
    """The phone app or the window changes a device setting (keys: ``devices/settings.py``)."""

    key: str
    value: Any


@dataclass(frozen=True, slots=True)
class SwitchPolicy(Action, topic="policy.set"):
    """Another placement policy is to decide."""

    policy: str


@dataclass(frozen=True, slots=True)
class InjectFault(Action, topic="fault.injected"):
    """Something breaks; kinds and what else they take: ``devices/faults.py``.

    Attributes:
        kind: ``mcu-crash``, ``ap-hang``, ``message-loss``, ``link-loss``, ``brown-out``, ``gauge-offset`` or ``seeded``.
        amount: Share of messages that are lost, change of the gauge's level, faults an hour.
        count: How many messages are lost.
        for_ms: How long it lasts.
    """

    kind: str
    amount: float = 0.0
    count: int = 0
    for_ms: int = 0


@dataclass(frozen=True, slots=True)
class ReloadHud(Action, topic="document.reloaded"):
    """A designer saved HUD document ``hud``; ``text`` is its whole YAML, so that replay needs no file."""

    hud: str
    text: str


@dataclass(frozen=True, slots=True)
class Reply(Action, topic="call.replied"):
    """A service call that left the device came back.

    Attributes:
        call: Number of the request in this session.
        engine: Who answered: ``offline``, ``sandbox`` or ``live``.
        latency_ms: From request to reply.
        reply: The value, or ``{"error": kind, "reason": text}``; a value with ``fallback`` stands in for a live one.
    """

    call: int
    engine: str
    latency_ms: int
    reply: dict[str, Any]


@dataclass(frozen=True, slots=True)
class EndSession(Action, topic="session.ended"):
    """The last record of a complete log."""
