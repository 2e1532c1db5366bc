"""Reads pasted text and messages: what 12306, Chinese airlines and portals, and airlines in English send.

The wordings are those of messages as travellers quote them in public; senders change them at will, so only what a rule
finds for certain is taken: a number, a day and, in one of two forms, where and when.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from emulator.services.travel.airports_zh import NAMED
from emulator.services.travel.places import airport, find_airport, find_town
from emulator.services.travel.refused import RefusedError
from emulator.services.travel.trip import Stop, Trip, instant
from emulator.services.travel.wording import FLIGHT_NO, TRAIN_NO

MOST_CHARACTERS = 100_000
LONGEST_MESSAGE = 4_000  # characters of one that are looked at
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_ZH = re.compile(r"(?:(\d{4})\s*年)?\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?")
_DAY_EN = re.compile(
    rf"\b(\d{{1,2}})\s?({'|'.join(_MONTHS)})[a-z]*\.?,?(?:\s?(20\d{{2}}|\d{{2}}(?!:|\d)))?", re.IGNORECASE
)
_DAY_US = re.compile(rf"\b({'|'.join(_MONTHS)})[a-z]*\.? (\d{{1,2}})(?:st|nd|rd|th)?,?(?: (20\d{{2}}))?", re.IGNORECASE)
_DAY_DE = re.compile(r"(?<!\d)(\d{1,2})\.(\d{1,2})\.(20\d{2})(?!\d)")
_DAY_ISO = re.compile(r"\b(20\d{2})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_TRAIN_ZH = re.compile(r"(?<![A-Z0-9])([GDCZTKYSL]\d{1,4}|\d{4})\s*次")
_CLOCK = r"([01]?\d|2[0-3])[:：]([0-5]\d)"
_TWELVE = re.compile(r"(?<!\d)(1[0-2]|0?\d):([0-5]\d)\s?([ap])\.?m\b\.?", re.IGNORECASE)
_DASH = r"\s*(?:[-–—~→>至到]|飞往|to\b)+\s*"
_TRAIN_START = re.compile(rf"([\u4e00-\u9fff]{{0,8}}?)站?[,，\s]*{_CLOCK}\s*(?:开|发车|出发)")
_TRAIN_ENDS = re.compile(
    r"([\u4e00-\u9fff]{2,8}?)站?\s*(?:[-–—至到→]+)\s*([\u4e00-\u9fff]{2,8}?)站?(?=[\s,，。；;(（\d]|$)"
)
_SPAN = re.compile(rf"{_CLOCK}\s*(?:起飞|开)?\s*[-–—~至到]+\s*(?:次日)?\s*{_CLOCK}(?:\s*\(?\+(\d)\)?)?")
_DEPARTS = re.compile(
    rf"(?:起飞|计划起飞|出发|depart(?:s|ure|ing)?(?: time)?|dep\.?)\s*(?:时间)?\s*(?:on [\w ,]{{4,24}}?)?\s*(?:at)?\s*[:：]?\s*{_CLOCK}"
    rf"|{_CLOCK}\s*(?:起飞|出发)",
    re.IGNORECASE,
)
_ARRIVES = re.compile(
    rf"(?:到达|抵达|arriv(?:es|al|ing)?(?: time)?|arr\.?)\s*(?:at)?\s*[:：]?\s*{_CLOCK}|{_CLOCK}\s*(?:到达|抵达)",
    re.IGNORECASE,
)
_AIR_ENDS_ZH = re.compile(  # 萧山T3 19:02 - 高崎T3 20:16, 19:02萧山T3-20:16高崎T3, 萧山T3-高崎T3
    rf"(?:{_CLOCK}\s*)?({NAMED})\s*(?:{_CLOCK}\s*(?:起飞)?)?{_DASH}(?:{_CLOCK}\s*)?({NAMED})(?:\s*{_CLOCK})?"
)
_RAIL_ENDS_ZH = re.compile(  # 杭州东 06:57-北京南 11:55
    rf"([\u4e00-\u9fff]{{2,8}}?)站?\s*[（(]?{_CLOCK}[)）]?\s*(?:开|发车|出发)?{_DASH}([\u4e00-\u9fff]{{2,8}}?)站?\s*[（(]?{_CLOCK}"
)
_RAIL_ENDS = re.compile(rf"([^,;:\n\d]{{3,40}}?)\s+{_CLOCK}\s*[-–—→]\s*([^,;:\n\d]{{3,40}}?)\s+{_CLOCK}")
_AIR_ENDS_EN = re.compile(r"\bfrom (.{2,60}?) to (.{2,60}?)(?= on | at |,|\.|;|\n| dep| arr|$)", re.IGNORECASE)
_AIR_CODES = re.compile(r"\b([A-Z]{3})\s*(?:-|–|—|to|→|/)\s*([A-Z]{3})\b")
_SEAT_ZH = re.compile(r"(\d{1,2})\s*车(?:厢)?\s*(\d{1,2}[A-F])\s*号?")
_SEAT = re.compile(r"(?:seat|座位号?)\s*[:：]?\s*(\d{1,2}[A-K])\b", re.IGNORECASE)
_SEAT_RAIL = re.compile(r"\b(?:seat|sitz\w*|platz)\s*[:：]?\s*(\d{1,3}[A-Z]?)\b", re.IGNORECASE)
_COACH = re.compile(r"\b(?:coach|wagen|carriage|voiture)\s*[:：]?\s*(\d{1,2})\b", re.IGNORECASE)
_STAY = re.compile(
    r"(.{3,14}?)(?:[(（]?周.[)）]?)?\s*入住[^\n]{0,60}?(\d[^\n]{2,12}?)(?:[(（]?周.[)）]?)?\s*(?:离店|退房)"
)
_STAY_AT = re.compile(
    r"(?:预[订定]的?|入住的?)[:：]?\s*([\w·（）()]{2,30}?(?:酒店|宾馆|民宿|公寓|客栈|店)(?:[（(][\w·]{2,16}[）)])?)"
)
_SENDER = re.compile(r"^【([^】]{2,16})】")
_ADDRESS = re.compile(r"地址[:：]\s*([^\s，,。；;]{4,60})")
_GATE = re.compile(
    r"(?:登机口|检票口|gate)\s*(?:变更为|改为|为|changed to|is)?\s*[:：]?\s*([A-Z]?\d{1,3}[A-Z]?(?:\s*[,，、]\s*[A-Z]?\d{1,3}[A-Z]?)*)",
    re.IGNORECASE,
)
_BOOKING = re.compile(
    r"(?:订单(?:号|编号)?|订座(?:记录)?(?:编号|号)?|booking(?: ref(?:erence)?| code)?|pnr|record locator)\s*[:：]?\s*([A-Z0-9]{5,16})",
    re.IGNORECASE,
)
_TICKET = re.compile(r"(?:票号|e?-?ticket(?: number| no\.?)?)\s*[:：]?\s*(\d{3}[- ]?\d{10})", re.IGNORECASE)
_NAME_ZH = re.compile(
    r"(?:^|尊敬的|[,，。:：;；】])\s*([\u4e00-\u9fff·]{2,4}?)\s*(?:旅客|先生|女士|您|，您|,您)|(?:乘机人|乘车人|入住人)[:：]\s*([\u4e00-\u9fff·]{2,4})"
)
_LATE = re.compile(
    rf"延误(?:至|到)\s*{_CLOCK}|(?:delayed (?:to|until)|new departure time)\s*[:：]?\s*{_CLOCK}", re.IGNORECASE
)
_OFF = re.compile(r"取消|停运|已退票|已退\d|cancel+ed", re.IGNORECASE)  # fmt: skip


def read_pasted(text: str, now: datetime, home: str) -> list[Trip]:
    """Return the trips in pasted messages.

    Args:
        text: One message or several, each on its own lines or behind its sender in 【】.
        now: A day without a year is the one nearest to it.
        home: Zone of times whose place is unknown.

    Raises:
        RefusedError: If no trip is found.
    """
    if len(text) > MOST_CHARACTERS:
        raise RefusedError(f"{len(text):,} characters; {MOST_CHARACTERS:,} at most")
    trips, dayless = [], ""
    for message in _messages(_TWELVE.sub(_in_24_hours, text)):
        day = _day(message, now.date())
        if day is None:
            dayless = dayless or _number_in(message)
            continue
        trip = next((trip for read in (_train, _flight, _rail, _stay) if (trip := read(message, day, home))), None)
        if trip is not None:
            trips.append(trip)
    if not trips and dayless:
        raise RefusedError(f"{dayless} is told without its day: add it, such as 2026-11-28")
    if not trips:
        raise RefusedError("no flight, train or stay is told with its number and day")
    return trips


def _in_24_hours(found: re.Match[str]) -> str:
    """Return "7:40 PM" as 19:40."""
    return f"{int(found[1]) % 12 + 12 * (found[3].lower() == 'p'):02}:{found[2]}"


def _number_in(message: str) -> str:
    found = _TRAIN_ZH.search(message) or re.search(FLIGHT_NO, message)
    return "".join(found.groups()) if found else ""


def _messages(text: str) -> list[str]:
    blocks = re.split(r"(?=【)|\n\s*\n", text)
    return [block.strip()[:LONGEST_MESSAGE] for block in blocks if block.strip()]


def _train(message: str, day: date, home: str) -> Trip | None:
    number = _TRAIN_ZH.search(message)
    if not number:
        return None
    after = message[number.end() :]
    both, start, ends = _RAIL_ENDS_ZH.search(after), _TRAIN_START.search(after), _TRAIN_ENDS.search(after)
    if both:
        origin, target = find_town(_station(both[1])), find_town(_station(both[4]))
    elif start or ends:
        origin = find_town(_station(ends[1] if ends else start[1] if start else ""))
        target = find_town(_station(ends[2])) if ends else Stop()
    else:
        return None
    departs, arrives = _times(after, day, origin.zone or home, target.zone or home)
    if both:
        departs, arrives = _span_of(day, both.group(2, 3, 5, 6), origin.zone or home, target.zone or home)
    elif start:
        departs = _clock_at(day, start[2], start[3], origin.zone or home)
    seat = _SEAT_ZH.search(message)
    return _with_common(
        Trip(
            "train",
            "text",
            number[1],
            day=day,
            starts=departs,
            ends=arrives,
            origin=origin,
            target=target,
            coach=seat[1].zfill(2) if seat else "",
            seat=seat[2].zfill(3) if seat else "",
        ),
        message,
        home,
    )


def _rail(message: str, day: date, home: str) -> Trip | None:
    """Return a train as railways elsewhere tell it: number, from where to where, and when."""
    number = TRAIN_NO.search(message)
    both, ends = _RAIL_ENDS.search(message), _AIR_ENDS_EN.search(message)
    if not number or not (both or ends):
        return None
    names = both.group(1, 4) if both else ends.group(1, 2) if ends else ("", "")
    origin, target = (find_town(name.strip()) for name in names)
    zones = origin.zone or home, target.zone or home
    departs, arrives = _span_of(day, both.group(2, 3, 5, 6), *zones) if both else _times(message, day, *zones)
    coach, seat = _COACH.search(message), _SEAT_RAIL.search(message)
    trip = Trip(
        "train",
        "text",
        re.sub(r"\s+", " ", number[1] or number[2]),
        day=day,
        starts=departs,
        ends=arrives,
        origin=origin,
        target=target,
        coach=coach[1] if coach else "",
        seat=seat[1] if seat else "",
    )
    return _with_common(trip, message, home)


def _stay(message: str, day: date, home: str) -> Trip | None:
    """Return a stay at a hotel; its hours are known where the message tells them."""
    stay, name, sender = _STAY.search(message), _STAY_AT.search(message), _SENDER.search(message)
    if not stay or not name or (last := _day(stay[2], day)) is None:
        return None
    house = name[1] if re.search(r"酒店|宾馆|民宿|公寓|客栈", name[1]) or not sender else f"{sender[1]}{name[1]}"
    place, address = find_town(house), _ADDRESS.search(message)
    place = replace(place, name=address[1]) if address else place
    first, out = (re.search(rf"{_CLOCK}\s*{word}", message) for word in ("[后起]", "前"))
    zone = place.zone or home
    return _with_common(
        Trip(
            "hotel",
            "text",
            house,
            day=day,
            starts=_clock_at(day, first[1], first[2], zone) if first else None,
            ends=_clock_at(last, out[1], out[2], zone) if out else None,
            origin=place,
            target=place,
        ),
        message,
        home,
    )


def _flight(message: str, day: date, home: str) -> Trip | None:
    number = re.search(FLIGHT_NO, message)
    if not number:
        return None
    named = _AIR_ENDS_ZH.search(message)
    origin, target = (find_airport(named[3]), find_airport(named[8])) if named else _airports(message)
    if not origin.name and not target.name:
        return None
    departs, arrives = _times(message, day, origin.zone or home, target.zone or home)
    if named:
        clocks = [part for part in named.group(1, 2, 4, 5, 6, 7, 9, 10) if part]
        if len(clocks) == 4:
            departs, arrives = _span_of(day, clocks, origin.zone or home, target.zone or home)
        elif len(clocks) == 2 and not departs and (named[1] or named[4]):
            departs = _clock_at(day, clocks[0], clocks[1], origin.zone or home)
    seat = _SEAT.search(message)
    return _with_common(
        Trip(
            "flight",
            "text",
            f"{number[1].upper()}{int(number[2])}",
            day=day,
            starts=departs,
            ends=arrives,
            origin=origin,
            target=target,
            seat=seat[1].upper() if seat else "",
        ),
        message,
        home,
    )


def _with_common(trip: Trip, message: str, home: str) -> Trip:
    booking, ticket, name, gate, late = (
        pattern.search(message) for pattern in (_BOOKING, _TICKET, _NAME_ZH, _GATE, _LATE)
    )
    delay = 0
    if late and trip.starts and trip.day:
        new = _clock_at(trip.day, *_told(late), trip.origin.zone or home)
        new += timedelta(days=new < trip.starts)
        delay = round((new - trip.starts).total_seconds() / 60)
    return replace(
        trip,
        booking=booking[1] if booking else "",
        ticket=re.sub(r"\D", "", ticket[1]) if ticket else "",
        traveller=(name[1] or name[2]) if name else "",
        gate=re.sub(r"\s*[,，、]\s*", ",", gate[1]).upper() if gate else "",
        delay_min=delay,
        cancelled=bool(_OFF.search(message)),
    )


def _airports(message: str) -> tuple[Stop, Stop]:
    if (found := _AIR_CODES.search(message)) and airport(found[1]) and airport(found[2]):
        return find_airport(found[1]), find_airport(found[2])
    if found := _AIR_ENDS_EN.search(message):
        return find_airport(found[1]), find_airport(found[2])
    return Stop(), Stop()


def _times(text: str, day: date, zone: str, end_zone: str) -> tuple[datetime | None, datetime | None]:
    if found := _SPAN.search(text):
        return _span_of(day, found.group(1, 2, 3, 4), zone, end_zone, days=int(found[5] or 0))
    start, end = _DEPARTS.search(text), _ARRIVES.search(text)
    first = _clock_at(day, *_told(start), zone) if start else None
    last = _clock_at(day, *_told(end), end_zone) if end else None
    if first and last and last < first:
        last += timedelta(days=1)
    return first, last


def _span_of(day: date, clocks: Sequence[str], zone: str, end_zone: str, *, days: int = 0) -> tuple[datetime, datetime]:
    """Return start and end of four figures: hours and minutes; an end before its start is on the next day."""
    starts = _clock_at(day, clocks[0], clocks[1], zone)
    ends = _clock_at(day + timedelta(days=days), clocks[2], clocks[3], end_zone)
    return starts, ends + timedelta(days=ends < starts)


def _told(found: re.Match[str]) -> tuple[str, str]:
    """Return hour and minute of a pattern with several forms."""
    hour, minute = (part for part in found.groups() if part is not None)
    return hour, minute


def _clock_at(day: date, hour: str, minute: str, zone: str) -> datetime:
    return instant(datetime(day.year, day.month, day.day, int(hour), int(minute)), zone)  # noqa: DTZ001  # a wall clock's


def _day(message: str, today: date) -> date | None:
    if found := _DAY_ISO.search(message):
        return _made(found[1], found[3], found[4], today)
    if found := _DAY_DE.search(message):
        return _made(found[3], found[2], found[1], today)
    if found := _DAY_ZH.search(message):
        return _made(found[1], found[2], found[3], today)
    if found := _DAY_EN.search(message):
        return _made(found[3], str(_MONTHS.index(found[2][:3].lower()) + 1), found[1], today)
    if found := _DAY_US.search(message):
        return _made(found[3], str(_MONTHS.index(found[1][:3].lower()) + 1), found[2], today)
    return None


def _made(year: str | None, month: str, day: str, today: date) -> date | None:
    """Return a day; one without a year is the nearest to today."""
    years = [int(year) + 2000 * (len(year) == 2)] if year else [today.year - 1, today.year, today.year + 1]
    days = []
    for one in years:
        try:
            days.append(date(one, int(month), int(day)))
        except ValueError:
            continue  # 29 February
    return min(days, key=lambda found: abs(found - today)) if days else None


def _station(name: str) -> str:
    return re.sub(r"^(?:号|座|，|,|从|由|自)+", "", name).removesuffix("站")
