"""Travel: trips from calendars, passes, mails and messages, kept and watched (services.md, section 4)."""

from __future__ import annotations

from emulator.services.service import Service
from emulator.services.travel.live import SECRETS, check, live
from emulator.services.travel.offline import offline
from emulator.services.travel.requests import (
    Agenda,
    ChangeTrip,
    ListNotes,
    ListTrips,
    NextTrip,
    Refresh,
    SaveNote,
    SeePass,
    Tell,
    TellNote,
)

LATENCY_MS = 20  # of a small database on the glasses, assumed
SERVICE = Service(
    "Travel",
    "行程",
    (Agenda, NextTrip, ListTrips, Tell, ChangeTrip, SeePass, SaveNote, ListNotes, TellNote, Refresh),
    offline,
    latency_ms=LATENCY_MS,
    local=True,
    slow=True,
    live=live,
    live_requests=(Refresh,),
    secrets=SECRETS,
    check=check,
)

__all__ = [
    "SERVICE",
    "Agenda",
    "ChangeTrip",
    "ListNotes",
    "ListTrips",
    "NextTrip",
    "Refresh",
    "SaveNote",
    "SeePass",
    "Tell",
    "TellNote",
]
