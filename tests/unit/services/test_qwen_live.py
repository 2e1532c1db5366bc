"""Qwen's live half against a model server on 127.0.0.1."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from emulator.live.errors import AuthError, NetworkError, NotServedError, QuotaError, RejectedError, ServiceError
from emulator.live.http import Http
from emulator.services.qwen import REFUSED, SERVICE, Ask, live
from emulator.services.service import Here
from tests.unit.live.vendor import Given, Vendor, serving
from tests.unit.services.qwen_server import KEY, QwenServer, event, refusal


class Hasty(Random):
    """Makes pauses as short as they can be."""

    def uniform(self, a: float, b: float) -> float:
        return 0.0 * a * b


QUESTION = "为什么天空是蓝色的"


@pytest.fixture
def server() -> QwenServer:
    return QwenServer()


@pytest.fixture
def vendor(server: QwenServer) -> Iterator[Vendor]:
    with serving(server) as vendor:
        yield vendor


def secrets(vendor: Vendor, **more: str) -> dict[str, str]:
    return {"qwen-key": KEY, "qwen-url": f"{vendor.url}/v1/"} | {f"qwen-{name}": value for name, value in more.items()}


def here() -> Here:
    now = datetime(2026, 10, 4, 9, 41, tzinfo=UTC)

    def opened(_name: str, _make: Any) -> Any:
        raise AssertionError("nothing to open")

    return Here(now, "zh", Path("unused"), None, 0, lambda: None, opened)


def ask(vendor: Vendor, words: str = QUESTION, language: str = "en", **more: str) -> dict[str, Any]:
    async def once() -> dict[str, Any]:
        async with Http(Hasty()) as http:
            return await live(Ask(words, language), here(), http, secrets(vendor, **more))

    return asyncio.run(once())


def check(vendor: Vendor, **more: str) -> str:
    async def once() -> str:
        async with Http(Hasty()) as http:
            assert SERVICE.check is not None
            return await SERVICE.check(http, secrets(vendor, **more))

    return asyncio.run(once())


def test_an_answer_is_put_together_from_its_stream(vendor: Vendor):
    assert ask(vendor) == {"text": "你好，世界", "tokens": 35, "model": "qwen-plus"}
    sent = json.loads(vendor.asked[0].body)
    assert sent["messages"][1] == {"role": "user", "content": QUESTION}
    assert "2026-10-04 09:41 Sunday" in sent["messages"][0]["content"]
    assert "enable_thinking" not in sent  # this server is none of Alibaba's


def test_thoughts_stay_thoughts(server: QwenServer, vendor: Vendor):
    server.thought, server.said = ("用户问", "天空"), ("<think>散射…", "</think>\n", "因为散射")
    assert ask(vendor)["text"] == "因为散射"


def test_a_server_that_does_not_stream_is_understood(server: QwenServer, vendor: Vendor):
    server.streams = False
    assert ask(vendor)["text"] == "你好，世界"


def test_another_model_is_asked_by_name(vendor: Vendor):
    assert ask(vendor, model="qwen-max")["model"] == "qwen-max"
    assert json.loads(vendor.asked[0].body)["model"] == "qwen-max"


@pytest.mark.parametrize("words", ["一百二十加八十等于多少", "五公里等于多少英里", "明天星期几"])
def test_what_can_be_computed_is_not_asked(vendor: Vendor, words: str):
    with pytest.raises(NotServedError):
        ask(vendor, words)
    assert vendor.asked == []


@pytest.mark.parametrize("native", [False, True])
@pytest.mark.parametrize("code", ["data_inspection_failed", "DataInspectionFailed"])
def test_a_question_that_is_refused_gets_a_polite_answer_once(
    server: QwenServer, vendor: Vendor, code: str, native: bool
):
    server.failures = [(400, refusal(code, "Output data may contain inappropriate content.", native=native))]
    assert ask(vendor, language="en") == {"text": REFUSED["en"], "refused": True}
    assert len(vendor.asked) == 1


def test_an_answer_that_the_filter_cuts_off_is_refused_too(server: QwenServer, vendor: Vendor):
    server.finish = "content_filter"
    assert ask(vendor, language="zh")["text"] == REFUSED["zh"]


@pytest.mark.parametrize("native", [False, True])
@pytest.mark.parametrize(
    ("status", "code", "kind", "says", "asked"),
    [
        (400, "Arrearage", AuthError, "run out of money", 1),
        (401, "invalid_api_key", AuthError, "qwen-key", 1),
        (401, "InvalidApiKey", AuthError, "qwen-key", 1),
        (403, "AccessDenied", AuthError, "qwen-key", 1),
        (404, "model_not_found", AuthError, "qwen-model", 1),
        (429, "limit_requests", QuotaError, "too many", 3),
        (429, "Throttling.RateQuota", QuotaError, "too many", 3),
        (500, "InternalError", NetworkError, "500", 3),
        (503, "ServiceUnavailable", NetworkError, "503", 3),
        (400, "invalid_parameter_error", RejectedError, "max_tokens", 1),
    ],
)
def test_an_error_says_what_to_do(
    server: QwenServer,
    vendor: Vendor,
    status: int,
    code: str,
    kind: type[ServiceError],
    says: str,
    asked: int,
    native: bool,
):
    server.failures = [(status, refusal(code, f"max_tokens wrong, key={KEY}", native=native))] * 3
    with pytest.raises(ServiceError, match=says) as told:
        ask(vendor)
    assert (type(told.value), len(vendor.asked)) == (kind, asked)
    assert KEY not in str(told.value)


def test_a_busy_server_is_asked_again(server: QwenServer, vendor: Vendor):
    server.failures = [(429, refusal("limit_requests", "slow down"))]
    assert ask(vendor)["text"] == "你好，世界"


def test_a_wrong_key_is_named(vendor: Vendor):
    with pytest.raises(AuthError, match="qwen-key"):
        ask(vendor, key="sk-wrong")


def test_errors_speak_the_language_of_the_glasses(vendor: Vendor):
    with pytest.raises(AuthError, match="千问：密钥不被接受"):
        ask(vendor, language="zh", key="sk-wrong")


def test_a_wrong_path_is_named(vendor: Vendor):
    with pytest.raises(AuthError, match="qwen-url"):
        ask(vendor, url=vendor.url)


@pytest.mark.parametrize("ending", [b"", b'data: {"choices": [{"delta"', b"data: 7\n\n"])
def test_an_answer_that_breaks_off_is_a_failure(server: QwenServer, vendor: Vendor, ending: bytes):
    server.finish, server.ending = None, ending
    with pytest.raises(NetworkError):
        ask(vendor)


def test_an_error_in_the_middle_of_a_stream_is_one(server: QwenServer, vendor: Vendor):
    server.ending = event({"error": {"code": "data_inspection_failed", "message": "no"}})
    assert ask(vendor)["refused"]


def test_a_captive_portal_is_called_so():
    with serving(lambda _asked, _vendor: Given((b"<html>Wi-Fi</html>",))) as vendor:
        with pytest.raises(NetworkError, match="captive portal"):
            ask(vendor)
        with pytest.raises(NetworkError, match="captive portal"):
            check(vendor)


def test_the_check_says_whether_the_model_is_there(vendor: Vendor):
    assert check(vendor) == "qwen-plus ✓"
    assert check(vendor, model="qwen-vl") == "✓ 2 · qwen-vl ?"
    with pytest.raises(AuthError, match="qwen-key"):
        check(vendor, key="wrong")
    assert {asked.method for asked in vendor.asked} == {"GET"}
