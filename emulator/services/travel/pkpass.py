"""Reads Apple Wallet passes: a zip with ``pass.json``, or a zip of several. Sizes are checked before anything is unpacked.

Fields: Apple's PassKit package format reference. Real passes are laxer than it: strings in UTF-16, trailing commas,
control characters in strings, times in words. Signature and manifest are not checked, so a pass proves nothing.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from emulator.core.errors import quoted
from emulator.services.travel.bcbp import BcbpError, parse_bcbp
from emulator.services.travel.from_code import trips_of
from emulator.services.travel.places import airport, at_point, find_airport, find_town
from emulator.services.travel.refused import NoTripError, RefusedError, check_size
from emulator.services.travel.trip import Stop, Trip, instant, local

MOST_BYTES, MOST_ENTRIES, MOST_UNPACKED, MOST_RATIO, MOST_JSON = 5_000_000, 200, 20_000_000, 100, 500_000
MOST_PASSES, MOST_DIRECTORY = 50, MOST_ENTRIES * 1_000  # of a bundle; bytes
STYLES = ("boardingPass", "eventTicket", "generic", "storeCard", "coupon")
_GROUPS = ("headerFields", "primaryFields", "secondaryFields", "auxiliaryFields", "backFields")
_CLOCK = re.compile(r"\b(\d{1,2}):(\d{2})(?::\d{2})?\s*([AaPp][Mm])?")
_IN = re.compile(r"(?:check-?in|anreise|arrival|arrivée|入住)[^\d\n]{0,30}(\d{1,2}:\d{2})", re.IGNORECASE)
_OUT = re.compile(r"(?:check-?out|abreise|departure|départ|退房|离店)[^\d\n]{0,30}(\d{1,2}:\d{2})", re.IGNORECASE)
_DAYS = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{2,4})\s*[-–]\s*(\d{1,2})\.(\d{1,2})\.(\d{2,4})")
_ISO_DAYS = re.compile(r"(\d{4})-(\d{2})-(\d{2})\s*(?:[-–~]|to|至)\s*(\d{4})-(\d{2})-(\d{2})")


def read_passes(data: bytes, now: datetime) -> list[Trip]:
    """Return the trips of a pass, or of all passes of a bundle (``.pkpasses``); a pass without a trip is left out of it.

    Raises:
        RefusedError: If it is neither, a bomb, one of its passes is damaged, or none says anything about a trip.
    """
    passes = _bundled(data)
    if not passes:
        return read_pkpass(data, now)
    trips: list[Trip] = []
    for name, content in passes:
        try:
            trips += read_pkpass(content, now)
        except NoTripError:
            continue
        except RefusedError as error:
            raise RefusedError(f"{quoted(name)} in it: {error}") from None
    if not trips:
        raise NoTripError(f"no trip in any of its {len(passes)} passes")
    return trips


def read_pkpass(data: bytes, now: datetime) -> list[Trip]:
    """Return the trips of a pass: several for a boarding pass of several flights.

    Raises:
        RefusedError: If it is no pass, a bomb, or says nothing about a trip.
    """
    values = _decode(_pass_json(data))
    style = next((name for name in STYLES if isinstance(values.get(name), dict)), None)
    if style is None:
        raise RefusedError("no pass: pass.json has none of " + ", ".join(STYLES))
    fields = _fields(values[style])
    air = str(values[style].get("transitType", "PKTransitTypeAir" if style == "boardingPass" else ""))
    if style == "boardingPass" and air == "PKTransitTypeAir":
        trips = _flights(values, fields, now)
    elif style == "boardingPass":
        trips = [_train(values, fields, now)]
    else:
        trips = [_stay(values, fields)]
    uid = f"{values.get('passTypeIdentifier', '')} {values.get('serialNumber', '')}".strip()
    named = bool(values.get("serialNumber")) and "$" not in uid
    cancelled = bool(values.get("voided"))
    return [
        replace(t, source="pass", uid=(uid if not n else f"{uid}#{n + 1}") if named else "", cancelled=cancelled)
        for n, t in enumerate(trips)
    ]


def _flights(values: dict[str, Any], fields: dict[str, dict[str, str]], now: datetime) -> list[Trip]:
    """Return the flights of the code, or else the one in the fields; times are in the fields and ``relevantDate``."""
    relevant = _instant(values.get("relevantDate"))
    code = _barcode(values)
    try:
        trips = trips_of(parse_bcbp(code, (relevant or now).date()))
    except BcbpError:
        trips = [_flight_in(fields)]
    first = trips[0]
    origin, target = (_end(fields, n, stop) for n, stop in enumerate((first.origin, first.target)))
    zone = origin.zone
    departs = _clock(fields, ("departure", "depart", "std", "etd", "起飞"))
    boards = _clock(fields, ("boarding", "board", "登机时间"))
    day = local(relevant, zone).date() if relevant and zone else first.day
    first = replace(
        first,
        day=day,
        origin=origin,
        target=target,
        starts=_at(day, departs, zone),
        boards=_at(day, boards, zone) or (relevant if boards is None and departs is None else None),
        gate=_gate(fields),
        seat=first.seat or _value(fields, ("seat", "座位")),
        cabin=_value(fields, ("class", "cabin", "舱位")) or first.cabin,
        carrier=str(values.get("organizationName", ""))[:80],
        traveller=first.traveller or _value(fields, ("passenger", "name", "旅客", "姓名")),
    )
    if not first.number and not first.origin.code:
        raise RefusedError("a boarding pass without a flight")
    return [first, *trips[1:]]


def _flight_in(fields: dict[str, dict[str, str]]) -> Trip:
    number = re.sub(r"\s", "", _value(fields, ("flight", "航班"))).upper()
    return Trip(
        "flight", "pass", number, booking=_value(fields, ("booking", "pnr", "reference", "reservation", "订座"))
    )


def _train(values: dict[str, Any], fields: dict[str, dict[str, str]], now: datetime) -> Trip:
    names = [field["value"] for field in fields.values() if field["group"] == "primaryFields"]
    origin, target = (find_town(name) for name in (*names, "", "")[:2])
    origin = _located(values, origin)
    relevant = _instant(values.get("relevantDate"))
    zone = origin.zone
    day = local(relevant, zone).date() if relevant else None
    departs = _clock(fields, ("departure", "depart", "出发", "开车"))
    return Trip(
        "train",
        "pass",
        _value(fields, ("train", "车次", "service")) or str(values.get("description", ""))[:40],
        day=day or now.date(),
        starts=_at(day, departs, zone) or relevant,
        origin=origin,
        target=target,
        gate=_gate(fields),
        seat=_value(fields, ("seat", "座位")),
        coach=_value(fields, ("coach", "car", "wagon", "车厢")),
        booking=_value(fields, ("booking", "pnr", "reference", "reservation")),
        traveller=_value(fields, ("passenger", "name", "旅客", "姓名")),
        carrier=str(values.get("organizationName", ""))[:80],
    )


def _stay(values: dict[str, Any], fields: dict[str, dict[str, str]]) -> Trip:
    """Return a stay or an event; a hotel says so in its fields, and when one may come and go in words."""
    words = "\n".join(f"{key} {field['label']}: {field['value']}" for key, field in fields.items())
    title = str(values.get("description", "")) or str(values.get("organizationName", ""))
    hotel = bool(re.search(r"hotel|check-?in|check-?out|酒店|入住", f"{words}\n{title}", re.IGNORECASE))
    relevant = _instant(values.get("relevantDate"))
    if relevant is None and not hotel:
        raise NoTripError("a pass without a date: no trip")
    here = _located(values, find_town(f"{title}\n{words}"[:2_000]))
    here = replace(here, name=title.partition(",")[0])
    first, last = _days(words)
    zone = here.zone
    starts = _at(first, _IN.search(words), zone) or relevant
    ends = _at(last, _OUT.search(words), zone)
    name = _value(fields, ("hotel",)) if hotel else title
    company = str(values.get("organizationName", ""))
    number = f"{company} {name}" if hotel and name and company and company not in name else name or title
    booking = _value(fields, ("booking-nr", "booking", "reservation", "confirmation", "buchung", "订单"))
    return Trip(
        "hotel" if hotel else "event",
        "pass",
        number[:120],
        day=first or (local(starts, zone).date() if starts else None),
        starts=starts,
        ends=ends if hotel else None,
        origin=here,
        target=here,
        seat=_value(fields, ("seat",)),
        booking="" if booking.startswith("$") else booking,
        carrier=company[:80],
    )


def _pass_json(data: bytes) -> bytes:
    """Unpack ``pass.json`` alone, and nothing that is larger than it says."""
    check_size(data, MOST_BYTES, "a pass")
    with _opened(data) as pack:
        wanted = [entry for entry in pack.infolist() if entry.filename == "pass.json"]
        if len(wanted) != 1:
            raise RefusedError("no pass: pass.json is missing" if not wanted else "pass.json stands twice")
        content = _content(pack, wanted[0], MOST_JSON)
    if len(content) > MOST_JSON:
        raise RefusedError(f"pass.json has more than {MOST_JSON:,} bytes")
    return content


def _bundled(data: bytes) -> list[tuple[str, bytes]]:
    """Return name and content of the passes in a bundle; none of what is no bundle."""
    check_size(data, MOST_UNPACKED, "a bundle of passes")
    with _opened(data) as pack:
        entries = pack.infolist()
        inside = [entry for entry in entries if entry.filename.lower().endswith(".pkpass")]
        if any(entry.filename == "pass.json" for entry in entries):
            return []
        if len(inside) > MOST_PASSES:
            raise RefusedError(f"{len(inside)} passes in it; {MOST_PASSES} are the most")
        return [(entry.filename, _content(pack, entry, MOST_BYTES)) for entry in inside]


@contextmanager
def _opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    """Open a zip that is no bomb."""
    try:
        _check_directory(data)
        with zipfile.ZipFile(io.BytesIO(data)) as pack:
            entries = pack.infolist()
            if len(entries) > MOST_ENTRIES:
                raise RefusedError(f"{len(entries):,} files in it; a pass has {MOST_ENTRIES} at most")
            unpacked, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
            if unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * max(packed, 1_000):
                raise RefusedError(f"a zip bomb: {unpacked:,} bytes unpacked")
            yield pack
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        if isinstance(error, RefusedError):
            raise
        raise RefusedError(f"no pass, or a damaged one: {str(error)[:80]}") from None


def _check_directory(data: bytes) -> None:
    """Refuse a list of files that would take long to walk: its size stands at the end (APPNOTE.TXT, 4.3.16)."""
    at = data.rfind(b"PK\5\6")
    size = int.from_bytes(data[at + 12 : at + 16], "little") if at >= 0 else 0
    if size > MOST_DIRECTORY:
        raise RefusedError(f"a list of files of {size:,} bytes; a pass has {MOST_ENTRIES} files at most")


def _content(pack: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    with pack.open(entry) as file:
        return file.read(most + 1)


def _decode(content: bytes) -> dict[str, Any]:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = content.decode("utf-16", "replace")
    elif content[1:2] == b"\0":
        text = content.decode("utf-16-le", "replace")
    else:
        text = content.decode("utf-8-sig", "replace")
    for lax in (text, re.sub(r",(\s*[}\]])", r"\1", text)):
        try:
            values = json.loads(lax, strict=False)
        except json.JSONDecodeError as error:
            line, reason = error.lineno, error.msg
        except RecursionError:
            raise RefusedError("pass.json is nested too deep") from None
        except ValueError:  # a number of thousands of digits
            raise RefusedError("pass.json cannot be read: it has a number without end") from None
        else:
            if isinstance(values, dict):
                return values
            line, reason = 1, "not an object"
    raise RefusedError(f"pass.json cannot be read: {reason}", line)


def _fields(style: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return label and value of all fields by their key, in order."""
    found: dict[str, dict[str, str]] = {}
    for group in _GROUPS:
        listed = style.get(group)
        for field in listed[:100] if isinstance(listed, list) else []:
            if isinstance(field, dict):
                value = str(field.get("value", ""))
                key = str(field.get("key", ""))
                found.setdefault(key, {"label": str(field.get("label", "")), "value": value.strip(), "group": group})
    return found


