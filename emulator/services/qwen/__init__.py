"""Questions in free words, as the Tongyi Qianwen assistant gets them. Offline, what can be computed is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.services.qwen.arithmetic import answer_arithmetic
from emulator.services.qwen.dates import answer_date
from emulator.services.qwen.measures import answer_conversion
from emulator.services.service import Here, Service

NO_MODEL = {
    "zh": "这个问题要问千问模型，现在是离线状态。我能离线算数、换算单位、查日期，也能拍照、记备忘、调亮度和音量",
    "en": "That needs the Qwen model and I am offline. Offline I can calculate, convert units, tell dates, "
    "take photos, keep notes, set brightness and volume",
}


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask ``words`` in ``language`` (``zh`` or ``en``)."""

    words: str
    language: str


def offline(request: Ask, here: Here) -> dict[str, Any]:
    """Compute the answer to arithmetic, unit and date questions; else say plainly that no model is there."""
    for answer in (answer_conversion, answer_arithmetic, answer_date):
        text = answer(request.words, request.language, here.now)
        if text is not None:
            return {"text": text}
    return {"text": NO_MODEL[request.language]}


SERVICE = Service("Qwen assistant", "千问助手", (Ask,), offline)
