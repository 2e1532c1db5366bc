"""What the wearer is likely to say: the text a recogniser is told before a command.

Short commands are the hardest for a small model, and naming the product's own raised the share that is right by sound
from 51 to 66 of 72 (synthetic Chinese, docs/voice.md). The phrases are the device's tutorial's. A prompt also invents
words, so it is used for speech that is meant for the glasses, never to look for a wake phrase.
"""

from __future__ import annotations

NEUTRAL = {"zh": "以下是普通话的句子。", "en": ""}
COMMANDS = {
    "zh": "智能眼镜的语音指令：打开翻译，导航去地铁站，帮我拍照，音量调大，打电话给妈妈，支付20元，停。",
    "en": "",  # one made read English worse (4.6 to 5.5 % WER) and there were no recorded commands to gain on
}


def prompt(language: str, *, command: bool) -> str:
    """Return what to tell the recogniser before it listens; "" for nothing."""
    return (COMMANDS if command else NEUTRAL).get(language, "")
