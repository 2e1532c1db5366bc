"""What a thing is called that no catalogue has: a vision model names it, where one is configured.

Any OpenAI-compatible server with a model that takes pictures; Alibaba Cloud's Model Studio unless another is named.
Sources: services.md, 5.1; help.aliyun.com/zh/model-studio, "Visual understanding (Qwen-VL)".
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from emulator.live.errors import AuthError, NotFoundError, QuotaError, RejectedError, ServiceError
from emulator.live.http import Http
from emulator.live.model_server import KEYS, REFUSALS, check_model, endpoint, error_said, is_too_often
from emulator.services.service import Here, Secret, Service
from emulator.vision.colour_picture import encode_jpeg
from emulator.vision.photo import Photo, is_dark

USUAL_MODEL = "qwen3-vl-plus"
SENT_PX = 768  # longer side of the picture
MOST_TOKENS = 160
MOST_LETTERS = (40, 160)  # of name and sentence
PROMPT = {
    "zh": "画面正中是什么？第一行只写它的商品名称（品牌和品名，不超过二十个字，不认识就写“-”）；第二行用一句话介绍它。不用 Markdown。",
    "en": "What is in the middle of the picture? First line: only its product name (brand and name, at most eight words, "
    "or - if you do not know). Second line: one sentence about it. No Markdown.",
}
NO_MODEL = {"zh": "没有配置视觉模型", "en": "No vision model is configured"}


@dataclass(frozen=True, slots=True)
class NameThing:
    """Say what the camera sees now, or the kept ``photo`` shows."""

    photo: bool = False


def offline(request: NameThing, here: Here) -> dict[str, Any]:
    """Say that nothing here can name it: ``name`` is "" and ``about`` says why."""
    del request
    return {"name": "", "about": NO_MODEL[here.language]}


async def live(request: NameThing, here: Here, http: Http, secrets: Mapping[str, str]) -> dict[str, Any]:
    """Return the ``name`` ("" if the model knows none) and what it says ``about`` it.

    Raises:
        RejectedError: If the camera gives no picture (``dark``), or the model refuses.
        ServiceError: If key, quota or network fail.
    """
    kept = here.opened("photo", lambda: nullcontext(Photo()))
    frame = kept.frame if request.photo else here.frame()
    if frame is None or is_dark(frame):
        raise RejectedError("the camera gives no picture", "dark")
    url, model, headers = _endpoint(secrets)
    picture = "data:image/jpeg;base64," + b64encode(encode_jpeg(frame, SENT_PX)).decode("ascii")
    asked = [{"type": "image_url", "image_url": {"url": picture}}, {"type": "text", "text": PROMPT[here.language]}]
    body = {"model": model, "messages": [{"role": "user", "content": asked}], "max_tokens": MOST_TOKENS}
    try:
        return _read(await http.post_json(f"{url}/chat/completions", body, headers)) | {"model": model}
    except ServiceError as error:
        raise _as_ours(error, model) from None


async def check(http: Http, secrets: Mapping[str, str]) -> str:
    """Ask which models there are and return a line on it. Raises ``ServiceError``."""
    server = _endpoint(secrets)
    return await check_model(http, server, lambda error: _as_ours(error, server[1]))


def _endpoint(secrets: Mapping[str, str]) -> tuple[str, str, dict[str, str]]:
    return endpoint(secrets, "qwen-vision-model", USUAL_MODEL)


def _read(reply: Any) -> dict[str, Any]:
    """Return what the model says; it is a stranger's text, so it is cut and kept on one line."""
    try:
        said = reply["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError):
        told = RejectedError("the server tells of an error in its answer")
        told.body = json.dumps(reply).encode()
        raise told from None
    if isinstance(said, list):  # parts, as some servers answer pictures
        said = "".join(str(part.get("text", "")) for part in said if isinstance(part, dict))
    lines = [line for line in (" ".join(line.split()) for line in str(said).splitlines()) if line]
    name, about = (
        "".join(letter for letter in line.strip("*#`“”\"'") if letter.isprintable())[:most]
        for line, most in zip((*lines[:1], *lines[1:2], "", "")[:2], MOST_LETTERS, strict=True)
    )
    return {"name": "" if name in ("", "-", "—") else name, "about": about}


def _as_ours(error: ServiceError, model: str) -> ServiceError:
    """Return the error that the server's own words mean."""
    code, _ = error_said(error.body)
    if code in REFUSALS:
        return RejectedError("the model refuses this picture", code)
    if code == "model_not_found" or isinstance(error, NotFoundError):
        return AuthError(f"no model {model!r} at this address for this key: see qwen-vision-model and qwen-url", code)
    if code in KEYS or isinstance(error, AuthError):
        return AuthError(f"the vision model is not to be had ({code or error.code}): see qwen-key and qwen-url", code)
    if is_too_often(error, code):
        return QuotaError("the vision model: too many questions at once", code)
    if code:
        return RejectedError(f"the vision model: {code}", code)
    return error


SERVICE = Service(
    "Things by picture",
    "识物",
    (NameThing,),
    offline,
    live=live,
    live_requests=(NameThing,),
    secrets=(
        Secret("qwen-key", "API key", "API 密钥"),
        Secret("qwen-url", "Address, if not Beijing", "服务地址（默认北京）", hidden=False, optional=True),
        Secret(
            "qwen-vision-model",
            f"Model, if not {USUAL_MODEL}",
            f"模型（默认 {USUAL_MODEL}）",
            hidden=False,
            optional=True,
        ),
    ),
    check=check,
)
