"""Find streets, crossings and places on a map: by name in any of its languages, with slips, or by kind; nearest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np

from emulator.maps.kinds import CROSSING, STREET, bare, crossing_name, crossing_parts, kind_label, kinds_of
from emulator.maps.points import Plane, Wgs84Point
from emulator.maps.spelling import is_hanzi, pairs, plain, slips, slips_allowed, sound
from emulator.maps.street_map import E7, Name, StreetMap

MOST = 50  # places returned
SAME_M = 60.0  # two of one name and kind nearer to each other are one
STREET_M = 2_000.0  # and two streets
EXACT, BEGINS, INSIDE, SLIPPED = 0, 1, 2, 3  # how well a name fits; SLIPPED + 1 for one slip, and so on
ALIKE, SHORT = 0.6, 3  # how like a name must be to be suggested (difflib's usual cutoff); shorter words are no hint
SHORTEST_INSIDE = 2  # characters that must be typed to be found in the middle of a name


@dataclass(frozen=True, slots=True)
class Place:
    """Something to go to.

    Attributes:
        point: Where; the nearest point of a street.
        category: OpenStreetMap's ``key=value``, ``"street"`` or ``"crossing"``.
        names: None where it has none; two for a crossing.
        distance_m: From where was asked, as the crow flies.
        slips: 0 to 2 where the name fits, more where it was mistyped.
    """

    point: Wgs84Point
    category: str
    names: tuple[Name, ...]
    distance_m: float
    slips: int

    def title(self, language: str) -> str:
        """Return its name in ``language``, or what it is if it has none."""
        if self.category == CROSSING:
            a, b = (name.language(language) for name in self.names)
            return crossing_name(a, b, language)
        name = self.names[0].language(language) if self.names else ""
        bare = len(name) < 3 and not is_hanzi(name)  # "G": an exit of the underground
        kind = self.kind(language)
        return (f"{kind}{name}" if language == "zh" else f"{kind} {name}".strip()) if bare else name

    @property
    def name(self) -> str:
        """Return its name as signed, ``""`` if it has none."""
        if self.category == CROSSING:
            a, b = (name.local for name in self.names)
            return crossing_name(a, b, "zh" if is_hanzi(a + b) else "en")
        return self.names[0].local if self.names else ""

    def kind(self, language: str) -> str:
        """Return what it is."""
        return kind_label(self.category, language)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "name": self.name,
            "name_zh": self.title("zh"),
            "name_en": self.title("en"),
            "category": self.category,
            "lat": round(self.point.lat, 7),
            "lon": round(self.point.lon, 7),
            "distance_m": round(self.distance_m, 1),
        }


class Gazetteer:
    """The names of one map, made ready to be searched."""

    def __init__(self, street_map: StreetMap) -> None:
        self._map = street_map
        self._keys: list[tuple[str, ...]] = [tuple(_keys(name)) for name in street_map.names]
        self._by_pair: defaultdict[str, set[int]] = defaultdict(set)
        for number, keys in enumerate(self._keys):
            for key in keys:
                for pair in pairs(key):
                    self._by_pair[pair].add(number)
        named = street_map.segments.name
        order = np.argsort(named, kind="stable")
        self._segments = order[np.searchsorted(named[order], 0) :]
        self._cuts = np.searchsorted(named[self._segments], np.arange(len(street_map.names) + 1))
        self._kinds = {text: number for number, text in enumerate(street_map.texts)}

    def find(self, text: str, here: Wgs84Point) -> list[Place]:
        """Return what ``text`` may mean, best first and of equals the nearest to ``here`` first.

        "附近的地铁口", "coffee", "Aleksanterinktu" and "威海路与成都北路路口" are all understood.
        """
        text = bare(text)
        if not plain(text):
            return []
        found = list(self._crossings(text, here))
        fits = self._fits(text)
        found += self._streets(fits, here)
        found += self._sites(fits, kinds_of(text), here)
        found.sort(key=lambda place: (place.slips, place.distance_m, place.name))
        return distinct(found)[:MOST]

    def nearest_name(self, text: str) -> str:
        """Return the name that is spelled most like ``text``, or a word of it, where nothing fits; ``""`` for none."""
        keys = {key: number for number, own in enumerate(self._keys) for key in own}
        typed = plain(bare(text))
        for word in (typed, *sorted((word for word in typed.split() if len(word) > SHORT), key=len, reverse=True)):
            if close := get_close_matches(word, keys, 1, ALIKE):
                return self._map.names[keys[close[0]]].local
        return ""

    def _fits(self, text: str) -> dict[int, int]:
        """Return the numbers of the names that fit, each with how well."""
        typed = [key for key in dict.fromkeys((plain(text), plain(text).replace(" ", ""), sound(text))) if key]
        fits: dict[int, int] = {}
        for word in typed:
            allowed = slips_allowed(len(word))
            least = max(1, len(pairs(word)) - 2 - 3 * allowed)
            shared: defaultdict[int, int] = defaultdict(int)
            for pair in pairs(word):
                for number in self._by_pair.get(pair, ()):
                    shared[number] += 1
            for number, count in shared.items():
                if count >= least:
                    fit = min(_fit(word, key, allowed) for key in self._keys[number])
                    if fit <= SLIPPED + allowed:
                        fits[number] = min(fit, fits.get(number, fit))
        return fits

    def _streets(self, fits: dict[int, int], here: Wgs84Point) -> Iterator[Place]:
        segments = self._map.segments
        for number, fit in fits.items():
            own = self._segments[self._cuts[number] : self._cuts[number + 1]]
            if len(own):
                points = np.concatenate([np.arange(segments.first[s], segments.first[s + 1]) for s in own])
                lat, lon = segments.lat[points] * E7, segments.lon[points] * E7
                metres = metres_from(here, lat, lon)
                best = int(np.argmin(metres))
                point = Wgs84Point(float(lat[best]), float(lon[best]))
                yield Place(point, STREET, (self._map.names[number],), float(metres[best]), fit)

    def _sites(self, fits: dict[int, int], kinds: frozenset[str], here: Wgs84Point) -> Iterator[Place]:
        sites = self._map.sites
        if not len(sites.lat):
            return
        wanted = np.isin(sites.name, list(fits)) & (sites.name >= 0)
        numbers = [self._kinds[kind] for kind in kinds if kind in self._kinds]
        of_kind = np.isin(sites.category, numbers)
        metres = metres_from(here, sites.lat * E7, sites.lon * E7)
        for i in np.flatnonzero(wanted | of_kind).tolist():
            name = int(sites.name[i])
            fit = EXACT if of_kind[i] else fits[name]
            names = (self._map.names[name],) if name >= 0 else ()
            point = Wgs84Point(float(sites.lat[i] * E7), float(sites.lon[i] * E7))
            yield Place(point, self._map.texts[sites.category[i]], names, float(metres[i]), fit)

    def _crossings(self, text: str, here: Wgs84Point) -> Iterator[Place]:
        parts = crossing_parts(text)
        if parts is None:
            return
        first, second = (self._junctions(self._fits(part)) for part in parts)
        junctions = self._map.junctions
        for node in sorted(first.keys() & second.keys()):
            (fit_a, a), (fit_b, b) = first[node], second[node]
            if a != b:
                point = Wgs84Point(float(junctions.lat[node] * E7), float(junctions.lon[node] * E7))
                metres = float(metres_from(here, np.array([point.lat]), np.array([point.lon]))[0])
                names = (self._map.names[a], self._map.names[b])
                yield Place(point, CROSSING, names, metres, max(fit_a, fit_b))

    def _junctions(self, fits: dict[int, int]) -> dict[int, tuple[int, int]]:
        """Return the junctions that streets of these names touch, each with the best fit and its name."""
        segments = self._map.segments
        touched: dict[int, tuple[int, int]] = {}
        for number, fit in fits.items():
            own = self._segments[self._cuts[number] : self._cuts[number + 1]]
            for node in {*segments.start[own].tolist(), *segments.end[own].tolist()}:
                touched[node] = min(touched.get(node, (fit, number)), (fit, number))
        return touched


def _keys(name: Name) -> Iterable[str]:
    """Return everything a name can be found by."""
    for text in dict.fromkeys((name.local, name.zh, name.en, *name.others)):
        key = plain(text)
        if key:
            yield key
            if " " in key:
                yield key.replace(" ", "")
            if spoken := sound(text):
                yield spoken


def _fit(word: str, key: str, allowed: int) -> int:
    if word == key:
        return EXACT
    if key.startswith(word) or f" {word}" in key:
        return BEGINS
    if len(word) >= SHORTEST_INSIDE and word in key:
        return INSIDE
    words = [key, *(part for part in key.split() if len(part) > 2)]
    if len(key) > len(word) + allowed:  # mistyped, and not to the end
        words.append(key[: len(word)])
    return SLIPPED + min(slips(word, part, allowed) for part in words)


def metres_from(here: Wgs84Point, lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Return how far positions in degrees are from ``here``, as the crow flies."""
    east, north = Plane(here).scale
    return np.hypot((lon - here.lon) * east, (lat - here.lat) * north)


def distinct(places: Iterable[Place]) -> list[Place]:
    """Leave out what has the name and kind of one nearby that came earlier."""
    kept: list[Place] = []
    taken: defaultdict[tuple[str, str], list[Wgs84Point]] = defaultdict(list)
    for place in places:
        near = taken[place.category, place.name]
        apart = STREET_M if place.category == STREET else SAME_M
        if all(
            float(metres_from(point, np.array([place.point.lat]), np.array([place.point.lon]))[0]) > apart
            for point in near
        ):
            kept.append(place)
            near.append(place.point)
    return kept