def _value(fields: dict[str, dict[str, str]], words: tuple[str, ...]) -> str:
    """Return the first field whose key, or else whose label, names one of ``words``."""
    for word in words:
        for key, field in fields.items():
            if word in key.casefold() and field["group"] != "backFields":
                return field["value"][:80]
        for field in fields.values():
            if word in field["label"].casefold() and field["group"] != "backFields":
                return field["value"][:80]
    return ""


def _gate(fields: dict[str, dict[str, str]]) -> str:
    gate = _value(fields, ("gate", "登机口", "检票"))
    return gate if re.fullmatch(r"[A-Z0-9][A-Z0-9, ]{0,11}", gate) else ""


def _clock(fields: dict[str, dict[str, str]], words: tuple[str, ...]) -> re.Match[str] | None:
    for word in words:
        for key, field in fields.items():
            named = word in key.casefold() or word in field["label"].casefold()
            if named and (found := _CLOCK.search(field["value"])):
                return found
    return None


def _at(day: date | None, clock: re.Match[str] | None, zone: str) -> datetime | None:
    if day is None or clock is None:
        return None
    hour, minute = (int(part) for part in (clock[1].split(":") if ":" in clock[1] else (clock[1], clock[2])))
    half = clock[3].lower() if clock.re is _CLOCK and clock[3] else ""
    hour = hour % 12 + 12 * (half == "pm") if half else hour
    if hour > 24 or minute > 59:
        return None
    return instant(datetime(day.year, day.month, day.day, hour % 24, minute), zone)  # noqa: DTZ001  # a wall clock's


