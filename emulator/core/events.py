"""Events: what happens on the device, by noun. Actions, their causes from outside, are in ``actions.py``.

An event is a frozen dataclass of JSON values with ``topic="noun.past_tense"``. Time is not a field: the log
records it. Fields end in their unit.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, TypeVar

from emulator.core.units import quantise

E = TypeVar("E", bound="Event")


@dataclass(frozen=True, slots=True)
class Event:
    """Base class; subclasses pass ``topic="battery.sampled"``."""

    topic: ClassVar[str] = ""
    types: ClassVar[dict[str, type[Event]]] = {}

    def __init_subclass__(cls, topic: str = "") -> None:
        if topic:
            cls.topic = topic
        if "topic" in cls.__dict__:  # the second call, for the class with slots, replaces the first
            Event.types[cls.topic] = cls

    def quantised(self: E) -> E:
        """Return the event as the log keeps it: floats with nine significant digits."""
        rounded = {f.name: _quantised(getattr(self, f.name)) for f in fields(self) if _has_float(f.type)}
        return replace(self, **rounded) if rounded else self


@dataclass(frozen=True, slots=True)
class Action(Event):
    """An event caused from outside; replay re-applies actions and nothing else."""


# --- session ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SessionStarted(Event, topic="session.started"):
    """The first record: all that a replay needs besides the actions.

    Attributes:
        profile: Profile id.
        policy: Placement policy id.
        seed: Session seed of all randomness.
        language: ``zh`` or ``en``.
        start_time: ISO 8601 local time at power-on, with offset.
        apps: Ids of the installed apps, in order.
        documents: Digest of the HUD documents.
        version: Version of the emulator.
        worn: Whether the glasses are worn at power-on.
        pack_levels: Level of each pack at power-on, in [0, 1].
        ambient_c: Air temperature.
        lux: Light on the scene.
    """

    profile: str
    policy: str
    seed: int
    language: str
    start_time: str
    apps: tuple[str, ...]
    documents: str
    version: str
    worn: bool
    pack_levels: tuple[float, ...]
    ambient_c: float
    lux: float


# --- body, controls --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GestureRecognized(Event, topic="gesture.recognized"):
    """A control was used. ``gesture`` is one of ``controls.py``'s names, for example ``double-tap``."""

    control: str
    gesture: str


@dataclass(frozen=True, slots=True)
class WearChanged(Event, topic="wear.changed"):
    """The wear sensor sees a head, or not any more."""

    worn: bool


@dataclass(frozen=True, slots=True)
class HeadMoved(Event, topic="head.moved"):
    """The motion sensor recognised ``up``, ``down``, ``nod`` or ``shake``."""

    motion: str


@dataclass(frozen=True, slots=True)
class SettingChanged(Event, topic="setting.changed"):
    """A device setting has a new value (see ``devices/settings.py``)."""

    key: str
    value: Any


# --- display and HUD -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DisplayLit(Event, topic="display.lit"):
    """The display is on; ``cause`` says why (``touch``, ``wear``, ``head-up``, ``power-key``, an app's id)."""

    cause: str


@dataclass(frozen=True, slots=True)
class DisplaySlept(Event, topic="display.slept"):
    """The display is off; ``cause`` is ``idle``, ``power-key``, ``not-worn``, ``standby``, ``recording`` or ``power-off``."""

    cause: str


@dataclass(frozen=True, slots=True)
class BrightnessChanged(Event, topic="brightness.changed"):
    """The display now runs at ``level`` of its peak, in [0, 1]; ``nits`` at the eye."""

    level: float
    nits: float


@dataclass(frozen=True, slots=True)
class HudShown(Event, topic="hud.shown"):
    """``app`` shows document ``screen`` in ``layer``; a later one of the same app and layer replaces it.

    Attributes:
        app: Who shows it.
        screen: Id of a HUD document.
        layer: ``launcher``, ``app``, ``transient`` (pill, card, bar, toast) or ``status``.
        data: Values for the document's bindings.
        state: Name of one of the document's states, or "".
    """

    app: str
    screen: str
    layer: str
    data: dict[str, Any]
    state: str = ""


