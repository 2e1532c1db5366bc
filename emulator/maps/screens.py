"""What the screens of navigation say: pure functions from routes and guidance to the data of their HUD documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from emulator.maps.costs import Mode
from emulator.maps.guide import Guidance
from emulator.maps.route import Lane, Route, Step
from emulator.maps.sentences import distance_text, duration_text, exit_word, sentence
from emulator.maps.view import overview

MODES: tuple[tuple[Mode, str, str], ...] = (
    ("walk", "步行", "Walk"),
    ("bike", "骑行", "Cycle"),
    ("car", "驾车", "Drive"),
)
PREFERENCES = {"best": ("最佳路线", "Best"), "shortest": ("最短", "Shortest"), "quiet": ("安静", "Quiet")}
UNITS = ("公里/时", "km/h")
KMH = 3.6  # in one m/s
THEN_M = {"walk": 80.0, "bike": 150.0, "car": 300.0}  # a maneuver that follows within so many metres is shown too
SIDES = {
    "left": ("在您左侧", "on the left"),
    "right": ("在您右侧", "on the right"),
    "straight": ("在您前方", "straight ahead"),
}
MOST_LANES = 6
ROUTE_MAP = 1.6  # the box of a small map is at most so much longer than wide


def chosen(language: str, pair: tuple[str, str]) -> str:
    """Return the Chinese or the English one of a pair."""
    return pair[0] if language == "zh" else pair[1]


def turn_icon(step: Step) -> str:
    """Return the icon of what to do at the beginning of ``step``."""
    maneuver = step.maneuver
    if maneuver.type == "arrive":
        return "flag"
    if step.way == "steps" and maneuver.modifier in (None, "straight"):
        return "steps"
    if maneuver.type in ("roundabout", "rotary"):
        return "roundabout"
    return _arrow(maneuver.modifier, step.driving_side)


def mode_items(language: str) -> list[dict[str, str]]:
    """Return the three ways to travel."""
    return [{"icon": mode, "label": chosen(language, (zh, en))} for mode, zh, en in MODES]


def place_items(places: Sequence[Mapping[str, Any]], language: str) -> list[dict[str, str]]:
    """Return destinations: name, then kind and distance."""
    items = []
    for place in places:
        kind = "" if place["kind"] in place["name"] else f"{place['kind']} · "
        items.append({"label": place["name"], "value": f"{kind}{distance_text(place['distance_m'], language)}"})
    return items


def route_items(routes: Sequence[Route], language: str) -> list[dict[str, str]]:
    """Return routes: what is good about each, then its time and length."""
    return [
        {
            "label": chosen(language, PREFERENCES[route.preference]),
            "value": f"{duration_text(route.duration_s, language)} · {distance_text(route.length_m, language)}",
        }
        for route in routes
    ]


def route_map(route: Route, streets: Sequence[Any]) -> dict[str, Any]:
    """Return the small map of one route, all of it."""
    view = overview(route.geometry, 1.0, ROUTE_MAP)
    return view.draw(route.geometry, streets, (route.geometry[0], 0.0), route.target)


def guidance_data(guidance: Guidance, route: Route, language: str) -> dict[str, Any]:
    """Return what the running screen tells of ``guidance``, but for its map."""
    step = guidance.step
    lost = guidance.phase == "no_signal"
    distance = distance_text(guidance.step_m, language)
    about = chosen(language, (f"约{distance}", f"~ {distance}"))
    following = guidance.following if guidance.following_m <= THEN_M[route.mode] else None
    total = guidance.progress_m + guidance.left_m
    return {
        "turn": turn_icon(step),
        "turn_in": about if lost else distance,
        "road": road(step, route.mode, language),
        "then": turn_icon(following) if following else "",
        "lanes": lane_items(guidance.lanes[0], step.driving_side),
        "then_lanes": lane_items(guidance.lanes[1], following.driving_side) if following else [],
        "speed": speed_text(guidance.speed_mps),
        "unit": chosen(language, UNITS),
        "left": distance_text(guidance.left_m, language),
        "time": duration_text(guidance.left_s, language),
        "progress": round(guidance.progress_m / total, 2) if total else 1.0,
    }


def road(step: Step, mode: Mode, language: str) -> str:
    """Return where a maneuver leads: exit and street, or else the words for it."""
    name = step.name.language(language) if step.name else ""
    if step.maneuver.type == "arrive" or not name:
        return sentence(step, mode, language, ahead=True)
    if step.maneuver.exit:
        return f"{exit_word(step.maneuver.exit, language)}{chosen(language, ('', ' exit'))} · {name}"
    return name


def lane_items(lanes: Sequence[Lane], driving_side: str) -> list[dict[str, Any]]:
    """Return the lanes from the left, each with an arrow and whether to take it."""
    shown = lanes if len(lanes) <= MOST_LANES and any(lane.valid for lane in lanes) else ()
    return [{"icon": _arrow(lane.indications[0], driving_side), "good": lane.valid} for lane in shown]


def speed_text(mps: float) -> str:
    """Return a speed in km/h, with a decimal for the slow.

    >>> speed_text(1.33), speed_text(0.05), speed_text(13.2)
    ('4.8', '0.2', '48')
    """
    kmh = mps * KMH
    return f"{kmh:.0f}" if kmh >= 9.95 else f"{kmh:.1f}".removesuffix(".0")


def rest_said(guidance: Guidance, language: str) -> str:
    """Return how far and how long it still is, as an answer."""
    left, time = distance_text(guidance.left_m, language), duration_text(guidance.left_s, language)
    return chosen(language, (f"还有{left}，大约{time}", f"{left} left, about {time}"))


def arrival(route: Route, place: str, language: str) -> dict[str, Any]:
    """Return the screen of the destination."""
    side = SIDES.get(route.steps[-1].maneuver.modifier or "")
    return {
        "title": chosen(language, ("已到达", "You have arrived")),
        "place": place,
        "side": chosen(language, side) if side else "",
    }


def _arrow(modifier: str | None, driving_side: str) -> str:
    match modifier:
        case "left" | "right":
            return f"turn-{modifier}"
        case "uturn":
            return "uturn-left" if driving_side == "right" else "uturn-right"
        case str() if modifier != "straight":
            return modifier.replace(" ", "-")
    return "straight"
