"""Finds flights, trains and stays in the words of calendar events: there is no field for them.

English, German, French and Chinese wordings of airlines, railways and portals (``tests/data/itineraries``). What is not
said stays unknown; nothing is guessed from a place's look.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

LONGEST_TITLE, LONGEST_LINE, LONGEST_TEXT = 200, 500, 6_000  # characters that are looked at: patterns take their square
HOTEL, FLIGHT, TRAIN = (
    r"\b(?:hotel|hostel|lodging|motel|check-?out|guest ?house)\b|酒店|入住|民宿",
    r"\b(?:flight|flug\w*|vol|vuelo|volo|airlines?|boarding|airport|e-?ticket)\b|航班|机场|登机|航空",
    r"\b(?:train|trains|zug|bahn\w*|gleis|hbf|gare|rail\w*|treno|tren|n[aá]draž[ií]|platform|underground|coach|ice|tgv)\b"
    r"|hauptbahnhof|车次|高铁|动车|检票|火车|车站|[GDCZTKYSL]?\d{1,4}次",
)
FLIGHT_NO = r"(?<![A-Z0-9])([A-Z]{2}|[A-Z][0-9]|[0-9][A-Z])[ -]?([0-9]{1,4})(?![0-9A-Z])"
_FLIGHT_SAID = re.compile(
    r"(?:flight|flug|vol|航班)[ -]?(?:number|no|nr|nummer|numéro|号)?\s?\.?\s*[:：]?\s*" + FLIGHT_NO, re.IGNORECASE
)
TRAIN_NO = re.compile(
    r"(?<![A-Za-z])((?:ICE|IC|EC|RJX|RJ|RE|RB|TGV|THA|EST|NJ|FR|IR|TER|AVE|[GDCZTKYSL])\s{0,3}\d{1,5})(?!\d)|"
    r"\b(?:[Tt]rain|[Zz]ug|[Tt]reno)\s*:?\s+(?:[Nn]o\.?\s*)?((?:[A-Z]{2} )?\d{1,5})\b"
)
_ENDS = (
    r"\bfrom (?P<a>.{2,80}?),? to (?P<b>.{2,80}?)(?:, (?:seat|dep|arr|coach)\b|[.;\n]|$)",
    r"\bvon (?P<a>.{2,80}?) nach (?P<b>.{2,80}?)(?:[.;\n]|$)",
    r"(?:^|[:\n])\s*(?P<a>[^:\n]{2,80}?)\s*(?:->|→|⇒|–|—| to | nach | 至 |到)\s*(?P<b>[^\n]{2,80}?)\s*(?:[.;\n]|$)",
)
_ENDS_ZH = re.compile(
    r"(?:^|[\s，,：:次]|\d(?=[\u4e00-\u9fff]))(?P<a>[\u4e00-\u9fff]{2,12}?(?:机场)?(?:T\d)?)\s*(?:[-–—至到→]|飞往)+\s*"
    r"(?P<b>[\u4e00-\u9fff]{2,12}(?:T\d)?)"
)
_SEAT_ZH = re.compile(r"(\d{1,2})\s*车(?:厢)?\s*(\d{1,2}[A-F])")
_FROM = re.compile(
    r"^\s*(?:from|von|de|departure|出发|出发地)\s*[:：]\s*(?P<a>\S[^\n]{1,90})", re.IGNORECASE | re.MULTILINE
)
_TO = re.compile(r"^\s*(?:to|nach|at|arrival|到达|目的地)\s*[:：]\s*(?P<b>\S[^\n]{1,90})", re.IGNORECASE | re.MULTILINE)
_BOOKING = re.compile(
    r"(?:booking(?: reference| code| number| id)?|reservation(?: number| code)?|buchungs(?:code|nummer)|confirmation"
    r"(?: number| code)?|record locator|pnr|订单号|预订号)\s*[:：#]\s*([A-Z0-9]{5,14})\b|^#(\d{6,14}):",
    re.IGNORECASE | re.MULTILINE,
)
_SEAT = re.compile(r"(?:seats?|sitz\w*|座位)\s*[:：]?\s*(?:(\d{1,2})/)?(\d{1,3}[A-Z]?)\b", re.IGNORECASE)
_COACH = re.compile(r"(?:coach|wagen|carriage|voiture)\s*[:：]?\s*(\d{1,2})\b", re.IGNORECASE)
_GATE = re.compile(r"(?:gate|登机口|检票口)\s*[:：]?\s*([A-Z]?\d{1,3}[A-Z]?)\b", re.IGNORECASE)
_TIME = r"(\d{1,2}:\d{2})"
_LEGS = (  # where, when it leaves, number, where to, when it arrives
    re.compile(
        rf"(?P<a>[^:\n]+?) to (?P<b>[^\n]+?), dep {_TIME.replace('(', '(?P<d>', 1)}, arr {_TIME.replace('(', '(?P<e>', 1)}"
    ),
    re.compile(  # bahn.de until 2023, in any language: ab, da, dep ... and an, a, arr ...
        r"^\S{1,5} (?P<d>\d{1,2}:\d{2}) (?P<a>.+?) ?(?: - \w+ [^(\n]*?)? ?\((?P<n>[^)\n]+)\)[ ]*\n"
        r"\S{1,5} (?P<e>\d{1,2}:\d{2}) (?P<b>.+?)(?: - \w+ .*)?[ ]*$",
        re.MULTILINE,
    ),
    re.compile(  # bahn.de since
        r"^(?P<n>[A-Z][A-Za-z]* \d+)(?: \(\d+\))?[ ]*\n● \S+ (?P<d>\d{1,2}:\d{2}) (?P<a>.+?)(?: ▷.*)?[ ]*\n"
        r"○ \S+ (?P<e>\d{1,2}:\d{2}) (?P<b>.+?)(?: ▷.*)?[ ]*$",
        re.MULTILINE,
    ),
    re.compile(
        rf"^Dep:{_TIME.replace('(', '(?P<d>', 1)}\|(?P<a>[^|\n]+)\|[^|\n]*\((?:[^,()]+, )?(?P<n>[^()|]+)\)\|[^\n]*\n"
        rf"Arr:{_TIME.replace('(', '(?P<e>', 1)}\|(?P<b>[^|\n]+)",
        re.MULTILINE,
    ),
)


@dataclass(frozen=True, slots=True)
class Ride:
    """One leg of a journey by train: names, local times ``HH:MM``, number of the train."""

    origin: str
    target: str
    departs: str
    arrives: str
    number: str


@dataclass(frozen=True, slots=True)
class Said:
    """What the words of an event say; "" where they do not."""

    kind: str
    number: str = ""
    origin: str = ""
    target: str = ""
    booking: str = ""
    seat: str = ""
    coach: str = ""
    gate: str = ""
    rides: tuple[Ride, ...] = field(default=())


def understand(title: str, text: str) -> Said:
    """Return what title and description of a calendar event say.

    >>> said = understand("Flight AB 8075 from HEL to TXL", "Seat: 16E")
    >>> said.kind, said.number, said.origin, said.target, said.seat
    ('flight', 'AB8075', 'HEL', 'TXL', '16E')
    """
    title, text = " ".join(title.split())[:LONGEST_TITLE], _looked_at(text)
    both = f"{title}\n{text}"
    rides = _rides(text)
    kind = "train" if rides else _kind(both)
    origin, target = _ends(title, text)
    booking, seat = _BOOKING.search(both), _SEAT_ZH.search(both) or _SEAT.search(both)
    return Said(
        kind,
        _number(kind, title, both),
        origin,
        target,
        next((part for part in booking.groups() if part), "") if booking else "",
        seat[2] if seat else "",
        (seat[1] or "") if seat and seat[1] else _first(_COACH, both),
        _first(_GATE, both) if kind in ("flight", "train") else "",
        rides,
    )


def _looked_at(text: str) -> str:
    """Return the part of a description that is worth a look: not blank, of lines that somebody wrote."""
    text = re.sub(r"[ \t]{3,}", "  ", text[: 4 * LONGEST_TEXT])
    return "\n".join(line[:LONGEST_LINE] for line in text.splitlines() if line.strip())[:LONGEST_TEXT]


def _kind(both: str) -> str:
    counts = {
        "hotel": len(re.findall(HOTEL, both, re.IGNORECASE)),
        "flight": len(re.findall(FLIGHT, both, re.IGNORECASE)),
        "train": len(re.findall(TRAIN, both, re.IGNORECASE)),
    }
    numbered = bool(re.search(FLIGHT_NO, both))
    if counts["flight"] and counts["flight"] >= counts["train"] and numbered:
        return "flight"
    if counts["train"] and (TRAIN_NO.search(both) or any(re.search(p, both, re.IGNORECASE) for p in _ENDS)):
        return "train"
    return "hotel" if counts["hotel"] else "event"


def _number(kind: str, title: str, both: str) -> str:
    if kind == "flight":
        found = _FLIGHT_SAID.search(both) or re.search(FLIGHT_NO, title) or re.search(FLIGHT_NO, both)
        return f"{found[1].upper()}{int(found[2])}" if found else ""
    if kind == "train":
        found = TRAIN_NO.search(both)
        return re.sub(r"\s+", " ", found[1] or found[2]) if found else ""
    return ""


def _ends(title: str, text: str) -> tuple[str, str]:
    ends = _named_ends(title, text)
    start, end = _FROM.search(text), _TO.search(text)
    if start and end and all(re.fullmatch(r"[A-Z]{3}", one) for one in ends):
        return start["a"].strip(), end["b"].strip()  # says more than two codes
    return ends


def _named_ends(title: str, text: str) -> tuple[str, str]:
    for words in (title, text):
        for pattern in _ENDS[:2]:
            if found := re.search(pattern, words, re.IGNORECASE):
                return found["a"].strip(" ,"), found["b"].strip(" ,")
    if found := _ENDS_ZH.search(title):
        return found["a"], found["b"]
    start, end = _FROM.search(text), _TO.search(text)
    if start and end:
        return start["a"].strip(), end["b"].strip()
    if found := re.search(_ENDS[2], title):
        return found["a"].strip(), found["b"].strip()
    return (start["a"].strip() if start else ""), (end["b"].strip() if end else "")


def _rides(text: str) -> tuple[Ride, ...]:
    for pattern in _LEGS:
        found = list(pattern.finditer(text))
        if found:
            return tuple(_ride(one, pattern) for one in found)
    return ()


def _ride(found: re.Match[str], pattern: re.Pattern[str]) -> Ride:
    number = found["n"] if "n" in pattern.groupindex else ""
    return Ride(found["a"].strip(), found["b"].strip(), found["d"], found["e"], re.sub(r"\s+", " ", number).strip())


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""
