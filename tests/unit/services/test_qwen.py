from datetime import datetime

import pytest

from emulator.services.qwen import NO_MODEL, Ask, offline

NOW = datetime.fromisoformat("2026-11-24T09:41:00+08:00")


@pytest.mark.parametrize(
    ("words", "language", "answer"),
    [
        ("一百二十加八十等于多少", "zh", "等于200"),
        ("(3加4)乘以5", "zh", "等于35"),
        ("九的平方根是多少", "zh", "等于3"),
        ("三除以零等于几", "zh", "不能除以零"),
        ("what is 12 times 7", "en", "That is 84"),
        ("what is 7 divided by 2", "en", "That is 3.5"),
        ("五公里等于多少英里", "zh", "等于3.10686英里"),
        ("三斤是多少公斤", "zh", "等于1.5公斤"),
        ("convert 5 miles to km", "en", "That is 8.04672 kilometers"),
        ("how many feet are 3 miles", "en", "That is 15840 feet"),
        ("20摄氏度是多少华氏度", "zh", "等于68华氏度"),
        ("明天星期几", "zh", "2026年11月25日，星期三"),
        ("圣诞节还有几天", "zh", "还有31天，2026年12月25日，星期五"),
        ("一百天后是几号", "zh", "2027年3月4日，星期四"),
        ("how many days until christmas", "en", "31 days, Friday, 25 December 2026"),
        ("what day is it tomorrow", "en", "Wednesday, 25 November 2026"),
    ],
)
def test_what_can_be_computed_is_answered(words, language, answer):
    assert offline(Ask(words, language), NOW) == {"text": answer}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_needs_a_model_is_said_to_need_one(language):
    assert offline(Ask("法国的首都是哪里", language), NOW) == {"text": NO_MODEL[language]}


def test_units_of_other_dimensions_are_not_converted():
    assert offline(Ask("三公里等于多少公斤", "zh"), NOW) == {"text": NO_MODEL["zh"]}
