"""What one can say about trips."""

from __future__ import annotations

from typing import Any

from emulator.core.numerals import NUMERAL, to_number
from emulator.sdk import Patterns

_KINDS = {"航班": "flight", "飞机": "flight", "flight": "flight", "火车": "train", "高铁": "train", "车次": "train", "列车": "train",
          "train": "train", "酒店": "hotel", "hotel": "hotel"}  # fmt: skip
_KIND_ZH, _KIND_EN = "航班|飞机|火车|高铁|车次|列车|酒店|行程", "flight|train|hotel|trip"
INTENTS: dict[str, Patterns] = {
    "trip.list": (
        r"(?:所有|全部)(?:的)?行程|行程列表|打开行程",
        r"\b(?:all|list|show|open) (?:my |the )?trips\b|^(?:my )?trips$",
    ),
    "trip.scan": (r"(?:扫描?|扫一下|识别|导入)(?:我的)?登机牌", r"\bscan (?:my |the |a )?boarding pass\b"),
    "trip.refresh": (r"(?:刷新|更新)(?:我的)?(?:行程|航班)", r"\brefresh (?:my |the )?(?:trips|flights?)\b"),
    "trip.delay": (
        rf"(?P<number>[A-Za-z][A-Za-z0-9]\s?\d{{2,4}})?(?:航班|火车|列车|高铁)?(?:要)?(?:延误|晚点)(?:了)?(?P<minutes>{NUMERAL}|半)个?(?P<unit>分钟?|小时)",
        r"(?:\b(?P<number>[A-Za-z][A-Za-z0-9]\s?\d{2,4}) (?:is )?)?\bdelay(?:ed)?(?: by| of)? (?P<minutes>\d{1,4}) (?P<unit>minutes?|hours?)\b",
    ),
    "trip.leave": (
        r"(?:我)?(?:几点|什么时候|何时)(?:要|该|应该|得)?(?:出发|动身)(?:去(?:机场|车站|火车站))?",
        r"\bwhen (?:do|should|must) (?:i|we) (?:leave|go)\b",
    ),
    "trip.gate": (
        rf"(?:我的|我)?(?P<kind>{_KIND_ZH})?(?:的|在)?(?:几号|哪个)?(?:登机口|检票口)(?:在哪|是多少|是几号)?",
        r"\b(?:which|what)(?: is my|'s my)? gate\b",
    ),
    "trip.next": (
        rf"(?:看看|查看|查一下|显示)?(?:我的|我|下一个|下一趟|下一班|接下来的|明天的|今天的)(?:下一个)?(?P<kind>{_KIND_ZH})(?:信息)?",
        rf"\b(?:my|the)? ?next (?P<kind>{_KIND_EN})\b|\b(?:what is|what's|when is|show) my (?P<what>{_KIND_EN})\b",
    ),
}


def kind_said(slots: dict[str, Any]) -> str:
    """Return ``flight``, ``train``, ``hotel`` or "" for any."""
    said = str(slots.get("kind") or slots.get("what") or "").lower()
    return _KINDS.get(said, "")


def minutes_said(slots: dict[str, Any]) -> int:
    """Return the minutes of a delay: ``40 分钟``, ``半小时``, ``2 hours``."""
    said = str(slots["minutes"])
    number = 0.5 if said == "半" else to_number(said)
    hours = str(slots.get("unit", "")).startswith(("小时", "hour"))
    return round(number * (60 if hours else 1))
