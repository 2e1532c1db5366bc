"""A model server's errors in every shape, and its list of models."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from emulator.live.errors import AuthError, NetworkError, ServiceError
from emulator.live.http import Http
from emulator.live.model_server import check_model, endpoint, error_said
from tests.unit.live.vendor import Asked, Given, Vendor, serving

KEY = "sk-loopback-0123456789"


def check(reply: Any, status: int = 200) -> str:
    """Ask a server that answers ``reply``, and only who has the key and knows the way."""

    def answer(asked: Asked, _: Vendor) -> Given:
        assert (asked.path, asked.headers["Authorization"]) == ("/v1/models", f"Bearer {KEY}")
        return Given((json.dumps(reply).encode(),), status)

    def meant(error: ServiceError) -> ServiceError:
        return AuthError("{}: {}".format(*error_said(error.body)))

    async def once(vendor: Vendor) -> str:
        secrets = {"qwen-key": KEY, "qwen-url": f"{vendor.url}/v1/", "a-model": "one"}
        async with Http() as http:
            return await check_model(http, endpoint(secrets, "a-model", "usual"), meant)

    with serving(answer) as vendor:
        return asyncio.run(once(vendor))


def test_a_check_says_whether_the_model_is_there():
    assert check({"data": [{"id": "one"}, {"id": "two"}]}) == "one ✓"
    assert check({"data": [{"id": "two"}, "three"]}) == "✓ 2 · one ?"


@pytest.mark.parametrize("reply", [[], {"data": {}}, {"models": ["one"]}, None])
def test_a_server_that_lists_no_models_is_none(reply: Any):
    with pytest.raises(NetworkError, match="/v1"):
        check(reply)


def test_a_refusal_is_told_in_the_words_of_who_asks():
    with pytest.raises(AuthError, match="no-money: pay first"):
        check({"error": {"code": "no-money", "message": "pay first"}}, 400)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1, 2]", b"7", b'{"error": null}', b"[" * 100_000, b"\xff"])
def test_what_is_no_error_of_a_model_server_says_nothing(body: bytes):
    assert error_said(body) == ("", "")


def test_the_address_and_the_model_are_the_usual_ones_unless_named():
    url, model, _ = endpoint({"qwen-key": KEY}, "a-model", "usual")
    assert (url.startswith("https://dashscope.aliyuncs.com/"), model) == (True, "usual")
