"""The live half: a subscribed calendar by its https address, and flight status in the style of AviationStack.

No public interface reads a consumer's trips at Fliggy (services.md, 4), so what can be live is what the user subscribes to
and has a key for. Fields and error codes of AviationStack: docs.apilayer.com/aviationstack, read 2026-11-25. Its times are
written as UTC and mean the airport's clock, so only differences of them are used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from emulator.core.errors import FileError
from emulator.live.errors import AuthError, NetworkError, NotServedError, QuotaError, RejectedError, ServiceError
from emulator.live.http import Http
from emulator.services.service import Here, Secret
from emulator.services.travel.ics import MOST_BYTES
from emulator.services.travel.offline import Request, home_zone
from emulator.services.travel.reading import read_bytes
from emulator.services.travel.refused import RefusedError
from emulator.services.travel.store import Store
from emulator.services.travel.trip import Trip

SECRETS = (
    Secret("trips-calendar", "https address of your trips' calendar", "行程日历的 https 地址", optional=True),
    Secret("flight-status-key", "AviationStack access key", "AviationStack 密钥", optional=True),
    Secret("flight-status-host", "Another host of flight status", "航班动态服务地址", hidden=False, optional=True),
)
HOST = "https://api.aviationstack.com"
AHEAD, MOST_ASKED = timedelta(hours=12), 3  # flights whose status is asked for: plans count each question
CODES: dict[str, type[ServiceError]] = {
    "invalid_access_key": AuthError,
    "missing_access_key": AuthError,
    "inactive_user": AuthError,
    "function_access_restricted": AuthError,
    "https_access_restricted": AuthError,
    "usage_limit_reached": QuotaError,
    "rate_limit_reached": QuotaError,
}


async def live(request: Request, here: Here, http: Http, secrets: Mapping[str, str]) -> dict[str, Any]:
    """Refresh the trips from all that is subscribed; raises ``ServiceError``, and nothing of what failed is kept."""
    del request  # Refresh is the only one
    calendar, key = secrets.get("trips-calendar"), secrets.get("flight-status-key")
    if not calendar and not key:
        raise NotServedError("nothing is subscribed")
    added = updated = 0
    try:
        with Store(here.data) as store:
            if calendar:
                added, updated = await _calendar(calendar, store, here, http)
            if key:
                updated += await _status(secrets.get("flight-status-host") or HOST, key, store, here, http)
            return {"added": added, "updated": updated, "trips": len(store.trips())}
    except FileError as error:
        raise RejectedError(str(error), "store") from None


async def check(http: Http, secrets: Mapping[str, str]) -> str:
    """Read the calendar and ask for one flight; raises ``ServiceError``."""
    told = []
    if calendar := secrets.get("trips-calendar"):
        data = await http.get_bytes(_https(calendar), most_bytes=MOST_BYTES)
        _refuse_page(data, calendar)
        told.append(f"the calendar has {data.count(b'BEGIN:VEVENT')} events")
    if key := secrets.get("flight-status-key"):
        await _flights(secrets.get("flight-status-host") or HOST, key, http, {"limit": "1"})
        told.append("the key for flight status is good")
    if not told:
        raise RejectedError("neither a calendar nor a key is set")
    return "; ".join(told)


async def _calendar(url: str, store: Store, here: Here, http: Http) -> tuple[int, int]:
    """Read the calendar if it has changed; return how many trips are new and how many are different."""
    feed = sha256(url.encode()).hexdigest()[:16]  # the address may hold a key
    data, tag = await http.get_changed(_https(url), store.tag(feed), MOST_BYTES)
    if data is None:
        return 0, 0
    _refuse_page(data, url)
    try:
        trips = read_bytes(data, here.now, home_zone(here.now))
    except RefusedError as error:
        raise RejectedError(f"{urlsplit(url).hostname}:{error.line}: {error}", "calendar") from None
    outcome = store.put(trips, here.now, live=True)
    store.keep_tag(feed, tag)
    return len(outcome.added), len(outcome.updated) + len(outcome.cancelled)


async def _status(host: str, key: str, store: Store, here: Here, http: Http) -> int:
    """Ask for the flights of the next hours; return how many are different now."""
    changed = 0
    soon = [(number, trip) for number, trip in store.trips().items() if _soon(trip, here.now)]
    for number, trip in soon[:MOST_ASKED]:
        flights = await _flights(host, key, http, {"flight_iata": trip.number})
        newer = _told(trip, flights)
        if newer is None:
            continue
        fields = {name: getattr(newer, name) for name in ("gate", "delay_min", "cancelled", "origin")}
        store.change(number, here.now, live=True, **fields)
        changed += newer != trip
    return changed


async def _flights(host: str, key: str, http: Http, query: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the flights that AviationStack tells; its errors come with status 200 as well as with their own."""
    try:
        reply = await http.get_json(f"{_https(host).rstrip('/')}/v1/flights", {"access_key": key, **query})
    except ServiceError as error:
        raise _typed(error) from None
    refused = reply.get("error") if isinstance(reply, dict) else None
    if isinstance(refused, dict):
        code = str(refused.get("code") or refused.get("type") or "")
        raise CODES.get(code, RejectedError)(f"flight status: {code or 'refused'}", code)
    data = reply.get("data") if isinstance(reply, dict) else None
    if not isinstance(data, list):
        raise NetworkError("flight status: an answer without data", "no-data", unknown=True)
    return [flight for flight in data if isinstance(flight, dict)]


def _typed(error: ServiceError) -> ServiceError:
    """Return the error that the body of a refusal names, without the address that was asked: the key stands in it."""
    body = getattr(error, "body", b"") or b""
    for code, kind in CODES.items():
        if code.encode() in body:
            return kind(f"flight status: {code}", code)
    return error


def _told(trip: Trip, flights: list[dict[str, Any]]) -> Trip | None:
    """Return the trip as the flight of its day has it now; None if there is none."""
    for flight in flights:
        departure = flight.get("departure")
        if str(flight.get("flight_date")) != str(trip.day) or not isinstance(departure, dict):
            continue
        if departure.get("iata") not in (None, "", trip.origin.code):
            continue
        terminal = str(departure.get("terminal") or "")[:3] or trip.origin.terminal
        return replace(
            trip,
            gate=str(departure.get("gate") or "")[:6] or trip.gate,
            delay_min=_delay(departure, trip.delay_min),
            cancelled=flight.get("flight_status") == "cancelled",
            origin=replace(trip.origin, terminal=terminal),
        )
    return None


def _delay(departure: Mapping[str, Any], known: int) -> int:
    delay = departure.get("delay")
    if isinstance(delay, int | float) and not isinstance(delay, bool):
        return max(0, min(int(delay), 2_880))
    try:
        first, now = (datetime.fromisoformat(str(departure[name])) for name in ("scheduled", "estimated"))
        return max(0, min(round((now - first).total_seconds() / 60), 2_880))
    except (KeyError, ValueError, TypeError):
        return known


def _soon(trip: Trip, now: datetime) -> bool:
    departs = trip.departs
    return trip.kind == "flight" and bool(trip.number) and departs is not None and now <= departs <= now + AHEAD


def _https(url: str) -> str:
    """Return the address; ``webcal`` is https under another name."""
    return "https" + url.removeprefix("webcal") if url.startswith("webcal://") else url


def _refuse_page(data: bytes, url: str) -> None:
    if data.lstrip()[:1] == b"<":
        raise NetworkError(f"{urlsplit(url).hostname} answers with a web page; a captive portal?", "not-calendar")
