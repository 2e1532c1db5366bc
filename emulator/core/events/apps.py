"""Events of apps, calls, camera, notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.core.events.base import Event


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
    """``app`` raised ``error`` and stopped; the device goes on, and so do the assistant and a service named here."""

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


@dataclass(frozen=True, slots=True)
class HandedOver(Event, topic="phone.received"):
    """``app`` hands something to the companion phone: ``kind`` says what, for example ``price-list``."""

    app: str
    kind: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NavigationChanged(Event, topic="navigation.changed"):
    """Guidance goes another way on.

    Attributes:
        state: ``running``, ``rerouting``, ``no-signal``, ``arrived`` or ``cancelled``.
        destination: Where to.
        mode: ``walk``, ``bike`` or ``car``.
        route: Which one of the routes of the latest reply is followed, from 0.
    """

    state: str
    destination: str
    mode: str
    route: int = 0
