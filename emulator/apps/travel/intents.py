"""What one can say about trips."""

from __future__ import annotations

from typing import Any

from emulator.core.english_numbers import NUMERAL_EN, in_figures
from emulator.core.numerals import NUMERAL, to_number
from emulator.sdk import Patterns

_KINDS = {"航班": "flight", "飞机": "flight", "登机": "flight", "flight": "flight", "plane": "flight", "board": "flight", "火车": "train",
          "高铁": "train", "动车": "train", "车次": "train", "列车": "train", "检票": "train", "train": "train", "platform": "train",
          "酒店": "hotel", "hotel": "hotel"}  # fmt: skip
_ON_TIME_ZH, _ON_TIME_EN = "航班|飞机|火车|高铁|动车|列车", "flight|plane|train"
_KIND_ZH, _KIND_EN = f"{_ON_TIME_ZH}|车次|酒店|行程", f"{_ON_TIME_EN}|hotel|trip"
_WHEN_ZH = "几点|什么时候|何时"
INTENTS: dict[str, Patterns] = {
    "trip.list": (
        r"(?:所有|全部)(?:的)?行程|行程列表|打开行程",
        r"\b(?:all|list|show|open) (?:my |the )?trips\b|^(?:my )?trips$",
    ),
    "trip.scan": (r"(?:扫描?|扫一下|识别|导入)(?:我的)?登机牌", r"\bscan (?:my |the |a )?boarding pass\b"),
    "trip.refresh": (r"(?:刷新|更新)(?:我的)?(?:行程|航班)", r"\brefresh (?:my |the )?(?:trips|flights?)\b"),
    "trip.delay": (
        rf"(?P<number>[A-Za-z][A-Za-z0-9]\s?\d{{2,4}})?(?P<kind>{_ON_TIME_ZH})?(?:要)?(?:延误|晚点)(?:了)?(?P<minutes>{NUMERAL}|半)个?(?P<unit>分钟?|小时)",
        rf"(?:\b(?P<number>[A-Za-z][A-Za-z0-9]\s?\d{{2,4}}) |\b(?P<kind>{_ON_TIME_EN}) )?(?:is |was )?(?:running )?\b(?:delay(?:ed)?|late)(?: by| of)? "
        rf"(?P<minutes>{NUMERAL_EN}) (?P<unit>minutes?|hours?)\b",
        rf"(?P<minutes>{NUMERAL_EN}) (?P<unit>minutes?|hours?) (?:late|delayed)\b",
    ),
    "trip.boards": (
        rf"(?:{_WHEN_ZH})(?:开始)?(?P<kind>登机|检票)|(?P<which>登机|检票)(?:时间)?(?:是)?(?:{_WHEN_ZH})|登机时间",
        r"\bwhen (?:do|can|should) (?:i|we) (?P<kind>board)\b|\bboarding time\b",
    ),
    "trip.leave": (
        r"^(?:我|我们)?(?:几点|什么时候|何时)(?:要|该|应该|得)?(?:出发|动身)(?:去(?:机场|车站|火车站))?$|^我(?:该|要|得)(?:几点|什么时候|何时)(?:出发|动身)",
        r"\bwhen (?:do|should|must) (?:i|we) (?:leave|go)\b",
    ),
    "trip.gate": (
        r"(?:几号|哪个)?(?P<kind>登机|检票)口(?:在哪|是多少|是几号)?",
        rf"\b(?:which|what)(?: is my|'s my)? (?:gate|(?P<kind>platform))\b(?:.*\b(?P<which>{_ON_TIME_EN})\b)?",
    ),
    "trip.seat": (
        rf"^(?:我的?)?(?P<kind>{_ON_TIME_ZH})?的?(?:座位号?|座号)(?:在哪[里儿]?|是(?:多少|几号|哪个))?$|^我坐(?:在)?哪[里儿]?$",
        rf"\b(?:my|which|what) (?:(?P<kind>{_ON_TIME_EN}) )?seat\b",
    ),
    "trip.next": (
        rf"(?:看看|查看|查一下|显示)?(?:我的|我|下一个|下一趟|下一班|接下来的|明天的|今天的)(?:下一个)?(?P<kind>{_KIND_ZH})(?:信息)?",
        rf"(?:{_WHEN_ZH})的(?P<kind>{_ON_TIME_ZH})",
        rf"^(?P<kind>{_ON_TIME_ZH})(?:是|在)?(?:{_WHEN_ZH})(?:出发|起飞|开|走|的)?$",
        rf"^(?:查询?|看看?)?(?P<kind>{_ON_TIME_ZH})(?:信息|动态|状态)?$",
        rf"(?P<kind>{_ON_TIME_ZH})(?:会|有没有)?(?:准点|晚点|延误|取消)了?(?:[吗没]|没有)?$",
        r"^(?P<kind>酒店)(?:在哪[里儿]?|叫什么|信息)$",
        rf"\b(?:my|the)? ?next (?P<kind>{_KIND_EN})\b|\b(?:what is|what's|when is|where is|show) my (?P<what>{_KIND_EN})\b",
        rf"^(?:my )?(?P<kind>{_KIND_EN})(?: status| info)?$|\bis my (?P<which>{_ON_TIME_EN}) (?:on time|delayed|late|cancell?ed)\b",
    ),
}


def kind_said(slots: dict[str, Any]) -> str:
    """Return ``flight``, ``train``, ``hotel`` or "" for any."""
    said = str(slots.get("kind") or slots.get("what") or slots.get("which") or "").lower()
    return _KINDS.get(said, "")


def minutes_said(slots: dict[str, Any]) -> int:
    """Return the minutes of a delay: ``40 分钟``, ``半小时``, ``2 hours``."""
    said = str(slots["minutes"])
    number = 0.5 if said == "半" else to_number(in_figures(said))
    hours = str(slots.get("unit", "")).startswith(("小时", "hour"))
    return round(number * (60 if hours else 1))