@dataclass(frozen=True, slots=True)
class HudHidden(Event, topic="hud.hidden"):
    """``app`` has nothing in ``layer`` any more."""

    app: str
    layer: str


@dataclass(frozen=True, slots=True)
class HudMeasured(Event, topic="hud.measured"):
    """The picture on the display changed: share of pixels lit, mean linear light of the panel, both in [0, 1]."""

    lit: float
    picture_level: float


# --- apps, phone side ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AppOpened(Event, topic="app.opened"):
    """``app`` came to the front."""

    app: str


@dataclass(frozen=True, slots=True)
class AppClosed(Event, topic="app.closed"):
    """``app`` left the front."""

    app: str


@dataclass(frozen=True, slots=True)
class AppCrashed(Event, topic="app.crashed"):
    """``app`` raised ``error`` and stopped; the device goes on."""

    app: str
    error: str


@dataclass(frozen=True, slots=True)
class NotificationShown(Event, topic="notification.shown"):
    """The pill of a notification is on the display."""

    app: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class CallChanged(Event, topic="call.changed"):
    """A call is ``ringing``, ``dialing``, ``active``, ``rejected``, ``missed`` or ``ended``."""

    state: str
    caller: str


@dataclass(frozen=True, slots=True)
class PhotoTaken(Event, topic="photo.taken"):
    """The camera took photo ``number``; the picture itself is outside the log (``world/frame_store.py``)."""

    number: int
    cause: str


@dataclass(frozen=True, slots=True)
class RecordingChanged(Event, topic="recording.changed"):
    """Video or sound recording started or stopped. ``kind`` is ``video`` or ``audio``."""

    kind: str
    active: bool
    cause: str


@dataclass(frozen=True, slots=True)
class LedChanged(Event, topic="led.changed"):
    """A LED: ``left`` (charge, pairing) or ``right`` (recording); ``light`` is ``off``, ``on``, ``breathing``, ``flashing``."""

    led: str
    light: str


@dataclass(frozen=True, slots=True)
class CapabilityMissing(Event, topic="capability.missing"):
    """``app`` asked for ``need`` (``camera``, ``display`` ...), which this device has not got."""

    app: str
    need: str


@dataclass(frozen=True, slots=True)
class MediaCommanded(Event, topic="media.commanded"):
    """The phone's player was told to ``play``, ``pause``, go to the ``next`` or the ``previous`` track."""

    command: str


@dataclass(frozen=True, slots=True)
class NoteSaved(Event, topic="note.saved"):
    """A memo or reminder was stored. ``due`` is ISO 8601 local time or ""."""

    kind: str
    text: str
    due: str


# --- assistant -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TurnStarted(Event, topic="turn.started"):
    """Turn number ``turn`` begins; ``cause`` is ``wake-word``, ``push-to-talk`` or ``text``."""

    turn: int
    cause: str


@dataclass(frozen=True, slots=True)
class TurnListening(Event, topic="turn.listening"):
    """Speech is being heard in the turn."""

    turn: int


@dataclass(frozen=True, slots=True)
class TranscriptSettled(Event, topic="transcript.settled"):
    """The words of the turn are known; ``engine`` says who recognised them (``text`` for typed ones)."""

    turn: int
    text: str
    engine: str


@dataclass(frozen=True, slots=True)
class IntentRecognized(Event, topic="intent.recognized"):
    """The words mean ``intent`` with ``slots`` filled."""

    intent: str
    slots: dict[str, Any]
    turn: int = 0


@dataclass(frozen=True, slots=True)
class AnswerGiven(Event, topic="answer.given"):
    """The assistant or an app answers; the turn's screen shows ``text`` unless ``on_screen`` is false."""

    text: str
    engine: str
    turn: int = 0
    on_screen: bool = True


