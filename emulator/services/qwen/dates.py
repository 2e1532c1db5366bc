"""Dates: what day it is, what day it will be, how many days are left."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from emulator.core.numerals import NUMERAL, to_number

_WEEKDAYS_ZH = "一二三四五六日"
_OFFSETS = {
    "大后天": 3, "后天": 2, "明天": 1, "今天": 0, "昨天": -1, "前天": -2, "大前天": -3,
    "day after tomorrow": 2, "tomorrow": 1, "today": 0, "yesterday": -1, "day before yesterday": -2,
}  # fmt: skip
FARTHEST_DAYS = 100_000  # further off, no calendar of ours is right
_HOLIDAYS = {  # those that have the same date every year
    "元旦": (1, 1), "情人节": (2, 14), "妇女节": (3, 8), "劳动节": (5, 1), "儿童节": (6, 1), "国庆": (10, 1), "国庆节": (10, 1),
    "圣诞": (12, 25), "圣诞节": (12, 25), "new year": (1, 1), "new year's day": (1, 1), "christmas": (12, 25),
    "christmas day": (12, 25), "valentine's day": (2, 14),
}  # fmt: skip
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH = rf"(?P<name>{'|'.join(_MONTHS)})"
_UNTIL = re.compile(r"(?:距离|离|到)?(?P<zh>\S+?)还有(?:多少|几)天|days (?:until|to|till) (?P<en>[a-z0-9 ',]+)")
_LATER = re.compile(rf"(?P<n>{NUMERAL})\s*(?:天|days?)\s*(?P<way>后|以后|之后|前|以前|from now|later|ago)")
_ASKED = re.compile(
    r"几月几[号日]|几号|几月|星期几|周几|礼拜几|哪一天|哪天|(?:什么)?日期|what day of the week|what day|when is|when's|what date|which day|the date"
)
_FILLERS = re.compile(
    r"请问|告诉我|现在|[是的呢啊吗了]|\b(?:what's|what|when|is|it|will|be|was|the|of|on|please|tell me)\b|[\s,.?!，。？！]+(?=$|\s)|^\s+"
)
_WRITTEN = (  # a date in figures or words, the year where it is told
    re.compile(r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})[日号]?"),
    re.compile(rf"(?:(?P<y>\d{{4}})年)?(?P<m>{NUMERAL})月(?P<d>{NUMERAL})[日号]"),
    re.compile(rf"{_MONTH} (?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<y>\d{{4}}))?"),
    re.compile(rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)? {_MONTH}(?:,? (?P<y>\d{{4}}))?"),
)
_IN_WEEK = re.compile(r"(?P<week>上|这|本|下)个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])")


def answer_date(words: str, language: str, now: datetime) -> str | None:
    """Return the answer to a question about a date in ``words``, or None if there is none, or the date is not known."""
    text, today = words.lower(), now.date()
    if until := _UNTIL.search(text):
        day = _named(until["zh"] or until["en"], today)
        if day is None or (days := (day - today).days) < 0:
            return None
        return f"还有{days}天，{_tell(day, language)}" if language == "zh" else f"{days} days, {_tell(day, language)}"
    if later := _LATER.search(text):
        number = to_number(later["n"])
        if number > FARTHEST_DAYS:
            return None
        days = int(number)
        back = later["way"] in ("前", "以前", "ago")
        return _tell(today + timedelta(days=-days if back else days), language)
    if not _ASKED.search(text):
        return None
    subject = _FILLERS.sub(" ", _ASKED.sub(" ", text)).strip()
    day = _named(subject, today) if subject else today
    return _tell(day, language) if day else None


def _named(name: str, today: date) -> date | None:
    """Return the day of that name, the next one where no year is told; None of one that nobody knows here."""
    name = " ".join(_FILLERS.sub(" ", name).split())
    if name in _OFFSETS:
        return today + timedelta(days=_OFFSETS[name])
    if name in _HOLIDAYS:
        return _next(*_HOLIDAYS[name], today)
    if week := _IN_WEEK.fullmatch(name):
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks={"上": -1, "下": 1}.get(week["week"], 0))
        return monday + timedelta(days=_WEEKDAYS_ZH.index(week["day"].replace("天", "日")))
    found = next((found for written in _WRITTEN if (found := written.fullmatch(name))), None)
    if found is None:
        return None
    told = found.groupdict()
    month = _MONTHS.index(told["name"]) + 1 if told.get("name") else int(to_number(told["m"]))
    day = int(to_number(told["d"]))
    try:
        return date(int(told["y"]), month, day) if told["y"] else _next(month, day, today)
    except ValueError:
        return None  # 30 February


def _next(month: int, day: int, today: date) -> date:
    """Return that day of this year or of the next; raises ``ValueError`` where there is none."""
    found = date(today.year, month, day)
    return found if found >= today else date(today.year + 1, month, day)


def _tell(day: date, language: str) -> str:
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日，星期{_WEEKDAYS_ZH[day.weekday()]}"
    return f"{day:%A}, {day.day} {day:%B %Y}"
