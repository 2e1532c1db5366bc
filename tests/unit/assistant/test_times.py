from datetime import datetime, timedelta, timezone

import pytest

from emulator.assistant.times import find_time

NOW = datetime(2026, 11, 24, 9, 41, tzinfo=timezone(timedelta(hours=8)))  # a Tuesday morning


@pytest.mark.parametrize(
    ("words", "when", "rest"),
    [
        ("明天下午三点半开会", "2026-11-25 15:30", "开会"),
        ("十分钟后喝水", "2026-11-24 09:51", "喝水"),
        ("半小时后出门", "2026-11-24 10:11", "出门"),
        ("一个半小时后开会", "2026-11-24 11:11", "开会"),
        ("三点吃药", "2026-11-24 15:00", "吃药"),
        ("晚上8点看球", "2026-11-24 20:00", "看球"),
        ("17:00接孩子", "2026-11-24 17:00", "接孩子"),
        ("今晚九点", "2026-11-24 21:00", ""),
        ("call mom tomorrow at 9:30 am", "2026-11-25 09:30", "call mom"),
        ("at 5 pm call mom", "2026-11-24 17:00", "call mom"),
        ("drink in 10 minutes", "2026-11-24 09:51", "drink"),
    ],
)
def test_time_is_found_and_the_rest_kept(words, when, rest):
    moment = find_time(words, NOW)
    assert moment is not None
    assert (f"{moment.when:%Y-%m-%d %H:%M}", moment.rest) == (when, rest)


def test_a_time_that_has_passed_means_the_next_one():
    moment = find_time("早上八点跑步", NOW)
    assert moment is not None
    assert f"{moment.when:%d %H:%M}" == "25 08:00"


@pytest.mark.parametrize("words", ["买牛奶", "99点", "note this"])
def test_no_time_is_none(words):
    assert find_time(words, NOW) is None


@pytest.mark.parametrize(
    "words", ["9" * 400 + "分钟后喝水", "99999999999小时后喝水", "drink in " + "9" * 300 + " minutes"]
)
def test_a_time_that_nobody_lives_to_see_is_none(words):
    assert find_time(words, NOW) is None