@dataclass(frozen=True, slots=True)
class SpeechSpoken(Event, topic="speech.spoken"):
    """The glasses start to say ``text``; it takes about ``duration_ms`` of virtual time."""

    text: str
    language: str
    duration_ms: int


@dataclass(frozen=True, slots=True)
class SpeechCut(Event, topic="speech.cut"):
    """The glasses stop speaking before the end (barge-in, gesture)."""

    cause: str


@dataclass(frozen=True, slots=True)
class TurnEnded(Event, topic="turn.ended"):
    """The turn is over: ``ok``, ``not-understood``, ``not-heard``, ``interrupted`` or ``cancelled``."""

    turn: int
    outcome: str


@dataclass(frozen=True, slots=True)
class SttFailed(Event, topic="stt.failed"):
    """Recognition did not work; ``reason`` says why and what to do."""

    reason: str


@dataclass(frozen=True, slots=True)
class ServiceFailed(Event, topic="service.failed"):
    """A service call failed: ``kind`` is ``auth``, ``quota``, ``network``, ``not-found``, ``rejected`` or ``timeout``."""

    service: str
    kind: str
    reason: str


# --- dual system -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WorkPlaced(Event, topic="work.placed"):
    """The policy put piece ``number`` of work on ``processor``; ``reason`` says why there.

    Attributes:
        number: Counts all placed works of the session.
        work: Name of the work.
        owner: App or feature it is done for.
        processor: ``mcu`` or ``ap``.
        reason: One of the policy's reasons, for the panel.
        deadline_ms: Due after so many ms; 0 for none.
    """

    number: int
    work: str
    owner: str
    processor: str
    reason: str
    deadline_ms: float


@dataclass(frozen=True, slots=True)
class WorkFinished(Event, topic="work.finished"):
    """Work ``number`` is done: how long it waited for its processor to wake, queued and ran, and its energy."""

    number: int
    work: str
    owner: str
    processor: str
    wake_ms: float
    latency_ms: float
    energy_mwh: float
    in_time: bool


@dataclass(frozen=True, slots=True)
class ProcessorChanged(Event, topic="processor.changed"):
    """``processor`` entered ``state``; ``cause`` and ``owner`` say who made it.

    States: ``ap``: off, booting, suspended, resuming, idle, active, suspending; ``mcu``: off, booting, idle (on).
    What the mcu does while it is on is not told here (see ``SlicesRan``).
    """

    processor: str
    state: str
    cause: str
    owner: str


@dataclass(frozen=True, slots=True)
class SlicesRan(Event, topic="slices.ran"):
    """What ran on one core of ``processor`` lately, packed (``devices/processors/slices.py`` unpacks).

    Attributes:
        processor: ``mcu`` or ``ap``.
        core: Core number from 0.
        since_ns: Start of the first slice.
        count: Number of slices.
        tasks: Names ``owner/work`` that ``data`` refers to by index.
        data: Base64 of little-endian varints: number of distinct (gap to the previous end, duration, index into
            ``tasks``) triples in ns, the triples, and for each slice the index of its triple.
    """

    processor: str
    core: int
    since_ns: int
    count: int
    tasks: tuple[str, ...]
    data: str


@dataclass(frozen=True, slots=True)
class MessageSent(Event, topic="message.sent"):
    """A mailbox message ``number`` of ``size_bytes`` left ``sender`` for ``receiver`` on behalf of ``owner``."""

    number: int
    sender: str
    receiver: str
    size_bytes: int
    what: str
    owner: str


@dataclass(frozen=True, slots=True)
class MessageReceived(Event, topic="message.received"):
    """Mailbox message ``number`` was taken by its receiver ``latency_us`` after it was sent."""

    number: int
    receiver: str
    latency_us: float


