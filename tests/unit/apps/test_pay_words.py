"""The words of paying: the exact phrase confirms, and no other sentence has to do with it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from emulator.apps.pay.spoken import INTENTS, spoken_fen
from emulator.assistant.intents import Grammar
from emulator.core.discovery import discover

ROOT = Path(__file__).parents[2]


@cache
def grammar():
    intents = {
        i: p
        for app in sorted(discover("emulator.apps", "MANIFEST").values(), key=lambda m: m.place)
        for i, p in app.intents.items()
    }
    return Grammar(intents, ["夸克同学"])


def intent(words):
    found = grammar().understand(words)
    return found.intent if found else None


@pytest.mark.parametrize(
    "words", ["确认支付", "夸克同学，确认支付。", "请确认支付", "Confirm payment.", "confirm the payment"]
)
def test_the_exact_phrase_confirms(words):
    assert intent(words) == "pay.confirm"


@pytest.mark.parametrize(
    "words",
    ["取消", "取消支付", "不付了", "别付", "先别支付", "不要确认支付", "Cancel", "cancel the payment", "don't pay"],
)
def test_no_is_understood_in_many_ways(words):
    assert intent(words) == "pay.cancel"


OTHERS = """
确认 | 支付 | 好的 | 是的 | 可以 | 对 | 行 | 嗯 | 付吧 | 好的，支付吧 | 确认 支付 20 | 我确认支付过了 | 确认支付吗 | 确认支付了没有 | 怎么确认支付
确认支付宝 | 支付确认 | 再次确认支付 | 提醒我确认支付 | 记一下确认支付 | 说确认支付 | 请说确认支付或取消 | 你要我确认支付吗 | 他说确认支付 | 不是确认支付
confirm | confirm it | yes | ok | pay | pay it | sure | confirm payment please? no | did i confirm payment | do not confirm payment yet please
say confirm payment or cancel | remind me to confirm payment | payment confirmed | i will confirm payment later | reconfirm payment
"""


@pytest.mark.parametrize("words", [one.strip() for line in OTHERS.strip().splitlines() for one in line.split("|")])
def test_nothing_else_confirms(words):
    assert intent(words) != "pay.confirm"


def said_in_flows():
    """Every sentence of all flows and pages that are not about paying."""
    files = [*(ROOT / "flows").glob("*.flow.yaml"), *(ROOT.parent / "assets" / "flows").glob("*.flow.yaml")]
    files += (ROOT.parent / "docs").glob("*.md")
    texts = [text for path in files if "支付" not in (text := path.read_text("utf-8"))]
    return sorted({line.strip().strip('"') for text in texts for line in re.findall(r"- say: ([^{\n]+)", text)})


def test_no_sentence_of_any_other_flow_has_to_do_with_paying():
    sentences = said_in_flows()
    assert len(sentences) > 20
    assert [words for words in sentences if (intent(words) or "").startswith("pay.")] == []


@pytest.mark.parametrize(
    "words",
    [
        "提醒我支付20元",
        "记一下，支付20元",
        "支付宝是什么",
        "支付20元等于多少欧元",
        "昨天付了20元",
        "帮我支付",
        "支付一些钱",
        "how do i pay 20 yuan",
        "remind me to pay 20 yuan",
    ],
)
def test_a_sentence_that_mentions_paying_begins_none(words):
    assert intent(words) != "pay.start"


@pytest.mark.parametrize(
    ("words", "fen"),
    [
        ("帮我支付20元", 2_000),
        ("支付两百零五块", 20_500),
        ("付十二块五", 1_250),
        ("付12块5毛", 1_250),
        ("支付0.01元", 1),
        ("付五毛", 50),
        ("扫码支付", None),
        ("支付12.345元", None),
        ("支付零元", None),
        ("pay 20 yuan", 2_000),
        ("Pay twelve point five yuan", 1_250),
        ("i want to pay two hundred and five RMB", 20_500),
        ("支付一百二十三块四毛五", 12_345),
        ("付十二块零五", 1_205),
        ("支付1,200元整", 120_000),
        ("付两百五", 25_000),
        ("付二十块吧", 2_000),
        ("pay 3.50", 350),
        ("scan to pay a hundred and five yuan", 10_500),
        ("pay some yuan", None),
        ("pay with Alipay", None),
    ],
)
def test_an_amount_is_understood_as_it_is_said(words, fen):
    found = grammar().understand(words)
    assert found.intent == "pay.start"
    assert spoken_fen(found.slots) == fen


def test_every_pattern_is_anchored_at_both_ends():
    for patterns in INTENTS.values():
        for pattern in (patterns,) if isinstance(patterns, str) else patterns:
            assert pattern.startswith("^")
            assert pattern.endswith("$")
