"""Events of the dual system: work, slices, messages, holds."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.core.events.base import Event


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

    States: ``ap``: off, booting, suspended, resuming, idle, active, suspending; ``mcu``: off, booting, idle (on),
    crashed.
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
class MessageLost(Event, topic="message.lost"):
    """Mailbox message ``number`` to ``receiver`` was not acknowledged in time.

    Attributes:
        number: Its sequence number; a repetition keeps it.
        sender, receiver: The ends.
        what, owner: As in ``message.sent``.
        attempt: Which try it was, from 1.
        gave_up: Whether it is not sent again.
    """

    number: int
    sender: str
    receiver: str
    what: str
    owner: str
    attempt: int
    gave_up: bool


@dataclass(frozen=True, slots=True)
class McuCrashed(Event, topic="mcu.crashed"):
    """The mcu stopped: its holds are gone, and nothing samples or listens until it is back."""

    cause: str


@dataclass(frozen=True, slots=True)
class WakeSourcesMoved(Event, topic="sources.moved"):
    """``processor`` takes what wakes the device: fingers, microphones, the phone's link."""

    processor: str
    cause: str


@dataclass(frozen=True, slots=True)
class McuRecovered(Event, topic="mcu.recovered"):
    """The mcu is up again after ``down_ms``."""

    down_ms: float


@dataclass(frozen=True, slots=True)
class ApClocked(Event, topic="ap.clocked"):
    """The governor gave Android's cores another clock: ``speed`` is relative to the fastest, at which they begin."""

    speed: float


@dataclass(frozen=True, slots=True)
class ApHung(Event, topic="ap.hung"):
    """Android makes no progress any more; its watchdog will start it anew."""

    cause: str


@dataclass(frozen=True, slots=True)
class ApRecovered(Event, topic="ap.recovered"):
    """Android is up again after ``down_ms``."""

    down_ms: float


@dataclass(frozen=True, slots=True)
class LinkLost(Event, topic="link.lost"):
    """The link ``link`` (``bluetooth``) to the phone is gone."""

    link: str
    cause: str


@dataclass(frozen=True, slots=True)
class LinkRestored(Event, topic="link.restored"):
    """The link ``link`` to the phone is back after ``down_ms``."""

    link: str
    down_ms: float


@dataclass(frozen=True, slots=True)
class GaugeShifted(Event, topic="gauge.shifted"):
    """The gauge of pack ``pack`` was put off by ``amount`` of the level, in [-1, 1]."""

    pack: str
    amount: float


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
