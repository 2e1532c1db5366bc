"""Dates: what day it is, what day it will be, how many days are left."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from emulator.core.numerals import NUMERAL, to_number

_WEEKDAYS_ZH = "一二三四五六日"
_OFFSETS = {
    "大后天": 3, "后天": 2, "明天": 1, "今天": 0, "昨天": -1, "前天": -2,
    "day after tomorrow": 2, "tomorrow": 1, "today": 0, "yesterday": -1,
}  # fmt: skip
FARTHEST_DAYS = 100_000  # further off, no calendar of ours is right
_HOLIDAYS = {
    "元旦": (1, 1), "情人节": (2, 14), "劳动节": (5, 1), "儿童节": (6, 1), "国庆": (10, 1), "圣诞": (12, 25),
    "new year": (1, 1), "christmas": (12, 25), "valentine": (2, 14),
}  # fmt: skip


def answer_date(words: str, language: str, now: datetime) -> str | None:
    """Return the answer to a question about a date in ``words``, or None if there is none."""
    text = words.lower()
    if until := re.search(
        r"(?:离|距离|到)?(?P<name>\S+?)还有(?:多少|几)天|days (?:until|to|till) (?P<en>[a-z ']+)", text
    ):
        return _days_until(until["name"] or until["en"], language, now.date())
    if later := re.search(rf"(?P<n>{NUMERAL})\s*(?:天|days?)\s*(?P<way>后|以后|之后|前|以前|from now|later|ago)", text):
        number = to_number(later["n"])
        if number > FARTHEST_DAYS:
            return None
        days = int(number)
        back = later["way"] in ("前", "以前", "ago")
        return _tell(now.date() + timedelta(days=-days if back else days), language)
    if not re.search(r"几号|几月|星期几|周几|礼拜几|日期|what day|what date|which day|the date", text):
        return None
    offset = next((days for name, days in _OFFSETS.items() if name in text), 0)
    return _tell(now.date() + timedelta(days=offset), language)


def _days_until(name: str, language: str, today: date) -> str | None:
    found = next((day for holiday, day in _HOLIDAYS.items() if holiday in name), None)
    if found is None:
        return None
    day = date(today.year, *found)
    if day < today:
        day = date(today.year + 1, *found)
    days = (day - today).days
    return f"还有{days}天，{_tell(day, language)}" if language == "zh" else f"{days} days, {_tell(day, language)}"


def _tell(day: date, language: str) -> str:
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日，星期{_WEEKDAYS_ZH[day.weekday()]}"
    return f"{day:%A}, {day.day} {day:%B %Y}"
