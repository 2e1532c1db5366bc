"""Kinds of places in words, from ``assets/maps/categories.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from emulator.core.assets import asset
from emulator.maps.spelling import plain

STREET, CROSSING = "street", "crossing"


def kind_label(category: str, language: str) -> str:
    """Return what a category is called.

    >>> kind_label("amenity=cafe", "zh"), kind_label("shop=fishing_gear", "en"), kind_label("street", "zh")
    ('咖啡馆', 'fishing gear', '道路')
    """
    words = _words()
    if category in (STREET, CROSSING):
        return str(words[category]["label"][language])
    if category in words["kinds"]:
        return str(words["kinds"][category][language][0])
    key, _, value = category.partition("=")
    if language == "en" and value not in ("yes", ""):
        return value.replace("_", " ")
    return str(words["keys"].get(key, {}).get(language, value))


def kinds_of(text: str) -> frozenset[str]:
    """Return the categories that a word names.

    >>> sorted(kinds_of("coffee")), sorted(kinds_of("厕所")), sorted(kinds_of("Museum"))
    (['amenity=cafe'], ['amenity=toilets'], ['tourism=museum'])
    """
    word = plain(text)
    return _index().get(word) or _index().get(word.removesuffix("s")) or frozenset()


def bare(text: str) -> str:
    """Return a request without the words around the place.

    >>> bare("附近的地铁口"), bare("Take me to the nearest cafe, please"), bare("去南京东路怎么走")
    ('地铁口', 'cafe', '南京东路')
    """
    text = text.strip(" ,.!?，。！？")
    words = _words()
    leads = [*words["lead"]["zh"], *(f"{lead} " for lead in words["lead"]["en"])]
    trails = [*words["trail"]["zh"], *(f" {trail}" for trail in words["trail"]["en"])]
    while True:
        lower = text.casefold()
        lead = next((word for word in leads if lower.startswith(word) and len(word) < len(text)), "")
        trail = next((word for word in trails if lower.endswith(word) and len(word) < len(text)), "")
        if not lead and not trail:
            return text
        text = text[len(lead) : len(text) - len(trail)].strip(" ,.!?，。！？")


def crossing_parts(text: str) -> tuple[str, str] | None:
    """Return the two streets of a crossing, or None if ``text`` does not name two.

    >>> crossing_parts("威海路与成都北路路口"), crossing_parts("corner of Kaivokatu and Mikonkatu"), crossing_parts("cafe")
    (('威海路', '成都北路'), ('Kaivokatu', 'Mikonkatu'), None)
    """
    words = _words()["crossing"]
    for drop in words["drop"]:
        if text.casefold().startswith(drop):
            text = text[len(drop) :]
        text = text.removesuffix(drop)
    for between in words["between"]:
        first, found, second = text.partition(between)
        if found and first.strip() and second.strip():
            return first.strip(), second.strip()
    return None


def crossing_name(a: str, b: str, language: str) -> str:
    """Return the name of a crossing.

    >>> crossing_name("威海路", "成都北路", "zh")
    '威海路与成都北路路口'
    """
    return str(_words()["crossing"]["format"][language]).format(a=a, b=b)


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(asset("maps", "categories.toml").read_text("utf-8"))


@cache
def _index() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for category, languages in _words()["kinds"].items():
        for word in (*languages["zh"], *languages["en"]):
            found.setdefault(plain(word), set()).add(category)
    return {word: frozenset(categories) for word, categories in found.items()}