def _days(words: str) -> tuple[date | None, date | None]:
    """Return first and last day of a stay."""
    try:
        if found := _ISO_DAYS.search(words):
            a, b, c, d, e, f = (int(part) for part in found.groups())
            return date(a, b, c), date(d, e, f)
        if found := _DAYS.search(words):
            d1, m1, y1, d2, m2, y2 = (int(part) for part in found.groups())
            return date(y1 + 2000 * (y1 < 100), m1, d1), date(y2 + 2000 * (y2 < 100), m2, d2)
    except ValueError:
        pass
    return None, None


def _end(fields: dict[str, dict[str, str]], number: int, known: Stop) -> Stop:
    """Return origin (0) or target (1) of a flight: the code's, or the primary field's."""
    primary = [field for field in fields.values() if field["group"] == "primaryFields"]
    field = primary[number] if number < len(primary) else {"label": "", "value": ""}
    written = airport(field["value"]) or find_airport(f"{field['value']} {field['label']}".strip())
    stop = known if known.code or not written.zone else written
    terminal = _value(fields, (("departureterminal", "terminal", "航站楼") if number == 0 else ("arrivalterminal",)))
    return replace(stop, terminal=stop.terminal or (terminal if len(terminal) <= 2 else ""))


def _located(values: dict[str, Any], stop: Stop) -> Stop:
    """Return a stop with the pass's own position, where it has one."""
    places = values.get("locations")
    place = places[0] if isinstance(places, list) and places and isinstance(places[0], dict) else {}
    try:
        at = at_point(float(place["latitude"]), float(place["longitude"]), stop.name)
    except (KeyError, TypeError, ValueError):
        return stop
    return replace(at, zone=stop.zone or at.zone, country=stop.country or at.country)


def _barcode(values: dict[str, Any]) -> str:
    codes = values.get("barcodes") if isinstance(values.get("barcodes"), list) else [values.get("barcode")]
    return next((str(code.get("message", "")) for code in codes or [] if isinstance(code, dict)), "")


def _instant(value: Any) -> datetime | None:
    """Return a W3C time; one without an offset floats and tells no instant."""
    try:
        when = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return when.astimezone(UTC) if when.tzinfo and abs(when.year - 2020) < 100 else None
