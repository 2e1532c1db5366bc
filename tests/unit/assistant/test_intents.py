import pytest

from emulator.assistant.intents import Grammar
from emulator.core.discovery import discover

MANIFESTS = discover("emulator.apps", "MANIFEST")
GRAMMAR = Grammar({i: p for m in MANIFESTS.values() for i, p in m.intents.items()}, ("夸克同学", "你好千问"))


@pytest.mark.parametrize(
    ("words", "intent", "slots"),
    [
        ("夸克同学，拍照", "camera.photo", {}),
        ("你好千问 帮我拍张照", "camera.photo", {}),
        ("take a picture", "camera.photo", {}),
        ("开始录像", "camera.video", {}),
        ("停止录像", "camera.stop", {}),
        ("音量调到５０", "volume.set", {"percent": "50"}),
        ("音量大一点", "volume.up", {}),
        ("屏幕亮度调到50", "brightness.set", {"percent": "50"}),
        ("屏幕亮一点", "brightness.up", {}),
        ("打电话给妈妈", "call.make", {"name": "妈妈"}),
        ("给爸爸打个电话", "call.make", {"whom": "爸爸"}),
        ("下一首", "music.next", {}),
        ("记一下买牛奶", "memo.add", {"what": "买牛奶"}),
        ("明天下午三点提醒我开会", "reminder.add", {"before": "明天下午三点", "what": "开会"}),
        ("remind me to drink in 10 minutes", "reminder.add", {"what": "drink in 10 minutes"}),
        ("看看我的备忘", "notes.list", {}),
        ("开始录音", "recorder.start", {}),
        ("停止录音", "recorder.stop", {}),
        ("现在几点", "status.time", {}),
        ("What time is it?", "status.time", {}),
        ("还有多少电", "status.battery", {}),
        ("打开设置", "settings.open", {}),
    ],
)
def test_utterance_of_the_product_is_understood(words, intent, slots):
    understood = GRAMMAR.understand(words)
    assert understood is not None
    assert (understood.intent, understood.slots) == (intent, slots)


@pytest.mark.parametrize("words", ["法国的首都是哪里", "", "嗯", "the quick brown fox"])
def test_other_words_are_nobodys_intent(words):
    assert GRAMMAR.understand(words) is None