@dataclass(frozen=True, slots=True)
class HoldChanged(Event, topic="hold.changed"):
    """``owner`` holds ``component`` (a wakelock or a part that is on for it) ``count`` times now."""

    component: str
    owner: str
    count: int


@dataclass(frozen=True, slots=True)
class PolicyChanged(Event, topic="policy.changed"):
    """Another placement policy decides from now on."""

    policy: str


# --- power, battery, heat --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PowerSampled(Event, topic="power.sampled"):
    """Energy since the previous sample, from the exact ledger.

    Attributes:
        span_ms: Length of the interval.
        total_mw: Mean power of the interval.
        energy_mwh: ``{component: {owner: mWh}}`` of the interval, entries that are not zero.
    """

    span_ms: float
    total_mw: float
    energy_mwh: dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class PackState:
    """One pack in a battery sample; ``level`` is the true level in [0, 1], ``gauge`` what the device reports."""

    present: bool
    level: float
    gauge: float
    voltage_v: float
    current_a: float


@dataclass(frozen=True, slots=True)
class BatterySampled(Event, topic="battery.sampled"):
    """Packs, bus and forecast.

    Attributes:
        packs: One state per slot.
        bus_v: Voltage of the bus behind the diodes.
        power_mw: Power drawn from the packs now.
        level: Charge of all present packs over their capacity, in [0, 1].
        left_min: Minutes left at the mean power of the last minutes; ``left_low_min`` and ``left_high_min`` the band.
        temp_c: Cell temperature.
    """

    packs: tuple[PackState, ...]
    bus_v: float
    power_mw: float
    level: float
    left_min: float
    left_low_min: float
    left_high_min: float
    temp_c: float


@dataclass(frozen=True, slots=True)
class HeatSampled(Event, topic="heat.sampled"):
    """Temperatures of die, skin and air."""

    die_c: float
    skin_c: float
    ambient_c: float


@dataclass(frozen=True, slots=True)
class HeatLimited(Event, topic="heat.limited"):
    """The skin passed a limit: ``step`` of the profile's limits (0 to 3) hold now."""

    step: int
    skin_c: float


@dataclass(frozen=True, slots=True)
class BatteryLow(Event, topic="battery.ran_low"):
    """The reported level fell to ``threshold`` (0.2, 0.1 or 0.05) or below; ``level`` is what is reported."""

    threshold: float
    level: float


@dataclass(frozen=True, slots=True)
class PackRemoved(Event, topic="pack.removed"):
    """Pack in slot ``pack`` (``left`` or ``right``) was pulled at true ``level``."""

    pack: str
    level: float


@dataclass(frozen=True, slots=True)
class PackInserted(Event, topic="pack.inserted"):
    """A pack at true ``level`` sits in slot ``pack`` (``left`` or ``right``)."""

    pack: str
    level: float


@dataclass(frozen=True, slots=True)
class BrownedOut(Event, topic="device.browned_out"):
    """The packs could not give the power asked for; ``consequence`` says what follows."""

    power_mw: float
    consequence: str


@dataclass(frozen=True, slots=True)
class PowerChanged(Event, topic="device.powered"):
    """The glasses were switched on or off, or went to standby: ``state`` is ``on``, ``off`` or ``standby``."""

    state: str
    cause: str


def _has_float(annotation: Any) -> bool:
    text = str(annotation)
    return "float" in text or "Any" in text or "PackState" in text


def _quantised(value: Any) -> Any:
    if isinstance(value, float):
        return quantise(value)
    if isinstance(value, tuple):
        return tuple(_quantised(v) for v in value)
    if isinstance(value, list):
        return [_quantised(v) for v in value]
    if isinstance(value, dict):
        return {k: _quantised(v) for k, v in value.items()}
    if isinstance(value, PackState):
        return PackState(*(_quantised(getattr(value, f.name)) for f in fields(value)))
    return value
