from datetime import datetime
from pathlib import Path

import pytest

from emulator.services.qwen import NO_MODEL, Ask, offline
from emulator.services.service import Here

NOW = datetime.fromisoformat("2026-11-24T09:41:00+08:00")
HERE = Here(NOW, "zh", Path("unused"), None, 0, lambda: None, lambda _name, make: make().__enter__())


@pytest.mark.parametrize(
    ("words", "language", "answer"),
    [
        ("一百二十加八十等于多少", "zh", "等于200"),
        ("(3加4)乘以5", "zh", "等于35"),
        ("九的平方根是多少", "zh", "等于3"),
        ("三除以零等于几", "zh", "不能除以零"),
        ("what is 12 times 7", "en", "That is 84"),
        ("what is 7 divided by 2", "en", "That is 3.5"),
        ("-5+3", "en", "That is -2"),
        ("负三的平方是多少", "zh", "等于9"),
        ("what is two plus two", "en", "That is 4"),
        ("one hundred and twenty times three point five", "en", "That is 420"),
        ("what is the square root of 2", "en", "That is 1.414214"),
        ("根号九加一", "zh", "等于4"),
        ("百分之二十的三百是多少", "zh", "等于60"),
        ("what's 15 percent of 80", "en", "That is 12"),
        ("三分之一加六分之一", "zh", "等于0.5"),
        ("二的十次方", "zh", "等于1024"),
        ("123456789012 * 123456789012", "en", "That is 15241578753153483936144"),
        ("12345678901234567890 * 98765432109876543210", "en", "That is 1.219326 times 10 to the power of 39"),
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
        ("帮我算一下一万二加三千五", "zh", "等于15500"),
        ("1,200 + 300", "zh", "等于1500"),
        ("二〇二六减二〇二〇", "zh", "等于6"),
        ("a hundred and five minus one", "en", "That is 104"),
        ("2027-01-01 是星期几", "zh", "2027年1月1日，星期五"),
        ("12月3号是周几", "zh", "2026年12月3日，星期四"),
        ("华氏一百度是多少摄氏度", "zh", "等于37.7778摄氏度"),
        ("minus 40 degrees celsius in fahrenheit", "en", "That is -40 degrees Fahrenheit"),
        ("下周三是几号", "zh", "2026年12月2日，星期三"),
        ("圣诞节是星期几", "zh", "2026年12月25日，星期五"),
        ("离三月一日还有几天", "zh", "还有97天，2027年3月1日，星期一"),
        ("when is christmas", "en", "Friday, 25 December 2026"),
        ("what day of the week is march 3rd, 2027", "en", "Wednesday, 3 March 2027"),
    ],
)
def test_what_can_be_computed_is_answered(words, language, answer):
    assert offline(Ask(words, language), HERE) == {"text": answer}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_needs_a_model_is_said_to_need_one(language):
    assert offline(Ask("法国的首都是哪里", language), HERE) == {"text": NO_MODEL[language]}


@pytest.mark.parametrize(
    "words",
    ["1" * 400 + "加1", "9" * 400 + "天后是几号", "99999999天后是几号", "9" * 400 + "公里是多少英里", "(" * 99 + "1+1" + ")" * 99,
     "99999的99999次方", "1的" + "9" * 40 + "次方", "根号-2", "2 +", "(3 + 4", "3 ** 2 ** 2 **", "支付负五元", "明天3-5点开会",
     "电量剩百分之二十", "母亲节是几号", "2月30日是星期几", "离春节还有几天", "what date is easter"],
)  # fmt: skip
def test_what_is_too_much_or_no_sum_needs_a_model_too(words):
    assert offline(Ask(words, "zh"), HERE) == {"text": NO_MODEL["zh"]}


def test_units_of_other_dimensions_are_not_converted():
    assert offline(Ask("三公里等于多少公斤", "zh"), HERE) == {"text": NO_MODEL["zh"]}
