"""Where a trip's ends are and which clock they keep: airports by code, towns by name, anything by its coordinates.

From ``airportsdata`` (MIT): 7,884 airports with zone and position. A town keeps the clock of its airports, which is
right wherever a zone's border does not part them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from functools import cache
from typing import Any

from emulator.maps.points import Wgs84Point, distance_m
from emulator.services.travel.airports_zh import NAME, ZONES, codes_in
from emulator.services.travel.trip import Stop

NEAREST_M = 400_000  # an airport further off says nothing about the zone
CHINA = "Asia/Shanghai"
_HAN = re.compile(r"[\u4e00-\u9fff]")
_CODE = re.compile(r"[(\[（]\s*([A-Z]{3})\s*[)\]）]|^([A-Z]{3})$")
_TERMINAL = re.compile(
    r"(?:terminal|aérogare)\s*:?\s*T?([0-9][A-Z]?|[A-G])(?![A-Z0-9])|(?<![A-Z])T([0-9][A-Z]?)(?![A-Z0-9])|([0-9])号?航站楼",
    re.IGNORECASE | re.ASCII,
)
_POINT = re.compile(r"(?:geo:)?\s*(-?\d{1,2}\.\d{2,})\s*[,;]\s*(-?\d{1,3}\.\d{2,})")
_NOISE = re.compile(r"\b(?:international|intl|airport|terminal|regional|municipal|field|apt|arpt)\b.*")
_ABROAD = {  # how towns call themselves, where airportsdata has the English name
    "koln": "cologne", "munchen": "munich", "wien": "vienna", "praha": "prague", "warszawa": "warsaw", "roma": "rome",
    "milano": "milan", "venezia": "venice", "kobenhavn": "copenhagen", "københavn": "copenhagen", "firenze": "florence",
    "bruxelles": "brussels", "lisboa": "lisbon", "geneve": "geneva", "torino": "turin", "napoli": "naples",
    "helsingfors": "helsinki", "moskva": "moscow", "sevilla": "seville", "antwerpen": "antwerp", "nurnberg": "nuremberg",
}  # fmt: skip
_COUNTRIES = {
    "uk": "GB", "england": "GB", "united kingdom": "GB", "scotland": "GB", "germany": "DE", "deutschland": "DE",
    "france": "FR", "italy": "IT", "italia": "IT", "spain": "ES", "austria": "AT", "finland": "FI", "suomi": "FI",
    "usa": "US", "united states": "US", "china": "CN", "japan": "JP", "switzerland": "CH", "canada": "CA",
}  # fmt: skip


def airport(code: str) -> Stop | None:
    """Return the airport with this IATA code, or None.

    >>> airport("HGH").zone, airport("XXX")
    ('Asia/Shanghai', None)
    """
    row = _airports().get(code)
    return _stop(row) if row else None


def find_airport(text: str, country: str = "") -> Stop:
    """Return the airport that a text names by code or town, as far as it can be told.

    >>> find_airport("Frankfurt International (FRA)").code, find_airport("杭州萧山T3").terminal
    ('FRA', '3')
    """
    terminal = terminal_in(text)
    for code in ["".join(found) for found in _CODE.findall(text.strip())]:
        if found := airport(code):
            return _named(found, terminal)
    if _HAN.search(text):
        codes = codes_in(text)
        return (
            _named(airport(codes[0]) or Stop(), terminal)
            if codes
            else Stop(text.strip(), zone=CHINA, terminal=terminal)
        )
    rows = _rows_of(text, country)
    if not rows:
        return Stop(text.strip(), terminal=terminal)
    spoken = set(_plain(text).split())
    fit = {row["iata"]: len(spoken & set(_plain(row["name"]).split())) for row in rows}
    best = [row for row in rows if fit[row["iata"]] == max(fit.values())]
    if len(best) > 1:  # London has five
        best = [row for row in best if "International" in row["name"]]
    if len(best) != 1:
        return Stop(text.strip(), zone=rows[0]["tz"], country=rows[0]["country"], terminal=terminal)
    return _named(_stop(best[0]), terminal)


def find_town(text: str, country: str = "") -> Stop:
    """Return a station, hotel or other place under its own name, with the zone that its town keeps.

    >>> find_town("Glasgow Central Rail Station, UK").zone, find_town("杭州东").zone, find_town("Xyzzy").zone
    ('Europe/London', 'Asia/Shanghai', '')
    """
    name = text.strip()
    if found := _POINT.fullmatch(name):
        return at_point(float(found[1]), float(found[2]))
    if _HAN.search(name):
        return Stop(name, zone=next((zone for town, zone in ZONES.items() if town in name), CHINA))
    rows = _rows_of(name, country)
    if not rows:
        country = country or _country_in(name, _plain(name))
        return Stop(name, zone=_clocks().get(country, ""), country=country)
    return Stop(name, zone=rows[0]["tz"], country=rows[0]["country"])


def at_point(lat_deg: float, lon_deg: float, name: str = "") -> Stop:
    """Return a place by its coordinates, with the zone of the nearest airport."""
    if not (-90 <= lat_deg <= 90 and -180 <= lon_deg <= 180):
        return Stop(name)
    here = Wgs84Point(lat_deg, lon_deg)
    near = min(
        _airports().values(), key=lambda row: abs(row["lat"] - lat_deg) + abs((row["lon"] - lon_deg + 180) % 360 - 180)
    )
    far = distance_m(here, Wgs84Point(near["lat"], near["lon"])) > NEAREST_M
    return Stop(name, "", "" if far else near["tz"], lat_deg, lon_deg, "" if far else near["country"])


def terminal_in(text: str) -> str:
    """Return the terminal that a text names: ``3`` of ``T3``, ``Terminal 3``, ``3号航站楼``; or ""."""
    found = _TERMINAL.search(text)
    return next((part.upper() for part in found.groups() if part), "") if found else ""


def title(stop: Stop, language: str) -> str:
    """Return what the HUD calls a stop: ``萧山T3`` or ``HGH T3``; a town by its name."""
    terminal = f"T{stop.terminal}" if stop.terminal[:1].isdigit() else stop.terminal
    if stop.code and language == "zh" and stop.code in NAME:
        return NAME[stop.code] + terminal
    return f"{stop.code or _drawable(stop.name)} {terminal}".strip()


def _drawable(name: str) -> str:
    """Return a name without the marks that the glasses' font lacks: letters beyond Latin-1 lose theirs.

    >>> _drawable("Brno, dolní nádraží")
    'Brno, dolní nádrazí'
    """
    return "".join(unicodedata.normalize("NFKD", c)[0] if 0x100 <= ord(c) < 0x250 else c for c in name)


def point_of(stop: Stop) -> Wgs84Point | None:
    """Return where a stop is, or None."""
    if stop.lat_deg is None or stop.lon_deg is None:
        return None
    return Wgs84Point(stop.lat_deg, stop.lon_deg)


@cache
def _airports() -> dict[str, dict[str, Any]]:
    import airportsdata  # here: it takes 0.15 s to load

    return {code: dict(row) for code, row in airportsdata.load("IATA").items()}


@cache
def _clocks() -> dict[str, str]:
    """Map countries to the zone that nine in ten of their airports keep; to "" if none is that common."""
    zones: dict[str, Counter[str]] = defaultdict(Counter)
    for row in _airports().values():
        zones[row["country"]][row["tz"]] += 1
    common = {country: found.most_common(1)[0] for country, found in zones.items()}
    return {country: zone if count > 0.9 * zones[country].total() else "" for country, (zone, count) in common.items()}


@cache
def _towns() -> dict[str, list[dict[str, Any]]]:
    """Map towns, as the airports and their names call them, to airports."""
    towns: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in _airports().values():
        name = _NOISE.sub("", _plain(row["name"])).strip()
        parts = {_plain(part) for part in re.split(r"[/,(-]", row["city"])} | {_plain(row["city"]), name}
        parts |= {
            _NOISE.sub("", _plain(part)).strip() for part in re.split(r"[/–-]", row["name"])[:-1]
        }  # Toulouse-Blagnac
        for part in parts - {""}:
            if len(part) > 2:
                towns[part].append(row)
    return towns


def _rows_of(text: str, country: str) -> list[dict[str, Any]]:
    """Return the airports of the town that a text names, those of one zone; of the zone with the most if it is in doubt."""
    plain = _plain(text)
    words = [_ABROAD.get(word, word) for word in plain.split()]
    country = country or _country_in(text, plain)
    for length in (3, 2, 1):
        for at in range(len(words) - length + 1):
            rows = _towns().get(" ".join(words[at : at + length]), [])
            if rows and country:
                rows = [row for row in rows if row["country"] == country]
            elif rows:
                rows = _by_city(rows, words[at : at + length])
            if rows:
                zone = Counter(row["tz"] for row in rows).most_common(1)[0][0]
                return [row for row in rows if row["tz"] == zone]
    return []


def _by_city(rows: list[dict[str, Any]], words: list[str]) -> list[dict[str, Any]]:
    """Return the airports of that town itself, if there are some, not those that only bear its name."""
    town = " ".join(words)
    return [row for row in rows if town in _plain(row["city"])] or rows


def _country_in(text: str, plain: str) -> str:
    named = next((code for name, code in _COUNTRIES.items() if name in plain and re.search(rf"\b{name}\b", plain)), "")
    return named or next((word for word in re.findall(r"\b[A-Z]{2}\b", text) if word in _clocks()), "")


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^\w]+", " ", "".join(c for c in letters if not unicodedata.combining(c))).strip()


def _stop(row: dict[str, Any]) -> Stop:
    return Stop(row["name"], row["iata"], row["tz"], row["lat"], row["lon"], row["country"])


def _named(stop: Stop, terminal: str) -> Stop:
    return Stop(stop.name, stop.code, stop.zone, stop.lat_deg, stop.lon_deg, stop.country, terminal)
