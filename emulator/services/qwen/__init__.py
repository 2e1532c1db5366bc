"""Questions in free words, as the Tongyi Qianwen assistant gets them.

Sums, units and dates are computed here by both halves: what a rule computes exactly a model can only get wrong, later and
for money. Everything else the live half asks Qwen, or any server that speaks the same protocol; the offline half says
that it cannot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.live.errors import NotServedError, RejectedError
from emulator.live.http import Http
from emulator.live.model_server import REFUSALS
from emulator.services.qwen.arithmetic import answer_arithmetic
from emulator.services.qwen.chat import chat, check
from emulator.services.qwen.dates import answer_date
from emulator.services.qwen.measures import answer_conversion
from emulator.services.service import Here, Secret, Service

NO_MODEL = {
    "zh": "这个问题要问千问模型，现在是离线状态。我能离线算数、换算单位、查日期，也能拍照、记备忘、调亮度和音量",
    "en": "That needs the Qwen model and I am offline. Offline I can calculate, convert units, tell dates, "
    "take photos, keep notes, set brightness and volume",
}

REFUSED = {
    "zh": "这个问题千问不便回答，请换个说法",
    "en": "Qwen would rather not answer this; please put it another way",
}


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask ``words`` in ``language`` (``zh`` or ``en``)."""

    words: str
    language: str


def offline(request: Ask, here: Here) -> dict[str, Any]:
    """Compute the answer to arithmetic, unit and date questions; else say plainly that no model is there."""
    return {"text": _computed(request, here) or NO_MODEL[request.language]}


async def live(request: Ask, here: Here, http: Http, secrets: Mapping[str, str]) -> dict[str, Any]:
    """Ask Qwen what cannot be computed; a question that it refuses is answered politely. Raises as ``chat``."""
    if _computed(request, here) is not None:
        raise NotServedError("this is computed, not asked")
    try:
        return await chat(request.words, request.language, f"{here.now:%Y-%m-%d %H:%M %A}", http, secrets)
    except RejectedError as error:
        if error.code not in REFUSALS:
            raise
        return {"text": REFUSED[request.language], "refused": True}


def _computed(request: Ask, here: Here) -> str | None:
    for answer in (answer_conversion, answer_date, answer_arithmetic):
        text = answer(request.words, request.language, here.now)
        if text is not None:
            return text
    return None


SERVICE = Service(
    "Qwen assistant",
    "千问助手",
    (Ask,),
    offline,
    live=live,
    live_requests=(Ask,),
    secrets=(
        Secret("qwen-key", "API key", "API 密钥"),
        Secret("qwen-url", "Address, if not Beijing", "服务地址（默认北京）", hidden=False, optional=True),
        Secret("qwen-model", "Model, if not qwen-plus", "模型（默认 qwen-plus）", hidden=False, optional=True),
    ),
    check=check,
)
