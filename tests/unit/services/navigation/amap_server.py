"""Amap's Web Service on 127.0.0.1, written from reference/services.md 1.1: every number a string, ``[]`` for nothing.

It checks key and signature, and refuses positions that are not ``lon,lat`` with at most six decimals in China.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any

from tests.unit.live.vendor import Asked, Given, Vendor

KEY, PRIVATE = "0123456789abcdef0123456789abcdef", "fedcba9876543210"
PLACE = re.compile(r"(\d{2,3}(?:\.\d{1,6})?),(\d{1,2}(?:\.\d{1,6})?)")
INFO = {"10000": "OK", "10001": "INVALID_USER_KEY", "10007": "INVALID_USER_SIGNATURE", "20000": "INVALID_PARAMS",
        "20001": "MISSING_REQUIRED_PARAMS", "10002": "SERVICE_NOT_AVAILABLE"}  # fmt: skip
NEEDS = {
    "/v5/direction/walking": ("origin", "destination"),
    "/v5/direction/bicycling": ("origin", "destination"),
    "/v5/direction/driving": ("origin", "destination"),
    "/v5/place/around": ("location",),
    "/v5/place/text": ("keywords",),
    "/v3/assistant/inputtips": ("keywords",),
    "/v3/geocode/geo": ("address",),
}


def step(road: Any, action: Any, line: str, seconds: str = "60", **navi: Any) -> dict[str, Any]:
    """Return one step; ``[]`` where there is nothing."""
    said = {"action": action or [], "assistant_action": [], "walk_type": "0"} | navi
    return {
        "instruction": f"步行{action}", "orientation": "北", "road_name": road or [], "step_distance": "100",
        "cost": {"duration": seconds}, "navi": said, "polyline": line,
    }  # fmt: skip


WALK = [
    step("世纪大道", "左转", "121.506379,31.245414;121.506379,31.246414"),
    step([], "通过人行横道", "121.506379,31.246414;121.505379,31.246414"),
    step([], "右转", "121.505379,31.246414;121.505179,31.246414", walk_type="1"),
    step("陆家嘴环路", [], "121.505179,31.246414;121.505179,31.247414", assistant_action="到达目的地"),
]


def poi(name: str, location: Any, kind: str = "餐饮服务;咖啡厅;咖啡厅") -> dict[str, Any]:
    """Return one place."""
    return {
        "name": name,
        "id": "B0",
        "location": location,
        "type": kind,
        "typecode": "050500",
        "address": [],
        "distance": "12",
    }


@dataclass
class AmapServer:
    """Answers with ``paths`` and ``places``; ``codes`` come first, each an infocode to fail with."""

    paths: list[Any] = field(default_factory=lambda: [{"distance": "420", "cost": {"duration": "240"}, "steps": WALK}])
    places: dict[str, Any] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    signs: bool = False

    def __call__(self, asked: Asked, _vendor: Vendor) -> Given:
        """Answer one request."""
        code = self._refusal(asked) or (self.codes.pop(0) if self.codes else "")
        if code:
            told = {"status": "0", "info": INFO.get(code, "SOME_ERROR"), "infocode": code}
            return Given((json.dumps(told).encode(),))
        told = {"status": "1", "info": "OK", "infocode": "10000", "count": "1"} | self._found(asked)
        return Given((json.dumps(told, ensure_ascii=False).encode(),), headers={"Content-Type": "application/json"})

    def _refusal(self, asked: Asked) -> str:
        query = dict(asked.query)
        if query.get("key") != KEY:
            return "10001"
        if self.signs:
            sig = query.pop("sig", "")
            text = "&".join(f"{name}={value}" for name, value in sorted(query.items())) + PRIVATE
            if sig != hashlib.md5(text.encode()).hexdigest():
                return "10007"
        if asked.method != "GET" or asked.path not in NEEDS:
            return "10002"
        if any(not query.get(name) for name in NEEDS[asked.path] if name != "keywords"):
            return "20001"
        for name in ("origin", "destination", "location"):
            if name in query and not _in_china(query[name]):
                return "20000"
        return ""

    def _found(self, asked: Asked) -> dict[str, Any]:
        if asked.path.startswith("/v5/direction"):
            shown = asked.query.get("show_fields", "")
            paths = self.paths if "polyline" in shown and "navi" in shown and "cost" in shown else [{"distance": "420"}]
            return {
                "route": {"origin": asked.query["origin"], "destination": asked.query["destination"], "paths": paths}
            }
        if asked.path == "/v3/geocode/geo":
            return {
                "geocodes": [
                    {"formatted_address": "北京市东城区天安门", "township": [], "location": "116.397451,39.909187"}
                ]
            }
        name = "tips" if asked.path.endswith("inputtips") else "pois"
        return {name: self.places.get(asked.path, [])}


def _in_china(text: str) -> bool:
    found = PLACE.fullmatch(text)
    return found is not None and 73 < float(found[1]) < 136 and 3 < float(found[2]) < 54
