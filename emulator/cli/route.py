"""``glasses route``: the way from one position to another on a map."""

from __future__ import annotations

import json
import re
import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from emulator.cli.command import Command

if TYPE_CHECKING:
    from emulator.maps.route import Route

_SOUTHERN = re.compile(r"-\d[\d.]*([,\s].*)?")


def add_arguments(parser: ArgumentParser) -> None:
    """Add map, ends, mode and preference."""
    parser._negative_number_matcher = _SOUTHERN  # else argparse takes "-33.86,151.21" for an option
    parser.add_argument(
        "--map", default="helsinki", metavar="M", help="name of a map (glasses map list), or an extract"
    )
    parser.add_argument("--from", dest="origin", required=True, metavar="LAT,LON", help="WGS-84, in degrees")
    parser.add_argument("--to", dest="target", required=True, metavar="LAT,LON", help="WGS-84, in degrees")
    parser.add_argument("--mode", choices=("walk", "bike", "car"), default="walk")
    parser.add_argument("--prefer", choices=("best", "shortest", "quiet"), default="best")
    parser.add_argument("--alternatives", action="store_true", help="the other routes too")
    parser.add_argument("--language", choices=("zh", "en"), default="en", help="of the sentences")
    parser.add_argument("--json", action="store_true", help="length_m, duration_s, steps, geometry")


def run(arguments: Namespace) -> int:
    """Print the route; 1 if there is none."""
    from emulator.core.errors import RouteError
    from emulator.maps.points import parse_point
    from emulator.maps.router import Router
    from emulator.maps.store import load_map

    origin, target = parse_point(arguments.origin), parse_point(arguments.target)
    router = Router(load_map(arguments.map))
    try:
        routes = [router.route(origin, target, arguments.mode, arguments.prefer)]
        if arguments.alternatives:
            routes += [
                other for other in router.alternatives(origin, target, arguments.mode) if other.edges != routes[0].edges
            ]
    except RouteError as error:
        print(f"glasses: {error}", file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps(_to_json(routes, alternatives=arguments.alternatives), ensure_ascii=False))
    else:
        _print(routes, arguments.language)
    return 0


def _to_json(routes: list[Route], *, alternatives: bool) -> dict[str, object]:
    from emulator.maps.route import to_json
    from emulator.maps.sentences import LANGUAGES, sentence
    from emulator.maps.street_map import ATTRIBUTION, ATTRIBUTION_URL

    values = []
    for route in routes:
        value = to_json(route)
        for step, row in zip(route.steps, value["steps"], strict=True):
            row["sentence"] = {language: sentence(step, route.mode, language) for language in LANGUAGES}
        values.append(value)
    rest = {"alternatives": values[1:]} if alternatives else {}
    return {**values[0], **rest, "attribution": ATTRIBUTION, "attribution_url": ATTRIBUTION_URL}


def _print(routes: list[Route], language: str) -> None:
    from emulator.maps.sentences import distance_text, duration_text, sentence
    from emulator.maps.street_map import ATTRIBUTION

    for number, route in enumerate(routes):
        length, time = distance_text(route.length_m, language), duration_text(route.duration_s, language)
        print(f"{route.preference}: {length}, {time}")
        if number:
            continue
        for step in route.steps:
            print(f"{distance_text(step.start_m, language):>8}  {sentence(step, route.mode, language)}")
    print(ATTRIBUTION)


COMMAND = Command("route", "the way from one position to another on a map", add_arguments, run)
