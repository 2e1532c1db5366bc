"""Times as people say them: "明天下午三点半", "十分钟后", "at 5 pm tomorrow", "in 10 minutes"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from emulator.core.english_numbers import NUMERAL_EN, in_figures
from emulator.core.numerals import NUMERAL, to_number

_DAYS = {
    "大后天": 3,
    "后天": 2,
    "明天": 1,
    "明早": 1,
    "明晚": 1,
    "今天": 0,
    "今晚": 0,
    "今早": 0,
    "tomorrow": 1,
    "today": 0,
}
_DAY = "|".join(_DAYS)
_HALVES = {"下午": 12, "晚上": 12, "傍晚": 12, "中午": 12, "今晚": 12, "明晚": 12, "pm": 12, "p.m.": 12}
_SPAN_S = {"秒": 1, "分钟": 60, "小时": 3600, "天": 86400, "second": 1, "minute": 60, "hour": 3600, "day": 86400}
LONGEST_S = 10 * 366 * 86_400  # nobody waits longer for a reminder
_IN_ZH = re.compile(rf"(?P<n>{NUMERAL}|半)\s*个?(?P<half>半)?(?P<unit>秒|分钟|小时|天)(?:钟)?(?:以|之)?后")
_IN_EN = re.compile(rf"\bin (?P<n>{NUMERAL_EN}|an?|half an)[ -](?P<unit>second|minute|hour|day)s?\b", re.IGNORECASE)
_AT_ZH = re.compile(
    rf"(?P<day>{_DAY})?的?(?P<part>早上|上午|中午|下午|傍晚|晚上|凌晨)?(?P<hour>{NUMERAL})\s*[点:：]"
    rf"(?:钟|整)?(?P<minute>半|一刻|三刻|{NUMERAL})?分?"
)
_AT_EN = re.compile(
    r"(?:(?P<before>tomorrow|today) )?\bat (?P<hour>\d{1,2}|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b)(?::(?P<minute>\d{2}))?\s*(?P<part>[ap]\.?m\.?)?"
    r"(?: (?P<after>tomorrow|today)\b)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time found in words: when, and the words without it."""

    when: datetime
    rest: str


def find_time(words: str, now: datetime) -> Moment | None:
    """Return the first time said in ``words``, always in the future, or None.

    >>> now = datetime(2026, 11, 24, 9, 41)
    >>> str(find_time("明天下午三点半开会", now).when), find_time("十分钟后喝水", now).rest
    ('2026-11-25 15:30:00', '喝水')
    """
    for pattern, read in ((_IN_ZH, _span), (_IN_EN, _span), (_AT_EN, _clock_en), (_AT_ZH, _clock_zh)):
        if found := pattern.search(words):
            when = read(found, now)
            if when is not None:
                rest = (words[: found.start()] + " " + words[found.end() :]).strip(" ，,。.")
                return Moment(when, re.sub(r"\s+", " ", re.sub(r"^(?:to|that) ", "", rest)))
    return None


def _span(found: re.Match[str], now: datetime) -> datetime | None:
    number = found["n"].lower()
    amount = 0.5 if number in {"半", "half an"} else 1.0 if number in {"a", "an"} else to_number(in_figures(number))
    if "half" in found.re.groupindex and found["half"]:
        amount += 0.5
    seconds = amount * _SPAN_S[found["unit"].lower()]
    return now + timedelta(seconds=seconds) if seconds < LONGEST_S else None


def _clock_zh(found: re.Match[str], now: datetime) -> datetime | None:
    minute = {"半": 30, "一刻": 15, "三刻": 45, None: 0}.get(found["minute"])
    if minute is None:
        minute = int(to_number(found["minute"]))
    part = found["part"] or found["day"] or ""
    return _at(int(to_number(found["hour"])), minute, part, found["day"], now)


def _clock_en(found: re.Match[str], now: datetime) -> datetime | None:
    part = (found["part"] or "").lower().replace(".", "")
    day = (found["before"] or found["after"] or "").lower()
    return _at(int(in_figures(found["hour"])), int(found["minute"] or 0), part, day, now)


def _at(hour: int, minute: int, part: str, day: str | None, now: datetime) -> datetime | None:
    if hour > 24 or minute > 59:
        return None
    if part in _HALVES and hour < 12 and not (part == "中午" and hour == 11):
        hour += 12
    when = now.replace(hour=hour % 24, minute=minute, second=0, microsecond=0) + timedelta(days=_DAYS.get(day or "", 0))
    if when <= now and not part and hour < 12 and when + timedelta(hours=12) > now:
        return when + timedelta(hours=12)  # "三点" said in the morning means the afternoon
    return when if when > now else when + timedelta(days=1)
