"""Small towns as OpenStreetMap files: junctions on a grid of 100 m, ways and restrictions by name."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from emulator.maps.points import Plane, Wgs84Point
from emulator.maps.store import map_of

CENTRE = Wgs84Point(60.0, 25.0)
GRID_M = 100.0


def at(x: float, y: float) -> Wgs84Point:
    """Return the position ``x`` blocks east and ``y`` blocks north of the middle of the town."""
    return Plane(CENTRE).point(x * GRID_M, y * GRID_M)


class Town:
    """Node ids count from 1 in the order they are named; way ids from 101, relations from 1001."""

    def __init__(self) -> None:
        self.nodes: dict[tuple[float, float], int] = {}
        self.tags: dict[int, dict[str, str]] = {}
        self.ways: list[tuple[int, list[int], dict[str, str]]] = []
        self.relations: list[tuple[dict[str, str], list[tuple[str, str, int]]]] = []

    def node(self, place: tuple[float, float], **tags: str) -> int:
        number = self.nodes.setdefault(place, len(self.nodes) + 1)
        self.tags.setdefault(number, {}).update({key.replace("__", ":"): value for key, value in tags.items()})
        return number

    def way(self, *places: tuple[float, float], **tags: str) -> int:
        number = 101 + len(self.ways)
        plain = {"highway": "residential"} | {key.replace("__", ":"): value for key, value in tags.items()}
        self.ways.append((number, [self.node(place) for place in places], plain))
        return number

    def ban(self, kind: str, origin: int, via: int | list[int], target: int, **tags: str) -> None:
        middle = [("node", "via", via)] if isinstance(via, int) else [("way", "via", way) for way in via]
        members = [("way", "from", origin), *middle, ("way", "to", target)]
        self.relations.append(({"type": "restriction", "restriction": kind, **tags}, members))

    def xml(self) -> str:
        lines = ["<?xml version='1.0' encoding='UTF-8'?>", "<osm version='0.6' generator='test'>"]
        for place, number in self.nodes.items():
            point = at(*place)
            lines.append(f"<node id='{number}' version='1' lat='{point.lat:.7f}' lon='{point.lon:.7f}'>")
            lines += [*_tags(self.tags[number]), "</node>"]
        for number, nodes, tags in self.ways:
            lines.append(f"<way id='{number}' version='1'>")
            lines += [*(f"<nd ref='{node}'/>" for node in nodes), *_tags(tags), "</way>"]
        for number, (tags, members) in enumerate(self.relations, 1001):
            lines.append(f"<relation id='{number}' version='1'>")
            lines += [f"<member type='{kind}' ref='{ref}' role='{role}'/>" for kind, role, ref in members]
            lines += [*_tags(tags), "</relation>"]
        return "\n".join([*lines, "</osm>", ""])

    def save(self, path: Path) -> Path:
        path.write_text(self.xml(), "utf-8")
        return path

    def map(self, folder: Path):
        return map_of(self.save(folder / "town.osm"), "town")


def _tags(tags: dict[str, str]) -> list[str]:
    return [f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items()]


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def data_folder(tmp_path, monkeypatch) -> Path:
    """Return an empty data folder of the user, of this test's own."""
    monkeypatch.setenv("GLASSES_DATA", str(tmp_path / "data"))
    folder: Path = tmp_path / "data"
    return folder
