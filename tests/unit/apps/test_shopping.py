"""The AI camera with live halves that answer, fail, or name what no catalogue has."""

import pytest

from emulator import Glasses, Say, replay
from emulator.core.actions import Show
from emulator.core.assets import asset
from emulator.core.events import AppCrashed, HandedOver, HudShown, ServiceAsked, ServiceFailed
from emulator.vision.label_text import find_reader
from tests.unit.live.vendor import serving
from tests.unit.services.shopping.taobao import ADZONE, KEY, SECRET, gateway, given, row

OATS = str(asset("catalogue", "pictures", "oat-milk.webp"))


@pytest.fixture
def keys(monkeypatch):
    """Put keys into the environment."""

    def put(**values):
        for name, value in values.items():
            monkeypatch.setenv(f"GLASSES_{name.upper()}", value)

    return put


def taobao(vendor, secret=SECRET):
    return {
        "taobao_app_key": KEY,
        "taobao_app_secret": secret,
        "taobao_adzone_id": ADZONE,
        "taobao_gateway": f"{vendor.url}/router/rest",
    }


def ask(glasses, picture=OATS, words="这个多少钱"):
    if picture:
        glasses.do(Show("image", picture))
    glasses.do(Say(words))
    for _ in range(60):  # a live half takes its time of the wall
        glasses.run_for(ms=500)
        if any(event.data.get("phase") in ("price", "thing", "none") for event in glasses.events(HudShown)):
            break
    assert glasses.events(AppCrashed) == []
    return glasses.visible_text


def told(glasses):
    """Return everything in the log."""
    return "\n".join(str(record.event) for record in glasses.log.records)


def test_a_live_price_is_asked_for_only_where_live_is_allowed_and_is_no_sample(keys):
    with serving(gateway([row("燕麦奶 1L", "14.90")])) as vendor:
        keys(**taobao(vendor))
        with Glasses("quark_s1") as careful:
            assert "离线" in ask(careful)
        assert not vendor.asked
        with Glasses("quark_s1", live=True) as worn:
            shown = ask(worn)
            (handed,) = worn.events(HandedOver)
    assert "¥14.90" in shown
    assert "实时" in shown
    assert "示例" not in shown
    assert handed.data["product"]["offers"][0]["link"].startswith("https://")


def test_a_wrong_secret_falls_back_to_the_catalogue_and_says_so(keys):
    with serving(gateway()) as vendor:
        keys(**taobao(vendor, "a-wrong-secret"))
        with Glasses("quark_s1", live=True) as worn:
            shown = ask(worn)
            failed = worn.events(ServiceFailed)
            log = told(worn)
    assert "¥16.93" in shown
    assert "离线" in shown
    assert "示例" in shown
    assert (failed[0].service, failed[0].kind) == ("shopping", "auth")
    assert "a-wrong-secret" not in log


def test_a_vision_model_names_what_no_catalogue_has(keys):
    def model(_asked, _vendor):
        return given({"choices": [{"message": {"content": "摩卡壶\n一种用蒸汽煮咖啡的铝壶。"}}]})

    with serving(model) as vendor:
        keys(qwen_key="sk-0123456789abcdef", qwen_url=vendor.url)
        with Glasses("quark_s1", live=True) as worn:
            shown = ask(worn, picture="", words="这是什么")
    assert "摩卡壶" in shown
    assert "一种用蒸汽煮咖啡的铝壶" in shown
    assert "实时" in shown


@pytest.mark.skipif(find_reader() is None, reason="needs the extra text")
@pytest.mark.parametrize("words", ["这是什么", "这个多少钱"])
def test_what_no_catalogue_has_is_told_as_it_reads(words):
    with Glasses("quark_s1") as worn:
        worn.do(Show("text", "青柠气泡水"))
        shown = ask(worn, picture="", words=words)
        assert "青柠气泡水" in shown
        assert ("目录里没有" in shown) is (words == "这是什么")
        assert "离线" in shown
        assert worn.events(HandedOver) == []


def test_glasses_without_a_display_say_the_price():
    with Glasses("xiaomi_ai") as worn:
        worn.do(Show("image", OATS))
        worn.do(Say("这个多少钱"))
        worn.run_for(seconds=4)
        assert worn.events(AppCrashed) == []
        assert "燕麦奶，均价16.93元" in told(worn)


@pytest.mark.parametrize(
    "words", ["120加80这个数是多少", "how much is this in euros", "这个字是什么意思", "今天天气多少度"]
)
def test_other_questions_are_not_about_prices(words):
    with Glasses("quark_s1", language="en" if words.isascii() else "zh") as worn:
        worn.do(Say(words))
        worn.run_for(seconds=3)
        assert all(asked.service != "shopping" for asked in worn.events(ServiceAsked))


def test_a_session_with_looks_is_replayed_byte_for_byte_and_a_power_off_amid_one_is_survived():
    """A photo, a question about it, a tap through candidates, and the power key while it looks."""
    with Glasses("quark_s1") as worn:
        worn.do(Show("image", OATS))
        worn.run_for(ms=worn.gesture("camera-key", "short"))
        ask(worn, picture="")
        worn.gesture("temple", "double-tap")
        worn.run_for(seconds=1)
        worn.do(Say("这是什么"))
        worn.run_for(ms=200)
        worn.run_for(ms=worn.gesture("power-key", "long"))
        worn.run_for(seconds=3)
        worn.run_for(ms=worn.gesture("power-key", "long"))
        worn.run_for(seconds=3)
        assert worn.events(AppCrashed) == []
        first = worn.log.to_jsonl()
        records = list(worn.log.records)
    again = replay(records)
    assert again.log.to_jsonl() == first
    again.close()
