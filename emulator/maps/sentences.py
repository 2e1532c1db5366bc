"""What the voice says: sentences of maneuvers in Chinese and English, from ``assets/maps/sentences.toml``."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import Any

from emulator.core.assets import asset
from emulator.maps.costs import Mode
from emulator.maps.route import Step
from emulator.maps.spacing import apart, settled

LANGUAGES = ("zh", "en")
_GROUP = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")


def sentence(step: Step, mode: Mode, language: str, *, ahead: bool = False) -> str:
    """Return what to do at the beginning of ``step``, as a sentence without a full stop; ``ahead``: but not yet.

    A type that is not known is said as a turn.
    """
    words = _words()[language]
    maneuver = step.maneuver
    kind = "will arrive" if ahead and maneuver.type == "arrive" else maneuver.type
    kind = kind if kind in words["sentence"] else "turn"
    modifier = maneuver.modifier or _words()["side"][step.driving_side].get(kind) or "none"
    exits = exit_word(maneuver.exit, language) if maneuver.exit else ""
    tables = {name: table for name, table in words.items() if "straight" in table}
    slots = {name: table.get(modifier, table["none"]) for name, table in tables.items()}
    slots |= {
        "name": step.name.language(language) if step.name else "",
        "destination": ", ".join(part.strip() for part in step.destination.split(";") if part.strip()),
        "exit": exits,
        "compass": compass_word(maneuver.bearing_after, language),
        "enter": words["enter"].get(mode, ""),
        "go": words["go"].get(mode, ""),
        "way": words["way"][step.way],
    }
    if exits:
        slots["leave"] = words["leave"]["exit"]
    if language == "zh":
        slots["name"] = apart(slots["name"])
        slots["destination"] = "、".join(apart(part) for part in slots["destination"].split(", ") if part)
    text = settled(_fill(_fill(words["sentence"][kind], slots), slots))
    return text[0].upper() + text[1:]


def announcement(step: Step, mode: Mode, language: str, within_m: float = 0.0, following: Step | None = None) -> str:
    """Return what is said ``within_m`` metres before ``step``, and what comes right after it, if that is near."""
    phrases = _words()[language]["phrase"]
    text = sentence(step, mode, language, ahead=within_m > 0)
    if following is not None:
        text = phrases["then"].format(sentence=text, next=_lowered(sentence(following, mode, language, ahead=True)))
    if within_m > 0:
        distance = distance_words(within_m, language)
        text = phrases["in"].format(distance=distance, sentence=_lowered(text))
    return text[0].upper() + text[1:]


def phrase(name: str, language: str) -> str:
    """Return a fixed phrase: ``rerouting``, ``rerouted``, ``no_signal``, ``no_way``."""
    text: str = _words()[language]["phrase"][name]
    return text[0].upper() + text[1:]


def distance_words(metres: float, language: str) -> str:
    """Return a distance as it is said.

    >>> distance_words(214, "zh"), distance_words(2649, "zh"), distance_words(48, "en")
    ('210米', '2.6公里', '50 metres')
    """
    phrases = _words()[language]["phrase"]
    if metres >= 995:
        return str(phrases["kilometres"].format(number=f"{metres / 1000:.1f}".removesuffix(".0")))
    step = 10 if metres >= 20 else 5
    return str(phrases["metres"].format(number=max(5, int(metres / step + 0.5) * step)))


def distance_text(metres: float, language: str) -> str:
    """Return a distance as it is shown.

    >>> distance_text(214, "en"), distance_text(2649, "en"), distance_text(7, "zh"), distance_text(12_300, "zh")
    ('210 m', '2.6 km', '7米', '12公里')
    """
    if metres >= 995:
        number = f"{metres / 1000:.1f}" if metres < 9_950 else f"{metres / 1000:.0f}"
        return f"{number}公里" if language == "zh" else f"{number} km"
    whole = int(metres / 10 + 0.5) * 10 if metres >= 20 else int(metres + 0.5)
    return f"{whole}米" if language == "zh" else f"{whole} m"


def duration_text(seconds: float, language: str) -> str:
    """Return a duration as it is shown.

    >>> duration_text(20, "zh"), duration_text(790, "zh"), duration_text(4000, "en")
    ('1分钟', '13分钟', '1 h 7 min')
    """
    hours, minutes = divmod(max(1, int(seconds / 60 + 0.5)), 60)
    if language == "zh":
        return f"{hours}小时{minutes}分钟" if hours and minutes else f"{hours}小时" if hours else f"{minutes}分钟"
    return f"{hours} h {minutes} min" if hours and minutes else f"{hours} h" if hours else f"{minutes} min"


def compass_word(bearing_deg: float, language: str) -> str:
    """Return the direction of a bearing.

    >>> compass_word(350, "zh"), compass_word(135, "en")
    ('北', 'south-east')
    """
    words: list[str] = _words()[language]["compass"]["words"]
    return words[round(bearing_deg / 45.0) % 8]


def exit_word(number: int, language: str) -> str:
    """Return the number of an exit of a roundabout.

    >>> exit_word(2, "zh"), exit_word(3, "en"), exit_word(12, "zh")
    ('第二出口', 'third', '第12出口')
    """
    table = _words()[language]["exit"]
    words: list[str] = table["words"]
    return words[number - 1] if number <= len(words) else str(table["other"].format(number=number))


def _fill(template: str, slots: dict[str, str]) -> str:
    def group(found: re.Match[str]) -> str:
        return found[1] if all(slots[name] for name in _SLOT.findall(found[1])) else ""

    return _SLOT.sub(lambda found: slots[found[1]], _GROUP.sub(group, template))


def _lowered(text: str) -> str:
    return text[0].lower() + text[1:]


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(asset("maps", "sentences.toml").read_text("utf-8"))
