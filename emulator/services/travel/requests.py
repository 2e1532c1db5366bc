"""What apps may ask of the travel service."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agenda:
    """Ask for the key moments that are still of use, ``due`` ones the wearer was not told of, and when the next one is.

    Attributes:
        set_back: The clock was set back: what was told after now is due again.
    """

    set_back: bool = False


@dataclass(frozen=True, slots=True)
class NextTrip:
    """Ask for the next trip of ``kind`` (``flight``, ``train``, ``hotel``), or of any for ""."""

    kind: str = ""


@dataclass(frozen=True, slots=True)
class ListTrips:
    """Ask for the trips that are not over."""


@dataclass(frozen=True, slots=True)
class Tell:
    """Note that the wearer was told these moments."""

    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeTrip:
    """Change a trip as its operator tells it.

    Attributes:
        trip: Its number in the store; 0 for the one with ``number``, or else the next one of ``kind``.
        number: ``MF8596``.
        kind: ``flight`` or ``train``; "" for both.
        delay_min: What it is late, or None.
        gate: Its gate, or "".
        cancelled: Whether it is cancelled, or None.
    """

    trip: int = 0
    number: str = ""
    kind: str = ""
    delay_min: int | None = None
    gate: str = ""
    cancelled: bool | None = None


@dataclass(frozen=True, slots=True)
class SeePass:
    """Search the camera's frame of now for a boarding pass and keep it; ``again`` forgets what was seen before."""

    again: bool = False


@dataclass(frozen=True, slots=True)
class SaveNote:
    """Keep a memo, or a reminder with its local time ``due`` (ISO 8601)."""

    text: str
    due: str = ""


@dataclass(frozen=True, slots=True)
class ListNotes:
    """Ask for all notes."""


@dataclass(frozen=True, slots=True)
class TellNote:
    """Note that reminder ``number`` was shown."""

    number: int


@dataclass(frozen=True, slots=True)
class Refresh:
    """Ask the subscribed calendar and the flight's status anew; offline nothing is new."""
