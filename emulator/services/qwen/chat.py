"""Live half: one question to an OpenAI-compatible endpoint, Alibaba Cloud's Model Studio unless another is named.

Source: services.md, 5.1; help.aliyun.com/zh/model-studio, "OpenAI compatible - Chat". The answer is streamed, because
some models stream only and because a silent server is noticed after 8 s.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import aclosing
from typing import Any
from urllib.parse import urlsplit

from emulator.live.errors import AuthError, NetworkError, NotFoundError, QuotaError, RejectedError, ServiceError
from emulator.live.http import Http
from emulator.live.model_server import KEYS, REFUSALS, check_model, endpoint, error_said, is_too_often
from emulator.live.secrets import excerpt

USUAL_MODEL = "qwen-plus"
MOST_TOKENS = 400  # of an answer that is read out
MOST_CHARACTERS = 2_000
SYSTEM = {
    "zh": "你是智能眼镜里的语音助手。回答会念出来并显示在小屏幕上：最多两三句，不用列表和 Markdown。现在是 {now}。",
    "en": "You are the voice assistant of smart glasses. Your answer is read out and shown on a small display: "
    "two or three sentences at most, no lists, no Markdown. It is now {now}.",
}
_THOUGHTS = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)  # of models that think aloud in the answer itself
_TEXTS = {
    "refused": ("千问拒绝了这个问题", "Qwen refuses the question"),
    "model": (
        "千问：密钥下没有模型 {model}，请检查 qwen-model",
        "Qwen has no model {model} for this key: see qwen-model",
    ),
    "money": ("千问：账户欠费", "Qwen: the account has run out of money"),
    "key": (
        "千问：密钥不被接受，请检查 qwen-key；密钥分地域，也请检查 qwen-url",
        "Qwen does not accept the key: see qwen-key, and qwen-url, as keys are per region",
    ),
    "address": ("这个地址没有模型服务，请检查 qwen-url", "there is no model server at this address: see qwen-url"),
    "often": ("千问：请求太频繁", "Qwen: too many questions at once"),
}


async def chat(words: str, language: str, now: str, http: Http, secrets: Mapping[str, str]) -> dict[str, Any]:
    """Return ``text``, ``model`` and, where the server counts them, ``tokens``.

    Raises:
        AuthError: If key, account or model are not accepted.
        QuotaError: If these were too many questions, after all tries.
        RejectedError: If the question was refused.
        NetworkError: If there is no answer, or none that can be used.
    """
    url, model, headers = _endpoint(secrets)
    body: dict[str, Any] = {
        "model": model,
        "messages": [
            {"role": "system", "content": SYSTEM[language].format(now=now)},
            {"role": "user", "content": words[:MOST_CHARACTERS]},
        ],
        "max_tokens": MOST_TOKENS,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if (urlsplit(url).hostname or "").endswith(".aliyuncs.com"):
        body["enable_thinking"] = False  # nobody waits for it; other servers may not know the word
    try:
        return await http.retried(lambda: _streamed(http, f"{url}/chat/completions", body, headers)) | {"model": model}
    except ServiceError as error:
        raise _of_qwen(error, model, language) from None


async def check(http: Http, secrets: Mapping[str, str]) -> str:
    """Ask which models there are and return a line on it; raises as ``chat``."""
    server = _endpoint(secrets)
    return await check_model(http, server, lambda error: _of_qwen(error, server[1], "en"))


def _endpoint(secrets: Mapping[str, str]) -> tuple[str, str, dict[str, str]]:
    return endpoint(secrets, "qwen-model", USUAL_MODEL)


async def _streamed(http: Http, url: str, body: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    answer = Answer()
    lines = http.post_lines(url, body, headers)
    async with aclosing(lines):
        async for line in lines:
            answer.take(line)
    return answer.value()


class Answer:
    """Puts an answer together from the lines of a stream, or from one JSON where the server does not stream."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._rest: list[str] = []
        self._finish, self._tokens = "", 0

    def take(self, line: str) -> None:
        """Take one line.

        Raises:
            NetworkError: If it is no JSON.
            RejectedError: If it tells of an error; ``body`` has it.
        """
        kind, _, data = line.partition(":")
        if kind != "data":
            self._rest += [line] if line and kind not in ("", "event", "id", "retry") else []
        elif data.strip() != "[DONE]":
            self._add(data)

    def value(self) -> dict[str, Any]:
        """Return the whole answer.

        Raises:
            RejectedError: If the server's filter cut it off.
            NetworkError: If the stream ended before the answer did.
        """
        if self._rest and not self._finish:
            self._add("\n".join(self._rest))
        if self._finish == "content_filter":
            raise RejectedError("refused by the filter", "data_inspection_failed")
        text = _THOUGHTS.sub("", "".join(self._text)).strip()
        if not self._finish or not text:
            raise NetworkError("the answer broke off", "broken-off", unknown=True)
        return {"text": text} | ({"tokens": self._tokens} if self._tokens else {})

    def _add(self, data: str) -> None:
        try:
            chunk = json.loads(data)
        except ValueError:
            page = data.lstrip().startswith("<")
            why = "a web page in place of an answer; a captive portal?" if page else "no JSON, or only a part of it"
            told = NetworkError(f"the server sends {why}", "not-json", unknown=True)
            told.lasting = page
            raise told from None
        if not isinstance(chunk, dict):
            raise NetworkError("the server sends no answer", "not-openai", unknown=True)
        if chunk.get("error") or ("code" in chunk and "choices" not in chunk):
            refused = RejectedError("the server tells of an error in its answer")
            refused.body = data.encode()
            raise refused
        for choice in chunk.get("choices") or ():
            said = choice.get("delta") or choice.get("message") or {}
            self._text.append(said.get("content") or "")  # what it thinks is in "reasoning_content" and stays there
            self._finish = choice.get("finish_reason") or self._finish
        self._tokens = int((chunk.get("usage") or {}).get("total_tokens") or self._tokens)


def _of_qwen(error: ServiceError, model: str, language: str) -> ServiceError:
    """Return the error that the server's own words mean."""
    code, message = error_said(error.body)
    code = code or error.code
    which = language != "zh"
    if code in REFUSALS:
        return RejectedError(_TEXTS["refused"][which], code)
    if code == "model_not_found" or (isinstance(error, NotFoundError) and "model" in message.lower()):
        return AuthError(_TEXTS["model"][which].format(model=model), code)
    if code == "Arrearage":
        return AuthError(_TEXTS["money"][which], code)
    if code in KEYS or isinstance(error, AuthError):
        return AuthError(_TEXTS["key"][which], code)
    if isinstance(error, NotFoundError):
        return AuthError(_TEXTS["address"][which], code)
    if is_too_often(error, code):
        return QuotaError(_TEXTS["often"][which], code)
    if isinstance(error, RejectedError) and error.body:
        return RejectedError(f"Qwen: {excerpt(message) or code}", code)
    return error
